import type { Beginning, EventLog, Position } from '../event-log/port.js';
import { CATEGORY } from './decoding.js';
import type { Folder, Yield } from './folder.js';
import type { Projection } from './projection.js';
import { Superseded, type Point } from './register.js';
import { passes } from './trouble.js';

/** A generation on its way to its target. */
export interface Builder {
  readonly projection: Projection;
  readonly at: Point;
  readonly target: Point;
  /** Writes rows, for each of its tables, and moves the checkpoint on: both or neither. */
  write(texts: readonly Buffer[], end: Point): Promise<void>;
  /** A sign of life while others catch up. */
  beat(): Promise<void>;
  /** Says at which event it stops, of a stream that cannot be folded. Rejects with Poisoned. */
  stopIn(stream: string, error: unknown): Promise<never>;
}

/** Somebody who will presently join, or find that there is nothing to build. */
export interface Announcement {
  /** He has joined, or will not. */
  end(): void;
}

export interface BuildParts {
  readonly log: EventLog;
  readonly folder: Pick<Folder, 'fold' | 'width'>;
  /** Most events of the streams that are folded in one go. */
  readonly mostEvents: number;
}

/** What bounds the memory, beside the number of events. */
const MOST_STREAMS = 500;
/** Events looked through at once for the beginnings of streams. */
const LOOK = 10_000;

interface Seat {
  readonly builder: Builder;
  readonly signal: AbortSignal;
  readonly leave: (error?: Error) => void;
  /** Something of the streams up to here it cannot take: it goes on stream by stream. */
  carefulUpTo: Position;
}

/** Who takes the next set together, from where, and how far it may reach. */
interface Plan {
  readonly seats: readonly Seat[];
  readonly after: Point;
  readonly upTo: Position;
  readonly careful: boolean;
}

interface StreamSet {
  readonly streams: readonly Beginning[];
  /** All streams that begin up to here are in it, or in one before. */
  readonly end: Point;
}

interface Step {
  readonly plan: Plan;
  readonly set: Promise<StreamSet>;
  readonly yields: Promise<readonly Yield[]>;
}

/**
 * Builds generations of read models side by side: goes through the streams in the order in which they begin, reads and
 * decodes each once, and gives it to all who are at that point. Who is behind the others catches up first; each writes
 * its rows and moves its checkpoint by itself, so that one that stops at an event, or is taken over by another process,
 * holds nobody up.
 *
 * In memory are one set that is being written, and as many as are folded at once meanwhile.
 */
export class Build {
  private readonly seats = new Set<Seat>();
  private announced = 0;
  private onEnd: () => void = () => undefined;
  private isRunning = false;
  private page: { readonly key: string; readonly rest: readonly Beginning[]; readonly end: Point } | null =
    null;

  constructor(private readonly parts: BuildParts) {}

  /** Those who start together are waited for, so that they begin together. */
  announce(): Announcement {
    this.announced += 1;
    let isOpen = true;
    return {
      end: () => {
        if (!isOpen) return;
        isOpen = false;
        this.announced -= 1;
        this.onEnd();
      },
    };
  }

