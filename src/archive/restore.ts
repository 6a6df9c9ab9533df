import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BEGINNING, type EventLog } from '../event-log/port.js';
import { eventLeaf } from '../evidence/leaf.js';
import type { Verifier } from '../evidence/note.js';
import type { Register, Turn } from '../evidence/register.js';
import type { TileStore } from '../evidence/tileStore.js';
import { Tree } from '../evidence/tree.js';
import { copyInto, kept, type Place } from '../moving/copyInto.js';
import { OperatorError } from '../operatorError.js';
import { parseEventLine, type ArchivedEvent } from './eventLine.js';
import { parsePlainSums, plainSumsPath, segmentPath, type LogName } from './layout.js';
import { SegmentReader } from './segmentReader.js';
import { verifyBag, type BagReport } from './verifyBag.js';

export type RestorePhase = 'bag' | 'write' | 'compare';

export interface RestoreOptions {
  readonly directory: string;
  readonly to: RestoreTarget;
  readonly register: Register;
  /** Where the tree of the log is kept: it begins with the checkpoint of the bag. */
  readonly tiles: TileStore;
  /** Keys that were published elsewhere, one of which must have signed; none: those in the bag. */
  readonly trusted?: readonly Verifier[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (phase: RestorePhase, done: number, of: number) => void;
}

export interface RestoreReport {
  readonly outcome: 'restored' | 'refused' | 'interrupted';
  readonly bag: BagReport;
  /** Events that were there already, from a restore that was interrupted. */
  readonly found: number;
  readonly written: number;
}

const PAGE = 5_000;

/** Where a bag is restored to. */
export interface RestoreTarget {
  readonly name: LogName;
  readonly log: Pick<EventLog, 'head' | 'readAll'>;
  /** Writes a page at the end, with the sequences and times that it has. */
  write(page: readonly ArchivedEvent[]): Promise<void>;
  /** Before the first page. */
  open?(): Promise<void>;
  /** When all is there. */
  finish?(): Promise<void>;
}

/** The event log of either engine. */
export function eventsTarget(place: Place): RestoreTarget {
  const pastTimes = async (open: boolean): Promise<void> => {
    if (place.kind === 'eventstoredb' && (place.log.pastTimes === 'move') !== open)
      await place.log.letPastTimes(open);
  };
  return {
    name: 'events',
    log: place.log,
    write: (page) => copyInto(place, page),
    open: () => pastTimes(true),
    finish: () => pastTimes(false),
  };
}

/**
 * Writes the entries of a bag into an empty log: sequences, ids, times and bytes kept. The bag is verified before
 * anything is written, and the log is read again at the end: its root must be the one that was signed. Run again after
 * an interruption, it goes on; once it is done, it changes nothing. From then on nothing is signed until the operator says which checkpoint
 * was the last one (`hoso resume`, `hoso origin`). Rejects with an OperatorError where the log is not empty.
 */
export async function restore(options: RestoreOptions): Promise<RestoreReport> {
  const { directory, to, register, tiles, trusted, signal, onProgress = () => undefined } = options;
  const bag = await verifyBag(directory, {
    ...(trusted === undefined ? {} : { trusted }),
    ...(signal === undefined ? {} : { signal }),
    onProgress: (done, of) => {
      onProgress('bag', done, of);
    },
  });
  const { checkpoint } = bag;
  const report = (outcome: RestoreReport['outcome'], found = 0, written = 0) => ({
    outcome,
    bag,
    found,
    written,
  });
  if (bag.outcome !== 'intact' || checkpoint === null)
    return report(bag.outcome === 'interrupted' ? 'interrupted' : 'refused');
  if (bag.log !== to.name)
    throw new OperatorError(
      `The bag in ${directory} is of ${bag.log}, not of ${to.name}.`,
      'Name the other.',
    );
  const turn: Turn = { ...checkpoint, kind: 'restoring', note: bag.note };
  if (await isDone(to, register, turn)) return report('restored', turn.size);
  const found = await mayWrite(to, register, turn);
  let written = 0;
  if ((await compared(found, options)) === null) return report('interrupted');
  for await (const page of eventsOf(directory, to.name)) {
    if (signal?.aborted === true) return report('interrupted', found, written);
    const fresh = page.filter(({ sequence }) => sequence > found);
    if (fresh.length > 0) await to.write(fresh);
    written += fresh.length;
    onProgress('write', found + written, checkpoint.size);
  }
  const root = await compared(turn.size, options);
  if (root === null) return report('interrupted', found, written);
  if ((await to.log.head()).sequence !== turn.size || !root.equals(turn.root)) throw differs(turn.size + 1);
  await to.finish?.();
  for (const { text } of bag.keys) await register.addSigner(text);
  await register.enter(turn.origin, turn);
  await tiles.remove('.');
  await tiles.write('checkpoint', Buffer.from(bag.note));
  await register.addTurn(to.name, { ...turn, kind: 'restored' });
  return report('restored', found, written);
}

/** Whether the log is what this very bag was restored to, and nothing has come since. */
async function isDone({ name, log }: RestoreTarget, register: Register, turn: Turn): Promise<boolean> {
  const last = (await register.turns(name)).at(-1);
  return last?.kind === 'restored' && last.note === turn.note && (await log.head()).sequence === turn.size;
}

/** Answers how many events an interrupted restore of this very bag has written; refuses any other log with events. */
async function mayWrite(to: RestoreTarget, register: Register, turn: Turn): Promise<number> {
  const { sequence } = await to.log.head();
  const last = (await register.turns(to.name)).at(-1);
  const goesOn = last?.kind === 'restoring' && last.note === turn.note;
  if (last?.kind === 'restoring' && !goesOn)
    throw new OperatorError(
      `The restore of another bag (${last.origin}, ${last.size} events) is not finished.`,
      'Run hoso restore with that bag again, or give an empty database.',
    );
  if (sequence > 0 && !goesOn)
    throw new OperatorError(
      `The log of ${to.name} has ${sequence} entries already; a bag is restored into an empty one.`,
      'Give an empty HOSO_DATA_DIR or database, or an EVENTSTOREDB_PREFIX without events.',
    );
  if (!goesOn) await register.addTurn(to.name, turn);
  if (sequence < turn.size) await to.open?.();
  return sequence;
}

/**
 * Reads the first so many events of the log again, event by event beside the bag: the root of the tree over them. Null:
 * interrupted.
 */
async function compared(
  count: number,
  { directory, to: { name, log }, signal, onProgress = () => undefined }: RestoreOptions,
): Promise<Buffer | null> {
  const tree = new Tree();
  const bag = eventsOf(directory, name);
  let expected: ArchivedEvent[] = [];
  for (let position = BEGINNING; tree.size < count;) {
    if (signal?.aborted === true) return null;
    const page = await log.readAll(position, Math.min(PAGE, count - tree.size));
    if (page.length === 0) throw differs(tree.size + 1);
    while (expected.length < page.length) {
      const next = await bag.next();
      if (next.done === true) break;
      expected = [...expected, ...next.value];
    }
    page.forEach((event, i) => {
      if (kept(event) !== kept(expected[i])) throw differs(event.sequence ?? tree.size + 1);
      tree.append(eventLeaf(event));
    });
    expected = expected.slice(page.length);
    position = page.at(-1)?.position ?? position;
    onProgress('compare', tree.size, count);
  }
  await bag.return(undefined);
  return tree.root();
}

function differs(sequence: number): OperatorError {
  return new OperatorError(
    `The log differs from the bag at sequence ${sequence}: somebody else wrote to it.`,
    'Stop every service, and restore into an empty database.',
  );
}

/** The entries of a bag in order, in pages. The bag was verified before. */
export async function* eventsOf(
  directory: string,
  log: LogName = 'events',
): AsyncGenerator<ArchivedEvent[], undefined> {
  const sums = parsePlainSums(await readFile(join(directory, plainSumsPath(log)), 'utf8')) ?? [];
  for (const segment of sums)
    for await (const page of new SegmentReader(join(directory, segmentPath(log, segment))).pages())
      yield page.map(parseEventLine);
  return undefined;
}
