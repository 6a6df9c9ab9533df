import { decodeCatalogueEvent, encodeCatalogueEvent } from '../catalogues/codec.js';
import { decideCatalogue, type CatalogueCommand, type CatalogueDecision } from '../catalogues/decide.js';
import { catalogueStream } from '../catalogues/facts.js';
import type {
  AppendOptions,
  AppendOutcome,
  EventLog,
  ProposedEvent,
  RecordedEvent,
} from '../event-log/port.js';
import { decodeUnitEvent, encodeUnitEvent } from '../organisation/codec.js';
import { decideUnit, type UnitCommand, type UnitDecision } from '../organisation/decide.js';
import { unitStream } from '../organisation/facts.js';
import type { ReferenceService } from './service.js';

/** What became of a command on reference data. */
export type ReferenceOutcome<Refused> =
  | {
      readonly kind: 'recorded';
      readonly outcome: Extract<AppendOutcome, { kind: 'appended' | 'alreadyAppended' }>;
    }
  /** It stood already. */
  | { readonly kind: 'nothingToDo' }
  | Refused
  /** Too many others wrote to the stream at the same time; try again. */
  | { readonly kind: 'conflict' };

const MOST_ATTEMPTS = 10;

/** Loads, decides, appends: the thin shell around the pure decisions on units and lists. */
export class ReferenceRecorder {
  constructor(
    private readonly log: EventLog,
    private readonly reference: ReferenceService,
  ) {}

  /** Records a decision on one unit; `meta` is the metadata of its events (recording/metadata.ts). */
  recordUnit(
    id: string,
    command: UnitCommand,
    meta: object,
    options?: AppendOptions,
  ): Promise<ReferenceOutcome<Extract<UnitDecision, { kind: 'refused' }>>> {
    return this.record(
      unitStream(id),
      (events) => decideUnit(command, { id, events: events.map(decodeUnitEvent) }, this.reference.at()),
      (event) => encodeUnitEvent(event, meta),
      options,
    );
  }

  /** Records one statement on a list. */
  recordCatalogue(
    list: string,
    command: Omit<CatalogueCommand, 'list'>,
    meta: object,
    options?: AppendOptions,
  ): Promise<ReferenceOutcome<Extract<CatalogueDecision, { kind: 'refused' }>>> {
    return this.record(
      catalogueStream(list),
      (events) => decideCatalogue({ list, ...command }, events.map(decodeCatalogueEvent)),
      (event) => encodeCatalogueEvent(event, meta),
      options,
    );
  }

  private async record<Event, Refused extends { readonly kind: 'refused' }>(
    stream: string,
    decide: (
      events: readonly RecordedEvent[],
    ) => { readonly kind: 'accepted'; readonly events: readonly Event[] } | Refused,
    encode: (event: Event) => ProposedEvent,
    options: AppendOptions = {},
  ): Promise<ReferenceOutcome<Refused>> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      // The other units count as well: take what every process has said so far.
      await this.reference.sync();
      const events = await this.log.readStream(stream);
      const decision = decide(events);
      if (decision.kind === 'refused') return decision;
      if (decision.events.length === 0) return { kind: 'nothingToDo' };
      const expected = events.at(-1)?.revision ?? 'none';
      const outcome = await this.log.append(
        { stream, expected, events: decision.events.map(encode) },
        options,
      );
      if (outcome.kind === 'appended' || outcome.kind === 'alreadyAppended')
        return { kind: 'recorded', outcome };
    }
    return { kind: 'conflict' };
  }
}
