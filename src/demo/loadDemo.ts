import type { Core } from '../core.js';
import { BEGINNING, DEMO_MARK, type AppendOutcome, type AppendRequest } from '../event-log/port.js';
import { encodeUnitEvent } from '../organisation/codec.js';
import { unitStream, type UnitFact } from '../organisation/facts.js';
import { decide, mergeChanges } from '../record/decide.js';
import type { NewEvent } from '../record/events.js';
import { troublesOf } from '../record/findings.js';
import { lacksOf } from '../record/completeness.js';
import { stateAt, type Timeline } from '../record/timeline.js';
import { personStream } from '../recording/codec.js';
import type { Actor, Citation } from '../recording/metadata.js';
import { tracked, type ReferenceView } from '../reference/view.js';
import { LAST, START, type Ids, type Scripted, type Step } from './life.js';
import { agencyFacts } from './agencies.js';
import { Places, type PlacedFact } from './places.js';
import { ENDS, lastOfProposals, propose, type Candidate } from './proposals.js';
import { PERSONS, Script, STORY } from './script.js';

/** Account and unit in whose name the sample is recorded. */
export const DEMO_ACTOR: Actor = {
  account: '11111111-1111-4111-8111-111111111111',
  unit: '22222222-2222-4222-8222-222222222222',
  client: 'demo',
};

export interface DemoReport {
  /** `loaded`: the sample stands in the log; `refused`: the log is not a demonstration’s, nothing was written. */
  readonly outcome: 'loaded' | 'refused';
  readonly persons: number;
  /** That the persons’ scripts ask for. */
  readonly events: number;
  /** Records that the tour shows. */
  readonly tour: { readonly corrected: string; readonly merged: string; readonly future: string };
}

export interface DemoOptions {
  readonly onProgress?: (done: number, of: number) => void;
  /** How many persons to invent. Default 2,000; a smaller city is the same city with fewer people. */
  readonly persons?: number;
}

/** What of the core the loader works on. */
export type DemoCore = Pick<Core, 'log' | 'sealer' | 'codec' | 'references' | 'recorder' | 'shipLaw'>;

/**
 * Loads the invented city on an empty log, which its first event marks as a demonstration, by a scripted clock. What an
 * interrupted load left is completed; any other log, also a demonstration in which others have written, is left as it
 * is.
 */
export async function loadDemo(core: DemoCore, options: DemoOptions = {}): Promise<DemoReport> {
  const { onProgress = () => undefined, persons = PERSONS } = options;
  const { log, sealer } = core;
  const person = (n: number) => sealer.indexId('demo person', [String(n)]);
  const tour = {
    corrected: person(STORY.corrected),
    merged: person(STORY.merged),
    future: person(STORY.future),
  };
  const [first] = await log.readAll(BEGINNING, 1);
  if (first !== undefined && first.type !== DEMO_MARK)
    return { outcome: 'refused', persons: 0, events: 0, tour };
  const ids: Ids = {
    unit: (code) => sealer.indexId('demo unit', [code]),
    event: (n, event) => sealer.indexId('demo', ['event', String(n), String(event)]),
  };
  const places = new Places((code) => ids.unit(code));
  const script = new Script(ids, places, persons);
  const loader = new Loader(core, person);
  const lives = Array.from({ length: script.persons }, (_, n) => script.stepsOf(n));
  const events = lives.flat().reduce((sum, { changes }) => sum + changes.length, 0);
  const report: DemoReport = { outcome: 'loaded', persons: script.persons, events, tour };
  if (first !== undefined && (await isWhole(core))) {
    await core.shipLaw();
    return report;
  }
  await mark(core);
  await core.shipLaw({ recordedAt: START });
  const agencies = agencyFacts(places, (code) => ids.unit(code));
  const total = lives.reduce((sum, steps) => sum + steps.length, 0);
  let done = 0;
  for (const { from, until } of erasOf(places.facts)) {
    for (const fact of places.facts) if (fact.at === from) await organise(core, ids, fact);
    await core.references.sync();
    const said = agencies.filter(({ at }) => from <= at && at < until);
    await loader.pass(lives, { until, said: said.map((fact) => statementOf(core, ids, fact)) }, (steps) => {
      done += steps;
      onProgress(done, total);
    });
  }
  await propose(loader.candidates(script.persons), {
    log,
    sealer,
    codec: core.codec,
    actor: DEMO_ACTOR,
    decide: (record, id, content) => loader.decideOne(record, { id, change: { kind: 'record', content } }),
  });
  return report;
}

/** Whether the last event of all stands in the log: then all of it does, for it is recorded in the order of the clock. */
async function isWhole({ log, sealer }: DemoCore): Promise<boolean> {
  return (await log.readEvents([lastOfProposals(sealer)])).length > 0;
}

