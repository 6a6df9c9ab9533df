import type { Day } from '../dates.js';
import { dayRange } from '../dates.js';
import { LogUnavailable, type EventLog, type Position, type RecordedEvent } from '../event-log/port.js';
import {
  CATEGORIES_OF,
  establishmentOf,
  kindOfCategory,
  quotasOn,
  unitsCountedIn,
  yearOf,
  type EstablishmentKind,
} from '../organisation/establishment.js';
import type { Units } from '../organisation/tree.js';
import type { FilledPlaces, PlacesAsked } from '../projecting/queries/establishment.js';
import type { FactContent } from '../record/action.js';
import { stateAt, type Timeline } from '../record/timeline.js';
import { UnknownEvent } from '../recording/codec.js';
import type { RecordDesk } from '../recording/recordDesk.js';
import { canonicalJson } from '../sealing/canonical.js';
import type { Sealer } from '../sealing/port.js';
import { openProposalEvent } from './openEvents.js';
import { proposalStream, STATUS_AFTER } from './proposal.js';

/** Category of the streams on which places in a unit's establishment of a year are reserved. */
export const ESTABLISHMENT = 'establishment-';

const RESERVED = 'establishment_seat_reserved';
const RESERVED_VERSION = 1;
/** Longer than any command takes: a proposal not made by then never will be, unless it is sent again. */
const MADE_WITHIN_MS = 60_000;
const MOST_ATTEMPTS = 20;

/** A place that a proposal wants: in whose establishment, of which kind, from which day. */
export interface Seat {
  readonly unit: string;
  readonly kind: EstablishmentKind;
  readonly day: Day;
}

/** What a reservation says; all of it open, so not of which kind: that would tell the person's category. */
interface Reservation {
  readonly by: string;
  readonly record: string;
  readonly recordedAt: string;
}

export interface SeatsParts {
  readonly log: EventLog;
  readonly sealer: Sealer;
  readonly desk: Pick<RecordDesk, 'load' | 'timelineOf'>;
  /** Units as far as this process knows. */
  readonly units: () => Units;
  /** Places filled, from what the log held up to a position or later. */
  readonly filled: (asked: PlacesAsked & { readonly upTo: Position }) => Promise<readonly FilledPlaces[]>;
  readonly now?: () => number;
}

/** Whether there is room: none, by how many are decided and taken. */
export type SeatOutcome =
  { readonly kind: 'reserved' } | { readonly kind: 'full'; readonly quota: number; readonly taken: number };

/**
 * Places in establishments (biên chế) for proposals: scarce, so each is reserved on the stream of (unit, year) by
 * expected revision; of two that want the last one, one gets it. A reservation counts for as long as its proposal is
 * under way; what is recorded counts by the record. Issued decisions need none: they are recorded, and show as over.
 */
export class Seats {
  constructor(private readonly parts: SeatsParts) {}

  /** Reserves a place; the same proposal again keeps the one it has. `dryRun`: what it would answer, nothing is written. */
  async reserve(seat: Seat, by: string, record: string, dryRun: boolean): Promise<SeatOutcome> {
    const stream = `${ESTABLISHMENT}${seat.unit}-${String(yearOf(seat.day))}`;
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const events = await this.parts.log.readStream(stream);
      const reserved = events.map(reservationOf);
      if (reserved.some((r) => r.by === by)) return { kind: 'reserved' };
      const room = await this.room(seat, reserved, record);
      if (room.kind === 'full' || dryRun) return room;
      const event = {
        id: this.parts.sealer.indexId('event', [stream, by]),
        type: RESERVED,
        version: RESERVED_VERSION,
        data: canonicalJson({ open: { by, record }, sealed: {} }),
        meta: canonicalJson({}),
      };
      const expected = events.length === 0 ? ('none' as const) : events.length - 1;
      const outcome = await this.parts.log.append({ stream, expected, events: [event] });
      if (outcome.kind === 'appended' || outcome.kind === 'alreadyAppended') return room;
    }
    throw new LogUnavailable('the establishment is changed faster than it can be read; retry');
  }

  private async room(seat: Seat, reserved: readonly Reservation[], record: string): Promise<SeatOutcome> {
    const { unit, kind, day } = seat;
    const units = this.parts.units();
    const history = units.history(unit);
    const quota = history === null ? null : (quotasOn(history, day).get(kind)?.count ?? null);
    if (quota === null) return { kind: 'reserved' };
    const others: string[] = [];
    for (const one of reserved)
      if (one.record !== record && (await this.isUnderWay(one)) && (await this.isOfKind(one.record, seat)))
        others.push(one.record);
    const { position: upTo } = await this.parts.log.head();
    const counted = unitsCountedIn(units, unit, day);
    const filled = await this.parts.filled({ units: counted, day, upTo });
    const taken =
      new Set(others).size +
      filled
        .filter((f) => f.category !== null && CATEGORIES_OF[kind].includes(f.category))
        // What is in dispute is used by no gate (Luật CNTT 67/2006/QH11 Đ.21.2d).
        .reduce((n, f) => n + f.count - f.disputed, 0);
    return taken < quota ? { kind: 'reserved' } : { kind: 'full', quota, taken };
  }

  /** Whether the proposal that holds it may still become a fact. */
  private async isUnderWay({ by, recordedAt }: Reservation): Promise<boolean> {
    const last = (await this.parts.log.readStream(proposalStream(by))).at(-1);
    if (last === undefined)
      return (this.parts.now?.() ?? Date.now()) - Date.parse(recordedAt) <= MADE_WITHIN_MS;
    const status = STATUS_AFTER[openProposalEvent(last).kind];
    return status === 'proposed' || status === 'checked' || status === 'decided';
  }

  private async isOfKind(record: string, { kind, day }: Seat): Promise<boolean> {
    const { desk } = this.parts;
    const { state } = stateAt(await desk.timelineOf(await desk.load(record)), day);
    return kindOfCategory(state.hire?.category) === kind;
  }
}

/**
 * The place that a move needs: in the establishment of the unit to which it leads, unless the person counts there
 * already. Null: it needs none, or the person's category is not known.
 */
export function seatOf(content: FactContent, timeline: Timeline, units: Units): Seat | null {
  const { toUnit } = content.data as { readonly toUnit?: string };
  if (toUnit === undefined) return null;
  const day = dayRange(content.effective).first;
  const { state } = stateAt(timeline, day);
  const kind = kindOfCategory(state.hire?.category);
  const unit = establishmentOf(units, toUnit, day);
  const here = state.unit === null ? null : establishmentOf(units, state.unit.unit, day);
  return kind === null || unit === null || unit === here ? null : { unit, kind, day };
}

/** Throws UnknownEvent on a type or version that this release does not know. */
function reservationOf({ type, version, data, recordedAt }: RecordedEvent): Reservation {
  if (type !== RESERVED || version !== RESERVED_VERSION)
    throw new UnknownEvent(`event type ${type} version ${version}: upgrade before reading this log`);
  const { open } = JSON.parse(data) as { readonly open: Pick<Reservation, 'by' | 'record'> };
  return { ...open, recordedAt };
}
