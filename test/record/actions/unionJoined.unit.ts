import { expect } from 'chai';
import { fieldsOf } from '../../../src/record/fields.js';
import { actionOf } from '../../../src/record/registry.js';
import { fact, opened, record, Scenario } from '../../support/record.js';

describe('Joined a mass organisation', () => {
  const base = Scenario.given(opened());
  const joined = (data: object = {}) =>
    record(
      fact(
        'union_joined',
        '1996-03-26',
        { organisation: 'Đoàn TNCS Hồ Chí Minh', ...data },
        { number: null },
      ),
    );

  it('before any hire, without a document, with or without a position: in order', () => {
    base.when(joined()).withFindings();
    base.when(joined({ position: 'dtn_bi_thu_chi_doan', until: '2010' })).withFindings();
    base.when(joined({ position: 'unlisted_post' })).withFindings('code_unverified');
  });

  it('until a day before it began: recorded with its finding', () => {
    base.when(joined({ until: '1996-03-25' })).withFindings('period_reversed');
    base.when(joined({ until: '1996-03' })).withFindings();
  });

  it('all of it is political', () => {
    const secrecy = fieldsOf(actionOf('union_joined').fields).map((f) => f.secrecy);
    expect(new Set(secrecy)).to.deep.equal(new Set(['political']));
  });
});
