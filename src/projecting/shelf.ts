import { LRUCache } from 'lru-cache';
import type { EventLog, Position, RecordedEvent } from '../event-log/port.js';
import { isDestruction } from '../recording/codec.js';
import { parseMetadata, type Metadata } from '../recording/metadata.js';
import { CATEGORY, decodeEvents, type Decoder } from './decoding.js';
import type { Subject, SubjectKind } from './projection.js';

/** A stream that is wanted, with those of its events that the batch at hand has brought, in order. */
export interface Wanted {
  readonly stream: string;
  readonly fresh: readonly RecordedEvent[];
}

interface Kept {
  readonly events: unknown[];
  readonly metas: Metadata[];
  readonly positions: Position[];
  /** Nothing is missing up to here. */
  upTo: Position;
}

/**
 * Decoded streams, shared by all projections of a process: a stream that lives is read and unsealed once, then only
 * grows by what batches bring. Bounded by the number of events kept.
 */
export class Shelf {
  private readonly kept: LRUCache<string, Kept>;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly log: EventLog,
    private readonly decoder: Decoder,
    mostEvents = 50_000,
  ) {
    this.kept = new LRUCache({ maxSize: mostEvents, sizeCalculation: ({ events }) => events.length + 1 });
  }

  /** Streams of one kind, whole up to the cut, in the order given; one without events up to there is left out. */
  async subjects(kind: SubjectKind, wanted: readonly Wanted[], cut: Position): Promise<Subject<unknown>[]> {
    // One at a time: projections that follow the same batch find what the first of them has decoded.
    const mine = this.turn.then(() => this.fetch(kind, wanted, cut));
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  private async fetch(
    kind: SubjectKind,
    wanted: readonly Wanted[],
    cut: Position,
  ): Promise<Subject<unknown>[]> {
    const lacking = new Map<string, readonly RecordedEvent[]>();
    const unknown: string[] = [];
    for (const { stream, fresh } of wanted) {
      // What a destruction took is on no shelf any more: the stream is read and unsealed anew.
      if (fresh.some(isDestruction)) this.kept.delete(stream);
      const kept = this.kept.get(stream);
      const news = newsOf(kept, fresh, cut);
      if (news === null) unknown.push(stream);
      else if (news.length > 0) lacking.set(stream, news);
    }
    const read = new Map<string, RecordedEvent[]>(unknown.map((stream) => [stream, []]));
    for (const event of await this.log.readStreams(unknown, cut)) read.get(event.stream)?.push(event);
    for (const [stream, events] of read) lacking.set(stream, events);
    const decoded = await decodeEvents(kind, [...lacking.values()].flat(), this.decoder);
    let next = 0;
    const found = new Map<string, Kept>();
    for (const [stream, events] of lacking) {
      const before = read.has(stream) ? undefined : this.kept.get(stream);
      const kept: Kept = {
        events: [...(before?.events ?? []), ...decoded.slice(next, next + events.length)],
        metas: [...(before?.metas ?? []), ...events.map((e) => parseMetadata(e.meta))],
        positions: [...(before?.positions ?? []), ...events.map((e) => e.position)],
        upTo: cut,
      };
      next += events.length;
      found.set(stream, kept);
    }
    // The cache may drop any of them at any time: what is wanted now is held beside it.
    const subjects = wanted.map(({ stream }) => {
      const kept = found.get(stream) ?? this.kept.get(stream);
      if (kept === undefined) throw new Error(`stream ${stream} was dropped while it was in use`);
      if (kept.upTo < cut) kept.upTo = cut;
      return subjectOf(stream.slice(CATEGORY[kind].length), kept, cut);
    });
    for (const [stream, kept] of found) if (kept.events.length > 0) this.kept.set(stream, kept);
    return subjects.filter((s) => s.events.length > 0);
  }
}

/** What is missing of a stream beyond what is kept: nothing, some of the fresh events, or (null) unknown: read it. */
function newsOf(
  kept: Kept | undefined,
  fresh: readonly RecordedEvent[],
  cut: Position,
): readonly RecordedEvent[] | null {
  const first = fresh[0];
  if (first === undefined) return kept !== undefined && kept.upTo >= cut ? [] : null;
  const length = kept?.events.length ?? 0;
  // A batch brings every event of a stream up to its end, so that these close the gap, if there is none before them.
  return first.revision <= length ? fresh.slice(length - first.revision) : null;
}

function subjectOf(id: string, { events, metas, positions }: Kept, cut: Position): Subject<unknown> {
  let length = positions.length;
  while (length > 0 && (positions[length - 1] as Position) > cut) length -= 1;
  return length === events.length
    ? { id, events, metas }
    : { id, events: events.slice(0, length), metas: metas.slice(0, length) };
}
