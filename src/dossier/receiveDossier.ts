import { join } from 'node:path';
import type { AttachmentDesk } from '../attachments/attachmentDesk.js';
import { dayRange, type Day } from '../dates.js';
import type { GivenLine } from '../importing/chunks.js';
import {
  importFile,
  type ImportOptions,
  type ImportParts,
  type ImportReport,
} from '../importing/importFile.js';
import { OperatorError } from '../operatorError.js';
import { chainOn, unitByCode } from '../organisation/tree.js';
import type { FactContent } from '../record/action.js';
import { DocumentBlock } from '../record/document.js';
import { wordsOf, type CodeElsewhere, type UnitElsewhere } from '../record/elsewhere.js';
import { fieldsOf, type FieldClass, type FieldInfo } from '../record/fields.js';
import { actionOf } from '../record/registry.js';
import { timeline, type FactLine, type Timeline } from '../record/timeline.js';
import { personOf, personStream } from '../recording/codec.js';
import type { Identity } from '../projecting/queries/persons.js';
import type { ReferenceView } from '../reference/view.js';
import type { OpenedDossier } from './openDossier.js';

export interface ReceivingParts extends ImportParts {
  readonly attachments: Pick<AttachmentDesk, 'upload'>;
  /** Origin of the own log. */
  readonly origin: string;
}

export interface ReceivingOptions extends Pick<
  ImportOptions,
  'actor' | 'correlation' | 'check' | 'rejects' | 'signal'
> {
  /** The record that the person has here already. */
  readonly into?: string;
  /** Records here of whoever bears the same name and was born on the same day; null: it is another person. */
  readonly namesakes: ((who: Identity) => Promise<readonly string[]>) | null;
}

/** A unit that the dossier names. */
export interface MetUnit extends UnitElsewhere {
  /** The unit here that it is; null: none is, and the sender's words are kept. */
  readonly here: string | null;
}

/** A code that no list here has on the day of its fact. */
export interface MetCode {
  readonly list: string;
  /** Null: it is the code of a sealed field, which is named nowhere in the open. */
  readonly code: string | null;
  /** What the sender's list calls it; null: as the code, or not told. */
  readonly name: string | null;
}

export interface ReceivingReport extends ImportReport {
  /** Id of the record here. */
  readonly record: string;
  readonly units: readonly MetUnit[];
  readonly codes: readonly MetCode[];
  /** Scans taken in, and those that were destroyed or are not in the dossier. */
  readonly scans: number;
  readonly scansMissing: number;
  /** Facts that came from here once, and stand here already. */
  readonly ours: number;
  /** Findings settled, and legal holds standing, at the sender: they bind the sender's record. */
  readonly settled: number;
  readonly holds: number;
  /** Facts received earlier that no longer stand at the sender: ids of their events here. */
  readonly fallen: readonly string[];
}

/**
 * Takes the person of a dossier in: the facts that stand at the sender become facts here, through the import, each with
 * the sender's log as its source and the sender's event as its reference. Run again, it changes nothing; after an
 * interruption it goes on; of a later dossier it adds what is new. Rejects with an OperatorError where the person has a
 * record here, and none was named.
 */
export async function receiveDossier(
  dossier: OpenedDossier,
  parts: ReceivingParts,
  options: ReceivingOptions,
): Promise<ReceivingReport> {
  const { sealer, reference, origin } = parts;
  const source = dossier.checkpoint.origin;
  if (source === origin)
    throw new OperatorError(
      'The dossier is of this very log.',
      'The record is here; there is nothing to take in.',
    );
  const sent = timeline(dossier.events, reference);
  if (sent.withdrawal !== null)
    throw new OperatorError(
      'The record was withdrawn at the sender.',
      'Ask the sender for the one that stands.',
    );
  const own = sealer.indexId('person', [source, dossier.person]);
  const { into } = options;
  const ours = await factsFromHere(sent, parts);
  if (ours.record !== null && into !== ours.record)
    throw new OperatorError(
      `The person has a record here, from which the sender’s once came: ${ours.record}.`,
      `Add to it with --into ${ours.record}.`,
    );
  const record = into ?? own;
  const there = (await parts.log.readStream(personStream(record))).length > 0;
  if (!there && into === undefined) await refuseNamesakes(sent, options);
  if (into !== undefined && !there)
    throw new OperatorError(
      'There is no such record to add to.',
      'Name the id of the record the person has here.',
    );

  const lines = sent.lines.filter(
    ({ fact, event }) =>
      !ours.events.has(event.id) && !(into !== undefined && fact.action === 'record_opened'),
  );
  const eventHere = (id: string) => sealer.indexId('import', [source, id]);
  const known = new Map([
    ...lines.map(({ event }) => [event.id, eventHere(event.id)] as const),
    ...ours.events,
  ]);
  // A check of who is here already compares what stands with what is told: the scans by their names here too.
  const scans = await takeScans(dossier, lines, record, parts, options.check === true && !there);
  const units = new Map<string, MetUnit>();
  const codes = new Map<string, MetCode>();
  const given = inOrder(lines).map((line) =>
    givenLine(line, { dossier, source, reference, known, scans: scans.taken, units, codes }),
  );
  const report = await importFile(parts, {
    ...options,
    file: join(options.rejects, `dossier-${dossier.person}`),
    given,
    into: record,
    attachments: new Set([...scans.taken.values()]),
    skipBad: true,
  });
  return {
    ...report,
    record,
    units: [...units.values()],
    codes: [...codes.values()],
    scans: scans.taken.size,
    scansMissing: scans.missing,
    ours: ours.events.size,
    settled: sent.findings.filter((f) => f.settled !== null).length,
    holds: sent.holds.length,
    fallen: there ? await fallenSince(record, source, new Set(lines.map((l) => l.event.id)), parts) : [],
  };
}

