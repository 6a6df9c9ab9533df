import type { Day } from '../dates.js';
import type { ItemId } from './forms/items.js';
import type { Dispute } from './state.js';
import { stateAt, type Timeline } from './timeline.js';

/**
 * The standing facts in dispute, each with the open disputes that name it, for gates and marks: what is disputed is
 * supplied to nobody unmarked and used by no gate until it is resolved (Luật CNTT 67/2006/QH11 Đ.21.2d). Without a
 * day: as of the last fact known, which is what a form of whatever day must show.
 */
export function disputedFacts(timeline: Timeline, day?: Day): ReadonlyMap<string, readonly string[]> {
  const standing = new Set(timeline.lines.map((l) => l.fact.id));
  return byTarget(openDisputes(timeline, day), ({ fact }) =>
    fact !== undefined && standing.has(fact) ? fact : undefined,
  );
}

/** The items of form 2C in dispute, each with the open disputes that name it. */
export function disputedItems(timeline: Timeline, day?: Day): ReadonlyMap<ItemId, readonly string[]> {
  return byTarget(openDisputes(timeline, day), ({ item }) => item as ItemId | undefined);
}

function openDisputes(timeline: Timeline, day: Day | undefined): readonly Dispute[] {
  const state = day === undefined ? (timeline.states.at(-1) ?? timeline.start) : stateAt(timeline, day).state;
  return state.disputes;
}

function byTarget<Key extends string>(
  disputes: readonly Dispute[],
  keyOf: (dispute: Dispute) => Key | undefined,
): ReadonlyMap<Key, readonly string[]> {
  const found = new Map<Key, string[]>();
  for (const dispute of disputes) {
    const key = keyOf(dispute);
    if (key !== undefined) found.set(key, [...(found.get(key) ?? []), dispute.by]);
  }
  return found;
}
