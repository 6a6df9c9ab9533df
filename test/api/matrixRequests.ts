/** A request of every route that is carried out for whoever may send it, and what its answer then shows. */
import { TOTP } from 'otpauth';
import type { Account } from '../../src/access/account.js';
import { raise } from '../support/wholePerson.js';
import type { Answer } from '../support/api.js';
import {
  accountOf,
  destructionOf,
  entry,
  NAME,
  PAPER,
  PASSWORD,
  pdf,
  type Headers,
  type MatrixWorld,
} from './matrixWorld.js';

export interface Operation {
  readonly route: string;
  readonly method: string;
  readonly path: string;
  readonly hasDryRun: boolean;
  /** Names of the parameters of its query. */
  readonly query: readonly string[];
  /** The body that the document gives as an example; undefined: none. */
  readonly example: object | undefined;
}

/** An operation of the OpenAPI document. */
export interface Documented {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: {
    readonly content: Readonly<
      Record<string, { readonly schema: { readonly examples?: readonly object[] } }>
    >;
  };
}

export function operationOf(
  method: string,
  path: string,
  { parameters = [], requestBody }: Documented,
): Operation {
  return {
    route: `${method} ${path}`,
    method,
    path: path.replace('/v1/', ''),
    hasDryRun: parameters.some((p) => p.name === 'dryRun'),
    query: parameters.filter((p) => p.in === 'query').map((p) => p.name),
    example: requestBody?.content['application/json']?.schema.examples?.[0],
  };
}

/** What is sent to a route. */
export interface Asked {
  /** Below /v1/, with its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Headers;
  /** Stands in every answer that shows what the route is about. */
  readonly shows: string;
}

/** What a request is about: the subjects of the world, or others that nothing was done to before. */
interface About {
  readonly world: MatrixWorld;
  readonly fresh: boolean;
  /** Whose request it is. */
  readonly caller: string;
}
type Fit = (about: About) => Promise<Asked> | Asked;

/** The request that fits a route; `fresh`: about a record, unit or account of its own, to be changed for good. */
export async function requestFor(operation: Operation, about: About): Promise<Asked> {
  const { route, path } = operation;
  const fit = FITS[route];
  if (fit !== undefined) return fit(about);
  const [kind = '', , ...rest] = path.split('/');
  const view = rest.join('/');
  if (kind === 'persons' && operation.method === 'GET') return personRead(about, view);
  if (kind === 'persons') return personCommand(about, view, operation.example ?? {});
  if (kind === 'units' && operation.method === 'GET') return unitList(about, view);
  if (kind === 'units') return unitCommand(about, view, operation.example ?? {});
  throw new Error(`${route}: no request of it is known`);
}

const EXAMPLE_UNIT = '22222222-2222-4222-8222-222222222222';

function personRead({ world }: About, view: string): Asked {
  const { person } = world.subjects;
  const shows = { '': NAME, history: NAME, 'forms/2c': NAME.toUpperCase() }[view] ?? person;
  return { path: `persons/${person}${view === '' ? '' : `/${view}`}`, shows };
}

async function personCommand({ world, fresh }: About, view: string, body: object): Promise<Asked> {
  const said = named(body, world.places.school);
  if (!fresh) return onPerson(world, world.others.late, view, said);
  const { id, revision } = await world.hire();
  return { path: `persons/${id}/${view}`, body: said, headers: { 'if-match': `"${revision}"` }, shows: id };
}

async function onPerson(world: MatrixWorld, id: string, view: string, body: unknown): Promise<Asked> {
  return {
    path: `persons/${id}/${view}`,
    body,
    headers: await current(world, `persons/${id}/status`),
    shows: id,
  };
}

function unitList({ world }: About, view: string): Asked {
  const { school } = world.places;
  const { late, moving } = world.others;
  const others = {
    movements: moving,
    'early-raises': school,
    establishment: school,
    evaluations: school,
    retirements: '"eligible"',
  };
  const shows = (others as Readonly<Record<string, string>>)[view] ?? late;
  return { path: `units/${school}/${view}${view === 'movements' ? '?list=sent' : ''}`, shows };
}

async function unitCommand({ world, fresh }: About, view: string, body: object): Promise<Asked> {
  const { section, school } = world.places;
  // What an agency says of itself, and gives to those below, is said by the school; the rest of a unit that may be changed.
  const isOwn = /^(reports|checks|payroll|early-raise-allotments)$/.test(view);
  const unit =
    fresh && !isOwn ? await world.api.openUnit(world.code(), { parent: school }) : isOwn ? school : section;
  const data = await UNIT_DATA[view]?.(world);
  const said = data === undefined ? named(body, school) : { effective: '2021-01-01', document: PAPER, data };
  return onUnit(world, unit, view, said);
}

