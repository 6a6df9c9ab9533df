import { createHash } from 'node:crypto';
import { readdir, rename, rm, mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AttachmentBroken } from '../attachments/format.js';
import { namedIn } from '../attachments/named.js';
import type { AttachmentStore } from '../attachments/store.js';
import { csv, listFile, schemasOf, unitsFile } from '../archive/companions.js';
import { MANIFEST, tagFiles, type BagInfo } from '../archive/bag.js';
import { refuseWithin } from '../archive/backup.js';
import { digestOf, type Digest } from '../archive/digest.js';
import { eventLine } from '../archive/eventLine.js';
import { syncDirectory, writeDurably } from '../archive/files.js';
import { CHECKPOINT, LABEL } from '../archive/layout.js';
import { SealedWriter, type Opener } from '../archive/sealedFile.js';
import { dayInVietnam, type Day } from '../dates.js';
import type { EventLog, RecordedEvent } from '../event-log/port.js';
import type { Evidence, SignedCheckpoint } from '../evidence/evidence.js';
import { proofFile } from '../evidence/proofFile.js';
import { OperatorError } from '../operatorError.js';
import type { RecordEvent } from '../record/events.js';
import { form2c } from '../record/forms/form2c.js';
import { timeline, type Timeline } from '../record/timeline.js';
import { personStream, type RecordCodec } from '../recording/codec.js';
import type { ReferenceView } from '../reference/view.js';
import { parseSealed } from '../sealing/cipher.js';
import type { SealedPayload } from '../sealing/port.js';
import type { KeyringSealer } from '../sealing/sealer.js';
import { codeListsOf } from './codeLists.js';
import { unitsNamed, withThoseAbove } from './citedUnits.js';
import {
  ATTACHMENT_LIST,
  attachmentPath,
  DOSSIER_FORMAT,
  DOSSIER_LOG,
  eventsPath,
  keyLine,
  KEYS_FORMAT,
  PERSON_LABEL,
  proofPath,
  type KeysHeader,
  type KeysLine,
} from './layout.js';
import { dossierReadme } from './readme.js';

export interface DossierParts {
  readonly log: Pick<EventLog, 'readStream'>;
  readonly codec: RecordCodec;
  readonly sealer: KeyringSealer;
  readonly evidence: Evidence;
  readonly attachments: Pick<AttachmentStore, 'read' | 'header'>;
  /** Reference data as known at a sequence that the log has reached. */
  readonly reference: (k: number) => Promise<ReferenceView>;
}

export interface DossierWish {
  /** Id of the record. */
  readonly person: string;
  /** Where the bag is to be: missing or empty. */
  readonly directory: string;
  /** Where what opens it is to be, apart; none: nobody who gets the bag reads a sealed value. */
  readonly keys?: { readonly file: string; readonly opener: Opener };
}

export interface DossierReport {
  readonly checkpoint: SignedCheckpoint;
  /** SHA-256, hexadecimal, of the bag's manifest: what names it. */
  readonly bag: string;
  readonly events: number;
  readonly files: number;
  readonly attachments: number;
  /** Content keys that were handed over; null: no file of keys was asked for. */
  readonly keys: number | null;
}

/** The events of one stream, as stored and as they read. */
interface Chapter {
  readonly stream: string;
  readonly stored: readonly RecordedEvent[];
  readonly events: readonly RecordEvent[];
}

/**
 * Writes one person's dossier for another authority: a bag whose bytes are the same for the same log up to the same
 * sequence, and in which what is sealed in the log stays sealed; what opens it goes into a file of its own. The bag comes
 * into being under its name when it is whole. Rejects with an OperatorError, EvidenceBroken, SealBroken.
 */
