/** The one table that a run prints, and the JSON beside it. */
import { median } from './harness.js';

/** A ratio that a row is judged by. */
export interface Ratio {
  readonly of: string;
  readonly value: number;
  /** What the project wants of it: at least, or at most. */
  readonly reach: { readonly atLeast: number } | { readonly atMost: number } | null;
}

export interface BenchRow {
  readonly what: string;
  /** Figures by name, each with its unit in the name: `hoso /s`, `INSERT /s`, `p99 ms`. */
  readonly figures: Readonly<Record<string, number>>;
  readonly ratios: readonly Ratio[];
  /** What the correctness oracle found; a run with a false one fails. */
  readonly correct: Readonly<Record<string, boolean>>;
}

export function isReached({ value, reach }: Ratio): boolean | null {
  if (reach === null) return null;
  return 'atLeast' in reach ? value >= reach.atLeast : value <= reach.atMost;
}

/** A row as lines of text: what, figures, ratios with what they should reach, and the oracle. */
export function rowText(row: BenchRow): string {
  return textOf([row]);
}

/** The rows of several runs over the same sets, each with the medians and their lowest and highest values. */
export function tableText(runs: readonly (readonly BenchRow[])[]): string {
  return (runs[0] ?? []).map((_, i) => textOf(runs.flatMap((rows) => rows[i] ?? []))).join('\n');
}

/** One row, measured once or several times. */
function textOf(same: readonly BenchRow[]): string {
  const [{ what, figures, ratios, correct } = NO_ROW] = same;
  const numbers = Object.keys(figures).map(
    (name) => `${name} ${spread(same.map((row) => row.figures[name] ?? NaN))}`,
  );
  const against = ratios.map(({ of, reach }, n) => {
    const values = same.map((row) => row.ratios[n]?.value ?? NaN);
    const reached = isReached({ of, reach, value: median(values) });
    const wanted =
      reach === null ? '' : 'atLeast' in reach ? ` [≥ ${reach.atLeast}]` : ` [≤ ${reach.atMost}]`;
    const verdict = reached === null ? '' : reached ? ' ✓' : ' ✗';
    return `${of} ${spread(values)}${wanted}${verdict}`;
  });
  const wrong = Object.keys(correct).filter((name) => same.some((row) => row.correct[name] !== true));
  const oracle = wrong.length === 0 ? [] : [`WRONG: ${wrong.join(', ')}`];
  return [
    what.padEnd(44),
    ...[numbers, against, oracle].filter((l) => l.length > 0).map((l) => l.join(' · ')),
  ].join('\n    ');
}

const NO_ROW: BenchRow = { what: '', figures: {}, ratios: [], correct: {} };

/** The median; of several, with the lowest and the highest. */
function spread(values: readonly number[]): string {
  const middle = short(median(values));
  return values.length === 1
    ? middle
    : `${middle} (${short(Math.min(...values))}–${short(Math.max(...values))})`;
}

function short(n: number): string {
  return n >= 100 ? Math.round(n).toLocaleString('en') : n.toFixed(n >= 10 ? 1 : 2);
}
