import { expect } from 'chai';
import { loadShipped } from '../../src/catalogues/shipped.js';
import type { Projections } from '../../src/projecting/projections.js';
import { openReadModels, type ReadModels } from '../../src/projecting/readModels.js';
import type { Change } from '../../src/record/decide.js';
import { opened as unitOpened, section } from '../organisation/support.js';
import { personId, World } from '../projecting/support.js';
import { serveApi, type MemoryService } from '../support/api.js';
import { appointed, evaluated, fact, hired, opened, record, UNIT } from '../support/record.js';

interface Group {
  readonly category: string | null;
  readonly leading: boolean;
  readonly levels: readonly { readonly level: string; readonly count: number; readonly disputed: number }[];
  readonly share: { readonly most: number; readonly standing: string } | null;
  readonly findings: readonly { readonly rule: string; readonly source: string }[];
}

describe('The evaluations that an agency gave for a year', () => {
  let w: World;
  let p: Projections;
  let models: ReadModels;
  let service: Omit<MemoryService, 'log'>;

  const groups = async (unit: string, year: number): Promise<readonly Group[]> => {
    const answer = await service.client.must(
      200,
      service.client.get(`/v1/units/${unit}/evaluations?year=${String(year)}`),
    );
    return (answer.body as unknown as { groups: readonly Group[] }).groups;
  };
  const put = (n: number, unit: string, level: string, ...more: readonly Change[]) =>
    w.done(
      personId(n),
      record(opened()),
      record(hired('2020-01-01', { unit, category: 'cong_chuc' })),
      ...more,
      record(evaluated('2026-12-20', 2026, level)),
      record(evaluated('2025-12-20', 2025, 'cc_xuat_sac')),
    );

  before(async () => {
    w = await World.open();
    const unit = (id: string, content: ReturnType<typeof unitOpened>) =>
      w.unit(id, { kind: 'record', fact: content });
    await unit(UNIT.homeAffairs, unitOpened('1990-01-01', { code: 'snv', level: 3 }));
    await unit(UNIT.officialsSection, section('1990-01-01', UNIT.homeAffairs, 'cb'));
    await unit(UNIT.finance, unitOpened('1990-01-01', { code: 'stc' }));
    for (const { list, entries } of loadShipped().lists)
      if (list === 'evaluation_level')
        for (const entry of entries) await w.catalogue(list, { kind: 'catalogue_entry_recorded', entry });
    // Five who are good and two who are excellent, in the agency and its section; one more good elsewhere, one who leads.
    for (let n = 1; n <= 5; n++) await put(n, n < 3 ? UNIT.officialsSection : UNIT.homeAffairs, 'cc_tot');
    await put(6, UNIT.homeAffairs, 'cc_xuat_sac');
    await put(7, UNIT.officialsSection, 'cc_xuat_sac');
    await put(8, UNIT.finance, 'cc_tot');
    await put(9, UNIT.homeAffairs, 'cc_tot', record(appointed('2021-01-01')));
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

  it('are counted by group and level; more excellent than the share of the good is told, with the law', async () => {
    const [staff, leaders] = await groups(UNIT.homeAffairs, 2026);
    expect(staff).to.deep.include({
      category: 'cong_chuc',
      leading: false,
      levels: [
        { level: 'cc_tot', count: 5, disputed: 0 },
        { level: 'cc_xuat_sac', count: 2, disputed: 0 },
      ],
    });
    expect(staff?.share).to.include({ most: 1, standing: 'over' });
    expect(staff?.findings[0]).to.include({
      rule: 'excellent_over_share',
      source: 'NĐ 335/2025/NĐ-CP (21/12/2025)',
    });
    expect(leaders).to.deep.include({ leading: true, levels: [{ level: 'cc_tot', count: 1, disputed: 0 }] });
    expect(leaders?.findings).to.deep.equal([]);
    expect((await groups(UNIT.finance, 2026)).map((g) => g.levels)).to.deep.equal([
      [{ level: 'cc_tot', count: 1, disputed: 0 }],
    ]);
  });

  it('of a year without such a law have no share', async () => {
    const [staff] = await groups(UNIT.homeAffairs, 2025);
    expect(staff?.levels).to.deep.equal([{ level: 'cc_xuat_sac', count: 7, disputed: 0 }]);
    expect(staff).to.deep.include({ share: null, findings: [] });
  });

  it('one that is in dispute is marked, and no finding rests on it', async () => {
    const history = await w.rows<{ fact: string }>(
      `SELECT fact FROM models.history_fact WHERE person = $1 AND action = 'evaluated' AND data->>'year' = '2026'`,
      [personId(6)],
    );
    await w.done(personId(6), record(fact('disputed', '2027-01-05', { fact: history[0]?.fact })));
    await w.caughtUp(p);
    const [staff] = await groups(UNIT.homeAffairs, 2026);
    expect(staff?.levels[1]).to.deep.equal({ level: 'cc_xuat_sac', count: 2, disputed: 1 });
    expect(staff?.share).to.include({ most: 1, standing: 'within' });
    expect(staff?.findings).to.deep.equal([]);
  });
});
