/**
 * Requests made from the OpenAPI document: of every operation, bodies valid by construction, nearly valid ones, and
 * hostile ones beside them. What must hold of every answer is held against each.
 */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect } from 'chai';
import type { AccountFact } from '../../src/access/facts.js';
import { PROBLEMS } from '../../src/api/problem.js';
import { Generator, nearly, type JsonSchema } from '../support/generated.js';
import { raise, wholePerson } from '../support/wholePerson.js';
import { signIn, WHO, type Answer, type MemoryService } from '../support/api.js';
import { operationOf, requestFor, type Operation as Fitted } from './matrixRequests.js';
import { MatrixWorld } from './matrixWorld.js';

/** A service to send to, and whether it has read models. */
export type Fuzzed = Pick<MemoryService, 'client' | 'access'> & { readonly hasModels: boolean };

interface Count {
  sent: number;
  accepted: number;
}

export interface FuzzReport {
  readonly requests: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly commands: Readonly<Count>;
  readonly reads: Readonly<Count>;
  /** Operations of the document of which none was accepted. */
  readonly neverAccepted: readonly string[];
  /** Records that the requests were about. */
  readonly persons: readonly string[];
}

interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly query: readonly {
    readonly name: string;
    readonly schema: JsonSchema;
    readonly required: boolean;
  }[];
  /** Null: it takes no JSON body. */
  readonly body: JsonSchema | null;
  /** For requests that fit by what they are about, not by their form alone. */
  readonly fitted: Fitted;
}

/** Stand for what a request is about until it is sent; then the stand-ins of the moment come in. */
const PLACES = {
  person: '0aaaaaaa-0000-4000-8000-000000000001',
  other: '0aaaaaaa-0000-4000-8000-000000000002',
  fact: '0aaaaaaa-0000-4000-8000-000000000003',
  unit: '0aaaaaaa-0000-4000-8000-000000000004',
  parent: '0aaaaaaa-0000-4000-8000-000000000005',
  account: '0aaaaaaa-0000-4000-8000-000000000006',
  proposal: '0aaaaaaa-0000-4000-8000-000000000007',
  destruction: '0aaaaaaa-0000-4000-8000-000000000008',
} as const;
type StandIns = Record<keyof typeof PLACES, string>;
const REVISION = 987_654;

/** A given name that no other person has: whoever may not see a record never reads it. */
const SECRET = 'Kínđáonhất';
const SECOND = 'test-token-of-a-second-administrator';

/** A stream never ends. */
const NOT_SENT = new Set(['GET /v1/feed/stream']);
/** A session that is ended sends nothing more: only sent by who came for it. */
const ONLY_FITTED = new Set(['POST /v1/sessions/end']);
/** Not for who proposed it. */
const BY_A_SECOND = new Set(['POST /v1/proposals/{id}/decide', 'POST /v1/destructions/{id}/approval']);

