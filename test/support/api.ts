/** The HTTP service over the log in memory, and a client that speaks to any of its kind. */
import type { Hardening } from '../../src/api/server.js';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { makeAccess, type Access } from '../../src/access/access.js';
import type { AccountFact } from '../../src/access/facts.js';
import { MemorySecretStore } from '../../src/access/login/memoryStore.js';
import { READS, type ReadableLog } from '../../src/access/reads/readsLog.js';
import { MemoryReads } from '../../src/access/reads/memoryReads.js';
import { AttachmentDesk } from '../../src/attachments/attachmentDesk.js';
import { AttachmentStore } from '../../src/attachments/store.js';
import type { ApiCore } from '../../src/api/apiCore.js';
import { makeApp } from '../../src/api/app.js';
import type { Fault } from '../../src/api/problem.js';
import type { Spell } from '../../src/record/spells.js';
import type { RouteTable } from '../../src/api/routes.js';
import { ship } from '../../src/catalogues/ship.js';
import { deskReferences } from '../../src/core.js';
import { MemoryRegister } from '../../src/evidence/register.js';
import { Evidence } from '../../src/evidence/evidence.js';
import { makeSigner } from '../../src/evidence/note.js';
import { eventLeaves } from '../../src/evidence/source.js';
import { MemoryTiles } from '../../src/evidence/tileStore.js';
import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import { BEGINNING, type EventLog } from '../../src/event-log/port.js';
import { PERSON, personOf } from '../../src/recording/codec.js';
import { DestructionDesk } from '../../src/destruction/destructionDesk.js';
import { Health } from '../../src/observability/health.js';
import { makeLogger, RequestLogger } from '../../src/observability/logging.js';
import { Metrics } from '../../src/observability/metrics.js';
import { ReadModelsUnavailable, type ReadModels } from '../../src/projecting/readModels.js';
import { GATE_DEFAULTS } from '../../src/proposals/gates.js';
import { openProposals } from '../../src/proposals/openProposals.js';
import { RecordDesk, type DeskOptions } from '../../src/recording/recordDesk.js';
import { ReferenceDesk } from '../../src/reference/referenceDesk.js';
import { ReferenceService } from '../../src/reference/service.js';
import { shippedLaw } from './shippedLaw.js';
import { memorySealer } from '../../src/sealing/sealer.js';

export const ACCOUNT = '11111111-1111-4111-8111-111111111111';
export const OFFICE = '22222222-2222-4222-8222-222222222222';
/** A session of the account that the tests act with: it administers the whole city, for OFFICE. */
export const TOKEN = 'test-token-of-an-administrator-of-the-city';
export const WHO = { authorization: `Bearer ${TOKEN}` };

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly body: Body;
}

/** Whatever an answer may hold, for looking into it: what a route does not answer with is not there. */
export interface Body {
  readonly id: string;
  readonly type: string;
  readonly revision: number;
  readonly sequence: number;
  readonly token: string;
  readonly release: string;
  readonly dryRun: boolean;
  readonly knownAt: { readonly sequence: number };
  readonly changes: readonly FeedChange[] & { readonly endedIntervals: readonly object[] };
  readonly next: string;
  readonly more: boolean;
  readonly errors: readonly Fault[];
  readonly events: readonly Told[];
  readonly findings: readonly Found[];
  readonly facts: readonly Line[];
  readonly intervals: readonly Spell[];
  readonly rescinded: readonly Line[];
  readonly record: readonly { readonly kind: string }[];
  readonly results: readonly { readonly id: string; readonly revision: number; readonly dryRun: boolean }[];
  readonly uncertain: readonly string[];
  readonly status: { readonly status: string };
  readonly judgedAt: { readonly sequence: number };
  readonly proposal: { readonly status: string; readonly event: string };
  readonly proposals: readonly { readonly id: string; readonly status: string; readonly person: string }[];
  readonly steps: readonly { readonly type: string; readonly judgedAt: object | null }[];
  readonly since: readonly Told[];
  readonly identity: { readonly familyName: string };
  readonly pay: { readonly amount: string; readonly by: string };
  readonly name: string;
  readonly units: readonly { readonly id: string; readonly code: string; readonly name: string }[];
  readonly lists: readonly { readonly list: string }[];
  readonly entries: readonly { readonly code: string; readonly name: string }[];
  readonly persons: readonly { readonly person: string; readonly givenName: string }[];
  readonly members: readonly { readonly person: string }[];
}

export interface FeedChange {
  readonly cursor: string;
  readonly scope: 'in' | 'out' | 'changed';
  readonly event?: string;
  readonly sequence?: number;
  readonly kind: string;
  readonly id: string;
}

interface Told {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly sequence: number;
  readonly recordedAt: string;
  readonly meta: { readonly actor: { readonly account: string } };
  readonly stored: { readonly sealed: Readonly<Record<string, string>> };
  readonly body: { readonly content: { readonly data: Readonly<Record<string, string>> } };
}

