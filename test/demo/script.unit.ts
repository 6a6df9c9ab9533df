import { expect } from 'chai';
import { Places } from '../../src/demo/places.js';
import { Script } from '../../src/demo/script.js';
import { LAST, type Ids } from '../../src/demo/life.js';
import { ACTIONS, actionOf } from '../../src/record/registry.js';
import type { FactContent } from '../../src/record/action.js';
import { DocumentBlock } from '../../src/record/document.js';
import { fieldsOf, type FieldClass } from '../../src/record/fields.js';
import { agencyFacts } from '../../src/demo/agencies.js';
import { UNIT_FACTS, validateUnitFact, type UnitFact } from '../../src/organisation/facts.js';
import { retirementOf } from '../../src/rules/retirement.js';
import { LAW } from '../rules/support.js';

/** Every list of QĐ 8060/QĐ-UBND Điều 9.1, by its identifier in the data. */
const ARTICLE_9_1 = [
  ...['agency_block', 'recruitment_method', 'recruitment_position', 'recruitment_source', 'record_status'],
  ...['retirement_type', 'professional_work', 'strength'],
  ...['standard_position', 'party_position', 'mass_organisation_position', 'military_position'],
  ...['field', 'salary_raise_type', 'grade_promotion_type', 'allowance_type', 'other_allowance_calculation'],
  ...['salary_payment_method', 'beyond_frame_seniority_type', 'grade_group', 'grade_name'],
  ...['professional_title', 'grade_step_coefficient', 'salary_table'],
  ...['organisation_position_relation', 'organisation_salary_relation'],
  ...['training_form', 'training_major', 'qualification_level', 'graduation_type', 'degree_certificate_type'],
  ...['training_institution', 'training_funding_source', 'research_level', 'research_field'],
  ...['taxable_income', 'personal_income_tax'],
  ...['war_invalid_class', 'health_status', 'blood_type', 'marital_status', 'ethnicity', 'religion'],
  ...['family_class_origin', 'policy_beneficiary', 'honorary_title', 'family_relation', 'emulation_title'],
  ...['reward_form', 'discipline_form', 'disability'],
];

/** The lists that no field of any action or unit takes a code of, and why. */
const NO_FIELD: Readonly<Record<string, string>> = {
  agency_block: 'a unit is told by its type and its level of Điều 6, from which the block follows',
  record_status: 'follows from the facts of a record; nobody enters it',
  field: 'no form asks for it, and no action has it',
  salary_raise_type: 'the action itself says how a step was raised',
  salary_payment_method: 'how the money is handed out is no part of the record',
  beyond_frame_seniority_type: 'looked up by the grade when an allowance beyond the frame is judged',
  grade_group: 'looked up by the grade when a step is judged',
  grade_step_coefficient: 'looked up by the grade when a step is judged',
  salary_table: 'names the tables that the groups of grades belong to',
  organisation_position_relation: 'a help for choosing; no rule refuses a post by it',
  organisation_salary_relation: 'a help for choosing; no rule refuses a grade by it',
  research_level: 'no action of the decision records research',
  research_field: 'no action of the decision records research',
};

const LEAVING: ReadonlySet<string> = new Set([
  'retired',
  'retired_early',
  'postponed_retirement',
  'left_service',
  'dismissed_from_service',
  'moved_to_party_bloc',
  'moved_out_of_city',
  'died',
]);

const ids: Ids = { unit: (code) => code, event: (person, n) => `${String(person)}-${String(n)}` };

/** What the whole city enters: facts by action, codes by list, changes by kind. */
class Count {
  readonly actions = new Map<string, number>();
  readonly lists = new Map<string, number>();
  readonly changes = new Map<string, number>();
  facts = 0;

  constructor(readonly script: Script) {
    for (let person = 0; person < script.persons; person++)
      for (const { changes, merge } of script.stepsOf(person)) {
        if (merge !== undefined) add(this.changes, 'merge');
        for (const { change } of changes) {
          add(this.changes, change.kind);
          if (change.kind === 'record') this.fact(change.content);
        }
      }
  }

  private fact({ action, document, data }: FactContent): void {
    this.facts += 1;
    add(this.actions, action);
    this.codes(actionOf(action).fields, data);
    if (document !== undefined) this.codes(DocumentBlock, document);
  }

