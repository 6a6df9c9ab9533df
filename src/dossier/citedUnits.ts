import type { UnitHistory } from '../organisation/history.js';
import type { ReferenceView } from '../reference/view.js';
import { DocumentBlock } from '../record/document.js';
import type { FactContent } from '../record/action.js';
import { fieldsOf } from '../record/fields.js';
import { actionOf } from '../record/registry.js';

/** The ids of the units that a fact names, in its data and its document. */
export function unitsNamed({ action, data, document = {} }: FactContent): string[] {
  return [
    [actionOf(action).fields, data],
    [DocumentBlock, document],
  ].flatMap(([form, values]) =>
    fieldsOf(form as Parameters<typeof fieldsOf>[0])
      .filter(({ unit }) => unit === true)
      .map(({ name }) => (values as Readonly<Record<string, unknown>>)[name])
      .filter((id) => typeof id === 'string'),
  );
}

/** These units with all that ever stood above them and what they passed into, sorted by id; unknown ones are left out. */
export function withThoseAbove(ids: Iterable<string>, view: ReferenceView): UnitHistory[] {
  const found = new Map<string, UnitHistory>();
  const open = [...ids];
  // Grows while it is walked.
  for (const id of open) {
    const history = found.has(id) ? null : view.history(id);
    if (history === null) continue;
    found.set(id, history);
    const { periods, successor } = history;
    open.push(...[successor, ...periods.map((p) => p.attributes.parent)].filter((u) => u !== null));
  }
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
