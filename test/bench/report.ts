/** The one table that a run prints, and the JSON beside it. */

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
export function rowText({ what, figures, ratios, correct }: BenchRow): string {
  const numbers = Object.entries(figures).map(([name, n]) => `${name} ${short(n)}`);
  const against = ratios.map((r) => {
    const reached = isReached(r);
    const wanted =
      r.reach === null ? '' : 'atLeast' in r.reach ? ` (≥ ${r.reach.atLeast})` : ` (≤ ${r.reach.atMost})`;
    const verdict = reached === null ? '' : reached ? ' ✓' : ' ✗';
    return `${r.of} ${r.value.toFixed(2)}${wanted}${verdict}`;
  });
  const wrong = Object.entries(correct).filter(([, holds]) => !holds);
  const oracle = wrong.length === 0 ? [] : [`WRONG: ${wrong.map(([name]) => name).join(', ')}`];
  return [
    what.padEnd(44),
    ...[numbers, against, oracle].filter((l) => l.length > 0).map((l) => l.join(' · ')),
  ].join('\n    ');
}

function short(n: number): string {
  return n >= 100 ? Math.round(n).toLocaleString('en') : n.toFixed(n >= 10 ? 1 : 2);
}
