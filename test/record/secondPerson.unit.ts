import { expect } from 'chai';
import type { Change } from '../../src/record/decide.js';
import {
  correct,
  eventId,
  graded,
  hired,
  opened,
  record,
  rescind,
  restore,
  Scenario,
  transfer,
  withdraw,
} from '../support/record.js';

const OLD = '2012-06-01';
const NEW = '2016-05-20';

/** One person alone may change what is of this day or later. */
const SINCE = '2016-05-01';

const filed = () => Scenario.given(opened('2010-01-01'), hired('2010-01-01'), transfer(NEW));

describe('Corrections of the past need a second person (Đ.13.2)', () => {
  const given = (scenario = filed()) => scenario.aloneSince(SINCE);

  it('a fact of lately is corrected and rescinded by one person, up to and with the first day set', () => {
    given()
      .when(correct(3, transfer('2016-05-21')))
      .then('corrected');
    given()
      .when(correct(3, transfer(SINCE)))
      .then('corrected');
    given().when(rescind(3)).then('rescinded');
  });

  it('a fact of before is not: neither corrected nor rescinded', () => {
    given()
      .when(correct(2, hired('2010-02-01')))
      .refusedBy('second_person_needed');
    given().when(rescind(2)).refusedBy('second_person_needed');
  });

  it('nor is one of lately moved back before it, nor one that was moved out of it', () => {
    given()
      .when(correct(3, transfer('2016-04-30')))
      .refusedBy('second_person_needed');
    const moved = filed().and(correct(2, hired('2016-05-02')));
    given(moved)
      .when(correct(2, hired('2016-05-03')))
      .refusedBy('second_person_needed');
  });

  it('of a partial date its first day counts', () => {
    const year = Scenario.given(opened('2010-01-01'), hired('2016'));
    year.aloneSince('2016-01-01').when(rescind(2)).then('rescinded');
    year.aloneSince('2016-01-02').when(rescind(2)).refusedBy('second_person_needed');
  });

  it('a correction or rescission of before is not undone by one person either', () => {
    const corrected = filed().and(correct(2, hired('2010-02-01')));
    given(corrected).when(rescind(4)).refusedBy('second_person_needed');
    const rescinded = filed().and(rescind(2));
    given(rescinded).when(rescind(4)).refusedBy('second_person_needed');
  });

  it('a record with facts of before is neither withdrawn, merged nor restored', () => {
    given().when(withdraw).refusedBy('second_person_needed');
    const merge: Change = { kind: 'withdraw', reason: 'trùng', mergedInto: eventId(99) };
    given().when(merge).refusedBy('second_person_needed');
    given(filed().and(withdraw)).when(restore).refusedBy('second_person_needed');
    Scenario.given(opened(NEW)).aloneSince(SINCE).when(withdraw).then('record_withdrawn');
  });

  it('a new fact of before is recorded: it corrects nothing', () => {
    given()
      .when(record(graded(OLD)))
      .then('appointed_to_grade');
  });

  it('of several changes each that reaches back is named, and nothing is decided', () => {
    const outcome = given().when(rescind(3), rescind(2));
    const { change, facts, params } = outcome.refusedBy('second_person_needed');
    expect([change, facts, params]).to.deep.equal([1, [eventId(2)], { since: SINCE }]);
  });

  it('without the parameter one person may do all of it', () => {
    filed().when(rescind(2)).then('rescinded');
    filed().when(withdraw).then('record_withdrawn');
  });
});
