import type { EventLog, ProposedEvent, RecordedEvent } from '../event-log/port.js';
import { LogUnavailable } from '../event-log/port.js';
import type { Day } from '../dates.js';
import type { FactContent } from '../record/action.js';
import { stateAt, type Timeline } from '../record/timeline.js';
import { earlyRaiseQuota } from '../rules/salary.js';
import { canonicalJson } from '../sealing/canonical.js';
import type { Sealer } from '../sealing/port.js';
import type { ProposalRuleCode } from './proposal.js';

/** Category of the streams on which an agency's early raises of a year are reserved. */
export const EARLY_RAISES = 'earlyraises-';

export interface Place {
  readonly agency: string;
  readonly year: number;
  readonly record: string;
  /** The proposal, or the fact of an issued raise, that holds the place. */
  readonly by: string;
}

/** An agency's early raises of a year. */
export interface Places {
  /** Holders in the order in which they came. */
  readonly taken: readonly { readonly by: string; readonly record: string }[];
  /** Places by the payroll at 31/12 of the year; null: not recorded. */
  readonly quota: number | null;
  readonly revision: number;
}

/** The payroll of an agency at 31/12 of a year, as its unit's facts have it; null: not recorded. */
export type PayrollOf = (agency: string, year: number) => number | null;

const MOST_ATTEMPTS = 20;

/**
 * The 10 % of early raises (TT 08/2013/TT-BNV Đ.3.1): scarce, so each takes its place on the stream of (agency, year)
 * by expected revision; of two that want the last one, one gets it. An issued raise takes its place over the limit.
 */
export class EarlyRaises {
  constructor(
    private readonly log: EventLog,
    private readonly sealer: Sealer,
    private readonly payrollOf: PayrollOf,
    private readonly agencyOf: (unit: string, day: Day) => string | null,
  ) {}

  async places(agency: string, year: number): Promise<Places> {
    const events = await this.log.readStream(streamOf(agency, year));
    const payroll = this.payrollOf(agency, year - 1) ?? this.payrollOf(agency, year);
    return {
      taken: takenBy(events),
      quota: payroll === null ? null : earlyRaiseQuota(payroll).own,
      revision: events.length - 1,
    };
  }

  /** Takes a place for a proposal, within the quota; the same proposal again holds the place it has. */
  async take(
    place: Place,
  ): Promise<'taken' | Extract<ProposalRuleCode, 'quota_exhausted' | 'quota_unknown'>> {
    return this.attempt(place, true);
  }

  /** Frees the place that a proposal or fact holds; nothing to do where it holds none. */
  async release(by: string, { agency, year }: Pick<Place, 'agency' | 'year'>): Promise<void> {
    const stream = streamOf(agency, year);
    await this.change(stream, 'freed', (events) => {
      const held = takenBy(events).find((p) => p.by === by);
      if (held === undefined) return 'freed';
      return this.event(stream, 'early_raise_place_freed', { by, record: held.record }, events.length);
    });
  }

  /** Brings the places in line with a record's standing early raises: issued ones take theirs, rescinded ones free it. */
  async settle(record: string, timeline: Timeline): Promise<void> {
    const standing = new Set<string>();
    for (const [i, { fact, event }] of timeline.lines.entries()) {
      if (!isEarlyRaise(fact)) continue;
      const unit = (timeline.states[i - 1] ?? timeline.start).unit?.unit ?? null;
      const agency = unit === null ? null : this.agencyOf(unit, fact.range.first);
      if (agency === null) continue;
      standing.add(event.id);
      const year = Number(fact.range.first.slice(0, 4));
      await this.attempt({ agency, year, record, by: event.id }, false);
    }
    for (const { fact, original, event } of timeline.rescinded) {
      if (!isEarlyRaise(original) || standing.has(event.id)) continue;
      const unit = stateAt(timeline, fact.range.first).state.unit?.unit ?? null;
      const agency = unit === null ? null : this.agencyOf(unit, fact.range.first);
      if (agency === null) continue;
      await this.release(event.id, { agency, year: Number(fact.range.first.slice(0, 4)) });
    }
  }

  private async attempt(place: Place, within: boolean) {
    const { agency, year, by, record } = place;
    const stream = streamOf(agency, year);
    const payroll = this.payrollOf(agency, year - 1) ?? this.payrollOf(agency, year);
    if (within && payroll === null) return 'quota_unknown' as const;
    const quota = within ? earlyRaiseQuota(payroll ?? 0).own : Infinity;
    return this.change<'taken' | 'quota_exhausted'>(stream, 'taken', (events) => {
      const taken = takenBy(events);
      if (taken.some((p) => p.by === by)) return 'taken';
      if (taken.length >= quota) return 'quota_exhausted';
      return this.event(stream, 'early_raise_place_taken', { by, record }, events.length);
    });
  }

  /** Appends what is decided on the stream's events, again when another came first; a word instead ends it. */
  private async change<Outcome extends string>(
    stream: string,
    done: Outcome,
    decide: (events: readonly RecordedEvent[]) => ProposedEvent | Outcome,
  ): Promise<Outcome> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const events = await this.log.readStream(stream);
      const event = decide(events);
      if (typeof event === 'string') return event;
      const expected = events.length === 0 ? ('none' as const) : events.length - 1;
      const outcome = await this.log.append({ stream, expected, events: [event] });
      if (outcome.kind === 'appended' || outcome.kind === 'alreadyAppended') return done;
    }
    throw new LogUnavailable('the places are changed faster than they can be read; retry');
  }

  private event(
    stream: string,
    type: string,
    open: { readonly by: string; readonly record: string },
    revision: number,
  ): ProposedEvent {
    return {
      id: this.sealer.indexId('event', [stream, type, open.by, String(revision)]),
      type,
      version: 1,
      data: canonicalJson({ open, sealed: {} }),
      meta: canonicalJson({}),
    };
  }
}

/** An early raise for achievement, of which there are few a year; one on a retirement notice needs no place. */
export function isEarlyRaise({ action, data }: FactContent): boolean {
  return action === 'step_raised_early' && (data as { reason?: string }).reason === 'excellent';
}

function streamOf(agency: string, year: number): string {
  return `${EARLY_RAISES}${agency}-${String(year)}`;
}

function takenBy(events: readonly RecordedEvent[]): { by: string; record: string }[] {
  let taken: { by: string; record: string }[] = [];
  for (const event of events) {
    const { by, record } = openOf(event);
    taken = taken.filter((p) => p.by !== by);
    if (event.type === 'early_raise_place_taken') taken.push({ by, record });
  }
  return taken;
}

function openOf(event: RecordedEvent): { readonly by: string; readonly record: string } {
  return (JSON.parse(event.data) as { open: { by: string; record: string } }).open;
}
