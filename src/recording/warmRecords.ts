import { LRUCache } from 'lru-cache';
import type { EventLog, RecordedEvent } from '../event-log/port.js';
import { FIELD_GROUPS, type FieldGroup } from '../fieldGroups.js';
import type { RecordEvent } from '../record/events.js';
import { isDestruction, personStream, type RecordCodec } from './codec.js';

/** A record as loaded: what is stored, and what it says. */
export interface LoadedRecord {
  readonly id: string;
  readonly stored: readonly RecordedEvent[];
  readonly events: readonly RecordEvent[];
}

/** Most events kept, of all records; some 30 MB. */
const MOST_EVENTS = 10_000;
/** As long as keys are kept: no value is shown longer than its key is at hand. Milliseconds. */
const KEPT_MS = 60_000;

interface Kept {
  readonly stored: readonly RecordedEvent[];
  /** Decoded so far: with every group's values, and without any. */
  readonly whole: readonly RecordEvent[];
  readonly bare: readonly RecordEvent[];
}

const NOTHING: Kept = { stored: [], whole: [], bare: [] };

/**
 * The records that were worked on lately, decoded. What is kept of a stream is only its beginning: every load asks the
 * log for what came after, so that nothing recorded in any process is missed. What a destruction took is kept no more
 * once its event is read.
 */
export class WarmRecords {
  private readonly kept = new LRUCache<string, Kept>({
    maxSize: MOST_EVENTS,
    sizeCalculation: ({ stored }) => stored.length + 1,
    ttl: KEPT_MS,
    ttlResolution: 1_000,
    noUpdateTTL: true,
  });

  constructor(
    private readonly log: Pick<EventLog, 'readStream'>,
    private readonly codec: Pick<RecordCodec, 'decode'>,
  ) {}

  /** The record as it is now; no events when there is none. */
  async load(record: string, shown: readonly FieldGroup[] = FIELD_GROUPS): Promise<LoadedRecord> {
    const known = this.kept.get(record)?.stored ?? [];
    const fresh = await this.log.readStream(personStream(record), known.length);
    return this.opened(record, fresh.length === 0 ? known : [...known, ...fresh], shown);
  }

  /** A record of which the stored events have been read already, all of them. */
  async opened(
    record: string,
    stored: readonly RecordedEvent[],
    shown: readonly FieldGroup[] = FIELD_GROUPS,
  ): Promise<LoadedRecord> {
    const part = partOf(shown);
    if (part === null) return { id: record, stored, events: await this.codec.decode(stored, shown) };
    const before = this.kept.get(record) ?? NOTHING;
    const known = stored.slice(before[part].length).some(isDestruction) ? [] : before[part];
    const fresh = stored.slice(known.length);
    const events = fresh.length === 0 ? known : [...known, ...(await this.codec.decode(fresh, shown))];
    if (fresh.length > 0) this.keep(record, stored, part, events);
    // Others may have read further than this caller.
    return {
      id: record,
      stored,
      events: events.length > stored.length ? events.slice(0, stored.length) : events,
    };
  }

  private keep(
    record: string,
    stored: readonly RecordedEvent[],
    part: 'whole' | 'bare',
    events: readonly RecordEvent[],
  ): void {
    const now = this.kept.get(record) ?? NOTHING;
    // Another load may have come further meanwhile.
    if (now[part].length > events.length) return;
    const isGone = stored.slice(now.stored.length).some(isDestruction);
    this.kept.set(record, {
      ...(isGone ? NOTHING : now),
      stored: stored.length > now.stored.length ? stored : now.stored,
      [part]: events,
    });
  }
}

/** Which of the two that are kept shows these groups; null: neither. */
function partOf(shown: readonly FieldGroup[]): 'whole' | 'bare' | null {
  if (shown === FIELD_GROUPS) return 'whole';
  return shown.length === 0 ? 'bare' : null;
}