/** The sender's facts that it once took from this log, as events here by the sender's ids, and whose record they are of. */
async function factsFromHere(
  { lines }: Timeline,
  { log, origin }: ReceivingParts,
): Promise<{ readonly events: ReadonlyMap<string, string>; readonly record: string | null }> {
  const taken = lines.flatMap(({ event, origin: from }) =>
    from?.source === origin && from.ref !== undefined ? [[event.id, from.ref] as const] : [],
  );
  const found = await log.readEvents(taken.map(([, ref]) => ref));
  const ids = new Set(found.map(({ id }) => id));
  const streams = found.map(({ stream }) => personOf(stream)).filter((id) => id !== null);
  return { events: new Map(taken.filter(([, ref]) => ids.has(ref))), record: streams[0] ?? null };
}

/** One person has one record: who seems to be here already is not taken in beside it before somebody has looked. */
async function refuseNamesakes({ start }: Timeline, { namesakes }: ReceivingOptions): Promise<void> {
  const { familyName, givenName, dateOfBirth } = start.identity ?? {};
  if (namesakes === null || familyName === undefined || givenName === undefined || dateOfBirth === undefined)
    return;
  const found = await namesakes({ familyName, givenName, dateOfBirth });
  if (found.length > 0)
    throw new OperatorError(
      `A person of the same name, born on the same day, has a record here: ${found.join(', ')}.`,
      'Look at it. The same person: add to it with --into; another one: --new.',
    );
}

interface Scans {
  /** Where each is stored here, by its name at the sender. */
  readonly taken: ReadonlyMap<string, string>;
  readonly missing: number;
}

/** Stores the scans under the record's own keys here. The same scan of the same record gives the same file. */
async function takeScans(
  dossier: OpenedDossier,
  lines: readonly FactLine[],
  record: string,
  { attachments }: ReceivingParts,
  isOnlyLooked: boolean,
): Promise<Scans> {
  const named = new Set(lines.flatMap(({ fact }) => fact.document?.attachment ?? []));
  const taken = new Map<string, string>();
  let missing = 0;
  for (const stored of named) {
    const scan = await dossier.scan(stored);
    if (scan !== null && isOnlyLooked) continue;
    const here = scan === null ? null : await attachments.upload(record, scan.groups, scan.content());
    if (here === null) missing++;
    else taken.set(stored, here.attachment);
  }
  return { taken, missing };
}

/** In the order in which the sender tells them, but what a fact names comes before it. */
function inOrder(lines: readonly FactLine[]): FactLine[] {
  const left = [...lines];
  const ordered: FactLine[] = [];
  const ids = new Set(left.map((l) => l.event.id));
  while (left.length > 0) {
    const ready = left.findIndex(({ fact }) =>
      factsNamed(fact).every((id) => !ids.has(id) || id === fact.id),
    );
    const [next] = left.splice(Math.max(ready, 0), 1);
    ids.delete(next?.event.id ?? '');
    if (next !== undefined) ordered.push(next);
  }
  return ordered;
}

function factsNamed({ action, data }: FactContent): string[] {
  const values = data as Readonly<Record<string, unknown>>;
  return fieldsOf(actionOf(action).fields)
    .filter(isFact)
    .map(({ name }) => values[name])
    .filter((id) => typeof id === 'string');
}

function isFact({ schema }: FieldInfo): boolean {
  return schema['x-reference'] === 'fact';
}

