import type { Consumer } from '../consuming/consumer.js';
import type { EventFilter, Position, RecordedEvent } from '../event-log/port.js';
import { openProposalEvent } from './openEvents.js';
import { PlaceSettling, type PlaceSettlingParts } from './placeSettling.js';
import { PROPOSAL } from './proposal.js';
import type { ProposalDesk } from './proposalDesk.js';

export interface ProposalConsumerParts extends PlaceSettlingParts {
  readonly proposals: ProposalDesk;
}

/**
 * What proposals do of their own accord, as a consumer of the log: a decided one that a crash left is brought into the
 * record, places follow the records and the ends of proposals. One at a time, in log order, resumed from a checkpoint;
 * done again, it changes nothing.
 */
export class ProposalConsumer implements Consumer {
  readonly name = 'proposals';
  private readonly places: PlaceSettling;

  constructor(private readonly parts: ProposalConsumerParts) {
    this.places = new PlaceSettling(parts);
  }

  /** Learns what it must know of the events before its checkpoint. */
  async start(at: Position): Promise<void> {
    await this.places.start(at);
  }

  /** A record whose place comes up on the way is settled as it is by then, so that what came after it need not be met. */
  concerns(): EventFilter {
    const { categories, types, streams } = this.places.concerns();
    return { categories: [PROPOSAL, ...categories], types, streams };
  }

  /** Does what a batch asks for; the checkpoint may move once this resolves. */
  async take(batch: readonly RecordedEvent[]): Promise<void> {
    const records = new Set<string>();
    const decided = new Set<string>();
    const ended = new Map<string, string>();
    for (const event of batch) {
      const record = this.places.meet(event);
      if (record !== null) records.add(record);
      if (!event.stream.startsWith(PROPOSAL)) continue;
      const id = event.stream.slice(PROPOSAL.length);
      const { kind, open } = openProposalEvent(event);
      if (kind === 'proposal_decided') decided.add(id);
      if (kind !== 'proposal_recorded' && kind !== 'proposal_failed' && kind !== 'proposal_declined')
        continue;
      decided.delete(id);
      ended.set(id, open.record);
      // A place passes to the fact before the proposal lets go of it.
      if (kind === 'proposal_recorded' && this.places.hasPlace(open.record)) records.add(open.record);
    }
    for (const id of decided) await this.parts.proposals.carryOut(id);
    for (const record of records) await this.places.settle(record);
    for (const [id, record] of ended) await this.places.freeProposal(id, record);
  }
}
