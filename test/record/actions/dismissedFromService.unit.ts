import { expect } from 'chai';
import { actionOf } from '../../../src/record/registry.js';
import { disciplined, eventId, fact, hired, opened, record, Scenario } from '../../support/record.js';

const out = (data: object) => fact('dismissed_from_service', '2013-05-15', data);

describe('Dismissed from service', () => {
  const base = Scenario.given(opened(), hired(), disciplined('2013-05-15', 'cc_buoc_thoi_viec'));

  it('ends service, by the discipline that it names; of the same day it comes after it', () => {
    const s = base.and(record(out({ discipline: eventId(3) })));
    expect(s.at('2013-05-15').service?.status).to.equal('left');
    expect(s.at('2013-05-15').disciplines).to.have.length(1);
    expect(s.rules()).to.deep.equal([]);
  });

  it('no gate bars it: it follows from a discipline', () => {
    expect(actionOf('dismissed_from_service')).to.include({ gate: false, deadline: 'R-11.3b' });
  });

  it('without a discipline, or by one that was revoked: recorded with its finding, and left', () => {
    const s = base.and(record(out({})));
    expect(s.rules()).to.deep.equal(['dismissal_without_discipline']);
    expect(s.at('2013-05-15').service?.status).to.equal('left');
    Scenario.given(
      opened(),
      hired(),
      disciplined('2013-05-10', 'cc_buoc_thoi_viec'),
      fact('discipline_revoked', '2013-05-12', { discipline: eventId(3) }),
    )
      .when(record(out({ discipline: eventId(3) })))
      .withFindings('dismissal_without_discipline');
  });
});
