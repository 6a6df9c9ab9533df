import { expect } from 'chai';
import { ACCOUNT, memoryService, OFFICE, type MemoryService } from '../support/api.js';

interface Mark {
  readonly id: string;
  readonly disputed: readonly string[];
}
/** What of an answer says that something is in dispute. */
interface Marked {
  readonly identity: Mark;
  readonly status: Mark;
  readonly hire: Mark | null;
  readonly unit: Mark | null;
  readonly lastUnit: Mark | null;
  readonly facts: readonly Mark[];
  readonly intervals: readonly Mark[];
  readonly disputes: readonly object[];
}

const PAPER = { number: '15/QĐ-SNV' };

describe('Questions about a record on (E, K)', () => {
  let service: MemoryService;
  let api: MemoryService['client'];
  before(async () => {
    service = await memoryService();
    api = service.client;
  });
  after(() => service.stop());

  /** A raise that was recorded wrong and corrected afterwards; sequences before and after the correction. */
  async function corrected() {
    const id = await api.open();
    const first = await api.fact(id, 'paid_by_amount', '2013-01-01', { amount: '5000000', per: 'month' });
    const fact = first.body.events[0]!.id;
    const content = { effective: '2013-01-01', document: PAPER, data: { amount: '6000000', per: 'month' } };
    const second = await api.act(id, 'corrections', { target: fact, content, reason: 'ghi sai số' });
    return { id, fact, before: first.body.sequence, after: second.body.sequence, second };
  }

  it('tells what was known before a correction, and what is known after it', async () => {
    const { id, fact, before, after } = await corrected();
    const pay = async (k: string | number) =>
      (await api.get(`/v1/persons/${id}?asOf=2013-06-30&knownAt=${k}`)).body.pay as {
        amount: string;
        by: string;
      };
    expect((await pay(before)).amount).to.equal('5000000');
    expect((await pay(after)).amount).to.equal('6000000');
    expect((await pay(after)).by).to.equal(fact);
    expect((await api.get(`/v1/persons/${id}?asOf=2012-12-31`)).body.pay).to.equal(null);
  });

  it('takes a moment, and a day as its end in Vietnam', async () => {
    const { id, second } = await corrected();
    const at = second.body.events[0]!.recordedAt;
    const inVietnam = new Date(Date.parse(at) + 7 * 3_600_000).toISOString().slice(0, 10);
    const amount = async (k: string) =>
      (await api.get(`/v1/persons/${id}?asOf=2013-06-30&knownAt=${encodeURIComponent(k)}`)).body.pay.amount;
    expect(await amount(at)).to.equal('6000000');
    expect(await amount(at.replace('Z', '+00:00'))).to.equal('6000000');
    expect(await amount(inVietnam)).to.equal('6000000');
    const dayBefore = new Date(Date.parse(inVietnam) - 86_400_000).toISOString().slice(0, 10);
    expect((await api.get(`/v1/persons/${id}?knownAt=${dayBefore}`)).status).to.equal(404);
  });

  it('marks what is in dispute, by its fact or by an item of form 2C, on every day, until it is resolved', async () => {
    const id = await api.open();
    const unit = await api.openUnit('TC1');
    const hire = (await api.fact(id, 'recruited', '2013-01-01', { unit })).body.events[0]!.id;
    const facts = (await api.fact(id, 'disputed', '2014-01-01', { fact: hire })).body;
    const dispute = facts.events[0]!.id;
    const item = (await api.fact(id, 'disputed', '2014-01-02', { item: 'birth_name' })).body.events[0]!.id;
    const open = [
      { dispute, since: '2014-01-01', fact: hire, item: null },
      { dispute: item, since: '2014-01-02', fact: null, item: 'birth_name' },
    ];
    const ask = async (view = '', k = '') =>
      (await api.get(`/v1/persons/${id}${view}?asOf=2013-06-30${k}`)).body as unknown as Marked;
    const profile = await ask();
    for (const part of ['status', 'hire', 'unit', 'lastUnit'] as const)
      expect(profile[part]?.disputed, part).to.deep.equal([dispute]);
    expect(profile.identity.disputed).to.deep.equal([item]);
    expect(profile.disputes).to.deep.equal(open);
    const status = await ask('/status');
    expect([status.status.disputed, status.unit?.disputed]).to.deep.equal([[dispute], [dispute]]);
    expect(status.disputes).to.deep.equal(open);
    const history = await ask('/history');
    expect(history.facts.find((f) => f.id === hire)?.disputed).to.deep.equal([dispute]);
    expect(history.intervals.map((i) => i.disputed)).to.deep.equal([[dispute], [dispute]]);
    const before = await ask('', `&knownAt=${String(facts.sequence - 1)}`);
    expect(before.hire?.disputed, 'as known before').to.deep.equal([]);
    await api.fact(id, 'dispute_resolved', '2014-02-01', { dispute, outcome: 'rejected' });
    await api.fact(id, 'dispute_resolved', '2014-02-01', { dispute: item, outcome: 'rejected' });
    expect((await ask()).hire?.disputed).to.deep.equal([]);
    expect((await ask()).disputes).to.deep.equal([]);
  });

  it('names its K and its release, and repeats itself byte for byte, whatever was recorded since', async () => {
    const { id } = await corrected();
    for (const view of ['', '/status', '/history', '/events', '/findings']) {
      const now = await api.get(`/v1/persons/${id}${view}?asOf=2020-01-01`);
      const k = now.body.knownAt.sequence;
      expect(now.body.release).to.match(/^\d+\.\d+\.\d+/);
      await api.fact(id, 'appointed_to_position', '2014-01-01', { position: 'chanh_vp_ubnd_tp' });
      await api.open();
      const again = await api.get(`/v1/persons/${id}${view}?asOf=2020-01-01&knownAt=${k}`);
      expect(again.text, view).to.equal(now.text);
    }
  });

  it('reads its own write: the record’s ETag is at once that of the command', async () => {
    const { id, second } = await corrected();
    const read = await api.get(`/v1/persons/${id}?token=${second.body.token}`);
    expect(read.headers['etag']).to.equal(second.headers['etag']);
    expect((await api.get(`/v1/persons/${id}?knownAt=${second.body.sequence}`)).headers['etag']).to.equal(
      undefined,
    );
  });

  it('shows both lines of a correction, its reason, who recorded it for whom, and the delay', async () => {
    const { id, fact } = await corrected();
    const { facts } = (await api.get(`/v1/persons/${id}/history`)).body;
    const line = facts.find((f) => f.id === fact)!;
    expect(line.original.data.amount).to.equal('5000000');
    expect(line.data.amount).to.equal('6000000');
    expect(line.corrections[0]).to.deep.include({ standing: true, reason: 'ghi sai số' });
    expect(line.recorded).to.include({ account: ACCOUNT, unit: OFFICE });
    expect(line.delayDays).to.be.greaterThan(4000);
    expect(line.caption).to.have.keys('vi', 'en');
    expect(line.source).to.be.a('string');
  });

  it('keeps what was rescinded visible, apart', async () => {
    const { id, fact } = await corrected();
    await api.must(200, api.act(id, 'rescissions', { target: fact, reason: 'nhầm người' }));
    const { facts, rescinded } = (await api.get(`/v1/persons/${id}/history`)).body;
    expect(facts.map((f) => f.id)).to.not.include(fact);
    expect(rescinded[0]!).to.deep.include({ id: fact, standing: false });
    expect(rescinded[0]!.rescissions[0]).to.deep.include({ target: fact, reason: 'nhầm người' });
  });

  it('tells which facts are uncertain on the day: the paper knows only a year', async () => {
    const id = await api.open();
    const { body } = await api.fact(id, 'recruited', '2014');
    const status = async (day: string) => (await api.get(`/v1/persons/${id}/status?asOf=${day}`)).body;
    expect((await status('2013-12-31')).status.status).to.equal('not_in_service');
    expect(await status('2014-07-01')).to.deep.include({ uncertain: [body.events[0]!.id] });
    expect((await status('2014-12-31')).uncertain).to.deep.equal([]);
  });

  it('gives the raw events: envelope, metadata, stored payload without personal values, and what it says unsealed', async () => {
    const { id } = await corrected();
    const { events } = (await api.get(`/v1/persons/${id}/events`)).body;
    expect(events.map((e) => e.type)).to.deep.equal(['record_opened', 'paid_by_amount', 'corrected']);
    expect(events[0]!.stream).to.equal(`person-${id}`);
    expect(JSON.stringify(events[0]!.stored)).to.not.include('Nguyễn');
    expect(events[0]!.stored.sealed.identity).to.be.a('string');
    expect(events[0]!.body.content.data.familyName).to.equal('Nguyễn Thị');
    expect(events[2]!.meta.actor.account).to.equal(ACCOUNT);
  });

  it('refuses days, moments, tokens and parameters that cannot be', async () => {
    const id = await api.open();
    const cases = [
      'asOf=2013-02-30',
      'asOf=2013',
      'knownAt=yesterday',
      'knownAt=2013-01-01T00:00:00',
      'knownAt=-1',
      'token=abc',
      'asof=2013-01-01',
      'asOf=2013-01-01&asOf=2014-01-01',
      'knownAt=1e3',
      '__proto__=1',
    ];
    for (const query of cases)
      expect((await api.get(`/v1/persons/${id}?${query}`)).status, query).to.equal(422);
    for (const query of ['knownAt=0', 'knownAt=1850-01-01'])
      expect((await api.get(`/v1/persons/${id}?${query}`)).status, query).to.equal(404);
    expect((await api.get(`/v1/persons/${id}?knownAt=999999999999999`)).status).to.equal(200);
  });

  it('answers lists with 503 and Retry-After while it has no read models', async () => {
    const answer = await api.post('/v1/persons/search', { name: 'mẫu' });
    expect([answer.status, answer.body.type, answer.headers['retry-after']]).to.deep.equal([
      503,
      'urn:hoso:problem:behind',
      '1',
    ]);
    expect((await api.get('/v1/persons')).status).to.equal(503);
  });
});
