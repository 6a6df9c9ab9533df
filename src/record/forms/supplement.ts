import type { Day } from '../../dates.js';
import type { FieldGroup } from '../../fieldGroups.js';
import type { Fact } from '../action.js';
import { fieldsOf, type Caption, type FieldInfo } from '../fields.js';
import type { Reference } from '../reference.js';
import { actionOf } from '../registry.js';
import type { State } from '../state.js';
import type { Timeline } from '../timeline.js';
import { form2c } from './form2c.js';
import { Sheet, type Items, type Mark, type Value } from './sheet.js';

/** One thing that happened in the period, as its own fields tell it. */
export interface Entry extends Mark {
  readonly effective: string;
  readonly action: string;
  readonly caption: Caption;
  /** Number of the deciding document, where there is one. */
  readonly document: string | null;
  /** What was destroyed is absent. */
  readonly fields: readonly (Caption & { readonly name: string; readonly value: Value | null })[];
}

export interface Section extends Caption {
  readonly number: string;
  readonly entries: readonly Entry[];
}

/** The items of form 2C that head the sheet. */
export const HEADER_IDS = [
  'birth_name',
  'date_of_birth',
  'sex',
  'current_position',
  'grade_name',
  'grade_code',
  'step',
  'coefficient',
  'salary_date',
  'position_allowance',
  'other_allowance',
  'party_join_date',
  'party_official_date',
] as const satisfies readonly (keyof Items)[];

/** Phiếu bổ sung lý lịch (Mẫu 4a-BNV/2007, QĐ 06/2007/QĐ-BNV) as data. */
export interface Supplement {
  readonly form: '4a-BNV/2007';
  /** First and last day, both included. */
  readonly from: Day;
  readonly to: Day;
  /** The items of form 2C that head the sheet, as they are on the last day. */
  readonly items: Pick<Items, (typeof HEADER_IDS)[number]>;
  /** I to IX. */
  readonly sections: readonly Section[];
}

type Heading =
  'posts' | 'training' | 'rewards' | 'discipline' | 'travel' | 'health' | 'economy' | 'family' | 'other';

const HEADINGS: Readonly<Record<Heading, Omit<Section, 'entries'>>> = {
  posts: {
    number: 'I',
    vi: 'Thay đổi về chức danh, chức vụ, đơn vị công tác',
    en: 'Changes of post, position, place of work',
  },
  training: { number: 'II', vi: 'Đào tạo, bồi dưỡng', en: 'Training' },
  rewards: { number: 'III', vi: 'Khen thưởng', en: 'Rewards' },
  discipline: { number: 'IV', vi: 'Kỷ luật', en: 'Discipline' },
  travel: { number: 'V', vi: 'Đi nước ngoài', en: 'Travel abroad' },
  health: { number: 'VI', vi: 'Tình trạng sức khỏe', en: 'Health' },
  economy: { number: 'VII', vi: 'Về kinh tế bản thân', en: 'Own economic situation' },
  family: { number: 'VIII', vi: 'Về gia đình', en: 'Family' },
  other: { number: 'IX', vi: 'Những vấn đề khác cần bổ sung', en: 'Other matters' },
};

/** Where an action belongs whatever it changes. */
const BY_ACTION: Readonly<Record<string, Heading>> = {
  sent_to_training: 'training',
  training_completed: 'training',
  qualification_recorded: 'training',
  academic_title_awarded: 'training',
  emulation_title_awarded: 'rewards',
  rewarded: 'rewards',
  honorary_title_awarded: 'rewards',
  disciplined: 'discipline',
  discipline_lapsed: 'discipline',
  discipline_revoked: 'discipline',
  foreign_travel: 'travel',
  income_declared: 'economy',
  asset_declared: 'economy',
  family_relation_recorded: 'family',
  family_relation_changed: 'family',
};

/** What is done to the record and is nothing that happened to the person. */
const OF_THE_RECORD: ReadonlySet<string> = new Set([
  'record_opened',
  'record_entered',
  'record_sent',
  'record_accepted',
  'record_forwarded',
  'record_refused',
  'reconciled_with_paper',
  'disputed',
  'dispute_resolved',
]);

