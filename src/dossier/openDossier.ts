import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { MANIFEST, readBag } from '../archive/bag.js';
import { sealedLines, type Opener } from '../archive/sealedFile.js';
import { verifyBag, type BagReport } from '../archive/verifyBag.js';
import { headerOf, headerLine, opened } from '../attachments/format.js';
import type { Day } from '../dates.js';
import type { FieldGroup } from '../fieldGroups.js';
import type { Checkpoint } from '../evidence/checkpoint.js';
import type { Verifier } from '../evidence/note.js';
import { OperatorError } from '../operatorError.js';
import type { UnitElsewhere } from '../record/elsewhere.js';
import type { RecordEvent } from '../record/events.js';
import { personStream, RecordCodec } from '../recording/codec.js';
import type { LiveKey } from '../sealing/keyring.js';
import { SealBroken } from '../sealing/port.js';
import { KeyringSealer } from '../sealing/sealer.js';
import { eventsOfDossier } from './checkDossier.js';
import { HandedKeys } from './handedKeys.js';
import {
  attachmentPath,
  DOSSIER_LOG,
  KEYS_FORMAT,
  PERSON_LABEL,
  type KeysHeader,
  type KeysLine,
} from './layout.js';

/** A dossier that holds, opened. */
export interface OpenedDossier {
  readonly kind: 'opened';
  /** SHA-256, hexadecimal, of its manifest. */
  readonly bag: string;
  readonly checkpoint: Checkpoint;
  /** Id of the record at the sender. */
  readonly person: string;
  /** Of the record's own stream, unsealed from what was proven. */
  readonly events: readonly RecordEvent[];
  /** What the sender calls a unit on a day; null: the dossier does not tell. */
  unit(id: string, day: Day): UnitElsewhere | null;
  /** What the sender's list calls a code on a day; null: the dossier does not tell. */
  code(list: string, code: string, day: Day): string | null;
  /** A scan in clear and the groups that it shows; null: it is not in the dossier. */
  scan(stored: string): Promise<{
    readonly groups: readonly FieldGroup[];
    readonly content: () => AsyncIterable<Buffer>;
  } | null>;
}

export interface DossierPlace {
  readonly directory: string;
  readonly keysFile: string;
  readonly opener: Opener;
  /** The sender's public keys, as published elsewhere. */
  readonly trusted: readonly Verifier[];
}

/**
 * Opens a dossier: every file against its manifests, every event against the sender's signed log, then what is sealed.
 * Where the bag does not hold, what is wrong with it, file by file. Rejects with an OperatorError for keys that are not
 * its own, or a wrong passphrase.
 */
export async function openDossier({
  directory,
  keysFile,
  opener,
  trusted,
}: DossierPlace): Promise<OpenedDossier | { readonly kind: 'broken'; readonly report: BagReport }> {
  const report = await verifyBag(directory, { trusted });
  const { checkpoint } = report;
  if (report.outcome !== 'intact' || checkpoint === null) return { kind: 'broken', report };
  if (report.log !== DOSSIER_LOG)
    throw new OperatorError(
      `The bag in ${directory} is of ${report.log}, and no person’s dossier.`,
      'Name a bag as hoso archive --person makes it; an archive is restored.',
    );
  const { info, payload } = await readBag(directory);
  const person = info.get(PERSON_LABEL) ?? '';
  const bag = createHash('sha256')
    .update(await readFile(join(directory, MANIFEST)))
    .digest('hex');
  const keys = await keysOf(keysFile, opener, { bag, person, origin: checkpoint.origin });
  const sealer = new KeyringSealer(new HandedKeys(keys), Math.max(keys.length, 1));
  const stored = await eventsOfDossier(directory, personStream(person));
  const events = await new RecordCodec(sealer)
    .decode(stored.map((event) => ({ ...event, position: 0n })))
    .catch((error: unknown) => {
      if (!(error instanceof SealBroken)) throw error;
      throw notItsKeys(keysFile, error);
    });
  const texts = new Map<string, string>();
  for (const path of payload.keys())
    if (path.startsWith(LISTS)) texts.set(path, await readFile(join(directory, path), 'utf8'));
  const units = unitsOf(texts.get(`${LISTS}units.csv`) ?? '');
  return {
    kind: 'opened',
    bag,
    checkpoint,
    person,
    events,
    unit: (id, day) => unitOn(units, id, day),
    code: (list, code, day) => nameOn(texts.get(`${LISTS}${list}.csv`) ?? '', code, day),
    scan: async (hash) => {
      const file = join(directory, attachmentPath(hash));
      const line = await headerLine(createReadStream(file)).catch(() => null);
      if (line === null) return null;
      const header = headerOf(line);
      const secret = await sealer.jointSecretOf(header.owner, header.keys);
      if (secret === null) return null;
      const groups = Object.keys(header.keys) as FieldGroup[];
      return { groups, content: () => opened(secret, createReadStream(file)) };
    },
  };
}