interface Found {
  readonly person: string;
  readonly rule: string;
  readonly fact: string;
  readonly field?: string;
  readonly others: readonly string[];
  readonly settled: { readonly reason: string };
}

interface Line {
  readonly id: string;
  readonly action: string;
  readonly effective: string;
  readonly caption: object;
  readonly source: string;
  readonly delayDays: number;
  readonly data: Readonly<Record<string, string>>;
  readonly document: { readonly number: string };
  readonly original: { readonly data: Readonly<Record<string, string>> };
  readonly recorded: object;
  readonly corrections: readonly object[];
  readonly rescissions: readonly object[];
}

type Headers = Readonly<Record<string, string>>;

/** Speaks HTTP as an HR system would. */
export class Client {
  private readonly agent = new Agent({ connections: 64, pipelining: 1 });

  /** @param who the headers that say who speaks */
  constructor(
    readonly url: string,
    readonly who: Headers = WHO,
  ) {}

  close(): Promise<void> {
    return this.agent.destroy();
  }

  async send(method: string, path: string, headers: Headers = {}, sent?: string | Buffer): Promise<Answer> {
    const response = await request(this.url + path, {
      method: method as 'GET',
      headers,
      dispatcher: this.agent,
      ...(sent === undefined ? {} : { body: sent }),
    });
    const text = await response.body.text();
    const isJson = /json/.test(String(response.headers['content-type']));
    const body = (isJson && text !== '' ? JSON.parse(text) : null) as Body;
    return { status: response.statusCode, headers: response.headers, text, body };
  }

  get(path: string, headers: Headers = {}): Promise<Answer> {
    return this.send('GET', path, { ...this.who, ...headers });
  }

  /** A command under a fresh key; header values given replace those made here, empty ones leave them out. */
  post(path: string, body: unknown, headers: Headers = {}): Promise<Answer> {
    const all = {
      ...this.who,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
      ...headers,
    };
    const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
    return this.send('POST', path, sent, typeof body === 'string' ? body : JSON.stringify(body));
  }

  /** Opens a record; answers its id. */
  async open(data: object = {}, effective = '2012-10-03'): Promise<string> {
    const body = { effective, data: { familyName: 'Nguyễn Thị', givenName: 'Mẫu', ...data } };
    return (await this.must(201, this.post('/v1/persons', body, { 'if-none-match': '*' }))).body.id;
  }

  /** Opens a unit that exists since 2000; answers its id. */
  async openUnit(code: string, data: object = {}, effective = '2000-01-01'): Promise<string> {
    const body = {
      effective,
      data: { code, name: `Đơn vị ${code}`, type: 'unlisted', ...data },
    };
    return (await this.must(201, this.post('/v1/units', body, { 'if-none-match': '*' }))).body.id;
  }

  /** A command on a record as it is now. */
  async act(person: string, path: string, body: unknown, headers: Headers = {}): Promise<Answer> {
    const etag = (await this.get(`/v1/persons/${person}/status`)).headers['etag'];
    return this.post(`/v1/persons/${person}/${path}`, body, { 'if-match': String(etag), ...headers });
  }

  /** A personnel action on an ordinary paper, which must be carried out. */
  async fact(person: string, action: string, effective: string, data: object = {}): Promise<Answer> {
    const body = { effective, document: { number: '12/QĐ-UBND' }, data };
    return this.must(200, this.act(person, `actions/${action}`, body));
  }

  /** The answer, which must have this status. */
  async must(status: number, answer: Promise<Answer>): Promise<Answer> {
    const got = await answer;
    if (got.status !== status) throw new Error(`${got.status} instead of ${status}: ${got.text}`);
    return got;
  }
}

/** Largest scan of these services, in bytes. */
export const ATTACHMENT_LIMIT = 300_000;

/** A service over a log in memory, with the shipped law in it. It has no read models. */
export interface MemoryService {
  readonly log: EventLog;
  readonly client: Client;
  readonly url: string;
  readonly routes: RouteTable;
  readonly metrics: Metrics;
  readonly access: Access;
  /** What the audit of reads holds. */
  readonly reads: MemoryReads;
  readonly attachments: AttachmentDesk;
  /** Directory of the stored scans. */
  readonly attachmentsIn: string;
  stop(): Promise<void>;
}

export async function memoryService(
  log: EventLog = new MemoryLog(),
  bodyLimit = 256 * 1024,
  options: DeskOptions = {},
): Promise<MemoryService> {
  const sealer = memorySealer('test');
  await ship(log, { data: shippedLaw() });
  const references = new ReferenceService(log);
  await references.start();
  const { stop, ...served } = await serveApi({ log, sealer, references }, bodyLimit, { options });
  return {
    log,
    ...served,
    stop: async () => {
      await stop();
      await references.stop();
      await log.close();
    },
  };
}

