/**
 * What went wrong in other personnel systems, each by the number of its CVE record, and does not here.
 *
 * Elsewhere under the same numbers:
 *   CVE-2025-66225, -66289 (persons), CVE-2026-24036, -27471 (no policy: no start), -24039, -44448  access.unit.ts
 *   CVE-2026-24039 (self-approval)                    proposals.unit.ts, pastChanges.unit.ts, destruction.unit.ts
 *   CVE-2026-44448 (command × role × unit)            matrix.int.ts, with every other route
 *   CVE-2026-44446, -44447 (SQL injection)            matrix.int.ts, over PostgreSQL
 * What applies in part, or not:
 *   CVE-2026-44441, CVE-2026-31878: there are no webhooks, and nothing that the service fetches; a text that is a URL
 *     stays a text, which is tested here. Webhook targets need the tests of that row when there are any.
 *   CVE-2026-35273 and the breach of OPM (2015): whether egress is closed and a second factor is required is for whoever
 *     operates the service; tested here is that the product needs no egress, has no further port, and reads nothing to
 *     whom a required second factor is missing. There is no alarm on unusual reading: each read leaves a line, and an
 *     address is slowed down (hardening.unit.ts); nobody is told unasked. That is not met.
 *   Formula injection in CSV and XLSX: no spreadsheet is written; what goes out is JSON, plain text and BagIt.
 */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { expect } from 'chai';
import { ACTIONS } from '../../src/record/registry.js';
import { fieldsOf, type FieldInfo } from '../../src/record/fields.js';
import { exampleOf } from '../../src/api/examples.js';
import { memoryService, WHO, type Client, type MemoryService } from '../support/api.js';
import { ServerEvents } from '../support/serverEvents.js';
import { accountOf, MatrixWorld, NAME, PAPER, PASSWORD, type Headers } from './matrixWorld.js';

const SOURCES = new URL('../../../src/', import.meta.url);

