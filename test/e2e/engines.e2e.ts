/**
 * The whole service over HTTP, the same on every engine: in short what a record, its history, imports, proposals, read
 * models, the feed and evidence have to do with the log; on a real EventStoreDB too where a node is given. What concerns
 * HTTP or PostgreSQL alone is in the other files.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { cursorOf, markOf } from '../../src/api/tokens.js';
import { readCheckpoint } from '../../src/evidence/checkpoint.js';
import { verifyLog } from '../../src/evidence/verifyLog.js';
import { importFile } from '../../src/importing/importFile.js';
import { checkOrder } from '../contract/eventLogContract.js';
import { ACCOUNT, memoryService, OFFICE, signIn, type Client, type FeedChange } from '../support/api.js';
import { ownPrefix } from '../support/esdb/engines.js';
import { StandIn } from '../support/esdb/standIn.js';
import { testService, type TestService } from '../support/service.js';
import { raise, wholePerson } from '../support/wholePerson.js';

const PAPER = { number: '15/QĐ-SNV' };
const OPENING = { effective: '2012-10-03', data: { familyName: 'Thử', givenName: 'Nghiệm' } };

/** From recruitment to death, with what went wrong on the way; a read's answer is that of any engine. */
async function career(api: Client): Promise<string> {
  const id = await api.open({ sex: 'female' });
  const key = { 'idempotency-key': randomUUID(), 'if-match': '"0"' };
  const hire = { effective: '2013-01-01', document: PAPER, data: {} };
  const hired = await api.must(200, api.post(`/v1/persons/${id}/actions/recruited`, hire, key));
  expect((await api.must(200, api.post(`/v1/persons/${id}/actions/recruited`, hire, key))).text).to.equal(
    hired.text,
  );
  expect(
    (await api.post(`/v1/persons/${id}/actions/recruited`, hire, { 'if-match': '"0"' })).status,
  ).to.equal(412);
  const graded = await api.fact(id, 'appointed_to_grade', '2013-01-01', { grade: '01.003', step: 1 });
  const content = {
    effective: '2013-06-01',
    document: PAPER,
    data: { grade: '01.003', step: 1 },
  };
  const target = graded.body.events[0]!.id;
  const corrected = await api.must(200, api.act(id, 'corrections', { target, content, reason: 'ghi sai' }));
  await api.must(
    200,
    api.act(id, 'rescissions', { target: corrected.body.events[0]!.id, reason: 'đính chính nhầm' }),
  );
  await api.fact(id, 'died', '2020-01-01');
  const late = { effective: '2021-01-01', document: PAPER, data: {} };
  expect((await api.act(id, 'actions/resigned_post', late)).status).to.equal(422);
  return id;
}

async function holds(api: Client, id: string): Promise<void> {
  const status = async (query: string) =>
    (await api.must(200, api.get(`/v1/persons/${id}/status?${query}`))).body.status.status;
  expect(await status('asOf=2019-12-31')).to.equal('in_service');
  expect(await status('asOf=2020-01-01')).to.equal('died');
  const { body } = await api.must(200, api.get(`/v1/persons/${id}`));
  const { sequence } = body.knownAt;
  expect(await status(`asOf=2020-01-01&knownAt=${sequence - 1}`)).to.equal('in_service');
  const { facts } = (await api.must(200, api.get(`/v1/persons/${id}/history`))).body;
  const grade = facts.find((f) => f.action === 'appointed_to_grade');
  expect(grade?.effective).to.equal('2013-01-01');
  expect([grade?.corrections.length, facts.at(-1)?.action]).to.deep.equal([1, 'died']);
}

/** The whole feed, in pages: each change once, its cursor the sequence and the event's mark. */
async function feed(api: Client): Promise<FeedChange[]> {
  const changes: FeedChange[] = [];
  for (let after = cursorOf(0, ''); ;) {
    const { body } = await api.must(200, api.get(`/v1/feed?limit=700&after=${after}`));
    changes.push(...body.changes);
    after = body.next;
    if (!body.more) break;
  }
  const sequences = changes.flatMap((c) => c.sequence ?? []);
  expect(sequences).to.deep.equal([...new Set(sequences)].sort((a, b) => a - b));
  for (const { cursor, sequence, event } of changes)
    if (sequence !== undefined && event !== undefined)
      expect(cursor).to.equal(cursorOf(sequence, markOf({ id: event })));
  return changes;
}

