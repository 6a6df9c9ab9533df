import { expect } from 'chai';
import { history } from '../../projections/history/history.js';
import type { FactRow, FindingRow } from '../../projections/history/rows.js';
import type { RecordEvent } from '../../src/record/events.js';
import { ACTOR } from '../support/desk.js';
import {
  correct,
  eventId,
  fact,
  hired,
  opened,
  record,
  rescind,
  Scenario,
  transfer,
  UNIT,
  withdraw,
  world,
} from '../support/record.js';

/** Events of the scenario are recorded one a day from 2013-01-01T00:00Z, sequence and revision in step. */
function fold(scenario: Scenario, events: readonly RecordEvent[] = scenario.events) {
  const metas = events.map(() => ({ actor: ACTOR }));
  const [facts, findings] = history.fold({ id: 'p', events, metas }, world);
  return { facts: facts!.rows as FactRow[], findings: findings!.rows as FindingRow[] };
}

describe('The history', () => {
  it('counts the delay from the last day that the paper can mean to the day of recording in Vietnam', () => {
    const late = Scenario.given(opened(), hired('2012-12-31'), hired('2012-12'), hired('2013-02-01'));
    expect(fold(late).facts.map((f) => f.delayDays)).to.deep.equal([90, 2, 3, -28]);
    // 17:00 in UTC is midnight in Vietnam.
    const at = (recordedAt: string) => {
      const events = late.events.map((e) => ({ ...e, recordedAt }));
      return fold(late, events).facts[1]!.delayDays;
    };
    expect(at('2013-01-01T16:59:59.999Z')).to.equal(1);
    expect(at('2013-01-01T17:00:00.000Z')).to.equal(2);
  });

  it('keeps one row for each fact in order of recording, with its place in effective order', () => {
    const { facts } = fold(Scenario.given(opened('2012-10-03'), transfer('2012-01-01'), hired('2010-01-01')));
    expect(facts.map((f) => [f.action, f.place])).to.deep.equal([
      ['record_opened', 2],
      ['transferred', 1],
      ['recruited', 0],
    ]);
  });

  it('shows both lines of a correction, and who made it', () => {
    const { facts } = fold(
      Scenario.given(opened(), hired('2010-01-01')).and(correct(2, hired('2011-01-01'))),
    );
    expect(facts[1]).to.include({ corrected: true, effective: '2011-01-01', actorAccount: ACTOR.account });
    expect(facts[1]!.original).to.include({ effective: '2010-01-01' });
    expect(facts[1]!.corrections[0]).to.deep.include({
      event: eventId(3),
      reason: 'ghi sai',
      standing: true,
      unit: ACTOR.unit,
    });
    expect(facts[1]!.corrections[0]!.content).to.include({ effective: '2011-01-01' });
  });

  it('a rescinded fact stays, out of force and without a place; its findings go', () => {
    const { facts, findings } = fold(
      Scenario.given(opened(), transfer('2012-01-01', UNIT.finance, {})).and(rescind(2)),
    );
    expect(facts[1]).to.include({ standing: false, place: null });
    expect(facts[1]!.rescissions.map((r) => r.target)).to.deep.equal([eventId(2)]);
    expect(findings).to.deep.equal([]);
  });

  it('a finding names the unit at its fact, and the last unit of the record', () => {
    const { findings } = fold(
      Scenario.given(
        opened(),
        hired('2010-01-01'),
        fact('transferred', '2011-01-01', { toUnit: UNIT.homeAffairs }),
        transfer('2012-01-01'),
      ),
    );
    expect(findings.map((f) => [f.rule, f.unit, f.recordUnit])).to.deep.equal([
      ['already_in_unit', UNIT.homeAffairs, UNIT.finance],
    ]);
  });

  it('marks a fact that is in dispute until it is resolved', () => {
    const disputed = Scenario.given(opened(), hired('2010-01-01')).and(
      record(fact('disputed', '2014-01-01', { fact: eventId(2) })),
    );
    expect(fold(disputed).facts.map((f) => f.disputed)).to.deep.equal([[], [eventId(3)], []]);
    const resolved = record(
      fact('dispute_resolved', '2014-02-01', { dispute: eventId(3), outcome: 'rejected' }),
    );
    expect(fold(disputed.and(resolved)).facts.flatMap((f) => f.disputed)).to.deep.equal([]);
  });

  it('a withdrawn record keeps its facts and has no findings', () => {
    const { facts, findings } = fold(Scenario.given(opened(), transfer('2012-01-01')).and(withdraw));
    expect(facts.map((f) => f.recordWithdrawn)).to.deep.equal([true, true]);
    expect(findings).to.deep.equal([]);
  });

  it('the position of a recruitment is of another list, and is not told as a position held', () => {
    const { facts } = fold(
      Scenario.given(opened(), hired('2010-01-01', { position: 'x' })).and(
        record(fact('appointed_to_position', '2011-01-01', { position: 'truong_phong' })),
      ),
    );
    expect(facts.map((f) => f.position)).to.deep.equal([null, null, 'truong_phong']);
  });
});
