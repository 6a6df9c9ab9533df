import type { PastChange } from '../../proposals/pastChange.js';
import type { ProposalStatus } from '../../proposals/proposal.js';
import { pageSize, withinScope, type Page, type Reader, type RowScope } from './persons.js';

/** Which proposals; what is left out does not restrict. */
export interface ProposalFilter {
  readonly agencies?: readonly string[];
  readonly statuses?: readonly ProposalStatus[];
  readonly person?: string;
  readonly scope?: RowScope;
}

export interface ProposalItem {
  readonly proposal: string;
  readonly person: string;
  readonly action: string;
  readonly effective: string;
  /** What of the past it would change; null: it is a new fact. */
  readonly change: PastChange['kind'] | null;
  readonly agency: string | null;
  readonly status: ProposalStatus;
  readonly revision: number;
  readonly madeAt: string;
  readonly changedAt: string;
  /** The fact that it became. */
  readonly event: string | null;
  readonly rules: readonly string[];
}

/** Proposals, the newest first, a page at a time; `after` is the sequence of the last one's making. */
export async function findProposals(
  db: Reader,
  filter: ProposalFilter,
  { after, limit }: { readonly after?: number; readonly limit?: number },
): Promise<Page<ProposalItem, number>> {
  const most = pageSize(limit);
  const values: unknown[] = [];
  const value = (v: unknown) => `$${values.push(v)}`;
  const where = ['true'];
  if (filter.agencies !== undefined) where.push(`agency = ANY (${value(filter.agencies)}::uuid[])`);
  if (filter.statuses !== undefined) where.push(`status = ANY (${value(filter.statuses)}::text[])`);
  if (filter.person !== undefined) where.push(`person = ${value(filter.person)}::uuid`);
  if (filter.scope !== undefined) where.push(withinScope(filter.scope, 'p.person', value));
  if (after !== undefined) where.push(`sequence < ${value(after)}::bigint`);
  const { rows } = await db.query<ProposalItem & { readonly sequence: string }>(
    `SELECT proposal, person, action, effective, change, agency, status, revision,
            to_char(made_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "madeAt",
            to_char(changed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "changedAt",
            fact AS event, rules, sequence::text
       FROM models.proposals_proposal p
      WHERE ${where.join(' AND ')}
      ORDER BY sequence DESC LIMIT ${most + 1}`,
    values,
  );
  const last = rows.length > most ? rows[most - 1] : undefined;
  return {
    items: rows.slice(0, most).map(({ sequence: _sequence, ...item }) => item),
    next: last === undefined ? null : Number(last.sequence),
  };
}
