/** The city, the records and the callers that the matrices of rights are about, over PostgreSQL with every read model. */
import { randomUUID } from 'node:crypto';
import type { AccountFact } from '../../src/access/facts.js';
import type { FieldGroup } from '../../src/fieldGroups.js';
import { WHO, type Client } from '../support/api.js';
import type { ServedWorld } from '../support/servedWorld.js';
import { raise, wholePerson } from '../support/wholePerson.js';

/** Whoever may not see the record never reads this name: nobody else has it. */
export const NAME = 'Nguyễn Thị';
export const PAPER = { number: '12/QĐ-UBND', signedDate: '2020-01-02' };
export const PASSWORD = 'một câu dài không ai đoán 97';
export type Headers = Readonly<Record<string, string>>;

const GROUPS: readonly FieldGroup[] = ['identity', 'history'];
const DAY_MS = 86_400_000;

/** Units by what they are to the school that keeps the record. */
export interface Places {
  readonly city: string;
  readonly home: string;
  readonly department: string;
  readonly school: string;
  readonly sibling: string;
  readonly section: string;
}

/** What the requests of the matrices are about. */
export interface Subjects {
  /** A cursor of the feed from before there was anybody. */
  readonly before: string;
  /** Whose record is complete, so that a proposal passes its gates. */
  readonly person: string;
  /** An account assigned to the school, and a machine of its. */
  readonly account: string;
  readonly machine: { readonly id: string; readonly secret: string };
  readonly proposal: string;
  readonly checked: string;
  readonly destruction: string;
  readonly attachment: string;
  readonly list: string;
}

/** A service that holds a world: with read models, or a log in memory. */
export type Holding = Pick<ServedWorld, 'client' | 'access'>;

export class MatrixWorld<Service extends Holding = Holding> {
  readonly callers = new Map<string, Headers>([['a', {}]]);
  /** Ids of all records that were opened here by `hire`. */
  readonly hired: string[] = [];

  private constructor(
    readonly service: Service,
    readonly places: Places,
    readonly subjects: Subjects,
  ) {}

  static async open<Service extends Holding>(service: Service): Promise<MatrixWorld<Service>> {
    const places = await placesOf(service.client);
    return new MatrixWorld(service, places, await subjectsOf(service, places));
  }

  get api(): Client {
    return this.service.client;
  }

  /** A session of an account with these facts; answers its id. */
  async signIn(caller: string, facts: readonly AccountFact[]): Promise<string> {
    const { accounts, logins } = this.service.access;
    const name = `caller ${caller}`;
    const id = accounts.idOf(name);
    const created: AccountFact = { type: 'account_created', data: { kind: 'person', name } };
    const actor = { account: id, unit: id, client: 'test' };
    const account = await accounts.record(id, [created, ...facts], 'made', { actor });
    const { token } = await logins.begin(account, account.assignments[0]?.unit ?? null, 'full');
    this.callers.set(caller, { authorization: `Bearer ${token}` });
    return id;
  }

  /** Another session of a caller, to be ended; of whoever has none, what was there. */
  async again(caller: string): Promise<Headers> {
    const { accounts, logins } = this.service.access;
    if (caller === 'm') return this.tokenOf(this.subjects.machine);
    if (caller === 'a') return {};
    const account = await accounts.find(accounts.idOf(`caller ${caller}`));
    if (account === null || account.disabled) return this.callers.get(caller) ?? {};
    const { token } = await logins.begin(account, account.assignments[0]?.unit ?? null, 'full');
    return { authorization: `Bearer ${token}` };
  }

  /** A person of the school, hired and graded; answers id and revision. */
  async hire(
    unit = this.places.school,
    familyName = NAME,
  ): Promise<{ readonly id: string; readonly revision: number }> {
    const id = await this.api.open({ familyName, dateOfBirth: '1970-03-15', sex: 'female' });
    const changes = [
      { kind: 'record', action: 'recruited', effective: '2013-01-01', data: { unit, category: 'cong_chuc' } },
      {
        kind: 'record',
        action: 'appointed_to_grade',
        effective: '2013-01-01',
        data: { grade: '01.003', step: 1 },
      },
    ];
    this.hired.push(id);
    const path = `/v1/persons/${id}/decisions`;
    const sent = this.api.post(path, { document: PAPER, changes }, { 'if-match': '"0"' });
    return { id, revision: (await this.api.must(200, sent)).body.revision };
  }