  codes(fields: FieldClass, values: object): void {
    for (const { name, list, orList, listBy } of fieldsOf(fields)) {
      const code = (values as Record<string, unknown>)[name];
      const named = list ?? (values as Record<string, unknown>)[listBy ?? ''];
      if (typeof code !== 'string' || typeof named !== 'string') continue;
      // A title may stand where a grade does: its code tells which of the two it is.
      add(this.lists, orList !== undefined && code.startsWith('V.') ? orList : named);
    }
  }
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

describe('The script of the invented city', function () {
  this.timeout(60_000);
  const places = new Places((code) => code);
  let count: Count;

  before(() => {
    count = new Count(new Script(ids, places));
  });

  it('has some 2,000 persons and more than 50,000 facts, the same at every writing', () => {
    expect(count.script.persons).to.be.within(1_950, 2_050);
    expect(count.facts).to.be.within(50_000, 70_000);
    const again = new Script(ids, new Places((code) => code));
    for (const person of [0, 2, 77, 1_234, 2_000])
      expect(again.stepsOf(person), String(person)).to.deep.equal(count.script.stepsOf(person));
  });

  it('uses every action', () => {
    expect([...count.actions.keys()].sort()).to.deep.equal(ACTIONS.map((a) => a.type).sort());
  });

  it('uses every list of Article 9.1 but those that no action can name', () => {
    const named = new Set<string | undefined>(
      [
        DocumentBlock,
        ...ACTIONS.map((a) => a.fields),
        ...Object.values(UNIT_FACTS).map((f) => f.fields),
      ].flatMap((fields) => fieldsOf(fields).flatMap((f) => [f.list, f.orList])),
    );
    // The levels of items 15.1 to 15.6 are named by another field of the same fact.
    const byField = new Set(['qualification_level']);
    for (const list of ARTICLE_9_1) {
      const canBe = named.has(list) || byField.has(list);
      expect(canBe, `${list} ${NO_FIELD[list] ?? 'has a field'}`).to.equal(!(list in NO_FIELD));
      if (canBe) expect(count.lists.get(list) ?? 0, list).to.be.greaterThan(0);
    }
  });

  it('keeps nobody in service past the age of retirement', () => {
    const staying: string[] = [];
    for (let person = 0; person < count.script.persons; person++) {
      const changes = count.script.stepsOf(person).flatMap((s) => s.changes.map((c) => c.change));
      if (changes.some((c) => c.kind === 'withdraw')) continue;
      const facts = changes.flatMap((c) => (c.kind === 'record' ? [c.content] : []));
      const { dateOfBirth, sex } = facts[0]?.data as { dateOfBirth: string; sex: string };
      const due = retirementOf({ sex, dateOfBirth, category: 'cong_chuc' }, LAW)?.pensionFrom ?? '9999';
      const leaves = facts.some((f) => LEAVING.has(f.action));
      if (due <= LAST && !leaves) staying.push(`${String(person)} since ${due}`);
    }
    expect(staying).to.deep.equal([]);
  });

  it('corrects, rescinds, withdraws, restores, merges, settles, places legal holds and lifts them', () => {
    for (const kind of [
      'record',
      'correct',
      'rescind',
      'withdraw',
      'restore',
      'settle',
      'merge',
      'hold',
      'lift',
    ])
      expect(count.changes.get(kind) ?? 0, kind).to.be.greaterThan(0);
  });

  it('changes the organisation on its way: splits, mergers, new parents, ends', () => {
    const types = new Set<UnitFact['type']>(places.facts.map((f) => f.fact.type));
    for (const type of [
      'unit_opened',
      'unit_split',
      'unit_merged',
      'unit_reparented',
      'unit_closed',
    ] as const)
      expect(types).to.include(type);
    const moments = new Set(places.facts.map((f) => f.at));
    expect(moments.size).to.be.at.least(5);
  });

  it('its agencies say when they went live, how many they pay, and what reports and checks they made', () => {
    const facts = agencyFacts(places, () => '00000000-0000-4000-8000-000000000001');
    const types = new Set<UnitFact['type']>([...facts, ...places.facts].map((f) => f.fact.type));
    // In Đà Nẵng's own data a unit of another name or level is a new one, into which the old was merged.
    const rest = Object.keys(UNIT_FACTS).filter((type) => !types.has(type as UnitFact['type']));
    expect(rest).to.deep.equal(['unit_renamed', 'unit_reclassified']);
    for (const { unit, fact } of facts) {
      const { effective = '', ...content } = fact;
      expect(validateUnitFact(fact.type, { effective, ...content }), unit).to.deep.equal([]);
    }
    const once = new Set(facts.map(({ unit, fact }) => JSON.stringify([unit, fact.type, fact.data])));
    expect(once.size).to.equal(facts.length);
    // The city gives no more early raises than the remainders of the payrolls make.
    for (const { fact } of facts)
      if (fact.type === 'early_raises_allotted') {
        const { year, count } = fact.data;
        const left = facts.map(({ fact: f }) =>
          f.type === 'payroll_counted' && f.data.year === year ? f.data.count % 10 : 0,
        );
        expect(left.reduce((sum, n) => sum + n, 0)).to.be.at.least(10 * count);
      }
  });

  it('says of every unit that it is shown for demonstration', () => {
    for (const { fact } of places.facts)
      if (fact.type === 'unit_opened') expect(fact.data.name).to.match(/\(trình diễn\)$/);
  });
});
