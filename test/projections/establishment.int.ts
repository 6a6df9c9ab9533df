import { expect } from 'chai';
import type { UnitChange } from '../../src/organisation/decide.js';
import type { EstablishmentKind } from '../../src/organisation/establishment.js';
import type { Projections } from '../../src/projecting/projections.js';
import { openReadModels, type ReadModels } from '../../src/projecting/readModels.js';
import { merged, opened as unitOpened, section } from '../organisation/support.js';
import { personId, World } from '../projecting/support.js';
import { serveApi, type MemoryService } from '../support/api.js';
import { fact, hired, opened, record, transfer, UNIT } from '../support/record.js';

/** What stands in an answer of one kind of place. */
interface Kind {
  readonly kind: EstablishmentKind;
  readonly quota: number | null;
  readonly filled: number;
  readonly disputed: number;
  readonly vacant: number | null;
  readonly over: number | null;
  readonly findings: readonly { readonly person: string; readonly since: string; readonly rule: string }[];
}
interface Answer {
  readonly kinds: readonly Kind[];
  readonly unclassified: number;
  readonly year: number;
}

describe('The establishment of a unit', () => {
  let w: World;
  let p: Projections;
  let models: ReadModels;
  let service: Omit<MemoryService, 'log'>;
  let known = 0;
  const quota = (
    effective: string,
    count: number,
    kind: EstablishmentKind = 'civil_servants',
  ): UnitChange => ({
    kind: 'record',
    fact: {
      type: 'quota_decided',
      effective,
      document: { number: `${count}/QĐ-UBND` },
      data: { year: Number(effective.slice(0, 4)), kind, count },
    },
  });
  const ask = async (unit: string, query: string): Promise<Answer> => {
    const { client } = service;
    const answer = await client.must(200, client.get(`/v1/units/${unit}/establishment?${query}`));
    return answer.body as unknown as Answer;
  };
  const servants = async (unit: string, query: string) => (await ask(unit, query)).kinds[0] as Kind;

  before(async () => {
    w = await World.open();
    const unit = (id: string, fact: Extract<UnitChange, { kind: 'record' }>['fact']) =>
      w.unit(id, { kind: 'record', fact });
    await unit(UNIT.homeAffairs, unitOpened('1990-01-01', { code: 'snv', level: 3 }));
    await unit(UNIT.officialsSection, section('1990-01-01', UNIT.homeAffairs, 'cb'));
    await unit(UNIT.finance, unitOpened('1990-01-01', { code: 'stc' }));
    await w.unit(UNIT.homeAffairs, quota('2013-01-01', 2), quota('2013-07-01', 3));
    const put = (n: number, day: string, category: string | undefined, unitId: string) =>
      w.done(
        personId(n),
        record(opened()),
        record(hired(day, { unit: unitId, ...(category === undefined ? {} : { category }) })),
      );
    await put(1, '2010-01-01', 'cong_chuc', UNIT.homeAffairs);
    await put(2, '2011-01-01', 'can_bo', UNIT.officialsSection);
    await put(3, '2012-01-01', 'cong_chuc', UNIT.homeAffairs);
    await put(4, '2012-01-01', 'vien_chuc', UNIT.homeAffairs);
    await put(5, '2012-01-01', undefined, UNIT.homeAffairs);
    known = (await w.log.head()).sequence;
    await w.done(personId(3), record(transfer('2013-10-01', UNIT.finance)));
    p = w.projections();
    p.start();
    await w.references.start();
    models = openReadModels(w.db.projector, p);
    service = await serveApi(w, undefined, { models });
    await w.caughtUp(p);
  });
  after(async () => {
    await service.stop();
    await models.close();
    await w.close();
  });

  it('is decided by year and kind, filled with its sections, and says what is vacant or over and by whom', async () => {
    const answer = await ask(UNIT.homeAffairs, 'asOf=2013-03-01');
    expect(answer).to.include({ year: 2013, unclassified: 1 });
    expect(answer.kinds.map((k) => [k.kind, k.quota, k.filled, k.vacant, k.over])).to.deep.equal([
      ['civil_servants', 2, 3, 0, 1],
      ['public_employees', null, 1, null, null],
      ['contract_68', null, 0, null, null],
      ['other_contracts', null, 0, null, null],
    ]);
    expect(answer.kinds[0]?.findings).to.have.length(1);
    expect(answer.kinds[0]?.findings[0]).to.include({
      rule: 'over_establishment',
      person: personId(3),
      since: '2012-01-01',
    });
  });

  it('a later decision counts from its day, and in no other year', async () => {
    expect(await servants(UNIT.homeAffairs, 'asOf=2013-06-30')).to.include({ quota: 2, over: 1 });
    expect(await servants(UNIT.homeAffairs, 'asOf=2013-07-01')).to.include({ quota: 3, vacant: 0, over: 0 });
    expect(await servants(UNIT.homeAffairs, 'asOf=2014-01-01')).to.include({ quota: null, over: null });
  });

  it('follows the people, on any day as known at any moment', async () => {
    expect(await servants(UNIT.homeAffairs, 'asOf=2013-10-01')).to.include({ filled: 2, vacant: 1 });
    expect(await servants(UNIT.homeAffairs, `asOf=2013-10-01&knownAt=${known}`)).to.include({ filled: 3 });
    expect(await servants(UNIT.finance, 'asOf=2013-10-01')).to.include({ quota: null, filled: 1 });
  });

  it('the reporting view tells the same', async () => {
    await w.rows(`SELECT set_config('hoso.today', '2013-03-01', false)`);
    expect(
      await w.rows(
        `SELECT kind, quota, document_number, filled, vacant, over FROM reporting.establishment
          WHERE unit = $1 ORDER BY kind`,
        [UNIT.homeAffairs],
      ),
    ).to.deep.equal([
      {
        kind: 'civil_servants',
        quota: '2',
        document_number: '2/QĐ-UBND',
        filled: '3',
        vacant: '0',
        over: '1',
      },
      { kind: 'public_employees', quota: null, document_number: null, filled: '1', vacant: null, over: null },
      { kind: null, quota: null, document_number: null, filled: '1', vacant: null, over: null },
    ]);
  });

  it('a placement in dispute is marked, in the list and in the view, and counted as filled', async () => {
    await w.done(personId(1), record(fact('disputed', '2013-02-01', { item: 'work_history' })));
    await w.caughtUp(p);
    expect(await servants(UNIT.homeAffairs, 'asOf=2013-03-01')).to.include({ filled: 3, disputed: 1 });
    const view = await w.rows(
      `SELECT filled, disputed FROM reporting.establishment WHERE unit = $1 AND kind = 'civil_servants'`,
      [UNIT.homeAffairs],
    );
    expect(view).to.deep.equal([{ filled: '3', disputed: '1' }]);
  });

  it('a merger brings the people into the establishment of the unit that stays, without an event of theirs', async () => {
    await w.unit(UNIT.finance, { kind: 'record', fact: merged('2015-01-01', UNIT.homeAffairs) });
    await w.references.sync();
    await w.caughtUp(p);
    expect(await servants(UNIT.homeAffairs, 'asOf=2014-12-31')).to.include({ filled: 2 });
    expect(await servants(UNIT.homeAffairs, 'asOf=2015-01-01')).to.include({ filled: 3 });
    await w.rows(`SELECT set_config('hoso.today', '2015-01-01', false)`);
    expect(
      await w.rows(`SELECT filled FROM reporting.establishment WHERE unit = $1 AND kind = 'civil_servants'`, [
        UNIT.homeAffairs,
      ]),
    ).to.deep.equal([{ filled: '3' }]);
  });

  it('counting it uses the index of units', async () => {
    await w.rows('SET enable_seqscan = off');
    const plan = await w.rows<Record<string, string>>(
      `EXPLAIN SELECT category, count(*) FROM models.status_spell WHERE unit = ANY ('{${UNIT.finance}}'::uuid[])
        AND kind = 'seat' AND effective_from <= '2014-01-01' AND known_to IS NULL GROUP BY category`,
    );
    expect(plan.map((r) => r['QUERY PLAN']).join('\n')).to.match(/Index Cond: \(\(?\(?unit = /);
    await w.rows('RESET enable_seqscan');
  });
});
