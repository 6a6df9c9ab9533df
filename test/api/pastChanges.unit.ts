import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { plusDays } from '../../src/dates.js';
import { memoryService, signIn, type Answer, type Client, type MemoryService } from '../support/api.js';
import { today } from '../support/wholePerson.js';

const PAPER = { number: '9/QĐ-SNV', signedDate: today() };
const REASON = 'ghi sai so với quyết định';

/** A second administrator of the city. */
const SECOND = { authorization: 'Bearer test-token-of-a-second-administrator' };

describe('Corrections of the past over HTTP, where one person may correct alone for 30 days', () => {
  let service: MemoryService;
  let api: Client;
  let unit: string;
  let person: string;
  let hire: string;
  before(async () => {
    service = await memoryService(undefined, undefined, { aloneSince: () => plusDays(today(), -30) });
    api = service.client;
    await signIn(service.access, randomUUID(), SECOND.authorization.slice(7));
    unit = await api.openUnit('P1', { level: 2 });
  });
  beforeEach(async () => {
    person = await api.open();
    const done = await api.fact(person, 'recruited', '2013-01-01', { unit, category: 'cong_chuc' });
    hire = done.body.events[0]!.id;
  });
  after(() => service.stop());

  const rules = ({ status, body }: Answer) => [status, ...body.errors.map((e) => e.rule)];
  const propose = (change: object, headers = {}) => api.post('/v1/proposals', { person, change }, headers);
  const step = (id: string, path: string, body: object, revision: number, headers = {}) =>
    api.post(`/v1/proposals/${id}/${path}`, body, { 'if-match': `"${revision}"`, ...headers });
  const correction = () => ({
    target: hire,
    content: { effective: '2013-02-01', document: { number: '2/QĐ' }, data: { unit, category: 'cong_chuc' } },
    reason: REASON,
  });

  it('alone, each way is refused with the rule that names what to do; a dry run tells the same', async () => {
    const refused = [422, 'second_person_needed'];
    const answer = await api.act(person, 'corrections', correction());
    expect(rules(answer)).to.deep.equal(refused);
    expect(answer.body.errors[0]).to.deep.include({ source: 'QĐ 8060/QĐ-UBND Đ.13.2', facts: [hire] });
    expect(answer.body.errors[0]!.en).to.include('POST /v1/proposals');
    expect(rules(await api.act(person, 'corrections?dryRun=true', correction()))).to.deep.equal(refused);
    const rescission = { target: hire, reason: REASON };
    expect(rules(await api.act(person, 'rescissions', rescission))).to.deep.equal(refused);
    expect(rules(await api.act(person, 'withdrawal', { reason: REASON }))).to.deep.equal(refused);
    const into = await api.open();
    expect(rules(await api.act(person, 'merge', { into, reason: REASON }))).to.deep.equal(refused);
    const changes = [{ kind: 'rescind', ...rescission }];
    const decision = { document: PAPER, changes };
    expect(rules(await api.act(person, 'decisions', decision))).to.deep.equal(refused);
    const batch = { document: PAPER, persons: [{ id: person, revision: 1, changes }] };
    expect(rules(await api.post('/v1/decisions', batch))).to.deep.equal(refused);
    expect((await api.get(`/v1/persons/${person}`)).headers['etag']).to.equal('"1"');
  });

  it('a fact of lately is corrected alone, and a late paper is recorded however old', async () => {
    const day = plusDays(today(), -30);
    const paid = await api.fact(person, 'paid_by_amount', day, { amount: '5100000', per: 'month' });
    const target = paid.body.events[0]!.id;
    await api.must(200, api.act(person, 'rescissions', { target, reason: REASON }));
    await api.fact(person, 'paid_by_amount', '2014-01-01', { amount: '5000000', per: 'month' });
  });

  it('proposed, checked and decided by another, the correction stands with its approval', async () => {
    const made = await api.must(201, propose({ kind: 'correct', ...correction() }));
    const { id } = made.body;
    expect(made.body.proposal).to.deep.include({
      status: 'proposed',
      action: 'recruited',
      effective: '2013-02-01',
      agency: unit,
      change: { kind: 'correct', target: hire, reason: REASON, approval: null },
    });
    await api.must(200, step(id, 'check', {}, 0));
    const own = await step(id, 'decide', { document: PAPER }, 1);
    expect(rules(own)).to.deep.equal([422, 'own_proposal']);
    const decided = await api.must(200, step(id, 'decide', { document: PAPER }, 1, SECOND));
    expect(decided.body.proposal.status).to.equal('recorded');
    const { facts } = (await api.get(`/v1/persons/${person}/history`)).body;
    const line = facts.find((f) => f.id === hire)!;
    expect(line.effective).to.equal('2013-02-01');
    expect(line.corrections).to.have.lengthOf(1);
    expect(line.corrections[0]).to.deep.include({ reason: REASON, approval: PAPER });
    expect(line.original).to.deep.include({ effective: '2013-01-01' });
  });

  it('a withdrawal is proposed and decided only with the right to withdraw', async () => {
    const { accounts, logins } = service.access;
    const id = accounts.idOf('updater');
    const account = await accounts.record(
      id,
      [
        { type: 'account_created', data: { kind: 'person', name: 'updater' } },
        {
          type: 'account_assigned',
          data: { unit, right: 'update', reach: 'unit', decision: '1/QĐ', from: '2020-01-01' },
        },
      ],
      'made',
      { actor: { account: id, unit, client: 'test' } },
    );
    const { token } = await logins.begin(account, unit, 'full');
    const updater = { authorization: `Bearer ${token}` };
    const withdrawal = { kind: 'withdraw', reason: REASON };
    expect((await propose(withdrawal, updater)).status).to.equal(403);
    await api.must(201, propose({ kind: 'rescind', target: hire, reason: REASON }, updater));
    const made = await api.must(201, propose(withdrawal));
    await api.must(200, step(made.body.id, 'check', {}, 0, updater));
    expect((await step(made.body.id, 'decide', { document: PAPER }, 1, updater)).status).to.equal(403);
    await api.must(200, step(made.body.id, 'decide', { document: PAPER }, 1, SECOND));
    const { withdrawal: done } = (await api.get(`/v1/persons/${person}`)).body as unknown as {
      withdrawal: object;
    };
    expect(done).to.deep.include({ reason: REASON, mergedInto: null });
  });

  it('a form that is wrong is refused with its pointer', async () => {
    const wrong = [
      [{}, '/change/kind', 'choice'],
      [{ kind: 'record' }, '/change/kind', 'choice'],
      [{ kind: 'rescind', reason: 'x' }, '/change/target', 'required'],
      [{ kind: 'rescind', target: 'x', reason: 'x' }, '/change/target', 'uuid'],
      [{ kind: 'rescind', target: hire }, '/change/reason', 'required'],
      [{ kind: 'rescind', target: hire, reason: 'x', content: {} }, '/change/content', 'unknown_field'],
      [{ kind: 'withdraw', reason: 'x', into: 'x' }, '/change/into', 'uuid'],
      [
        { ...correction(), kind: 'correct', content: { effective: 'x', data: {} } },
        '/change/content/effective',
        'partial_date',
      ],
    ] as const;
    for (const [change, pointer, rule] of wrong) {
      const { status, body } = await propose(change);
      expect(status, pointer).to.equal(422);
      expect(body.errors.map((e) => [e.pointer, e.rule])).to.deep.include([pointer, rule]);
    }
    expect((await api.post('/v1/proposals', { person, change: null })).status).to.equal(422);
    const { id } = (await api.must(201, propose({ kind: 'rescind', target: hire, reason: 'x' }))).body;
    const other = await step(id, 'decide', { document: PAPER, effective: '2014-01-01' }, 0);
    expect(other.body.errors.map((e) => [e.pointer, e.rule])).to.deep.include([
      '/effective',
      'unknown_field',
    ]);
  });
});
