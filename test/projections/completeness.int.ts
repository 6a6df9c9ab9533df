import { expect } from 'chai';
import pg from 'pg';
import { completenessText, deadlinesText, duesText } from '../../src/cli/listText.js';
import { dayInVietnam, plusDays, plusMonths } from '../../src/dates.js';
import { fact, hired, opened, record, UNIT } from '../support/record.js';
import { wholeRecord } from '../support/wholeRecord.js';
import { personId, World } from '../projecting/support.js';

describe('Which records are complete', () => {
  const today = dayInVietnam(new Date().toISOString());
  /** A day that these views can tell, even if today passes while the tests run. */
  const tomorrow = plusDays(today, 1);
  let w: World;
  before(async () => {
    w = await World.open();
    await w.departments();
    const p = w.projections();
    p.start();
    await w.done(personId(1), ...wholeRecord(today).map(record));
    await w.done(personId(2), record(opened()), record(hired('2010-01-01', { unit: UNIT.finance })));
    await w.done(personId(3), record(opened()), record(hired('2010-01-01')));
    await w.done(personId(3), record(fact('left_service', '2014-01-01')));
    await w.caughtUp(p);
  });
  after(() => w.close());

  const asked = async (day: string) => {
    await w.rows(`SELECT set_config('hoso.today', $1, false)`, [day]);
    return w.rows<{ person: string; complete: string; unit_code: string }>(
      'SELECT person, complete, unit_code FROM reporting.completeness ORDER BY person',
    );
  };

  it('everybody in service, by the unit that keeps the record; leavers are not asked', async () => {
    expect(await asked(tomorrow)).to.deep.equal([
      { person: personId(1), complete: 't', unit_code: 'snv' },
      { person: personId(2), complete: 'f', unit_code: 'stc' },
    ]);
  });

  it('a reconciliation expires on its day, without an event', async () => {
    const lastDay = plusMonths(today, 12);
    expect((await asked(lastDay))[0]?.complete).to.equal('t');
    expect((await asked(plusDays(lastDay, 1)))[0]?.complete).to.equal('f');
    const lacks = await w.rows<{ code: string }>('SELECT code FROM reporting.lacks WHERE person = $1', [
      personId(1),
    ]);
    expect(lacks.map((l) => l.code)).to.deep.equal(['not_reconciled']);
  });

  it('each thing that is missing is a row, with the item of the form', async () => {
    await asked(tomorrow);
    const lacks = await w.rows<{ code: string; item: string }>(
      'SELECT code, item FROM reporting.lacks WHERE person = $1',
      [personId(2)],
    );
    expect(lacks).to.deep.include({ code: 'item_hometown', item: '5' });
    expect(lacks.map((l) => l.code)).to.include('not_reconciled');
  });

  it('on the command line: counts for a unit or the whole city', async () => {
    const db = new pg.Pool({ ...w.db.projector, max: 1 });
    try {
      const city = await completenessText(db, { day: tomorrow, units: null });
      expect(city).to.match(/in service +2\n.*complete +1\n/);
      expect(city).to.match(/5 +Thiếu quê quán \/ The hometown is missing +1/);
      const finance = await completenessText(db, { day: tomorrow, units: [UNIT.finance] });
      expect(finance).to.match(/in service +1\n.*complete +0\n/);
      // This world has no salary table; the leaving of 2014 was entered years late.
      expect(await duesText(db, { day: tomorrow, units: null })).to.match(
        /Regular step +chưa thể \/ blocked +1 +0/,
      );
      expect(await deadlinesText(db, { day: tomorrow, units: null })).to.match(
        /R-11\.3b .* 0 +0 +0 +1 +\d{4}/,
      );
      // Of a past day: what was open then, though it is done by now; what had not begun is not told.
      expect(await deadlinesText(db, { day: '2014-01-31', units: null })).to.match(
        /R-11\.3b .* 0 +1 +0 +0 +15\n?/,
      );
      expect(await deadlinesText(db, { day: '2013-12-31', units: null })).to.not.include('R-11.3b');
    } finally {
      await db.end();
    }
  });
});
