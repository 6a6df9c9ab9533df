import type { EventFilter, EventLog, Matching, Position, RecordedEvent } from './port.js';

/** Events of a page. */
const PAGE = 1_000;

/** Whether a filter wants an event. */
export function matcher({ categories, types, streams }: EventFilter): (event: RecordedEvent) => boolean {
  const [ofType, ofStream] = [new Set(types), new Set(streams)];
  return ({ stream, type }) =>
    ofType.has(type) || ofStream.has(stream) || categories.some((c) => stream.startsWith(c));
}

/** `readMatching` for an engine that cannot choose by itself: every event is fetched, page by page. */
export async function lookThrough(
  log: Pick<EventLog, 'readAll'>,
  filter: EventFilter,
  after: Position,
  upTo: Position,
  look: number,
): Promise<Matching> {
  const isWanted = matcher(filter);
  const events: RecordedEvent[] = [];
  let reached: Matching['reached'] = null;
  for (let left = look; left > 0; left -= PAGE) {
    const limit = Math.min(PAGE, left);
    const page = await log.readAll(reached?.position ?? after, limit);
    const within = page.filter((e) => e.position <= upTo);
    events.push(...within.filter(isWanted));
    const last = within.at(-1);
    if (last !== undefined) reached = { position: last.position, sequence: last.sequence as number };
    if (within.length < limit) break;
  }
  return { events, reached };
}
