import { expect } from 'chai';
import { cursorOf, markOf, tokenOf } from '../../src/api/tokens.js';
import { memoryService, WHO, type FeedChange, type MemoryService } from '../support/api.js';
import { ServerEvents } from '../support/serverEvents.js';

describe('The change feed', () => {
  let service: MemoryService;
  let api: MemoryService['client'];
  /** Events of the shipped law; the two of the tests' own account follow them. */
  let shipped: number;
  beforeEach(async () => {
    service = await memoryService();
    api = service.client;
    shipped = (await service.log.head()).sequence - 2;
  });
  afterEach(() => service.stop());

  /** All pages of the feed after a cursor. */
  async function all(after?: string, limit = 100): Promise<FeedChange[]> {
    const changes: FeedChange[] = [];
    for (let cursor = after; ;) {
      const { body } = await api.get(
        `/v1/feed?limit=${limit}${cursor === undefined ? '' : `&after=${cursor}`}`,
      );
      changes.push(...body.changes);
      cursor = body.next;
      if (!body.more) return changes;
    }
  }

  it('tells every change once, in order, from zero or from any cursor, whatever the page', async () => {
    await api.open();
    await api.openUnit('Q9');
    const { sequence } = await service.log.head();
    const whole = await all();
    // Both events of the reader's own account are told as that its rights changed, and no more.
    expect(whole.map((c) => c.sequence ?? `${c.scope} ${c.kind}`)).to.deep.equal(
      Array.from({ length: sequence }, (_, i) =>
        i < shipped || i >= shipped + 2 ? i + 1 : 'changed account',
      ),
    );
    expect(await all(undefined, 37)).to.deep.equal(whole);
    expect(await all(whole[99]!.cursor)).to.deep.equal(whole.slice(100));
    expect(new Set(whole.map((c) => c.kind))).to.deep.equal(
      new Set(['catalogue', 'account', 'person', 'unit']),
    );
  });

  it('takes the token of a command as a cursor, and gives nothing and the same cursor at the end', async () => {
    const id = await api.open();
    const { body } = await api.fact(id, 'died', '2014-01-01');
    const end = await api.get(`/v1/feed?after=${body.token}`);
    expect(end.body).to.deep.equal({ changes: [], next: body.token, more: false });
    const here = cursorOf(body.sequence, markOf((await service.log.readStream(`person-${id}`)).at(-1)));
    const { body: page } = await api.get(`/v1/feed?after=${here}`);
    expect(page).to.deep.equal({ changes: [], next: here, more: false });
    await api.open();
    expect((await api.get(`/v1/feed?after=${body.token}`)).body.changes).to.have.length(1);
  });

  it('carries no personal value, and the day from which a change is in force', async () => {
    const id = await api.open();
    const { body: opened } = await api.get('/v1/feed?limit=1000');
    expect(opened.changes).to.have.length(1000);
    const { sequence } = await service.log.head();
    await api.fact(id, 'recruited', '2030-01-01');
    const last = (await all()).find((c) => c.sequence === sequence);
    const page = await api.get(`/v1/feed?after=${last!.cursor}`);
    expect(page.text).to.not.match(/Nguyễn|Mẫu/);
    expect(page.body.changes.at(-1)).to.include({
      type: 'recruited',
      kind: 'person',
      id,
      effective: '2030-01-01',
    });
    expect(page.body.changes.at(-1)).to.have.keys(
      'cursor',
      'scope',
      'sequence',
      'event',
      'type',
      'kind',
      'id',
      'revision',
      'effective',
      'recordedAt',
    );
  });

  it('gives sequences and ids as cursors, which a move to another engine leaves as they are', async () => {
    for (const { cursor, sequence, event } of await all())
      if (sequence !== undefined && event !== undefined)
        expect(cursor).to.equal(cursorOf(sequence, markOf({ id: event })));
  });

  it('refuses a cursor after an event that is not there any more: the log was restored to an older state', async () => {
    const { sequence } = await service.log.head();
    for (const cursor of [cursorOf(sequence, '01234567'), cursorOf(1, '01234567')]) {
      const { status, body } = await api.get(`/v1/feed?after=${cursor}`);
      expect(status).to.equal(422);
      expect(body.errors[0]?.en).to.include('restored to an older state');
    }
  });

  it('refuses a cursor beyond the end of the log, for what comes next would be missed', async () => {
    const { sequence, position } = await service.log.head();
    for (const beyond of [cursorOf(sequence + 1, '01234567'), tokenOf(position + 1n)]) {
      const { status, body } = await api.get(`/v1/feed?after=${beyond}`);
      expect(status).to.equal(422);
      expect(body.errors[0]).to.include({ rule: 'token' });
    }
  });

  it('refuses cursors and limits that cannot be', async () => {
    for (const query of ['after=x', 'limit=0', 'limit=1001', 'limit=x', 'page=2'])
      expect((await api.get(`/v1/feed?${query}`)).status, query).to.equal(422);
  });

  it('streams changes as they come, and goes on where a reader left off', async () => {
    const first = await api.open();
    const { body } = await api.fact(first, 'recruited', '2013-01-01');
    const stream = await ServerEvents.open(`${service.url}/v1/feed/stream?after=${body.token}`, WHO);
    const second = await api.open();
    const third = await api.open();
    const told = await stream.next(2);
    expect(told.map((e) => (JSON.parse(e.data) as FeedChange).id)).to.deep.equal([second, third]);
    expect(told[0]!.event).to.equal('change');
    stream.close();
    const resumed = await ServerEvents.open(`${service.url}/v1/feed/stream`, {
      ...WHO,
      'last-event-id': told[0]!.id,
    });
    expect(JSON.parse((await resumed.next(1))[0]!.data)).to.include({ id: third });
    const fourth = await api.open();
    expect(JSON.parse((await resumed.next(1))[0]!.data)).to.include({ id: fourth });
    resumed.close();
  });

  it('streams the whole past to a reader that begins', async () => {
    const { sequence } = await service.log.head();
    const stream = await ServerEvents.open(`${service.url}/v1/feed/stream`, WHO);
    const told = await stream.next(sequence);
    const sequences = told.flatMap((e) => (JSON.parse(e.data) as FeedChange).sequence ?? []);
    expect(sequences).to.deep.equal(
      Array.from({ length: sequence }, (_, i) => i + 1).filter((n) => n <= shipped || n > shipped + 2),
    );
    stream.close();
  });

  it('ends its streams when the service stops', async () => {
    const { sequence } = await service.log.head();
    const stream = await ServerEvents.open(`${service.url}/v1/feed/stream`, WHO);
    await stream.next(sequence);
    const stopped = service.stop();
    await stream.ended;
    await stopped;
  });

  it('asks for an account, and for cursors of its own', async () => {
    expect((await fetch(`${service.url}/v1/feed/stream`)).status).to.equal(401);
    expect((await api.get('/v1/feed/stream', { 'last-event-id': '17' })).status).to.equal(422);
  });
});
