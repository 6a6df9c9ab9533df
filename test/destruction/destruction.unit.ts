/** Lawful destruction as a client of the API meets it, over a log and a keyring in memory. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { decideStep, destructionOf } from '../../src/destruction/destruction.js';
import { memoryService, signIn, WHO, type Answer, type MemoryService } from '../support/api.js';

const SECOND_TOKEN = 'test-token-of-a-second-administrator';
const SECOND = { authorization: `Bearer ${SECOND_TOKEN}` };
const DECISION = { number: '9/QĐ-LT', signedDate: '2026-01-05', signerName: 'Lưu Văn Trữ' };
const REASON = 'hết thời hạn bảo quản';

describe('A lawful destruction', () => {
  let service: MemoryService;
  let person: string;
  let other: string;
  before(async () => {
    service = await memoryService();
    await signIn(service.access, '33333333-3333-4333-8333-333333333333', SECOND_TOKEN);
  });
  after(() => service.stop());
  beforeEach(async () => {
    [person, other] = [await withHealth('benh_an_mot'), await withHealth('benh_an_hai')];
  });

  async function withHealth(status: string): Promise<string> {
    const id = await service.client.open({ sex: 'female' });
    await service.client.fact(id, 'personal_info_changed', '2013-02-01', { healthStatus: status });
    return id;
  }

  const propose = (more: object = {}, headers: Readonly<Record<string, string>> = {}) =>
    service.client.post(
      '/v1/destructions',
      { record: person, groups: ['health'], decision: DECISION, reason: REASON, ...more },
      { 'if-none-match': '*', ...headers },
    );
  const take = (id: string, what: string, body: object, headers: Readonly<Record<string, string>> = {}) =>
    service.client.post(`/v1/destructions/${id}/${what}`, body, { ...SECOND, 'if-match': '"0"', ...headers });
  const destroyed = async (more: object = {}): Promise<Answer> => {
    const { body } = await service.client.must(201, propose(more));
    return service.client.must(200, take(body.id, 'approval', {}));
  };
  const rulesOf = (answer: Answer) => {
    expect(answer.status, answer.text).to.equal(422);
    return answer.body.errors.map((e) => e.rule);
  };
  const text = async (id: string, view = '/history') =>
    (await service.client.must(200, service.client.get(`/v1/persons/${id}${view}`))).text;

  it('is proposed by one and approved by another; then the values are gone, and told as erased', async () => {
    expect(await text(person)).to.include('benh_an_mot');
    const proposed = await service.client.must(201, propose());
    expect(await text(person)).to.include('benh_an_mot');
    expect(rulesOf(await take(proposed.body.id, 'approval', {}, WHO))).to.deep.equal(['second_person']);
    const done = await service.client.must(200, take(proposed.body.id, 'approval', {}));
    expect(done.text).to.include('"carried_out"').and.include(DECISION.signerName);
    expect(done.text).to.include('"todo":["hoso rotate-master-key","hoso scrub"]');
    for (const view of ['', '/history', '/events', '/status', '/findings'])
      expect(await text(person, view), view).to.not.include('benh_an_mot');
    const history = await service.client.get(`/v1/persons/${person}/history`);
    expect(history.text).to.include('"erased":["health"]').and.include('Nguyễn Thị');
    expect(history.body.record.map((r) => r.kind)).to.deep.equal(['content_destroyed']);
    expect(await text(other)).to.include('benh_an_hai');
    const again = await service.client.get(`/v1/destructions/${proposed.body.id}`);
    expect(again.text).to.include('"carried_out"').and.include(REASON);
  });

  it('the same command again is answered as the first time, also across the death of the keys', async () => {
    const keys = [{ 'idempotency-key': randomUUID() }, { 'idempotency-key': randomUUID() }] as const;
    const first = await service.client.must(201, propose({ groups: ['health', 'history'] }, keys[0]));
    const [one, two] = [
      await service.client.must(200, take(first.body.id, 'approval', {}, keys[1])),
      await service.client.must(200, take(first.body.id, 'approval', {}, keys[1])),
    ];
    expect(two.body.revision).to.equal(one.body.revision);
    expect((await propose({ groups: ['health', 'history'] }, keys[0])).status).to.equal(200);
    expect((await propose({ groups: ['family'] }, keys[0])).body.type).to.match(/key-reused$/);
    expect((await service.log.readStream(`person-${person}`)).length).to.equal(3);
  });

  it('new values are sealed under a new key, and stay', async () => {
    await destroyed();
    await service.client.fact(person, 'personal_info_changed', '2014-02-01', { healthStatus: 'khoe_lai' });
    expect(await text(person))
      .to.include('khoe_lai')
      .and.not.include('benh_an_mot');
  });

  it('is refused under a legal hold, until the hold is lifted', async () => {
    const paper = { reason: 'Thanh tra yêu cầu', approval: { number: '7/TTr' } };
    const proposed = await service.client.must(201, propose());
    const hold = await service.client.must(200, service.client.act(person, 'holds', paper));
    expect(rulesOf(await propose())).to.deep.equal(['under_hold']);
    expect(rulesOf(await take(proposed.body.id, 'approval', {}))).to.deep.equal(['under_hold']);
    expect(await text(person)).to.include('benh_an_mot');
    const release = { ...paper, hold: hold.body.events[0]!.id };
    await service.client.must(200, service.client.act(person, 'holds/releases', release));
    expect(rulesOf(await service.client.act(person, 'holds/releases', release))).to.deep.equal([
      'hold_unknown',
    ]);
    await service.client.must(200, take(proposed.body.id, 'approval', {}));
    expect(await text(person)).to.not.include('benh_an_mot');
  });

  it('of a record under a hold, its duplicates are under it too, and of a merged record all go', async () => {
    const duplicate = await withHealth('benh_an_trung');
    const paper = { reason: 'Tòa án yêu cầu', approval: { number: '8/TA' } };
    const hold = await service.client.must(200, service.client.act(duplicate, 'holds', paper));
    await service.client.must(200, service.client.act(duplicate, 'merge', { into: person, reason: 'trùng' }));
    expect(await text(person)).to.include('benh_an_trung');
    expect(rulesOf(await propose())).to.deep.equal(['under_hold']);
    const { length } = await service.log.readStream(`person-${duplicate}`);
    const headers = { 'if-match': `"${length - 1}"` };
    const release = { ...paper, hold: hold.body.events[0]!.id };
    await service.client.must(
      200,
      service.client.post(`/v1/persons/${duplicate}/holds/releases`, release, headers),
    );
    expect(rulesOf(await propose({ record: duplicate }))).to.deep.equal(['merged']);
    await destroyed();
    for (const id of [person, duplicate]) expect(await text(id, '/events')).to.not.include('benh_an');
  });

  it('what a duplicate had lost before a merger stays told as erased, not as missing', async () => {
    await destroyed();
    await service.client.must(200, service.client.act(person, 'merge', { into: other, reason: 'trùng' }));
    const merged = await service.client.get(`/v1/persons/${other}/history`);
    const brought = merged.body.facts.filter((f) => 'erased' in f);
    expect(brought.map((f) => f.action)).to.deep.equal(['personal_info_changed']);
    expect(merged.text).to.include('benh_an_hai');
  });

  it('a preview tells how many keys would go, and writes nothing', async () => {
    const before = await service.log.head();
    const preview = await service.client.must(
      200,
      service.client.post(
        '/v1/destructions?dryRun=true',
        { record: person, groups: ['health', 'discipline'], decision: DECISION, reason: REASON },
        { 'if-none-match': '*' },
      ),
    );
    expect(preview.text).to.include('"keys":1').and.include('"dryRun":true');
    expect(await service.log.head()).to.deep.equal(before);
  });

  it('may be declined, and is then closed; one of nothing, of nobody, on no paper is refused', async () => {
    const proposed = await service.client.must(201, propose());
    await service.client.must(200, take(proposed.body.id, 'refusal', { reason: 'còn thời hạn' }));
    expect((await take(proposed.body.id, 'approval', {})).status).to.equal(412);
    expect(rulesOf(await take(proposed.body.id, 'approval', {}, { 'if-match': '"1"' }))).to.deep.equal([
      'destruction_closed',
    ]);
    expect(await text(person)).to.include('benh_an_mot');
    expect(rulesOf(await propose({ groups: ['discipline'] }))).to.deep.equal(['nothing_to_destroy']);
    expect(rulesOf(await propose({ groups: [] }))).to.deep.equal(['choices']);
    expect(rulesOf(await propose({ decision: { signedDate: '2026-01-01' } }))).to.deep.equal(['required']);
    expect((await propose({ record: randomUUID() })).status).to.equal(404);
    expect((await take(randomUUID(), 'approval', {})).status).to.equal(404);
    expect((await service.client.get(`/v1/destructions/${randomUUID()}`)).status).to.equal(404);
  });
});

describe('The decider of a destruction', () => {
  const body = {
    kind: 'destruction_proposed',
    record: 'r',
    groups: ['health'],
    decision: {},
    reason: 'x',
  } as const;
  const proposed = destructionOf([{ by: 'a', body }])!;

  it('lets a second person approve, and anybody decline', () => {
    expect(decideStep({ kind: 'approve' }, proposed, 'a')).to.equal('second_person');
    expect(decideStep({ kind: 'approve' }, proposed, 'b')).to.deep.equal({ kind: 'destruction_approved' });
    expect(decideStep({ kind: 'decline', reason: 'x' }, proposed, 'a')).to.deep.equal({
      kind: 'destruction_declined',
      reason: 'x',
    });
  });

  it('lets nothing follow on an approval', () => {
    const approved = destructionOf([
      { by: 'a', body },
      { by: 'b', body: { kind: 'destruction_approved' } },
    ])!;
    expect(decideStep({ kind: 'approve' }, approved, 'c')).to.equal('destruction_closed');
    expect(decideStep({ kind: 'decline', reason: 'x' }, approved, 'c')).to.equal('destruction_closed');
  });
});
