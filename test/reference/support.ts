import { decodeCatalogueEvent, encodeCatalogueEvent } from '../../src/catalogues/codec.js';
import { catalogueStream, type CatalogueBody, type CatalogueEvent } from '../../src/catalogues/facts.js';
import type { ProposedEvent, RecordedEvent } from '../../src/event-log/port.js';
import { encodeUnitEvent } from '../../src/organisation/codec.js';
import { unitStream, type UnitBody } from '../../src/organisation/facts.js';

/** Events as a log would hold them, in the order in which they are written here: sequence = position. */
export class Script {
  readonly events: RecordedEvent[] = [];

  unit(id: string, body: UnitBody): this {
    return this.take(unitStream(id), encodeUnitEvent({ id: this.nextId(), body }, {}));
  }

  catalogue(list: string, body: CatalogueBody): this {
    return this.take(catalogueStream(list), encodeCatalogueEvent({ id: this.nextId(), body }, {}));
  }

  /** An event of a stream that reference data has nothing to do with. */
  person(): this {
    const event = { id: this.nextId(), type: 'died', version: 1, data: 'not even JSON', meta: '{}' };
    return this.take('person-1', event);
  }

  /** An event as it is, whatever it says. */
  take(stream: string, event: ProposedEvent): this {
    const sequence = this.events.length + 1;
    this.events.push({
      ...event,
      stream,
      revision: this.events.filter((e) => e.stream === stream).length,
      position: BigInt(sequence),
      sequence,
      recordedAt: '2026-01-01T00:00:00.000Z',
    });
    return this;
  }

  /** The id that the next event will have. */
  nextId(): string {
    return idOf(this.events.length + 1);
  }

  list(list: string): CatalogueEvent[] {
    return this.events.filter((e) => e.stream === catalogueStream(list)).map(decodeCatalogueEvent);
  }
}

/** The id of the event at a sequence. */
export function idOf(sequence: number): string {
  return `00000000-0000-4000-8000-${String(sequence).padStart(12, '0')}`;
}

export function on(day: string): { first: string; last: string } {
  return { first: day, last: day };
}

/** A script as a release's data would leave it, edition by edition. */
export function takeAll(script: Script, list: string, bodies: readonly CatalogueBody[]): Script {
  for (const body of bodies) script.catalogue(list, body);
  return script;
}
