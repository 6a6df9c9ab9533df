import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { ProposalAnswer } from '../../src/proposals/proposalDesk.js';
import { BEGINNING, LogUnavailable } from '../../src/event-log/port.js';
import { GATE_DEFAULTS } from '../../src/proposals/gates.js';
import type { FactContent } from '../../src/record/action.js';
import { ACTOR } from '../support/desk.js';
import { fact, graded, hired, record, transfer, UNIT } from '../support/record.js';
import { wholeRecord } from '../support/wholeRecord.js';
import { CutLog, done, quota, rules, standing, World } from './support.js';

const PAPER = { number: '9/QĐ-SNV', signedDate: '2016-06-10' };
const RAISE = fact('step_raised_regular', '2016-06-15', { grade: '01.003', step: 2 });
const EARLY = fact('step_raised_early', '2016-06-15', {
  grade: '01.003',
  step: 2,
  reason: 'excellent',
});

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
    expect(answer.kind === 'refused' && answer.refusals[0]?.params).to.deep.equal({
      agency: UNIT.homeAffairs,
      count: '3',
      most: '0',
      sequence: '7',
    });
  });

  it('the deployment says how many overdue duties let one pass, and how long a reconciliation counts', async () => {
    const lenient = new World(undefined, { ...GATE_DEFAULTS, mostOverdue: 3 });
    lenient.overdue = 3;
    expect((await lenient.propose(await lenient.person(), RAISE)).kind).to.equal('done');
    const strict = new World(undefined, { ...GATE_DEFAULTS, reconciledWithinMonths: 3 });
    const answer = await strict.propose(await strict.person(), RAISE);
    expect(answer.kind === 'refused' && answer.refusals[0]?.lacks.map((l) => l.code)).to.deep.equal([
      'not_reconciled',
    ]);
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

  it('is not decided by who made it', async () => {
    const w = new World();
    const made = await w.propose(await w.person(), RAISE);
    const checked = await w.step(made, { kind: 'check' }, undefined, ACTOR);
    const own = await w.step(checked, { kind: 'decide', document: PAPER }, undefined, ACTOR);
    expect(rules(own)).to.deep.equal(['own_proposal']);
    expect(standing(await w.step(checked, { kind: 'decide', document: PAPER }))).to.equal('recorded');
  });

  it('is not decided unchecked, nor on an old reading of it', async () => {
    const w = new World();
    const made = await w.propose(await w.person(), RAISE);
    expect(rules(await w.step(made, { kind: 'decide', document: PAPER }))).to.deep.equal(['not_checked']);
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

  it('another request under the same key is refused, of the proposal and of its steps', async () => {
    const w = new World();
    const id = await w.person();
    const made = await w.propose(id, RAISE, 'key 1');
    expect(rules(await w.propose(id, { ...RAISE, effective: '2016-06-16' }, 'key 1'))).to.deep.equal([
      'keyReused',
    ]);
    const checked = await w.step(made, { kind: 'check' }, 'key 2');
    expect(rules(await w.step(checked, { kind: 'decline', reason: 'x' }, 'key 2'))).to.deep.equal([
      'keyReused',
    ]);
    expect((await w.proposals.load(done(made).id)).stored).to.have.lengthOf(2);
  });

  it('a dry run shows what it would change, and writes nothing: no event, no place', async () => {
    const w = new World();
    const id = await w.person();
    const { sequence } = await w.log.head();
    const frame = { actor: ACTOR, idempotencyKey: 'key', body: 'b', dryRun: true };
    const shown = await w.proposals.propose({ ...frame, record: id, proposed: { content: EARLY } });
    expect(shown.kind === 'preview' && shown.events.map((e) => e.type)).to.deep.equal(['proposal_made']);
    expect(shown.kind === 'preview' && shown.record?.changes.newSpells.map((s) => s.step)).to.include(2);
    expect((await w.log.head()).sequence).to.equal(sequence);
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

  describe('the establishment of the unit to which somebody would come', () => {
    const MOVE = transfer('2016-07-01', UNIT.finance);

    it('is refused once it is filled, by people who are there or by proposals under way', async () => {
      const w = new World();
      const [first, second] = [await w.person(), await w.person()];
      const made = done(await w.propose(first, MOVE));
      const refused = await w.propose(second, MOVE);
      expect(rules(refused)).to.deep.equal(['establishment_full']);
      expect(refused.kind === 'refused' && refused.refusals[0]?.params).to.deep.include({
        unit: UNIT.finance,
        year: '2016',
        kind: 'civil_servants',
        quota: '1',
        taken: '1',
      });
      await w.step(made, { kind: 'decline', reason: 'rút' });
      expect((await w.propose(second, MOVE)).kind).to.equal('done');
      const full = new World();
      full.filled = 1;
      expect(rules(await full.propose(await full.person(), MOVE))).to.deep.equal(['establishment_full']);
    });

    it('a placement in dispute keeps nobody out (Luật CNTT Đ.21.2d)', async () => {
      const w = new World();
      w.filled = 1;
      w.disputed = 1;
      expect((await w.propose(await w.person(), MOVE)).kind).to.equal('done');
      expect(rules(await w.propose(await w.person(), MOVE))).to.deep.equal(['establishment_full']);
    });

    it('of many that race for the last place one gets it', async () => {
      const w = new World();
      const persons = await Promise.all(Array.from({ length: 6 }, () => w.person()));
      const made = await Promise.all(persons.map((id) => w.propose(id, MOVE)));
      expect(made.filter((m) => m.kind === 'done')).to.have.lengthOf(1);
    });

    it('counts what is decided for the year of the move, another kind of people and another parameter not at all', async () => {
      const w = new World();
      w.filled = 1;
      expect((await w.propose(await w.person(), transfer('2017-01-01', UNIT.finance))).kind).to.equal('done');
      const employee = await w.person({ hire: hired('2010-01-01', { category: 'vien_chuc' }) });
      expect(rules(await w.propose(employee, MOVE))).to.not.include('establishment_full');
      const lenient = new World(undefined, { ...GATE_DEFAULTS, refuseOverEstablishment: false });
      lenient.filled = 1;
      expect((await lenient.propose(await lenient.person(), MOVE)).kind).to.equal('done');
    });

    it('an issued decision is recorded all the same', async () => {
      const w = new World();
      w.filled = 1;
      const id = await w.person();
      await w.done(id, [record(MOVE)]);
      expect(await w.actions(id)).to.include('transferred');
    });

    it('a proposal once recorded holds no place beside the person’s own', async () => {
      const w = new World();
      const made = await w.propose(await w.person(), MOVE);
      const checked = await w.step(made, { kind: 'check' });
      expect(standing(await w.step(checked, { kind: 'decide', document: PAPER }))).to.equal('recorded');
      w.organisation.given(UNIT.finance, quota('2016-02-01', 2));
      w.filled = 1;
      expect((await w.propose(await w.person(), MOVE)).kind).to.equal('done');
    });
  });

  it('a place whose proposal was never made, or has ended, passes to who asks next', async () => {
    const w = new World();
    w.payroll = 10;
    const record = await w.person();
    const key = { agency: UNIT.homeAffairs, year: 2016 };
    expect(await w.early.take({ ...key, by: randomUUID(), holder: 'proposal', record })).to.equal('taken');
    expect(rules(await w.propose(record, EARLY))).to.deep.equal(['quota_exhausted']);
    w.now += 61_000;
    const made = done(await w.propose(record, EARLY));
    expect(await w.holders()).to.deep.equal([made.id]);
    expect(rules(await w.propose(await w.person(), EARLY))).to.deep.equal(['quota_exhausted']);
  });

  it('the agency above gives more out of the pooled remainders', async () => {
    const w = new World();
    w.payroll = 9;
    const record = await w.person();
    expect(rules(await w.propose(record, EARLY))).to.deep.equal(['quota_exhausted']);
    w.allotted = 1;
    expect((await w.propose(record, EARLY)).kind).to.equal('done');
    expect(rules(await w.propose(await w.person(), EARLY))).to.deep.equal(['quota_exhausted']);
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
    expect(await w.holders()).to.deep.equal([decided.proposal.event]);
    await w.follow();
    expect(await w.holders()).to.deep.equal([decided.proposal.event]);
  });

  it('decided for another year, it gives back the place of the first and takes one of the other', async () => {
    const w = new World();
    const checked = await w.step(await w.propose(await w.person(), EARLY), { kind: 'check' });
    const decide = { kind: 'decide', document: PAPER, effective: '2017-02-01' } as const;
    // The payroll of the next year is not counted yet.
    expect(rules(await w.step(checked, decide))).to.deep.equal(['quota_unknown']);
    expect(await w.holders()).to.deep.equal([done(checked).id]);
    w.payrollYears = [2015, 2016];
    const decided = done(await w.step(checked, decide));
    expect(decided.proposal.status).to.equal('recorded');
    expect([await w.holders(2016), await w.holders(2017)]).to.deep.equal([[], [decided.proposal.event]]);
  });
});

describe('Places of early raises that were issued', () => {
  const issued = async (w: World, content: FactContent = EARLY) => {
    const id = await w.person();
    const answer = await w.done(id, [record(content)]);
    await w.follow();
    return { id, fact: answer.events[0]!.id };
  };

  it('are taken over the limit, by whatever process recorded them; a rescission frees one, its own rescission takes it again', async () => {
    const w = new World();
    w.payroll = 10;
    const [a, b] = [await issued(w), await issued(w)];
    expect(await w.holders()).to.deep.equal([a.fact, b.fact]);
    const rescission = await w.done(a.id, [{ kind: 'rescind', target: a.fact, reason: 'hủy' }]);
    await w.follow();
    expect(await w.holders()).to.deep.equal([b.fact]);
    await w.done(a.id, [{ kind: 'rescind', target: rescission.events[0]!.id, reason: 'hủy nhầm' }]);
    await w.follow();
    expect(await w.holders()).to.deep.equal([b.fact, a.fact]);
  });

  it('follow a correction of the effective day to its year, and back when the correction is rescinded', async () => {
    const w = new World();
    const { id, fact: target } = await issued(w);
    const content = { effective: '2017-01-15', document: PAPER, data: EARLY.data };
    const corrected = await w.done(id, [{ kind: 'correct', target, content, reason: 'ghi sai ngày' }]);
    await w.follow();
    expect([await w.holders(2016), await w.holders(2017)]).to.deep.equal([[], [target]]);
    await w.done(id, [{ kind: 'rescind', target: corrected.events[0]!.id, reason: 'đính chính nhầm' }]);
    await w.follow();
    expect([await w.holders(2016), await w.holders(2017)]).to.deep.equal([[target], []]);
  });

  it('are given back when a correction makes it a raise on retirement notice, which needs none', async () => {
    const w = new World();
    const { id, fact: target } = await issued(w);
    const data = { ...EARLY.data, reason: 'retirement_notice' };
    const content = { effective: EARLY.effective, document: PAPER, data };
    await w.done(id, [{ kind: 'correct', target, content, reason: 'ghi sai lý do' }]);
    await w.follow();
    expect(await w.holders()).to.deep.equal([]);
  });

  it('follow a transfer that was recorded late to the agency of the day', async () => {
    const w = new World();
    const { id, fact: held } = await issued(w);
    await w.done(id, [record(transfer('2016-02-01', UNIT.finance))]);
    await w.follow();
    expect([await w.holders(), await w.holders(2016, UNIT.finance)]).to.deep.equal([[], [held]]);
  });

  it('are given back with a record that is withdrawn, taken again when it is restored', async () => {
    const w = new World();
    const { id, fact: held } = await issued(w);
    await w.done(id, [{ kind: 'withdraw', reason: 'lập nhầm' }]);
    await w.follow();
    expect(await w.holders()).to.deep.equal([]);
    await w.done(id, [{ kind: 'restore', reason: 'loại nhầm' }]);
    await w.follow();
    expect(await w.holders()).to.deep.equal([held]);
  });

  it('pass in a merge to the fact in the record that stays, with the turn that they had', async () => {
    const w = new World();
    const [first, second] = [await issued(w), await issued(w)];
    const into = await w.person();
    const expected = (await w.desk.load(first.id)).events.length - 1;
    const command = { actor: ACTOR, idempotencyKey: 'merge', body: 'm', dryRun: false, reason: 'trùng' };
    const merged = await w.desk.merge({ ...command, record: first.id, expected, into });
    expect(merged.kind).to.equal('done');
    await w.follow();
    const { events } = await w.desk.load(into);
    const moved = events.find((e) => e.body.kind === 'fact' && e.body.content.action === 'step_raised_early');
    expect(await w.holders()).to.deep.equal([moved!.id, second.fact]);
  });

  it('of a proposal that ended are freed by the consumer, where a crash kept the desk from it', async () => {
    const w = new World();
    const id = await w.person();
    const made = done(await w.propose(id, EARLY));
    await w.step(made, { kind: 'decline', reason: 'rút' });
    const place = {
      agency: UNIT.homeAffairs,
      year: 2016,
      by: made.id,
      holder: 'proposal',
      record: id,
    } as const;
    await w.early.take(place);
    await w.follow();
    expect(await w.holders()).to.deep.equal([]);
  });

  it('taken up by another process from a checkpoint, the rest is done as if by one, and nothing twice', async () => {
    const w = new World();
    const a = await issued(w);
    const other = w.anotherConsumer();
    const { position, sequence } = await w.log.head();
    await other.start(position);
    await w.done(a.id, [{ kind: 'rescind', target: a.fact, reason: 'hủy' }]);
    await w.follow(other);
    expect(await w.holders()).to.deep.equal([]);
    const { sequence: then } = await w.log.head();
    expect(then).to.equal(sequence + 2);
    await w.anotherConsumer().take(await w.log.readAll(BEGINNING, 1000));
    expect((await w.log.head()).sequence).to.equal(then);
  });

  it('says nothing of other records: none is even read', async () => {
    const w = new World();
    await w.person();
    const { sequence } = await w.log.head();
    await w.follow();
    expect((await w.log.head()).sequence).to.equal(sequence);
  });
});

describe('A decided proposal that a crash left', () => {
  it('is recorded once by the consumer, in whatever process it runs next', async () => {
    const log = new CutLog();
    const w = new World(log);
    const id = await w.person();
    const checked = await w.step(await w.propose(id, EARLY), { kind: 'check' });
    log.cut = true;
    const cut = await w.step(checked, { kind: 'decide', document: PAPER }).catch((e: unknown) => e);
    expect(cut).to.be.instanceOf(LogUnavailable);
    expect(await w.actions(id)).to.not.include('step_raised_early');
    log.restart();
    await w.follow();
    await w.anotherConsumer().take(await w.log.readAll(BEGINNING, 1000));
    const { proposal } = await w.proposals.load(done(checked).id);
    expect(proposal?.status).to.equal('recorded');
    expect((await w.actions(id)).filter((a) => a === 'step_raised_early')).to.have.lengthOf(1);
    expect(await w.holders()).to.deep.equal([proposal?.event]);
  });

  it('and that the record refuses by now shows as failed, with the rules, and holds no place', async () => {
    const log = new CutLog();
    const w = new World(log);
    const id = await w.person();
    const checked = await w.step(await w.propose(id, EARLY), { kind: 'check' });
    log.cut = true;
    await w.step(checked, { kind: 'decide', document: PAPER }).catch(() => undefined);
    log.restart();
    await w.done(id, [record(fact('died', '2016-06-02'))]);
    await w.follow();
    const { proposal } = await w.proposals.load(done(checked).id);
    expect([proposal?.status, proposal?.rules]).to.deep.equal(['failed', ['after_death']]);
    expect(await w.holders()).to.deep.equal([]);
  });
});