/** What no answer ever shows of the code behind it. */
const TRACE = /\bat \w+ \(|node_modules|\.[jt]s:\d+|SELECT |INSERT /;

/** Sends so many requests, and holds what must hold of every answer. Rejects, with the request, when one does not. */
export async function fuzz(service: Fuzzed, runs: number, seed?: number): Promise<FuzzReport> {
  const { client } = service;
  const document = JSON.parse((await client.send('GET', '/openapi.json')).text) as OpenApi;
  const operations = operationsOf(document);
  const world = await World.open(service);
  const codes = await codesOf(service, document);
  const generator = new Generator({ schemas: document.components.schemas, codes, idOf });
  const known = new Set(Object.keys(PROBLEMS).map((kind) => `urn:hoso:problem:${kind}`));
  const statuses: Record<string, number> = {};
  const told = { commands: { sent: 0, accepted: 0 }, reads: { sent: 0, accepted: 0 } };
  const accepted = new Map(operations.map(({ name }) => [name, 0]));
  await fc.assert(
    fc.asyncProperty(requests(operations, generator), async ({ operation, caller, ...made }) => {
      await world.renew();
      const { path, text, headers } = await world.requestOf(made);
      const who =
        caller === 'stranger' ? world.stranger : BY_A_SECOND.has(operation ?? '') ? world.second : WHO;
      const all = {
        ...who,
        ...(text === undefined ? {} : { 'content-type': 'application/json' }),
        'idempotency-key': `k${world.sent}`,
        // Each from elsewhere, to who believes a proxy: wrong passwords from one address would slow down the right ones.
        'x-forwarded-for': `10.${(world.sent >> 16) & 255}.${(world.sent >> 8) & 255}.${world.sent & 255}`,
        ...headers,
      };
      const answer = await client.send(made.method, `/v1/${path}`, all, text);
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      const kind = made.method === 'GET' ? told.reads : told.commands;
      kind.sent += 1;
      if (answer.status < 300) kind.accepted += 1;
      if (answer.status < 300 && operation !== null)
        accepted.set(operation, (accepted.get(operation) ?? 0) + 1);
      judge(answer, known, service.hasModels);
      if (caller === 'stranger') expect(answer.text).not.to.include(SECRET);
    }),
    { numRuns: runs, endOnFailure: true, ...(seed === undefined ? {} : { seed }) },
  );
  return {
    requests: world.sent,
    statuses,
    ...told,
    neverAccepted: [...accepted].filter(([, count]) => count === 0).map(([name]) => name),
    persons: [...world.persons, ...world.matrix.hired],
  };
}

/** No 5xx but for a list that has no read model here; every refusal a problem of a known type; nothing of the code. */
function judge(answer: Answer, known: ReadonlySet<string>, hasModels: boolean): void {
  const { status, text, headers, body } = answer;
  const isWithoutModel = !hasModels && status === 503 && body.type === 'urn:hoso:problem:behind';
  if (status >= 500 && !isWithoutModel) throw new Error(`${status} ${text}`);
  if (status < 400) return;
  expect(headers['content-type']).to.match(/^application\/problem\+json/);
  expect(known.has(body.type), text).to.equal(true);
  expect(text).not.to.match(TRACE);
}

/** One line for people. */
export function fuzzLine({ requests: sent, statuses, commands, reads }: FuzzReport): string {
  const share = (c: Count) => `${c.accepted} of ${c.sent} (${Math.round((100 * c.accepted) / c.sent)} %)`;
  return `${sent} requests; by status ${JSON.stringify(statuses)}; accepted: commands ${share(commands)}, reads ${share(reads)}`;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}
interface OpenApiOperation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>;
  };
}

function operationsOf({ paths }: OpenApi): Operation[] {
  return Object.entries(paths)
    .flatMap(([path, item]) =>
      Object.entries(item).map(([method, { parameters = [], requestBody }]) => ({
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path: path.replace('/v1/', ''),
        query: parameters
          .filter((p) => p.in === 'query')
          .map(({ name, schema, required = false }) => ({ name, schema, required })),
        body: requestBody?.content['application/json']?.schema ?? null,
        fitted: operationOf(method.toUpperCase(), path, item[method] ?? {}),
      })),
    )
    .filter(({ name }) => !NOT_SENT.has(name));
}

/** Codes of each list that a form names, as the service tells them. */
async function codesOf({ client }: Fuzzed, document: OpenApi): Promise<(list: string) => readonly string[]> {
  const lists = new Set(
    [...JSON.stringify(document).matchAll(/"x-catalogue":"(\w+)"/g)].map(([, list]) => list as string),
  );
  const codes = new Map<string, readonly string[]>();
  for (const list of lists) {
    const { status, body } = await client.get(`/v1/catalogues/${list}?asOf=2014-01-01`);
    const found = status === 200 ? body.entries.map((e) => e.code) : [];
    codes.set(list, found.length > 0 ? found.slice(0, 20) : ['ma_1']);
  }
  return (list) => codes.get(list) ?? ['ma_1', 'ma_2', 'ma_3'];
}

function idOf(name: string, reference: string | undefined): string {
  if (reference === 'unit') return PLACES.parent;
  if (name === 'into' || name === 'other') return PLACES.other;
  if (name === 'person' || name === 'record' || name === 'id') return PLACES.person;
  if (name === 'units' || name === 'unit' || name === 'agency') return PLACES.parent;
  return PLACES.fact;
}

interface Made {
  /** The operation of the document; null: some path. */
  readonly operation: string | null;
  readonly method: string;
  readonly path: string;
  readonly text: string | undefined;
  /** Null: the one that lets the command through. */
  readonly condition: string | null;
  readonly caller: 'administrator' | 'stranger';
  /** A request that fits, made as it is sent; then nothing else of this counts. */
  readonly fitted?: Fitted;
}

