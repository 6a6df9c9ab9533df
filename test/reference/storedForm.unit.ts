import { expect } from 'chai';
import { decodeCatalogueEvent, encodeCatalogueEvent } from '../../src/catalogues/codec.js';
import { CATALOGUE_VERSIONS, type CatalogueBody } from '../../src/catalogues/facts.js';
import { decodeUnitEvent, encodeUnitEvent } from '../../src/organisation/codec.js';
import { UNIT_FACTS, type UnitBody } from '../../src/organisation/facts.js';
import { allotted, closed, merged, opened, renamed, reparented, splitTo } from '../organisation/support.js';
import { idOf } from './support.js';

const ENVELOPE = { revision: 0, sequence: 1, recordedAt: '2026-01-01T00:00:00.000Z' };
const PLACE = { ...ENVELOPE, position: 1n };
const TARGET = idOf(9);

/** What stands in logs already. A line here never changes; a new version of a type gets a line of its own. */
const UNIT_GOLDEN: readonly (readonly [type: string, version: number, open: string, body: UnitBody])[] = [
  [
    'unit_opened',
    1,
    '{"data":{"code":"s","level":2,"name":"Sở A","nameEn":"A","parent":"p","type":"so"},"document":{"number":"1","signedDate":"2009-12-01","type":"quyet_dinh"},"effective":"2010-01-01"}',
    {
      kind: 'fact',
      fact: {
        ...opened('2010-01-01', { code: 's', nameEn: 'A', parent: 'p' }),
        document: { type: 'quyet_dinh', number: '1', signedDate: '2009-12-01' },
      },
    },
  ],
  [
    'unit_renamed',
    1,
    '{"data":{"code":"c","name":"Tên"},"effective":"2011-01-01"}',
    { kind: 'fact', fact: renamed('2011-01-01', 'Tên', 'c') },
  ],
  [
    'unit_reparented',
    1,
    '{"data":{"parent":"q"},"effective":"2011-01-01"}',
    { kind: 'fact', fact: reparented('2011-01-01', 'q') },
  ],
  [
    'unit_reclassified',
    1,
    '{"data":{"level":1,"type":"chi_cuc"},"effective":"2011-01-01"}',
    {
      kind: 'fact',
      fact: { type: 'unit_reclassified', effective: '2011-01-01', data: { type: 'chi_cuc', level: 1 } },
    },
  ],
  [
    'unit_went_live',
    1,
    '{"data":{},"effective":"2012-01-01"}',
    { kind: 'fact', fact: { type: 'unit_went_live', effective: '2012-01-01', data: {} } },
  ],
  [
    'report_submitted',
    1,
    '{"data":{"due":"2013-05-24"},"effective":"2013-05-20"}',
    {
      kind: 'fact',
      fact: { type: 'report_submitted', effective: '2013-05-20', data: { due: '2013-05-24' } },
    },
  ],
  [
    'month_checked',
    1,
    '{"data":{"month":"2013-04"},"effective":"2013-05-02"}',
    { kind: 'fact', fact: { type: 'month_checked', effective: '2013-05-02', data: { month: '2013-04' } } },
  ],
  [
    'payroll_counted',
    1,
    '{"data":{"count":47,"year":2012},"effective":"2013-01-02"}',
    {
      kind: 'fact',
      fact: { type: 'payroll_counted', effective: '2013-01-02', data: { count: 47, year: 2012 } },
    },
  ],
  [
    'early_raises_allotted',
    1,
    '{"data":{"count":1,"to":"q","year":2014},"effective":"2014-12-31"}',
    { kind: 'fact', fact: allotted('q', 1) },
  ],
  [
    'quota_decided',
    1,
    '{"data":{"count":12,"kind":"civil_servants","year":2013},"effective":"2013-01-02"}',
    {
      kind: 'fact',
      fact: {
        type: 'quota_decided',
        effective: '2013-01-02',
        data: { count: 12, kind: 'civil_servants', year: 2013 },
      },
    },
  ],
  [
    'unit_split',
    1,
    '{"data":{"to":"q"},"effective":"2012-01-01"}',
    { kind: 'fact', fact: splitTo('2012-01-01', 'q') },
  ],
  [
    'unit_merged',
    1,
    '{"data":{"into":"q"},"effective":"2012-01-01"}',
    { kind: 'fact', fact: merged('2012-01-01', 'q') },
  ],
  ['unit_closed', 1, '{"data":{},"effective":"2012-01-01"}', { kind: 'fact', fact: closed('2012-01-01') }],
  [
    'unit_fact_corrected',
    1,
    `{"action":"unit_closed","approval":{"number":"2"},"data":{},"effective":"2013-01-01","target":"${TARGET}"}`,
    {
      kind: 'unit_fact_corrected',
      target: TARGET,
      fact: closed('2013-01-01'),
      approval: { number: '2' },
    },
  ],
  [
    'unit_fact_rescinded',
    1,
    `{"approval":{"number":"2"},"target":"${TARGET}"}`,
    { kind: 'unit_fact_rescinded', target: TARGET, approval: { number: '2' } },
  ],
];