export async function writeDossier(parts: DossierParts, wish: DossierWish): Promise<DossierReport> {
  const directory = resolve(wish.directory);
  if (wish.keys !== undefined) refuseWithin(directory, wish.keys.file);
  await refuseFull(directory);
  const checkpoint = await parts.evidence.publish();
  const view = await parts.reference(checkpoint.size);
  const chapters = await chaptersOf(wish.person, checkpoint.size, parts);
  const [own] = chapters;
  if (own === undefined || own.events.length === 0)
    throw new OperatorError('There is no such record.', 'Name the id of a record.');
  const record = timeline(own.events, view);
  const merged = record.withdrawal?.mergedInto;
  if (merged != null)
    throw new OperatorError('The record was merged into another.', `Name that one: ${merged}.`);

  const work = `${directory}.part`;
  await rm(work, { recursive: true, force: true });
  const payload = new Map<string, Digest>();
  const write = async (path: string, content: string | Buffer) => {
    const bytes = Buffer.from(content);
    await writeDurably(join(work, path), bytes);
    payload.set(path, digestOf(bytes));
  };
  for (const [path, text] of await textsOf(chapters, { ...parts, checkpoint, view })) await write(path, text);
  const scans = await scansOf(chapters, parts);
  for (const { stored, content } of scans) if (content !== null) await write(attachmentPath(stored), content);
  await write(ATTACHMENT_LIST, attachmentList(scans));

  const tags = tagFiles(payload, infoOf(wish.person, chapters, checkpoint));
  for (const [name, text] of tags) await writeDurably(join(work, name), text);
  const bag = createHash('sha256')
    .update(tags.get(MANIFEST) ?? '')
    .digest('hex');
  const header: KeysHeader = { format: KEYS_FORMAT, origin: checkpoint.origin, person: wish.person, bag };
  const keys =
    wish.keys === undefined ? null : await writeKeys(wish.keys, header, { chapters, record, view }, parts);
  await mkdir(dirname(directory), { recursive: true });
  await rename(work, directory); // over an empty one too
  await syncDirectory(dirname(directory));
  return {
    checkpoint,
    bag,
    events: chapters.reduce((sum, { stored }) => sum + stored.length, 0),
    files: payload.size,
    attachments: scans.filter(({ content }) => content !== null).length,
    keys,
  };
}

async function refuseFull(directory: string): Promise<void> {
  const names = await readdir(directory).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  if (names.length > 0)
    throw new OperatorError(`The directory ${directory} is not empty.`, 'Name an empty or a new one.');
}

/** The record's own stream first; then those of records merged into it, as its facts name them. */
async function chaptersOf(person: string, size: number, { log, codec }: DossierParts): Promise<Chapter[]> {
  const chapters: Chapter[] = [];
  const records = [person];
  // Grows while it is walked.
  for (const id of records) {
    const stream = personStream(id);
    const stored = (await log.readStream(stream)).filter((e) => e.sequence !== null && e.sequence <= size);
    if (stored.length === 0) continue;
    const events = await codec.decode(stored);
    chapters.push({ stream, stored, events });
    for (const { body } of events) {
      const from = body.kind === 'fact' ? body.origin?.record : undefined;
      if (from !== undefined && !records.includes(from)) records.push(from);
    }
  }
  return chapters;
}

/** Everything but scans, by path. */
async function textsOf(
  chapters: readonly Chapter[],
  {
    evidence,
    checkpoint,
    view,
  }: Pick<DossierParts, 'evidence'> & {
    readonly checkpoint: SignedCheckpoint;
    readonly view: ReferenceView;
  },
): Promise<Map<string, string>> {
  const files = new Map([
    ['data/README.txt', dossierReadme()],
    [CHECKPOINT, checkpoint.note],
  ]);
  for (const { text, id } of await evidence.verifiers())
    files.set(`data/keys/${id.toString(16).padStart(8, '0')}.pub`, `${text}\n`);
  for (const { stream, stored } of chapters) {
    const lines = stored.map((e) => eventLine({ ...e, sequence: e.sequence as number }));
    files.set(eventsPath(stream), lines.map((line) => `${line}\n`).join(''));
    const proof = await proofFile(evidence, stored, stream, checkpoint);
    files.set(proofPath(stream), `${JSON.stringify(proof, null, 1)}\n`);
  }
  const stored = chapters.flatMap((c) => c.stored);
  const kinds = new Set(stored.map(({ type, version }) => `${type}/${version}`));
  for (const [path, text] of schemasOf([...kinds].sort())) files.set(path, text);
  const contents = chapters.flatMap(({ events }) =>
    events.flatMap(({ body }) => ('content' in body ? [body.content] : [])),
  );
  for (const list of codeListsOf(contents.map(({ action }) => action))) files.set(...listFile(view, list));
  files.set(...unitsFile(withThoseAbove(contents.flatMap(unitsNamed), view)));
  return files;
}

interface Scan {
  readonly stored: string;
  /** Ids of the events that name it. */
  readonly events: readonly string[];
  /** Null: its keys were lawfully destroyed. */
  readonly content: Buffer | null;
}