const pick = <T>(values: readonly T[]) => fc.constantFrom(...values);

function requests(operations: readonly Operation[], generator: Generator): fc.Arbitrary<Made> {
  const sent = operations.filter(({ name }) => !ONLY_FITTED.has(name));
  const reads = sent.filter((o) => o.method === 'GET');
  const commands = sent.filter((o) => o.method !== 'GET');
  const condition = fc.oneof(
    { weight: 19, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: pick(['"0"', '"1"', '*', '', 'W/"1"', '"x"', '"99999999999999999999"']) },
  );
  const caller = fc.oneof(
    { weight: 19, arbitrary: fc.constant('administrator' as const) },
    { weight: 1, arbitrary: fc.constant('stranger' as const) },
  );
  const made = (
    from: readonly Operation[],
    query: (operation: Operation) => fc.Arbitrary<string>,
    text: (operation: Operation) => fc.Arbitrary<string | undefined>,
  ) =>
    pick(from).chain((operation) =>
      fc.record({
        operation: fc.constant(operation.name),
        method: fc.constant(operation.method),
        path: query(operation).map((search) => placed(operation.path) + search),
        text: text(operation),
        condition,
        caller,
      }),
    );
  const validOf = ({ body, path, method }: Operation): fc.Arbitrary<unknown> =>
    body === null ? fc.constant(method === 'GET' ? undefined : {}) : fitting(path, generator.value(body));
  // An operation's forms are large: each is made into values once.
  const [bodies, queries] = [
    new Map<string, fc.Arbitrary<unknown>>(),
    new Map<string, fc.Arbitrary<string>>(),
  ];
  const valid = (operation: Operation) => once(bodies, operation.name, () => validOf(operation));
  const right = (operation: Operation) => once(queries, operation.name, () => queryOf(operation, generator));
  const asText = (value: unknown) => (value === undefined ? undefined : JSON.stringify(value));
  const segment = fc.oneof(
    pick(['persons', 'units', 'feed', '..', '%2e%2e', PLACES.person]),
    fc.string().map((text) => encodeURIComponent(text.toWellFormed())),
  );
  const fits = pick(operations).chain(({ name, method, fitted }) =>
    fc.record({
      operation: fc.constant(name),
      method: fc.constant(method),
      path: fc.constant(''),
      text: fc.constant(undefined),
      condition: fc.constant(null),
      caller,
      fitted: fc.constant(fitted),
    }),
  );
  return fc.oneof(
    { weight: 4, arbitrary: fits },
    { weight: 10, arbitrary: made(commands, dry, (o) => valid(o).map(asText)) },
    { weight: 6, arbitrary: made(reads, right, () => fc.constant(undefined)) },
    {
      weight: 3,
      arbitrary: made(commands, hostileQuery, (o) => valid(o).chain(nearly).map(asText)),
    },
    { weight: 2, arbitrary: made(reads, hostileQuery, () => fc.constant(undefined)) },
    { weight: 1, arbitrary: made(commands, right, () => fc.string({ unit: 'binary' })) },
    {
      weight: 1,
      arbitrary: fc.record({
        operation: fc.constant(null),
        method: pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']),
        path: fc.array(segment, { maxLength: 4 }).map((parts) => parts.join('/')),
        text: fc.constant(undefined),
        condition,
        caller,
      }),
    },
  );
}

function once<T>(made: Map<string, T>, name: string, make: () => T): T {
  const there = made.get(name) ?? make();
  made.set(name, there);
  return there;
}

/** The operation's path, about the stand-ins. */
function placed(path: string): string {
  const of = {
    persons: PLACES.person,
    units: PLACES.unit,
    catalogues: 'sex',
    accounts: PLACES.account,
    proposals: PLACES.proposal,
    destructions: PLACES.destruction,
  } as const;
  const kind = path.split('/')[0] as keyof typeof of;
  return path.replace('{id}', of[kind]).replace('{attachment}', '0'.repeat(64));
}

