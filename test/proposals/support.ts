/** Proposals over the log in memory: the little world of test/support/record.ts, on a day of 2016. */
import { randomUUID } from 'node:crypto';
import { ProposalDesk, type ProposalAnswer, type StepCommand } from '../../src/proposals/proposalDesk.js';
import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import {
  BEGINNING,
  LogUnavailable,
  type AppendOutcome,
  type AppendRequest,
  type EventLog,
} from '../../src/event-log/port.js';
import { EarlyRaises } from '../../src/proposals/earlyRaises.js';
import { GATE_DEFAULTS, type GateOptions } from '../../src/proposals/gates.js';
import type { PastChange, Proposed } from '../../src/proposals/pastChange.js';
import { Seats } from '../../src/proposals/seats.js';
import { ProposalConsumer } from '../../src/proposals/proposalConsumer.js';
import type { DeskOptions, References } from '../../src/recording/recordDesk.js';
import type { FactContent } from '../../src/record/action.js';
import type { Change } from '../../src/record/decide.js';
import type { UnitChange } from '../../src/organisation/decide.js';
import { opened as unitOpened, record as change, World as Organisation } from '../organisation/support.js';
import { ACTOR, REFERENCES, TestDesk } from '../support/desk.js';
import { rewarded, UNIT, world } from '../support/record.js';
import { wholeRecord } from '../support/wholeRecord.js';

export const TODAY = '2016-06-01';

/** Whoever proposes does not decide. */
export const SECOND = { ...ACTOR, account: '33333333-3333-4333-8333-333333333333' };

/** How many civil servants finance may have in the year of the day. */
export const quota = (effective: string, count: number): UnitChange =>
  change({
    type: 'quota_decided',
    effective,
    data: { year: Number(effective.slice(0, 4)), kind: 'civil_servants', count },
  });

export class World extends TestDesk {
  overdue = 0;
  payroll: number | null = 20;
  payrollYears = [2015];
  /** Early raises given by the agency above. */
  allotted = 0;
  now = Date.now();
  /** The little world, with a payroll of the year before. */
  readonly references: References = {
    ...REFERENCES,
    view: (k) => ({
      ...REFERENCES.view(k),
      reference: {
        ...world,
        payrollOf: (_unit, year) => (this.payrollYears.includes(year) ? this.payroll : null),
        earlyRaisesAllotted: () => this.allotted,
      },
    }),
  };
  readonly early = new EarlyRaises(
    this.log,
    this.sealer,
    () => this.references.view().reference,
    () => this.now,
  );
  /** Home affairs, and finance, where one civil servant may be in 2016. */
  readonly organisation = new Organisation()
    .given(UNIT.homeAffairs, change(unitOpened('1990-01-01', { code: 'snv', level: 3 })))
    .given(UNIT.finance, change(unitOpened('1990-01-01', { code: 'stc' })), quota('2016-01-01', 1));
  /** Civil servants who are there already, as the read model counts them. */
  filled = 0;
  /** Of these in dispute. */
  disputed = 0;
  readonly seats = new Seats({
    log: this.log,
    sealer: this.sealer,
    desk: this.desk,
    units: () => this.organisation,
    filled: ({ units }) =>
      Promise.resolve(
        units.includes(UNIT.finance)
          ? [{ category: 'cong_chuc', count: this.filled, disputed: this.disputed }]
          : [],
      ),
    now: () => this.now,
  });
  readonly proposals = new ProposalDesk({
    log: this.log,
    sealer: this.sealer,
    desk: this.desk,
    references: this.references,
    overdue: () => Promise.resolve({ count: this.overdue, sequence: 7 }),
    options: this.options,
    earlyRaises: this.early,
    units: () => this.organisation,
    seats: this.seats,
    today: () => TODAY,
  });
  readonly consumer = this.anotherConsumer();
  private followed = BEGINNING;

  constructor(
    log?: EventLog,
    readonly options: GateOptions = GATE_DEFAULTS,
    desk: DeskOptions = {},
  ) {
    super(log, undefined, desk);
  }

  anotherConsumer(): ProposalConsumer {
    const { log, desk, references, early: earlyRaises, proposals } = this;
    return new ProposalConsumer({ log, desk, references, earlyRaises, proposals });
  }

  /** The consumer takes in what the log has grown by, and what it adds itself. */
  async follow(consumer = this.consumer): Promise<void> {
    for (;;) {
      const batch = await this.log.readAll(this.followed, 1000);
      if (batch.length === 0) return;
      await consumer.take(batch);
      this.followed = batch.at(-1)!.position;
    }
  }

  /** Who holds a place of home affairs in a year. */
  async holders(year = 2016, agency: string = UNIT.homeAffairs) {
    return (await this.early.places({ agency, year })).taken.map((t) => t.by);
  }

  /** A complete record; its grade since 2013 unless told otherwise. */
  async person(options: Parameters<typeof wholeRecord>[1] = {}): Promise<string> {
    const id = randomUUID();
    await this.done(
      id,
      [...wholeRecord('2016-01-10', options), rewarded('2012-06-01')].map((content): Change => ({
        kind: 'record',
        content,
      })),
    );
    return id;
  }

  propose(id: string, content: FactContent, key: string = randomUUID()): Promise<ProposalAnswer> {
    return this.proposed(id, { content }, key);
  }

  proposeChange(id: string, change: PastChange, content?: FactContent): Promise<ProposalAnswer> {
    return this.proposed(id, {
      content: content ?? { action: 'recruited', effective: '2013-01-01', data: {} },
      change,
    });
  }

  private proposed(record: string, proposed: Proposed, key: string = randomUUID()): Promise<ProposalAnswer> {
    return this.proposals.propose({
      record,
      proposed,
      actor: ACTOR,
      idempotencyKey: key,
      body: JSON.stringify(proposed),
      dryRun: false,
    });
  }

  step(
    answer: ProposalAnswer,
    step: StepCommand['step'],
    key: string = randomUUID(),
    actor = SECOND,
  ): Promise<ProposalAnswer> {
    const { id, revision } = done(answer);
    const body = JSON.stringify(step);
    return this.proposals.take({
      id,
      expected: revision,
      step,
      actor,
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

export function done(answer: ProposalAnswer) {
  if (answer.kind !== 'done') throw new Error(`not done: ${JSON.stringify(answer)}`);
  return answer;
}
export const rules = (answer: ProposalAnswer) =>
  answer.kind === 'refused' ? answer.refusals.map((r) => r.rule) : [answer.kind];
export const standing = (answer: ProposalAnswer) => done(answer).proposal.status;

/** A log that breaks right after a decision: the process is gone before the fact is recorded. */
export class CutLog extends MemoryLog {
  cut = false;
  private isDown = false;

  override append(request: AppendRequest): Promise<AppendOutcome> {
    if (this.isDown) return Promise.reject(new LogUnavailable('cut'));
    if (this.cut && request.events[0]?.type === 'proposal_decided') this.isDown = true;
    return super.append(request);
  }

  restart(): void {
    this.cut = this.isDown = false;
  }
}
