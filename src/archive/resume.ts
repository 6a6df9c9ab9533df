import { BEGINNING, type EventLog } from '../event-log/port.js';
import { openCheckpoint, type Checkpoint } from '../evidence/checkpoint.js';
import { renewKeyFile } from '../evidence/keyFile.js';
import { eventLeaf } from '../evidence/leaf.js';
import { BadNote, readVerifier } from '../evidence/note.js';
import type { Register } from '../evidence/register.js';
import type { TileStore } from '../evidence/tileStore.js';
import { Tree } from '../evidence/tree.js';
import { OperatorError } from '../operatorError.js';
import type { LogName } from './layout.js';

/** How a log stands to a checkpoint that was published of it. */
export type Standing =
  | { readonly kind: 'extends'; readonly size: number }
  /** The log is an older state: these sequences, both included, are missing. */
  | { readonly kind: 'shorter'; readonly from: number; readonly to: number }
  /** Its first events are others. */
  | { readonly kind: 'differs'; readonly size: number };

const PAGE = 5_000;

/** Compares a log with a checkpoint, from its first event on. Null: interrupted. */
export async function standingTo(
  log: Pick<EventLog, 'head' | 'readAll'>,
  { size, root }: Checkpoint,
  signal?: AbortSignal,
): Promise<Standing | null> {
  const { sequence } = await log.head();
  if (sequence < size) return { kind: 'shorter', from: sequence + 1, to: size };
  const tree = new Tree();
  for (let position = BEGINNING; tree.size < size;) {
    if (signal?.aborted === true) return null;
    const page = await log.readAll(position, Math.min(PAGE, size - tree.size));
    for (const event of page) tree.append(eventLeaf(event));
    position = page.at(-1)?.position ?? position;
    if (page.length === 0) break;
  }
  return tree.size === size && tree.root().equals(root)
    ? { kind: 'extends', size }
    : { kind: 'differs', size };
}

/** A checkpoint signed by a key that the register knows. Rejects with an OperatorError. */
export async function knownCheckpoint(note: string, register: Register): Promise<Checkpoint> {
  const known = (await register.signers()).map(readVerifier);
  try {
    return openCheckpoint(note, known);
  } catch (cause) {
    if (!(cause instanceof BadNote)) throw cause;
    throw new OperatorError(
      `This is no checkpoint of this log: ${cause.message}.`,
      'Name the last checkpoint that was published, as it was kept elsewhere.',
      { cause },
    );
  }
}

/**
 * After a restore: lets checkpoints go on under the same origin, where the log extends the last one that was published.
 * Otherwise nothing is changed, and the answer says how the log stands to it.
 */
export async function resumeAgainst(
  note: string,
  {
    name = 'events',
    log,
    register,
    origin,
    signal,
  }: {
    readonly name?: LogName;
    readonly log: Pick<EventLog, 'head' | 'readAll'>;
    readonly register: Register;
    /** Under which this deployment's key signs this log's checkpoints. */
    readonly origin: string;
    readonly signal?: AbortSignal;
  },
): Promise<Standing | null> {
  const checkpoint = await knownCheckpoint(note, register);
  if (checkpoint.origin !== origin)
    throw new OperatorError(
      `The checkpoint is of ${checkpoint.origin}, and the evidence key here signs for ${origin}.`,
      'Restore the evidence key from its backup; where it is lost, open a new origin: hoso origin.',
    );
  const standing = await standingTo(log, checkpoint, signal);
  if (standing?.kind !== 'extends') return standing;
  await register.enter(origin, { ...checkpoint, note });
  await register.addTurn(name, { ...checkpoint, kind: 'resumed', note });
  return standing;
}

/**
 * Opens a new origin that follows the one of the last checkpoint: a new key of a new name, and every checkpoint that it
 * signs names the old one. For a log that does not extend what was published, and for a key that was lost. The audit of
 * reads is signed by the same key and gets its new origin with it: after its checkpoint among the notes, else after the
 * last one that is known here. Answers the checkpoint of the events that is followed.
 */
export async function openOrigin(
  name: string,
  notes: readonly string[],
  {
    register,
    tiles,
    readsTiles,
    keyFile,
  }: {
    readonly register: Register;
    readonly tiles: TileStore;
    readonly readsTiles: TileStore;
    readonly keyFile: string;
  },
): Promise<Checkpoint> {
  const known = await Promise.all(
    notes.map(async (note) => ({ ...(await knownCheckpoint(note, register)), note })),
  );
  const events = known.find(({ origin }) => origin.endsWith('/events'));
  if (events === undefined)
    throw new OperatorError(
      `There is no checkpoint of the events among those of ${known.map((k) => k.origin).join(', ')}.`,
      'Name the last checkpoint of …/events that was published.',
    );
  const old = events.origin.replace(/events$/, '');
  if (old === `${name}/`)
    throw new OperatorError(
      `${name} is the name that the log had.`,
      'Give it another: whoever holds an old checkpoint must see that a new log begins.',
    );
  const reads = known.find(({ origin }) => origin === `${old}reads`) ?? (await register.last(`${old}reads`));
  const signer = await renewKeyFile(keyFile, name);
  await register.addSigner(signer.verifier.text);
  // Those of the old origin: the turns and the register keep them.
  await tiles.remove('checkpoint');
  await readsTiles.remove('checkpoint');
  await register.addTurn('events', { ...events, kind: 'opened', origin: `${name}/events` });
  if (reads !== undefined)
    await register.addTurn('reads', { ...reads, kind: 'opened', origin: `${name}/reads` });
  return events;
}
