/**
 * Given/when/then over the real decider: given these facts, when this command, then these events or this refusal.
 */
import { expect } from 'chai';
import { calendarOf } from '../../src/rules/workingDays.js';
import type { FactContent } from '../../src/record/action.js';
import { decide, type Change, type Decision, type Refusal } from '../../src/record/decide.js';
import type { NewEvent, RecordEvent } from '../../src/record/events.js';
import type { Reference, Standing } from '../../src/record/reference.js';
import type { RuleCode } from '../../src/record/ruleBook.js';
import { stateAt, timeline, type Timeline } from '../../src/record/timeline.js';
import type { DayRange } from '../../src/dates.js';
import { CALENDAR as WORKING_DAYS, LAW } from '../rules/support.js';

/** Units of the little world that the specifications live in. */
export const UNIT = {
  homeAffairs: '00000000-0000-4000-8000-0000000000a1',
  /** A section inside home affairs. */
  officialsSection: '00000000-0000-4000-8000-0000000000a2',
  finance: '00000000-0000-4000-8000-0000000000b1',
  /** Existed from 2000-01-01 to 2014-12-31. */
  dissolved: '00000000-0000-4000-8000-0000000000c1',
  unknown: '00000000-0000-4000-8000-0000000000ff',
} as const;

const VALIDITY: Readonly<Record<string, readonly [string, string]>> = {
  [UNIT.homeAffairs]: ['1990-01-01', '9999-12-31'],
  [UNIT.officialsSection]: ['1990-01-01', '9999-12-31'],
  [UNIT.finance]: ['1990-01-01', '9999-12-31'],
  [UNIT.dissolved]: ['2000-01-01', '2014-12-31'],
};

/** Grade 01.003 (A1): nine steps of 36 months from 2004-10-01 (domain-rules §4.1). */
const A1 = ['2.34', '2.67', '3.00', '3.33', '3.66', '3.99', '4.32', '4.65', '4.98'];

/** Grade 01.002 (A2.1), of which only the first steps are needed. */
const A2: readonly string[] = ['4.40', '4.74', '5.08', '5.42'];

/** Grades and titles, by the coefficients of their steps. */
const GRADES: Readonly<Record<string, readonly string[]>> = { '01.003': A1, 'V.07.05.15': A1, '01.002': A2 };

type Attributes = Readonly<Record<string, string>>;

/** Entries whose attributes rules ask for, by list and code; the last day of those that ended is `until`. */
const ENTRIES: Readonly<Record<string, Readonly<Record<string, Attributes>>>> = {
  discipline_form: {
    cc_khien_trach: { applies_to: 'cong_chuc', post: 'all' },
    cc_canh_cao: { applies_to: 'cong_chuc', post: 'all' },
    cc_ha_bac_luong: { applies_to: 'cong_chuc', post: 'all', until: '2025-06-30' },
    cc_cach_chuc: { applies_to: 'cong_chuc', post: 'leader' },
    vc_khien_trach: { applies_to: 'vien_chuc', post: 'all' },
    ld_khien_trach: { applies_to: 'contract_labour_code', post: 'all' },
    dang_khien_trach: { applies_to: 'party', post: 'all' },
  },
  evaluation_level: {
    cc_tot: { applies_to: 'cong_chuc' },
    cc_khong: { applies_to: 'cong_chuc' },
    vc_tot: { applies_to: 'vien_chuc' },
  },
  family_relation: { cha: { side: 'self' }, me_vo_chong: { side: 'spouse' } },
  emulation_title: {
    lao_dong_tien_tien: { holder: 'person' },
    tap_the_lao_dong_xuat_sac: { holder: 'collective' },
  },
  step_extension: {
    cc_khien_trach: { cause: 'discipline', months: '6' },
    cc_canh_cao: { cause: 'discipline', months: '6' },
    cc_cach_chuc: { cause: 'discipline', months: '12' },
    vc_khien_trach: { cause: 'discipline', months: '3' },
    cc_khong: { cause: 'evaluation', months: '6' },
  },
  step_counted_time: {
    unpaid: { counted: 'no' },
    maternity: { counted: 'yes' },
    suspension: { counted: 'no' },
  },
  beyond_frame_seniority_type: {
    nhom_36: { first_months: '36', first_percent: '5', yearly_percent: '1' },
  },
};

/** Lists that the little world takes as they are shipped. */
const SHIPPED: ReadonlySet<string> = new Set(['early_step', 'discipline_bar']);

/** The week alone. */
const CALENDAR = calendarOf([]);

