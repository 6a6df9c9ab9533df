import type { EventLog, ProposedEvent, RecordedEvent } from '../event-log/port.js';
import { LogUnavailable } from '../event-log/port.js';
import { dayRange, type PartialDate } from '../dates.js';
import { payrollFor } from '../organisation/earlyRaisePool.js';
import { isErased, type FactContent } from '../record/action.js';
import type { Reference } from '../record/reference.js';
import { stateAt, type Timeline } from '../record/timeline.js';
import { UnknownEvent } from '../recording/codec.js';
import { earlyQuota } from '../rules/earlyStep.js';
import { canonicalJson } from '../sealing/canonical.js';
import type { Sealer } from '../sealing/port.js';
import { proposalStream, STATUS_AFTER, type PlaceKey, type ProposalRuleCode } from './proposal.js';
import { kindOf } from './openEvents.js';

/** Category of the streams on which an agency's early raises of a year are reserved. */
export const EARLY_RAISES = 'earlyraises-';

/** Who holds a place. */
export interface Holder {
  /** The proposal, or the fact of an issued raise. */
  readonly by: string;
  readonly holder: 'proposal' | 'fact';
  readonly record: string;
  /** When it came to hold it. */
  readonly since?: string;
}

export type Place = PlaceKey & Holder;

/** An agency's early raises of a year. */
export interface Places {
  /** In the order in which they came. */
  readonly taken: readonly Holder[];
  /** How many there are; null: the payroll of which they are counted is not recorded. */
  readonly quota: number | null;
  readonly revision: number;
}

export type TakeOutcome = 'taken' | Extract<ProposalRuleCode, 'quota_exhausted' | 'quota_unknown'>;

/** What an event of such a stream says; all of it open. */
export interface PlaceEvent {
  readonly type: 'early_raise_place_taken' | 'early_raise_place_freed';
  readonly recordedAt?: string;
  readonly by: string;
  readonly holder: Holder['holder'];
  readonly record: string;
  /** The holder whose place passes to this one. */
  readonly instead?: string;
}

const PLACE_VERSION = 1;
/** Longer than any command takes: a proposal not made by then never will be, unless it is sent again. */
const MADE_WITHIN_MS = 60_000;
const MOST_ATTEMPTS = 20;

/**
 * The 10 % of early raises (TT 08/2013/TT-BNV Đ.3.1): scarce, so each takes its place on the stream of (agency, year)
 * by expected revision; of two that want the last one, one gets it. An issued raise takes its place over the limit.
 */
export class EarlyRaises {
  constructor(
    private readonly log: EventLog,
    private readonly sealer: Sealer,
    /** Reference data as far as this process knows. */
    private readonly reference: () => Reference,
    private readonly now: () => number = Date.now,
  ) {}

  async places(key: PlaceKey): Promise<Places> {
    const events = await this.log.readStream(placesStream(key));
    return {
      taken: takenBy(events.map(placeEvent)),
      quota: earlyPlaces(this.reference(), key),
      revision: events.length - 1,
    };
  }

  /** What `take` would answer now; nothing is written. */
  async room(place: Place): Promise<TakeOutcome> {
    const { taken, quota } = await this.places(place);
    if (taken.some((p) => p.by === place.by)) return 'taken';
    if (quota === null) return 'quota_unknown';
    return taken.length < quota || (await this.lapsed(taken)) !== null ? 'taken' : 'quota_exhausted';
  }

  /**
   * Takes a place for a proposal, within the quota; the same proposal again holds the place it has. Where all are taken,
   * one whose proposal was never made, or has ended, passes to it. A proposal holds its place from before it is made:
   * asked again at each step, it is told when it has lost it.
   */
  async take(place: Place): Promise<TakeOutcome> {
    const stream = placesStream(place);
    const quota = earlyPlaces(this.reference(), place);
    return this.change<TakeOutcome>(stream, 'taken', async (taken, revision) => {
      if (taken.some((p) => p.by === place.by)) return 'taken';
      if (quota === null) return 'quota_unknown';
      if (taken.length < quota) return this.taking(stream, place, revision);
      const lapsed = await this.lapsed(taken);
      return lapsed === null ? 'quota_exhausted' : this.taking(stream, place, revision, lapsed.by);
    });
  }

  /** Takes a place for an issued raise, over the limit if need be: that of the holder named, where it holds one. */
  async issue(place: Place, instead?: string): Promise<void> {
    const stream = placesStream(place);
    // eslint-disable-next-line @typescript-eslint/require-await -- the same form as where something is looked up
    await this.change(stream, 'taken', async (taken, revision) => {
      if (taken.some((p) => p.by === place.by)) return 'taken';
      const passes = taken.some((p) => p.by === instead) ? instead : undefined;
      return this.taking(stream, place, revision, passes);
    });
  }

  /** Frees the place that a proposal or fact holds; nothing to do where it holds none. */
  async release(by: string, key: PlaceKey): Promise<void> {
    const stream = placesStream(key);
    // eslint-disable-next-line @typescript-eslint/require-await -- the same form as where something is looked up
    await this.change(stream, 'freed', async (taken, revision) => {
      const held = taken.find((p) => p.by === by);
      if (held === undefined) return 'freed';
      const { holder, record } = held;
      return this.event(stream, { type: 'early_raise_place_freed', by, holder, record }, revision);
    });
  }

