import { expect } from 'chai';
import { DisputeMarks, disputedFacts, disputedItems } from '../../../src/record/disputes.js';
import {
  deceased,
  eventId,
  fact,
  hired,
  opened,
  record,
  rescind,
  Scenario,
  UNIT,
} from '../../support/record.js';

const disputes = (effective: string, data: object) =>
  record(fact('disputed', effective, data, { number: null }));

describe('Disputed', () => {
  const base = Scenario.given(opened(), hired());

  it('a fact of the record, or an item of form 2C: open until it is resolved', () => {
    const person = base
      .and(disputes('2013-01-01', { fact: eventId(2), requester: 'Chính người đó' }))
      .and(disputes('2013-02-01', { item: 'hometown' }));
    expect(person.at('2013-01-31').disputes).to.deep.equal([
      { by: eventId(3), since: '2013-01-01', fact: eventId(2) },
    ]);
    expect(person.at('2013-02-01').disputes.map((d) => d.item)).to.deep.equal([undefined, 'hometown']);
  });

  it('a fact that the record does not hold is refused, naming the field; one of the same command is there', () => {
    const refusal = base.when(disputes('2013-01-01', { fact: eventId(99) })).refusedBy('target_unknown');
    expect(refusal).to.deep.include({ field: 'fact', facts: [eventId(99)], change: 0 });
    base
      .when(
        record(fact('transferred', '2013-01-01', { toUnit: UNIT.finance })),
        disputes('2013-01-02', { fact: eventId(3) }),
      )
      .then('transferred', 'disputed');
  });

  it('of neither, recorded with its finding; also after the person’s death', () => {
    base.when(disputes('2013-01-01', { requester: 'Vợ' })).withFindings('dispute_without_target');
    base
      .and(record(deceased('2013-01-01')))
      .when(disputes('2014-01-01', { fact: eventId(3) }))
      .withFindings();
  });

  it('marks every part of the state that it concerns, by its fact or by an item that tells of it', () => {
    const parts = (data: object) => {
      const person = base.and(disputes('2013-01-01', data));
      return new DisputeMarks(person.timeline()).partsOf(person.at('2013-01-02'));
    };
    // The recruitment says who was hired, into which unit, and that it is service.
    expect(parts({ fact: eventId(2) })).to.deep.equal(['hire', 'status', 'unit']);
    expect(parts({ item: 'date_of_birth' })).to.deep.equal(['identity']);
    expect(parts({ item: 'work_history' })).to.deep.equal(['unit']);
    expect(parts({ item: 'hometown' })).to.deep.equal([]);
    const marks = new DisputeMarks(
      base
        .and(
          disputes('2013-01-01', { fact: eventId(2) }),
          disputes('2013-01-02', { item: 'recruitment_date' }),
        )
        .timeline(),
    );
    expect(marks.of(eventId(2), 'recruitment_date')).to.deep.equal([eventId(3), eventId(4)]);
    expect(marks.of(null)).to.deep.equal([]);
  });

  it('what is disputed now is told, for gates and marks: by fact, by item, and as of a day', () => {
    const person = base
      .and(disputes('2013-01-01', { fact: eventId(2) }))
      .and(disputes('2013-02-01', { item: 'hometown' }));
    const now = person.timeline();
    expect([...disputedFacts(now)]).to.deep.equal([[eventId(2), [eventId(3)]]]);
    expect([...disputedItems(now)]).to.deep.equal([['hometown', [eventId(4)]]]);
    expect([...disputedFacts(now, '2012-12-31')]).to.deep.equal([]);
    expect([...disputedItems(now, '2013-01-31')]).to.deep.equal([]);
    const gone = person.and(rescind(2)).timeline();
    expect([...disputedFacts(gone)], 'a fact out of force is no longer in dispute').to.deep.equal([]);
  });
});
