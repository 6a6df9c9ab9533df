import type { Access } from '../access/access.js';
import type { Core } from '../core.js';
import type { EarlyRaises } from '../proposals/earlyRaises.js';
import type { ProposalDesk } from '../proposals/proposalDesk.js';

/** What the API needs of the core: commands, questions, the log for the feed. Neither tables nor engines. */
export type ApiCore = Pick<
  Core,
  'log' | 'sealer' | 'references' | 'desk' | 'referenceDesk' | 'evidence' | 'readEvidence' | 'attachments'
> & {
  readonly access: Access;
  readonly proposals: ProposalDesk;
  readonly earlyRaises: EarlyRaises;
};
