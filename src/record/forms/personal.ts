/** Items 1 to 10, 13, 16 to 20, 23 to 26 and 29: what the person declares. */
import type { PartialDate } from '../../dates.js';
import type { FieldGroup } from '../../fieldGroups.js';
import { fieldsOf } from '../fields.js';
import { PersonalFields, type PersonalField } from '../personalFields.js';
import type { ItemId } from './items.js';
import { highest, HONORARY_TITLES, MILITARY_RANKS } from './ranks.js';
import { yearOf, type Cell, type Sheet, type Source, type Table, type Value } from './sheet.js';

const INFO = new Map(fieldsOf(PersonalFields).map((f) => [f.name, f]));
const DECLARED = 'personal_info_changed';

/** Items of one declared field: the code with its names, or the text or number itself. */
const SIMPLE = {
  ethnicity: 'ethnicity',
  religion: 'religion',
  occupation_at_recruitment: 'occupationAtRecruitment',
  health_status: 'healthStatus',
  height_cm: 'heightCm',
  weight_kg: 'weightKg',
  blood_type: 'bloodType',
  war_invalid_class: 'warInvalidClass',
  policy_family: 'policyBeneficiary',
  id_card_number: 'idCardNumber',
  id_card_date: 'idCardDate',
  social_insurance_number: 'socialInsuranceNumber',
} as const satisfies Partial<Record<ItemId, PersonalField>>;

/** Items that are a text, a code, or both. */
const PAIRS = {
  place_of_birth: ['placeOfBirth', 'placeOfBirthCode'],
  hometown: ['hometown', 'hometownCode'],
  permanent_address: ['permanentAddress', 'permanentAddressCode'],
  current_address: ['currentAddress', 'currentAddressCode'],
  main_duty: ['mainDuty', 'professionalWork'],
  strength: ['strengthText', 'strength'],
} as const satisfies Partial<Record<ItemId, readonly [text: PersonalField, code: PersonalField]>>;

export function simpleItem(sheet: Sheet, id: keyof typeof SIMPLE): Cell {
  const field = SIMPLE[id];
  const { value, by } = declared(sheet, field);
  return sheet.cell(id, sourceOf(field), value, by);
}

export function pairItem(sheet: Sheet, id: keyof typeof PAIRS): Cell {
  const [textField, codeField] = PAIRS[id];
  const text = declared(sheet, textField);
  const code = declared(sheet, codeField);
  const value = text.value === null && code.value === null ? null : { text: text.value, code: code.value };
  return sheet.cell(id, sourceOf(textField), value, text.by, code.by);
}

/** Item 29, by its three parts. */
export function personalHistory(sheet: Sheet): Cell {
  const [a, b, c] = [
    declared(sheet, 'personalHistoryA'),
    declared(sheet, 'personalHistoryB'),
    declared(sheet, 'personalHistoryC'),
  ];
  const told = [a, b, c].some((part) => part.value !== null);
  const value = told ? { a: a.value, b: b.value, c: c.value } : null;
  return sheet.cell('personal_history', sourceOf('personalHistoryA'), value, a.by, b.by, c.by);
}

type IdentityItems = Extract<ItemId, 'birth_name' | 'other_name' | 'date_of_birth' | 'sex'>;

/** Items 1 to 3. The form wants the name in capitals. */
export function identityItems(sheet: Sheet): Readonly<Record<IdentityItems, Cell>> {
  const { identity } = sheet.state;
  const tellers = sheet.of<PersonalFields>('record_opened', DECLARED);
  const by = (field: 'familyName' | 'givenName' | 'otherName' | 'dateOfBirth' | 'sex') =>
    tellers.findLast(({ data }) => data[field] !== undefined);
  const source: Source = { group: 'identity', actions: ['record_opened', DECLARED] };
  const names = [identity?.familyName, identity?.givenName].filter((name) => name !== undefined);
  const name = names.length === 0 ? null : names.join(' ').toLocaleUpperCase('vi');
  const sex = by('sex');
  return {
    birth_name: sheet.cell('birth_name', source, name, by('familyName'), by('givenName')),
    other_name: sheet.cell('other_name', source, identity?.otherName, by('otherName')),
    date_of_birth: sheet.cell('date_of_birth', source, identity?.dateOfBirth, by('dateOfBirth')),
    sex: sheet.cell('sex', source, sex === undefined ? null : sheet.named(identity?.sex, sex, 'sex'), sex),
  };
}

