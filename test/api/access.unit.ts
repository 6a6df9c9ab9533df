import { expect } from 'chai';
import { TOTP } from 'otpauth';
import { AccessUnavailable } from '../../src/access/login/port.js';
import { callerOf } from '../../src/access/login/logins.js';
import { NotForOperator } from '../../src/cli/notForOperator.js';
import { auditDirect } from '../../src/cli/operator.js';
import {
  ACCOUNT,
  memoryService,
  OFFICE,
  WHO,
  type Answer,
  type Client,
  type MemoryService,
} from '../support/api.js';
import { ServerEvents } from '../support/serverEvents.js';

const PASSWORD = 'một câu dài không ai đoán 97';
const OTHER = 'một câu khác cũng dài 98';

interface Made {
  readonly id: string;
  readonly code: { readonly code: string };
  readonly secret: { readonly id: string; readonly secret: string };
}

describe('Logins and rights over HTTP', () => {
  let service: MemoryService;
  let api: Client;
  let school: string;
  let other: string;
  let person: string;
  beforeEach(async () => {
    service = await memoryService();
    api = service.client;
    school = await api.openUnit('thpt1', { level: 1 });
    other = await api.openUnit('thpt2', { level: 1 });
    person = await api.open({ dateOfBirth: '1985-05-01' });
    await api.fact(person, 'recruited', '2013-01-01', { unit: school });
  });
  afterEach(() => service.stop());

  const json = { 'content-type': 'application/json' };
  const stranger = (path: string, body: object) => api.send('POST', path, json, JSON.stringify(body));

  /** An account made by the administrator, with its one-time code. */
  async function account(name: string, unit: string | null = school, right = 'update'): Promise<Made> {
    const assignment =
      unit === null
        ? {}
        : { assignment: { unit, right, reach: 'unit', decision: '1/QĐ', from: '2020-01-01' } };
    const body = { account: { kind: 'person', name }, ...assignment };
    return (await api.must(201, api.post('/v1/accounts', body))).body as unknown as Made;
  }

  async function login(name: string, password = PASSWORD, more: object = {}): Promise<Answer> {
    return stranger('/v1/sessions', { name, password, ...more });
  }

  /** An account with a password, logged in: the headers of its session. */
  async function session(name: string, unit: string | null = school, right = 'update') {
    const made = await account(name, unit, right);
    await api.must(
      204,
      stranger('/v1/sessions/password', { name, code: made.code.code, password: PASSWORD }),
    );
    const { body } = await api.must(201, login(name));
    return { id: made.id, who: { authorization: `Bearer ${body.token}` } };
  }

  const onAccount = (id: string, path: string, body: object) => api.post(`/v1/accounts/${id}/${path}`, body);

  it('a first password is set with a one-time code, once; then name and password begin a session', async () => {
    const { code } = await account('lan');
    expect((await login('lan')).status).to.equal(401);
    const set = { name: 'Lan', code: code.code.toLowerCase(), password: PASSWORD };
    expect((await stranger('/v1/sessions/password', set)).status).to.equal(204);
    expect((await stranger('/v1/sessions/password', { ...set, password: OTHER })).status).to.equal(401);
    const { body } = await api.must(201, login('LAN'));
    const me = await api.get('/v1/me', { authorization: `Bearer ${body.token}` });
    expect(me.body).to.include({ name: 'lan', unit: school, right: 'update', reach: 'unit' });
  });

  it('length over composition: short, common or own-named passwords are refused, and no code is used up', async () => {
    const { code } = await account('nguyenlan');
    for (const password of [
      'ngắn quá',
      '123456789012',
      'aaaaaaaaaaaaaaaa',
      'nguyenlan nguyenlan',
      'x'.repeat(129),
    ]) {
      const answer = await stranger('/v1/sessions/password', {
        name: 'nguyenlan',
        code: code.code,
        password,
      });
      expect(answer.status, password).to.equal(422);
      expect(answer.body.errors[0]?.rule).to.match(/^password_/);
    }
    const good = { name: 'nguyenlan', code: code.code, password: PASSWORD };
    expect((await stranger('/v1/sessions/password', good)).status).to.equal(204);
  });

  it('no secret is in the log: neither password, code, token nor their hashes', async () => {
    const { who } = await session('lan');
    const events = await service.log.readAll(0n, 100_000);
    const text = JSON.stringify(
      events.filter((e) => e.stream.startsWith('account-')).map((e) => [e.data, e.meta]),
    );
    expect(text).to.not.include(who.authorization.slice(7));
    expect(text).to.not.match(/argon2|lan\b|một câu/);
  });

  it('CVE-2025-66225: a code is bound to its account, whatever name the form says', async () => {
    const lan = await account('lan');
    await account('hoa');
    const asked = { name: 'hoa', code: lan.code.code, password: PASSWORD };
    expect((await stranger('/v1/sessions/password', asked)).status).to.equal(401);
    expect((await login('hoa')).status).to.equal(401);
  });

  it('CVE-2025-66289: disabling ends sessions and streams at once, and so does a new password', async () => {
    const { id, who } = await session('lan');
    const stream = await ServerEvents.open(`${service.url}/v1/feed/stream`, who);
    expect((await api.get(`/v1/persons/${person}`, who)).status).to.equal(200);
    await api.must(200, onAccount(id, 'disabling', { reason: 'nghỉ việc' }));
    expect((await api.get(`/v1/persons/${person}`, who)).status).to.equal(401);
    expect((await login('lan')).status).to.equal(401);
    await stream.ended;
    await api.must(200, onAccount(id, 'enabling', { reason: 'đi làm lại' }));
    expect((await api.get('/v1/me', who)).status).to.equal(401);
    const again = await api.must(201, login('lan'));
    const newer = { authorization: `Bearer ${again.body.token}` };
    const issued = await api.must(200, onAccount(id, 'codes', { purpose: 'reset' }));
    const code = (issued.body as unknown as Made).code.code;
    await api.must(204, stranger('/v1/sessions/password', { name: 'lan', code, password: OTHER }));
    expect((await api.get('/v1/me', newer)).status).to.equal(401);
    expect((await login('lan', PASSWORD)).status).to.equal(401);
    expect((await login('lan', OTHER)).status).to.equal(201);
  });

  it('CVE-2026-24036, CVE-2026-27471: a route that declares no policy keeps the service from starting', async () => {
    const { requirePolicies } = await import('../../src/api/policy.js');
    const { Controller, Get } = await import('@nestjs/common');
    class Forgotten {
      look(): void {
        return;
      }
    }
    const descriptor = Object.getOwnPropertyDescriptor(Forgotten.prototype, 'look') as PropertyDescriptor;
    Get('look')(Forgotten.prototype, 'look', descriptor);
    Controller('x')(Forgotten);
    expect(() => {
      requirePolicies([Forgotten]);
    }).to.throw('declares no policy');
  });

  it('CVE-2026-24039, CVE-2026-44448: nobody gives rights to themselves, or beyond what they administer', async () => {
    const { id, who } = await session('lan', school, 'administer');
    const assignment = { unit: other, right: 'update', reach: 'unit', decision: '2/QĐ', from: '2020-01-01' };
    const own = await api.post(`/v1/accounts/${id}/assignments`, { ...assignment, unit: school }, who);
    expect([own.status, own.body.errors[0]?.rule]).to.deep.equal([422, 'account_own']);
    const body = { account: { kind: 'person', name: 'sub' }, assignment };
    const beyond = await api.post('/v1/accounts', body, who);
    expect([beyond.status, beyond.body.errors[0]?.rule]).to.deep.equal([422, 'account_beyond_right']);
    const inside = { ...body, assignment: { ...assignment, unit: school } };
    const bare = await api.post('/v1/accounts', inside, who);
    expect([bare.status, bare.body.errors[0]?.rule]).to.deep.equal([422, 'agreement_missing']);
    const agreed = { ...inside, assignment: { ...inside.assignment, agreement: '9/SNV' } };
    expect((await api.post('/v1/accounts', agreed, who)).status).to.equal(201);
    const city = { ...agreed, assignment: { ...agreed.assignment, reach: 'city' } };
    expect(
      (await api.post('/v1/accounts', { ...city, account: { kind: 'person', name: 'sub2' } }, who)).status,
    ).to.equal(422);
  });

  it('guessing is slowed down by account and by address, and unknown names are answered alike', async () => {
    await session('lan');
    const known: number[] = [];
    const unknown: number[] = [];
    for (let i = 0; i < 7; i++) {
      known.push((await login('lan', OTHER)).status);
      unknown.push((await login('nobody', OTHER)).status);
    }
    expect(known).to.deep.equal(unknown);
    expect(known.slice(0, 5)).to.deep.equal([401, 401, 401, 401, 401]);
    expect(known).to.include(429);
    const wrong = await login('lan', OTHER);
    expect(wrong.headers['retry-after']).to.match(/^\d+$/);
    // Even the right password waits: the pause is no oracle.
    expect((await login('lan')).status).to.equal(429);
  });

  it('a second factor: required by an administrator, set by the person, each code good once', async () => {
    const { id, who } = await session('lan');
    await api.must(200, onAccount(id, 'second-factor', {}));
    expect((await api.get('/v1/me', who)).status).to.equal(401);
    const early = { authorization: `Bearer ${(await api.must(201, login('lan'))).body.token}` };
    expect((await api.get(`/v1/persons/${person}`, early)).body.type).to.equal(
      'urn:hoso:problem:second-factor',
    );
    const { body } = await api.must(200, api.send('POST', '/v1/sessions/second-factor', early));
    const { secret } = body as unknown as { secret: string };
    const totp = new TOTP({ secret, digits: 6, period: 30 });
    const wrong = { secret, otp: totp.generate() === '000000' ? '000001' : '000000' };
    const confirm = (given: object) =>
      api.send(
        'POST',
        '/v1/sessions/second-factor/confirmation',
        { ...early, ...json },
        JSON.stringify(given),
      );
    expect((await confirm(wrong)).status).to.equal(401);
    expect((await confirm({ secret, otp: totp.generate() })).status).to.equal(204);
    expect((await login('lan')).body.type).to.equal('urn:hoso:problem:second-factor');
    const otp = totp.generate();
    expect((await login('lan', PASSWORD, { otp })).status).to.equal(201);
    expect((await login('lan', PASSWORD, { otp })).status, 'the same code again').to.equal(401);
  });

  it('a waiver of the second factor that a crash cut in two is completed by the same command again', async () => {
    const { id, who } = await session('lan');
    const { body } = await api.must(200, api.send('POST', '/v1/sessions/second-factor', who));
    const { secret } = body as unknown as { secret: string };
    const otp = new TOTP({ secret, digits: 6, period: 30 }).generate();
    const confirmed = JSON.stringify({ secret, otp });
    await api.send('POST', '/v1/sessions/second-factor/confirmation', { ...who, ...json }, confirmed);
    expect((await login('lan')).status).to.equal(401);
    const { logins } = service.access;
    const drop = logins.dropSecondFactor.bind(logins);
    logins.dropSecondFactor = () => Promise.reject(new AccessUnavailable('away'));
    const waive = () =>
      api.post(`/v1/accounts/${id}/second-factor-waiver`, { reason: 'mất máy' }, { 'idempotency-key': 'w1' });
    expect((await waive()).status).to.equal(503);
    logins.dropSecondFactor = drop;
    expect((await waive()).status).to.equal(200);
    expect((await login('lan')).status).to.equal(201);
  });

  it('a lost password: asked for with the same answer for everybody, then a code from an administrator', async () => {
    const { id } = await session('lan');
    const known = await stranger('/v1/sessions/lost', { name: 'lan' });
    const unknown = await stranger('/v1/sessions/lost', { name: 'nobody' });
    expect([known.status, known.text]).to.deep.equal([unknown.status, unknown.text]);
    const asked = await api.get(`/v1/accounts/${id}`);
    expect(asked.body).to.include({ resetRequested: true });
  });

  it('a machine: short-lived tokens, its scopes only; a retired secret takes its tokens with it', async () => {
    const made = await api.must(
      201,
      api.post('/v1/accounts', {
        account: { kind: 'machine', name: 'hrm', scopes: ['records:read'] },
        assignment: { unit: school, right: 'update', reach: 'unit', decision: '2/QĐ', from: '2020-01-01' },
      }),
    );
    const { secret } = (await api.must(200, onAccount(made.body.id, 'secrets', {}))).body as unknown as Made;
    const ask = (given: string) =>
      stranger('/v1/token', {
        grant_type: 'client_credentials',
        client_id: made.body.id,
        client_secret: given,
      });
    expect((await ask('x'.repeat(43))).status).to.equal(401);
    const { body } = await api.must(200, ask(secret.secret));
    const { access_token: token, expires_in: seconds } = body as unknown as {
      access_token: string;
      expires_in: number;
    };
    expect(seconds).to.be.within(590, 600);
    const who = { authorization: `Bearer ${token}` };
    expect((await api.get(`/v1/persons/${person}`, who)).status).to.equal(200);
    expect((await api.get(`/v1/persons/${person}/history`, who)).status).to.equal(403);
    const [head, , signature] = token.split('.');
    const forged = Buffer.from(JSON.stringify({ sub: made.body.id, aud: 'hoso', iss: 'hoso' })).toString(
      'base64url',
    );
    expect(
      (await api.get('/v1/me', { authorization: `Bearer ${head}.${forged}.${signature}` })).status,
    ).to.equal(401);
    await api.must(200, onAccount(made.body.id, 'secret-retirements', { secret: secret.id }));
    expect((await api.get(`/v1/persons/${person}`, who)).status).to.equal(401);
  });

  it('a consent shows its groups, says what it withholds, and calls nothing erased', async () => {
    const { id, who } = await session('reader', null);
    const days = { from: '2020-01-01', until: '2099-12-31' };
    const consent = { document: '7/CV', person, groups: ['history'], ...days };
    expect((await api.get(`/v1/persons/${person}`, who)).status).to.equal(403);
    await api.must(200, onAccount(id, 'consents', consent));
    const { body, text } = await api.must(200, api.get(`/v1/persons/${person}`, who));
    expect(text).to.not.match(/Nguyễn|Mẫu|1985/);
    expect(body).to.deep.include({
      withheld: ['identity', 'family', 'political', 'health', 'discipline', 'pay_tax'],
      erased: [],
      openFindings: null,
    });
    const history = await api.must(200, api.get(`/v1/persons/${person}/history`, who));
    expect(history.text).to.not.match(/Nguyễn|Mẫu|1985|destroyed/);
    const whole = await api.must(200, api.get(`/v1/persons/${person}`));
    expect(whole.body).to.not.have.property('withheld');
    const withdrawn = (await api.get(`/v1/accounts/${id}`)).body as unknown as { consents: { id: string }[] };
    await api.must(200, onAccount(id, 'consent-withdrawals', { consent: withdrawn.consents[0]?.id ?? '' }));
    expect((await api.get(`/v1/persons/${person}`, who)).status).to.equal(403);
  });

  it('a transfer takes the right along; the former agency keeps its own days; no E and no K brings it back', async () => {
    const before = await service.log.head();
    const { who } = await session('lan');
    await api.fact(person, 'transferred', '2020-01-01', { toUnit: other });
    for (const query of ['', '?asOf=2021-01-01', `?knownAt=${before.sequence}`, '?asOf=2012-01-01'])
      expect((await api.get(`/v1/persons/${person}${query}`, who)).status, query).to.equal(403);
    expect((await api.get(`/v1/persons/${person}/history?asOf=2015-01-01`, who)).status).to.equal(403);
    expect((await api.get(`/v1/persons/${person}?asOf=2015-01-01`, who)).status).to.equal(200);
    const explained = await api.must(200, api.get(`/v1/persons/${person}/access/explain`, who));
    const { intents } = explained.body as unknown as {
      intents: { intent: string; allowed: boolean; ground?: string; days?: object[] }[];
    };
    expect(intents.find((i) => i.intent === 'read')).to.deep.include({
      allowed: true,
      ground: 'former',
      days: [{ from: '2013-01-01', to: '2020-01-01' }],
    });
    expect(intents.find((i) => i.intent === 'command')).to.include({ allowed: false });
  });

  it('the feed tells a person in scope, and one who left it only that', async () => {
    const { who } = await session('lan');
    const stay = await api.open({ givenName: 'Ở Lại' });
    await api.fact(stay, 'recruited', '2013-01-01', { unit: school });
    await api.fact(person, 'transferred', '2020-01-01', { toUnit: other });
    const elsewhere = await api.open();
    await api.fact(elsewhere, 'recruited', '2013-01-01', { unit: other });
    const { body } = await api.must(
      200,
      api.get(`/v1/feed?limit=1000&after=${(await api.get('/v1/feed?limit=1000')).body.next}`, who),
    );
    const persons = body.changes.filter((c) => c.kind === 'person');
    expect(new Set(persons.map((c) => `${c.id} ${c.scope}`))).to.deep.equal(
      new Set([`${stay} in`, `${person} out`]),
    );
    for (const change of persons.filter((c) => c.scope === 'out'))
      expect(change).to.have.keys('cursor', 'scope', 'kind', 'id');
  });

  it('each read leaves exactly one line, also a refused one; the person’s file tells who read it', async () => {
    const { id, who } = await session('lan');
    const stranger = await session('hoa', other);
    await service.access.reads.flush();
    const before = service.reads.lines.length;
    await api.get(`/v1/persons/${person}?asOf=2015-01-01`, who);
    await api.get(`/v1/persons/${person}`, stranger.who);
    await api.get(`/v1/persons/${person}/events`, who);
    await api.get('/v1/feed', who);
    await service.access.reads.flush();
    const lines = service.reads.lines.slice(before);
    expect(lines.map(({ route, status, ground }) => [route, status, ground])).to.have.deep.members([
      ['GET /v1/persons/:id', 200, 'keeper'],
      ['GET /v1/persons/:id', 403, null],
      ['GET /v1/persons/:id/events', 200, 'keeper'],
      ['GET /v1/feed', 200, null],
    ]);
    expect(lines.find((l) => l.status === 200 && l.asOf === '2015-01-01')).to.deep.include({
      account: id,
      unit: school,
      person,
    });
    const { body } = await api.must(200, api.get(`/v1/persons/${person}/reads`));
    const { reads } = body as unknown as { reads: { account: string; status: number }[] };
    expect(reads.filter((r) => r.account === stranger.id).map((r) => r.status)).to.deep.equal([403]);
  });

  it('direct access on the command line names its purpose, which the person and the inspector are told', async () => {
    const { who } = await session('lan', null);
    await service.access.accounts.record(
      service.access.accounts.idOf('lan'),
      [{ type: 'person_linked', data: { person } }],
      'linked',
      { actor: { account: ACCOUNT, unit: OFFICE, client: 'test' } },
    );
    const operator = {
      caller: callerOf((await service.access.accounts.find(ACCOUNT))!, OFFICE, '2026-01-01'),
    };
    const read = { command: 'hoso history', person, asOf: '2015-01-01' };
    const direct = (purpose: string) =>
      auditDirect({ ...operator, name: 'test' }, service.access, { purpose }, read);
    for (const none of ['', ' ', 'x'.repeat(201)])
      expect(await direct(none).catch((e: unknown) => e)).to.be.instanceOf(NotForOperator);
    await direct('kiểm tra theo đơn');
    for (const reader of [who, WHO]) {
      const { body } = await api.must(200, api.get(`/v1/persons/${person}/reads`, reader));
      const { reads } = body as unknown as {
        reads: { route: string; account: string; purpose: string | null }[];
      };
      expect(reads.filter((r) => r.purpose !== null)).to.have.lengthOf(1);
      expect(reads.find((r) => r.route === 'hoso history')).to.deep.include({
        account: ACCOUNT,
        ground: 'operator',
        purpose: 'kiểm tra theo đơn',
        asOf: '2015-01-01',
      });
    }
  });

  it('who read a duplicate before it was merged has read this file', async () => {
    const duplicate = await api.open();
    await api.fact(duplicate, 'paid_by_amount', '2014-01-01', { amount: '7000000', per: 'month' });
    const { who, id } = await session('lan', null);
    expect((await api.get(`/v1/persons/${duplicate}`, who)).status).to.equal(403);
    await api.must(200, api.act(duplicate, 'merge', { into: person, reason: 'trùng' }));
    for (const asked of [person, duplicate]) {
      const { body } = await api.must(200, api.get(`/v1/persons/${asked}/reads`));
      const { reads } = body as unknown as { reads: { account: string; person: string }[] };
      expect(
        reads.filter((r) => r.account === id).map((r) => r.person),
        asked,
      ).to.deep.equal([duplicate]);
    }
  });

  it('without the store of the audit, lists, raw events and forms are refused, and ordinary reads are not lost', async () => {
    const written = service.reads.lines.length;
    service.reads.failure = new AccessUnavailable('away');
    const feed = await api.get('/v1/feed');
    const raw = await api.get(`/v1/persons/${person}/events`);
    const form = await api.get(`/v1/persons/${person}/forms/2c`);
    expect([feed.status, raw.status, form.status]).to.deep.equal([503, 503, 503]);
    expect(feed.text + raw.text + form.text).to.not.match(/Nguyễn|Mẫu|recruited/);
    expect((await api.get(`/v1/persons/${person}`)).status).to.equal(200);
    service.reads.failure = null;
    await service.access.reads.flush();
    expect(service.reads.lines.length).to.be.greaterThan(written);
  });

  it('takes a token in the header only, and no identity that a header claims', async () => {
    const claimed = {
      authorization: '',
      'hoso-account': '11111111-1111-4111-8111-111111111111',
      'hoso-unit': school,
    };
    expect((await api.get(`/v1/persons/${person}`, claimed)).status).to.equal(401);
    const token = WHO.authorization.slice(7);
    expect((await api.send('GET', `/v1/persons/${person}?token=${token}`)).status).to.equal(401);
  });
});
