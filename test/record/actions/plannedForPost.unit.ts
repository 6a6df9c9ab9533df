import { expect } from 'chai';
import { fieldsOf } from '../../../src/record/fields.js';
import { actionOf } from '../../../src/record/registry.js';
import { fact, hired, opened, record, Scenario } from '../../support/record.js';

const planned = (data: object) =>
  fact('planned_for_post', '2013-01-01', { position: 'giam_doc_so', ...data });

describe('Planned for a position', () => {
  const base = Scenario.given(opened(), hired());

  it('is no post', () => {
    const s = base.and(record(planned({ fromYear: 2015, toYear: 2020 })));
    expect(s.at('2013-01-01').posts).to.deep.equal([]);
    expect(s.rules()).to.deep.equal([]);
  });

  it('the position is sealed: a plan is confidential', () => {
    const position = fieldsOf(actionOf('planned_for_post').fields).find((f) => f.name === 'position');
    expect(position?.secrecy).to.equal('history');
  });

  it('a period that ends before it begins: recorded with its finding', () => {
    base.when(record(planned({ fromYear: 2015, toYear: 2014 }))).withFindings('ends_before_start');
    base.when(record(planned({ fromYear: 2015, toYear: 2015 }))).withFindings();
  });
});
