import { STATUS_AFTER } from '../../src/proposals/proposal.js';
import { rowsOf, type ProjectionOf } from '../../src/projecting/projection.js';
import { ProposalStanding } from './rows.js';

/** How each proposal stands, from what its events say in the open: for lists by agency, status and person. */
export const proposals: ProjectionOf<'proposal'> = {
  name: 'proposals',
  version: 2,
  of: 'proposal',
  tables: [ProposalStanding],
  usesReference: false,
  views: new URL('./views/', import.meta.url),
  fold: ({ events, metas }) => {
    const [made] = events;
    const last = events.at(-1);
    if (made === undefined || last === undefined) return [];
    const decided = events.find((e) => e.kind === 'proposal_decided');
    const ended = last.open;
    return [
      rowsOf(ProposalStanding, 'proposal', [
        {
          person: made.open.record,
          action: made.open.action ?? '',
          effective: decided?.open.effective ?? made.open.effective ?? '',
          change: made.open.change?.kind ?? null,
          agency: made.open.agency ?? null,
          status: STATUS_AFTER[last.kind],
          judgedAt: events.findLast((e) => e.open.judgedAt !== undefined)?.open.judgedAt ?? 0,
          sequence: made.sequence ?? 0,
          revision: last.revision,
          madeAt: made.recordedAt,
          changedAt: last.recordedAt,
          account: metas[0]?.actor.account ?? null,
          fact: ended.event ?? null,
          rules: ended.rules ?? [],
        },
      ]),
    ];
  },
};
