import { judgeKnown } from '../judge.js';
import {
  LogUnavailable,
  type AppendOutcome,
  type AppendRequest,
  type Position,
  type ProposedEvent,
} from '../port.js';
import type { StoreAnswer } from './answers.js';
import type { Store } from './client.js';
import type { KnownIds } from './knownIds.js';
import type { Reads } from './reads.js';
import { Burst, Turns } from './together.js';
import { forCaller, patiently, type Patience } from './trouble.js';
import { wrap } from './wire.js';

export interface AppendsOptions extends Patience {
  readonly store: Store;
  readonly prefix: string;
  readonly reads: Reads;
  readonly ids: KnownIds;
  /** How long one attempt may take before its outcome counts as unknown. Milliseconds. */
  readonly timeout: number;
  /** Waits until all that is in the store now is numbered. */
  readonly sync: () => Promise<void>;
}

/** An append that was carried out by this call; its events may not be numbered yet. */
export interface Written {
  readonly kind: 'written';
  readonly stream: string;
  readonly firstRevision: number;
  readonly lastRevision: number;
  readonly position: Position;
}

export type Carried = Written | AppendOutcome;

/** The past time to write with a request's events; null: none, the server's clock tells. */
export type TimeOf = (request: AppendRequest) => string | null;

/** Bytes and appends under way at once: the client library's own writes never wait (see client.ts). */
const MOST_UNDER_WAY = 256;
const MOST_BYTES_UNDER_WAY = 16_000_000;
/** Single appends sent in one turn of the event loop: a third of a millisecond each, which the server need not wait for. */
const BURST = 16;

/**
 * Carries appends to the store.
 *
 * - The stream's revision is always given explicitly, for only then does the server know a repeated append for good; an
 *   append that expects `any` is sent at the revision it finds.
 * - Ids alone decide for the server, and it takes an id again on another stream: so what is known of ids is asked first
 *   (KnownIds), in memory where they are new.
 * - An attempt without an answer in time is of unknown outcome and sent again with the same ids.
 * - A success at a position not above the highest that this process had seen when it sent the append is a repeat: it
 *   is read back and compared.
 */
export class Appends {
  readonly #options: AppendsOptions;
  readonly #turns = new Turns();
  #seen: Position = 0n;
  readonly #room = new Room(MOST_UNDER_WAY, MOST_BYTES_UNDER_WAY);
  readonly #burst = new Burst(BURST);
  #underWay = 0;
  #idle: (() => void)[] = [];

  constructor(options: AppendsOptions) {
    this.#options = options;
  }

