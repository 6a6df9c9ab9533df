/** Measuring in turns, in one run: what is compared sees the same machine. */
import { cpus, totalmem } from 'node:os';

/** How much a run does. */
export interface Plan {
  /** Seconds of one turn, and turns of each contestant. */
  readonly seconds: number;
  readonly rounds: number;
  /** Facts of the city that is imported. */
  readonly events: number;
  /** For the oracle alone, in two minutes. */
  readonly quick: boolean;
  /** Where the plans of the lists are written to, if anywhere. */
  readonly plans?: string | undefined;
  /** Progress for who watches. */
  readonly say: (what: string) => void;
}

/** What a contestant reached in all its turns. */
export interface Measured {
  /** Median of its turns: what disturbs one turn for a second says nothing of who had it. */
  readonly perSecond: number;
  /** Its slowest and its fastest turn. */
  readonly slowest: number;
  readonly fastest: number;
  readonly calls: number;
  /** Milliseconds of one call. */
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export interface RaceOptions {
  /** Callers at once, each with one call at a time. */
  readonly callers: number;
  /** Seconds of one turn. */
  readonly seconds: number;
  readonly rounds: number;
  /** Seconds of each contestant before it counts. Default 0.2. */
  readonly warmUp?: number;
  /** What is done after a contestant's turn, outside what is measured. */
  readonly after?: (name: string) => Promise<void>;
}

export type Call = () => Promise<unknown>;

/** Lets the contestants run in turns, round by round, and tells what each reached. */
export async function race<Name extends string>(
  contestants: Readonly<Record<Name, Call>>,
  { callers, seconds, rounds, warmUp = 0.2, after }: RaceOptions,
): Promise<Record<Name, Measured>> {
  const names = Object.keys(contestants) as Name[];
  const turns = new Map(names.map((name) => [name, [] as Turn[]]));
  for (const name of names) {
    await turn(contestants[name], callers, warmUp);
    await after?.(name);
  }
  for (let round = 0; round < rounds; round++)
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      turns.get(name)?.push(await turn(contestants[name], callers, seconds));
      await after?.(name);
    }
  return Object.fromEntries(names.map((name) => [name, measured(turns.get(name) ?? [])])) as Record<
    Name,
    Measured
  >;
}

/** A contestant's turn: the milliseconds of its calls, and of all of it, of which the last calls' overrun is a part. */
export interface Turn {
  readonly times: readonly number[];
  readonly spent: number;
}

async function turn(call: Call, callers: number, seconds: number): Promise<Turn> {
  const times: number[] = [];
  const started = performance.now();
  const end = started + seconds * 1000;
  const caller = async (): Promise<void> => {
    for (let now = performance.now(); now < end;) {
      await call();
      const then = performance.now();
      times.push(then - now);
      now = then;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return { times, spent: performance.now() - started };
}

/** What these turns reached: rates by turn, percentiles of all calls. */
export function measured(turns: readonly Turn[]): Measured {
  const times = turns.flatMap((t) => t.times).toSorted((a, b) => a - b);
  const at = (p: number) => times[Math.min(times.length - 1, Math.floor(p * times.length))] ?? NaN;
  const rates = turns.map((t) => (t.times.length / t.spent) * 1000);
  return {
    perSecond: median(rates),
    slowest: Math.min(...rates),
    fastest: Math.max(...rates),
    calls: times.length,
    p50: at(0.5),
    p99: at(0.99),
    p999: at(0.999),
    max: at(1),
  };
}

/** The middle of these; of an even number, the mean of both in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? NaN) + upper) / 2;
}

/** How long one piece of work takes, in milliseconds. */
export async function timed<T>(work: () => Promise<T>): Promise<{ readonly ms: number; readonly value: T }> {
  const started = performance.now();
  const value = await work();
  return { ms: performance.now() - started, value };
}

/** What was measured on; quoted with every figure. `postgres`: what the server says of itself. */
export function hardware(postgres: string): string {
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${cpus()[0]?.model.trim() ?? '?'}, ${gigabytes} GiB, Node ${process.version}, ${postgres}`;
}