const UNIT_DATA: Readonly<Record<string, (world: MatrixWorld) => object | Promise<object>>> = {
  rename: () => ({ name: 'Tổ mới' }),
  reparent: ({ places }) => ({ parent: places.department }),
  reclassify: () => ({ type: 'unlisted' }),
  close: () => ({}),
  split: ({ places }) => ({ to: places.sibling }),
  merge: ({ places }) => ({ into: places.sibling }),
  checks: () => ({ month: '2021-02' }),
  reports: () => ({ due: '2021-05-24' }),
  payroll: () => ({ year: 2021, count: 3 }),
  'early-raise-allotments': async ({ api, places, code }) => ({
    year: 2021,
    to: await api.openUnit(code(), { parent: places.school, level: 1 }),
    count: 0,
  }),
  quotas: () => ({ year: 2021, kind: 'civil_servants', count: 9 }),
};

async function onUnit(world: MatrixWorld, unit: string, view: string, body: unknown): Promise<Asked> {
  return { path: `units/${unit}/${view}`, body, headers: await current(world, `units/${unit}`), shows: unit };
}

async function onList(world: MatrixWorld, view: string, body: unknown): Promise<Asked> {
  const path = `catalogues/${world.subjects.list}`;
  return { path: `${path}/${view}`, body, headers: await current(world, path), shows: world.subjects.list };
}

/** The precondition that lets a command through. */
async function current({ api }: MatrixWorld, path: string): Promise<Headers> {
  const { etag } = (await api.must(200, api.get(`/v1/${path}`))).headers;
  return { 'if-match': String(etag) };
}

function named(body: object, unit: string): object {
  return JSON.parse(JSON.stringify(body).replaceAll(EXAMPLE_UNIT, unit)) as object;
}

const eventOf = ({ body }: Answer) => body.events[0]?.id ?? '';
const reason = 'ghi sai';

/** A record of the school that is withdrawn, held, or whatever the command before made of it. */
async function after({ world }: About, path: string, body: object) {
  const { id } = await world.hire();
  const done = await world.api.must(200, world.api.act(id, path, body));
  return { id, event: eventOf(done) };
}

/** A fact of a unit, an entry of a list or of an account that a command then changes. */
async function renamed({ api, places, code }: MatrixWorld): Promise<string> {
  const body = { effective: '2019-01-01', document: PAPER, data: { name: `Tổ ${code()}` } };
  const headers = { 'if-match': String((await api.get(`/v1/units/${places.section}`)).headers['etag']) };
  return eventOf(await api.must(200, api.post(`/v1/units/${places.section}/rename`, body, headers)));
}

async function listed({ api, subjects, code }: MatrixWorld): Promise<string> {
  const path = `/v1/catalogues/${subjects.list}`;
  const headers = { 'if-match': String((await api.get(path)).headers['etag']) };
  return eventOf(await api.must(200, api.post(`${path}/entries`, entry(code()), headers)));
}

/** A command on an account of the school. */
const account =
  (
    view: string,
    body: (world: MatrixWorld, id: string) => object | Promise<object>,
    kind: 'person' | 'machine' = 'person',
  ): Fit =>
  async ({ world, fresh }) => {
    const made = kind === 'machine' ? { kind, scopes: ['feed:read'] } : { kind };
    const { school } = world.places;
    const id = fresh
      ? await accountOf(world.api, school, { ...made, name: `tk ${world.code()}` })
      : kind === 'person'
        ? world.subjects.account
        : world.subjects.machine.id;
    return { path: `accounts/${id}/${view}`, body: await body(world, id), shows: id };
  };

const on = (world: MatrixWorld, id: string, view: string, body: object) =>
  world.api.must(200, world.api.post(`/v1/accounts/${id}/${view}`, body));
const eventOn = async (world: MatrixWorld, id: string, view: string, body: object) =>
  eventOf(await on(world, id, view, body));

const assignment = ({ places }: MatrixWorld) => ({
  unit: places.school,
  right: 'update',
  reach: 'unit',
  decision: '3/QĐ',
  agreement: '9/SNV',
  from: '2020-01-01',
});
const consent = ({ subjects }: MatrixWorld) => ({
  document: '2/CV',
  person: subjects.person,
  groups: ['identity'],
  from: '2020-01-01',
  until: '2099-12-31',
});
const step = async (world: MatrixWorld, id: string, view: string, body: object): Promise<Asked> => ({
  path: `proposals/${id}/${view}`,
  body,
  headers: await current(world, `proposals/${id}`),
  shows: id,
});
const destruction =
  (view: string, body: object): Fit =>
  async ({ world, fresh }) => {
    const id = fresh ? await destructionOf(world.api, (await world.hire()).id) : world.subjects.destruction;
    return { path: `destructions/${id}/${view}`, body, headers: { 'if-match': '"0"' }, shows: id };
  };