  /** What this process has seen of the log, from whatever source. */
  saw(position: Position): void {
    if (position > this.#seen) this.#seen = position;
  }

  /** One append; those to one stream, or with one id, go one after the other in the order in which they were given. */
  one(request: AppendRequest, bytes: number, pastTime: string | null): Promise<Carried> {
    const keys = [request.stream];
    for (const { id } of request.events) keys.push(id);
    const carry = () => this.#carry(request, pastTime);
    return this.#admitted(keys, bytes, () => (this.#burst.go() ? carry() : this.#burst.wait().then(carry)));
  }

  /**
   * A chunk, in which no id stands twice, in exactly the order given. What is new goes out without waiting for answers;
   * the server takes it in order. Where one of them gets no answer, it and all after it go again: what was written
   * answers as it did, and what failed for lack of it gets its chance.
   */
  chunk(requests: readonly AppendRequest[], bytes: number, timeOf: TimeOf): Promise<Carried[]> {
    const keys = requests.flatMap(({ stream, events }) => [stream, ...events.map((e) => e.id)]);
    return this.#admitted([...new Set(keys)], bytes, () => this.#carryChunk(requests, timeOf));
  }

  /** What a request that is in the log already is answered; null: it is not. */
  async known(request: AppendRequest): Promise<AppendOutcome | null> {
    return (await this.#knownAmong(request.events)) ? this.#judgeOne(request) : null;
  }

  /** Until nothing is under way. */
  async idle(): Promise<void> {
    while (this.#underWay > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async #carry(request: AppendRequest, pastTime: string | null): Promise<Carried> {
    const ids = request.events.map((e) => e.id);
    if (!this.#options.ids.areNew(ids) && (await this.#knownAmong(request.events)))
      return this.#judgeOne(request);
    const { store } = this.#options;
    for (;;) {
      const expected =
        request.expected === 'any'
          ? ((await this.#options.reads.tail(request.stream)) ?? 'none')
          : request.expected;
      const seen = this.#seen;
      const answer = await patiently(this.#options, () =>
        store.append(
          this.#options.prefix + request.stream,
          expected,
          request.events.map((e) => wrap(e, pastTime)),
          this.#options.timeout,
        ),
      );
      const told = this.#outcome(request, answer, seen);
      const outcome = told instanceof Promise ? await told : told;
      if (request.expected !== 'any' || outcome.kind !== 'wrongRevision') return outcome;
      // Somebody was quicker, which one who expects nothing in particular does not mind; unless by one of these ids.
      if (await this.#knownAmong(request.events)) return outcome;
    }
  }

  async #carryChunk(requests: readonly AppendRequest[], timeOf: TimeOf): Promise<Carried[]> {
    const events = requests.flatMap((r) => r.events);
    const known = await this.#options.ids.among(events.map((e) => e.id));
    const outcomes: Carried[] = [];
    for (const { kind, run } of runsOf(requests, (r) =>
      r.events.some(({ id }) => known.has(id)) ? 'known' : r.expected === 'any' ? 'any' : 'new',
    ))
      if (kind === 'known') outcomes.push(...(await this.#judge(run)));
      else if (kind === 'new') outcomes.push(...(await this.#pipeline(run, timeOf)));
      else for (const request of run) outcomes.push(await this.#carry(request, timeOf(request)));
    return outcomes;
  }

  async #pipeline(requests: readonly AppendRequest[], timeOf: TimeOf): Promise<Carried[]> {
    const { store, prefix, timeout } = this.#options;
    const seen = this.#seen;
    const answers: StoreAnswer[] = [];
    await patiently(this.#options, async () => {
      const rest = requests.slice(answers.length);
      const given = await Promise.allSettled(
        rest.map((request) =>
          store.append(
            prefix + request.stream,
            request.expected as 'none' | number,
            request.events.map((e) => wrap(e, timeOf(request))),
            timeout,
          ),
        ),
      );
      for (const one of given) {
        if (one.status === 'rejected') throw one.reason;
        answers.push(one.value);
      }
    });
    const outcomes: Carried[] = [];
    for (const [i, answer] of answers.entries())
      outcomes.push(await this.#outcome(requests[i] as AppendRequest, answer, seen));
    return outcomes;
  }

  #outcome(request: AppendRequest, answer: StoreAnswer, seen: Position): Carried | Promise<Carried> {
    const { stream, events } = request;
    if (answer.kind === 'wrongRevision') return this.#wrongRevision(request, answer.actual);
    const { position, lastRevision } = answer;
    if (position === null || position <= seen) return this.#judgeOne(request);
    this.saw(position);
    for (const { id } of events) this.#options.ids.saw(id, position);
    return {
      kind: 'written',
      stream,
      firstRevision: lastRevision - events.length + 1,
      lastRevision,
      position,
    };
  }

  async #wrongRevision(request: AppendRequest, actual: number | null): Promise<Carried> {
    // The ids may have come in meanwhile: then it is not only the revision that is to be told of.
    await this.#options.sync();
    if (await this.#knownAmong(request.events)) return this.#judgeOne(request);
    return { kind: 'wrongRevision', stream: request.stream, actual };
  }

  async #knownAmong(events: readonly ProposedEvent[]): Promise<boolean> {
    return (await this.#options.ids.among(events.map((e) => e.id))).size > 0;
  }

  async #judgeOne(request: AppendRequest): Promise<AppendOutcome> {
    return (await this.#judge([request]))[0] as AppendOutcome;
  }

  /** Of appends each with ids that stand in the log: reads them and compares. */
  async #judge(requests: readonly AppendRequest[]): Promise<AppendOutcome[]> {
    const { reads, sync } = this.#options;
    await sync();
    const found = await reads.byIds(requests.flatMap(({ events }) => events.map((e) => e.id)));
    const byId = new Map(found.map((e) => [e.id, e]));
    const outcomes: AppendOutcome[] = [];
    for (const request of requests) {
      const known = request.events.map((e) => byId.get(e.id));
      if (known.every((e) => e === undefined))
        throw new LogUnavailable(
          'EventStoreDB answered with an old position for events that are not in the log: try again',
        );
      const { stream } = request;
      outcomes.push(
        judgeKnown(request, known) ?? { kind: 'wrongRevision', stream, actual: await reads.tail(stream) },
      );
    }
    return outcomes;
  }

  /** Does it in its turn, once there is room. Rejects with the log's own errors. */
  async #admitted<T>(keys: readonly string[], bytes: number, work: () => Promise<T>): Promise<T> {
    this.#underWay += 1;
    const turn = this.#turns.take(keys);
    try {
      if (turn.before !== null) await turn.before;
      if (!this.#room.enter(bytes)) await this.#room.next(bytes);
      try {
        return await work();
      } finally {
        this.#room.leave(bytes);
      }
    } catch (error) {
      throw forCaller(error);
    } finally {
      turn.end();
      if (--this.#underWay === 0) for (const resolve of this.#idle.splice(0)) resolve();
    }
  }
}

/** Neighbours of one kind together, in order. */
function runsOf<Kind>(
  requests: readonly AppendRequest[],
  kindOf: (request: AppendRequest) => Kind,
): { readonly kind: Kind; readonly run: AppendRequest[] }[] {
  const runs: { readonly kind: Kind; readonly run: AppendRequest[] }[] = [];
  for (const request of requests) {
    const kind = kindOf(request);
    const last = runs.at(-1);
    if (last?.kind === kind) last.run.push(request);
    else runs.push({ kind, run: [request] });
  }
  return runs;
}

/** So many at once, and so many bytes. One alone always finds room. */
class Room {
  #count = 0;
  #bytes = 0;
  readonly #queue: { readonly bytes: number; readonly enter: () => void }[] = [];

  constructor(
    private readonly most: number,
    private readonly mostBytes: number,
  ) {}

  /** Whether there is room now, which is taken then. */
  enter(bytes: number): boolean {
    if (this.#queue.length > 0 || !this.#fits(bytes)) return false;
    this.#enter(bytes);
    return true;
  }

  /** Room, after those who wait already. */
  next(bytes: number): Promise<void> {
    return new Promise((enter) => this.#queue.push({ bytes, enter }));
  }

  leave(bytes: number): void {
    this.#count -= 1;
    this.#bytes -= bytes;
    for (let next = this.#queue[0]; next !== undefined && this.#fits(next.bytes); next = this.#queue[0]) {
      this.#queue.shift();
      this.#enter(next.bytes);
      next.enter();
    }
  }

  #fits(bytes: number): boolean {
    return this.#count === 0 || (this.#count < this.most && this.#bytes + bytes <= this.mostBytes);
  }

  #enter(bytes: number): void {
    this.#count += 1;
    this.#bytes += bytes;
  }
}
