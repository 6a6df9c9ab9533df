import { deceased, fact, hired, opened, record, Scenario } from '../../support/record.js';

const awarded = (effective: string) =>
  record(fact('honorary_title_awarded', effective, { title: 'nha_giao_uu_tu', year: 2014 }));

describe('Honorary title awarded', () => {
  const base = Scenario.given(opened(), hired());

  it('is recorded in service and after it', () => {
    base.when(awarded('2014-11-20')).withFindings();
    base
      .and(record(fact('retired', '2014-01-01')))
      .when(awarded('2014-11-20'))
      .withFindings();
  });

  it('may be given after death', () => {
    base
      .and(record(deceased('2014-01-01')))
      .when(awarded('2014-11-20'))
      .withFindings();
  });
});
