import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { ProposalDesk, type ProposalAnswer, type StepCommand } from '../../src/proposals/proposalDesk.js';
import { EarlyRaises } from '../../src/proposals/earlyRaises.js';
import type { FactContent } from '../../src/record/action.js';
import type { Change } from '../../src/record/decide.js';
import { ACTOR, REFERENCES, TestDesk } from '../support/desk.js';
import { fact, graded, hired, record, transfer, UNIT } from '../support/record.js';
import { wholeRecord } from '../support/wholeRecord.js';

const TODAY = '2016-06-01';
const PAPER = { number: '9/QĐ-SNV', signedDate: '2016-06-10' };
const RAISE = fact('step_raised_regular', '2016-06-15', { grade: '01.003', step: 2 });
const EARLY = fact('step_raised_early', '2016-06-15', {
  grade: '01.003',
  step: 2,
  reason: 'excellent',
});

class World extends TestDesk {
  overdue = 0;
  payroll: number | null = 20;
  readonly early = new EarlyRaises(
    this.log,
    this.sealer,
    () => this.payroll,
    (unit) => unit,
  );
  readonly proposals = new ProposalDesk({
    log: this.log,
    sealer: this.sealer,
    desk: this.desk,
    references: REFERENCES,
    overdue: () => Promise.resolve(this.overdue),
    earlyRaises: this.early,
    today: () => TODAY,
  });

  /** A complete record; its grade since 2013 unless told otherwise. */
  async person(options: Parameters<typeof wholeRecord>[1] = {}): Promise<string> {
    const id = randomUUID();
    await this.done(
      id,
      wholeRecord('2016-01-10', options).map((content): Change => ({ kind: 'record', content })),
    );
    return id;
  }

  propose(id: string, content: FactContent, key: string = randomUUID()): Promise<ProposalAnswer> {
    return this.proposals.propose({
      record: id,
      content,
      actor: ACTOR,
      idempotencyKey: key,
      body: JSON.stringify(content),
      dryRun: false,
    });
  }

  step(
    answer: ProposalAnswer,
    step: StepCommand['step'],
    key: string = randomUUID(),
  ): Promise<ProposalAnswer> {
    const { id, revision } = done(answer);
    const body = JSON.stringify(step);
    return this.proposals.take({
      id,
      expected: revision,
      step,
      actor: ACTOR,
      idempotencyKey: key,
      body,
      dryRun: false,
    });
  }

  async actions(id: string): Promise<string[]> {
    return (await this.desk.load(id)).events.map(({ body }) =>
      body.kind === 'fact' ? body.content.action : body.kind,
    );
  }
}

function done(answer: ProposalAnswer) {
  if (answer.kind !== 'done') throw new Error(`not done: ${JSON.stringify(answer)}`);
  return answer;
}
const rules = (answer: ProposalAnswer) =>
  answer.kind === 'refused' ? answer.refusals.map((r) => r.rule) : [answer.kind];
const standing = (answer: ProposalAnswer) => done(answer).proposal.status;