/** Routes whose request is more than a path and an example. */
const FITS: Readonly<Record<string, Fit>> = {
  'POST /v1/sessions': () => ({
    path: 'sessions',
    body: { name: 'văn thư', password: PASSWORD },
    shows: '"token"',
  }),
  'POST /v1/sessions/password': async ({ world }) => {
    const { code } = await world.service.access.logins.issueCode(world.subjects.account);
    return { path: 'sessions/password', body: { name: 'văn thư', code, password: PASSWORD }, shows: '' };
  },
  'POST /v1/sessions/lost': () => ({ path: 'sessions/lost', body: { name: 'văn thư' }, shows: '"noted"' }),
  'POST /v1/sessions/end': async ({ world, caller, fresh }) => ({
    path: 'sessions/end',
    headers: fresh ? (await world.newcomer()).headers : await world.again(caller),
    shows: '',
  }),
  'POST /v1/sessions/second-factor': () => ({ path: 'sessions/second-factor', shows: '"secret"' }),
  'POST /v1/sessions/second-factor/confirmation': async ({ world, caller, fresh }) => {
    const { name, headers } = fresh ? await world.newcomer() : { name: caller, headers: {} };
    const { secret } = world.service.access.logins.proposeSecondFactor({ name } as Account);
    const otp = new TOTP({ secret, digits: 6, period: 30 }).generate();
    return { path: 'sessions/second-factor/confirmation', body: { secret, otp }, headers, shows: '' };
  },
  'POST /v1/token': ({ world }) => {
    const { id, secret } = world.subjects.machine;
    const body = { grant_type: 'client_credentials', client_id: id, client_secret: secret };
    return { path: 'token', body, shows: '"access_token"' };
  },
  'GET /v1/me': ({ world, caller }) => ({
    path: 'me',
    shows:
      caller === 'm' ? world.subjects.machine.id : world.service.access.accounts.idOf(`caller ${caller}`),
  }),

  'GET /v1/accounts': ({ world }) => ({ path: 'accounts', shows: world.subjects.account }),
  'GET /v1/accounts/{id}': ({ world }) => ({
    path: `accounts/${world.subjects.account}`,
    shows: world.subjects.account,
  }),
  'POST /v1/accounts': ({ world }) => ({
    path: 'accounts',
    body: { account: { kind: 'person', name: `tk ${world.code()}` }, assignment: assignment(world) },
    shows: '"id"',
  }),
  'POST /v1/accounts/{id}/assignments': account('assignments', assignment),
  'POST /v1/accounts/{id}/assignment-ends': account('assignment-ends', async (world, id) => ({
    assignment: await eventOn(world, id, 'assignments', assignment(world)),
  })),
  'POST /v1/accounts/{id}/consents': account('consents', consent),
  'POST /v1/accounts/{id}/consent-withdrawals': account('consent-withdrawals', async (world, id) => ({
    consent: await eventOn(world, id, 'consents', consent(world)),
  })),
  'POST /v1/accounts/{id}/person': account('person', ({ subjects: { person } }) => ({ person })),
  'POST /v1/accounts/{id}/disabling': account('disabling', () => ({ reason })),
  'POST /v1/accounts/{id}/enabling': async (about) => {
    const { world } = about;
    const id = await accountOf(world.api, world.places.school, {
      kind: 'person',
      name: `tk ${world.code()}`,
    });
    await on(world, id, 'disabling', { reason });
    return { path: `accounts/${id}/enabling`, body: { reason }, shows: id };
  },
  'POST /v1/accounts/{id}/codes': account('codes', () => ({ purpose: 'reset' })),
  'POST /v1/accounts/{id}/second-factor': account('second-factor', () => ({})),
  'POST /v1/accounts/{id}/second-factor-waiver': async ({ world }) => {
    const id = await accountOf(world.api, world.places.school, {
      kind: 'person',
      name: `tk ${world.code()}`,
    });
    await on(world, id, 'second-factor', {});
    return { path: `accounts/${id}/second-factor-waiver`, body: { reason }, shows: id };
  },
  'POST /v1/accounts/{id}/secrets': account('secrets', () => ({}), 'machine'),
  'POST /v1/accounts/{id}/secret-retirements': account(
    'secret-retirements',
    async (world, id) => ({
      secret: ((await on(world, id, 'secrets', {})).body as unknown as { secret: { id: string } }).secret.id,
    }),
    'machine',
  ),

  'GET /v1/persons': () => ({ path: 'persons', shows: NAME }),
  'POST /v1/persons/search': () => ({ path: 'persons/search', body: { name: NAME }, shows: NAME }),
  'POST /v1/persons': () => ({
    path: 'persons',
    body: { effective: '2012-10-03', data: { familyName: 'Lê', givenName: 'Mới' } },
    headers: { 'if-none-match': '*' },
    shows: '"id"',
  }),
  'GET /v1/persons/{id}/access/explain': ({ world: { subjects } }) => ({
    path: `persons/${subjects.person}/access/explain`,
    shows: '"allowed":true',
  }),
  'GET /v1/persons/{id}/forms/supplement': ({ world: { subjects } }) => ({
    path: `persons/${subjects.person}/forms/supplement?from=2014-01-01&to=2014-12-31`,
    shows: subjects.person,
  }),
  'GET /v1/persons/{id}/attachments/{attachment}': ({ world: { subjects } }) => ({
    path: `persons/${subjects.person}/attachments/${subjects.attachment}`,
    shows: NAME,
  }),
  'POST /v1/persons/{id}/attachments': ({ world: { subjects } }) => ({
    path: `persons/${subjects.person}/attachments`,
    body: pdf(),
    headers: { 'content-type': 'application/pdf' },
    shows: '"attachmentHash"',
  }),
  'POST /v1/persons/{id}/decisions': (about) =>
    personCommand(about, 'decisions', {
      document: PAPER,
      changes: [{ kind: 'record', action: 'remarked', effective: '2014-01-01', data: { remark: 'tốt' } }],
    }),
  'POST /v1/persons/{id}/corrections': async (about) => {
    const { id, event } = await after(about, 'actions/remarked', remark);
    const content = { ...remark, data: { remark: 'khá' } };
    return onPerson(about.world, id, 'corrections', { target: event, content, reason });
  },
  'POST /v1/persons/{id}/rescissions': async (about) => {
    const { id, event } = await after(about, 'actions/remarked', remark);
    return onPerson(about.world, id, 'rescissions', { target: event, reason });
  },
  'POST /v1/persons/{id}/withdrawal': (about) => personCommand(about, 'withdrawal', { reason }),
  'POST /v1/persons/{id}/restoration': async (about) => {
    const { id } = await after(about, 'withdrawal', { reason });
    return onPerson(about.world, id, 'restoration', { reason });
  },
  'POST /v1/persons/{id}/holds': (about) => personCommand(about, 'holds', { reason, approval: PAPER }),
  'POST /v1/persons/{id}/holds/releases': async (about) => {
    const { id, event } = await after(about, 'holds', { reason, approval: PAPER });
    return onPerson(about.world, id, 'holds/releases', { hold: event, reason, approval: PAPER });
  },
  'POST /v1/persons/{id}/findings/settlements': async ({ world }) => {
    // A post held before the recruitment is irregular.
    const { id } = await world.hire();
    await world.api.fact(id, 'appointed_to_position', '2012-12-01', { position: 'chuyen_vien' });
    const [found] = (await world.api.get(`/v1/persons/${id}/findings`)).body.findings;
    const { rule, fact, others, field } = found ?? { rule: '', fact: '', others: [] };
    const finding = { rule, fact, others, ...(field === undefined ? {} : { field }) };
    return onPerson(world, id, 'findings/settlements', { ...finding, reason });
  },
  'POST /v1/persons/{id}/merge': async (about) => {
    const { id } = await about.world.hire();
    return onPerson(about.world, (await about.world.hire()).id, 'merge', { into: id, reason });
  },
  'POST /v1/decisions': async ({ world, fresh }) => {
    const { id } = fresh ? await world.hire() : { id: world.others.late };
    const { 'if-match': etag = '' } = await current(world, `persons/${id}/status`);
    const changes = [
      { kind: 'record', action: 'remarked', effective: '2014-01-01', data: { remark: 'tốt' } },
    ];
    const persons = [{ id, revision: Number(JSON.parse(etag)), changes }];
    return { path: 'decisions', body: { document: PAPER, persons }, shows: id };
  },

  'GET /v1/proposals': ({ world: { subjects } }) => ({ path: 'proposals', shows: subjects.proposal }),
  'POST /v1/proposals': async ({ world, fresh }) => {
    const person = fresh ? await world.whole() : world.subjects.person;
    return { path: 'proposals', body: raise(person), shows: person };
  },
  'GET /v1/proposals/{id}': ({ world: { subjects } }) => ({
    path: `proposals/${subjects.proposal}`,
    shows: subjects.person,
  }),
  'POST /v1/proposals/{id}/check': async ({ world, fresh }) =>
    step(world, fresh ? await world.propose() : world.subjects.proposal, 'check', {}),
  'POST /v1/proposals/{id}/decline': async ({ world, fresh }) =>
    step(world, fresh ? await world.propose() : world.subjects.proposal, 'decline', { reason }),
  'POST /v1/proposals/{id}/decide': async ({ world, fresh }) =>
    step(world, fresh ? await world.checked() : world.subjects.checked, 'decide', { document: PAPER }),

  'GET /v1/destructions/{id}': ({ world: { subjects } }) => ({
    path: `destructions/${subjects.destruction}`,
    shows: subjects.destruction,
  }),
  'POST /v1/destructions': async ({ world }) => {
    const { id } = await world.hire();
    const body = { reason, record: id, groups: ['identity'], decision: { number: '7/QĐ' } };
    return { path: 'destructions', body, headers: { 'if-none-match': '*' }, shows: id };
  },
  'POST /v1/destructions/{id}/approval': destruction('approval', {}),
  'POST /v1/destructions/{id}/refusal': destruction('refusal', { reason }),

  'GET /v1/feed': ({ world: { subjects } }) => ({
    path: `feed?limit=1000&after=${subjects.before}`,
    shows: subjects.person,
  }),
  'GET /v1/evidence/checkpoint': () => ({ path: 'evidence/checkpoint', shows: '—' }),
  'GET /v1/evidence/checkpoints': () => ({ path: 'evidence/checkpoints', shows: '"' }),
  'GET /v1/evidence/reads/checkpoint': () => ({ path: 'evidence/reads/checkpoint', shows: '—' }),
  'GET /v1/evidence/keys': () => ({ path: 'evidence/keys', shows: '"' }),
  'GET /v1/evidence/consistency': async ({ world: { api } }) => {
    const [, size = ''] = (await api.get('/v1/evidence/checkpoint')).text.split('\n');
    return { path: `evidence/consistency?from=${size}`, shows: '"' };
  },

  'GET /v1/units': ({ world: { places } }) => ({ path: 'units', shows: places.school }),
  'GET /v1/units/{id}': ({ world: { places } }) => ({ path: `units/${places.school}`, shows: 'thpt1' }),
  'POST /v1/units': ({ world }) => ({
    path: 'units',
    body: { effective: '2021-01-01', data: { code: world.code(), name: 'Mới', type: 'unlisted' } },
    headers: { 'if-none-match': '*' },
    shows: '"id"',
  }),
  'POST /v1/units/{id}/corrections': async ({ world }) => {
    const target = await renamed(world);
    const fact = {
      type: 'unit_renamed',
      effective: '2019-02-01',
      document: PAPER,
      data: { name: 'Tổ khác' },
    };
    return onUnit(world, world.places.section, 'corrections', { target, fact });
  },
  'POST /v1/units/{id}/rescissions': async ({ world }) =>
    onUnit(world, world.places.section, 'rescissions', { target: await renamed(world) }),
  'GET /v1/catalogues': ({ world: { subjects } }) => ({ path: 'catalogues', shows: subjects.list }),
  'GET /v1/catalogues/{id}': ({ world: { subjects } }) => ({
    path: `catalogues/${subjects.list}`,
    shows: 'ma_1',
  }),
  'POST /v1/catalogues/{id}/entries': ({ world }) => onList(world, 'entries', entry(world.code())),
  'POST /v1/catalogues/{id}/coverage': ({ world }) =>
    onList(world, 'coverage', { from: '2020-01-01', to: '2020-12-31', source: 'Quyết định thử' }),
  'POST /v1/catalogues/{id}/corrections': async ({ world }) => {
    const target = await listed(world);
    return onList(world, 'corrections', { target, entry: entry(world.code()) });
  },
  'POST /v1/catalogues/{id}/ends': async ({ world }) => {
    const target = await listed(world);
    return onList(world, 'ends', { target, validTo: '2030-12-31', source: 'Quyết định thử' });
  },
  'POST /v1/catalogues/{id}/rescissions': async ({ world }) =>
    onList(world, 'rescissions', { target: await listed(world) }),
};

const remark = { effective: '2014-01-01', document: PAPER, data: { remark: 'tốt' } };
