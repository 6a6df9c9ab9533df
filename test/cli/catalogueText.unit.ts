import { expect } from 'chai';
import { catalogueText } from '../../src/cli/catalogueText.js';
import { daNang } from '../support/city.js';

/** Every list that Điều 9.1 names, a to h. */
const ARTICLE_9_1 =
  `agency_block recruitment_method recruitment_position recruitment_source record_status retirement_type
  professional_work strength standard_position party_position mass_organisation_position military_position field
  salary_raise_type grade_promotion_type allowance_type other_allowance_calculation salary_payment_method
  beyond_frame_seniority_type grade_group grade_name professional_title grade_step_coefficient salary_table
  organisation_position_relation organisation_salary_relation training_form training_major qualification_level
  graduation_type degree_certificate_type training_institution training_funding_source research_level research_field
  agency department_section subordinate_unit taxable_income personal_income_tax war_invalid_class health_status
  blood_type marital_status ethnicity religion family_class_origin policy_beneficiary honorary_title family_relation
  emulation_title reward_form discipline_form disability`.split(/\s+/);

describe('The table of catalogues', function () {
  this.timeout(30_000);
  it('counts the entries of every list of Điều 9.1; an empty one says why', async () => {
    const rows = catalogueText(await daNang(), '2026-07-31')
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
    for (const list of ARTICLE_9_1) {
      const [, entries, , , ...why] = rows.find(([name]) => name === list) ?? [];
      expect(Number(entries) > 0 || why.length > 0, list).to.equal(true);
    }
    expect(rows.filter(([, entries]) => entries === '0').map(([name]) => name)).to.deep.equal([
      'agency',
      'department_section',
      'subordinate_unit',
    ]);
  });
});
