import type { CatalogueEntry, Coverage } from '../catalogues/list.js';
import { covers } from '../catalogues/list.js';
import { catalogueStream } from '../catalogues/facts.js';
import { unitStream } from '../organisation/facts.js';
import { payrollAt, type UnitHistory } from '../organisation/history.js';
import { allotmentsOf, poolDay } from '../organisation/earlyRaisePool.js';
import {
  agencyOn,
  chainOn,
  existsIn,
  successorOn,
  superiorOn,
  unitOn,
  type Units,
} from '../organisation/tree.js';
import type { Day, DayRange } from '../dates.js';
import type { Reference, Standing, StepStanding, UnitName } from '../record/reference.js';
import { EVERY_ENTRY, type CatalogueModel } from './catalogueModel.js';
import {
  CALENDAR_LIST,
  calendarOf,
  stoppingScopes,
  WHOLE_CITY,
  type Calendar,
} from '../rules/workingDays.js';
import { holdsOn, meets, turningDays, type Span } from './span.js';
import type { UnitModel } from './unitModel.js';

/** The models that views look into. */
export interface Models {
  readonly units: UnitModel;
  readonly lists: ReadonlyMap<string, CatalogueModel>;
  /** The same object for all views between which nothing was recorded: they give the same answers. */
  readonly edition: object;
}

/** A reference stream that a decision was taken from, and how far it was known. */
export interface ReferenceCitation {
  readonly stream: string;
  readonly revision: number;
}

type Used = ReadonlyMap<string, ReadonlySet<string>>;

/** By what was asked about: the last answer, and what it rests on. */
const remembered = new WeakMap<
  object,
  { readonly state: object; readonly edition: object; readonly answer: unknown; readonly used: Used }
>();

/** Part of a unit's stream that its payrolls are, and the raises given out of them; what the unit is has none. */
export const PAYROLL_PART = '#payroll';

const WEEK_ONLY = calendarOf([]);
const GRADE = 'grade_name';
const TITLE = 'professional_title';
const GROUP = 'grade_group';
const STEP = 'grade_step_coefficient';
const GROUP_CODE = 'grade_group_code';

/** All reference data as known at one sequence. Cheap to make: it looks into the models, it copies nothing. */
export class ReferenceView implements Reference, Units {
  constructor(
    private readonly models: Models,
    /** K: what the log recorded later does not count. */
    readonly sequence: number,
  ) {}

  code(list: string, code: string, range: DayRange): Standing {
    if (this.entries(list, code).some((e) => meets(e, range))) return 'valid';
    return this.isCovered(list, code, range) ? 'invalid' : 'unverified';
  }

  unit(id: string, range: DayRange): Standing {
    return existsIn(this, id, range) ? 'valid' : 'invalid';
  }

  currentUnit(unit: string, day: Day): string {
    return successorOn(this, unit, day) ?? unit;
  }

  unitName(unit: string, day: Day): UnitName | null {
    const named = unitOn(this, unit, day);
    return named === null ? null : { vi: named.name, en: named.nameEn };
  }

  agencyOf(unit: string, day: Day): string | null {
    return agencyOn(this, unit, day);
  }

  superiorOf(agency: string, day: Day): string | null {
    return superiorOn(this, agency, day);
  }

  goLiveOf(unit: string, day: Day): Day | null {
    for (const { id } of chainOn(this, unit, day)) {
      const wentLive = this.history(id)?.wentLive ?? null;
      if (wentLive !== null) return wentLive;
    }
    return null;
  }

  payrollOf(unit: string, year: number): number | null {
    this.use(unitStream(unit), PAYROLL_PART);
    const history = this.history(unit);
    return history === null ? null : payrollAt(history, year);
  }

  earlyRaisesAllotted(agency: string, year: number): number {
    const superior = this.superiorOf(agency, poolDay(year));
    if (superior === null) return 0;
    this.use(unitStream(superior), PAYROLL_PART);
    return allotmentsOf(this.history(superior)?.lines ?? [])
      .filter((a) => a.to === agency && a.year === year)
      .reduce((sum, { count }) => sum + count, 0);
  }

