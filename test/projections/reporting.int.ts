import { expect } from 'chai';
import pg from 'pg';
import { SqlLogins, type SqlGrant } from '../../src/access/sqlLogins/sqlLogins.js';
import { FIELD_GROUPS } from '../../src/fieldGroups.js';
import { OperatorError } from '../../src/operatorError.js';
import type { Projections } from '../../src/projecting/projections.js';
import { createReportingLogin } from '../../src/projecting/reportingLogin.js';
import { parseDatabaseUrl } from '../../src/postgres/url.js';
import { personId, World } from '../projecting/support.js';
import { ACTOR } from '../support/desk.js';
import { opened as unitOpened, renamed } from '../organisation/support.js';
import { hired, opened, record, transfer, UNIT } from '../support/record.js';

/** A written consent that is good today. */
const GRANT = { document: '7/CV', until: new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10) };

const DEPARTMENT = '00000000-0000-4000-8000-0000000000d1';

const CITY: SqlGrant = {
  document: '7/CV',
  units: null,
  groups: FIELD_GROUPS,
  from: '2020-01-01',
  until: '2999-12-31',
};

describe('Schema reporting', () => {
  let w: World;
  let p: Projections;
  let logins: SqlLogins;
  before(async () => {
    w = await World.open();
    logins = new SqlLogins(w.db.access);
    await w.unit(UNIT.homeAffairs, {
      kind: 'record',
      fact: unitOpened('1990-01-01', { code: 'snv', level: 3 }),
    });
    await w.unit(UNIT.homeAffairs, { kind: 'record', fact: renamed('2020-01-01', 'Sở Nội vụ mới', 'snv2') });
    await w.unit(UNIT.finance, { kind: 'record', fact: unitOpened('1990-01-01', { code: 'stc' }) });
    await w.unit(DEPARTMENT, { kind: 'record', fact: unitOpened('1990-01-01', { code: 'thpt' }) });
    await w.unit(ACTOR.unit, { kind: 'record', fact: unitOpened('1990-01-01', { code: 'mo' }) });
    p = w.projections();
    p.start();
    await w.done(personId(1), record(opened()), record(hired()), record(transfer('2013-01-01')));
    await w.done(personId(2), record(opened()), record(hired()));
    await w.done(personId(3), record(opened()));
    await w.caughtUp(p);
  });
  after(async () => {
    await logins.close();
    await w.close();
  });

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
      'establishment',
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
      'session',
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
      return w.rows(`SELECT unit_code FROM reporting.person_current WHERE unit IS NOT NULL ORDER BY person`);
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

  describe('a session shows what its own login was given', () => {
    const as = async (name: string, grant: SqlGrant | null) => {
      const url = await createReportingLogin(w.db.admin, w.db.reporting, name, GRANT);
      if (grant !== null) await logins.give(name, grant, ACTOR.account);
      const client = new pg.Client({ ...parseDatabaseUrl(url) });
      await client.connect();
      clients.push(client);
      return client;
    };
    const clients: pg.Client[] = [];
    after(() => Promise.all(clients.map((c) => c.end())));
    const seen = async (client: pg.Client, view = 'profile') =>
      (
        await client.query<{ person: string }>(
          `SELECT DISTINCT person FROM reporting.${view} ORDER BY person`,
        )
      ).rows.map((r) => r.person);

    it('the records that its units keep today, in every view of persons', async () => {
      const [finance, homeAffairs] = [
        await as('chi_stc', { ...CITY, units: [UNIT.finance] }),
        await as('chi_snv', { ...CITY, units: [UNIT.homeAffairs] }),
      ];
      for (const view of ['profile', 'person_current', 'persons', 'spells', 'facts', 'service_spells']) {
        expect(await seen(finance, view), view).to.deep.equal([personId(1)]);
        expect(await seen(homeAffairs, view), view).to.deep.equal([personId(2)]);
      }
      // She was there before, and stands in no view of theirs on any day that they report on.
      await homeAffairs.query(`SET hoso.today = '2012-12-31'`);
      expect(await seen(homeAffairs, 'person_current')).to.deep.equal([personId(2)]);
    });

    it('a record not placed yet, to the unit for which it was opened', async () => {
      const opener = await as('don_vi_mo', { ...CITY, units: [ACTOR.unit] });
      expect(await seen(opener)).to.deep.equal([personId(3)]);
    });

    it('and what stands below its units, in the tree of today', async () => {
      const client = await as('cap_tren', { ...CITY, units: [DEPARTMENT] });
      expect(await seen(client)).to.deep.equal([]);
      await w.unit(UNIT.finance, {
        kind: 'record',
        fact: { type: 'unit_reparented', effective: '2021-01-01', data: { parent: DEPARTMENT } },
      });
      await w.caughtUp(p, ['organisation']);
      expect(await seen(client)).to.deep.equal([personId(1)]);
    });

    it('nothing without a consent, before its first day and after its last, and nothing once it is taken back', async () => {
      expect(await seen(await as('khong', null))).to.deep.equal([]);
      expect(
        await seen(await as('truoc', { ...CITY, from: '2999-01-01', until: '2999-12-31' })),
      ).to.deep.equal([]);
      const past = await as('qua', { ...CITY, from: '2020-01-01', until: '2020-12-31' });
      await past.query(`SET hoso.today = '2020-06-01'`);
      expect(await seen(past)).to.deep.equal([]);
      const client = await as('thu_hoi', CITY);
      expect(await seen(client)).to.have.length(3);
      await logins.takeBack('thu_hoi', '8/CV', ACTOR.account, '2026-01-01');
      expect(await seen(client)).to.deep.equal([]);
      expect((await client.query('SELECT * FROM reporting.session')).rows).to.deep.equal([]);
    });

    it('every sealed value is null unless its group was given, and the session says which are withheld', async () => {
      const without = await as('khong_nhom', { ...CITY, groups: [] });
      const columns = await w.rows<{ view: string; name: string }>(
        `SELECT c.relname AS view, a.attname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
          WHERE c.relnamespace = 'reporting'::regnamespace AND col_description(c.oid, a.attnum) ~ '^\\[(group|all groups)'`,
      );
      expect(columns.length).to.be.greaterThan(40);
      for (const { view, name } of columns) {
        const { rows } = await without.query<{ n: string }>(
          `SELECT count("${name}") AS n FROM reporting.${view}`,
        );
        expect(rows[0]?.n, `${view}.${name}`).to.equal('0');
      }
      const some = await as('mot_nhom', { ...CITY, groups: ['identity'] });
      const { rows } = await some.query(
        `SELECT family_name, category FROM reporting.profile WHERE person = '${personId(2)}' AND effective_to IS NULL`,
      );
      expect(rows).to.deep.equal([{ family_name: 'Nguyễn Thị', category: null }]);
      const told = await some.query<{ withheld: string[] }>('SELECT withheld FROM reporting.session');
      expect(told.rows[0]?.withheld.sort()).to.deep.equal(
        FIELD_GROUPS.filter((g) => g !== 'identity').sort(),
      );
    });

    it('a fact’s own values need every group that they are of', async () => {
      const some = await as('mot_phan', { ...CITY, groups: ['identity', 'pay_tax'] });
      const { rows } = await some.query<{ action: string; shown: boolean }>(
        `SELECT action, data IS NOT NULL AS shown FROM reporting.facts WHERE person = '${personId(2)}'`,
      );
      expect(rows).to.have.length(2);
      expect(rows.every((r) => !r.shown)).to.equal(true);
    });

    it('no function but that of the day is its to call, in no schema of ours', async () => {
      const rows = await w.rows(
        `SELECT p.oid::regproc::text AS name FROM pg_proc p JOIN pg_namespace s ON s.oid = p.pronamespace
          WHERE s.nspname NOT IN ('pg_catalog', 'information_schema') AND has_schema_privilege('khong', s.oid, 'USAGE')
            AND has_function_privilege('khong', p.oid, 'EXECUTE') AND p.proname !~ '^pg_stat_statements'`,
      );
      expect(rows).to.deep.equal([{ name: 'reporting.today' }]);
    });

    it('what it asked is kept, without the names it asked for; not what persons it read', async () => {
      const client = await as('hoi', CITY);
      await client.query(
        `SELECT count(*) FROM reporting.persons WHERE external_id = 'Nguyễn Văn Bí Mật' LIMIT 7`,
      );
      await client.query(
        `DO $$ BEGIN PERFORM person FROM reporting.profile WHERE given_name = 'Kín'; END $$`,
      );
      await logins.requireCounting();
      await logins.count();
      const asked = await logins.asked('hoi', 100);
      expect(asked.flatMap((a) => a.views)).to.include.members(['persons', 'profile']);
      const first = asked.find((a) => a.views.includes('persons'));
      expect(first).to.include({ calls: 1, rows: 1, login: 'hoi' });
      expect(JSON.stringify(asked)).to.not.match(/Bí Mật|Kín|LIMIT 7/);
      // Counted once: a second look without a question in between finds nothing of this login.
      await logins.count();
      expect(await logins.asked('hoi', 100)).to.have.length(asked.length);
      expect(await w.rows('DELETE FROM sql_logins.asked').catch((e: unknown) => String(e))).to.include(
        'only ever added',
      );
    });
  });

  describe('a reporting login', () => {
    let login: pg.Client;
    let url: string;
    before(async () => {
      url = await createReportingLogin(w.db.admin, w.db.reporting, 'thong_ke', GRANT);
      await logins.give('thong_ke', CITY, ACTOR.account);
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
      const placed = await login.query(
        `SELECT DISTINCT unit_code FROM reporting.person_current WHERE unit IS NOT NULL`,
      );
      expect(placed.rows).to.deep.equal([{ unit_code: 'snv' }]);
    });

    it('reads no table, no log, no register, and changes nothing', async () => {
      await login.query('SET default_transaction_read_only = off');
      for (const sql of [
        'SELECT * FROM profile_v4.person',
        'SELECT * FROM models.profile_person',
        'SELECT * FROM projecting.model',
        'SELECT * FROM log.events',
        'SELECT * FROM log.head',
        'SELECT log.sequence_at(now())',
        'SELECT * FROM migrations.log',
        'SELECT * FROM whole.persons',
        'SELECT * FROM sql_logins.given',
        'SELECT * FROM sql_logins.session',
        'SELECT * FROM sql_logins.asked',
        'SELECT query FROM pg_stat_statements',
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
