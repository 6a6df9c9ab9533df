import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { BEGINNING, LogUnavailable, type EventLog } from '../../src/event-log/port.js';
import type { PastChange } from '../../src/proposals/pastChange.js';
import { fact, hired, opened, record } from '../support/record.js';
import { ACTOR } from '../support/desk.js';
import { CutLog, done, rules, standing, TODAY, World } from './support.js';

const PAPER = { number: '9/QĐ-SNV', signedDate: '2016-06-10' };
const REASON = 'ghi sai so với quyết định';

/** Where one person alone may change only what is of today. */
class Guarded extends World {
  constructor(log?: EventLog) {
    super(log, undefined, { aloneSince: () => TODAY });
  }

  /** A record of which nothing but the hire is known: no gate would let anything pass. */
  async scant(): Promise<{ id: string; hire: string }> {
    const id = randomUUID();
    const { events } = await this.done(id, [record(opened('2012-10-03')), record(hired('2013-01-01'))]);
    return { id, hire: events[1]!.id };
  }

  async decided(id: string, change: PastChange, content?: Parameters<World['proposeChange']>[2]) {
    const checked = await this.step(await this.proposeChange(id, change, content), { kind: 'check' });
    return this.step(checked, { kind: 'decide', document: PAPER });
  }
}

