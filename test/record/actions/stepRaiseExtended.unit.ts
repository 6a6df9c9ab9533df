import { expect } from 'chai';
import {
  disciplined,
  evaluated,
  eventId,
  fact,
  graded,
  hired,
  opened,
  record,
  Scenario,
} from '../../support/record.js';

const extended = (effective: string, data: object) =>
  fact('step_raise_extended', effective, { months: 6, ...data });

describe('Wait for the next step lengthened', () => {
  const base = Scenario.given(
    opened(),
    hired(),
    graded('2010-01-01'),
    disciplined('2012-03-01'),
    evaluated('2012-12-31', 2012, 'cc_khong'),
  );

  it('keeps months, cause and the fact that caused it', () => {
    const s = base.and(record(extended('2012-04-01', { cause: 'discipline', causedBy: eventId(4) })));
    expect(s.at('2012-04-01').extensions).to.deep.equal([
      { by: eventId(6), since: '2012-04-01', cause: 'discipline', causedBy: eventId(4), months: 6 },
    ]);
    expect(s.rules()).to.deep.equal([]);
  });

  it('by an evaluation of the record, or for another reason: in order', () => {
    base.when(record(extended('2013-01-15', { cause: 'evaluation', causedBy: eventId(5) }))).withFindings();
    base.when(record(extended('2013-01-15', { cause: 'other' }))).withFindings();
  });

  it('by a discipline that is not there, not yet there, or revoked: recorded with its finding', () => {
    const by = (causedBy: string) => record(extended('2013-01-15', { cause: 'discipline', causedBy }));
    base.when(by(eventId(5))).withFindings('extension_without_cause');
    base
      .when(record(extended('2013-01-15', { cause: 'discipline' })))
      .withFindings('extension_without_cause');
    base
      .and(record(fact('discipline_revoked', '2013-01-10', { discipline: eventId(4) })))
      .when(by(eventId(4)))
      .withFindings('extension_without_cause');
  });
});
