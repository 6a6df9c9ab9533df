import type { RowScope, Page } from '../projecting/queries/persons.js';
import type { Day } from '../dates.js';
import type { FieldGroup } from '../fieldGroups.js';
import type { ApiCore } from './apiCore.js';
import type { Request } from './commands.js';
import { Cursors } from './cursors.js';
import { isId } from './headers.js';
import { LIMIT } from './search.js';
import { accessOf, tell } from './policy.js';
import { noSuchUnit } from './problem.js';
import { limitOf, textOf, type Query } from './query.js';
import { asOfDay } from './times.js';

/** What every list is asked for. */
export interface Asked {
  readonly asOf?: Day;
  readonly cursor?: string;
  readonly token?: string;
  readonly limit: number;
}

/** The parameters that every list takes. */
export const ASKED = ['asOf', 'cursor', 'limit', 'token'] as const;

export function askedOf(query: Query): Asked {
  const asOf = textOf(query, 'asOf');
  const cursor = textOf(query, 'cursor');
  const token = textOf(query, 'token');
  return {
    ...(asOf === undefined ? {} : { asOf: asOfDay(asOf) }),
    ...(cursor === undefined ? {} : { cursor }),
    ...(token === undefined ? {} : { token }),
    limit: limitOf(query, LIMIT.standard, LIMIT.most),
  };
}

/** What lists from the read models have in common: their pages, whom they may show, and the audit of what was shown. */
export class Paging {
  private readonly cursors: Cursors;

  constructor(private readonly core: Pick<ApiCore, 'sealer' | 'references' | 'access'>) {
    this.cursors = new Cursors(core.sealer);
  }

  /** The unit that the path names. Throws Problem (404). */
  unitOf({ params }: Request): string {
    const view = this.core.references.at();
    if (isId(params.id) && view.history(params.id) !== null) return params.id;
    throw noSuchUnit();
  }

  /**
   * What the caller may see today, whatever day the list is of; `groups` are the field groups that its rows are drawn
   * from.
   */
  scopeOf(request: Request, groups?: readonly FieldGroup[]): { readonly scope?: RowScope } {
    const { gate } = this.core.access;
    const scope = gate.listScope(accessOf(request).caller, groups);
    return scope === null ? {} : { scope: { ...scope, today: gate.today } };
  }

  /** The day asked for, and where the page before ended: all pages of a list are of the first one's day. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- what was sealed for this question
  place<After>(
    question: string,
    { asOf, cursor }: Pick<Asked, 'asOf' | 'cursor'>,
  ): { readonly day: Day; readonly after: { readonly after?: After } } {
    if (cursor === undefined) return { day: asOfDay(asOf), after: {} };
    const { day, after } = this.cursors.open(question, cursor) as { day: Day; after: After };
    return { day, after: { after } };
  }

  /** The cursor of the next page; null: there is none. */
  next(question: string, day: Day, { next }: Page<unknown, object | string>): string | null {
    return next === null ? null : this.cursors.seal(question, { day, after: next });
  }

  /** The filter, sealed since it can hold a name, and how many rows were shown: for the audit of reads. */
  tell(request: Request, question: string, asOf: Day, { items }: Page<unknown, unknown>): void {
    tell(request, { asOf, filter: this.cursors.seal('audit', { question }), count: items.length });
  }
}