  /** From the grade's name (or the professional title) to its group to the group's steps, each as it is on the day. */
  step(grade: string, step: number, range: DayRange): StepStanding {
    if (range.first === range.last) return this.stepOn(grade, step, range.first);
    let invalid: StepStanding | null = null;
    let unverified: StepStanding | null = null;
    for (const day of turningDays(range, this.stepSpans(grade))) {
      const answer = this.stepOn(grade, step, day);
      if (answer.standing === 'valid') return answer;
      if (answer.standing === 'unverified') unverified = answer;
      else invalid = answer;
    }
    return unverified ?? invalid ?? { standing: 'unverified' };
  }

  /** The entry of a code that is valid on a day: its names, source and attributes. Null: none. */
  entry(list: string, code: string, day: Day): CatalogueEntry | null {
    return this.entries(list, code).findLast((e) => e.code === code && holdsOn(e, day)) ?? null;
  }

  /** All entries of a list that are valid on a day, in order of recording. */
  entriesOn(list: string, day: Day): CatalogueEntry[] {
    return this.everyEntry(list).filter((e) => holdsOn(e, day));
  }

  /** All entries of a list, of whatever day, in order of recording. */
  everyEntry(list: string): CatalogueEntry[] {
    this.use(catalogueStream(list), EVERY_ENTRY);
    return [...(this.models.lists.get(list)?.all(this.sequence) ?? [])];
  }

  calendar(unit: string | null = null, day: Day = ''): Calendar {
    this.use(catalogueStream(CALENDAR_LIST), EVERY_ENTRY);
    const model = this.models.lists.get(CALENDAR_LIST);
    if (model === undefined) return WEEK_ONLY;
    const stopping = model.derived(this.sequence, 'stopping scopes', () =>
      stoppingScopes([...model.all(this.sequence)]),
    );
    const scopes = unit === null || stopping.length === 0 ? [] : this.scopesOf(unit, day);
    const stopped = stopping.filter((scope) => scopes.includes(scope));
    return model.derived(this.sequence, stopped.join(' '), () =>
      calendarOf([...model.all(this.sequence)], { stoppedScopes: stopped }),
    );
  }

  /** The lists known, by name. */
  listNames(): string[] {
    return [...this.models.lists.values()]
      .filter((l) => l.revision.at(this.sequence) >= 0)
      .map((l) => l.list)
      .sort();
  }

  history(id: string): UnitHistory | null {
    this.use(unitStream(id), '');
    return this.models.units.history(id, this.sequence);
  }

  withCode(code: string): Iterable<UnitHistory> {
    return this.models.units.withCode(code, this.sequence);
  }

  all(): Iterable<UnitHistory> {
    return this.models.units.all(this.sequence);
  }

  /** The days for which a list declares itself complete. */
  coverageOf(list: string): readonly Coverage[] {
    this.use(catalogueStream(list), '#');
    return this.models.lists.get(list)?.coverage(this.sequence) ?? [];
  }

  /** Last revision of a reference stream at this K; -1 when it did not exist. */
  revisionOf(stream: string): number {
    const [units, lists] = [unitStream(''), catalogueStream('')];
    if (stream.startsWith(units))
      return this.models.units.revision(stream.slice(units.length), this.sequence);
    return this.models.lists.get(stream.slice(lists.length))?.revision.at(this.sequence) ?? -1;
  }

  remember<Answer>(about: object, state: object, work: (reference: Reference) => Answer): Answer {
    const { edition } = this.models;
    let known = remembered.get(about);
    if (known?.state !== state || known.edition !== edition) {
      const asked = this.tracked();
      known = { state, edition, answer: work(asked), used: asked.used };
      remembered.set(about, known);
    }
    this.useAll(known.used);
    return known.answer as Answer;
  }

  /** A view of the same that remembers what is asked of it. */
  tracked(): TrackedReference {
    return new TrackedReference(this.models, this.sequence);
  }

  /** The same, and what it answers about a fact is not kept. */
  trackedOnce(): TrackedReference {
    return new PassingReference(this.models, this.sequence);
  }

  /** Hears of each use: a stream, and the part of it that the answer depends on. */
  protected use(_stream: string, _part: string): void {
    // A view that is not tracked keeps no account.
  }

  protected useAll(_used: Used): void {
    // Nor of these.
  }

  /** The scopes of local closures in which a unit lies on a day: the city, and the codes of itself and those above it. */
  private scopesOf(unit: string, day: Day): string[] {
    return [WHOLE_CITY, ...chainOn(this, unit, day).map((u) => u.code)];
  }

