import { checkAppend, SCRIPT_AHEAD, scriptedTime } from '../checkAppend.js';
import { answered, judgeKnown } from '../judge.js';
import { lookThrough } from '../matching.js';
import {
  DEMO_MARK,
  LogUnavailable,
  ScriptedClockRefused,
  type AppendOptions,
  type AppendOutcome,
  type AppendRequest,
  type Beginnings,
  type EventLog,
  type Head,
  type Matching,
  type Position,
  type ProposedEvent,
  type RecordedEvent,
  type SubscribeOptions,
} from '../port.js';

/** The log in memory: the model that the engines are held against, and the log of fast tests. Keeps nothing. */
export class MemoryLog implements EventLog {
  private readonly events: RecordedEvent[] = [];
  private readonly streams = new Map<string, RecordedEvent[]>();
  private readonly byId = new Map<string, RecordedEvent>();
  private wake: (() => void)[] = [];
  private closed = false;

  constructor(private readonly clock: () => number = Date.now) {}

  append(request: AppendRequest, options: AppendOptions = {}): Promise<AppendOutcome> {
    return this.appendBulk([request], options).then((outcomes) => outcomes[0] as AppendOutcome);
  }

  // Async, so that a refusal is a rejection as on the other engines.
  // eslint-disable-next-line @typescript-eslint/require-await
  async appendBulk(
    requests: readonly AppendRequest[],
    options: AppendOptions = {},
  ): Promise<AppendOutcome[]> {
    requests.forEach(checkAppend);
    if (this.closed) throw new LogUnavailable('the event log is closed');
    const scripted = scriptedTime(options);
    const outcomes = requests.map((request) => this.one(request, scripted));
    for (const wake of this.wake.splice(0)) wake();
    return outcomes;
  }

  readStream(stream: string, fromRevision = 0): Promise<RecordedEvent[]> {
    return Promise.resolve((this.streams.get(stream) ?? []).slice(fromRevision));
  }

  readStreams(streams: readonly string[], upTo?: Position): Promise<RecordedEvent[]> {
    const wanted = [...new Set(streams)].flatMap((s) => this.streams.get(s) ?? []);
    return Promise.resolve(wanted.filter((e) => upTo === undefined || e.position <= upTo));
  }

  readEvents(ids: readonly string[]): Promise<RecordedEvent[]> {
    return Promise.resolve(ids.flatMap((id) => this.byId.get(id) ?? []));
  }

  readAll(after: Position, limit: number): Promise<RecordedEvent[]> {
    return Promise.resolve(this.events.slice(Number(after), Number(after) + limit));
  }

  readCategories(
    categories: readonly string[],
    after: Position,
    upTo: Position,
    limit: number,
  ): Promise<RecordedEvent[]> {
    const wanted = this.events.filter(
      (e) => e.position > after && e.position <= upTo && categories.some((c) => e.stream.startsWith(c)),
    );
    return Promise.resolve(wanted.slice(0, limit));
  }

  readBeginnings(
    categories: readonly string[],
    after: Position,
    upTo: Position,
    look: number,
  ): Promise<Beginnings> {
    const seen = this.events.filter((e) => e.position > after && e.position <= upTo).slice(0, look);
    const last = seen.at(-1);
    const first = seen.filter((e) => e.revision === 0 && categories.some((c) => e.stream.startsWith(c)));
    return Promise.resolve({
      streams: first.map(({ stream, position, sequence }) => ({
        stream,
        position,
        sequence: sequence as number,
        events: this.streams.get(stream)?.length ?? 0,
      })),
      reached: last === undefined ? null : { position: last.position, sequence: last.sequence as number },
    });
  }

  readMatching(...asked: Parameters<EventLog['readMatching']>): Promise<Matching> {
    return lookThrough(this, ...asked);
  }

  async *subscribe({
    after,
    signal,
    batchSize = 1000,
  }: SubscribeOptions): AsyncGenerator<readonly RecordedEvent[]> {
    let position = after;
    while (!signal.aborted && !this.closed) {
      const batch = await this.readAll(position, batchSize);
      const last = batch.at(-1);
      if (last === undefined) await this.more(signal);
      else {
        position = last.position;
        yield batch;
      }
    }
  }

  head(): Promise<Head> {
    const last = this.events.at(-1);
    return Promise.resolve({
      position: last?.position ?? 0n,
      sequence: this.events.length,
      recordedAt: last?.recordedAt ?? null,
    });
  }

  positionAt(sequence: number): Promise<Position | null> {
    return Promise.resolve(sequence <= this.events.length ? BigInt(sequence) : null);
  }

  sequenceAt(moment: string): Promise<number> {
    const time = Date.parse(moment);
    return Promise.resolve(this.events.filter((e) => Date.parse(e.recordedAt) <= time).length);
  }

  close(): Promise<void> {
    this.closed = true;
    for (const wake of this.wake.splice(0)) wake();
    return Promise.resolve();
  }

  private one(request: AppendRequest, scripted: string | null): AppendOutcome {
    const { stream, expected, events } = request;
    const known = events.map((e) => this.byId.get(e.id));
    const own = this.streams.get(stream) ?? [];
    const actual = own.length === 0 ? null : own.length - 1;
    if (known.some((e) => e !== undefined))
      return judgeKnown(request, known) ?? { kind: 'wrongRevision', stream, actual };
    if (expected !== 'any' && actual !== (expected === 'none' ? null : expected))
      return { kind: 'wrongRevision', stream, actual };
    const recordedAt = this.time(scripted, (events[0] as ProposedEvent).type);
    const recorded = events.map(({ id, type, version, data, meta }, i) => ({
      id,
      type,
      version,
      data,
      meta,
      stream,
      revision: own.length + i,
      position: BigInt(this.events.length + i + 1),
      sequence: this.events.length + i + 1,
      recordedAt,
    }));
    this.events.push(...recorded);
    this.streams.set(stream, [...own, ...recorded]);
    for (const event of recorded) this.byId.set(event.id, event);
    return answered('appended', recorded);
  }

  private time(scripted: string | null, firstType: string): string {
    const last = this.events.at(-1)?.recordedAt ?? '';
    const now = new Date(this.clock()).toISOString();
    if (scripted === null) return now > last ? now : last;
    if ((this.events[0]?.type ?? firstType) !== DEMO_MARK)
      throw new ScriptedClockRefused(
        'only a log whose first event marks it as a demonstration takes a scripted clock',
      );
    if (scripted < last)
      throw new ScriptedClockRefused(`the scripted clock runs backwards: ${scripted} is before ${last}`);
    if (Date.parse(scripted) > this.clock() + SCRIPT_AHEAD)
      throw new ScriptedClockRefused(`the scripted clock is in the future: ${scripted}`);
    return scripted;
  }

  private more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.wake.push(done);
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
    });
  }
}
