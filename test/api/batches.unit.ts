import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import { LogUnavailable, type AppendOutcome, type AppendRequest } from '../../src/event-log/port.js';
import type { Fault } from '../../src/api/problem.js';
import { personsOnStepOne, raiseOf } from '../support/batch.js';
import { memoryService, type Client, type MemoryService } from '../support/api.js';

/** A log whose connection breaks after so many appends, or that lets somebody else in before those of a batch. */
class BreakingLog extends MemoryLog {
  left = Infinity;
  private held: {
    readonly type: string;
    readonly work: () => Promise<unknown>;
    done?: Promise<unknown>;
  } | null = null;

  /** Work that is done when the first event of this type comes, before it and all others of the type are written. */
  before(type: string, work: () => Promise<unknown>): void {
    this.held = { type, work };
  }

  override async append(request: AppendRequest): Promise<AppendOutcome> {
    if (this.left <= 0) throw new LogUnavailable('cut');
    this.left -= 1;
    const { held } = this;
    if (held !== null && request.events[0]?.type === held.type) await (held.done ??= held.work());
    return super.append(request);
  }
}

describe('One decision about many persons', () => {
  const log = new BreakingLog();
  let service: MemoryService;
  let api: Client;
  before(async () => {
    service = await memoryService(log);
    api = service.client;
  });
  after(() => service.stop());

  const head = async () => (await log.head()).sequence;

  const persons = (count: number) => personsOnStepOne(api, count);
  const raise = (id: string, more: object = {}) => ({ ...raiseOf(id), ...more });
  const send = (list: readonly object[], headers = {}, query = '') =>
    api.post(`/v1/decisions${query}`, { document: { number: '7/QĐ-SNV' }, persons: list }, headers);

  it('records it for each of them under the one document, with a result per person', async () => {
    const ids = await persons(50);
    const before = await head();
    const { body } = await api.must(200, send(ids.map((id) => raise(id))));
    expect(body).to.deep.include({ done: 50 });
    expect(body.results.map((r) => [r.id, r.revision])).to.deep.equal(ids.map((id) => [id, 3]));
    // One event each, and one that binds the key to these persons.
    expect(await head()).to.equal(before + 51);
    const { facts } = (await api.get(`/v1/persons/${ids[49]!}/history`)).body;
    expect(facts.at(-1)).to.deep.include({ action: 'step_raised_regular', document: { number: '7/QĐ-SNV' } });
  });

  it('is checked as a whole first: whoever does not pass is named with the rule, and nothing is written', async () => {
    const ids = await persons(4);
    await api.fact(ids[3]!, 'died', '2014-01-01');
    const before = await head();
    const answer = await send([
      raise(ids[0]!),
      raise(ids[1]!, { revision: 1 }),
      raise(randomUUID()),
      raise(ids[3]!, { revision: 3 }),
    ]);
    expect([answer.status, answer.body.type]).to.deep.equal([422, 'urn:hoso:problem:refused']);
    expect(answer.body.errors.map((e) => [e.pointer, e.rule])).to.deep.include.members([
      ['/persons/1/revision', 'stale'],
      ['/persons/2/id', 'record'],
      [undefined, 'after_death'],
    ]);
    expect(await head()).to.equal(before);
  });

  it('a form that is wrong anywhere is refused with its pointer', async () => {
    const [one] = await persons(1);
    const wrong = [
      [[], '/persons', 'array'],
      [[raise(one!), raise(one!)], '/persons/1/id', 'twice'],
      [[raise(one!, { revision: -1 })], '/persons/0/revision', 'revision'],
      [[raise(one!, { changes: [] })], '/persons/0/changes', 'array'],
      [[raise(one!, { changes: [{ kind: 'x' }] })], '/persons/0/changes/0/kind', 'choice'],
      [[raise(one!, { more: 1 })], '/persons/0/more', 'unknown_field'],
    ] as const;
    for (const [list, pointer, rule] of wrong) {
      const answer = await send(list);
      expect(answer.status, pointer).to.equal(422);
      expect(answer.body.errors.map((e) => [e.pointer, e.rule])).to.deep.include([pointer, rule]);
    }
  });

  it('shows on a dry run what it would do to each, and writes nothing', async () => {
    const ids = await persons(2);
    const before = await head();
    const { body } = await api.must(
      200,
      send(
        ids.map((id) => raise(id)),
        {},
        '?dryRun=true',
      ),
    );
    expect(body.results.map((r) => r.dryRun)).to.deep.equal([true, true]);
    expect(await head()).to.equal(before);
  });

  it('cut off in the middle, the same request goes on where it ended, and nobody gets it twice', async () => {
    const ids = await persons(40);
    const before = await head();
    const headers = { 'idempotency-key': randomUUID() };
    const list = ids.map((id) => raise(id));
    log.left = 17;
    const broken = await send(list, headers);
    expect(broken.status).to.equal(503);
    expect(await head()).to.equal(before + 17);
    log.left = Infinity;
    const again = await api.must(200, send(list, headers));
    expect(again.body).to.deep.include({ done: 40 });
    expect(await head()).to.equal(before + 41);
    const repeated = await api.must(200, send(list, headers));
    expect(repeated.body.results.map((r) => r.revision)).to.deep.equal(ids.map(() => 3));
    expect(await head()).to.equal(before + 41);
  });

  it('taken up again, it goes on for all others when one of them has changed since, and tells of that one', async () => {
    const ids = await persons(5);
    const headers = { 'idempotency-key': randomUUID() };
    const list = ids.map((id) => raise(id));
    log.left = 2;
    expect((await send(list, headers)).status).to.equal(503);
    log.left = Infinity;
    const revisions = await Promise.all(
      ids.map(async (id) => (await api.get(`/v1/persons/${id}`)).body.revision),
    );
    const late = revisions.indexOf(2);
    await api.fact(ids[late]!, 'left_service', '2015-01-01');
    const { body } = await api.must(200, send(list, headers));
    expect(body).to.deep.include({ done: 4 });
    expect(body.results[late]).to.deep.include({ id: ids[late], stale: true, revision: 3 });
  });

  it('whoever is changed between the check and the writing is told of as stale; the others have it', async () => {
    const ids = await persons(3);
    log.before('step_raised_regular', () => api.fact(ids[2]!, 'left_service', '2015-01-01'));
    const { body } = await api.must(200, send(ids.map((id) => raise(id))));
    expect(body).to.deep.include({ done: 2 });
    expect(body.results[2]).to.deep.include({ id: ids[2], stale: true, revision: 3 });
  });

  it('whoever a rule refuses between the check and the writing is told of with the rule; the others have it', async () => {
    // The unit is closed under the hands of the batch: whoever was not yet written can no longer go there.
    const unit = await api.openUnit('B1');
    const ids = await persons(70);
    const close = { effective: '2014-01-01', document: { number: '9/QĐ-UBND' } };
    log.before('transferred', async () => {
      await api.must(200, api.post(`/v1/units/${unit}/close`, close, { 'if-match': '"0"' }));
      await api.get(`/v1/units/${unit}`);
    });
    const list = ids.map((id) => ({
      id,
      revision: 2,
      changes: [{ kind: 'record', action: 'transferred', effective: '2016-01-01', data: { toUnit: unit } }],
    }));
    const headers = { 'idempotency-key': randomUUID() };
    const { body } = await api.must(200, send(list, headers));
    const refused = body.results.flatMap((r, i) => ('refused' in r ? [{ ...r, i }] : []));
    expect(body).to.deep.include({ done: 70 - refused.length });
    expect(refused.length).to.be.within(1, 69);
    const [one] = refused as unknown as [{ id: string; i: number; errors: Fault[] }];
    expect(one.id).to.equal(ids[one.i]);
    expect(one.errors[0]).to.deep.include({
      pointer: `/persons/${one.i}/changes/0/data/toUnit`,
      rule: 'unit_invalid',
    });
    // The same request again finds the same.
    expect((await api.must(200, send(list, headers))).body).to.deep.include({ done: 70 - refused.length });
  });

  it('another request under the same key is refused', async () => {
    const ids = await persons(2);
    const headers = { 'idempotency-key': randomUUID() };
    await api.must(200, send([raise(ids[0]!)], headers));
    const other = await send([raise(ids[0]!, { revision: 3 })], headers);
    expect([other.status, other.body.errors[0]?.rule]).to.deep.equal([422, 'key_reused']);
  });

  it('so is the same key for wholly different persons: nothing is written, nor shown on a dry run', async () => {
    const ids = await persons(4);
    const headers = { 'idempotency-key': randomUUID() };
    await api.must(200, send([raise(ids[0]!), raise(ids[1]!)], headers));
    const before = await head();
    for (const query of ['', '?dryRun=true']) {
      const other = await send([raise(ids[2]!), raise(ids[3]!)], headers, query);
      expect([other.status, other.body.type]).to.deep.equal([422, 'urn:hoso:problem:key-reused']);
    }
    expect(await head()).to.equal(before);
    expect((await api.must(200, send([raise(ids[0]!), raise(ids[1]!)], headers))).body).to.include({
      done: 2,
    });
    // A key under which nothing was written yet binds nobody.
    const free = { 'idempotency-key': randomUUID() };
    expect((await send([raise(randomUUID())], free)).status).to.equal(422);
    expect((await api.must(200, send([raise(ids[2]!)], free))).body).to.include({ done: 1 });
  });

  it('of two that race with one key for different persons, one is carried out', async () => {
    const ids = await persons(6);
    const headers = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all(
      ids.map((id) => send([raise(id)], headers).then(({ status, body }) => [status, body.type])),
    );
    expect(answers.filter(([status]) => status === 200)).to.have.length(1);
    expect(answers.filter(([, type]) => type === 'urn:hoso:problem:key-reused')).to.have.length(5);
  });
});
