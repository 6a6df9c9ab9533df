import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { ACTIONS } from '../../src/record/registry.js';
import { memoryService, signIn, WHO, type Client, type MemoryService } from '../support/api.js';
import { raise, today, wholePerson } from '../support/wholePerson.js';

const PAPER = { number: '9/QĐ-SNV', signedDate: today() };

/** Whoever proposes does not decide. */
const SECOND_TOKEN = 'test-token-of-a-second-administrator';
const SECOND = { authorization: `Bearer ${SECOND_TOKEN}` };

describe('Proposals over HTTP', () => {
  let service: MemoryService;
  let api: Client;
  let unit: string;
  before(async () => {
    service = await memoryService();
    api = service.client;
    await signIn(service.access, randomUUID(), SECOND_TOKEN);
    unit = await api.openUnit('P1', { level: 2 });
  });
  after(() => service.stop());

  const head = async () => (await service.log.head()).sequence;
  const propose = (body: object, headers = {}, query = '') =>
    api.post(`/v1/proposals${query}`, body, headers);
  const step = (id: string, path: string, body: object, revision: number, headers = {}) =>
    api.post(`/v1/proposals/${id}/${path}`, body, {
      'if-match': `"${revision}"`,
      ...(path === 'decide' ? SECOND : {}),
      ...headers,
    });

  it('proposed, checked, decided: each with the proposal’s ETag, and the fact stands in the record', async () => {
    const person = await wholePerson(api, unit);
    const made = await api.must(201, propose(raise(person)));
    const { id } = made.body;
    expect(made.headers).to.include({ etag: '"0"', location: `/v1/proposals/${id}` });
    expect(made.body.proposal).to.deep.include({ status: 'proposed', person, agency: unit });
    const checked = await api.must(200, step(id, 'check', {}, 0));
    expect(checked.body.proposal.status).to.equal('checked');
    const decided = await api.must(200, step(id, 'decide', { document: PAPER }, 1));
    expect(decided.headers['etag']).to.equal('"3"');
    expect(decided.body.events.map((e) => e.type)).to.deep.equal(['proposal_decided', 'proposal_recorded']);
    const { facts } = (await api.get(`/v1/persons/${person}/history`)).body;
    const recorded = facts.find((f) => f.id === decided.body.proposal.event);
    expect(recorded).to.deep.include({ action: 'step_raised_regular', document: PAPER });
  });

  it('tells a proposal with every step: who, when, and as known at which sequence it was judged', async () => {
    const person = await wholePerson(api, unit);
    const before = await head();
    const { id } = (await api.must(201, propose(raise(person)))).body;
    await api.must(200, step(id, 'decline', { reason: 'chưa đến hạn' }, 0));
    const answer = await api.must(200, api.get(`/v1/proposals/${id}`));
    expect(answer.headers['etag']).to.equal('"1"');
    expect(answer.body).to.deep.include({ status: 'declined', reason: 'chưa đến hạn' });
    expect(answer.body.steps.map((s) => [s.type, s.judgedAt])).to.deep.equal([
      ['proposal_made', { sequence: before }],
      ['proposal_declined', null],
    ]);
    expect((await api.get(`/v1/proposals/${randomUUID()}`)).status).to.equal(404);
    expect((await api.get('/v1/proposals/x')).status).to.equal(404);
  });

  it('refused for an incomplete record: each missing item, the gate, and the sequence; nothing is written', async () => {
    const person = await api.open({ sex: 'female' });
    await api.fact(person, 'recruited', '2013-01-01', { unit });
    await api.fact(person, 'appointed_to_grade', '2013-01-01', { grade: '01.003', step: 1 });
    const before = await head();
    const answer = await propose(raise(person));
    expect([answer.status, answer.body.type]).to.deep.equal([422, 'urn:hoso:problem:refused']);
    expect(answer.body.judgedAt).to.deep.equal({ sequence: before });
    const [error] = answer.body.errors;
    expect(error).to.include({ rule: 'record_incomplete', gate: 'R-15.5đ' });
    const hometown = {
      code: 'item_hometown',
      number: '5',
      vi: 'Thiếu quê quán',
      en: 'The hometown is missing',
    };
    expect(error?.lacks).to.deep.include({ ...hometown, facts: [], rule: null });
    expect(await head()).to.equal(before);
  });

  it('refused for what is irregular, with the findings that an issued decision would be recorded with', async () => {
    const person = await wholePerson(api, unit);
    const answer = await propose(raise(person, { data: { grade: '01.003', step: 3 } }));
    expect(answer.body.errors.map((e) => e.rule)).to.deep.equal(['irregular']);
    expect(answer.body.errors[0]?.findings).to.have.lengthOf(1);
  });

  it('not decided by who made it (CVE-2026-24039: self-approval)', async () => {
    const { id } = (await api.must(201, propose(raise(await wholePerson(api, unit))))).body;
    await api.must(200, step(id, 'check', {}, 0));
    const own = await step(id, 'decide', { document: PAPER }, 1, WHO);
    expect([own.status, own.body.errors[0]?.rule]).to.deep.equal([422, 'own_proposal']);
    await api.must(200, step(id, 'decide', { document: PAPER }, 1));
  });

  it('not decided unchecked (R-18.3c), and no step twice', async () => {
    const { id } = (await api.must(201, propose(raise(await wholePerson(api, unit))))).body;
    const early = await step(id, 'decide', { document: PAPER }, 0);
    expect(early.body.errors[0]).to.include({ rule: 'not_checked', gate: 'R-18.3c' });
    await api.must(200, step(id, 'check', {}, 0));
    const again = await step(id, 'check', {}, 1);
    expect(again.body.errors[0]).to.include({ rule: 'step_not_possible' });
  });

  it('a step needs the revision that was read: 428 without, 412 on an old one, telling what came between', async () => {
    const { id } = (await api.must(201, propose(raise(await wholePerson(api, unit))))).body;
    expect((await api.post(`/v1/proposals/${id}/check`, {})).status).to.equal(428);
    await api.must(200, step(id, 'check', {}, 0));
    const stale = await step(id, 'decline', { reason: 'x' }, 0);
    expect([stale.status, stale.body.revision]).to.deep.equal([412, 1]);
    expect(stale.body.since.map((e) => e.type)).to.deep.equal(['proposal_checked']);
  });

  it('under one key carried out once, and answered alike; another request under it is refused', async () => {
    const person = await wholePerson(api, unit);
    const headers = { 'idempotency-key': randomUUID() };
    const first = await api.must(201, propose(raise(person), headers));
    const again = await api.must(200, propose(raise(person), headers));
    expect(again.text).to.equal(first.text);
    const other = await propose(raise(person, { effective: '2027-01-01' }), headers);
    expect(other.body.type).to.equal('urn:hoso:problem:key-reused');
    const key = { 'idempotency-key': randomUUID() };
    const { id } = first.body;
    await api.must(200, step(id, 'check', {}, 0));
    const decided = await api.must(200, step(id, 'decide', { document: PAPER }, 1, key));
    expect((await step(id, 'decide', { document: PAPER }, 1, key)).text).to.equal(decided.text);
  });

  it('shows on a dry run what it would change, and writes nothing', async () => {
    const person = await wholePerson(api, unit);
    const before = await head();
    const shown = await api.must(200, propose(raise(person), {}, '?dryRun=true'));
    expect(shown.body).to.deep.include({ dryRun: true, findings: [] });
    expect(shown.body.proposal.status).to.equal('proposed');
    expect(shown.body.changes.endedIntervals).to.have.lengthOf(1);
    expect(await head()).to.equal(before);
    const { id } = (await api.must(201, propose(raise(person)))).body;
    const declined = await step(id, 'decline?dryRun=true', { reason: 'x' }, 0);
    expect(declined.body.proposal.status).to.equal('declined');
    expect((await api.get(`/v1/proposals/${id}`)).body.status).to.equal('proposed');
  });

  it('takes the actions before which a gate stands, and no other', async () => {
    const person = await wholePerson(api, unit);
    for (const { type } of ACTIONS.filter((a) => !a.gate)) {
      const answer = await propose({ person, action: type, effective: today(), data: {} });
      expect(
        answer.body.errors.map((e) => [e.pointer, e.rule]),
        type,
      ).to.deep.include(['/action', 'not_proposable']);
    }
    const gated = ACTIONS.filter((a) => a.gate).map((a) => a.type);
    expect(gated).to.include.members([
      'step_raised_regular',
      'step_raised_early',
      'sent_to_training',
      'transferred',
      'retired',
    ]);
  });

  it('a form that is wrong is refused with its pointer, before anything is judged', async () => {
    const person = await wholePerson(api, unit);
    const wrong = [
      [{}, '/person', 'required'],
      [raise('x'), '/person', 'uuid'],
      [raise(randomUUID()), '/person', 'record'],
      [raise(person, { action: 'x' }), '/action', 'not_proposable'],
      [raise(person, { effective: '2013-02-30' }), '/effective', 'partial_date'],
      [raise(person, { data: { grade: '01.003' } }), '/data/step', 'required'],
      [raise(person, { more: 1 }), '/more', 'unknown_field'],
    ] as const;
    for (const [body, pointer, rule] of wrong) {
      const answer = await propose(body);
      expect(answer.status, pointer).to.equal(422);
      expect(answer.body.errors.map((e) => [e.pointer, e.rule])).to.deep.include([pointer, rule]);
    }
    const { id } = (await api.must(201, propose(raise(person)))).body;
    const steps = [
      ['check', { x: 1 }, '/x', 'unknown_field'],
      ['decide', {}, '/document', 'required'],
      ['decide', { document: {} }, '/document/number', 'required'],
      ['decide', { document: PAPER, data: { step: 2 } }, '/data/grade', 'required'],
      ['decide', { document: PAPER, effective: 'x' }, '/effective', 'partial_date'],
      ['decline', {}, '/reason', 'required'],
    ] as const;
    for (const [path, body, pointer, rule] of steps) {
      const answer = await step(id, path, body, 0);
      expect(answer.status, pointer).to.equal(422);
      expect(answer.body.errors.map((e) => [e.pointer, e.rule])).to.deep.include([pointer, rule]);
    }
  });

  it('what the record refuses points to the field, as on the action’s own route', async () => {
    const person = await wholePerson(api, unit);
    const body = { person, action: 'transferred', effective: today(), data: { toUnit: randomUUID() } };
    const answer = await propose(body);
    expect(answer.body.errors.map((e) => [e.pointer, e.rule])).to.deep.equal([
      ['/data/toUnit', 'unit_invalid'],
    ]);
  });
});
