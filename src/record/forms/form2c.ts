import type { Day } from '../../dates.js';
import type { Reference } from '../reference.js';
import type { Timeline } from '../timeline.js';
import { family } from './family.js';
import { agencyRemark, highestDiscipline, highestReward } from './merits.js';
import {
  armyItems,
  honoraryTitle,
  identityItems,
  massOrganisations,
  pairItem,
  partyDates,
  personalHistory,
  simpleItem,
} from './personal.js';
import { gradeItems, salaryHistory } from './salary.js';
import { Sheet, type Cell, type Items, type NamedUnit } from './sheet.js';
import { foreignLanguages, highestQualification, levelOf, trainingHistory } from './training.js';
import { currentPositions, workHistory } from './work.js';

/** Mẫu 2C-BNV/2008 as data: every item with what it says and the facts that it comes from. */
export interface Form2C {
  readonly form: '2C-BNV/2008';
  readonly header: {
    /** Cơ quan, đơn vị có thẩm quyền quản lý CBCC. */
    readonly managingAgency: NamedUnit | null;
    /** Cơ quan, đơn vị sử dụng CBCC; after leaving the last one. */
    readonly usingUnit: NamedUnit | null;
    /** Số hiệu cán bộ, công chức. */
    readonly serviceNumber: string | null;
  };
  readonly items: Items;
}

/**
 * Form 2C of a person on day E. What was known at K is the timeline's matter; the reference must be cut at the same K.
 * Pure; nothing on the form is typed in.
 */
export function form2c(timeline: Timeline, day: Day, reference: Reference): Form2C {
  const sheet = new Sheet(timeline, day, reference);
  return { form: '2C-BNV/2008', header: headerOf(sheet), items: itemsOf(sheet) };
}

function headerOf(sheet: Sheet): Form2C['header'] {
  const { state, day, reference } = sheet;
  const placed = (state.unit ?? state.lastUnit)?.unit;
  const unit = placed === undefined ? null : reference.currentUnit(placed, day);
  const agency = unit === null ? null : reference.agencyOf(unit, day);
  const number = sheet.of<{ number: string }>('service_number_issued').at(-1)?.data.number;
  return {
    managingAgency: sheet.unit(agency, day),
    usingUnit: sheet.unit(unit, day),
    serviceNumber: number ?? null,
  };
}

function itemsOf(sheet: Sheet): Items {
  const identity = identityItems(sheet);
  const grade = gradeItems(sheet);
  return {
    ...identity,
    place_of_birth: pairItem(sheet, 'place_of_birth'),
    hometown: pairItem(sheet, 'hometown'),
    ethnicity: simpleItem(sheet, 'ethnicity'),
    religion: simpleItem(sheet, 'religion'),
    permanent_address: pairItem(sheet, 'permanent_address'),
    current_address: pairItem(sheet, 'current_address'),
    occupation_at_recruitment: simpleItem(sheet, 'occupation_at_recruitment'),
    ...recruitment(sheet),
    current_position: currentPositions(sheet),
    main_duty: pairItem(sheet, 'main_duty'),
    ...grade,
    general_education: levelOf(sheet, 'general_education'),
    highest_qualification: highestQualification(sheet),
    political_theory: levelOf(sheet, 'political_theory'),
    state_management: levelOf(sheet, 'state_management'),
    foreign_language: foreignLanguages(sheet),
    informatics: levelOf(sheet, 'informatics'),
    ...partyDates(sheet),
    mass_organisation_history: massOrganisations(sheet),
    ...armyItems(sheet),
    highest_honorary_title: honoraryTitle(sheet),
    strength: pairItem(sheet, 'strength'),
    highest_reward: highestReward(sheet),
    highest_discipline: highestDiscipline(sheet),
    health_status: simpleItem(sheet, 'health_status'),
    height_cm: simpleItem(sheet, 'height_cm'),
    weight_kg: simpleItem(sheet, 'weight_kg'),
    blood_type: simpleItem(sheet, 'blood_type'),
    war_invalid_class: simpleItem(sheet, 'war_invalid_class'),
    policy_family: simpleItem(sheet, 'policy_family'),
    id_card_number: simpleItem(sheet, 'id_card_number'),
    id_card_date: simpleItem(sheet, 'id_card_date'),
    social_insurance_number: simpleItem(sheet, 'social_insurance_number'),
    training_history: trainingHistory(sheet),
    work_history: workHistory(sheet),
    personal_history: personalHistory(sheet),
    family: family(sheet),
    salary_history: salaryHistory(sheet),
    agency_remark: agencyRemark(sheet),
  };
}

/** Item 11: the first recruitment, whatever came after. */
function recruitment(sheet: Sheet): Readonly<Record<'recruitment_date' | 'recruiting_agency', Cell>> {
  const first = sheet.of<{ agency: string }>('recruited')[0];
  const source = { group: 'history', actions: [] } as const;
  const agency = first === undefined ? null : sheet.unit(first.data.agency, first.range.first);
  return {
    recruitment_date: sheet.cell('recruitment_date', source, first?.effective, first),
    recruiting_agency: sheet.cell('recruiting_agency', source, agency, first),
  };
}
