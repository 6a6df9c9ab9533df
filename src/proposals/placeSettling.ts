import {
  BEGINNING,
  type EventFilter,
  type EventLog,
  type Position,
  type RecordedEvent,
} from '../event-log/port.js';
import { PERSON, personOf, personStream } from '../recording/codec.js';
import { parseMetadata } from '../recording/metadata.js';
import type { LoadedRecord, RecordDesk, References } from '../recording/recordDesk.js';
import type { FactLine } from '../record/timeline.js';
import {
  EARLY_RAISES,
  placeEvent,
  placeKeyOf,
  placeOf,
  placesStream,
  type EarlyRaises,
  type Holder,
  type Place,
} from './earlyRaises.js';
import type { PlaceKey } from './proposal.js';

/** The correlation of the fact that a proposal became. */
export function byProposal(id: string): string {
  return `proposal ${id}`;
}

export interface PlaceSettlingParts {
  readonly log: EventLog;
  readonly desk: RecordDesk;
  readonly references: References;
  readonly earlyRaises: EarlyRaises;
}

const PAGE = 5_000;
const RAISED = 'step_raised_early';
const CORRECTED = 'corrected';
/** Types of the events that may bring a record its first place. */
const TELLING = [RAISED, 'rescinded', 'record_restored', CORRECTED];

/**
 * Keeps the places of early raises in line with the records, whatever process wrote those: an issued raise takes its
 * place, one that is rescinded, corrected into another year or kind, withdrawn or merged gives it back. Fed with the log
 * in order; what it does twice is done once.
 */
export class PlaceSettling {
  /** Who holds which place, by holder and stream; as far as it was fed, and what it has done itself. */
  private held = new Map<string, Place>();
  private ofRecord = new Map<string, Set<string>>();

  constructor(private readonly parts: PlaceSettlingParts) {}

  /** Learns which places are held as of a position. */
  async start(upTo: Position): Promise<void> {
    this.held = new Map();
    this.ofRecord = new Map();
    for (let after = BEGINNING; ;) {
      const page = await this.parts.log.readCategories([EARLY_RAISES], after, upTo, PAGE);
      for (const event of page) this.learn(event);
      if (page.length < PAGE) return;
      after = page.at(-1)?.position ?? upTo;
    }
  }

  /** Takes an event in; answers the record whose places may have to change, if any. */
  meet(event: RecordedEvent): string | null {
    if (event.stream.startsWith(EARLY_RAISES)) return this.learn(event);
    const record = personOf(event.stream);
    return record !== null && (this.hasPlace(record) || mayConcern(event)) ? record : null;
  }

  /** What of the log may change places: their streams, what may bring a record one, and the records that hold any. */
  concerns(): EventFilter {
    const streams = [...this.ofRecord.keys()].map(personStream);
    return { categories: [EARLY_RAISES], types: TELLING, streams };
  }

  /** Whether a record holds any place. */
  hasPlace(record: string): boolean {
    return this.ofRecord.has(record);
  }

  /** Brings the places of a record's raises in line with what stands in it now. */
  async settle(record: string): Promise<void> {
    const { desk, references, earlyRaises } = this.parts;
    const loaded = await desk.load(record);
    const timeline = await desk.timelineOf(loaded);
    const { reference } = references.view();
    const needed = new Map<string, PlaceKey | undefined>();
    const standing = timeline.withdrawal === null ? timeline.lines : [];
    for (const line of standing) {
      const key = placeOf(line.fact, timeline, reference);
      if (key === null) continue;
      needed.set(line.event.id, key);
      if (key === undefined) continue;
      const place = { ...key, by: line.event.id, holder: 'fact' as const, record };
      if (this.held.has(nameOf(place))) continue;
      const instead = predecessorOf(line, loaded);
      await earlyRaises.issue(place, instead);
      if (instead !== undefined) this.forget({ ...key, by: instead });
      this.remember(place);
    }
    for (const place of this.placesOf(record, 'fact')) {
      const key = needed.get(place.by);
      // What was lawfully destroyed keeps the place that it has.
      if (key === undefined && needed.has(place.by)) continue;
      if (key === undefined || placesStream(key) !== placesStream(place)) await this.free(place);
    }
  }

  /** Frees what a proposal still holds that has come to its end. */
  async freeProposal(id: string, record: string): Promise<void> {
    for (const place of this.placesOf(record, 'proposal')) if (place.by === id) await this.free(place);
  }

  private async free(place: Place): Promise<void> {
    await this.parts.earlyRaises.release(place.by, place);
    this.forget(place);
  }

  private placesOf(record: string, holder: Holder['holder']): Place[] {
    return [...(this.ofRecord.get(record) ?? [])].flatMap((name) => {
      const place = this.held.get(name);
      return place?.holder === holder ? [place] : [];
    });
  }

  /** Answers the record concerned when it did not know this yet. */
  private learn(event: RecordedEvent): string | null {
    const { type, by, holder, record, instead } = placeEvent(event);
    const place = { ...placeKeyOf(event.stream), by, holder, record };
    if (instead !== undefined) this.forget({ ...place, by: instead });
    const isHeld = type === 'early_raise_place_taken';
    if (this.held.has(nameOf(place)) === isHeld) return null;
    if (isHeld) this.remember(place);
    else this.forget(place);
    return holder === 'fact' ? record : null;
  }

  private remember(place: Place): void {
    const name = nameOf(place);
    this.held.set(name, place);
    const own = this.ofRecord.get(place.record);
    if (own === undefined) this.ofRecord.set(place.record, new Set([name]));
    else own.add(name);
  }

  private forget(place: PlaceKey & Pick<Place, 'by'>): void {
    const name = nameOf(place);
    const known = this.held.get(name);
    if (known === undefined) return;
    this.held.delete(name);
    const own = this.ofRecord.get(known.record);
    own?.delete(name);
    if (own?.size === 0) this.ofRecord.delete(known.record);
  }
}

function nameOf(place: PlaceKey & Pick<Place, 'by'>): string {
  return `${place.by} ${placesStream(place)}`;
}

/** Whether an event of a record that holds no place may bring it one. */
function mayConcern({ stream, type, data }: RecordedEvent): boolean {
  if (!stream.startsWith(PERSON)) return false;
  if (!TELLING.includes(type)) return false;
  return type !== CORRECTED || (JSON.parse(data) as { open: { action?: string } }).open.action === RAISED;
}

/** Whose place a fact takes over: that of the proposal that it was, or of the fact of the record merged into this one. */
function predecessorOf({ event, origin }: FactLine, { stored }: LoadedRecord): string | undefined {
  if (origin?.event !== undefined) return origin.event;
  const { correlation = '' } = parseMetadata(stored[event.revision]?.meta ?? '{}');
  const prefix = byProposal('');
  return correlation.startsWith(prefix) ? correlation.slice(prefix.length) : undefined;
}