/** What a body must say beyond its schema to fit the stand-ins. */
function fitting(path: string, body: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const recruited = { effective: '2013-01-02', document: { number: '1/QĐ' }, data: { unit: PLACES.parent } };
  return body.map((value) => {
    const said = value as Record<string, unknown>;
    if (path === 'persons/{id}/corrections') return { ...said, content: recruited };
    if (path === 'proposals') return raise(PLACES.person);
    if (path === 'decisions')
      return {
        ...said,
        persons: [
          {
            id: PLACES.person,
            revision: REVISION,
            changes: [{ kind: 'correct', target: PLACES.fact, content: recruited, reason: 'ghi sai' }],
          },
        ],
      };
    return value;
  });
}

const dry = () =>
  fc.oneof({ weight: 9, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constant('?dryRun=true') });

/** Parameters that the operation takes: those that it needs, and some others. */
function queryOf({ query }: Operation, generator: Generator): fc.Arbitrary<string> {
  const members = query
    .filter(({ name }) => !['token', 'cursor', 'after', 'before', 'knownAt', 'officer', 'to'].includes(name))
    .map(({ name, schema, required }) => {
      const value = generator.value(schema, name);
      return [
        name,
        required || name === 'from'
          ? value
          : fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value }),
      ] as const;
    });
  const needsTo = query.some(({ name, required }) => name === 'to' && required);
  return fc.record(Object.fromEntries(members)).map((made) => {
    const given = Object.entries({ ...made, ...(needsTo ? { to: '2024-01-01' } : {}) })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    return given.length === 0 ? '' : `?${given.join('&')}`;
  });
}

const hostileQuery = () =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant('') },
    {
      weight: 2,
      arbitrary: pick([
        '?dryRun=true',
        '?dryRun=',
        '?asOf=2013',
        '?knownAt=0',
        '?knownAt=2013-01-01',
        '?limit=0',
        '?after=AAAA',
        '?cursor=x',
        '?token=cGVz',
        '?a=%',
        '?a[b]=1',
        '?dryRun=true&dryRun=true',
        '?status=died',
        '?status=decided&agency=x',
        '?unit=x',
        '?%ff',
      ]),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.string(), fc.string())
        .map(([a, b]) => `?${encodeURIComponent(a.toWellFormed())}=${encodeURIComponent(b.toWellFormed())}`),
    },
  );

/**
 * What requests are about. A record that has died or was withdrawn takes little more, and neither does a unit that was
 * closed: every so often others stand in.
 */
class World {
  sent = 0;
  readonly persons: string[] = [];
  stranger: Readonly<Record<string, string>> = {};
  second: Readonly<Record<string, string>> = {};
  private readonly standIns = { ...PLACES } as StandIns;

  private constructor(
    private readonly service: Fuzzed,
    /** What requests that fit are about. */
    readonly matrix: MatrixWorld,
  ) {}

  static async open(service: Fuzzed): Promise<World> {
    const matrix = await MatrixWorld.open(service);
    await matrix.addOthers();
    const world = new World(service, matrix);
    await signIn(service.access, randomUUID(), SECOND);
    world.second = { authorization: `Bearer ${SECOND}` };
    // Where people are hired: no request is sent to it, so that none can close it.
    world.standIns.parent = await service.client.openUnit('F0', { level: 2 });
    const elsewhere = await service.client.openUnit('F1', { level: 2 });
    world.stranger = await world.strangerOf(elsewhere);
    world.standIns.other = await world.hire();
    return world;
  }

  /** Counts a request; some of them find others standing in. */
  async renew(): Promise<void> {
    const at = this.sent++;
    const { client } = this.service;
    if (at % 10 === 0) this.standIns.person = await this.hire();
    if (at % 30 === 0) this.standIns.unit = await client.openUnit(`U${at}`);
    if (at % 100 === 0) this.standIns.account = await this.account(`a${at}`);
    if (at % 250 === 0) this.standIns.proposal = await this.propose();
    if (at % 500 === 0) this.standIns.other = await this.hire();
    if (at % 500 === 0) this.standIns.destruction = await this.destruction();
  }