/** Actions whose fields belong to different headings: each field goes where its own heading is. */
const SPLIT: Readonly<Record<string, (field: FieldInfo) => Heading | null>> = {
  personal_info_changed: ({ secrecy }) => (secrecy === 'health' || secrecy === 'family' ? secrecy : 'other'),
  supplement_declared: ({ name }) => (name in HEADINGS ? (name as Heading) : null),
};

/**
 * The yearly supplement of a person: what took effect from one day to another, both included, heading by heading. What
 * the person declared under a heading stands there beside what the record knows.
 */
export function supplement(
  timeline: Timeline,
  period: { from: Day; to: Day },
  reference: Reference,
): Supplement {
  const { from, to } = period;
  const sheet = new Sheet(timeline, to, reference);
  const { items } = form2c(timeline, to, reference);
  const found = entriesOf(sheet, from);
  return {
    form: '4a-BNV/2007',
    from,
    to,
    items: Object.fromEntries(HEADER_IDS.map((id) => [id, items[id]])) as Supplement['items'],
    sections: (Object.keys(HEADINGS) as Heading[]).map((heading) => ({
      ...HEADINGS[heading],
      entries: found.filter((f) => f.heading === heading).map((f) => f.entry),
    })),
  };
}

function entriesOf(sheet: Sheet, from: Day): { readonly heading: Heading; readonly entry: Entry }[] {
  const { lines, states, start } = sheet.timeline;
  return lines.flatMap(({ fact }, i) => {
    if (fact.range.first < from || fact.range.first > sheet.day || OF_THE_RECORD.has(fact.action)) return [];
    const fields = fieldsOf(actionOf(fact.action).fields);
    const split = SPLIT[fact.action];
    if (split === undefined) {
      const heading = BY_ACTION[fact.action] ?? headingOf(states[i - 1] ?? start, states[i] ?? start);
      return [{ heading, entry: entryOf(sheet, fact, fields) }];
    }
    const headings = [...new Set(fields.map(split))].filter((heading) => heading !== null);
    return headings.flatMap((heading) => {
      const entry = entryOf(
        sheet,
        fact,
        fields.filter((f) => split(f) === heading),
      );
      return entry.fields.length > 0 || entry.erased ? [{ heading, entry }] : [];
    });
  });
}

/** By what the fact changed. */
function headingOf(before: State, after: State): Heading {
  const changed = (...parts: readonly (keyof State)[]) => parts.some((part) => before[part] !== after[part]);
  if (changed('service', 'unit', 'posts', 'secondment')) return 'posts';
  return changed('grade', 'pay', 'beyondFrame', 'allowances') ? 'economy' : 'other';
}

function entryOf(sheet: Sheet, fact: Fact, fields: readonly FieldInfo[]): Entry {
  const data = fact.data as Readonly<Record<string, string | number | undefined>>;
  const groups = new Set(fields.map((f) => f.secrecy));
  const { facts, disputed } = sheet.row('history', {}, fact);
  return {
    effective: fact.effective,
    action: fact.action,
    caption: actionOf(fact.action).caption,
    document: fact.document?.number ?? null,
    fields: fields
      .filter(({ name }) => data[name] !== undefined)
      .map((field) => ({ name: field.name, ...field.caption, value: valueOf(sheet, fact, field, data) })),
    facts,
    disputed,
    erased: fact.erased?.some((group: FieldGroup) => groups.has(group)) ?? false,
  };
}

function valueOf(
  sheet: Sheet,
  fact: Fact,
  { name, list, orList, listBy, unit }: FieldInfo,
  data: Readonly<Record<string, string | number | undefined>>,
): Value | null {
  const value = data[name];
  if (value === undefined) return null;
  if (unit) return sheet.unit(String(value), fact.range.first);
  const lists = [list ?? data[listBy ?? ''], orList].filter((one) => typeof one === 'string');
  return lists.length === 0 ? value : sheet.named(String(value), fact, ...lists);
}