async function mark({ log, sealer }: DemoCore): Promise<void> {
  const event = {
    id: sealer.indexId('demo', ['mark']),
    type: DEMO_MARK,
    version: 1,
    data: '{"open":{},"sealed":{}}',
    meta: '{}',
  };
  await log.append({ stream: 'log-demo', expected: 'none', events: [event] }, { recordedAt: START });
}

interface Era {
  readonly from: string;
  readonly until: string;
}

/** The spans in which the organisation is known without a change: in each a person’s facts are decided together. */
function erasOf(facts: readonly PlacedFact[]): Era[] {
  const moments = [...new Set(facts.map((f) => f.at))].sort();
  return moments.map((from, i) => ({ from, until: moments[i + 1] ?? '9999' }));
}

async function organise(core: DemoCore, ids: Ids, { at, unit, fact }: PlacedFact): Promise<void> {
  const recorded = await core.recorder.recordUnit(
    ids.unit(unit),
    { changes: [{ kind: 'record', fact }], eventId: () => unitEventId(core, unit, fact) },
    { actor: DEMO_ACTOR },
    { recordedAt: at },
  );
  if (recorded.kind === 'refused')
    throw new Error(`the demonstration’s unit ${unit} is refused: ${JSON.stringify(recorded)}`);
}

function unitEventId({ sealer }: DemoCore, unit: string, { type, effective = '', data }: UnitFact): string {
  return sealer.indexId('demo', ['unit', unit, type, effective, JSON.stringify(data)]);
}

/** What an agency says of itself changes no decision: it goes with the records, in bulk. */
function statementOf(core: DemoCore, ids: Ids, { at, unit, fact }: PlacedFact): Timed {
  const event = { id: unitEventId(core, unit, fact), body: { kind: 'fact', fact } } as const;
  const stream = unitStream(ids.unit(unit));
  const events = [encodeUnitEvent(event, { actor: DEMO_ACTOR })];
  return { at, request: { stream, expected: 'any', events } };
}

/** Records whose facts are sealed in one go. */
const AT_ONCE = 100;

/** A request and when it is recorded. */
interface Timed {
  readonly at: string;
  readonly request: AppendRequest;
}

/** Takes the steps through the same decision, sealing and append as any command; a person’s of one era together. */
class Loader {
  private readonly records = new Map<string, Known>();

  constructor(
    private readonly core: DemoCore,
    private readonly person: (n: number) => string,
  ) {}

  /**
   * Takes all steps before a moment out of the lives, and records them, with what agencies said of themselves, in the
   * order of the clock.
   */
  async pass(
    lives: Step[][],
    { until, said }: { readonly until: string; readonly said: readonly Timed[] },
    onSteps: (steps: number) => void,
  ): Promise<void> {
    const timed: Timed[] = [...said];
    const merges: Step[] = [];
    for (let first = 0; first < lives.length; first += AT_ONCE) {
      const due = lives.slice(first, first + AT_ONCE).map((steps) => taken(steps, until));
      merges.push(...due.flat().filter((s) => s.merge !== undefined));
      const decided = due.flatMap((steps) => this.decide(steps.filter((s) => s.merge === undefined)));
      timed.push(...(await this.seal(decided)));
      onSteps(due.flat().length);
    }
    // Both records of a merge are known to its day, and nothing comes after it in either.
    for (const merge of merges) timed.push(...(await this.seal(this.merge(merge))));
    await this.append(
      timed
        .map((t, i) => ({ t, i }))
        .sort((a, b) => compare(a.t.at, b.t.at) || a.i - b.i)
        .map(({ t }) => t),
    );
  }

  /** Decides a person’s steps together; the events of each go into an append of their own. */
  private decide(steps: readonly Step[]): Decided[] {
    if (steps.length === 0) return [];
    const id = this.person((steps[0] as Step).person);
    const judged = this.judge(
      id,
      steps.flatMap((s) => s.changes),
    );
    const events = new Map(judged.events.map((e) => [e.id, e]));
    let revision = judged.first;
    return steps.map(({ at, changes }) => {
      const own = changes.flatMap((c) => events.get(c.id) ?? []);
      const decided = { id, at, first: revision, events: own, refs: judged.refsOf(own) };
      revision += own.length;
      return decided;
    });
  }

  /** Decides a record anew with what comes to it, by the reference data known then: one timeline judges it all. */
  private judge(id: string, more: readonly Scripted[]): Judged {
    const known = this.records.get(id) ?? { scripted: [], events: 0 };
    const scripted = [...known.scripted, ...more];
    const reference = this.core.references.at();
    const command = {
      changes: scripted.map(({ change }) => change),
      eventId: (i: number) => (scripted[i] as Scripted).id,
    };
    const decision = decide(command, { id, events: [] }, reference);
    if (decision.kind === 'refused')
      throw new Error(
        `the demonstration refuses itself: ${decision.refusals
          .map((r) => `${r.rule} ${JSON.stringify(r.params)} ${JSON.stringify(scripted[r.change])}`)
          .join(', ')}`,
      );
    const { events, after } = decision;
    this.records.set(id, { scripted, events: events.length });
    return {
      first: known.events,
      events: events.slice(known.events),
      after,
      refsOf: (own) => citationsOf(own, after, reference),
    };
  }

