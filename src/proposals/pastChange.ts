import type { FactContent } from '../record/action.js';
import type { Change } from '../record/decide.js';
import type { EventBody, Grounds, RecordEvent } from '../record/events.js';

/** A change of what is recorded, which a second person is to decide. */
export type PastChange = Grounds &
  (
    | { readonly kind: 'correct' | 'rescind'; readonly target: string }
    | { readonly kind: 'withdraw'; readonly mergedInto?: string }
    | { readonly kind: 'restore' }
  );

export const PAST_CHANGES = [
  'correct',
  'rescind',
  'withdraw',
  'restore',
] as const satisfies readonly PastChange['kind'][];

/** What is proposed: a new fact, or a change of what is recorded. */
export interface Proposed {
  /**
   * The fact, or what a correction says that it should have been. Of any other change only the action and the day of
   * the fact concerned: of the opening where it is the whole record.
   */
  readonly content: FactContent;
  readonly change?: PastChange;
}

/** What the record is asked for once the proposal is decided. A merger is more than that: see `mergedInto`. */
export function changeOf({ content, change }: Proposed): Change {
  if (change === undefined) return { kind: 'record', content };
  if (change.kind !== 'correct') return change as Exclude<Change, { kind: 'correct' | 'record' }>;
  const { action: _action, erased: _erased, ...said } = content;
  return { ...change, kind: 'correct', content: said };
}

/** The action and the day of the fact that a change concerns; null: the record has no such event. */
export function concerned(change: PastChange, events: readonly RecordEvent[]): FactContent | null {
  const fact =
    'target' in change
      ? factBehind(change.target, events)
      : events.find(({ body }) => body.kind === 'fact' && body.content.action === 'record_opened')?.body;
  if (fact?.kind !== 'fact') return null;
  const { action, effective } = fact.content;
  return { action, effective, data: {} };
}

/** The fact that an event states, corrects or rescinds, directly or through others. */
function factBehind(id: string, events: readonly RecordEvent[]): EventBody | undefined {
  const body = events.find((e) => e.id === id)?.body;
  return body?.kind === 'corrected' || body?.kind === 'rescinded' ? factBehind(body.target, events) : body;
}
