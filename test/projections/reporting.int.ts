import { expect } from 'chai';
import pg from 'pg';
import { OperatorError } from '../../src/operatorError.js';
import { createReportingLogin } from '../../src/projecting/reportingLogin.js';
import { parseDatabaseUrl } from '../../src/postgres/url.js';
import { personId, World } from '../projecting/support.js';
import { opened as unitOpened, renamed } from '../organisation/support.js';
import { hired, opened, record, transfer, UNIT } from '../support/record.js';

/** A written consent that is good today. */
const GRANT = { document: '7/CV', until: new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10) };

describe('Schema reporting', () => {
  let w: World;
  before(async () => {
    w = await World.open();
    await w.unit(UNIT.homeAffairs, {
      kind: 'record',
      fact: unitOpened('1990-01-01', { code: 'snv', level: 3 }),
    });
    await w.unit(UNIT.homeAffairs, { kind: 'record', fact: renamed('2020-01-01', 'Sở Nội vụ mới', 'snv2') });
    await w.unit(UNIT.finance, { kind: 'record', fact: unitOpened('1990-01-01', { code: 'stc' }) });
    const p = w.projections();
    p.start();
    await w.done(personId(1), record(opened()), record(hired()), record(transfer('2013-01-01')));
    await w.done(personId(2), record(opened()), record(hired()));
    await w.caughtUp(p);
  });
  after(() => w.close());

  it('has the views that jobs rely on', async () => {
    const views = await w.rows<{ viewname: string }>(
      `SELECT viewname FROM pg_views WHERE schemaname = 'reporting' ORDER BY viewname COLLATE "C"`,
    );
    expect(views.map((v) => v.viewname)).to.deep.equal([
      'catalogue_coverage',
      'catalogue_entries',
      'completeness',
      'dues',
      'duties',
      'facts',
      'findings',
      'grade_spells',
      'lacks',
      'pay_spells',
      'person_current',
      'persons',
      'post_spells',
      'profile',
      'proposals',
      'record_movements',
      'retirements',
      'service_spells',
      'spells',
      'step_dues',
      'unit_duties',
      'unit_periods',
      'unit_spells',
      'units',
    ]);
  });

  it('says of every view and table, and of every column, what it is', async () => {
    const mute = await w.rows(
      `SELECT c.oid::regclass::text AS relation, a.attname AS column
         FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
         LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE (s.nspname IN ('reporting', 'models', 'projecting') OR s.nspname ~ '_v[0-9]+$')
          AND c.relkind IN ('r', 'v')
          AND (obj_description(c.oid, 'pg_class') IS NULL OR col_description(c.oid, a.attnum) IS NULL)`,
    );
    expect(mute).to.deep.equal([]);
  });

  it('every view is a security barrier, and every sealed value is marked by its group', async () => {
    const open = await w.rows(
      `SELECT relname FROM pg_class WHERE relnamespace = 'reporting'::regnamespace
          AND relkind = 'v' AND NOT coalesce(reloptions @> '{security_barrier=true}', false)`,
    );
    expect(open).to.deep.equal([]);
    const unmarked = await w.rows(
      `SELECT attname FROM pg_attribute WHERE attrelid = 'reporting.person_current'::regclass AND attnum > 0
          AND attname IN ('family_name', 'given_name', 'date_of_birth', 'sex', 'external_id', 'amount', 'coefficient')
          AND col_description(attrelid, attnum) !~ '^\\[group (identity|pay_tax)\\]'`,
    );
    expect(unmarked).to.deep.equal([]);
  });

  it('takes unit code and name of the day', async () => {
    const on = async (day: string) => {
      await w.rows(`SELECT set_config('hoso.today', $1, false)`, [day]);
      return w.rows(`SELECT unit_code FROM reporting.person_current ORDER BY person`);
    };
    expect(await on('2019-12-31')).to.deep.equal([{ unit_code: 'stc' }, { unit_code: 'snv' }]);
    expect(await on('2020-01-01')).to.deep.equal([{ unit_code: 'stc' }, { unit_code: 'snv2' }]);
    expect(
      await w.rows('SELECT unit_code FROM reporting.unit_spells ORDER BY effective_from, person'),
    ).to.deep.equal([{ unit_code: 'snv' }, { unit_code: 'snv' }, { unit_code: 'stc' }]);
  });

  it('who is in a unit on (E, K) is found by an index, on the table and through the view', async () => {
    await w.rows('SET enable_seqscan = off');
    for (const from of ['models.status_spell', 'reporting.spells']) {
      const plan = await w.rows<Record<string, string>>(
        `EXPLAIN SELECT person FROM ${from}
          WHERE unit = '${UNIT.finance}' AND kind = 'unit' AND effective_from <= '2014-01-01'
            AND (effective_to IS NULL OR effective_to > '2014-01-01') AND known_from <= 9 AND (known_to IS NULL OR known_to > 9)`,
      );
      const text = plan.map((r) => r['QUERY PLAN']).join('\n');
      expect(text).to.match(/Index Cond: \(\(?\(?unit = /);
      expect(text).to.include('effective_from <=');
    }
    await w.rows('RESET enable_seqscan');
  });

  describe('a reporting login', () => {
    let login: pg.Client;
    let url: string;
    before(async () => {
      url = await createReportingLogin(w.db.admin, w.db.reporting, 'thong_ke', GRANT);
      login = new pg.Client({ ...parseDatabaseUrl(url) });
      await login.connect();
    });
    after(() => login.end());

    const refused = async (sql: string) => {
      const error = await login.query(sql).then(
        () => null,
        (e: unknown) => e as pg.DatabaseError,
      );
      expect(error?.code, sql).to.be.oneOf(['42501', '25006']);
    };

    it('reads every view, on the day it says', async () => {
      const { rows } = await login.query<{ name: string }>(
        `SELECT viewname AS name FROM pg_views WHERE schemaname = 'reporting'`,
      );
      for (const { name } of rows) await login.query(`SELECT * FROM reporting.${name} LIMIT 1`);
      await login.query(`SET hoso.today = '2012-06-01'`);
      const placed = await login.query(`SELECT DISTINCT unit_code FROM reporting.person_current`);
      expect(placed.rows).to.deep.equal([{ unit_code: 'snv' }]);
    });

    it('reads no table, no log, no register, and changes nothing', async () => {
      await login.query('SET default_transaction_read_only = off');
      for (const sql of [
        'SELECT * FROM profile_v1.person',
        'SELECT * FROM models.profile_person',
        'SELECT * FROM projecting.model',
        'SELECT * FROM log.events',
        'SELECT * FROM log.head',
        'SELECT log.sequence_at(now())',
        'SELECT * FROM migrations.log',
        `SELECT pg_read_file('postgresql.conf')`,
        `SELECT pg_ls_dir('.')`,
        `COPY reporting.persons TO PROGRAM 'cat'`,
        'SELECT * FROM pg_authid',
        'DELETE FROM reporting.persons',
        'CREATE TABLE reporting.mine (a int)',
        'CREATE TABLE public.mine (a int)',
        'CREATE TEMP TABLE mine (a int)',
        'CREATE FUNCTION reporting.f() RETURNS int LANGUAGE sql RETURN 1',
        'CREATE SCHEMA mine',
        'SET ROLE hoso_projector',
        'CREATE ROLE other',
      ])
        await refused(sql);
    });

    it('does not reach the keys, nor another database', async () => {
      for (const database of [w.db.keys.database, 'postgres', 'template1']) {
        const other = new pg.Client({ ...parseDatabaseUrl(url), database });
        other.on('error', () => undefined);
        const error = await other.connect().then(
          () => null,
          (e: unknown) => e as pg.DatabaseError,
        );
        await other.end().catch(() => undefined);
        expect(error?.code, database).to.equal('42501');
      }
    });

    it('rests on a written consent with its number, and ends: without either, or for years, there is none', async () => {
      for (const grant of [
        { ...GRANT, document: ' ' },
        { ...GRANT, until: '2020-01-01' },
        { ...GRANT, until: '2199-01-01' },
      ]) {
        const error = await createReportingLogin(w.db.admin, w.db.reporting, 'het_han', grant).catch(
          (e: unknown) => e,
        );
        expect(error).to.be.instanceOf(OperatorError);
      }
      const client = new pg.Client({ ...w.db.superuser });
      await client.connect();
      const { rows } = await client.query<{ until: Date; said: string }>(
        `SELECT rolvaliduntil AS until, shobj_description(oid, 'pg_authid') AS said
           FROM pg_roles WHERE rolname = 'thong_ke'`,
      );
      await client.end();
      expect(rows[0]?.until.toISOString()).to.equal(`${GRANT.until}T16:59:59.999Z`);
      expect(rows[0]?.said).to.equal(`7/CV, until ${GRANT.until}`);
    });

    it('its name is not taken from the service’s own', async () => {
      const error = await createReportingLogin(w.db.admin, w.db.reporting, 'hoso_log', GRANT).catch(
        (e: unknown) => String(e),
      );
      expect(error).to.include('cannot be a reporting login');
    });
  });
});