interface Translation {
  readonly dossier: OpenedDossier;
  readonly source: string;
  readonly reference: ReferenceView;
  /** Events here by the sender's ids. */
  readonly known: ReadonlyMap<string, string>;
  readonly scans: ReadonlyMap<string, string>;
  /** Every unit met, by the sender's id and ours; grows. */
  readonly units: Map<string, MetUnit>;
  /** Every code met that is none of ours; grows. */
  readonly codes: Map<string, MetCode>;
}

/** What of a fact is to be kept in the sender's words. */
interface Words {
  readonly units: UnitElsewhere[];
  readonly codes: CodeElsewhere[];
}

/** A standing fact as a line of the import: the units, facts and scans that it names as they are here. */
function givenLine({ fact, event }: FactLine, tools: Translation): GivenLine {
  const { dossier, source, scans } = tools;
  const { action, effective, ordinal, erased } = fact;
  const day = fact.range.first;
  const words: Words = { units: [], codes: [] };
  const data = translated(actionOf(action).fields, fact.data, { day, tools, words });
  const paper =
    fact.document === undefined ? undefined : translated(DocumentBlock, fact.document, { day, tools, words });
  const { attachment, ...rest } = (paper ?? {}) as DocumentBlock;
  const scan = attachment === undefined ? undefined : scans.get(attachment);
  const document =
    paper === undefined ? undefined : { ...rest, ...(scan === undefined ? {} : { attachment: scan }) };
  const said = { source, ref: event.id, person: dossier.person, action, effective, ordinal, document, data };
  const { size, root } = dossier.checkpoint;
  return {
    text: JSON.stringify(said),
    origin: {
      dossier: dossier.bag,
      checkpoint: `${size} ${root.toString('base64')}`,
      ...wordsOf(words.units, words.codes),
      ...(erased === undefined ? {} : { erased }),
    },
  };
}

function translated(
  fields: FieldClass,
  values: object,
  { day, tools, words }: { readonly day: Day; readonly tools: Translation; readonly words: Words },
): object {
  const told: Record<string, unknown> = { ...values };
  for (const field of fieldsOf(fields)) {
    const value = told[field.name];
    if (typeof value !== 'string') continue;
    if (isFact(field)) told[field.name] = tools.known.get(value) ?? value;
    const lists = [field.list ?? told[field.listBy ?? ''], field.orList].filter((l) => typeof l === 'string');
    if (lists.length > 0) noteCode(value, { field, lists, day, tools, words });
    if (field.unit !== true) continue;
    const met = unitMet(value, day, tools);
    told[field.name] = met.here ?? value;
    if (met.here === null && !words.units.some(({ id }) => id === value)) words.units.push(met);
  }
  return told;
}

/** Notes a code that no list here has that day; that of an open field with its name, which tells nothing sealed. */
function noteCode(
  code: string,
  {
    field,
    lists,
    day,
    tools,
    words,
  }: {
    readonly field: FieldInfo;
    readonly lists: readonly string[];
    readonly day: Day;
    readonly tools: Translation;
    readonly words: Words;
  },
): void {
  const { reference, dossier, codes } = tools;
  const [list = ''] = lists;
  if (lists.some((l) => reference.code(l, code, dayRange(day)) === 'valid')) return;
  const isOpen = field.secrecy === 'open';
  const name = isOpen ? (lists.map((l) => dossier.code(l, code, day)).find((n) => n !== null) ?? null) : null;
  codes.set(`${list} ${isOpen ? code : ''}`, { list, code: isOpen ? code : null, name });
  if (name !== null) words.codes.push({ list, code, name });
}

/**
 * The unit here that a unit of the sender is on a day: the one of the same id, or the one that has the same code, the
 * same name, and the same names above it. A code alone is no key: every city has a Sở Nội vụ.
 */
function unitMet(id: string, day: Day, { dossier, reference, units }: Translation): MetUnit {
  const told = dossier.unit(id, day) ?? { id, code: '', names: [] };
  const range = dayRange(day);
  const named = told.code === '' ? null : unitByCode(reference, told.code, day);
  const names = named === null ? [] : chainOn(reference, named.id, day).map(({ name }) => name);
  const isSame = named !== null && names.join('\n') === told.names.join('\n');
  const here = reference.unit(id, range) === 'valid' ? id : isSame ? named.id : null;
  const met = { ...told, here };
  units.set(`${id} ${told.names.join(' ')} ${here ?? ''}`, met);
  return met;
}

/** Facts of this source that stand here, but no longer at the sender. */
async function fallenSince(
  record: string,
  source: string,
  standing: ReadonlySet<string>,
  { log, codec, reference }: ReceivingParts,
): Promise<string[]> {
  const events = await codec.decode(await log.readStream(personStream(record)));
  return timeline(events, reference).lines.flatMap(({ event, origin }) =>
    origin?.source === source && origin.ref !== undefined && !standing.has(origin.ref) ? [event.id] : [],
  );
}