  private entries(list: string, key: string): CatalogueEntry[] {
    this.use(catalogueStream(list), `#${key}`);
    return this.models.lists.get(list)?.entries(key, this.sequence) ?? [];
  }

  /** Whether the list declares itself complete, for this code, on every day of the range. */
  private isCovered(list: string, code: string, range: DayRange): boolean {
    this.use(catalogueStream(list), '#');
    const coverage = this.models.lists.get(list)?.coverage(this.sequence) ?? [];
    if (coverage.length === 0) return false;
    return turningDays(range, coverage).every((day) => coverage.some((c) => covers(c, code, day)));
  }

  private stepOn(grade: string, step: number, day: Day): StepStanding {
    const named = this.entry(GRADE, grade, day) ?? this.entry(TITLE, grade, day);
    const group = named?.attributes?.[GROUP_CODE];
    if (group === undefined) return { standing: 'unverified' };
    const table = this.entry(GROUP, group, day)?.attributes;
    const months = Number(table?.['months_per_step']);
    if (table === undefined || !Number.isInteger(months)) return { standing: 'unverified' };
    const row = this.entries(STEP, `${GROUP_CODE}=${group}`).findLast(
      (e) => e.attributes?.['step'] === String(step) && holdsOn(e, day),
    );
    const coefficient = row?.attributes?.['coefficient'];
    if (coefficient !== undefined)
      return {
        standing: 'valid',
        coefficient,
        lastStep: Number(table['steps']) === step,
        monthsPerStep: months,
      };
    return {
      standing: this.isCovered(STEP, `${group}.${step}`, { first: day, last: day })
        ? 'invalid'
        : 'unverified',
    };
  }

  /** Every span that an answer about a grade's steps can depend on. */
  private stepSpans(grade: string): Span[] {
    const names = [...this.entries(GRADE, grade), ...this.entries(TITLE, grade)];
    const groups = new Set(names.map((e) => e.attributes?.[GROUP_CODE]).filter((g) => g !== undefined));
    const tables = [...groups].flatMap((g) => [
      ...this.entries(GROUP, g),
      ...this.entries(STEP, `${GROUP_CODE}=${g}`),
    ]);
    return [...names, ...tables, ...(this.models.lists.get(STEP)?.coverage(this.sequence) ?? [])];
  }
}

/** A view that remembers what was asked of it, for citing and for re-folding when it changes. */
export class TrackedReference extends ReferenceView {
  readonly used = new Map<string, Set<string>>();

  /** The streams used and how far they were known, by name; a stream that did not exist is not cited. */
  citations(): ReferenceCitation[] {
    return [...this.used.keys()]
      .map((stream) => ({ stream, revision: this.revisionOf(stream) }))
      .filter(({ revision }) => revision >= 0)
      .sort((a, b) => (a.stream < b.stream ? -1 : 1));
  }

  /**
   * What the answers depended on: `unit-<id>`, `unit-<id>#payroll`, `catalogue-<list>#<code>`, `catalogue-<list>#*` for
   * all its entries, `catalogue-<list>#` for its coverage. An event that touches one of these (see `ReferenceData.feed`)
   * may change the answers.
   */
  keys(): string[] {
    return [...this.used].flatMap(([stream, parts]) => [...parts].map((part) => stream + part)).sort();
  }

  protected override use(stream: string, part: string): void {
    const parts = this.used.get(stream);
    if (parts === undefined) this.used.set(stream, new Set([part]));
    else parts.add(part);
  }

  protected override useAll(used: Used): void {
    for (const [stream, parts] of used) for (const part of parts) this.use(stream, part);
  }
}

/** For facts that are judged once: it keeps nothing of what it answered about each, which would cost more than it saves. */
class PassingReference extends TrackedReference {
  override remember<Answer>(_about: object, _state: object, work: (reference: Reference) => Answer): Answer {
    return work(this);
  }
}

/** Wraps a view so that it remembers what is asked of it. */
export function tracked(reference: ReferenceView): TrackedReference {
  return reference.tracked();
}

/** The same for one decision on facts that nobody asks about again. */
export function trackedOnce(reference: ReferenceView): TrackedReference {
  return reference.trackedOnce();
}