  /** A holder that has no right to its place any more, or never came to have one; null: there is none. */
  private async lapsed(taken: readonly Holder[]): Promise<Holder | null> {
    for (const one of taken) {
      if (one.holder === 'fact') continue;
      const last = (await this.log.readStream(proposalStream(one.by))).at(-1);
      const status = last === undefined ? null : STATUS_AFTER[kindOf(last)];
      const age = this.now() - Date.parse(one.since ?? '');
      if (status === 'declined' || status === 'failed' || (status === null && age > MADE_WITHIN_MS))
        return one;
    }
    return null;
  }

  /** Appends what is decided on the places taken, again when another came first; a word instead ends it. */
  private async change<Outcome extends string>(
    stream: string,
    done: Outcome,
    decide: (taken: readonly Holder[], revision: number) => Promise<ProposedEvent | Outcome>,
  ): Promise<Outcome> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const events = await this.log.readStream(stream);
      const event = await decide(takenBy(events.map(placeEvent)), events.length);
      if (typeof event === 'string') return event;
      const expected = events.length === 0 ? ('none' as const) : events.length - 1;
      const outcome = await this.log.append({ stream, expected, events: [event] });
      if (outcome.kind === 'appended' || outcome.kind === 'alreadyAppended') return done;
    }
    throw new LogUnavailable('the places are changed faster than they can be read; retry');
  }

  private taking(stream: string, place: Place, revision: number, instead?: string): ProposedEvent {
    const { by, holder, record } = place;
    const passes = instead === undefined ? {} : { instead };
    return this.event(stream, { type: 'early_raise_place_taken', by, holder, record, ...passes }, revision);
  }

  private event(
    stream: string,
    { type, ...open }: Omit<PlaceEvent, 'recordedAt'>,
    revision: number,
  ): ProposedEvent {
    const parts = [stream, type, open.by, open.instead ?? '', String(revision)];
    return {
      id: this.sealer.indexId('event', parts),
      type,
      version: PLACE_VERSION,
      data: canonicalJson({ open, sealed: {} }),
      meta: canonicalJson({}),
    };
  }
}

/** What an agency's early raises of a year are made of (TT 08/2013/TT-BNV Đ.3.1). */
export interface PlacesGiven {
  /** One of each full ten of its payroll. */
  readonly own: number;
  /** Persons beyond a full ten: they count for the agency above. */
  readonly pooled: number;
  /** What the agency above gave of the pooled remainders. */
  readonly allotted: number;
}

/**
 * What an agency may give in a year, by its payroll at 31/12 of that year, or of the year before while that is not
 * recorded. Null: neither is, or no quota is known.
 */
export function placesGiven(reference: Reference, { agency, year }: PlaceKey): PlacesGiven | null {
  const payroll = payrollFor((y) => reference.payrollOf(agency, y), year);
  const quota = payroll === null ? null : earlyQuota(reference, year, payroll);
  return quota === null ? null : { ...quota, allotted: reference.earlyRaisesAllotted(agency, year) };
}

/** How many early raises for achievement that are; null: not known. */
export function earlyPlaces(reference: Reference, key: PlaceKey): number | null {
  const given = placesGiven(reference, key);
  return given === null ? null : given.own + given.allotted;
}

/** Stands for the agency of raises whose agency is not known (yet): places without a quota, for nobody to propose. */
const NOWHERE = '00000000-0000-0000-0000-000000000000';

/**
 * The place that a raise needs: of the agency in which the person is on its day, and of that day's year. Null: it needs
 * none, being no early raise for achievement. Undefined: what it says was lawfully destroyed, so that nobody can tell.
 */
export function placeOf(
  content: FactContent,
  timeline: Timeline,
  reference: Reference,
): PlaceKey | null | undefined {
  if (content.action !== 'step_raised_early') return null;
  if (isErased(content, 'pay_tax')) return undefined;
  if ((content.data as { reason?: string }).reason !== 'excellent') return null;
  const day = firstDay(content.effective);
  const unit = stateAt(timeline, day).state.unit?.unit ?? null;
  const agency = unit === null ? null : reference.agencyOf(reference.currentUnit(unit, day), day);
  return { agency: agency ?? NOWHERE, year: Number(day.slice(0, 4)) };
}

function firstDay(effective: PartialDate): string {
  return dayRange(effective).first;
}

export function placesStream({ agency, year }: PlaceKey): string {
  return `${EARLY_RAISES}${agency}-${String(year)}`;
}

/** The key in the name of such a stream. */
export function placeKeyOf(stream: string): PlaceKey {
  const dash = stream.lastIndexOf('-');
  return { agency: stream.slice(EARLY_RAISES.length, dash), year: Number(stream.slice(dash + 1)) };
}

/** Throws UnknownEvent on a type or version that this release does not know. */
export function placeEvent({ type, version, data, recordedAt }: RecordedEvent): PlaceEvent {
  if (version !== PLACE_VERSION || !/^early_raise_place_(taken|freed)$/.test(type))
    throw new UnknownEvent(`event type ${type} version ${version}: upgrade before reading this log`);
  const { open } = JSON.parse(data) as { open: Omit<PlaceEvent, 'type' | 'recordedAt'> };
  return { type: type as PlaceEvent['type'], recordedAt, ...open };
}

/** The places taken after these events, in the order in which they came; one that passed on keeps its turn. */
export function takenBy(events: readonly PlaceEvent[]): Holder[] {
  let taken: Holder[] = [];
  for (const { type, by, holder, record, instead, recordedAt } of events) {
    const place = { by, holder, record, ...(recordedAt === undefined ? {} : { since: recordedAt }) };
    const at = instead === undefined ? -1 : taken.findIndex((p) => p.by === instead);
    if (type === 'early_raise_place_freed') taken = taken.filter((p) => p.by !== by);
    else if (at >= 0) taken = taken.with(at, place);
    else taken = [...taken, place];
  }
  return taken;
}
