import type { Reference } from '../record/reference.js';
import { tracked, type ReferenceView } from '../reference/view.js';
import type { Projection, Subject, TableRows } from './projection.js';
import { usedReferenceOf } from './tables.js';

/** A subject's rows, all of them. */
export interface Folded {
  /** Its id. */
  readonly subject: string;
  readonly rows: readonly TableRows[];
}

type Fold = (subject: Subject<unknown>, reference: Reference) => readonly TableRows[];

/**
 * A subject's rows in all tables of a model, also in the one of the reference data that they rest on.
 * @param reference as known at the cut; null: this projection does not use any
 */
export function foldSubject(
  projection: Projection,
  subject: Subject<unknown>,
  reference: ReferenceView | null,
): Folded {
  const fold = projection.fold.bind(projection) as Fold;
  if (reference === null) return { subject: subject.id, rows: fold(subject, NO_REFERENCE) };
  const asked = tracked(reference);
  const rows = fold(subject, asked);
  const used = { table: usedReferenceOf(projection), rows: [{ keys: asked.keys() }] };
  return { subject: subject.id, rows: [...rows, used] };
}

/** What a fold that declares no use of reference data is given: it may not ask. */
const NO_REFERENCE = new Proxy({} as Reference, {
  get: () => {
    throw new TypeError('this projection does not declare that it uses reference data');
  },
});
