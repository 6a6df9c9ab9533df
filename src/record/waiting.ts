import type { Day } from '../dates.js';
import { fold, type FactLine } from './timeline.js';
import type { RecordMovement } from './state.js';

/** A step of a record on its way, and the days on which it waits for the next. */
export interface Waiting {
  readonly step: RecordMovement;
  /** First day no longer; null: it still waits. */
  readonly until: Day | null;
}

/** Every wait of a record on its way from agency to agency, as known now (Điều 11.2); none of zero length. */
export function waitingsOf(lines: readonly FactLine[]): Waiting[] {
  const facts = lines.map((l) => l.fact);
  const waits: { step: RecordMovement; until: Day | null }[] = [];
  for (const [i, state] of fold(facts).entries()) {
    const step = state.custody?.pending ?? null;
    const open = waits.at(-1);
    if (open?.until === null && open.step.by !== step?.by) open.until = facts[i]?.range.first ?? null;
    if (step !== null && (open === undefined || open.step.by !== step.by)) waits.push({ step, until: null });
  }
  return waits.filter(({ step, until }) => step.since !== until);
}
