import { fact, hired, opened, record, Scenario } from '../../support/record.js';

const awarded = (title: string) =>
  record(fact('emulation_title_awarded', '2014-01-20', { title, year: 2013 }));

describe('Emulation title awarded', () => {
  const base = Scenario.given(opened(), hired());

  it('a title for persons is in order', () => {
    base.when(awarded('lao_dong_tien_tien')).withFindings();
  });

  it('a title for collectives: recorded with its finding', () => {
    base.when(awarded('tap_the_lao_dong_xuat_sac')).withFindings('title_not_personal');
  });

  it('a title that the list does not have: unverified only', () => {
    base.when(awarded('unlisted_title')).withFindings('code_unverified');
  });
});