const ENTRY = {
  code: '01.004',
  name: 'Cán sự',
  nameEn: 'Assistant',
  source: 'TT 02/2021',
  validFrom: '2021-08-01',
  validTo: '2030-12-31',
  confirmed: false,
  attributes: { grade_group_code: 't2.A0' },
};
const ENTRY_TEXT =
  '"attributes":{"grade_group_code":"t2.A0"},"code":"01.004","confirmed":false,"name":"Cán sự","nameEn":"Assistant","source":"TT 02/2021",';
const CATALOGUE_GOLDEN: readonly (readonly [
  type: string,
  version: number,
  open: string,
  body: CatalogueBody,
])[] = [
  [
    'catalogue_entry_recorded',
    1,
    `{${ENTRY_TEXT}"validFrom":"2021-08-01","validTo":"2030-12-31"}`,
    { kind: 'catalogue_entry_recorded', entry: ENTRY },
  ],
  [
    'catalogue_entry_corrected',
    1,
    `{${ENTRY_TEXT}"target":"${TARGET}","validFrom":"2021-08-01","validTo":"2030-12-31"}`,
    { kind: 'catalogue_entry_corrected', target: TARGET, entry: ENTRY },
  ],
  [
    'catalogue_entry_ended',
    1,
    `{"source":"NĐ","target":"${TARGET}","validTo":"2022-01-01"}`,
    { kind: 'catalogue_entry_ended', target: TARGET, validTo: '2022-01-01', source: 'NĐ' },
  ],
  [
    'catalogue_coverage_declared',
    1,
    '{"from":"2004-10-01","scope":"t2.","source":"NĐ 204","to":"2030-12-31","why":"all"}',
    {
      kind: 'catalogue_coverage_declared',
      coverage: { from: '2004-10-01', to: '2030-12-31', scope: 't2.', source: 'NĐ 204', why: 'all' },
    },
  ],
  [
    'catalogue_fact_rescinded',
    1,
    `{"target":"${TARGET}"}`,
    { kind: 'catalogue_fact_rescinded', target: TARGET },
  ],
];

describe('the stored form of reference events', () => {
  for (const [type, version, open, body] of UNIT_GOLDEN)
    it(`${type} version ${String(version)} is written and read as ever`, () => {
      const event = encodeUnitEvent({ id: idOf(1), body }, {});
      expect(event).to.deep.equal({
        id: idOf(1),
        type,
        version,
        data: `{"open":${open},"sealed":{}}`,
        meta: '{}',
      });
      expect(decodeUnitEvent({ ...event, ...PLACE, stream: 'unit-u' })).to.deep.equal({
        ...ENVELOPE,
        id: idOf(1),
        body,
      });
    });

  for (const [type, version, open, body] of CATALOGUE_GOLDEN)
    it(`${type} version ${String(version)} is written and read as ever`, () => {
      const event = encodeCatalogueEvent({ id: idOf(1), body }, {});
      expect(event).to.deep.equal({
        id: idOf(1),
        type,
        version,
        data: `{"open":${open},"sealed":{}}`,
        meta: '{}',
      });
      expect(decodeCatalogueEvent({ ...event, ...PLACE, stream: 'catalogue-l' })).to.deep.equal({
        ...ENVELOPE,
        id: idOf(1),
        body,
      });
    });

  it('knows every type', () => {
    expect(UNIT_GOLDEN.map(([type]) => type)).to.include.members(Object.keys(UNIT_FACTS));
    expect(CATALOGUE_GOLDEN.map(([type]) => type).sort()).to.deep.equal(
      Object.keys(CATALOGUE_VERSIONS).sort(),
    );
  });
});
