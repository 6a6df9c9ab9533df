import { expect } from 'chai';
import type { AccountFact } from '../../src/access/facts.js';
import { raise, wholePerson } from '../support/wholePerson.js';
import type { Client } from '../support/api.js';
import { servedWorld, type ServedWorld } from '../support/servedWorld.js';

/**
 * Who comes through the gate of every route of the OpenAPI document, by hand: `+` may, `-` may not (403), `0` is not
 * logged in (401). The record is kept by a school; the callers, in the order of the columns:
 *
 *   a anonymous           o the school, update        A the school, administer    p its department, administer
 *   s a sibling school    c a section of the school   h Home Affairs              e a consent that ended yesterday
 *   d disabled            f the person's own account  m a machine, records:read   r a consent for two field groups
 *
 * Nothing here is taken from the code that decides.
 */
const CALLERS = 'aoApschedfmr';
const TABLE: readonly (readonly [RegExp, string])[] = [
  [/^GET \/v1\/persons\/:id(\/status)?$/, '0+++--+-0+++'],
  [/^GET \/v1\/persons\/:id\/(history|findings)$/, '0+++--+-0+-+'],
  // A scan shows all of its groups or nothing: of one that is not there nobody learns more.
  [/^GET \/v1\/persons\/:id\/attachments\/:attachment$/, '0+++--+-0+-+'],
  [/^GET \/v1\/persons\/:id\/events$/, '0+++--+-0---'],
  [/^GET \/v1\/persons\/:id\/access\/explain$/, '0+++++++0+++'],
  [/^GET \/v1\/persons\/:id\/reads$/, '0+++--+-0+--'],
  [/^POST \/v1\/persons\/:id\/(withdrawal|restoration|merge|holds|holds\/releases)$/, '0-++--+-0---'],
  [/^POST \/v1\/persons\/:id\/.+$/, '0+++--+-0---'],
  [/^POST \/v1\/persons$/, '0++++++-0---'],
  [/^POST \/v1\/decisions$/, '0+++--+-0---'],
  [/^(GET \/v1\/persons|POST \/v1\/persons\/search)$/, '0+++++++0+-+'],
  [/^GET \/v1\/units\/:id\/(members|findings|deadlines|movements)$/, '0+++--+-0---'],
  [/^GET \/v1\/units\/:id\/(completeness|dues|retirements|early-raises|establishment)$/, '0+++--+-0---'],
  [/^GET \/v1\/feed(\/stream)?$/, '0+++++++0+-+'],
  [/^GET \/v1\/(units|catalogues)(\/:id)?$/, '0+++++++0+-+'],
  [/^POST \/v1\/units\/:id\/(reports|checks|payroll)$/, '0+++--+-0---'],
  [/^POST \/v1\/(units|catalogues)\b/, '0-----+-0---'],
  // What ends a record's content is for Home Affairs, which stores all records.
  [/^(GET|POST) \/v1\/destructions\b/, '0-----+-0---'],
  [/^(GET|POST) \/v1\/accounts$/, '0-+++-+-0---'],
  // Of an account that is assigned to the school.
  [/^(GET|POST) \/v1\/accounts\/:id/, '0-++--+-0---'],
  [/^POST \/v1\/(sessions|sessions\/password|sessions\/lost|token)$/, '++++++++++++'],
  [/^(GET \/v1\/me|POST \/v1\/sessions\/end)$/, '0+++++++0+++'],
  // Refused to machines, who have no second factor.
  [/^POST \/v1\/sessions\/second-factor(\/confirmation)?$/, '0+++++++0+-+'],
  [/^GET \/v1\/proposals$/, '0+++++++0+-+'],
  // Of somebody whose record the school keeps; what a proposal says is of every field group.
  [/^POST \/v1\/proposals$/, '0+++--+-0---'],
  [/^GET \/v1\/proposals\/:id$/, '0+++--+-0---'],
  [/^POST \/v1\/proposals\/:id\/(check|decide|decline)$/, '0+++--+-0---'],
  // A form with holes would be taken for a whole one.
  [/^GET \/v1\/persons\/:id\/(forms\/2c|forms\/supplement|completeness|dues)$/, '0+++--+-0++-'],
  // Of a consent, the salary takes the group of pay; this one has two others.
  [/^GET \/v1\/persons\/:id\/salary$/, '0+++--+-0++-'],
  [/^GET \/v1\/persons\/:id\/deadlines$/, '0+++--+-0+-+'],
  // The log's proofs tell of nobody; a person's proof holds all events of the record.
  [/^GET \/v1\/evidence\/(checkpoint|checkpoints|reads\/checkpoint|keys|consistency)$/, '0+++++++0+-+'],
  [/^GET \/v1\/persons\/:id\/proof$/, '0+++--+-0---'],
];
// `search` has no id: it must not be taken for a command on a record.
const ROW_OF = (route: string) => {
  if (route === 'POST /v1/persons/search') return TABLE[10];
  return TABLE.find(([pattern]) => pattern.test(route));
};

interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly example?: string;
  }[];
  readonly requestBody?: object;
}

describe('The matrix of routes and callers', function () {
  this.timeout(120_000);
  let service: ServedWorld;
  let api: Client;
  const headers = new Map<string, Readonly<Record<string, string>>>();
  let ids: { person: string; unit: string; account: string; proposal: string };

  before(async () => {
    service = await servedWorld();
    api = service.client;
    const unit = async (code: string, data: object) => api.openUnit(code, data);
    const city = await unit('tp', { level: 0 });
    const home = await unit('snv', { level: 3, parent: city });
    const department = await unit('sgd', { level: 2, parent: city });
    const school = await unit('thpt1', { level: 1, parent: department });
    const sibling = await unit('thpt2', { level: 1, parent: department });
    const section = await unit('to1', { parent: school });
    // Before somebody’s duties are overdue there, for then the agency may propose nothing.
    const made = await api.must(201, api.post('/v1/proposals', raise(await wholePerson(api, school))));
    const person = await api.open();
    await api.fact(person, 'recruited', '2013-01-01', { unit: school });
    ids = { person, unit: school, account: '', proposal: made.body.id };

    const assigned = (to: string, right: 'administer' | 'update'): AccountFact => ({
      type: 'account_assigned',
      data: { unit: to, right, reach: 'unit', decision: '1/QĐ', from: '2020-01-01' },
    });
    const consent = (until: string): AccountFact => ({
      type: 'consent_given',
      data: { document: '1/CV', person, groups: ['identity', 'history'], from: '2020-01-01', until },
    });
    const yesterday = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
    await signIn('o', [assigned(school, 'update')]);
    await signIn('A', [assigned(school, 'administer')]);
    await signIn('p', [assigned(department, 'administer')]);
    await signIn('s', [assigned(sibling, 'administer')]);
    await signIn('c', [assigned(section, 'update')]);
    await signIn('h', [assigned(home, 'administer')]);
    await signIn('e', [consent(yesterday)]);
    await signIn('d', [assigned(school, 'administer')]);
    await signIn('f', [{ type: 'person_linked', data: { person } }]);
    await signIn('r', [consent('2099-12-31')]);
    const { accounts } = service.access;
    await accounts.record(
      accounts.idOf('caller d'),
      [{ type: 'account_disabled', data: { reason: 'thử' } }],
      'disabled',
      { actor: { account: accounts.idOf('test'), unit: school, client: 'test' } },
    );
    ids.account = accounts.idOf('caller o');
    headers.set('a', {});
    headers.set('m', await machine(school));
    await service.caughtUp();
  });
  after(() => service.stop());

  async function signIn(caller: string, facts: readonly AccountFact[]): Promise<void> {
    const { accounts, logins } = service.access;
    const name = `caller ${caller}`;
    const id = accounts.idOf(name);
    const actor = { account: id, unit: id, client: 'test' };
    const created: AccountFact = { type: 'account_created', data: { kind: 'person', name } };
    const account = await accounts.record(id, [created, ...facts], 'made', { actor });
    const { token } = await logins.begin(account, account.assignments[0]?.unit ?? null, 'full');
    headers.set(caller, { authorization: `Bearer ${token}` });
  }

  /** A machine as an administrator makes it, over HTTP. */
  async function machine(unit: string): Promise<Readonly<Record<string, string>>> {
    const made = await api.must(
      201,
      api.post('/v1/accounts', {
        account: { kind: 'machine', name: 'hrm', scopes: ['records:read'] },
        assignment: { unit, right: 'update', reach: 'unit', decision: '2/QĐ', from: '2020-01-01' },
      }),
    );
    const { body } = await api.must(200, api.post(`/v1/accounts/${made.body.id}/secrets`, {}));
    const { secret } = (body as unknown as { secret: { secret: string } }).secret;
    const asked = { grant_type: 'client_credentials', client_id: made.body.id, client_secret: secret };
    const got = await api.must(200, api.post('/v1/token', asked));
    return { authorization: `Bearer ${(got.body as unknown as { access_token: string }).access_token}` };
  }

  async function ask(
    method: string,
    path: string,
    { parameters = [], requestBody }: Operation,
    who: Readonly<Record<string, string>>,
  ): Promise<number> {
    const idOf = { accounts: ids.account, units: ids.unit, proposals: ids.proposal } as const;
    const id = idOf[path.split('/')[2] as keyof typeof idOf] ?? ids.person;
    const days = parameters.filter((p) => p.in === 'query' && p.required === true);
    const asked = days.map((p) => `${p.name}=2015-01-01`).join('&');
    const dry = parameters.some((p) => p.name === 'dryRun') ? '?dryRun=true' : asked && `?${asked}`;
    const url = service.url + path.replace('{id}', path.includes('/catalogues/') ? 'grade_name' : id) + dry;
    const needs = (name: string) => parameters.some((p) => p.name === name);
    const named: Readonly<Record<string, object>> = {
      '/v1/decisions': { persons: [{ id: ids.person }] },
      '/v1/proposals': { person: ids.person },
    };
    const body = named[path] ?? {};
    const aborting = new AbortController();
    const response = await fetch(url, {
      method,
      signal: aborting.signal,
      headers: {
        ...who,
        ...(method === 'POST' && requestBody !== undefined ? { 'content-type': 'application/json' } : {}),
        ...(needs('Idempotency-Key') ? { 'idempotency-key': 'matrix' } : {}),
        ...(needs('If-Match') ? { 'if-match': '"0"' } : {}),
        ...(needs('If-None-Match') && !needs('If-Match') ? { 'if-none-match': '*' } : {}),
      },
      ...(method === 'POST' && requestBody !== undefined ? { body: JSON.stringify(body) } : {}),
    });
    if (!path.endsWith('/stream')) await response.text();
    else aborting.abort();
    return response.status;
  }

  it('whoever is let in sees that person’s data, and a refusal shows none', async () => {
    const path = `/v1/persons/${ids.person}`;
    const seen = new Map<string, string>();
    for (const caller of CALLERS) {
      const { text } = await api.get(path, { authorization: '', ...headers.get(caller) });
      seen.set(caller, /Nguyễn Thị/.test(text) ? 'seen' : /Nguyễn|Mẫu|thpt1/.test(text) ? 'leak' : 'none');
    }
    expect(Object.fromEntries(seen)).to.deep.equal({
      a: 'none',
      o: 'seen',
      A: 'seen',
      p: 'seen',
      s: 'none',
      c: 'none',
      h: 'seen',
      e: 'none',
      d: 'none',
      f: 'seen',
      m: 'seen',
      r: 'seen',
    });
  });

  it('every cell is as the table says, and every route has a row and somebody whom it lets in', async () => {
    const document = JSON.parse((await api.send('GET', '/openapi.json')).text) as {
      paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    };
    const operations = Object.entries(document.paths)
      .flatMap(([path, item]) =>
        Object.entries(item).map(([method, op]) => [method.toUpperCase(), path, op] as const),
      )
      // Logging out comes last, for it takes effect.
      .sort(([, a], [, b]) => Number(a.endsWith('/end')) - Number(b.endsWith('/end')));
    const wrong: string[] = [];
    const statuses = new Map<number, number>();
    let cells = 0;
    for (const [method, path, operation] of operations) {
      const route = `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
      const row = ROW_OF(route);
      if (row === undefined) {
        wrong.push(`${route}: no row in the table`);
        continue;
      }
      expect(row[1]).to.have.length(CALLERS.length);
      for (const [i, caller] of [...CALLERS].entries()) {
        const status = await ask(method, path, operation, headers.get(caller) ?? {});
        const found = status === 401 && route !== 'POST /v1/token' ? '0' : status === 403 ? '-' : '+';
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        cells += 1;
        if (found !== row[1][i])
          wrong.push(`${route}, ${caller}: ${found} (${status}) instead of ${row[1][i]}`);
        if (status >= 500) wrong.push(`${route}, ${caller}: ${status}`);
      }
    }
    expect(wrong).to.deep.equal([]);
    expect(cells).to.be.greaterThan(1000);
    console.log(
      `      ${operations.length} routes, ${cells} cells; by status ${JSON.stringify([...statuses].sort())}`,
    );
  });
});
