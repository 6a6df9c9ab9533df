import { createReadStream } from 'node:fs';
import type { LineOrigin } from './line.js';

/** A line that does not come from a file of ours. */
export interface GivenLine {
  readonly text: string;
  readonly origin: LineOrigin;
}

/** Whole lines of a file, or lines that were handed in, one after another. */
export interface Chunk {
  /** Number of its first line, from 1. */
  readonly first: number;
  readonly lines: Uint8Array | readonly GivenLine[];
  /** Bytes read up to its end. */
  readonly end: number;
}

const CHUNK = 256 * 1024;
const LINE_FEED = 0x0a;

/** The file, cut at ends of lines; a line is never cut, however long it is. */
export async function* chunksOfFile(file: string): AsyncGenerator<Chunk> {
  let [first, end] = [1, 0];
  let open: Buffer[] = [];
  for await (const data of createReadStream(file, { highWaterMark: CHUNK }) as AsyncIterable<Buffer>) {
    end += data.length;
    const cut = data.lastIndexOf(LINE_FEED);
    if (cut < 0) {
      open.push(data);
      continue;
    }
    const lines = Buffer.concat([...open, data.subarray(0, cut)]);
    open = [data.subarray(cut + 1)];
    yield { first, lines, end };
    first += linesIn(lines);
  }
  const rest = Buffer.concat(open);
  if (rest.length > 0) yield { first, lines: rest, end };
}

/** The lines of a chunk; those of a file without what ends them. */
export function linesOf({ lines }: Chunk): readonly GivenText[] {
  if (!(lines instanceof Uint8Array)) return lines;
  return Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength)
    .toString()
    .split('\n')
    .map((text) => ({ text: text.endsWith('\r') ? text.slice(0, -1) : text }));
}

/** A line, perhaps with what is known of where it comes from. */
type GivenText = Pick<GivenLine, 'text'> & Partial<GivenLine>;

/** Lines of a chunk without its last line's end. */
function linesIn(bytes: Buffer): number {
  let count = 1;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) count += 1;
  return count;
}
