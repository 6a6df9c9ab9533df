import { expect } from 'chai';
import { loadShipped } from '../../src/catalogues/shipped.js';
import type { FactContent } from '../../src/record/action.js';
import { dutiesOf } from '../../src/record/duties.js';
import type { Reference } from '../../src/record/reference.js';
import { standingFacts } from '../../src/record/timeline.js';
import { calendarOf } from '../../src/rules/workingDays.js';
import {
  appointed,
  correct,
  deceased,
  eventId,
  fact,
  hired,
  opened,
  record,
  rescind,
  Scenario,
  transfer,
  UNIT,
  world,
} from '../support/record.js';

// Facts of a scenario are recorded one a day from 2013-01-01.
const shipped = calendarOf(loadShipped().lists.find((l) => l.list === 'working_day_calendar')!.entries);
const law: Reference = { ...world, calendar: () => shipped };

const duties = (s: Scenario, reference = law) =>
  dutiesOf(standingFacts(s.events), reference).map((d) => [d.rule, d.trigger, d.due, d.done?.on ?? null]);
const late = (s: Scenario) => dutiesOf(standingFacts(s.events), law).map((d) => d.daysLate);
const given = (...facts: FactContent[]) => Scenario.given(opened(), ...facts);

describe('duties of the decision', () => {
  it('a recruit’s record: 45 working days from the recruitment decision, until the record is entered', () => {
    const hire = { ...hired('2012-12-20'), document: { number: '1/QĐ', signedDate: '2012-12-03' } };
    expect(duties(given(hire))).to.deep.equal([['R-10.1b', '2012-12-03', '2013-02-05', null]]);
  });

  it('a change: 10 working days from its effect, until it is recorded; late by so many days', () => {
    const s = given(hired('2010-01-01'), appointed('2012-12-24'));
    expect(duties(s)).to.deep.equal([['R-10.2b', '2012-12-24', '2013-01-08', '2013-01-03']]);
    const slow = given(hired('2010-01-01'), appointed('2012-12-03'));
    expect(duties(slow)).to.deep.equal([['R-10.2b', '2012-12-03', '2012-12-17', '2013-01-03']]);
    expect(late(slow)).to.deep.equal([17]);
  });

  it('a correction of the day moves the clock, and a rescission ends it; what was late stays late', () => {
    const s = given(hired('2010-01-01'), appointed('2012-12-03'));
    expect(duties(s.and(correct(3, appointed('2012-12-24'))))).to.deep.equal([
      ['R-10.2b', '2012-12-24', '2013-01-08', '2013-01-03'],
    ]);
    expect(duties(s.and(rescind(3)))).to.deep.equal([]);
  });

  it('names the open disputes about the fact that started it', () => {
    const s = given(hired('2010-01-01'), appointed('2012-12-03'));
    const marks = (of: Scenario) => dutiesOf(standingFacts(of.events), law).map((d) => d.disputed);
    expect(marks(s)).to.deep.equal([[]]);
    const disputed = s.and(record(fact('disputed', '2013-01-05', { fact: eventId(3) })));
    expect(marks(disputed)).to.deep.equal([[eventId(4)]]);
    const done = fact('dispute_resolved', '2013-01-06', { dispute: eventId(4), outcome: 'rejected' });
    expect(marks(disputed.and(record(done)))).to.deep.equal([[]]);
  });

  it('a notice that comes late moves the due day', () => {
    const s = given(hired('2010-01-01'), appointed('2012-12-24'));
    expect(duties(s, world)).to.deep.equal([['R-10.2b', '2012-12-24', '2013-01-07', '2013-01-03']]);
  });

  it('a transfer to another agency: enter it, send the record, accept and forward it: three clocks, three debtors', () => {
    const s = given(hired('2010-01-01'), transfer('2012-12-20', UNIT.finance));
    expect(dutiesOf(standingFacts(s.events), law).map((d) => [d.rule, d.due, d.owes])).to.deep.equal([
      ['R-10.2b', '2013-01-05', UNIT.finance],
      ['R-11.2a', '2013-01-04', UNIT.homeAffairs],
      ['R-11.2b', '2013-01-21', UNIT.finance],
    ]);
  });

  it('within the agency: the record is there once the fact is entered', () => {
    const s = given(hired('2010-01-01'), transfer('2012-12-20', UNIT.officialsSection));
    expect(duties(s).map(([rule, , due]) => [rule, due])).to.deep.equal([
      ['R-10.2b', '2013-01-05'],
      ['R-11.1', '2013-01-04'],
    ]);
  });

  it('leaving for the Party bloc: 10 days; retirement and death: 15, of a death from its paper', () => {
    const leaving = given(hired('2010-01-01'), fact('moved_to_party_bloc', '2012-10-03'));
    expect(duties(leaving).map(([rule, , due]) => [rule, due])).to.deep.equal([['R-11.3a', '2012-10-15']]);
    const death = {
      ...deceased('2012-12-20'),
      document: { number: '2', signedDate: '2012-12-24' },
    };
    expect(duties(given(hired('2010-01-01'), death))).to.deep.equal([
      ['R-11.3b', '2012-12-24', '2013-01-08', '2013-01-03'],
    ]);
  });

  it('none runs before the decision, before the unit’s go-live, in the first load, or for what was imported', () => {
    expect(duties(given(hired('2012-10-02')))).to.deep.equal([]);
    const goLive: Reference = { ...law, goLiveOf: () => '2013-01-01' };
    expect(duties(given(hired('2010-01-01'), appointed('2012-12-24')), goLive)).to.deep.equal([]);
    const load = Scenario.given(
      { ...opened(), data: { ...opened().data, kind: 'initial_load' } },
      hired('2010-01-01'),
      appointed('2012-12-24'),
    );
    expect(duties(load)).to.deep.equal([]);
    const imported = given(hired('2010-01-01')).and({
      ...record(appointed('2012-12-24')),
      kind: 'record',
      content: appointed('2012-12-24'),
      origin: { source: 'old', ref: '1' },
    });
    expect(duties(imported)).to.deep.equal([]);
  });
});
