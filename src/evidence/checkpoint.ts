import { BadNote, openNote, parseNote, signNote, type Signer, type Verifier } from './note.js';
import { HASH_BYTES } from './tree.js';

/** The state of a tree, as it is signed (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** Names the log for ever. */
  readonly origin: string;
  /** How many events it covers: the sequence of the last. */
  readonly size: number;
  readonly root: Buffer;
  /** Further lines, as they stand. */
  readonly extensions: readonly string[];
}

/** A checkpoint signed by each of the keys. */
export function signCheckpoint(
  { origin, size, root, extensions }: Checkpoint,
  signers: readonly Signer[],
): string {
  const lines = [origin, String(size), root.toString('base64'), ...extensions];
  return signNote(`${lines.join('\n')}\n`, signers);
}

/** A checkpoint that one of the keys has signed. Throws BadNote. */
export function openCheckpoint(note: string, known: readonly Verifier[]): Checkpoint {
  return parseCheckpoint(openNote(note, known).text);
}

/** What a checkpoint says, its signatures not looked at: believe nothing of it. Throws BadNote. */
export function readCheckpoint(note: string): Checkpoint {
  return parseCheckpoint(parseNote(note).text);
}

function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', encoded = '', ...extensions] = text.slice(0, -1).split('\n');
  const root = Buffer.from(encoded, 'base64');
  const isRoot = root.length === HASH_BYTES && root.toString('base64') === encoded;
  if (origin === '' || !/^(0|[1-9]\d{0,15})$/.test(size) || !isRoot)
    throw new BadNote('this is no checkpoint: origin, size, root');
  return { origin, size: Number(size), root, extensions };
}
