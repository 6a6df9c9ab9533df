import { expect } from 'chai';
import { fieldsOf } from '../../../src/record/fields.js';
import { actionOf } from '../../../src/record/registry.js';
import { appointed, fact, hired, opened, record, Scenario, UNIT } from '../../support/record.js';

describe('Resigned a position', () => {
  const base = Scenario.given(
    opened(),
    hired(),
    appointed('2011-01-01', 'truong_phong', { unit: UNIT.finance }),
  );
  const resigned = (data: object = {}) =>
    fact('resigned_post', '2013-01-01', { position: 'truong_phong', ...data });

  it('ends the post; the person stays in service', () => {
    const s = base.and(record(resigned({ reason: 'Nguyện vọng cá nhân' })));
    expect(s.at('2013-01-01').posts).to.deep.equal([]);
    expect(s.at('2013-01-01').service?.status).to.equal('in_service');
    expect(s.rules()).to.deep.equal([]);
  });

  it('a position not held, or held in another unit: recorded with its finding, nothing ends', () => {
    const s = base.and(record(resigned({ unit: UNIT.homeAffairs })));
    expect(s.rules()).to.deep.equal(['post_not_held']);
    expect(s.at('2013-01-01').posts).to.have.length(1);
  });

  it('the reason is sealed', () => {
    const reason = fieldsOf(actionOf('resigned_post').fields).find((f) => f.name === 'reason');
    expect(reason?.secrecy).to.equal('history');
  });
});