/** The API over a log and what belongs to it, listening on loopback; without read models unless some are given. */
export async function serveApi(
  { log, sealer, references }: Pick<ApiCore, 'log' | 'sealer' | 'references'>,
  bodyLimit = 256 * 1024,
  {
    models = { ...NO_MODELS, scopeCandidates: () => everybody(log) },
    hardening = {},
    options = {},
    ...times
  }: {
    readonly clock?: () => Date;
    readonly models?: ReadModels;
    readonly hardening?: Hardening;
    readonly options?: DeskOptions;
  } = {},
): Promise<Omit<MemoryService, 'log'>> {
  const attachmentsIn = mkdtempSync(join(tmpdir(), 'hoso-attachments-'));
  const attachments = new AttachmentDesk(log, sealer, new AttachmentStore(attachmentsIn), ATTACHMENT_LIMIT);
  const desk = new RecordDesk(log, sealer, deskReferences(references), attachments, options);
  const evidence = await memoryEvidence(log);
  const reads = new MemoryReads();
  const readEvidence = await memoryEvidence(reads, READS);
  const secrets = new MemorySecretStore();
  const access = makeAccess({ log, sealer, desk, references, secrets, reads, ...times });
  await signIn(access);
  const referenceDesk = new ReferenceDesk(log, references, sealer);
  const { desk: proposals, earlyRaises } = openProposals(
    { log, sealer, desk, references },
    models,
    GATE_DEFAULTS,
  );
  const core = {
    log,
    sealer,
    references,
    desk,
    referenceDesk,
    proposals,
    earlyRaises,
    access,
    evidence,
    readEvidence,
    attachments,
  };
  const destructions = destructionsOf(core);
  const metrics = new Metrics();
  const requests = new RequestLogger(makeLogger('silent'));
  const health = new Health([{ name: 'log', check: () => log.head().then(() => true) }]);
  const { app, routes } = await makeApp({
    core,
    models,
    destructions,
    metrics,
    health,
    requests,
    bodyLimit,
    hardening,
  });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const client = new Client(url);
  return {
    client,
    url,
    routes,
    metrics,
    access,
    reads,
    attachments,
    attachmentsIn,
    stop: async () => {
      await client.close();
      await app.close();
      await access.close();
      rmSync(attachmentsIn, { recursive: true, force: true });
    },
  };
}

/** Makes the account that the tests act with, or another of its rights, and its session. */
export async function signIn(access: Access, id = ACCOUNT, token = TOKEN): Promise<void> {
  const { accounts, logins } = access;
  const facts: AccountFact[] = [
    { type: 'account_created', data: { kind: 'person', name: 'test' } },
    {
      type: 'account_assigned',
      data: { unit: OFFICE, right: 'administer', reach: 'city', decision: '1/QĐ', from: '2000-01-01' },
    },
  ];
  const actor = { account: id, unit: OFFICE, client: 'test' };
  const there = await accounts.find(id);
  const account = there ?? (await accounts.record(id, facts, 'test', { actor }));
  // A service that is started again on the same data has the session already.
  if ((await logins.authenticate(token)) === null) await logins.begin(account, OFFICE, 'full', token);
}

/** The desk for destructions where there are no read models. */
export function destructionsOf(
  core: Pick<ApiCore, 'log' | 'sealer' | 'references' | 'desk'>,
): DestructionDesk {
  return new DestructionDesk({
    ...core,
    references: deskReferences(core.references),
    forgotten: () => Promise.resolve(),
  });
}

/** A tree over any log, its files and checkpoints in memory. */
export async function memoryEvidence(log: ReadableLog, name?: string): Promise<Evidence> {
  const signer = makeSigner('hoso.example/test', Buffer.alloc(32, 1));
  const register = new MemoryRegister();
  await register.addSigner(signer.verifier.text);
  return new Evidence({
    source: eventLeaves(log, name),
    tiles: new MemoryTiles(),
    register,
    signers: [signer],
  });
}

/** More than may have changed scope may be named: without read models, all who have a record. */
async function everybody(log: EventLog): Promise<string[]> {
  const { position } = await log.head();
  const events = await log.readCategories([PERSON], BEGINNING, position, 100_000);
  return [...new Set(events.flatMap((e) => personOf(e.stream) ?? []))].sort();
}

const none = () => Promise.reject(new ReadModelsUnavailable('a log in memory has no read models'));
export const NO_MODELS: ReadModels = {
  persons: none,
  findings: none,
  members: none,
  proposals: none,
  incomplete: none,
  completeness: none,
  dues: none,
  dueCounts: none,
  retirements: none,
  duties: none,
  dutyCounts: none,
  movements: none,
  movementCounts: none,
  scopeCandidates: none,
  places: none,
  placesBeyond: none,
  evaluations: none,
  // Without a model of duties none is known to be overdue.
  overdue: () => Promise.resolve({ count: 0, sequence: 0 }),
  until: none,
  // There are none in which anything could stay.
  forgotten: () => Promise.resolve(),
  lag: none,
  close: () => Promise.resolve(),
};
