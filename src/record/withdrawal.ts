import type { RecordEvent } from './events.js';

/** The standing withdrawal of a record; null: it is not withdrawn. */
export function withdrawalOf(events: readonly RecordEvent[]): { readonly mergedInto: string | null } | null {
  const last = events.findLast(
    ({ body }) => body.kind === 'record_withdrawn' || body.kind === 'record_restored',
  );
  return last?.body.kind === 'record_withdrawn' ? { mergedInto: last.body.mergedInto ?? null } : null;
}