/** Item 16: also of a membership that ended. */
export function partyDates(sheet: Sheet): Readonly<Record<'party_join_date' | 'party_official_date', Cell>> {
  const { party } = sheet.state;
  const joined = sheet.fact(party?.by);
  const official = sheet.fact(party?.officialBy);
  // Where only the official day is known, it is no day of admission.
  const admitted = joined?.action === 'party_joined' ? joined : undefined;
  const source: Source = { group: 'political', actions: [] };
  return {
    party_join_date: sheet.cell('party_join_date', source, admitted?.effective, admitted),
    party_official_date: sheet.cell('party_official_date', source, official?.effective, official),
  };
}

interface Membership {
  organisation: string;
  position: string;
  duty: string;
  until: PartialDate;
}

/** Item 17. */
export function massOrganisations(sheet: Sheet): Table {
  const rows = sheet.of<Membership>('union_joined').map((f) => {
    const { organisation, position, duty, until } = f.data;
    const values = {
      from: f.effective,
      until: sheet.past(until),
      organisation: organisation ?? null,
      position: sheet.named(position, f, 'mass_organisation_position'),
      duty: duty ?? null,
    };
    return sheet.row('political', values, f);
  });
  const columns = {
    from: { vi: 'Từ ngày', en: 'From' },
    until: { vi: 'Đến ngày', en: 'Until' },
    organisation: { vi: 'Tổ chức', en: 'Organisation' },
    position: { vi: 'Chức vụ', en: 'Position' },
    duty: { vi: 'Làm việc gì trong tổ chức đó', en: 'What was done in it' },
  };
  return sheet.table(
    'mass_organisation_history',
    { group: 'political', actions: ['union_joined'] },
    columns,
    rows,
  );
}

type ArmyItems = Extract<ItemId, 'enlist_date' | 'discharge_date' | 'highest_military_rank'>;

/** Item 18: the first enlistment, the last discharge, the highest rank. */
export function armyItems(sheet: Sheet): Readonly<Record<ArmyItems, Cell>> {
  const served = sheet.of<{ discharged: PartialDate; highestRank: string }>('military_service');
  const source: Source = { group: 'history', actions: ['military_service'] };
  const first = served[0];
  const last = served.findLast(({ data }) => sheet.past(data.discharged) !== null);
  const ranked = served.filter(({ data }) => data.highestRank !== undefined);
  const top = highest(ranked, ({ data }) => data.highestRank, MILITARY_RANKS);
  const rank = top && sheet.named(top.data.highestRank, top, 'military_rank');
  return {
    enlist_date: sheet.cell('enlist_date', source, first?.effective, first),
    discharge_date: sheet.cell('discharge_date', source, last?.data.discharged, last),
    highest_military_rank: sheet.cell('highest_military_rank', source, rank, top),
  };
}

/** Item 19. */
export function honoraryTitle(sheet: Sheet): Cell {
  const titles = sheet.of<{ title: string; year: number }>('honorary_title_awarded');
  const top = highest(
    titles.filter(({ data }) => data.title !== undefined),
    ({ data }) => data.title,
    HONORARY_TITLES,
  );
  const value = top && {
    title: sheet.named(top.data.title, top, 'honorary_title'),
    year: yearOf(top.data.year, top),
  };
  return sheet.cell(
    'highest_honorary_title',
    { group: 'history', actions: ['honorary_title_awarded'] },
    value,
    top,
  );
}

function declared(sheet: Sheet, field: PersonalField) {
  const set = sheet.state.personal[field];
  const by = sheet.fact(set?.by);
  if (set === undefined || by === undefined) return { value: null, by: undefined };
  const { list } = INFO.get(field) ?? {};
  const value: Value | null = list === undefined ? set.value : sheet.named(String(set.value), by, list);
  return { value, by };
}

function sourceOf(field: PersonalField): Source {
  return { group: INFO.get(field)?.secrecy as FieldGroup, actions: [DECLARED] };
}