async function keysOf(file: string, opener: Opener, wanted: Omit<KeysHeader, 'format'>): Promise<LiveKey[]> {
  const keys: LiveKey[] = [];
  let isFirst = true;
  for await (const line of sealedLines(file, opener)) {
    const told = JSON.parse(line) as KeysHeader & KeysLine;
    if (isFirst && (told.format as string) !== KEYS_FORMAT)
      throw new OperatorError(
        `The file ${file} holds no keys of a dossier.`,
        'Name the one that came with it.',
      );
    if (isFirst && Object.entries(wanted).some(([name, value]) => told[name as keyof typeof told] !== value))
      throw notItsKeys(file);
    if (told.kind === 'key')
      keys.push({
        owner: told.owner,
        group: told.group as FieldGroup,
        keyId: told.id,
        key: Buffer.from(told.key, 'base64'),
      });
    isFirst = false;
  }
  return keys;
}

function notItsKeys(file: string, cause?: unknown): OperatorError {
  return new OperatorError(
    `The keys in ${file} are those of another dossier.`,
    'Name the file that was made with this bag.',
    { cause },
  );
}

const LISTS = 'data/catalogues/';

/** A row of a list: names of a code for some days, both included; an empty one is open. */
interface CodeRow {
  readonly code: string;
  readonly name: string;
  readonly valid_from: Day;
  readonly valid_to: Day;
}

/** The name of the day, else the last one. */
function nameOn(text: string, code: string, day: Day): string | null {
  const rows = parse<CodeRow>(text, { columns: true }).filter((row) => row.code === code);
  const holds = (row: CodeRow) => row.valid_from <= day && (row.valid_to === '' || day <= row.valid_to);
  return (rows.findLast(holds) ?? rows.at(-1))?.name ?? null;
}

/** A row of units.csv: what a unit was for some days. */
interface UnitRow {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly parent: string;
  /** First day; empty: not known. */
  readonly from: Day;
  /** First day after; empty: none. */
  readonly until: Day;
}

function unitsOf(text: string): ReadonlyMap<string, readonly UnitRow[]> {
  const units = new Map<string, UnitRow[]>();
  for (const row of parse<UnitRow>(text, { columns: true })) {
    const rows = units.get(row.id);
    if (rows === undefined) units.set(row.id, [row]);
    else rows.push(row);
  }
  return units;
}

function unitOn(units: ReadonlyMap<string, readonly UnitRow[]>, id: string, day: Day): UnitElsewhere | null {
  const names: string[] = [];
  const met = new Set<string>();
  let code: string | null = null;
  for (let next = id; next !== '' && !met.has(next);) {
    met.add(next);
    const rows = units.get(next) ?? [];
    // One that is closed by then keeps its last name.
    const row = rows.findLast(({ from }) => from <= day) ?? rows[0];
    if (row === undefined) break;
    code ??= row.code;
    names.push(row.name);
    next = row.parent;
  }
  return code === null ? null : { id, code, names };
}
