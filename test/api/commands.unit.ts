import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import { LogUnavailable, type AppendOutcome, type AppendRequest } from '../../src/event-log/port.js';
import { memoryService, OFFICE, WHO, type Answer, type MemoryService } from '../support/api.js';

const NEW = { 'if-none-match': '*' };
const OPENING = {
  effective: '2012-10-03',
  data: { familyName: 'Nguyễn Thị', givenName: 'Mẫu', sex: 'female' },
};
const PAPER = { number: '15/QĐ-SNV', signedDate: '2012-12-20' };

/** A problem of this type that names this rule; answers the fault. */
function problem(answer: Answer, status: number, kind: string, rule?: string) {
  expect(answer.status, answer.text).to.equal(status);
  expect(answer.headers['content-type']).to.match(/^application\/problem\+json/);
  expect(answer.body).to.deep.include({ type: `urn:hoso:problem:${kind}`, status });
  expect(answer.text).to.not.match(/node_modules|\.[jt]s:\d/);
  const { errors } = answer.body;
  const fault = errors.find((e) => e.rule === rule);
  if (rule !== undefined) {
    expect(fault, answer.text).to.not.equal(undefined);
    expect(fault?.vi).to.not.equal(fault?.en);
  }
  return fault as unknown as Record<string, unknown>;
}

