import { expect } from 'chai';
import { FIELD_GROUPS } from '../../../src/fieldGroups.js';
import { dayRange } from '../../../src/dates.js';
import { fieldsOf } from '../../../src/record/fields.js';
import { nextRegularStep } from '../../../src/record/nextStep.js';
import { actionOf } from '../../../src/record/registry.js';
import { evolve } from '../../../src/record/timeline.js';
import {
  deceased,
  eventId,
  fact,
  graded,
  hired,
  opened,
  record,
  Scenario,
  world,
} from '../../support/record.js';

const leave = (effective: string, kind = 'unpaid', data: object = {}) =>
  fact('leave_taken', effective, { kind, ...data });

describe('Leave taken', () => {
  const base = Scenario.given(opened(), hired('2010-01-01'), graded('2010-01-01'));

  it('runs from its day to the last day named, and stays in the record', () => {
    const s = base.and(record(leave('2013-03-01', 'maternity', { until: '2013-08-31' })));
    expect(s.at('2020-01-01').absences).to.deep.equal([
      { by: eventId(4), since: '2013-03-01', kind: 'maternity', until: '2013-08-31', endedBy: null },
    ]);
    expect(s.rules()).to.deep.equal([]);
  });

  it('unpaid leave delays the next step, maternity leave does not', () => {
    const due = (kind: string) => {
      const s = base.and(record(leave('2012-01-01', kind, { until: '2012-06-30' })));
      return nextRegularStep(s.at('2012-12-31'), '2012-12-31', world).due;
    };
    expect(due('maternity')).to.equal('2013-01-01');
    expect(due('unpaid')).to.equal('2013-07-01');
  });

  it('while another leave runs: recorded with its finding', () => {
    base
      .and(record(leave('2013-03-01')))
      .when(record(leave('2013-06-01', 'sick')))
      .withFindings('absence_running');
  });

  it('a month alone tells no day: in conflict only where every day of it is', () => {
    const s = base.and(record(leave('2013-03-01', 'unpaid', { until: '2013-06-29' })));
    s.when(record(leave('2013-06', 'sick'))).withFindings();
    s.when(record(leave('2013-05', 'sick'))).withFindings('absence_running');
  });

  it('while suspended: two things, in order', () => {
    base
      .and(record(fact('suspended', '2013-03-01', { kind: 'work' })))
      .when(record(leave('2013-03-05', 'sick')))
      .withFindings();
  });

  it('ends when the person dies; one that was over keeps its own end', () => {
    const [open] = base
      .and(record(leave('2013-03-01')), record(deceased('2013-05-01')))
      .at('2013-05-01').absences;
    expect(open).to.include({ until: '2013-04-30', endedBy: eventId(5) });
    const over = leave('2013-03-01', 'sick', { until: '2013-03-31' });
    const [kept] = base.and(record(over), record(deceased('2013-05-01'))).at('2013-05-01').absences;
    expect(kept).to.include({ until: '2013-03-31', endedBy: null });
  });

  it('kind and reason are of health; once erased, the leave delays nothing', () => {
    const secrecy = Object.fromEntries(
      fieldsOf(actionOf('leave_taken').fields).map((f) => [f.name, f.secrecy]),
    );
    expect(secrecy).to.include({ kind: 'health', reason: 'health' });
    for (const [data, erased] of [
      [{}, FIELD_GROUPS],
      [{ kind: 'unpaid' }, ['history']],
    ] as const) {
      const bare = { ...leave('2012-01-01'), id: eventId(9), range: dayRange('2012-01-01'), data, erased };
      const state = evolve(base.at('2012-01-01'), bare);
      expect(state.absences.map((a) => a.kind)).to.deep.equal([null]);
      expect(nextRegularStep(state, '2012-12-31', world).due).to.equal('2013-01-01');
    }
  });
});