  /** The request as it is sent now. */
  async requestOf({ path, text, condition, fitted }: Omit<Made, 'operation' | 'caller'>): Promise<{
    readonly path: string;
    readonly text: string | Buffer | undefined;
    readonly headers: Readonly<Record<string, string>>;
  }> {
    if (fitted !== undefined) {
      const asked = await requestFor(fitted, { world: this.matrix, fresh: true, caller: 'h' });
      const { body, headers = {} } = asked;
      const sent = body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body);
      return { path: asked.path, text: sent, headers };
    }
    const about = this.named(path);
    const headers = condition === null ? await this.current(about) : { 'if-match': condition };
    return { path: about, text: text === undefined ? undefined : await this.fitted(text), headers };
  }

  named(text: string): string {
    return Object.entries(PLACES).reduce(
      (said, [kind, place]) => said.replaceAll(place, this.standIns[kind as keyof StandIns]),
      text,
    );
  }

  /** A body about the stand-ins, at the revision that is read now. */
  async fitted(text: string): Promise<string> {
    const said = this.named(text);
    if (!said.includes(String(REVISION))) return said;
    const { 'if-match': etag = '"0"' } = await this.current(`persons/${this.standIns.person}/x`);
    return said.replaceAll(String(REVISION), JSON.parse(etag) as string);
  }

  /** The precondition that lets a command through. */
  async current(path: string): Promise<Record<string, string>> {
    const [kind = '', id] = path.split('?')[0]?.split('/') ?? [];
    if (id === undefined || id === 'search') return { 'if-none-match': '*' };
    if (!['persons', 'units', 'catalogues', 'proposals', 'destructions'].includes(kind)) return {};
    const query = kind === 'units' || kind === 'catalogues' ? '?asOf=2012-12-31' : '';
    const view = kind === 'persons' ? '/status' : '';
    const { headers } = await this.service.client.get(`/v1/${kind}/${encodeURIComponent(id)}${view}${query}`);
    const { etag } = headers;
    return typeof etag === 'string' ? { 'if-match': etag } : {};
  }

  private async hire(): Promise<string> {
    const { client } = this.service;
    const id = await client.open({ sex: 'female', givenName: SECRET, dateOfBirth: '1985-03-15' });
    const unit = this.standIns.parent;
    const hired = { effective: '2013-01-01', data: { unit, category: 'cong_chuc' } };
    const graded = { effective: '2013-01-01', data: { grade: '01.003', step: 1 } };
    const changes = [
      { kind: 'record', action: 'recruited', ...hired },
      { kind: 'record', action: 'appointed_to_grade', ...graded },
    ];
    const body = { document: { number: '12/QĐ-UBND' }, changes };
    const sent = client.post(`/v1/persons/${id}/decisions`, body, { 'if-match': '"0"' });
    this.standIns.fact = (await client.must(200, sent)).body.events[0]?.id ?? '';
    this.persons.push(id);
    return id;
  }

  private async propose(): Promise<string> {
    const { client } = this.service;
    // An agency whose duties are overdue may propose nothing: one of its own owes nothing yet.
    const person = await wholePerson(client, await client.openUnit(`P${this.sent}`, { level: 2 }));
    const made = await client.post('/v1/proposals', raise(person));
    return made.status === 201 ? made.body.id : this.standIns.proposal;
  }

  private async destruction(): Promise<string> {
    const { client } = this.service;
    const body = {
      reason: 'hết thời hạn lưu trữ',
      record: await this.hire(),
      groups: ['history'],
      decision: { number: '7/QĐ' },
    };
    const made = await client.post('/v1/destructions', body, { 'if-none-match': '*' });
    return made.status < 300 ? made.body.id : this.standIns.destruction;
  }

  private async account(name: string): Promise<string> {
    const { client } = this.service;
    const account = { kind: 'machine', name, scopes: ['records:read'] };
    const made = await client.must(201, client.post('/v1/accounts', { account }));
    return made.body.id;
  }

  /** Somebody whose agency keeps none of the records. */
  private async strangerOf(unit: string): Promise<Readonly<Record<string, string>>> {
    const { accounts, logins } = this.service.access;
    const id = accounts.idOf('stranger');
    const facts: AccountFact[] = [
      { type: 'account_created', data: { kind: 'person', name: 'stranger' } },
      {
        type: 'account_assigned',
        data: { unit, right: 'administer', reach: 'unit', decision: '1/QĐ', from: '2020-01-01' },
      },
    ];
    const account = await accounts.record(id, facts, 'made', {
      actor: { account: id, unit, client: 'test' },
    });
    const { token } = await logins.begin(account, unit, 'full');
    return { authorization: `Bearer ${token}` };
  }
}
