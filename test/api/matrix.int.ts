import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import pg from 'pg';
import { SqlLogins, type SqlGrant } from '../../src/access/sqlLogins/sqlLogins.js';
import {
  auditDirect,
  operatorOf,
  requireCity,
  requireHistory,
  requireReach,
  type Operator,
} from '../../src/cli/operator.js';
import { FIELD_GROUPS } from '../../src/fieldGroups.js';
import { parseDatabaseUrl } from '../../src/postgres/url.js';
import { createReportingLogin } from '../../src/projecting/reportingLogin.js';
import { CALLERS, EXPORTS, FEED, ROUTES, SQL, SQL_GROUPS, SQL_LOGINS } from '../access/matrixTable.js';
import type { Answer, FeedChange } from '../support/api.js';
import { servedWorld, type ServedWorld } from '../support/servedWorld.js';
import { ServerEvents } from '../support/serverEvents.js';
import { requestFor, operationOf, type Asked, type Documented, type Operation } from './matrixRequests.js';
import { MatrixWorld, NAME, type Headers } from './matrixWorld.js';

/** What is told of whatever was counted, by what was found. */
class Tally {
  cells = 0;
  readonly wrong: string[] = [];
  private readonly found = new Map<string, number>();

  add(found: string | number, trouble: string | null): void {
    this.cells += 1;
    this.found.set(String(found), (this.found.get(String(found)) ?? 0) + 1);
    if (trouble !== null) this.wrong.push(trouble);
  }

  mustBeRight(): void {
    if (this.wrong.length > 0) throw new Error(`${this.wrong.length} mismatches:\n${this.wrong.join('\n')}`);
  }

  get told(): string {
    return `${this.cells} cells; ${JSON.stringify(Object.fromEntries([...this.found].sort()))}`;
  }
}

