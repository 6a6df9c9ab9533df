import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { once } from 'node:events';
import { expect } from 'chai';
import { WHO, type Answer, type Client } from '../support/api.js';
import { ServerEvents } from '../support/serverEvents.js';
import { testService, type TestService } from '../support/service.js';
import { raise, today, wholePerson } from '../support/wholePerson.js';
import { listsByUnit } from './unitLists.js';

const PAPER = { number: '15/QĐ-SNV' };
const OPENING = { effective: '2012-10-03', data: { familyName: 'Thử', givenName: 'Nghiệm' } };
const NEW = { 'if-none-match': '*' };

describe('The service over HTTP, on PostgreSQL', function () {
  this.timeout(60_000);
  let service: TestService;
  let other: Awaited<ReturnType<TestService['another']>>;
  let api: Client;
  before(async () => {
    service = await testService();
    api = service.client;
    other = await service.another();
  });
  after(async () => {
    await other.stop();
    await service.stop();
  });

  const head = async () => (await service.core.log.head()).sequence;

  describe('lists', () => {
    let top: string;
    let below: string;
    let token: string;
    const ids: Record<string, string> = {};
    before(async () => {
      top = await api.openUnit('SNV');
      below = await api.openUnit('SNV.1', { parent: top });
      const people = [
        ['Trần Thị', 'Ánh', top],
        ['Nguyễn Văn', 'Đức', below],
        ['Nguyễn Thị', 'Hoà', below],
        ['Lê', 'Hòa', top],
        ['Phạm', 'Hoa', null],
      ] as const;
      for (const [familyName, givenName, unit] of people) {
        const id = await api.open({ familyName, givenName });
        ids[givenName] = id;
        if (unit !== null) await api.fact(id, 'recruited', '2013-01-01', { unit });
      }
      await api.fact(ids['Ánh']!, 'appointed_to_grade', '2013-01-01', { grade: '01.003', step: 1 });
      await api.must(200, api.act(ids['Hoa']!, 'withdrawal', { reason: 'lập nhầm' }));
      token = (await api.fact(ids['Đức']!, 'transferred', '2015-01-01', { toUnit: top })).body.token;
    });

    const names = (answer: Answer) => answer.body.persons.map((p) => p.givenName);
    const search = async (body: object) =>
      names(await api.must(200, api.post('/v1/persons/search', { token, ...body })));

    it('find a name with and without its accents, in any order of words, by beginnings of words', async () => {
      expect(await search({ name: 'hoa' })).to.have.members(['Hoà', 'Hòa']);
      expect(await search({ name: 'duc nguyen' })).to.deep.equal(['Đức']);
      expect(await search({ name: 'NGUYEN v' })).to.deep.equal(['Đức']);
      expect(await search({ name: 'ánh' })).to.deep.equal(['Ánh']);
      expect(await search({ name: 'àn' })).to.deep.equal([]);
      expect(await search({ name: 'nguyễn'.normalize('NFD') })).to.have.members(['Đức', 'Hoà']);
    });

    it('tell by unit, with or without those below, on any day; by status and by grade', async () => {
      expect(await search({ units: [top] })).to.have.members(['Ánh', 'Hòa', 'Đức']);
      expect(await search({ units: [top], asOf: '2014-12-31' })).to.have.members(['Ánh', 'Hòa']);
      expect(await search({ units: [top], below: true })).to.have.members(['Ánh', 'Hòa', 'Đức', 'Hoà']);
      expect(await search({ statuses: ['retired'] })).to.deep.equal([]);
      const list = async (query: string) =>
        names(await api.must(200, api.get(`/v1/persons?token=${token}&${query}`)));
      expect(await list('grade=01.003')).to.deep.equal(['Ánh']);
      expect(await list(`unit=${top}&status=in_service&below=true`)).to.have.members([
        'Ánh',
        'Hòa',
        'Đức',
        'Hoà',
      ]);
    });

    it('page by an encrypted cursor: each person once, and only for the question it was made for', async () => {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const body = {
          limit: 1,
          units: [top],
          below: true,
          token,
          ...(cursor === undefined ? {} : { cursor }),
        };
        const page = await api.must(200, api.post('/v1/persons/search', body));
        found.push(...names(page));
        cursor = page.body.next;
        if (typeof cursor === 'string') {
          expect(Buffer.from(cursor, 'base64url').toString('latin1')).to.not.match(/anh|nguyen/i);
          expect((await api.post('/v1/persons/search', { name: 'x', cursor })).status).to.equal(422);
        }
      } while (typeof cursor === 'string');
      expect(found).to.have.members(['Ánh', 'Đức', 'Hoà', 'Hòa']);
      expect(new Set(found).size).to.equal(found.length);
    });

    it('take no name in an address, and no word that is not theirs', async () => {
      expect((await api.get('/v1/persons?name=hoa')).body.errors[0]?.rule).to.equal('unknown_parameter');
      for (const body of [
        { name: '' },
        { statuses: ['x'] },
        { units: 'x' },
        { limit: 0 },
        { limit: 500 },
        { cursor: 'x' },
        { asOf: '2013' },
        { sort: 'name' },
      ])
        expect((await api.post('/v1/persons/search', body)).status, JSON.stringify(body)).to.equal(422);
      for (const query of ['status=x', 'unit=x', 'below=1', 'limit=201', 'cursor=x'])
        expect((await api.get(`/v1/persons?${query}`)).status, query).to.equal(422);
    });

    it('tell who was in a unit on a day, as known then and as known now', async () => {
      const members = async (query: string) =>
        (await api.must(200, api.get(`/v1/units/${below}/members?token=${token}&${query}`))).body.members.map(
          (m) => m.person,
        );
      const now = await api.get(`/v1/persons/${ids['Đức']!}`);
      expect(await members('asOf=2014-12-31')).to.have.members([ids['Đức'], ids['Hoà']]);
      expect(await members('asOf=2015-01-01')).to.deep.equal([ids['Hoà']]);
      const before = now.body.knownAt.sequence - 1;
      expect(await members(`asOf=2015-01-01&knownAt=${before}`)).to.have.members([ids['Đức'], ids['Hoà']]);
    });

    it('tell a unit’s open findings, and the settled ones when asked', async () => {
      const id = ids['Hòa']!;
      const done = await api.fact(id, 'dismissed_from_post', '2016-01-01', { position: 'chanh_vp_ubnd_tp' });
      const { rule, fact, others, field } = done.body.findings[0]!;
      const of = async (path: string, t: string) =>
        (await api.must(200, api.get(`/v1/units/${path}token=${t}`))).body.findings.map((f) => [
          f.person,
          f.rule,
        ]);
      expect(await of(`${top}/findings?`, done.body.token)).to.deep.include([id, rule]);
      expect(await of(`${below}/findings?`, done.body.token)).to.not.deep.include([id, rule]);
      const settle = { rule, fact, others, ...(field === undefined ? {} : { field }), reason: 'đã xem' };
      const settled = await api.must(200, api.act(id, 'findings/settlements', settle));
      expect(await of(`${top}/findings?`, settled.body.token)).to.not.deep.include([id, rule]);
      expect(await of(`${top}/findings?settled=true&`, settled.body.token)).to.deep.include([id, rule]);
      expect((await api.get(`/v1/units/${randomUUID()}/findings`)).status).to.equal(404);
    });
  });

  describe('lists by unit', () => {
    listsByUnit(() => service);
  });

  describe('proposals', () => {
    let agency: string;
    let section: string;
    const ids: string[] = [];
    let token: string;
    const propose = (person: string) => api.post('/v1/proposals', raise(person));
    before(async () => {
      agency = await api.openUnit('GATE', { level: 2 });
      section = await api.openUnit('GATE.1', { parent: agency });
      for (const unit of [agency, section, section]) {
        const made = await api.must(201, propose(await wholePerson(api, unit)));
        ids.push(made.body.id);
        token = made.body.token;
      }
      const headers = { 'if-match': '"0"' };
      const path = `/v1/proposals/${ids[0]!}/decline`;
      token = (await api.must(200, api.post(path, { reason: 'x' }, headers))).body.token;
    });

    const list = async (query: string) =>
      (await api.must(200, api.get(`/v1/proposals?token=${token}&${query}`))).body;

    it('are listed by agency, status and person, the newest first, a page at a time', async () => {
      expect((await list(`agency=${agency}`)).proposals.map((p) => p.id)).to.deep.equal(ids.toReversed());
      expect((await list(`agency=${agency}&status=declined`)).proposals.map((p) => p.id)).to.deep.equal([
        ids[0],
      ]);
      const [last] = (await list(`agency=${agency}&status=proposed&limit=1`)).proposals;
      expect((await list(`person=${last!.person}`)).proposals.map((p) => p.id)).to.deep.equal([ids[2]]);
      const first = await list(`agency=${agency}&limit=2`);
      const rest = await list(`agency=${agency}&limit=2&cursor=${first.next}`);
      expect([...first.proposals, ...rest.proposals].map((p) => p.id)).to.deep.equal(ids.toReversed());
      expect(rest.next).to.equal(null);
      expect((await api.get(`/v1/proposals?cursor=${first.next}`)).status).to.equal(422);
    });

    it('are refused while the agency, or a section of it, owes an overdue duty; how many, and as of when', async () => {
      const person = await wholePerson(api, section);
      const late = await api.open({ sex: 'female' }, '2013-01-01');
      // Recruited long ago and still not entered: R-10.1b.
      await api.fact(late, 'recruited', '2013-02-01', { unit: section });
      const sequence = await head();
      const refused = await propose(person);
      expect(refused.status).to.equal(422);
      expect(refused.body.errors[0]).to.include({ rule: 'agency_overdue', gate: 'R-18.4e' });
      const { params } = refused.body.errors[0]!;
      expect(params).to.include({ agency, count: '1', most: '0' });
      expect(Number(params!['sequence'])).to.be.at.least(sequence);
      const other = await api.openUnit('GATE2', { level: 2 });
      await api.must(201, propose(await wholePerson(api, other)));
      await api.fact(late, 'record_entered', today());
      await api.must(201, propose(person));
    });
  });

  it('two processes that race under one key carry it out once, and both give its answer', async () => {
    for (let round = 0; round < 5; round++) {
      const id = await api.open(OPENING.data);
      const before = await head();
      const headers = { 'if-match': '"0"', 'idempotency-key': randomUUID() };
      const body = { effective: '2013-01-01', document: PAPER, data: {} };
      const path = `/v1/persons/${id}/actions/recruited`;
      const answers = await Promise.all(
        [api, other.client, api, other.client].map((one) => one.post(path, body, headers)),
      );
      expect(answers.map((a) => a.status)).to.deep.equal([200, 200, 200, 200]);
      expect(new Set(answers.map((a) => a.text)).size).to.equal(1);
      expect(await head()).to.equal(before + 1);
      const opening = { ...NEW, 'idempotency-key': randomUUID() };
      const opened = await Promise.all(
        [api, other.client].map((one) => one.post('/v1/persons', OPENING, opening)),
      );
      expect(opened.map((a) => a.status).every((s) => s === 200 || s === 201)).to.equal(true);
      expect(opened[0]?.text).to.equal(opened[1]?.text);
      expect(await head()).to.equal(before + 2);
    }
  });

  it('a caller that went away before the answer finds it with the same key', async () => {
    const before = await head();
    const key = randomUUID();
    const text = JSON.stringify(OPENING);
    const { port } = new URL(service.url);
    const socket = connect(Number(port), '127.0.0.1');
    const headers = { ...WHO, ...NEW, 'idempotency-key': key, 'content-type': 'application/json' };
    const lines = Object.entries({ host: 'x', ...headers, 'content-length': Buffer.byteLength(text) }).map(
      ([n, v]) => `${n}: ${v}`,
    );
    socket.write(`POST /v1/persons HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${text}`, () => socket.destroy());
    await once(socket, 'close');
    await committed(before + 1);
    const again = await api.must(200, api.post('/v1/persons', OPENING, { ...NEW, 'idempotency-key': key }));
    expect(again.body).to.deep.include({ revision: 0, sequence: before + 1 });
    expect(await head()).to.equal(before + 1);
  });

  it('a read on another process sees what a token names, and is told when it cannot wait for it', async () => {
    const { body } = await api.post('/v1/persons', OPENING, NEW);
    const read = await other.client.get(`/v1/persons/${body.id}?token=${body.token}`);
    expect([read.status, read.body.revision]).to.deep.equal([200, 0]);
    const beyond = Buffer.from(`p${(2n ** 40n).toString(36)}`).toString('base64url');
    const [late, lists] = await Promise.all([
      other.client.get(`/v1/persons/${body.id}?token=${beyond}`),
      api.get(`/v1/persons?token=${beyond}`),
    ]);
    expect([late.status, late.body.type]).to.deep.equal([503, 'urn:hoso:problem:behind']);
    expect([lists.status, lists.body.type]).to.deep.equal([503, 'urn:hoso:problem:behind']);
    expect(lists.body).to.have.property('lagEvents');
  });

  it('streams to one process what another recorded', async () => {
    const { body: seen } = await api.post('/v1/persons', OPENING, NEW);
    const stream = await ServerEvents.open(`${other.url}/v1/feed/stream?after=${seen.token}`, WHO);
    const id = await api.open(OPENING.data);
    const [told] = await stream.next(1);
    expect(JSON.parse(told!.data)).to.include({ kind: 'person', id });
    stream.close();
  });

  it('is ready, and measures commits and how far read models are behind', async () => {
    expect((await api.send('GET', '/readyz')).body).to.deep.include({ status: 'ok' });
    const text = (await api.send('GET', '/metrics')).text;
    for (const name of [
      'hoso_group_commit_appends_count',
      'hoso_projection_lag_events{projection="profile"}',
      'hoso_projection_lag_seconds{projection="history"}',
      'hoso_append_conflicts_total',
      'hoso_process_cpu_seconds_total',
    ])
      expect(text).to.include(name);
  });

  /** Waits until the log has come so far. */
  async function committed(sequence: number): Promise<void> {
    const ending = AbortSignal.timeout(10_000);
    for await (const batch of service.core.log.subscribe({ after: 0n, signal: ending }))
      if ((batch.at(-1)?.sequence ?? 0) >= sequence) return;
    throw new Error(`the log has not come to ${sequence}`);
  }
});
