import { expect } from 'chai';
import { fact, hired, opened, record, Scenario } from '../../support/record.js';

const titled = (effective: string, step: number, data: object = {}) =>
  fact('appointed_professional_title', effective, { grade: 'V.07.05.15', step, class: 'III', ...data });

describe('Appointed to a professional title', () => {
  const base = Scenario.given(opened(), hired());

  it('places the person on a step of the title, as a grade does', () => {
    const s = base.and(record(titled('2016-03-01', 3, { nextStepFrom: '2015-01-01' })));
    expect(s.at('2016-03-01').grade).to.include({
      grade: 'V.07.05.15',
      step: 3,
      salaryDate: '2016-03-01',
      nextStepFrom: '2015-01-01',
    });
  });

  it('its steps are raised like those of a grade', () => {
    const s = base.and(record(titled('2016-03-01', 3)));
    s.when(
      record(fact('step_raised_regular', '2019-03-01', { grade: 'V.07.05.15', step: 4 })),
    ).withFindings();
  });

  it('on a step that the table does not have: refused', () => {
    base.when(record(titled('2016-03-01', 10))).refusedBy('step_invalid');
  });
});