/** The scans that the events name, each once, sealed as they are. */
async function scansOf(chapters: readonly Chapter[], { attachments, sealer }: DossierParts): Promise<Scan[]> {
  const named = new Map<string, string[]>();
  for (const event of chapters.flatMap((c) => c.stored))
    for (const stored of namedIn(event)) named.set(stored, [...(named.get(stored) ?? []), event.id]);
  const scans: Scan[] = [];
  for (const [stored, events] of named) {
    const broken = (why: string) =>
      new OperatorError(`The scan ${stored} ${why}.`, 'Take it from a backup; hoso verify finds all such.');
    const header = await attachments.header(stored);
    if (header === null) throw broken('is missing');
    const isGone = (await sealer.jointSecretOf(header.owner, header.keys)) === null;
    const bytes = isGone
      ? null
      : await attachments.read(stored).catch((error: unknown) => {
          throw error instanceof AttachmentBroken ? broken(`is damaged: ${error.message}`) : error;
        });
    scans.push({ stored, events, content: bytes === null ? null : await whole(bytes) });
  }
  return scans;
}

async function whole(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of bytes) parts.push(part);
  return Buffer.concat(parts);
}

function attachmentList(scans: readonly Scan[]): string {
  return csv([
    ['attachment', 'event', 'state'],
    ...scans.flatMap(({ stored, events, content }) =>
      events.map((event) => [stored, event, content === null ? 'destroyed' : 'here']),
    ),
  ]);
}

function infoOf(person: string, chapters: readonly Chapter[], checkpoint: SignedCheckpoint): BagInfo {
  const stored = chapters.flatMap((c) => c.stored);
  const at = stored.map((e) => e.recordedAt).reduce((a, b) => (a > b ? a : b));
  return [
    ['Bagging-Date', at.slice(0, 10)],
    [
      'External-Description',
      `Hoso: the record of one person, as known at ${checkpoint.size}; see data/README.txt`,
    ],
    ['External-Identifier', `${checkpoint.origin}/${checkpoint.size}/${person}`],
    [LABEL.format, DOSSIER_FORMAT],
    [LABEL.log, DOSSIER_LOG],
    [LABEL.origin, checkpoint.origin],
    [PERSON_LABEL, person],
    [LABEL.entries, String(stored.length)],
    [LABEL.lastRecordedAt, at],
  ];
}

/** Writes what opens the dossier, and what it says in clear. Answers how many keys. */
async function writeKeys(
  { file, opener }: Required<DossierWish>['keys'],
  header: KeysHeader,
  { chapters, record, view }: { chapters: readonly Chapter[]; record: Timeline; view: ReferenceView },
  { sealer, attachments }: DossierParts,
): Promise<number> {
  const ids = chapters.flatMap(({ stored }) => stored.flatMap(keyIdsOf));
  for (const hash of chapters.flatMap(({ stored }) => stored.flatMap(namedIn)))
    ids.push(...Object.values((await attachments.header(hash))?.keys ?? {}));
  const keys = await sealer.handOver(ids);
  const asOf = lastDay(chapters[0] as Chapter, record);
  const lines: (KeysHeader | KeysLine)[] = [
    header,
    ...keys.map(keyLine),
    ...chapters.flatMap(({ stream, events }) =>
      events.map(({ revision, body }): KeysLine => ({ kind: 'event', stream, revision, body })),
    ),
    { kind: 'form', asOf, form: form2c(record, asOf, view) },
  ];
  await mkdir(dirname(resolve(file)), { recursive: true });
  const draft = `${file}.part`;
  const out = await SealedWriter.create(draft, opener);
  for (const line of lines) await out.write(`${JSON.stringify(line)}\n`);
  await out.end();
  await rename(draft, file);
  return keys.length;
}

function keyIdsOf({ data }: RecordedEvent): string[] {
  const { sealed } = JSON.parse(data) as SealedPayload;
  return Object.values(sealed).map((text) => parseSealed(text).keyId);
}

/** The last day that the record tells of: of its last event, or of a fact that takes effect later. */
function lastDay({ stored }: Chapter, { lines }: Timeline): Day {
  const known = dayInVietnam(stored.at(-1)?.recordedAt ?? '');
  return lines.map(({ fact }) => fact.range.first).reduce((a, b) => (a > b ? a : b), known);
}