describe('The matrices of rights', function () {
  this.timeout(120_000);
  let world: MatrixWorld<ServedWorld>;
  before(async () => {
    world = await MatrixWorld.open(await servedWorld());
    await world.signInAll();
    await world.service.caughtUp();
  });
  after(() => world.service.stop());

  const headersOf = (caller: string): Headers => world.callers.get(caller) ?? {};

  async function operations(): Promise<Operation[]> {
    const { text } = await world.api.send('GET', '/openapi.json');
    const { paths } = JSON.parse(text) as {
      paths: Readonly<Record<string, Readonly<Record<string, Documented>>>>;
    };
    return Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, op]) => operationOf(method.toUpperCase(), path, op)),
    );
  }

  /** Sends it as one of the callers; a key and a stream's end are taken care of. */
  async function send({ method }: Operation, asked: Asked, caller: string, dry: boolean): Promise<Answer> {
    const { path, body, headers } = asked;
    const all = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      'idempotency-key': randomUUID(),
      ...headersOf(caller),
      ...headers,
    };
    const query = dry ? `${path.includes('?') ? '&' : '?'}dryRun=true` : '';
    const sent = body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    return world.api.send(method, `/v1/${path}${query}`, all, sent);
  }

  it('every route × every caller is as the table says: who is let in is answered with that person’s data', async () => {
    const tally = new Tally();
    const done = new Tally();
    const all = await operations();
    const isEarly = ({ path }: Operation) => path.startsWith('proposals');
    const order = (o: Operation) => (isEarly(o) ? 0 : o.method === 'GET' ? 1 : 2);
    const isStream = ({ path }: Operation) => path === 'feed/stream';
    const rank = ({ path }: Operation) =>
      ['sessions/second-factor/confirmation', 'sessions/end'].indexOf(path);
    const routes = all
      .filter((o) => !isStream(o))
      // Lists are read before others come into them.
      .sort((a, b) => order(a) - order(b) || rank(a) - rank(b));
    let others = false;
    for (const operation of routes) {
      if (!others && !isEarly(operation)) {
        await world.addOthers();
        await world.service.caughtUp();
        others = true;
      }
      await cellsOf(operation, tally);
      if (operation.hasDryRun) await carriedOut(operation, done);
    }
    tally.mustBeRight();
    done.mustBeRight();
    console.log(`      ${routes.length} routes × ${CALLERS.length} callers: ${tally.told}`);
    console.log(`      of these, carried out for good by one who may: ${done.told}`);
  });

  /** All cells of a route: without effect where it can be, so that each caller finds the same. */
  async function cellsOf(operation: Operation, tally: Tally): Promise<void> {
    const { route, path } = operation;
    const row = rowOf(route);
    if (row === undefined) {
      tally.add('no row', `${route}: no row in the table`);
      return;
    }
    // Each makes its own way in or out; anything else is asked by all at once.
    const isOwn = /^(sessions|token|me)/.test(path);
    const shared = isOwn ? null : await requestFor(operation, { world, fresh: false, caller: 'h' });
    const cell = async (caller: string, expected: string) => {
      const asked = shared ?? (await requestFor(operation, { world, fresh: false, caller }));
      const answer = await send(operation, asked, caller, operation.hasDryRun);
      const trouble = troubleOf(answer, expected, asked.shows);
      tally.add(answer.status, trouble === null ? null : `${route}, ${caller}: ${expected} but ${trouble}`);
    };
    const pairs = [...CALLERS].map((caller, i) => [caller, row[i] ?? ''] as const);
    if (isOwn) for (const [caller, expected] of pairs) await cell(caller, expected);
    else await Promise.all(pairs.map(([caller, expected]) => cell(caller, expected)));
  }

  /** What the cells only previewed, done once, on something of its own, by the least of those who may. */
  async function carriedOut(operation: Operation, tally: Tally): Promise<void> {
    const row = rowOf(operation.route) ?? '';
    const caller = [...'oApsch'].find((c) => row[CALLERS.indexOf(c)] === '+') ?? '';
    const asked = await requestFor(operation, { world, fresh: true, caller });
    const answer = await send(operation, asked, caller, false);
    const trouble = troubleOf(answer, '+', asked.shows);
    tally.add(
      answer.status,
      trouble === null ? null : `${operation.route}, ${caller}, carried out: ${trouble}`,
    );
  }

  it('the feed, by pages and as a stream × every caller: what is in scope, what has left it, and nothing else', async () => {
    const tally = new Tally();
    // Told to everybody: where a stream has come to it, it has told all.
    const end = await world.api.openUnit(world.code());
    for (const [i, caller] of [...CALLERS].entries())
      for (const [by, changes] of [
        ['pages', await pagesOf(caller)],
        ['stream', await streamOf(caller, end)],
      ] as const)
        for (const [what, row] of Object.entries(FEED)) {
          const found =
            typeof changes === 'string' ? changes : toldOf(changes, what as keyof typeof FEED, caller);
          const trouble = `feed by ${by}, ${what}, ${caller}: ${row[i]} but ${found}`;
          tally.add(found, found === row[i] ? null : trouble);
        }
    tally.mustBeRight();
    console.log(`      feed and stream: ${tally.told}`);
  });

  async function pagesOf(caller: string): Promise<FeedChange[] | string> {
    const changes: FeedChange[] = [];
    for (let after = world.subjects.before; ;) {
      const { status, body } = await world.api.send(
        'GET',
        `/v1/feed?limit=1000&after=${after}`,
        headersOf(caller),
      );
      if (status !== 200) return REFUSED[status] ?? String(status);
      changes.push(...body.changes);
      after = body.next;
      if (!body.more) return changes;
    }
  }

  async function streamOf(caller: string, end: string): Promise<FeedChange[] | string> {
    const url = `${world.service.url}/v1/feed/stream?after=${world.subjects.before}`;
    const stream = await ServerEvents.open(url, headersOf(caller)).catch((error: unknown) => String(error));
    if (typeof stream === 'string') return REFUSED[Number(stream.slice(-3))] ?? stream;
    const changes: FeedChange[] = [];
    do changes.push(JSON.parse((await stream.next(1))[0]?.data ?? '') as FeedChange);
    while (changes.at(-1)?.id !== end);
    stream.close();
    return changes;
  }

  /** How the changes tell of somebody or something. */
  function toldOf(changes: readonly FeedChange[], what: keyof typeof FEED, caller: string): string {
    const { accounts } = world.service.access;
    const own = accounts.idOf(`caller ${caller}`);
    const about = {
      record: (c: FeedChange) => c.id === world.subjects.person,
      departed: (c: FeedChange) => c.id === world.others.departed,
      unit: (c: FeedChange) => c.id === world.places.section,
      ownAccount: (c: FeedChange) => c.id === own,
      othersAccount: (c: FeedChange) => c.kind === 'account' && c.id !== own,
    }[what];
    const scopes = new Set(
      changes.filter(about).map(({ scope }) => ({ in: 'i', out: 'o', changed: 'c' })[scope]),
    );
    return scopes.size === 0 ? '.' : [...scopes].join('');
  }

  it('CVE-2026-44446, CVE-2026-44447: SQL in any parameter or search is a word like others: nobody sees more, nothing waits', async () => {
    // Kept by the sibling; the school is let in to all of its own.
    const { departed } = world.others;
    const statuses = new Tally();
    const reads = (await operations()).filter((o) => o.method === 'GET' && o.path !== 'feed/stream');
    for (const operation of reads) {
      const { path } = await requestFor(operation, { world, fresh: false, caller: 'A' });
      const asked = operation.query.flatMap((name) =>
        INJECTIONS.map((text) => `${path.split('?')[0]}?${name}=${encodeURIComponent(text)}`),
      );
      await Promise.all(
        asked.map(async (url) => {
          const began = Date.now();
          const { status, text } = await world.api.send('GET', `/v1/${url}`, headersOf('A'));
          const isWell = status < 500 && !text.includes(departed) && Date.now() - began < SLEEP_MS;
          statuses.add(status, isWell ? null : `${url}: ${status} ${text.slice(0, 200)}`);
        }),
      );
    }
    for (const name of INJECTIONS) {
      const { status, body } = await world.api.post('/v1/persons/search', { name }, headersOf('A'));
      const isWell = status === 422 || (status === 200 && body.persons.length === 0);
      statuses.add(status, isWell ? null : `search ${name}: ${status}`);
    }
    statuses.mustBeRight();
    const { rows } = await world.service.world.sql.query<{ n: string }>(
      'SELECT count(*) AS n FROM log.events',
    );
    expect(Number(rows[0]?.n)).to.equal((await world.service.world.log.head()).sequence);
    console.log(`      SQL in parameters: ${statuses.told}`);
  });

  it('what goes out by the command line × every account: written with its line in the audit, or not at all', async () => {
    const tally = new Tally();
    const { access, reads } = world.service;
    // What other reads left is still being written meanwhile.
    const written = () => reads.lines.filter(({ route }) => route.startsWith('hoso ')).length;
    const { person } = world.subjects;
    const { school } = world.places;
    const may: Readonly<Record<keyof typeof EXPORTS, (by: Operator) => void | Promise<void>>> = {
      history: (by) => requireHistory(by, access, person),
      listOfUnit: (by) => {
        requireReach(by, access, school);
      },
      listOfCity: (by) => {
        requireReach(by, access, null);
      },
      sqlLogin: (by) => {
        requireCity(by, access, 'administer');
      },
    };
    for (const [what, row] of Object.entries(EXPORTS))
      for (const [i, caller] of [...CALLERS].entries()) {
        const before = written();
        const found = await (async () => {
          const by = await operatorOf(access, { account: caller === 'a' ? '' : accountName(caller) });
          await may[what as keyof typeof EXPORTS](by);
          const read = { command: `hoso ${what}`, person: what === 'history' ? person : null, asOf: null };
          await auditDirect(by, access, { purpose: 'kiểm tra' }, read);
          return '+';
        })().catch((error: unknown) => ((error as Error).name === 'NotForOperator' ? '-' : String(error)));
        const lines = written() - before;
        const isRight = found === row[i] && lines === (found === '+' ? 1 : 0);
        tally.add(found, isRight ? null : `${what}, ${caller}: ${row[i]} but ${found}, ${lines} lines`);
      }
    tally.mustBeRight();
    console.log(`      exports: ${tally.told}`);
  });

  const accountName = (caller: string) => (caller === 'm' ? 'hrm' : `caller ${caller}`);

  it('every view of the reporting schema × every SQL login: its own rows, and only the values of its groups', async () => {
    const tally = new Tally();
    await world.service.caughtUp();
    const { rows: views } = await world.service.world.sql.query<{ view: string; columns: string[] }>(VIEWS);
    expect(views.length).to.be.greaterThan(20);
    const logins = await sqlLogins();
    for (const { view, columns } of views)
      for (const [what, id] of ownersOf(columns)) {
        const where = id === null ? 'true' : `w.${columns.includes('person') ? 'person' : 'unit'} = '${id}'`;
        const text = (schema: string) => `SELECT count(*)::int AS n FROM ${schema}.${view} w WHERE ${where}`;
        const all = (await world.service.world.sql.query<{ n: number }>(text('whole'))).rows[0]?.n;
        await Promise.all(
          logins.map(async (client, i) => {
            const seen = (await client.query<{ n: number }>(text('reporting'))).rows[0]?.n;
            const expected = SQL[what][i] === '+' ? Number(all) : 0;
            const trouble = `${view}, ${what}, login ${SQL_LOGINS[i]}: ${expected} rows but ${seen}`;
            tally.add(seen === 0 ? 'none' : 'rows', seen === expected ? null : trouble);
          }),
        );
      }
    await valuesOf(logins, tally);
    await Promise.all(logins.map((client) => client.end()));
    tally.mustBeRight();
    console.log(`      ${views.length} views × ${SQL_LOGINS.length} SQL logins: ${tally.told}`);
  });

  /** Every sealed column, in the rows of the record: as many values as there are, or none. */
  async function valuesOf(logins: readonly pg.Client[], tally: Tally): Promise<void> {
    const { rows: columns } = await world.service.world.sql.query<{
      view: string;
      name: string;
      comment: string;
    }>(SEALED);
    expect(columns.length).to.be.greaterThan(40);
    for (const [login, groups] of Object.entries(SQL_GROUPS))
      for (const { view, name, comment } of columns) {
        const of = [...comment.matchAll(/\[group (\w+)\]/g)].map(([, group]) => group ?? '');
        const about = `person IN ('${world.subjects.person}', '${world.others.late}')`;
        // What a fact says is of the groups that its row names.
        const isGiven =
          of.length > 0
            ? String(of.every((g) => groups.includes(g)))
            : `groups <@ '{${groups.join(',')}}'::text[]`;
        const all = `SELECT count("${name}")::int AS n FROM whole.${view} WHERE ${about} AND ${isGiven}`;
        const expected = (await world.service.world.sql.query<{ n: number }>(all)).rows[0]?.n;
        const shown = `SELECT count("${name}")::int AS n FROM reporting.${view} WHERE ${about}`;
        const seen = (await logins[SQL_LOGINS.indexOf(login)]?.query<{ n: number }>(shown))?.rows[0]?.n;
        const trouble = `${view}.${name}, login ${login}: ${expected} values but ${seen}`;
        tally.add(seen === 0 ? 'no value' : 'values', Number(seen) === Number(expected) ? null : trouble);
      }
  }

  /** Whom or what the rows of a view are about, of those that the matrix knows. */
  function ownersOf(columns: readonly string[]): readonly (readonly [keyof typeof SQL, string | null])[] {
    if (columns.includes('person'))
      return [
        ['record', world.subjects.person],
        ['record', world.others.late],
        ['departed', world.others.departed],
      ];
    if (!columns.includes('about_unit')) return [['reference', null]];
    return [
      ['school', world.places.school],
      ['sibling', world.places.sibling],
    ];
  }

  async function sqlLogins(): Promise<pg.Client[]> {
    const { db } = world.service.world;
    const { school, department, sibling, section } = world.places;
    const given = new SqlLogins(db.access);
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    const until = day(30);
    const grant = (units: readonly string[] | null, more: Partial<SqlGrant> = {}): SqlGrant => ({
      document: '7/CV',
      units,
      groups: FIELD_GROUPS,
      from: '2020-01-01',
      until,
      ...more,
    });
    const grants: Readonly<Record<string, SqlGrant | null>> = {
      o: grant([school]),
      p: grant([department]),
      s: grant([sibling]),
      c: grant([section]),
      h: grant(null),
      e: grant([school], { until: day(-2) }),
      d: grant([school]),
      r: grant([school], { groups: ['identity', 'history'] }),
      n: null,
    };
    const clients: pg.Client[] = [];
    for (const login of SQL_LOGINS) {
      const name = `matrix_${login}`;
      const url = await createReportingLogin(db.admin, db.reporting, name, { document: '7/CV', until });
      const to = grants[login] ?? null;
      if (to !== null) await given.give(name, to, world.service.access.accounts.idOf('test'));
      if (login === 'd')
        await given.takeBack(name, '8/CV', world.service.access.accounts.idOf('test'), day(0));
      const client = new pg.Client({ ...parseDatabaseUrl(url) });
      await client.connect();
      clients.push(client);
    }
    await given.close();
    return clients;
  }
});