async function proven(api: Client, id: string): Promise<void> {
  const { text } = await api.must(200, api.get(`/v1/persons/${id}/proof`));
  const { events } = JSON.parse(text) as { events: object[] };
  expect(events).to.have.length.greaterThan(4);
  expect(readCheckpoint((await api.get('/v1/evidence/checkpoint')).text).size).to.be.greaterThan(4);
}

/** The law that is shipped first is a long way for read models on a busy machine. */
async function modelsReadUp(api: Client): Promise<void> {
  const opened = await api.post('/v1/persons', OPENING, { 'if-none-match': '*' });
  for (let tries = 0; tries < 12; tries++) {
    const { status } = await api.post('/v1/persons/search', { name: 'x', token: opened.body.token });
    if (status === 200) return;
  }
  throw new Error('read models do not come up');
}

describe('The service with its log in memory', () => {
  it('carries a career, its history, the feed and proofs', async () => {
    const service = await memoryService();
    try {
      const id = await career(service.client);
      await holds(service.client, id);
      expect((await feed(service.client)).at(-1)).to.include({ id, type: 'died' });
      await proven(service.client, id);
      await checkOrder(service.log);
    } finally {
      await service.stop();
    }
  });
});

interface Place {
  readonly settings: NodeJS.ProcessEnv;
  /** Kills the node and starts it again with what it kept. */
  readonly restart?: () => Promise<void>;
  readonly close?: () => void;
}

const PLACES: readonly {
  readonly name: string;
  readonly restarts?: true;
  readonly open: () => Promise<Place>;
}[] = [
  { name: 'PostgreSQL', open: () => Promise.resolve({ settings: {} }) },
  {
    name: 'EventStoreDB’s stand-in',
    restarts: true,
    open: async () => {
      const standIn = await StandIn.start();
      return {
        settings: { EVENTSTOREDB_URL: standIn.url },
        restart: () => standIn.restart(),
        close: () => {
          standIn.kill();
        },
      };
    },
  },
];
const real = process.env['EVENTSTOREDB_URL'] ?? '';
const NODE: typeof PLACES =
  real === ''
    ? []
    : [
        {
          name: `EventStoreDB at ${real}`,
          open: () =>
            Promise.resolve({
              settings: { EVENTSTOREDB_URL: real, EVENTSTOREDB_PREFIX: ownPrefix() },
            }),
        },
      ];