/** A small world of reference data: lists `sex` and `leaving_reason` declare themselves complete, the rest nothing. */
export const world: Reference = {
  code(list: string, code: string): Standing {
    if (list === 'sex') return ['male', 'female'].includes(code) ? 'valid' : 'invalid';
    if (list === 'leaving_reason') return code === 'nguyen_vong' ? 'valid' : 'invalid';
    return code.startsWith('unlisted') ? 'unverified' : 'valid';
  },
  unit(id: string, range: DayRange): Standing {
    const [from, to] = VALIDITY[id] ?? ['9999-12-31', '0000-01-01'];
    return range.last >= from && range.first <= to ? 'valid' : 'invalid';
  },
  // The dissolved one was merged into the finance department.
  currentUnit: (unit, day) => (unit === UNIT.dissolved && day >= '2015-01-01' ? UNIT.finance : unit),
  unitName: (unit, day) => {
    const name = Object.entries(UNIT).find(([, id]) => id === unit)?.[0];
    return name === undefined || day < (VALIDITY[unit]?.[0] ?? '9999') ? null : { vi: name, en: null };
  },
  superiorOf: (agency) => (agency === UNIT.finance ? UNIT.homeAffairs : null),
  goLiveOf: () => null,
  payrollOf: () => null,
  earlyRaisesAllotted: () => 0,
  agencyOf: (unit) => (unit === UNIT.officialsSection ? UNIT.homeAffairs : unit),
  step(grade, step, range) {
    const steps = GRADES[grade];
    if (steps === undefined || range.last < '2004-10-01') return { standing: 'unverified' };
    const coefficient = steps[step - 1];
    if (coefficient === undefined) return { standing: 'invalid' };
    return { standing: 'valid', coefficient, lastStep: step === steps.length, monthsPerStep: 36 };
  },
  entry(list, code, day) {
    if (SHIPPED.has(list)) return LAW.entry(list, code, day);
    const attributes = ENTRIES[list]?.[code];
    if (attributes === undefined || day > (attributes['until'] ?? day)) return null;
    return { code, name: code, source: 'test', confirmed: true, attributes };
  },
  everyEntry: () => [],
  calendar: () => CALENDAR,
};

/** The same world under the law as this release ships it, with its working days. */
export const lawfulWorld: Reference = {
  ...world,
  entry: (...asked) => LAW.entry(...asked),
  everyEntry: (list) => LAW.everyEntry(list),
  calendar: () => WORKING_DAYS,
};

/** The n-th event's id. */
export function eventId(n: number): string {
  return `00000000-0000-4000-9000-${String(n).padStart(12, '0')}`;
}

const RECORD = '00000000-0000-4000-8000-000000000001';

interface Extras {
  readonly ordinal?: number;
  /** Document number; null: none. */
  readonly number?: string | null;
}

/** A fact on an ordinary paper. */
export function fact(action: string, effective: string, data: object = {}, extras: Extras = {}): FactContent {
  const number = extras.number === undefined ? '12/QĐ-UBND' : extras.number;
  return {
    action,
    effective,
    ...(extras.ordinal === undefined ? {} : { ordinal: extras.ordinal }),
    ...(number === null ? {} : { document: { number } }),
    data,
  };
}

export const opened = (effective = '2012-10-03', data: object = {}): FactContent =>
  fact('record_opened', effective, { familyName: 'Nguyễn Thị', givenName: 'Mẫu', sex: 'female', ...data });
export const hired = (effective = '2010-01-01', data: object = {}): FactContent =>
  fact('recruited', effective, { unit: UNIT.homeAffairs, ...data });
export const transfer = (effective: string, toUnit: string = UNIT.finance, data: object = {}): FactContent =>
  fact('transferred', effective, { toUnit, ...data });
export const graded = (effective: string, step = 1, data: object = {}): FactContent =>
  fact('appointed_to_grade', effective, { grade: '01.003', step, ...data });
export const raised = (effective: string, step: number, data: object = {}): FactContent =>
  fact('step_raised_regular', effective, { grade: '01.003', step, ...data });
export const raisedEarly = (effective: string, step: number, data: object = {}): FactContent =>
  fact('step_raised_early', effective, { grade: '01.003', step, reason: 'excellent', ...data });
/** A reward, for which a step may be raised early. */
export const rewarded = (effective = '2011-06-01'): FactContent =>
  fact('rewarded', effective, { form: 'giay_khen' });
export const disciplined = (
  effective: string,
  form = 'cc_khien_trach',
  side: 'state' | 'party' | 'union' = 'state',
): FactContent => fact('disciplined', effective, { side, form });
export const evaluated = (effective: string, year: number, level = 'cc_tot'): FactContent =>
  fact('evaluated', effective, { year, level });
export const appointed = (effective: string, position = 'truong_phong', data: object = {}): FactContent =>
  fact('appointed_to_position', effective, { position, ...data });
