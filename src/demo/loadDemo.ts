import type { Core } from '../core.js';
import { BEGINNING, DEMO_MARK, type AppendRequest } from '../event-log/port.js';
import { decide, mergeChanges } from '../record/decide.js';
import type { RecordEvent } from '../record/events.js';
import { timeline } from '../record/timeline.js';
import { personStream } from '../recording/codec.js';
import type { Actor } from '../recording/metadata.js';
import { tracked } from '../reference/view.js';
import { START, type Scripted, type Step } from './life.js';
import { sampleSteps, STORY, UNITS } from './sample.js';

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
  readonly events: number;
  /** Records that the tour shows. */
  readonly tour: { readonly corrected: string; readonly merged: string; readonly future: string };
}

/** What of the core the loader works on. */
export type DemoCore = Pick<Core, 'log' | 'sealer' | 'codec' | 'references' | 'recorder' | 'shipLaw'>;

/**
 * Loads the invented sample on an empty log, which its first event marks as a demonstration, by a scripted clock. What
 * an interrupted load left is completed; any other log is left as it is.
 */
export async function loadDemo(
  core: DemoCore,
  onProgress: (done: number, of: number) => void,
): Promise<DemoReport> {
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
  await log.append(
    {
      stream: 'log-demo',
      expected: 'none',
      events: [
        {
          id: sealer.indexId('demo', ['mark']),
          type: DEMO_MARK,
          version: 1,
          data: '{"open":{},"sealed":{}}',
          meta: '{}',
        },
      ],
    },
    { recordedAt: START },
  );
  await core.shipLaw({ recordedAt: START });
  for (const { code, parent, ...unit } of UNITS) {
    const data = { ...unit, code, ...(parent === undefined ? {} : { parent: unitId(core, parent) }) };
    const change = {
      kind: 'record' as const,
      fact: { type: 'unit_opened' as const, effective: '1990-01-01', data },
    };
    const eventId = () => sealer.indexId('demo', ['unit', code]);
    await core.recorder.recordUnit(
      unitId(core, code),
      { changes: [change], eventId },
      { actor: DEMO_ACTOR },
      { recordedAt: START },
    );
  }
  await core.references.sync();
  const loader = new Loader(core, person);
  const steps = sampleSteps({
    unit: (code) => unitId(core, code),
    event: (n, event) => sealer.indexId('demo', ['event', String(n), String(event)]),
  });
  for (const [i, step] of steps.entries()) {
    await loader.take(step);
    onProgress(i + 1, steps.length);
  }
  return { outcome: 'loaded', persons: loader.persons, events: loader.events, tour };
}

function unitId(core: DemoCore, code: string): string {
  return core.sealer.indexId('demo unit', [code]);
}

/** Takes the steps one after another through the same decision, sealing and append as any command. */
class Loader {
  events = 0;
  private readonly histories = new Map<string, RecordEvent[]>();

  constructor(
    private readonly core: DemoCore,
    private readonly person: (n: number) => string,
  ) {}

  get persons(): number {
    return this.histories.size;
  }

  async take({ at, person, changes, merge }: Step): Promise<void> {
    const id = this.person(person);
    if (merge === undefined) return this.append(id, changes, at);
    const into = this.person(merge.into);
    const reference = this.core.references.at();
    const moved = mergeChanges(timeline(this.of(id), reference), id, timeline(this.of(into), reference));
    const eventId = (i: number) => this.core.sealer.indexId('demo', ['merge', String(person), String(i)]);
    await this.append(
      into,
      moved.map((change, i) => ({ id: eventId(i), change })),
      at,
    );
    const withdrawal = { kind: 'withdraw', mergedInto: into, reason: merge.reason } as const;
    await this.append(id, [{ id: eventId(moved.length), change: withdrawal }], at);
  }

  private async append(id: string, changes: readonly Scripted[], at: string): Promise<void> {
    if (changes.length === 0) return;
    const { codec, references, log } = this.core;
    const history = this.of(id);
    const reference = tracked(references.at());
    const command = {
      changes: changes.map(({ change }) => change),
      eventId: (i: number) => (changes[i] as Scripted).id,
    };
    const decision = decide(command, { id, events: history }, reference);
    if (decision.kind === 'refused')
      throw new Error(
        `the demonstration’s step of ${at} is refused by ${decision.refusals.map((r) => r.rule).join(', ')}`,
      );
    const stream = personStream(id);
    const meta = { actor: DEMO_ACTOR, refs: reference.citations() };
    const events = await codec.encode({ stream, events: decision.events, meta });
    const request: AppendRequest = {
      stream,
      expected: history.length === 0 ? 'none' : history.length - 1,
      events,
    };
    const outcome = await log.append(request, { recordedAt: at });
    if (outcome.kind !== 'appended' && outcome.kind !== 'alreadyAppended')
      throw new Error(
        `the demonstration’s step of ${at} met a log that others have written to: ${outcome.kind}`,
      );
    this.events += events.length;
    decision.events.forEach((event, i) => {
      history.push({
        ...event,
        revision: outcome.firstRevision + i,
        sequence: null,
        recordedAt: outcome.recordedAt,
      });
    });
  }

  private of(id: string): RecordEvent[] {
    const known = this.histories.get(id);
    if (known !== undefined) return known;
    const fresh: RecordEvent[] = [];
    this.histories.set(id, fresh);
    return fresh;
  }
}
