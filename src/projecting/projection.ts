import type { CatalogueEvent } from '../catalogues/facts.js';
import type { UnitEvent } from '../organisation/facts.js';
import type { RecordEvent } from '../record/events.js';
import type { Reference } from '../record/reference.js';
import type { PlaceEvent } from '../proposals/earlyRaises.js';
import type { OpenProposalEvent } from '../proposals/openEvents.js';
import type { Metadata } from '../recording/metadata.js';

/** What rows are folded from: one stream, whole up to the cut. */
export interface Subject<Event> {
  /** The stream's name without its category: a person's or a unit's id, a list's name. */
  readonly id: string;
  /** In order of revision, from the first. */
  readonly events: readonly Event[];
  /** Metadata of each event. */
  readonly metas: readonly Metadata[];
}

/** The kinds of streams that a projection may fold. */
export interface Subjects {
  readonly person: Subject<RecordEvent>;
  readonly unit: Subject<UnitEvent>;
  readonly catalogue: Subject<CatalogueEvent>;
  readonly proposal: Subject<OpenProposalEvent>;
  readonly places: Subject<PlaceEvent>;
}
export type SubjectKind = keyof Subjects;

/** A TypeORM entity: one table of a read model. */
export type EntityClass<Row extends object = object> = new () => Row;

/** The columns that the runner fills itself: whose row it is, and its number among that subject's rows. */
type Filled = 'person' | 'unit' | 'list' | 'proposal' | 'places' | 'n';

/** Rows of one table, in an order that new events at the end of the stream leave as it is. */
export interface TableRows {
  readonly table: EntityClass;
  readonly rows: readonly object[];
}

/** Types the rows of a table: every column but those that the runner fills. `owner` is the column of the subject. */
export function rowsOf<Row extends object, Owner extends Filled>(
  table: EntityClass<Row>,
  _owner: Owner,
  rows: readonly Omit<Row, Owner | 'n'>[],
): TableRows {
  return { table, rows };
}

/**
 * A read model: what it is for, its tables and its fold. A subject's rows are a pure function of that subject's events
 * and of reference data, both cut at the checkpoint; never of a clock, and never of another subject.
 */
export interface ProjectionOf<Kind extends SubjectKind> {
  /** Lower-case letters and `_`; names its schemas (`status_v1`). */
  readonly name: string;
  /** Raised when tables or fold change: the new version is built beside the running one. */
  readonly version: number;
  readonly of: Kind;
  /** Every table begins with the subject's column and `n`, its primary key. */
  readonly tables: readonly EntityClass[];
  /**
   * Whether the fold asks reference data. Then the model has a table UsedReference, which the runner fills: an event
   * that touches one of its keys folds the subject again.
   */
  readonly usesReference: boolean;
  /**
   * Folder of its views in schema `reporting`, one file each; `{name}` stands for the schema of that projection. Null:
   * none.
   */
  readonly views: URL | null;
  fold(subject: Subjects[Kind], reference: Reference): readonly TableRows[];
}

export type Projection = { readonly [Kind in SubjectKind]: ProjectionOf<Kind> }[SubjectKind];