  /** A code that nothing has yet. */
  readonly code = (): string => `M${++this.coded}`;
  private coded = 0;

  /** Somebody whose record is complete: of the school, or of an agency of its own once the school owes something. */
  async whole(): Promise<string> {
    const { school, department } = this.places;
    const owes = this.others.late !== '';
    return wholePerson(
      this.api,
      owes ? await this.api.openUnit(this.code(), { level: 1, parent: department }) : school,
    );
  }

  async propose(): Promise<string> {
    return (await this.api.must(201, this.api.post('/v1/proposals', raise(await this.whole())))).body.id;
  }

  /** A proposal that has been checked and waits for its decision. */
  async checked(): Promise<string> {
    const id = await this.propose();
    await this.api.must(200, this.api.post(`/v1/proposals/${id}/check`, {}, { 'if-match': '"0"' }));
    return id;
  }

  /** Somebody who has just logged in for the first time. */
  async newcomer(): Promise<{ readonly name: string; readonly headers: Headers }> {
    const name = this.code();
    await this.signIn(name, []);
    return { name: `caller ${name}`, headers: this.callers.get(name) ?? {} };
  }

  /** Others of the school, whose duties are overdue: from now on it may propose nothing. */
  async addOthers(): Promise<void> {
    const { id: late } = await this.hire();
    const { id: moving } = await this.hire(this.places.school, 'Trần');
    await this.api.fact(late, 'appointed_to_position', '2012-12-01', { position: 'chuyen_vien' });
    const { school: from, sibling: to } = this.places;
    await this.api.fact(moving, 'record_sent', '2020-01-01', { from, to });
    const { id: departed } = await this.hire(this.places.school, 'Lê');
    await this.api.fact(departed, 'transferred', '2020-01-01', { toUnit: to });
    this.others = { late, moving, departed };
  }
  others = { late: '', moving: '', departed: '' };

  /** The callers of the matrices. */
  async signInAll(): Promise<void> {
    const { school, department, sibling, section, home } = this.places;
    const { person } = this.subjects;
    const assigned = (unit: string, right: 'administer' | 'update'): AccountFact => ({
      type: 'account_assigned',
      data: { unit, right, reach: 'unit', decision: '1/QĐ', from: '2020-01-01' },
    });
    const consent = (until: string): AccountFact => ({
      type: 'consent_given',
      data: { document: '1/CV', person, groups: GROUPS, from: '2020-01-01', until },
    });
    await this.signIn('o', [assigned(school, 'update')]);
    await this.signIn('A', [assigned(school, 'administer')]);
    await this.signIn('p', [assigned(department, 'administer')]);
    await this.signIn('s', [assigned(sibling, 'administer')]);
    await this.signIn('c', [assigned(section, 'update')]);
    await this.signIn('h', [assigned(home, 'administer')]);
    await this.signIn('e', [consent(new Date(Date.now() - 2 * DAY_MS).toISOString().slice(0, 10))]);
    const disabled = await this.signIn('d', [assigned(school, 'administer')]);
    await this.signIn('f', [{ type: 'person_linked', data: { person } }]);
    await this.signIn('r', [consent('2099-12-31')]);
    const { accounts } = this.service.access;
    const actor = { account: accounts.idOf('test'), unit: school, client: 'test' };
    await accounts.record(disabled, [{ type: 'account_disabled', data: { reason: 'thử' } }], 'disabled', {
      actor,
    });
    this.callers.set('m', await this.tokenOf(this.subjects.machine));
  }

  /** A token of a machine. */
  async tokenOf({ id, secret }: Subjects['machine']): Promise<Headers> {
    const asked = { grant_type: 'client_credentials', client_id: id, client_secret: secret };
    const { body } = await this.api.must(200, this.api.post('/v1/token', asked));
    return { authorization: `Bearer ${(body as unknown as { access_token: string }).access_token}` };
  }
}