describe('Commands over HTTP', () => {
  let service: MemoryService;
  let api: MemoryService['client'];
  before(async () => {
    service = await memoryService();
    api = service.client;
  });
  after(() => service.stop());

  const head = async () => (await service.log.head()).sequence;

  it('opens a record: 201, ETag, Location, receipts, token, and nothing personal in the address', async () => {
    const answer = await api.post('/v1/persons', OPENING, NEW);
    expect(answer.status).to.equal(201);
    const { id } = answer.body as { id: string };
    expect(answer.headers).to.include({
      etag: '"0"',
      location: `/v1/persons/${id}`,
      'cache-control': 'no-store',
    });
    expect(answer.body).to.deep.include({ revision: 0, sequence: await head(), findings: [] });
    expect(answer.body.events).to.have.length(1);
    expect(answer.body.token).to.be.a('string');
    expect((await api.get(answer.headers['location'] as string)).body.identity).to.include({
      familyName: 'Nguyễn Thị',
    });
  });

  it('records an irregular fact with its findings, in both languages, with rule and source', async () => {
    const id = await api.open();
    const { body } = await api.fact(id, 'recruited', '2013-01-01');
    expect(body.findings).to.have.length(1);
    expect(body.findings[0]).to.include({
      rule: 'hire_without_unit',
      kind: 'irregular',
      fact: body.events[0]!.id,
    });
    expect(body.findings[0]).to.include.keys('vi', 'en', 'source', 'params', 'others');
  });

  it('carries out several facts of one decision together, or none of them', async () => {
    const id = await api.open();
    const unit = await api.openUnit('Q1');
    const changes = (step: number) => [
      { kind: 'record', action: 'recruited', effective: '2013-01-01', data: { unit } },
      {
        kind: 'record',
        action: 'appointed_to_grade',
        effective: '2013-01-01',
        data: { grade: '01.003', step },
      },
    ];
    const refused = await api.act(id, 'decisions', { document: PAPER, changes: changes(10) });
    expect(problem(refused, 422, 'refused', 'step_invalid')).to.include({ pointer: '/changes/1/data/step' });
    expect((await api.get(`/v1/persons/${id}`)).body.revision).to.equal(0);
    const done = await api.must(200, api.act(id, 'decisions', { document: PAPER, changes: changes(2) }));
    expect(done.body.events.map((e) => e.type)).to.deep.equal(['recruited', 'appointed_to_grade']);
    const recruited = done.body.events[0]!.id;
    const second = await api.must(
      200,
      api.act(id, 'decisions', {
        document: { ...PAPER, number: '16/QĐ' },
        changes: [
          {
            kind: 'correct',
            target: recruited,
            content: { effective: '2013-02-01', document: PAPER, data: { unit } },
            reason: 'sai ngày',
          },
          {
            kind: 'record',
            action: 'appointed_to_position',
            effective: '2013-02-01',
            data: { position: 'chanh_vp_ubnd_tp' },
          },
          { kind: 'rescind', target: done.body.events[1]!.id, reason: 'nhầm' },
        ],
      }),
    );
    expect(second.body.revision).to.equal(5);
    const { facts } = (await api.get(`/v1/persons/${id}/history`)).body;
    expect(facts.map((f) => [f.action, f.effective])).to.deep.equal([
      ['record_opened', '2012-10-03'],
      ['recruited', '2013-02-01'],
      ['appointed_to_position', '2013-02-01'],
    ]);
    expect(facts[2]!.document.number).to.equal('16/QĐ');
  });

  it('shows with dryRun what would change, on every kind of command, and writes nothing', async () => {
    const id = await api.open();
    const duplicate = await api.open();
    const { body: hired } = await api.fact(id, 'recruited', '2013-01-01');
    const unit = await api.openUnit('Q2');
    const before = await head();
    const fact = hired.events[0]!.id;
    const { rule, field } = hired.findings[0]!;
    const commands: [string, object][] = [
      ['actions/died?dryRun=true', { effective: '2014-01-01', document: PAPER, data: {} }],
      [
        'decisions?dryRun=true',
        { document: PAPER, changes: [{ kind: 'rescind', target: fact, reason: 'x' }] },
      ],
      [
        'corrections?dryRun=true',
        { target: fact, content: { effective: '2013-03-01', document: PAPER, data: {} }, reason: 'x' },
      ],
      ['rescissions?dryRun=true', { target: fact, reason: 'x' }],
      ['withdrawal?dryRun=true', { reason: 'x' }],
      ['findings/settlements?dryRun=true', { rule, field, fact, others: [], reason: 'x' }],
    ];
    for (const [path, body] of commands) {
      const answer = await api.must(200, api.act(id, path, body));
      expect(answer.body, path).to.deep.include({ dryRun: true });
      expect(answer.body.events, path).to.have.length(1);
    }
    const died = await api.act(id, commands[0]![0], commands[0]![1]);
    expect(died.body.changes.endedIntervals).to.have.length.above(0);
    await api.must(200, api.act(duplicate, 'merge?dryRun=true', { into: id, reason: 'trùng' }));
    await api.must(200, api.post('/v1/persons?dryRun=true', OPENING, NEW));
    const etag = String((await api.get(`/v1/units/${unit}`)).headers['etag']);
    await api.must(
      200,
      api.post(`/v1/units/${unit}/close?dryRun=true`, { effective: '2015-01-01' }, { 'if-match': etag }),
    );
    const list = String((await api.get('/v1/catalogues/sex')).headers['etag']);
    const entry = { code: 'x', name: 'X', source: 'thử', confirmed: false };
    await api.must(200, api.post('/v1/catalogues/sex/entries?dryRun=true', entry, { 'if-match': list }));
    expect(await head()).to.equal(before);
    problem(await api.post('/v1/persons?dryrun=true', OPENING, NEW), 422, 'invalid', 'unknown_parameter');
    problem(await api.post('/v1/persons?dryRun=yes', OPENING, NEW), 422, 'invalid', 'boolean');
    expect(await head()).to.equal(before);
  });

  it('corrects, rescinds a correction, withdraws, restores, settles and merges', async () => {
    const id = await api.open();
    const { body } = await api.fact(id, 'paid_by_amount', '2013-01-01', { amount: '5000000', per: 'month' });
    const fact = body.events[0]!.id;
    const content = { effective: '2013-01-01', document: PAPER, data: { amount: '6000000', per: 'month' } };
    const amount = async () => (await api.get(`/v1/persons/${id}?asOf=2013-06-01`)).body.pay.amount;
    const corrected = await api.must(
      200,
      api.act(id, 'corrections', { target: fact, content, reason: 'ghi sai' }),
    );
    expect(await amount()).to.equal('6000000');
    await api.must(
      200,
      api.act(id, 'rescissions', { target: corrected.body.events[0]!.id, reason: 'đính chính nhầm' }),
    );
    expect(await amount()).to.equal('5000000');
    await api.must(200, api.act(id, 'withdrawal', { reason: 'lập nhầm', approval: { number: '9/TB' } }));
    problem(
      await api.act(id, 'actions/died', { effective: '2014-01-01', document: PAPER, data: {} }),
      422,
      'refused',
      'withdrawn',
    );
    await api.must(200, api.act(id, 'restoration', { reason: 'loại nhầm' }));
    const { body: state } = await api.get(`/v1/persons/${id}/findings`);
    const open = state.findings[0]!;
    const { rule, others, field } = open;
    const settle = {
      rule,
      fact: open.fact,
      others,
      ...(field === undefined ? {} : { field }),
      reason: 'đã đối chiếu',
    };
    await api.must(200, api.act(id, 'findings/settlements', settle));
    expect((await api.get(`/v1/persons/${id}/findings`)).body.findings[0]!.settled.reason).to.equal(
      'đã đối chiếu',
    );
    problem(await api.act(id, 'findings/settlements', settle), 422, 'refused', 'finding_unknown');

    const duplicate = await api.open({ givenName: 'Mẩu' });
    await api.fact(duplicate, 'paid_by_amount', '2014-01-01', { amount: '7000000', per: 'month' });
    problem(
      await api.act(duplicate, 'merge', { into: duplicate, reason: 'x' }),
      422,
      'refused',
      'merge_into_itself',
    );
    await api.must(200, api.act(duplicate, 'merge', { into: id, reason: 'trùng' }));
    const answer = await api.get(`/v1/persons/${duplicate}?asOf=2014-06-01`);
    expect(answer.body).to.deep.include({ id, mergedFrom: duplicate });
    expect(answer.body.pay.amount).to.equal('7000000');
    problem(
      await api.post(
        `/v1/persons/${duplicate}/actions/died`,
        { effective: '2015-01-01', document: PAPER, data: {} },
        { 'if-match': '"2"' },
      ),
      422,
      'refused',
      'merged',
    );
    const { record } = (await api.get(`/v1/persons/${id}/history`)).body;
    expect(record.map((r) => r.kind)).to.deep.equal([
      'record_withdrawn',
      'record_restored',
      'finding_settled',
    ]);
  });

  describe('refuses', () => {
    const body = { effective: '2013-01-01', document: PAPER, data: {} };
    let id: string;
    let path: string;
    let before: number;
    const match = { 'if-match': '"0"' };
    beforeEach(async () => {
      id = await api.open();
      path = `/v1/persons/${id}/actions/recruited`;
      before = await head();
    });
    afterEach(async () => {
      expect(await head()).to.equal(before);
    });

    it('whoever has no session, or none that is good: 401', async () => {
      problem(await api.post(path, body, { ...match, authorization: '' }), 401, 'unauthenticated');
      problem(await api.post(path, body, { ...match, authorization: 'Bearer x' }), 401, 'unauthenticated');
      problem(
        await api.get(`/v1/persons/${id}`, { authorization: 'Basic dGVzdDp0ZXN0' }),
        401,
        'unauthenticated',
      );
    });

    it('a command without a key, or with one that cannot be: 422', async () => {
      for (const key of ['', 'có dấu', 'x'.repeat(201), 'a b'])
        problem(
          await api.post(path, body, { ...match, 'idempotency-key': Buffer.from(key).toString('latin1') }),
          422,
          'invalid',
          'idempotency_key',
        );
    });

    it('a command that does not say which revision it saw: 428, and one that is no ETag: 422', async () => {
      problem(await api.post(path, body), 428, 'precondition-required');
      problem(await api.post('/v1/persons', OPENING), 428, 'precondition-required');
      for (const etag of ['0', '*', 'W/"0"', '"-1"', '"00"', '"99999999999"'])
        problem(await api.post(path, body, { 'if-match': etag }), 422, 'invalid', 'etag');
    });

    it('a command on an older revision: 412, telling what happened in between', async () => {
      const { body: done } = await api.fact(id, 'recruited', '2013-01-01');
      before = await head();
      const stale = await api.post(path, body, match);
      problem(stale, 412, 'stale');
      expect(stale.body).to.deep.include({ revision: 1, since: done.events });
      problem(await api.post(path, body, { 'if-match': '"7"' }), 412, 'stale');
    });

    it('the same key with another body, or on another route: 422', async () => {
      const key = { 'idempotency-key': randomUUID() };
      await api.must(200, api.post(path, body, { ...match, ...key }));
      before = await head();
      problem(
        await api.post(path, { ...body, effective: '2013-01-02' }, { ...match, ...key }),
        422,
        'key-reused',
      );
      problem(
        await api.post(path.replace('recruited', 'died'), body, { ...match, ...key }),
        422,
        'key-reused',
      );
    });

    it('unknown records, ids that are none, unknown routes and methods: 404 and 405', async () => {
      problem(await api.post(path.replace(id, randomUUID()), body, match), 404, 'not-found', 'record');
      problem(await api.post(path.replace(id, 'ông-mẫu'), body, match), 404, 'not-found', 'record');
      problem(await api.get(`/v1/persons/${randomUUID()}/history`), 404, 'not-found', 'record');
      problem(await api.post(`/v1/persons/${id}/actions/promoted`, body, match), 404, 'not-found');
      problem(await api.get('/v2/persons'), 404, 'not-found');
      const method = await api.send('DELETE', `/v1/persons/${id}`, WHO);
      problem(method, 405, 'method-not-allowed');
      expect(method.headers['allow']).to.equal('GET');
      problem(await api.get(path), 405, 'method-not-allowed');
      problem(await api.get('/v1/persons/%zz'), 400, 'malformed', 'url');
    });

    it('what is not JSON, not UTF-8, ambiguous or too large: 400, 413, 415; and readers that take no JSON: 406', async () => {
      problem(await api.post(path, '{"effective":', match), 400, 'malformed', 'json');
      problem(await api.post(path, '', match), 400, 'malformed', 'json');
      problem(await api.post(path, '{"data":{},"data":{}}', match), 400, 'malformed', 'json');
      problem(await api.post(path, '{"__proto__":{}}', match), 400, 'malformed', 'json');
      problem(await api.post(path, { ...body, ordinal: 1e300 }, match), 400, 'malformed', 'json');
      problem(
        await api.post(path, 'effective=2013', { ...match, 'content-type': 'text/plain' }),
        415,
        'media-type',
      );
      problem(
        await api.post(path, 'a=1', { ...match, 'content-type': 'application/x-www-form-urlencoded' }),
        415,
        'media-type',
      );
      problem(await api.post(path, { ...body, x: 'x'.repeat(300_000) }, match), 413, 'too-large');
      problem(await api.post(path, body, { ...match, accept: 'text/html' }), 406, 'not-acceptable');
      const bytes = Buffer.concat([Buffer.from('{"x":"'), Buffer.from([0xff]), Buffer.from('"}')]);
      const sent = { ...WHO, ...match, 'idempotency-key': 'x', 'content-type': 'application/json' };
      problem(await api.send('POST', path, sent, bytes), 400, 'malformed', 'json');
    });

    it('data that do not fit the form: 422, naming every field', async () => {
      const bad = {
        effective: '2013-02-30',
        ordinal: 'first',
        document: { number: 7 },
        data: { unit: 'SNV', salary: 1 },
        note: '',
      };
      const answer = await api.post(path, bad, match);
      problem(answer, 422, 'invalid', 'partial_date');
      const at = answer.body.errors.map((e) => `${e.pointer} ${e.rule}`);
      expect(at).to.have.members([
        '/note unknown_field',
        '/effective partial_date',
        '/ordinal integer',
        '/document/number text',
        '/data/salary unknown_field',
      ]);
      const missing = await api.post(path, {}, match);
      expect(missing.body.errors.map((e) => e.pointer)).to.have.members(['/effective', '/document', '/data']);
      problem(await api.post(path, { ...body, document: {} }, match), 422, 'invalid', 'required');
      problem(await api.post(path, [], match), 422, 'invalid', 'object');
      problem(await api.post(path, 'null', match), 422, 'invalid', 'object');
    });

    it('takes a null for a value that is not there, and keeps none', async () => {
      const nulls = { ...body, ordinal: null, document: { ...PAPER, summary: null }, data: { unit: null } };
      const { body: done } = await api.must(200, api.post(path, nulls, match));
      before = await head();
      const { events } = (await api.get(`/v1/persons/${id}/events`)).body;
      expect(events.at(-1)?.body.content).to.deep.equal({
        action: 'recruited',
        effective: '2013-01-01',
        document: PAPER,
        data: {},
      });
      expect(events.at(-1)?.id).to.equal(done.events[0]!.id);
    });

    it('what is impossible: 422 with the rule, its source, the facts in conflict, and the field', async () => {
      const died = await api.fact(id, 'died', '2014-05-01');
      const etag = { 'if-match': String(died.headers['etag']) };
      before = await head();
      const twice = await api.post(
        `/v1/persons/${id}/actions/died`,
        { ...body, effective: '2015-01-01' },
        etag,
      );
      const fault = problem(twice, 422, 'refused', 'died_twice');
      expect(fault['facts']).to.include(died.body.events[0]!.id);
      expect(fault['source']).to.be.a('string');
      const later = await api.post(
        `/v1/persons/${id}/actions/transferred`,
        { ...body, effective: '2015-01-01', data: { toUnit: OFFICE } },
        etag,
      );
      problem(later, 422, 'refused', 'after_death');
      expect(problem(later, 422, 'refused', 'unit_invalid')).to.include({ pointer: '/data/toUnit' });
      problem(
        await api.post(`/v1/persons/${id}/rescissions`, { target: randomUUID(), reason: 'x' }, etag),
        422,
        'refused',
        'target_unknown',
      );
      const content = { effective: 7, nonsense: true };
      problem(
        await api.post(`/v1/persons/${id}/corrections`, { target: randomUUID(), content, reason: 'x' }, etag),
        422,
        'refused',
        'target_unknown',
      );
    });

    it('speaks Vietnamese unless asked for English, and says both in each fault', async () => {
      const vi = await api.get(`/v1/persons/${randomUUID()}`);
      expect(vi.body).to.deep.include({ title: 'Không tìm thấy', detail: 'không có hồ sơ này' });
      const en = await api.get(`/v1/persons/${randomUUID()}`, { 'accept-language': 'en-GB,vi;q=0.5' });
      expect(en.body).to.deep.include({ title: 'Not found', detail: 'there is no such record' });
      expect(en.headers['content-language']).to.equal('en');
      expect(vi.body.errors).to.deep.equal(en.body.errors);
    });
  });

  it('keeps text in NFC, however it came', async () => {
    const id = await api.open({ familyName: 'Nguyễn Thị'.normalize('NFD') });
    expect((await api.get(`/v1/persons/${id}`)).body.identity.familyName).to.equal(
      'Nguyễn Thị'.normalize('NFC'),
    );
  });

  it('echoes a sane request id, and makes one for any other', async () => {
    expect((await api.get('/v1/feed', { 'x-request-id': 'hrm-7' })).headers['x-request-id']).to.equal(
      'hrm-7',
    );
    expect((await api.get('/v1/feed', { 'x-request-id': 'a b' })).headers['x-request-id']).to.match(
      /^[0-9a-f-]{36}$/,
    );
  });

  it('answers a repeated key as the first time, whatever revision it names now', async () => {
    const id = await api.open();
    const body = { effective: '2013-01-01', document: PAPER, data: {} };
    const headers = { 'if-match': '"0"', 'idempotency-key': randomUUID() };
    const first = await api.must(200, api.post(`/v1/persons/${id}/actions/recruited`, body, headers));
    await api.fact(id, 'died', '2015-01-01');
    const before = await head();
    const again = await api.post(`/v1/persons/${id}/actions/recruited`, body, headers);
    expect(again.status).to.equal(200);
    expect(again.body).to.deep.equal(first.body);
    expect(again.headers['etag']).to.equal(first.headers['etag']);
    expect(await head()).to.equal(before);
    const opening = { ...NEW, 'idempotency-key': randomUUID() };
    const opened = await api.post('/v1/persons', OPENING, opening);
    const reopened = await api.post('/v1/persons', OPENING, opening);
    expect([opened.status, reopened.status]).to.deep.equal([201, 200]);
    expect(reopened.body).to.deep.equal(opened.body);
  });

  it('of many that race under one key, one is carried out and all get its answer', async () => {
    const id = await api.open();
    const before = await head();
    const headers = { 'if-match': '"0"', 'idempotency-key': randomUUID() };
    const body = { effective: '2013-01-01', document: PAPER, data: {} };
    const all = await Promise.all(
      Array.from({ length: 20 }, () => api.post(`/v1/persons/${id}/actions/recruited`, body, headers)),
    );
    expect(new Set(all.map((a) => a.status))).to.deep.equal(new Set([200]));
    expect(new Set(all.map((a) => a.text)).size).to.equal(1);
    expect(await head()).to.equal(before + 1);
  });

  it('of many that race under keys of their own, one is carried out and the others are stale', async () => {
    const id = await api.open();
    const body = { effective: '2013-01-01', document: PAPER, data: {} };
    const all = await Promise.all(
      Array.from({ length: 10 }, () =>
        api.post(`/v1/persons/${id}/actions/recruited`, body, { 'if-match': '"0"' }),
      ),
    );
    expect(all.filter((a) => a.status === 200)).to.have.length(1);
    expect(all.filter((a) => a.status === 412)).to.have.length(9);
  });

  it('measures commands by action and outcome', async () => {
    const id = await api.open();
    await api.act(id, 'actions/died', { effective: '2014-01-01', document: PAPER, data: {} });
    const text = (await api.send('GET', '/metrics')).text;
    expect(text).to.match(/hoso_command_seconds_count\{action="died",outcome="done"\} \d/);
    expect(text).to.match(/hoso_append_conflicts_total \d/);
    expect((await api.send('GET', '/livez')).body).to.deep.equal({ status: 'ok' });
    expect((await api.send('GET', '/readyz')).body).to.deep.equal({
      status: 'ok',
      checks: [{ name: 'log', ok: true }],
    });
  });
});

describe('A log that goes away', () => {
  /** Commits, and loses the answer, when told to. */
  class Lossy extends MemoryLog {
    losing = false;
    override async append(request: AppendRequest): Promise<AppendOutcome> {
      const outcome = await super.append(request);
      if (this.losing) throw new LogUnavailable('the answer was lost');
      return outcome;
    }
  }

  it('makes a command answer 503 with Retry-After; the retry finds what was done', async () => {
    const log = new Lossy();
    const lossy = await memoryService(log);
    const api = lossy.client;
    try {
      const headers = { ...NEW, 'idempotency-key': randomUUID() };
      log.losing = true;
      const lost = await api.post('/v1/persons', OPENING, headers);
      problem(lost, 503, 'unavailable');
      expect(lost.headers['retry-after']).to.equal('1');
      const committed = (await log.head()).sequence;
      log.losing = false;
      const again = await api.must(200, api.post('/v1/persons', OPENING, headers));
      expect(again.body).to.deep.include({ revision: 0, sequence: committed });
      expect((await log.head()).sequence).to.equal(committed);
    } finally {
      await lossy.stop();
    }
  });
});