describe('What went wrong elsewhere, by its CVE record', () => {
  let service: MemoryService;
  let api: Client;
  let world: MatrixWorld<MemoryService>;
  before(async () => {
    service = await memoryService();
    api = service.client;
    world = await MatrixWorld.open(service);
    await world.signInAll();
  });
  after(() => service.stop());

  const as = (caller: string): Headers => world.callers.get(caller) ?? {};
  const on = (account: string, path: string, body: object) =>
    api.post(`/v1/accounts/${account}/${path}`, body);

  it('CVE-2025-66289: disabling a machine ends its tokens, streams and downloads at once', async () => {
    const account = {
      kind: 'machine',
      name: 'tải về',
      scopes: ['records:read', 'history:inspect', 'feed:read'],
    };
    const id = await accountOf(api, world.places.school, account);
    const { secret } = (await api.must(200, on(id, 'secrets', {}))).body as unknown as {
      secret: { secret: string };
    };
    const who = await world.tokenOf({ id, secret: secret.secret });
    const { person, attachment } = world.subjects;
    const download = `/v1/persons/${person}/attachments/${attachment}`;
    expect((await api.send('GET', download, who)).status).to.equal(200);
    const stream = await ServerEvents.open(`${service.url}/v1/feed/stream`, who);
    await api.must(200, on(id, 'disabling', { reason: 'thu hồi' }));
    await stream.ended;
    for (const path of [download, `/v1/persons/${person}`, '/v1/feed', '/v1/me'])
      expect((await api.send('GET', path, who)).status, path).to.equal(401);
  });

  it('CVE-2025-66291: a scan is given to who may see its record, by a name that cannot be guessed and under it alone', async () => {
    const { person, attachment } = world.subjects;
    const scan = (of: string, name: string, caller: string) =>
      api.send('GET', `/v1/persons/${of}/attachments/${name}`, as(caller));
    expect(attachment).to.match(/^[0-9a-f]{64}$/);
    expect((await scan(person, attachment, 'o')).text).to.include(NAME);
    for (const caller of 'asce') {
      const answer = await scan(person, attachment, caller);
      expect(answer.status, caller).to.equal(caller === 'a' ? 401 : 403);
      expect(answer.text).to.not.include(NAME);
    }
    // Of another record of the same school, by who may see both: it is not that record's.
    const { id: other } = await world.hire();
    expect((await scan(other, attachment, 'o')).status).to.equal(404);
  });

  it('CVE-2025-66224: no shell is started, and a name or address with control characters is refused', async () => {
    const starting = sources().filter(({ text }) => text.includes('child_process'));
    // Only what starts the PostgreSQL that comes along, from arguments in an array.
    expect(starting.map(({ name }) => name.split('/')[0])).to.satisfy((all: string[]) =>
      all.every((folder) => folder === 'postgres'),
    );
    for (const { name, text } of starting)
      expect(text, name).to.not.match(/\bshell:|(?<![.\w])exec\(|\bexecSync\(/);
    for (const name of ['a\nBcc: b@c.d', 'a\u0000b', 'a\u001bb', '\u202ea']) {
      const { status } = await api.post('/v1/accounts', { account: { kind: 'person', name } });
      expect(status, JSON.stringify(name)).to.be.oneOf([400, 422]);
    }
  });

  it('CVE-2025-48869: no path leads to the stored scans but the record’s own, which gives them as downloads', async () => {
    const { person, attachment } = world.subjects;
    for (const path of [
      `/attachments/${attachment}`,
      `/v1/attachments/${attachment}`,
      `/docs/attachments/${attachment}`,
      `/docs/%2e%2e/attachments/${attachment}`,
      `/docs/..%2fattachments%2f${attachment}`,
      `/uploads/${attachment}`,
      `/static/${attachment}`,
      `/v1/persons/${person}/attachments/..%2f${attachment}`,
      `/v1/persons/${person}/attachments/%2e%2e/${attachment}`,
    ]) {
      const { status, text } = await api.send('GET', path, WHO);
      expect(status, path).to.be.oneOf([400, 404]);
      expect(text).to.not.include('%PDF');
    }
    const { headers } = await api.send('GET', `/v1/persons/${person}/attachments/${attachment}`, WHO);
    expect(headers['content-disposition']).to.match(/^attachment; filename="\w+\.pdf"$/);
    expect(headers).to.include({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
  });

  it('CVE-2025-48868: nothing that is sent is run: no source evaluates text, and a filter is one of its words', async () => {
    for (const { name, text } of sources())
      expect(text, name).to.not.match(/\beval\(|\bnew Function\(|from '(node:)?vm'/);
    for (const code of ["__import__('os').system('id')", 'process.exit()', '${7*7}', '{{7*7}}', '1;1'])
      for (const path of [
        '/v1/persons?status=',
        '/v1/persons?limit=',
        '/v1/proposals?status=',
        '/v1/feed?limit=',
      ]) {
        const { status, body } = await api.get(path + encodeURIComponent(code));
        expect(status, path + code).to.equal(422);
        expect(body.errors).to.have.length(1);
      }
  });

  describe('every text of every personnel action, with a script in it', () => {
    let canary: Server;
    let connections = 0;
    const fields = new Map(
      ACTIONS.map((action) => [action, fieldsOf(action.fields).filter(isText)] as const),
    );
    const hostile = () => {
      const { port } = canary.address() as { port: number };
      const url = `http://127.0.0.1:${port}/`;
      return `<script src="${url}a.js">alert(1)</script><svg onload=fetch('${url}b')>${url}`;
    };
    before(async () => {
      canary = createServer((socket) => {
        connections += 1;
        socket.destroy();
      });
      await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
    });
    after(() => canary.close());

    it('CVE-2025-48867, CVE-2025-59832: is told by the history as the text it is, in what no browser runs', async function () {
      this.timeout(20_000);
      let told = 0;
      for (const [action, texts] of fields) {
        if (texts.length === 0 || action.type === 'record_opened') continue;
        const { id, revision } = await world.hire();
        const body = exampleOf(action) as { data: object };
        const short = texts.map((f) => [f.name, hostile().slice(0, Number(f.schema['maxLength']))] as const);
        const data = { ...named(body.data, world.places.school), ...Object.fromEntries(short) };
        const sent = { ...body, document: PAPER, data };
        const path = `/v1/persons/${id}/actions/${action.type}`;
        await api.must(200, api.post(path, sent, { 'if-match': `"${revision}"` }));
        const { headers, body: history } = await api.must(200, api.get(`/v1/persons/${id}/history`));
        expect(headers).to.include({ 'x-content-type-options': 'nosniff' });
        expect(headers['content-type']).to.match(/^application\/json/);
        expect(headers['content-security-policy']).to.equal("default-src 'none'; frame-ancestors 'none'");
        const line = history.facts.find((f) => f.action === action.type);
        for (const [name, text] of short) {
          expect(line?.data[name], `${action.type}.${name}`).to.equal(text);
          told += 1;
        }
      }
      expect(told).to.be.greaterThan(50);
      console.log(`        ${told} fields of text`);
    });

    it('CVE-2025-48867: a mark that reorders text on a screen is refused in each of them', async () => {
      for (const [action, texts] of fields) {
        if (texts.length === 0) continue;
        const data = Object.fromEntries(texts.map((f) => [f.name, 'a\u202eb']));
        const { status, body } = await api.post(
          `/v1/persons/${world.subjects.person}/actions/${action.type}`,
          { effective: '2014-01-01', document: PAPER, data },
          { 'if-match': '"0"' },
        );
        if (status === 404) continue; // the opening has a route of its own
        expect(status, action.type).to.equal(422);
        const refused = body.errors.filter((e) => e.rule === 'text').map((e) => e.pointer);
        expect(refused).to.include.members(texts.map((f) => `/data/${f.name}`));
      }
    });

    it('CVE-2026-44441, CVE-2026-31878: no URL in them is ever fetched, and no source has the means', () => {
      expect(connections).to.equal(0);
      for (const { name, text } of sources()) {
        if (name.startsWith('event-log/eventstoredb/')) continue; // speaks to the node that the operator names
        expect(text, name).to.not.match(
          /(?<!async )(?<![.\w])fetch\(|from '(undici|axios|node:https)'|\bhttps?\.(get|request)\(/,
        );
      }
    });
  });

  it('CVE-2026-24036: every route that the server has is closed to who is not logged in, but for these', async () => {
    const open = [
      'GET /livez',
      'GET /metrics',
      'GET /openapi.json',
      'GET /openapi.yaml',
      'GET /readyz',
      'POST /v1/sessions',
      'POST /v1/sessions/lost',
      'POST /v1/sessions/password',
      'POST /v1/token',
    ];
    const answered: string[] = [];
    const routes = service.routes.list().filter((route) => !/^(HEAD|OPTIONS)|\/docs/.test(route));
    for (const route of routes) {
      const [method = '', path = ''] = route.split(' ');
      const about = path
        .replace(':id', world.subjects.person)
        .replace(':attachment', world.subjects.attachment);
      const headers =
        method === 'POST' ? { 'content-type': 'application/json', 'idempotency-key': randomUUID() } : {};
      const { status, text } = await api.send(method, about, headers, method === 'POST' ? '{}' : undefined);
      if (status !== 401) answered.push(route);
      else expect(text, route).to.not.include(NAME);
    }
    expect(routes.length).to.be.greaterThan(180);
    expect(answered).to.deep.equal(open);
  });

  it('CVE-2026-35273: the one listener has the API, its page, probes and metrics, and no way to administer the machine', async () => {
    const paths = new Set(service.routes.list().map((route) => (route.split(' ')[1] ?? '').split('/')[1]));
    expect([...paths].sort()).to.include.members(['livez', 'metrics', 'openapi.json', 'readyz', 'v1']);
    for (const path of paths)
      expect(path).to.match(/^(docs.*|livez|metrics|openapi\.(json|yaml)|readyz|v1)$/);
    for (const path of [
      'admin',
      'actuator',
      'debug',
      'console',
      'phpinfo.php',
      '.env',
      '.git/config',
      'server-status',
    ])
      expect((await api.send('GET', `/${path}`, WHO)).status, path).to.equal(404);
    const listening = sources()
      .filter(({ text }) => /\.listen\(/.test(text))
      .map(({ name }) => name);
    // The HTTP service; a probe for a free port of the PostgreSQL that comes along.
    expect(
      listening.every((name) => /^(cli\/serve|main|service|postgres\/ports)\.ts$/.test(name)),
      String(listening),
    ).to.equal(true);
  });

  it('OPM 2015: whom a second factor is required of reads nothing before it is set; each record has keys of its own', async () => {
    const { school } = world.places;
    const name = 'người có quyền';
    const id = await accountOf(api, school, { kind: 'person', name });
    await api.must(200, on(id, 'second-factor', {}));
    const { code } = await service.access.logins.issueCode(id);
    await api.must(204, api.post('/v1/sessions/password', { name, code, password: PASSWORD }));
    const { token } = (await api.must(201, api.post('/v1/sessions', { name, password: PASSWORD }))).body;
    const half = { authorization: `Bearer ${token}` };
    for (const path of [
      'persons',
      'feed',
      `units/${school}/members`,
      `persons/${world.subjects.person}/events`,
    ]) {
      const { status, body } = await api.send('GET', `/v1/${path}`, half);
      expect([status, body.type], path).to.deep.equal([401, 'urn:hoso:problem:second-factor']);
    }
    const [one, two] = [await world.hire(), await world.hire()];
    const keysOf = async (person: string) =>
      (await service.log.readStream(`person-${person}`)).flatMap(({ data }) =>
        Object.values((JSON.parse(data) as { sealed: Record<string, string> }).sealed).map(
          (text) => text.split('.')[1],
        ),
      );
    const theirs = new Set(await keysOf(two.id));
    expect((await keysOf(one.id)).filter((key) => theirs.has(key))).to.deep.equal([]);
  });

  it('mass assignment: no command takes what the service itself says of an event, an account or a unit', async () => {
    const { person } = world.subjects;
    const said = { effective: '2014-01-01', document: PAPER, data: { remark: 'tốt' } };
    for (const more of [
      { recordedAt: '2001-01-01' },
      { actor: randomUUID() },
      { id: randomUUID() },
      { sequence: 1 },
      { findings: [] },
    ]) {
      const { status, body } = await api.act(person, 'actions/remarked', { ...said, ...more });
      expect(status, JSON.stringify(more)).to.equal(422);
      expect(body.errors.map((e) => e.pointer)).to.deep.equal([`/${Object.keys(more)[0]}`]);
    }
    const account = { kind: 'person', name: 'mới' };
    for (const more of [{ disabled: false }, { right: 'administer' }, { secondFactor: {} }])
      expect((await api.post('/v1/accounts', { account: { ...account, ...more } })).status).to.equal(422);
  });

  it('prototype pollution: a key that JavaScript reserves is refused in any body, and changes nothing', async () => {
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      const body = `{"account":{"kind":"person","name":"x","${key}":{"isAdministrator":true}}}`;
      expect((await api.post('/v1/accounts', body)).status, key).to.equal(400);
    }
    expect(({} as { isAdministrator?: boolean }).isAdministrator).to.equal(undefined);
  });
});

/** Free text: no code, date, number or choice. */
function isText({ schema, list }: FieldInfo): boolean {
  const { type, pattern, format } = schema;
  return (
    type === 'string' &&
    list === undefined &&
    pattern === undefined &&
    format === undefined &&
    schema['enum'] === undefined
  );
}

function named(data: object, unit: string): object {
  return JSON.parse(JSON.stringify(data).replaceAll('22222222-2222-4222-8222-222222222222', unit)) as object;
}

/** The sources of the product, by their names below src/. */
function sources(): { readonly name: string; readonly text: string }[] {
  return readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({
      name: name.replaceAll('\\', '/'),
      text: readFileSync(new URL(name, SOURCES), 'utf8'),
    }));
}
