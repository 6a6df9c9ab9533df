import { decodeCatalogueEvent } from '../catalogues/codec.js';
import { CATALOGUE } from '../catalogues/facts.js';
import type { RecordedEvent } from '../event-log/port.js';
import { decodeUnitEvent } from '../organisation/codec.js';
import { UNIT } from '../organisation/facts.js';
import { EARLY_RAISES, placeEvent } from '../proposals/earlyRaises.js';
import { openProposalEvent } from '../proposals/openEvents.js';
import { PROPOSAL } from '../proposals/proposal.js';
import type { RecordEvent } from '../record/events.js';
import { PERSON } from '../recording/codec.js';
import { parseMetadata } from '../recording/metadata.js';
import type { Subject, SubjectKind } from './projection.js';

/** Category of the streams of each kind. */
export const CATEGORY: Readonly<Record<SubjectKind, string>> = {
  person: PERSON,
  unit: UNIT,
  catalogue: CATALOGUE,
  proposal: PROPOSAL,
  places: EARLY_RAISES,
};

/** Unseals and reads events of persons' streams (RecordCodec). */
export interface Decoder {
  decode(events: readonly RecordedEvent[]): Promise<RecordEvent[]>;
}

/** What events of streams of one kind say, in the order given. Rejects at one that this release cannot read. */
export async function decodeEvents(
  kind: SubjectKind,
  events: readonly RecordedEvent[],
  decoder: Decoder,
): Promise<unknown[]> {
  if (events.length === 0) return [];
  switch (kind) {
    case 'person':
      return decoder.decode(events);
    case 'unit':
      return events.map(decodeUnitEvent);
    case 'catalogue':
      return events.map(decodeCatalogueEvent);
    case 'proposal':
      return events.map(openProposalEvent);
    case 'places':
      return events.map(placeEvent);
    default:
      return kind satisfies never;
  }
}

/** The subject that the events of one stream are of. Rejects as `decodeEvents` does. */
export async function decodeSubject(
  kind: SubjectKind,
  events: readonly RecordedEvent[],
  decoder: Decoder,
): Promise<Subject<unknown>> {
  return {
    id: (events[0]?.stream ?? '').slice(CATEGORY[kind].length),
    events: await decodeEvents(kind, events, decoder),
    metas: events.map((e) => parseMetadata(e.meta)),
  };
}
