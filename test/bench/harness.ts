/** Measuring in turns, in one run: what is compared sees the same machine. */
import { cpus, totalmem } from 'node:os';

/** How much a run does. */
export interface Plan {
  /** Seconds of one turn, and turns of each contestant. */
  readonly seconds: number;
  readonly rounds: number;
  /** Facts of the city that is imported. */
  readonly events: number;
  /** Progress for who watches. */
  readonly say: (what: string) => void;
}

/** What a contestant reached in all its turns. */
export interface Measured {
  readonly perSecond: number;
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
  /** What is done after each turn, outside what is measured. */
  readonly between?: () => Promise<void>;
}

export type Call = () => Promise<unknown>;

/** Lets the contestants run in turns, round by round, and tells what each reached. */
export async function race<Name extends string>(
  contestants: Readonly<Record<Name, Call>>,
  { callers, seconds, rounds, warmUp = 0.2, between }: RaceOptions,
): Promise<Record<Name, Measured>> {
  const names = Object.keys(contestants) as Name[];
  const times = new Map(names.map((name) => [name, [] as number[]]));
  const spent = new Map(names.map((name) => [name, 0]));
  for (const name of names) {
    await turn(contestants[name], callers, warmUp, []);
    await between?.();
  }
  for (let round = 0; round < rounds; round++)
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const took = await turn(contestants[name], callers, seconds, times.get(name) ?? []);
      spent.set(name, (spent.get(name) ?? 0) + took);
      await between?.();
    }
  return Object.fromEntries(
    names.map((name) => [name, measured(times.get(name) ?? [], spent.get(name) ?? 0)]),
  ) as Record<Name, Measured>;
}

/** One turn; gives the milliseconds it took, of which the last calls' overrun is a part. */
async function turn(call: Call, callers: number, seconds: number, times: number[]): Promise<number> {
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
  return performance.now() - started;
}

/** Percentiles of calls that took these milliseconds, in so many milliseconds of wall clock. */
export function measured(times: number[], spent: number): Measured {
  times.sort((a, b) => a - b);
  const at = (p: number) => times[Math.min(times.length - 1, Math.floor(p * times.length))] ?? NaN;
  const perSecond = (times.length / spent) * 1000;
  return { perSecond, calls: times.length, p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1) };
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