async function placesOf(api: Client): Promise<Places> {
  const city = await api.openUnit('tp', { level: 0 });
  const home = await api.openUnit('snv', { level: 3, parent: city });
  const department = await api.openUnit('sgd', { level: 2, parent: city });
  const school = await api.openUnit('thpt1', { level: 1, parent: department });
  const sibling = await api.openUnit('thpt2', { level: 1, parent: department });
  const section = await api.openUnit('to1', { parent: school });
  return { city, home, department, school, sibling, section };
}

async function subjectsOf(service: Holding, { school }: Places): Promise<Subjects> {
  const { client: api } = service;
  const list = 'danh_muc_thu';
  const begun = await api.must(
    201,
    api.post(`/v1/catalogues/${list}/entries`, entry('ma_1'), { 'if-none-match': '*' }),
  );
  const person = await wholePerson(api, school);
  const proposal = (await api.must(201, api.post('/v1/proposals', raise(person)))).body.id;
  // Another of the same person: one is proposed, the other has been checked and waits for its decision.
  const other = await wholePerson(api, school);
  const checked = (await api.must(201, api.post('/v1/proposals', raise(other)))).body.id;
  await api.must(200, api.post(`/v1/proposals/${checked}/check`, {}, { 'if-match': '"0"' }));
  const account = await accountOf(api, school, { kind: 'person', name: 'văn thư' });
  await setPassword(service, account);
  const machine = await accountOf(api, school, { kind: 'machine', name: 'hrm', scopes: ['records:read'] });
  const issued = await api.must(200, api.post(`/v1/accounts/${machine}/secrets`, {}));
  const { secret } = (issued.body as unknown as { secret: { secret: string } }).secret;
  return {
    before: begun.body.token,
    person,
    account,
    machine: { id: machine, secret },
    proposal,
    checked,
    destruction: await destructionOf(api, other),
    attachment: await scanOf(api, person),
    list,
  };
}

async function setPassword({ client: api, access }: Holding, account: string): Promise<void> {
  const { code } = await access.logins.issueCode(account);
  const body = { name: 'văn thư', code, password: PASSWORD };
  await api.must(204, api.post('/v1/sessions/password', body));
}

export function entry(code: string): object {
  return { code, name: `Mục ${code}`, source: 'Quyết định thử', confirmed: true };
}

/** An account that is assigned to a unit, made as an administrator makes it. */
export async function accountOf(api: Client, unit: string, account: object): Promise<string> {
  const assignment = { unit, right: 'update', reach: 'unit', decision: '2/QĐ', from: '2020-01-01' };
  return (await api.must(201, api.post('/v1/accounts', { account, assignment }))).body.id;
}

export async function destructionOf(api: Client, record: string): Promise<string> {
  const body = { reason: 'hết thời hạn lưu trữ', record, groups: ['identity'], decision: { number: '7/QĐ' } };
  return (await api.must(201, api.post('/v1/destructions', body, { 'if-none-match': '*' }))).body.id;
}

/** A scan, which shows two field groups, and is named by a decision about the person. */
export async function scanOf(api: Client, person: string): Promise<string> {
  const headers = { ...WHO, 'content-type': 'application/pdf' };
  const path = `/v1/persons/${person}/attachments?groups=${GROUPS.join(',')}`;
  const { body } = await api.must(201, api.send('POST', path, headers, pdf()));
  const { attachment, attachmentHash } = body as unknown as Record<'attachment' | 'attachmentHash', string>;
  const document = { number: '4/QĐ', attachment, attachmentHash };
  const said = { effective: '2014-01-01', document, data: { remark: 'nhận xét' } };
  await api.must(200, api.act(person, 'actions/remarked', said));
  return attachment;
}

/** The content of a scan, of the person by name. */
export function pdf(): Buffer {
  return Buffer.from(`%PDF-1.7\n${NAME} ${randomUUID()}\n`);
}