export const dismissed = (effective: string, position = 'truong_phong', data: object = {}): FactContent =>
  fact('dismissed_from_post', effective, { position, ...data });
export const deceased = (effective: string): FactContent => fact('died', effective);

export const record = (content: FactContent): Change => ({ kind: 'record', content });
export const correct = (n: number, { action: _action, ...content }: FactContent): Change => ({
  kind: 'correct',
  target: eventId(n),
  content,
  reason: 'ghi sai',
});
export const rescind = (n: number): Change => ({
  kind: 'rescind',
  target: eventId(n),
  reason: 'ghi nhầm người',
});
export const withdraw: Change = { kind: 'withdraw', reason: 'lập trùng' };
export const restore: Change = { kind: 'restore', reason: 'loại nhầm' };

/** Gives events their places in a log that starts at sequence 1, one a day from 2013-01-01. */
export function recorded(events: readonly NewEvent[], after = 0): RecordEvent[] {
  return events.map((event, i) => ({
    ...event,
    revision: after + i,
    sequence: after + i + 1,
    recordedAt: new Date(Date.UTC(2013, 0, 1 + after + i)).toISOString(),
  }));
}

/** A record in the making. Facts and changes are numbered 1, 2, 3 … in the order in which they were recorded. */
export class Scenario {
  private constructor(
    readonly events: readonly RecordEvent[],
    private readonly reference: Reference,
    private readonly since?: string,
  ) {}

  /** A record with these facts, recorded one by one without any check: files are as they are. */
  static given(...facts: readonly FactContent[]): Scenario {
    return Scenario.under(world, ...facts);
  }

  /** The same, judged by other reference data. */
  static under(reference: Reference, ...facts: readonly FactContent[]): Scenario {
    const events = facts.map((content, i) => ({
      id: eventId(i + 1),
      body: { kind: 'fact' as const, content },
    }));
    return new Scenario(recorded(events), reference);
  }

  /** Further commands that must be accepted. */
  and(...changes: readonly Change[]): Scenario {
    const decision = this.when(...changes).decision;
    if (decision.kind === 'refused') throw new Error(`refused: ${JSON.stringify(decision.refusals)}`);
    const events = [...this.events, ...recorded(decision.events, this.events.length)];
    return new Scenario(events, this.reference, this.since);
  }

  /** From here on one person alone may change only what is of this day or later. */
  aloneSince(day: string): Scenario {
    return new Scenario(this.events, this.reference, day);
  }

  when(...changes: readonly Change[]): Outcome {
    const limit = this.since === undefined ? {} : { aloneSince: this.since };
    const command = { changes, eventId: (i: number) => eventId(this.events.length + i + 1), ...limit };
    return new Outcome(decide(command, { id: RECORD, events: this.events }, this.reference));
  }

  timeline(k?: number): Timeline {
    return timeline(this.events, this.reference, k);
  }

  at(day: string, k?: number) {
    return stateAt(this.timeline(k), day).state;
  }

  /** Rule codes of the findings, in effective order. */
  rules(k?: number): RuleCode[] {
    return this.timeline(k).findings.map((f) => f.rule);
  }
}

export class Outcome {
  constructor(readonly decision: Decision) {}

  /** Accepted, with events of these kinds (`recruited`, `corrected` …). */
  then(...types: readonly string[]): Extract<Decision, { kind: 'accepted' }> {
    if (this.decision.kind === 'refused')
      throw new Error(`refused by ${this.decision.refusals.map((r) => r.rule).join(', ')}`);
    expect(
      this.decision.events.map(({ body }) => (body.kind === 'fact' ? body.content.action : body.kind)),
    ).to.deep.equal(types);
    return this.decision;
  }

  /** Accepted, with exactly these findings caused. */
  withFindings(...rules: readonly RuleCode[]): void {
    if (this.decision.kind === 'refused')
      throw new Error(`refused by ${this.decision.refusals.map((r) => r.rule).join(', ')}`);
    expect(this.decision.findings.map((f) => f.rule)).to.have.members(rules);
  }

  /** Refused, by this rule among others; nothing is decided. */
  refusedBy(rule: RuleCode): Refusal {
    if (this.decision.kind === 'accepted')
      throw new Error(`accepted with findings [${this.decision.findings.map((f) => f.rule).join(', ')}]`);
    const refusal = this.decision.refusals.find((r) => r.rule === rule);
    expect(
      refusal,
      `refusal by ${rule} among ${this.decision.refusals.map((r) => r.rule).join(', ')}`,
    ).to.not.equal(undefined);
    return refusal as Refusal;
  }

  get rules(): RuleCode[] {
    return this.decision.kind === 'accepted'
      ? this.decision.findings.map((f) => f.rule)
      : this.decision.refusals.map((r) => r.rule);
  }
}