describe('A change of the past that is proposed (Đ.13.2)', () => {
  const rescind = (target: string): PastChange => ({ kind: 'rescind', target, reason: REASON });

  it('is what one person is told to do instead of making it alone', async () => {
    const w = new Guarded();
    const { id, hire } = await w.scant();
    const alone = await w.send(id, [{ kind: 'rescind', target: hire, reason: REASON }]);
    expect(alone.kind === 'refused' && alone.refusals.map((r) => r.rule)).to.deep.equal([
      'second_person_needed',
    ]);
    expect(standing(await w.proposeChange(id, rescind(hire)))).to.equal('proposed');
  });

  it('stands in the record once a second person decides it, approved by the deciding document', async () => {
    const w = new Guarded();
    const { id, hire } = await w.scant();
    const content = hired('2013-02-01');
    const answer = done(await w.decided(id, { kind: 'correct', target: hire, reason: REASON }, content));
    expect(answer.proposal.status).to.equal('recorded');
    const { events } = await w.desk.load(id);
    expect(events.at(-1)?.id).to.equal(answer.proposal.event);
    expect(events.at(-1)?.body).to.deep.equal({
      kind: 'corrected',
      target: hire,
      content,
      reason: REASON,
      approval: PAPER,
    });
  });

  it('is not decided by whoever proposed it', async () => {
    const w = new Guarded();
    const { id, hire } = await w.scant();
    const checked = await w.step(await w.proposeChange(id, rescind(hire)), { kind: 'check' });
    const own = await w.step(checked, { kind: 'decide', document: PAPER }, randomUUID(), ACTOR);
    expect(rules(own)).to.deep.equal(['own_proposal']);
    expect(await w.actions(id)).to.not.include('rescinded');
  });

  it('is held up neither by what the record lacks nor by what its agency owes, but by what is impossible', async () => {
    const w = new Guarded();
    const { id, hire } = await w.scant();
    w.overdue = 5;
    expect(standing(await w.decided(id, rescind(hire)))).to.equal('recorded');
    expect(rules(await w.proposeChange(id, rescind(hire)))).to.deep.equal(['target_not_standing']);
    expect(rules(await w.proposeChange(id, rescind(randomUUID())))).to.deep.equal(['target_unknown']);
  });

  it('that would change nothing is refused; made by another meanwhile, it fails with the reason', async () => {
    const w = new Guarded();
    const { id, hire } = await w.scant();
    const change: PastChange = { kind: 'correct', target: hire, reason: REASON };
    expect(rules(await w.proposeChange(id, change, hired('2013-01-01')))).to.deep.equal([
      'nothing_to_change',
    ]);
    const made = await w.proposeChange(id, rescind(hire));
    const twin = await w.proposeChange(id, rescind(hire));
    const [first, second] = [await w.step(made, { kind: 'check' }), await w.step(twin, { kind: 'check' })];
    const decide = { kind: 'decide', document: PAPER } as const;
    const results = await Promise.all([w.step(first, decide), w.step(second, decide)]);
    expect(results.map((r) => done(r).proposal.status)).to.have.members(['recorded', 'failed']);
    expect(results.flatMap((r) => done(r).proposal.rules)).to.deep.equal(['target_not_standing']);
    expect((await w.actions(id)).filter((a) => a === 'rescinded')).to.have.lengthOf(1);
  });

  it('cut short after the decision, it is carried out once, however often it is taken up', async () => {
    const log = new CutLog();
    const w = new Guarded(log);
    const { id, hire } = await w.scant();
    const checked = await w.step(await w.proposeChange(id, rescind(hire)), { kind: 'check' });
    log.cut = true;
    const cut = await w.step(checked, { kind: 'decide', document: PAPER }).catch((e: unknown) => e);
    expect(cut).to.be.instanceOf(LogUnavailable);
    expect(await w.actions(id)).to.not.include('rescinded');
    log.restart();
    await w.follow();
    await w.anotherConsumer().take(await w.log.readAll(BEGINNING, 1000));
    expect((await w.proposals.load(done(checked).id)).proposal?.status).to.equal('recorded');
    expect((await w.actions(id)).filter((a) => a === 'rescinded')).to.have.lengthOf(1);
  });

  it('withdraws the whole record, and restores it', async () => {
    const w = new Guarded();
    const { id } = await w.scant();
    expect(standing(await w.decided(id, { kind: 'withdraw', reason: REASON }))).to.equal('recorded');
    expect(standing(await w.decided(id, { kind: 'restore', reason: REASON }))).to.equal('recorded');
    expect((await w.actions(id)).slice(-2)).to.deep.equal(['record_withdrawn', 'record_restored']);
  });

  it('merges a duplicate: its facts come first, then the withdrawal with its pointer', async () => {
    const w = new Guarded();
    const [duplicate, stays] = [await w.scant(), await w.scant()];
    await w.done(duplicate.id, [
      record(fact('paid_by_amount', '2014-01-01', { amount: '7000000', per: 'month' })),
    ]);
    const merged = await w.decided(duplicate.id, {
      kind: 'withdraw',
      mergedInto: stays.id,
      reason: REASON,
    });
    expect(standing(merged)).to.equal('recorded');
    expect(await w.actions(stays.id)).to.deep.equal(['record_opened', 'recruited', 'paid_by_amount']);
    const last = (await w.desk.load(duplicate.id)).events.at(-1);
    expect(last?.body).to.deep.include({ kind: 'record_withdrawn', mergedInto: stays.id, approval: PAPER });
    const nowhere: PastChange = { kind: 'withdraw', mergedInto: randomUUID(), reason: REASON };
    expect(rules(await w.proposeChange(stays.id, nowhere))).to.deep.equal(['not_opened']);
  });

  it('keeps its reason, and what a correction says, sealed under the person’s keys', async () => {
    const w = new Guarded();
    const { id } = await w.scant();
    const opening = (await w.desk.load(id)).events[0]!.id;
    const change: PastChange = { kind: 'correct', target: opening, reason: 'Lý do mật' };
    const made = done(await w.proposeChange(id, change, opened('2012-10-03', { familyName: 'Tên Mật' })));
    const stored = await w.log.readStream(`proposal-${made.id}`);
    expect(JSON.stringify(stored.map((e) => e.data))).to.not.match(/mật/iu);
    const { proposal } = await w.proposals.load(made.id);
    expect(proposal?.change).to.deep.equal(change);
    expect(proposal?.content.data).to.include({ familyName: 'Tên Mật' });
  });
});
