import type { RecordedEvent } from '../event-log/port.js';
import { UnknownEvent } from '../recording/codec.js';
import type { SealedPayload } from '../sealing/port.js';
import type { PastChange } from './pastChange.js';
import { PROPOSAL_VERSIONS, type ProposalKind } from './proposal.js';

/** What an event of a proposal says in the open: all that lists need, read without any key. */
export interface OpenProposalEvent {
  readonly id: string;
  readonly revision: number;
  readonly sequence: number | null;
  readonly recordedAt: string;
  readonly kind: ProposalKind;
  readonly open: {
    readonly record: string;
    readonly agency?: string | null;
    readonly action?: string;
    readonly effective?: string;
    readonly change?: { readonly kind: PastChange['kind'] };
    readonly judgedAt?: number;
    readonly event?: string;
    readonly rules?: readonly string[];
  };
}

/** Rejects with UnknownEvent on a type or version that this release does not know: nothing is skipped. */
export function openProposalEvent(event: RecordedEvent): OpenProposalEvent {
  const { id, revision, sequence, recordedAt } = event;
  const { open } = JSON.parse(event.data) as SealedPayload;
  return { id, revision, sequence, recordedAt, kind: kindOf(event), open: open as OpenProposalEvent['open'] };
}

/** The kind of a proposal's event. Throws UnknownEvent. */
export function kindOf({ type, version }: Pick<RecordedEvent, 'type' | 'version'>): ProposalKind {
  if (PROPOSAL_VERSIONS[type as ProposalKind] === version) return type as ProposalKind;
  throw new UnknownEvent(
    `event type ${type} version ${version} of a proposal: upgrade before reading this log`,
  );
}
