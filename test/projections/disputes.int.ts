import { expect } from 'chai';
import pg from 'pg';
import { dayInVietnam, plusDays } from '../../src/dates.js';
import { countOverdue, findDuties } from '../../src/projecting/queries/duties.js';
import { findMovements } from '../../src/projecting/queries/movements.js';
import { findPersons, membersOf } from '../../src/projecting/queries/persons.js';
import { fact, hired, opened, record, transfer, UNIT } from '../support/record.js';
import { personId, World } from '../projecting/support.js';

describe('What is in dispute, in lists and views', () => {
  const today = dayInVietnam(new Date().toISOString());
  const [DISPUTED, CLEAR] = [personId(1), personId(2)];
  let w: World;
  let pool: pg.Pool;
  let moves: string;
  let dispute: string;
  before(async () => {
    w = await World.open();
    await w.departments();
    const p = w.projections();
    p.start();
    pool = new pg.Pool(w.db.projector);
    // Two persons moved long ago, whose records were never sent after them.
    const moved = plusDays(today, -90);
    for (const person of [DISPUTED, CLEAR]) {
      const { events } = await w.done(
        person,
        record(opened()),
        record(hired('2010-01-01', { unit: UNIT.homeAffairs })),
        record(transfer(moved, UNIT.finance)),
      );
      if (person === DISPUTED) moves = events[2]?.id ?? '';
    }
    const { events } = await w.done(DISPUTED, record(fact('disputed', today, { fact: moves })));
    dispute = events[0]?.id ?? '';
    await w.caughtUp(p);
  });
  after(async () => {
    await pool.end();
    await w.close();
  });

  it('lists of persons and of members say what of a row is in dispute', async () => {
    const persons = await findPersons(pool, {}, { day: today });
    expect(new Map(persons.items.map((i) => [i.person, i.disputed]))).to.deep.equal(
      new Map([
        [DISPUTED, ['unit']],
        [CLEAR, []],
      ]),
    );
    const members = await membersOf(pool, [UNIT.finance], { day: today });
    expect(members.items.map((m) => [m.person, m.disputed])).to.deep.equal([
      [DISPUTED, [dispute]],
      [CLEAR, []],
    ]);
  });

  it('a duty that a disputed fact started is listed with its mark, and the gate of the agency does not count it', async () => {
    const owed = await findDuties(pool, { rules: ['R-11.2a'] }, { day: today });
    expect(owed.items.map((d) => [d.person, d.done, d.disputed])).to.deep.equal([
      [DISPUTED, null, [dispute]],
      [CLEAR, null, []],
    ]);
    const owes = owed.items[0]?.owes as string;
    expect(owed.items.map((d) => [d.owes, d.due < today])).to.deep.equal([
      [owes, true],
      [owes, true],
    ]);
    expect((await countOverdue(pool, [owes], today)).count).to.equal(1);
  });

  it('a record on its way because of it is marked among the tasks', async () => {
    const tasks = await findMovements(pool, { units: [UNIT.homeAffairs, UNIT.finance] }, { day: today });
    expect(tasks.items.map((t) => [t.list, t.person, t.disputed])).to.deep.equal([
      ['to_send', DISPUTED, [dispute]],
      ['to_send', CLEAR, []],
    ]);
  });

  it('the views of reporting mark facts, intervals, profiles and duties', async () => {
    const marked = async (sql: string) =>
      (await w.rows<Record<string, string>>(sql)).map((r) => Object.values(r));
    expect(await marked(`SELECT fact FROM reporting.facts WHERE disputed <> '{}'`)).to.deep.equal([[moves]]);
    for (const view of ['spells', 'unit_spells'])
      expect(
        await marked(`SELECT fact, disputed[1] FROM reporting.${view} WHERE disputed <> '{}'`),
        view,
      ).to.deep.equal([[moves, dispute]]);
    expect(
      await marked(`SELECT person, disputed[1] FROM reporting.person_current WHERE disputed <> '{}'`),
    ).to.deep.equal([[DISPUTED, 'unit']]);
    const duties = await marked(
      `SELECT DISTINCT fact, disputed[1] FROM reporting.duties WHERE disputed <> '{}'`,
    );
    expect(duties).to.deep.equal([[moves, dispute]]);
  });
});