for (const { name, restarts, open } of [...PLACES, ...NODE])
  describe(`The service with its log in ${name}`, function () {
    this.timeout(120_000);
    let place: Place;
    let service: TestService;
    let api: Client;
    before(async () => {
      place = await open();
      service = await testService(place.settings);
      api = service.client;
      await modelsReadUp(api);
    });
    after(async () => {
      await service.stop();
      place.close?.();
    });

    it('carries a career, its history as known then and now, and refuses what cannot be', async () => {
      await holds(api, await career(api));
    });

    it('tells of it in lists, in another process too, as soon as a token is waited for', async () => {
      const unit = await api.openUnit(`U${Date.now()}`);
      const id = await api.open({ familyName: 'Đoàn', givenName: 'Thử' });
      const { token } = (await api.fact(id, 'recruited', '2013-01-01', { unit })).body;
      const found = await api.must(200, api.post('/v1/persons/search', { token, name: 'doan thu' }));
      expect(found.body.persons.map((p) => p.person)).to.deep.equal([id]);
      const other = await service.another();
      try {
        const read = await other.client.get(`/v1/persons/${id}?token=${token}`);
        expect([read.status, read.body.revision]).to.deep.equal([200, 1]);
        const head = { 'idempotency-key': randomUUID(), 'if-match': '"1"' };
        const body = { effective: '2014-01-01', data: {}, document: PAPER };
        const both = await Promise.all(
          [api, other.client].map((one) => one.post(`/v1/persons/${id}/actions/died`, body, head)),
        );
        expect(both.map((a) => a.status)).to.deep.equal([200, 200]);
        expect(both[0]?.text).to.equal(both[1]?.text);
      } finally {
        await other.stop();
      }
    });

    it('takes an import, and the same one again without a change', async () => {
      const directory = mkdtempSync(join(tmpdir(), 'hoso-import-'));
      const file = join(directory, 'lines.jsonl');
      const line = (ref: string, person: string, action: string, effective: string, data: object) =>
        JSON.stringify({ source: 'cu', ref, person, action, effective, document: PAPER, data });
      const lines = Array.from({ length: 30 }, (_, i) => [
        line(`o${i}`, `p${i}`, 'record_opened', '2012-10-03', { familyName: 'Lê', givenName: `N${i}` }),
        line(`r${i}`, `p${i}`, 'recruited', '2013-01-01', {}),
      ]).flat();
      writeFileSync(file, lines.join('\n'));
      const { log, sealer, codec, references } = service.core;
      const run = async () => {
        await references.sync();
        return importFile(
          { log, sealer, codec, reference: references.at() },
          {
            file,
            actor: { account: ACCOUNT, unit: OFFICE, client: 'test' },
            correlation: randomUUID(),
            rejects: directory,
          },
        );
      };
      try {
        expect(await run()).to.include({ persons: 30, loaded: 60, repeated: 0, bad: 0 });
        const { sequence } = await log.head();
        expect(await run()).to.include({ loaded: 0, repeated: 60, bad: 0 });
        expect((await log.head()).sequence).to.equal(sequence);
      } finally {
        rmSync(directory, { recursive: true });
      }
    });

    it('carries a proposal from its gates to the record, by the process that follows the log', async () => {
      const person = await wholePerson(api, await api.openUnit(`P${Date.now()}`, { level: 2 }));
      const made = await api.must(201, api.post('/v1/proposals', raise(person)));
      const path = `/v1/proposals/${made.body.id}`;
      await api.must(200, api.post(`${path}/check`, {}, { 'if-match': '"0"' }));
      const decision = { document: { number: '9/QĐ' } };
      // Whoever proposes does not decide.
      const second = `test-token-${randomUUID()}`;
      await signIn(service.core.access, randomUUID(), second);
      const other = { 'if-match': '"1"', authorization: `Bearer ${second}` };
      await api.must(200, api.post(`${path}/decide`, decision, other));
      for (const deadline = Date.now() + 10_000; Date.now() < deadline;) {
        const { facts } = (await api.get(`/v1/persons/${person}/history`)).body;
        if (facts.some((f) => f.action === 'step_raised_regular')) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error('the decided raise was not recorded');
    });

    it('gives a feed of sequences, proofs, and a log that verifies whole', async () => {
      const id = await career(api);
      const changes = await feed(api);
      expect(changes.at(-1)).to.include({ id, type: 'died' });
      expect((await api.get(`/v1/feed?after=${changes.at(-3)!.cursor}`)).body.changes).to.deep.equal(
        changes.slice(-2),
      );
      await proven(api, id);
      const { log, evidence } = service.core;
      const { parts } = evidence;
      const report = await verifyLog({ log, ...parts, verifiers: await evidence.verifiers() });
      expect(report.faults).to.deep.equal([]);
      expect(report).to.include({ outcome: 'intact', events: (await log.head()).sequence });
      await checkOrder(log);
    });

    if (restarts)
      it('goes on when the log’s node is killed and started again under live lists: nothing lost, nothing twice', async () => {
        const before = (await service.core.log.head()).sequence;
        const sent = Array.from({ length: 30 }, () => api.open({ familyName: 'Khởi', givenName: 'Động' }));
        await new Promise((resolve) => setTimeout(resolve, 20));
        await place.restart?.();
        const ids = await Promise.all(sent);
        const { token } = (await api.fact(ids[0]!, 'recruited', '2013-01-01')).body;
        const search = api.post('/v1/persons/search', { name: 'khoi dong', token, limit: 100 });
        const found = (await api.must(200, search)).body.persons.map((p) => p.person);
        expect(found.sort()).to.deep.equal([...new Set(ids)].sort());
        expect((await checkOrder(service.core.log)).length).to.equal(before + 31);
        expect((await api.send('GET', '/readyz')).status).to.equal(200);
      });
  });
