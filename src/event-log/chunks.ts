import { checkAppend } from './checkAppend.js';
import type { AppendRequest } from './port.js';

/**
 * As many keep the head locked for some 6 to 12 ms (test/bench/append.ts). A COPY holds it for as long as it lasts, 25 ms and
 * more for 2,000 rows and longer when the client is busy; as one statement whose rows have all arrived and been judged
 * before it locks, the same chunk holds it less and is written as fast.
 */
const CHUNK_EVENTS = 500;
const CHUNK_BYTES = 4_000_000;

export interface Chunk {
  readonly requests: readonly AppendRequest[];
  readonly bytes: number;
}

/**
 * Cuts a bulk append, in order, into calls that are small enough, and where an id comes again: within one call each id
 * stands once. Throws InvalidAppend before anything is sent.
 */
export function chunks(requests: readonly AppendRequest[]): Chunk[] {
  const all: { requests: AppendRequest[]; bytes: number }[] = [];
  const ids = new Set<string>();
  let events = 0;
  for (const request of requests) {
    const bytes = checkAppend(request);
    const size = request.events.length;
    let chunk = all.at(-1);
    if (
      chunk === undefined ||
      events + size > CHUNK_EVENTS ||
      chunk.bytes + bytes > CHUNK_BYTES ||
      request.events.some(({ id }) => ids.has(id))
    ) {
      chunk = { requests: [], bytes: 0 };
      all.push(chunk);
      ids.clear();
      events = 0;
    }
    chunk.requests.push(request);
    chunk.bytes += bytes;
    events += size;
    for (const { id } of request.events) ids.add(id);
  }
  return all;
}