describe('Proposals', () => {
  it('proposed, checked, decided: then the fact stands in the record under the deciding document', async () => {
    const w = new World();
    const id = await w.person();
    const made = await w.propose(id, RAISE);
    expect(standing(made)).to.equal('proposed');
    const checked = await w.step(made, { kind: 'check' });
    expect(standing(checked)).to.equal('checked');
    const decided = done(await w.step(checked, { kind: 'decide', document: PAPER }));
    expect(decided.proposal.status).to.equal('recorded');
    const { events } = await w.desk.load(id);
    const last = events.at(-1);
    expect(last?.id).to.equal(decided.proposal.event);
    expect(last?.body.kind === 'fact' && last.body.content.document).to.deep.equal(PAPER);
  });

  it('of an incomplete record is refused with each missing item, and the sequence it was judged at', async () => {
    const w = new World();
    const id = randomUUID();
    await w.done(id, [record(wholeRecord('2016-01-10')[0]!), record(hired()), record(graded('2013-01-01'))]);
    const answer = await w.propose(id, RAISE);
    expect(rules(answer)).to.deep.equal(['record_incomplete']);
    if (answer.kind !== 'refused') return;
    expect(answer.judgedAt).to.equal((await w.log.head()).sequence);
    expect(answer.refusals[0]?.lacks.map((l) => l.code)).to.include.members([
      'item_hometown',
      'not_reconciled',
    ]);
    expect((await w.log.head()).sequence).to.equal(answer.judgedAt);
  });

  it('of an agency with overdue duties is refused', async () => {
    const w = new World();
    w.overdue = 3;
    const answer = await w.propose(await w.person(), RAISE);
    expect(rules(answer)).to.deep.equal(['agency_overdue']);
    expect(answer.kind === 'refused' && answer.refusals[0]?.params).to.deep.equal({ count: '3' });
  });

  it('of something irregular is refused, though an issued decision would be recorded', async () => {
    const w = new World();
    const id = await w.person({ grade: graded('2014-01-01') });
    expect(rules(await w.propose(id, RAISE))).to.deep.equal(['irregular']);
    const answer = await w.done(id, [record(RAISE)]);
    expect(answer.findings.map((f) => f.rule)).to.deep.equal(['step_too_early']);
  });

  it('of what the record would refuse, or of what is not proposed, is refused', async () => {
    const w = new World();
    const id = await w.person();
    expect(rules(await w.propose(id, transfer('2016-07-01', UNIT.unknown)))).to.deep.equal(['unit_invalid']);
    expect(rules(await w.propose(id, fact('died', '2016-07-01')))).to.deep.equal(['not_proposable']);
    expect(rules(await w.propose(randomUUID(), RAISE))).to.deep.equal(['notFound']);
  });

  it('declined, it ends; nothing reaches the record', async () => {
    const w = new World();
    const id = await w.person();
    const declined = await w.step(await w.propose(id, RAISE), { kind: 'decline', reason: 'chưa đủ hồ sơ' });
    expect(standing(declined)).to.equal('declined');
    expect(rules(await w.step(declined, { kind: 'check' }))).to.deep.equal(['step_not_possible']);
    expect(await w.actions(id)).to.not.include('step_raised_regular');
  });

  it('is not decided unchecked, nor on an old reading of it', async () => {
    const w = new World();
    const made = await w.propose(await w.person(), RAISE);
    expect(rules(await w.step(made, { kind: 'decide', document: PAPER }))).to.deep.equal([
      'step_not_possible',
    ]);
    await w.step(made, { kind: 'check' });
    expect((await w.step(made, { kind: 'decline', reason: 'x' })).kind).to.equal('stale');
  });

  it('a step sent again is the same step; cut off after the decision, the fact is recorded once', async () => {
    const w = new World();
    const id = await w.person();
    const made = await w.propose(id, RAISE, 'key 1');
    expect(done(await w.propose(id, RAISE, 'key 1'))).to.deep.include({ replayed: true, revision: 0 });
    const checked = await w.step(made, { kind: 'check' });
    const decide = { kind: 'decide', document: PAPER } as const;
    await w.step(checked, decide, 'key 2');
    expect(standing(await w.step(checked, decide, 'key 2'))).to.equal('recorded');
    expect(await w.proposals.carryOut(done(made).id)).to.equal(false);
    expect((await w.actions(id)).filter((a) => a === 'step_raised_regular')).to.have.lengthOf(1);
  });

  it('judged anew at each step: what has become incomplete meanwhile is refused', async () => {
    const w = new World();
    const id = await w.person();
    const made = await w.propose(id, RAISE);
    const { events } = await w.desk.load(id);
    const qualification = events.find(
      (e) => e.body.kind === 'fact' && e.body.content.action === 'qualification_recorded',
    );
    await w.done(id, [{ kind: 'rescind', target: qualification!.id, reason: 'giả' }]);
    expect(rules(await w.step(made, { kind: 'check' }))).to.deep.equal(['record_incomplete']);
  });

  it('what a person’s record says in a proposal is sealed under that person’s keys', async () => {
    const w = new World();
    const id = await w.person();
    const made = done(await w.propose(id, { ...EARLY, document: { number: '1', summary: 'Tóm tắt mật' } }));
    const stored = await w.log.readStream(`proposal-${made.id}`);
    expect(JSON.stringify(stored.map((e) => e.data))).to.not.match(/Tóm tắt|excellent/);
    const { events } = await w.proposals.load(made.id);
    expect(events[0]?.body.kind === 'proposal_made' && events[0].body.content.document?.summary).to.equal(
      'Tóm tắt mật',
    );
  });
});

describe('Early raises, of which an agency has 10 % a year', () => {
  it('each proposal takes a place; when all are taken the next is refused, until one is freed', async () => {
    const w = new World();
    const persons = await Promise.all([w.person(), w.person(), w.person()]);
    const made: ProposalAnswer[] = [];
    for (const id of persons) made.push(await w.propose(id, EARLY));
    expect(made.map((m) => m.kind)).to.deep.equal(['done', 'done', 'refused']);
    expect(rules(made[2]!)).to.deep.equal(['quota_exhausted']);
    await w.step(made[0]!, { kind: 'decline', reason: 'rút' });
    expect((await w.propose(persons[2], EARLY)).kind).to.equal('done');
  });

  it('of many that race for the last place one gets it', async () => {
    const w = new World();
    w.payroll = 10;
    const persons = await Promise.all(Array.from({ length: 6 }, () => w.person()));
    const made = await Promise.all(persons.map((id) => w.propose(id, EARLY)));
    expect(made.filter((m) => m.kind === 'done')).to.have.lengthOf(1);
  });

  it('an issued raise takes its place over the limit; a rescission frees it', async () => {
    const w = new World();
    w.payroll = 10;
    const [a, b] = [await w.person(), await w.person()];
    for (const id of [a, b]) {
      await w.done(id, [record(EARLY)]);
      await w.early.settle(id, await w.desk.timelineOf(await w.desk.load(id)));
    }
    expect((await w.early.places(UNIT.homeAffairs, 2016)).taken).to.have.lengthOf(2);
    const event = (await w.desk.load(a)).events.at(-1)!.id;
    await w.done(a, [{ kind: 'rescind', target: event, reason: 'hủy' }]);
    await w.early.settle(a, await w.desk.timelineOf(await w.desk.load(a)));
    expect((await w.early.places(UNIT.homeAffairs, 2016)).taken.map((t) => t.record)).to.deep.equal([b]);
  });

  it('without the payroll of 31 December nothing is proposed', async () => {
    const w = new World();
    w.payroll = null;
    expect(rules(await w.propose(await w.person(), EARLY))).to.deep.equal(['quota_unknown']);
  });

  it('a place goes from the proposal to the issued raise', async () => {
    const w = new World();
    const id = await w.person();
    const checked = await w.step(await w.propose(id, EARLY), { kind: 'check' });
    const decided = done(await w.step(checked, { kind: 'decide', document: PAPER }));
    const { taken } = await w.early.places(UNIT.homeAffairs, 2016);
    expect(taken).to.deep.equal([{ by: decided.proposal.event, record: id }]);
  });
});