  /** The first persons whose records are complete on the last day, and who are in service. */
  candidates(persons: number): Candidate[] {
    const reference = this.core.references.at();
    const found: Candidate[] = [];
    for (let n = Object.keys(STORY).length; n < persons && found.length < ENDS.length; n++) {
      const record = this.person(n);
      const { after } = this.judge(record, []);
      const { state } = stateAt(after, LAST);
      const { unit } = state;
      if (after.withdrawal !== null || unit === null || lacksOf(after, LAST, reference).length > 0) continue;
      found.push({ record, agency: reference.agencyOf(reference.currentUnit(unit.unit, LAST), LAST) });
    }
    return found;
  }

  /** Decides one more fact of a record: its event, and its revision there. */
  decideOne(record: string, scripted: Scripted): readonly [NewEvent, number] {
    const { first, events } = this.judge(record, [scripted]);
    const [event] = events;
    if (event === undefined) throw new Error('a fact of the demonstration came to nothing');
    return [event, first];
  }

  private merge({ at, person, merge }: Step): Decided[] {
    if (merge === undefined) return [];
    const [id, into] = [this.person(person), this.person(merge.into)];
    const eventId = (i: number) => this.core.sealer.indexId('demo', ['merge', String(person), String(i)]);
    const changes = mergeChanges(this.judge(id, []).after, id, this.judge(into, []).after);
    const withdrawal = { kind: 'withdraw', mergedInto: into, reason: merge.reason } as const;
    const copies = this.judge(
      into,
      changes.map((change, i) => ({ id: eventId(i), change })),
    );
    const end = this.judge(id, [{ id: eventId(changes.length), change: withdrawal }]);
    return [
      { ...copies, id: into, at, refs: copies.refsOf(copies.events) },
      { ...end, id, at, refs: [] },
    ];
  }

  private async seal(decided: readonly Decided[]): Promise<Timed[]> {
    const some = decided.filter(({ events }) => events.length > 0);
    const outgoing = some.map(({ id, events, refs }) => ({
      stream: personStream(id),
      events,
      meta: { actor: DEMO_ACTOR, refs },
    }));
    const sealed = await this.core.codec.encodeMany(outgoing);
    return some.map(({ id, at, first }, i) => {
      const expected = first === 0 ? 'none' : first - 1;
      return { at, request: { stream: personStream(id), expected, events: sealed[i] ?? [] } };
    });
  }

  /** All of one moment in one bulk append. */
  private async append(timed: readonly Timed[]): Promise<void> {
    for (let i = 0, end = 0; i < timed.length; i = end) {
      const { at } = timed[i] as Timed;
      while (timed[end]?.at === at) end++;
      const requests = timed.slice(i, end).map(({ request }) => request);
      for (const outcome of await this.core.log.appendBulk(requests, { recordedAt: at })) check(outcome, at);
    }
  }
}

/** What of a record is decided already. */
interface Known {
  readonly scripted: readonly Scripted[];
  readonly events: number;
}

interface Judged {
  /** Revision of the first new event. */
  readonly first: number;
  readonly events: readonly NewEvent[];
  readonly after: Timeline;
  readonly refsOf: (events: readonly NewEvent[]) => readonly Citation[];
}

/** What one append holds, and when it is recorded. */
interface Decided {
  readonly id: string;
  readonly at: string;
  /** Revision of its first event. */
  readonly first: number;
  readonly events: readonly NewEvent[];
  readonly refs: readonly Citation[];
}

/** The reference data by which these facts are judged where they stand. */
function citationsOf(
  events: readonly NewEvent[],
  { lines, start, states }: Timeline,
  view: ReferenceView,
): Citation[] {
  const asked = tracked(view);
  const facts = new Set(events.map(({ id, body }) => (body.kind === 'corrected' ? body.target : id)));
  for (const [i, { fact }] of lines.entries())
    if (facts.has(fact.id)) troublesOf(fact, states[i - 1] ?? start, asked);
  return asked.citations();
}

/** Takes the steps before a moment off the front. */
function taken(steps: Step[], until: string): Step[] {
  const next = steps.findIndex((s) => s.at >= until);
  return steps.splice(0, next === -1 ? steps.length : next);
}

function check(outcome: AppendOutcome, at: string): void {
  if (outcome.kind !== 'appended' && outcome.kind !== 'alreadyAppended')
    throw new Error(
      `the demonstration’s step of ${at} met a log that others have written to: ${outcome.kind}`,
    );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