/** How long one of them would keep the database. */
const SLEEP_MS = 30_000;
const INJECTIONS = [
  "' OR '1'='1' --",
  '1); SELECT pg_sleep(31); --',
  "' UNION SELECT data FROM log.events --",
] as const;

/** Every view of the schema but that of the session itself, with its columns; `about_unit`: its rows are of units. */
const VIEWS = `
  SELECT c.relname AS view,
         array_agg(a.attname::text) || CASE WHEN c.relname IN ('units', 'unit_periods') THEN '{}'::text[]
           WHEN bool_or(a.attname = 'unit') THEN '{about_unit}' ELSE '{}' END AS columns
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
   WHERE c.relnamespace = 'reporting'::regnamespace AND c.relkind = 'v' AND c.relname <> 'session'
   GROUP BY c.relname ORDER BY c.relname`;

/** Columns of views of persons whose values are of a field group. */
const SEALED = `
  SELECT c.relname AS view, a.attname AS name, col_description(c.oid, a.attnum) AS comment
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    JOIN pg_attribute p ON p.attrelid = c.oid AND p.attname = 'person'
   WHERE c.relnamespace = 'reporting'::regnamespace AND col_description(c.oid, a.attnum) ~ '^\\[(group|all groups)'`;

const REFUSED: Readonly<Record<number, string>> = { 401: '0', 403: '-' };

function rowOf(route: string): string | undefined {
  const name = route.replaceAll(/\{(\w+)\}/g, ':$1');
  return ROUTES.find(([pattern]) => pattern.test(name))?.[1];
}

/** What is wrong with an answer; null: it is as expected. */
function troubleOf({ status, text }: Answer, expected: string, shows: string): string | null {
  const found = `${status} ${text.slice(0, 300)}`;
  const isDone = status >= 200 && status < 300;
  switch (expected) {
    case '+':
      return isDone && text.includes(shows) ? null : `${found} without ${shows}`;
    case '~':
      return isDone && !text.includes(shows) && !isTold(text) ? null : found;
    case '*':
      return isDone || status === 429 ? null : found;
    default:
      return status === { '!': 422, '-': 403, '0': 401 }[expected] && !isTold(text) ? null : found;
  }
}

const isTold = (text: string) => text.toUpperCase().includes(NAME.toUpperCase());
