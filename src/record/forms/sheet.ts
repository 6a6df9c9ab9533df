import { dayRange, type Day, type PartialDate } from '../../dates.js';
import type { FieldGroup } from '../../fieldGroups.js';
import type { Fact } from '../action.js';
import { DisputeMarks } from '../disputes.js';
import { codesElsewhere, withUnitsElsewhere, type CodeElsewhere } from '../elsewhere.js';
import type { Caption } from '../fields.js';
import type { Reference } from '../reference.js';
import type { State } from '../state.js';
import { stateAt, type Timeline } from '../timeline.js';
import { ITEMS, type ItemId, type TableId } from './items.js';

/** A code with its names in the catalogue on the day of its fact; null where the list has none. */
export interface Named {
  readonly code: string;
  readonly vi: string | null;
  readonly en: string | null;
}

/** A unit with its name on a day. */
export interface NamedUnit {
  readonly unit: string;
  readonly vi: string | null;
  readonly en: string | null;
}

/** What stands on a form: text, dates as the paper has them, numbers, codes, units, or several of them together. */
export type Value =
  | string
  | number
  | boolean
  | Named
  | NamedUnit
  | readonly Value[]
  | { readonly [part: string]: Value | null };

/** Where something on a form comes from, and what is to be said of it. */
export interface Mark {
  /** Ids of the facts. */
  readonly facts: readonly string[];
  /** The value was lawfully destroyed: it counts as present. */
  readonly erased: boolean;
  /** Ids of the open disputes about it: it is to be supplied to nobody unmarked, and used by no gate. */
  readonly disputed: readonly string[];
}

export interface Row extends Mark {
  readonly values: Readonly<Record<string, Value | null>>;
}

/** An item with one value; null: the record does not tell. */
export interface Cell extends Mark, Caption {
  readonly number: string;
  readonly value: Value | null;
}

/** An item with rows. */
export interface Table extends Mark, Caption {
  readonly number: string;
  readonly columns: Readonly<Record<string, Caption>>;
  readonly rows: readonly Row[];
}

/** The items of form 2C, in the form's order. */
export type Items = Readonly<Record<TableId, Table> & Record<Exclude<ItemId, TableId>, Cell>>;

/** Which facts can fill an item, in which group: what of them was destroyed is marked. */
export interface Source {
  readonly group: FieldGroup;
  readonly actions: readonly string[];
}

/** A person's record as a form on a day sees it: the state, the facts in force, the names, the disputes. */
export class Sheet {
  readonly state: State;
  /** Standing facts in force on the day, in effective order; the opening is the first, whatever its day. */
  readonly facts: readonly Fact[];
  readonly reference: Reference;
  private readonly codesElsewhere: readonly CodeElsewhere[];
  private readonly disputes: DisputeMarks;

  constructor(
    readonly timeline: Timeline,
    readonly day: Day,
    reference: Reference,
  ) {
    const origins = timeline.lines.map((l) => l.origin);
    this.reference = withUnitsElsewhere(reference, origins);
    this.codesElsewhere = origins.flatMap(codesElsewhere);
    this.state = stateAt(timeline, day).state;
    const all = timeline.lines.map((l) => l.fact);
    const inForce = all.filter((f) => f.range.first <= day && f.action !== 'record_opened');
    this.facts = [...all.filter((f) => f.action === 'record_opened').slice(0, 1), ...inForce];
    this.disputes = new DisputeMarks(timeline);
  }

  /** The facts of an action, with its data as its fields have it; what was destroyed is absent. */

  of<Data extends object>(...actions: readonly string[]): readonly Fact<Partial<Data>>[] {
    return this.facts.filter((f) => actions.includes(f.action));
  }

  /** The fact of this id, where it is in force. */
  fact(id: string | null | undefined): Fact | undefined {
    return this.facts.find((f) => f.id === id);
  }

  /** A code with its names on the day of its fact, else on the day of the form; null for no code. */
  named(code: string | undefined, at: Fact, ...lists: readonly string[]): Named | null {
    if (code === undefined) return null;
    for (const day of [at.range.first, at.range.last, this.day])
      for (const list of lists) {
        const entry = this.reference.entry(list, code, day);
        if (entry !== null) return { code, vi: entry.name, en: entry.nameEn ?? null };
      }
    const known = this.codesElsewhere.find((c) => c.code === code && lists.includes(c.list));
    return { code, vi: known?.name ?? null, en: null };
  }

  /** A unit with its name on a day; null for no unit. */
  unit(unit: string | null | undefined, day: Day): NamedUnit | null {
    if (unit == null) return null;
    const name = this.reference.unitName(unit, day);
    return { unit, vi: name?.vi ?? null, en: name?.en ?? null };
  }

  /** An item with one value, from these facts. */
  cell(
    id: Exclude<ItemId, TableId>,
    source: Source,
    value: Value | null | undefined,
    ...by: readonly (Fact | undefined)[]
  ): Cell {
    const { number, vi, en } = ITEMS[id];
    const given = value ?? null;
    const facts = given === null ? [] : idsOf(by);
    const disputed = [...this.disputesOf(facts), ...this.disputes.of(null, id)];
    return { number, vi, en, value: given, facts, erased: given === null && this.isErased(source), disputed };
  }

  /** An item with rows; its own mark is that of the item as a whole. */
  table(id: TableId, source: Source, columns: Table['columns'], rows: readonly Row[]): Table {
    const { number, vi, en } = ITEMS[id];
    const facts = [...new Set(rows.flatMap((r) => r.facts))];
    const erased = rows.length === 0 && this.isErased(source);
    return { number, vi, en, columns, rows, facts, erased, disputed: this.disputes.of(null, id) };
  }

  /** A row from these facts, of which the first tells the most. */
  row(group: FieldGroup, values: Row['values'], ...by: readonly (Fact | undefined)[]): Row {
    const facts = idsOf(by);
    const erased = by.some((f) => f?.erased?.includes(group));
    return { values, facts, erased, disputed: this.disputesOf(facts) };
  }

  /** A date that has come by the day of the form; null otherwise. */
  past(date: PartialDate | undefined): PartialDate | null {
    return date !== undefined && dayRange(date).first <= this.day ? date : null;
  }

  private isErased({ group, actions }: Source): boolean {
    return this.facts.some((f) => actions.includes(f.action) && f.erased?.includes(group));
  }

  private disputesOf(facts: readonly string[]): string[] {
    return facts.flatMap((id) => this.disputes.of(id));
  }
}

/** The month of a date, or the year where the paper tells no more. */
export function monthOf(date: PartialDate): PartialDate {
  return date.slice(0, 7);
}

/** The year that a fact names, else that of its day. */
export function yearOf(year: number | undefined, fact: Fact): number {
  return year ?? Number(fact.effective.slice(0, 4));
}

function idsOf(facts: readonly (Fact | undefined)[]): string[] {
  return [...new Set(facts.flatMap((f) => (f === undefined ? [] : [f.id])))];
}
