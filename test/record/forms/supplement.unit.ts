import { expect } from 'chai';
import { supplement, type Supplement } from '../../../src/record/forms/supplement.js';
import { eventId, fact, record, Scenario, UNIT } from '../../support/record.js';
import { person, reference } from './person.js';

const sheetOf = (scenario: Scenario, from: string, to: string): Supplement =>
  supplement(scenario.timeline(), { from, to }, reference);

/** By heading, the numbers of the facts under it with the fields that stand there. */
const told = ({ sections }: Supplement) =>
  Object.fromEntries(
    sections.map(({ number, entries }) => [
      number,
      entries.map((e) => [Number(e.facts[0]?.slice(-12)), ...e.fields.map((f) => f.name)]),
    ]),
  );

describe('The yearly supplement', () => {
  it('has the nine headings, each with what took effect in the period, both days included', () => {
    const sheet = sheetOf(person, '2012-06-15', '2012-12-25');
    expect(told(sheet)).to.deep.equal({
      I: [[10, 'toUnit']],
      II: [
        [27, 'sending', 'graduation'],
        [28, 'major', 'field', 'level'],
      ],
      III: [],
      IV: [],
      V: [],
      VI: [[2, 'healthStatus', 'heightCm', 'weightKg', 'bloodType', 'warInvalidClass']],
      VII: [],
      VIII: [
        [2, 'policyBeneficiary'],
        [34, 'relation', 'name', 'born'],
        [35, 'occupation', 'residence', 'relation', 'name', 'born'],
        [36, 'residence', 'relative'],
      ],
      IX: [
        [
          2,
          'placeOfBirth',
          'placeOfBirthCode',
          'hometown',
          'ethnicity',
          'religion',
          'permanentAddress',
          'currentAddress',
          'occupationAtRecruitment',
          'mainDuty',
          'professionalWork',
          'strength',
          'partyPosition',
          'idCardNumber',
          'idCardDate',
          'socialInsuranceNumber',
          'personalHistoryA',
          'personalHistoryC',
        ],
        [37, 'year', 'level'],
        [38, 'remark', 'unit'],
      ],
    });
    const longer = told(sheetOf(person, '2012-06-16', '2012-12-24'));
    expect([longer['II'], (longer['IX'] as unknown[]).length]).to.deep.equal([
      [[28, 'major', 'field', 'level']],
      2,
    ]);
  });

  it('tells each thing with its document, its fields’ captions, and the names of codes and units', () => {
    const { sections } = sheetOf(person, '2012-07-01', '2012-07-01');
    expect(sections[0]?.entries).to.deep.equal([
      {
        effective: '2012-07-01',
        action: 'transferred',
        caption: { vi: 'Điều động', en: 'Transferred' },
        document: '12/QĐ-UBND',
        fields: [
          {
            name: 'toUnit',
            vi: 'Đơn vị đến',
            en: 'To unit',
            value: { unit: UNIT.finance, vi: 'finance', en: null },
          },
        ],
        facts: [eventId(10)],
        disputed: [],
        erased: false,
      },
    ]);
  });

  it('is headed by the items of form 2C on the last day', () => {
    const { items } = sheetOf(person, '2009-01-01', '2009-12-31');
    expect(items.step.value).to.equal(2);
    expect(items.position_allowance.rows).to.deep.equal([]);
    expect(Object.keys(items)).to.have.length(13);
  });

  it('puts pay under the own economic situation, and what the person declared under its heading', () => {
    const declared = person.and(
      record(fact('supplement_declared', '2014-12-20', { year: 2014, travel: 'Không', economy: 'Mua nhà' })),
      record(fact('foreign_travel', '2014-03-01', { country: 'Lào' })),
    );
    expect(told(sheetOf(declared, '2014-01-01', '2014-12-31'))).to.deep.equal({
      I: [],
      II: [],
      III: [],
      IV: [],
      V: [
        [42, 'country'],
        [41, 'travel'],
      ],
      VI: [],
      VII: [
        [39, 'grade', 'step', 'coefficient'],
        [41, 'economy'],
      ],
      VIII: [],
      IX: [],
    });
  });

  it('marks what is in dispute and what was destroyed', () => {
    const disputed = person.and(record(fact('disputed', '2015-01-01', { fact: eventId(20) })));
    expect(sheetOf(disputed, '2008-01-01', '2008-12-31').sections[3]?.entries[0]?.disputed).to.deep.equal([
      eventId(41),
    ]);
    const bare = Scenario.given(fact('record_opened', '2012-10-03'), {
      ...fact('personal_info_changed', '2012-10-05'),
      erased: ['health'],
    });
    const { sections } = sheetOf(bare, '2012-01-01', '2012-12-31');
    expect(sections.flatMap((s) => s.entries.map((e) => [s.number, e.erased]))).to.deep.equal([['VI', true]]);
  });
});
