import { expect } from 'chai';
import { profile } from '../../projections/profile/profile.js';
import type { NameWord, PersonProfile, Segment } from '../../projections/profile/rows.js';
import { searchWords, unaccented } from '../../src/projecting/queries/words.js';
import {
  appointed,
  eventId,
  fact,
  graded,
  hired,
  opened,
  record,
  Scenario,
  transfer,
  UNIT,
  withdraw,
  world,
} from '../support/record.js';

function fold(scenario: Scenario) {
  const [person, segments, words] = profile.fold({ id: 'p', events: scenario.events, metas: [] }, world);
  return {
    person: person!.rows[0] as PersonProfile,
    segments: segments!.rows as Segment[],
    words: words!.rows as NameWord[],
  };
}

describe('The profile', () => {
  it('is known for every day, before the first fact too, without gaps', () => {
    const { segments } = fold(
      Scenario.given(opened('2012-10-03'), hired('2010-01-01'), transfer('2013-05-01')),
    );
    expect(segments.map((s) => [s.effectiveFrom, s.effectiveTo, s.status, s.unit])).to.deep.equal([
      ['-infinity', '2010-01-01', 'not_in_service', null],
      ['2010-01-01', '2013-05-01', 'in_service', UNIT.homeAffairs],
      ['2013-05-01', null, 'in_service', UNIT.finance],
    ]);
    expect(new Set(segments.map((s) => s.familyName))).to.deep.equal(new Set(['Nguyễn Thị']));
  });

  it('says which values are in dispute now, on every day on which they hold', () => {
    const { segments } = fold(
      Scenario.given(opened(), hired('2010-01-01'), transfer('2013-05-01')).and(
        record(fact('disputed', '2014-01-01', { fact: eventId(3) })),
        record(fact('disputed', '2014-01-02', { item: 'date_of_birth' })),
      ),
    );
    expect(segments.map((s) => [s.effectiveFrom, s.disputed])).to.deep.equal([
      ['-infinity', ['identity']],
      ['2010-01-01', ['identity']],
      ['2013-05-01', ['identity', 'unit']],
    ]);
  });

  it('several facts of one day make one segment, with what holds at its end', () => {
    const { segments } = fold(
      Scenario.given(opened(), hired('2010-01-01'), graded('2010-01-01'), appointed('2010-01-01')),
    );
    expect(segments).to.have.length(2);
    expect(segments[1]).to.include({ grade: '01.003', step: 1, hireDate: '2010-01-01' });
    expect(segments[1]!.positions).to.deep.equal(['truong_phong']);
  });

  it('after leaving, the record stays with the last unit', () => {
    const { segments } = fold(Scenario.given(opened(), hired('2010-01-01'), fact('retired', '2015-01-01')));
    expect(segments.at(-1)).to.include({ status: 'retired', unit: null, recordUnit: UNIT.homeAffairs });
  });

  it('of a partial date it says until when it is uncertain', () => {
    const { segments } = fold(Scenario.given(opened(), hired('2010'), transfer('2012-03-01')));
    expect(segments.map((s) => [s.effectiveFrom, s.uncertainUntil])).to.deep.equal([
      ['-infinity', null],
      ['2010-01-01', '2010-12-31'],
      ['2012-03-01', null],
    ]);
  });

  it('a withdrawn record is marked, and nothing of it is lost', () => {
    const { person, segments } = fold(Scenario.given(opened(), hired()).and(withdraw));
    expect(person).to.include({ withdrawn: true, mergedInto: null, revision: 2, sequence: 3 });
    expect(segments).to.have.length(2);
  });

  it('erased names are no names, and no words', () => {
    const bare = fact('record_opened', '2012-10-03');
    const { segments, words } = fold(Scenario.given({ ...bare, erased: ['identity'] }));
    expect(segments[0]).to.include({ familyName: null, givenKey: '' });
    expect(segments[0]!.erased).to.deep.equal(['identity']);
    expect(words).to.deep.equal([]);
  });

  it('words are found without accents, and half typed with them', () => {
    expect(unaccented('ĐẶNG Thị Ánh Tuyết')).to.equal('dang thi anh tuyet');
    const [nguyen] = searchWords(['Nguyễn']);
    expect(nguyen!.word).to.equal('nguyen');
    for (const typed of ['nguy', 'Nguyê', 'NGUYỄN'])
      expect(nguyen!.accented).to.match(new RegExp(`^${searchWords([typed])[0]!.accented}`));
    expect(nguyen!.accented.startsWith(searchWords(['nguyè'])[0]!.accented)).to.equal(false);
    expect(searchWords(['Lê-Văn  (Bé) lê'])).to.have.length(3);
  });
});