  /** Until its checkpoint has reached the target, or the signal aborts. Rejects with what it could not get past. */
  join(builder: Builder, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const seat: Seat = {
        builder,
        signal,
        carefulUpTo: 0n,
        leave: (error) => {
          this.seats.delete(seat);
          if (error === undefined) resolve();
          else reject(error);
        },
      };
      this.seats.add(seat);
      if (this.isRunning) return;
      this.isRunning = true;
      this.run().catch((error: unknown) => {
        this.isRunning = false;
        for (const one of this.seats) one.leave(error as Error);
      });
    });
  }

  private async run(): Promise<void> {
    while (this.announced > 0) await new Promise<void>((resolve) => (this.onEnd = resolve));
    let ahead: readonly Step[] = [];
    for (;;) {
      for (const seat of this.seats) if (seat.signal.aborted || isThere(seat)) seat.leave();
      const plan = this.plan((seat) => seat.builder.at);
      if (plan === null) {
        this.isRunning = false;
        return;
      }
      // What was begun for others, or from elsewhere, is of no use.
      if (ahead[0] === undefined || !covers(ahead[0].plan, plan)) ahead = [this.begin(plan)];
      ahead = await this.take(ahead, plan.seats);
    }
  }

  /** Has the first step written, while those after it are under way. */
  private async take(steps: readonly Step[], seats: readonly Seat[]): Promise<readonly Step[]> {
    const { width } = this.parts.folder;
    const [step] = steps as [Step];
    let begun = steps;
    let set: StreamSet;
    let yields: readonly Yield[];
    try {
      begun = await this.beginMore(begun, width);
      [set, yields] = await Promise.all([step.set, step.yields]);
      begun = await this.beginMore(begun, width + 1);
    } catch (error) {
      for (const seat of seats) seat.leave(error as Error);
      return [];
    }
    await Promise.all([
      ...seats.map((seat) => this.write(seat, set, yields[step.plan.seats.indexOf(seat)] as Yield)),
      ...[...this.seats].filter((seat) => !seats.includes(seat)).map((seat) => this.beat(seat)),
    ]);
    return begun.slice(1);
  }

  /** Begins what comes after these steps, if all of them go well, up to so many in all. */
  private async beginMore(steps: readonly Step[], most: number): Promise<readonly Step[]> {
    const begun = [...steps];
    const reached = new Map<Seat, Point>();
    for (const step of begun) {
      const { end } = await step.set;
      for (const seat of step.plan.seats) reached.set(seat, end);
      if (begun.length >= most) break;
      const next = this.plan((seat) => reached.get(seat) ?? seat.builder.at);
      if (step === begun.at(-1) && next !== null) begun.push(this.begin(next));
    }
    return begun;
  }

  private async write(seat: Seat, set: StreamSet, given: Yield): Promise<void> {
    const { builder } = seat;
    try {
      if ('error' in given) throw given.error;
      await builder.write(given.texts, set.end);
    } catch (error) {
      const [stream] = set.streams;
      if (passes(error) || error instanceof Superseded || stream === undefined) seat.leave(error as Error);
      else if (set.streams.length > 1) seat.carefulUpTo = set.end.position;
      else await builder.stopIn(stream.stream, error).catch(seat.leave);
    }
  }

  private async beat(seat: Seat): Promise<void> {
    await seat.builder.beat().catch(seat.leave);
  }

  /** Who is furthest behind goes first, up to where it meets the next. Null: nobody has anything left to fold. */
  private plan(at: (seat: Seat) => Point): Plan | null {
    const open = [...this.seats].filter((seat) => at(seat).position < seat.builder.target.position);
    const [first] = open.toSorted((a, b) => Number(at(a).position - at(b).position));
    if (first === undefined) return null;
    const after = at(first);
    const seats = open.filter((seat) => at(seat).position === after.position);
    const bounds = open.map((seat) =>
      seats.includes(seat) ? seat.builder.target.position : at(seat).position,
    );
    return {
      seats,
      after,
      upTo: bounds.reduce((low, bound) => (bound < low ? bound : low)),
      careful: seats.some((seat) => seat.carefulUpTo > after.position),
    };
  }

  private begin(plan: Plan): Step {
    const set = this.nextSet(plan);
    const orders = plan.seats.map(({ builder: { projection, target } }) => ({
      projection: projection.name,
      target,
    }));
    const yields = set.then(({ streams }) =>
      this.parts.folder.fold({ streams: streams.map((s) => s.stream), orders }),
    );
    // Who needs it asks for it; whoever failed meanwhile does not.
    yields.catch(() => undefined);
    return { plan, set, yields };
  }

  private async nextSet({ seats, after, upTo, careful }: Plan): Promise<StreamSet> {
    const { log, mostEvents } = this.parts;
    const categories = [...new Set(seats.map((s) => CATEGORY[s.builder.projection.of]))].sort();
    const key = (from: Position) => [from, upTo, ...categories].join(' ');
    let page = this.page;
    if (page?.key !== key(after.position)) {
      const { streams, reached } = await log.readBeginnings(categories, after.position, upTo, LOOK);
      if (reached === null) throw new Error(`the log ends before position ${upTo}, which it had reached`);
      page = { key: '', rest: streams, end: reached };
    }
    const size = sizeOf(page.rest, careful ? 1 : mostEvents, careful ? 1 : MOST_STREAMS);
    const [streams, rest] = [page.rest.slice(0, size), page.rest.slice(size)];
    if (rest.length === 0) {
      this.page = null;
      return { streams, end: page.end };
    }
    const { position, sequence } = streams.at(-1) as Beginning;
    this.page = { key: key(position), rest, end: page.end };
    return { streams, end: { position, sequence } };
  }
}

/** How many of these streams one set takes: one at least, however long it is. */
function sizeOf(streams: readonly Beginning[], mostEvents: number, mostStreams: number): number {
  let [size, events] = [0, 0];
  for (const stream of streams.slice(0, mostStreams)) {
    events += stream.events;
    if (size > 0 && events > mostEvents) break;
    size += 1;
  }
  return size;
}

function isThere({ builder: { at, target } }: Seat): boolean {
  return at.position >= target.position;
}

/** Whether a step begun in advance is what is wanted now. */
function covers(begun: Plan, wanted: Plan): boolean {
  return (
    begun.after.position === wanted.after.position &&
    begun.upTo === wanted.upTo &&
    begun.careful === wanted.careful &&
    wanted.seats.every((seat) => begun.seats.includes(seat))
  );
}
