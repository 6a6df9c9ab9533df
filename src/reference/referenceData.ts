import { CATALOGUE } from '../catalogues/facts.js';
import { decodeCatalogueEvent } from '../catalogues/codec.js';
import { BEGINNING, type Position, type RecordedEvent } from '../event-log/port.js';
import { decodeUnitEvent } from '../organisation/codec.js';
import { UNIT, type UnitEvent } from '../organisation/facts.js';
import { CatalogueModel } from './catalogueModel.js';
import { UnitModel } from './unitModel.js';
import { PAYROLL_PART, ReferenceView } from './view.js';

/** The categories of the reference streams: units and catalogue lists. */
export const REFERENCE_CATEGORIES = [UNIT, CATALOGUE] as const;

/** Whether a stream holds reference data. */
export function isReferenceStream(stream: string): boolean {
  return stream.startsWith(UNIT) || stream.startsWith(CATALOGUE);
}

/**
 * All reference data in memory, fed with the log in order and asked as of any sequence within it. A unit or an entry
 * keeps every version of itself, so that a view copies nothing.
 */
export class ReferenceData {
  private readonly units = new UnitModel();
  private readonly lists = new Map<string, CatalogueModel>();
  /** The data since its last change, which the log recorded at this sequence. */
  private latest = { since: 0, edition: {} };
  private reached: { position: Position; sequence: number } = { position: BEGINNING, sequence: 0 };

  /** The log's position up to which it was fed. */
  get position(): Position {
    return this.reached.position;
  }

  /** The last sequence fed. */
  get sequence(): number {
    return this.reached.sequence;
  }

  /**
   * Takes the log's next events; those of other streams only move the sequence on, those taken before are passed
   * over. Throws UnknownReferenceEvent at an event that this release does not know, and stays before it.
   */
  feed(events: readonly RecordedEvent[]): void {
    for (const event of events) {
      if (event.position <= this.reached.position) continue;
      if (event.sequence === null)
        throw new Error(`event at position ${event.position} has no sequence yet: read behind the numbering`);
      this.apply(event, event.sequence);
      this.reached = { position: event.position, sequence: event.sequence };
    }
  }

  /** The keys that an event touches (see TrackedReference.keys), once it was fed. */
  touched(event: RecordedEvent): readonly string[] {
    const { stream } = event;
    if (stream.startsWith(UNIT)) return touchedBy(decodeUnitEvent(event)).map((part) => stream + part);
    const model = stream.startsWith(CATALOGUE) ? this.lists.get(stream.slice(CATALOGUE.length)) : undefined;
    if (model === undefined || event.sequence === null) return [];
    return model.touched(event.id, event.sequence).map((part) => stream + part);
  }

  /** The ids of a list's events; undefined without any. */
  idsOf(list: string): Pick<ReadonlySet<string>, 'size' | 'has'> | undefined {
    return this.lists.get(list)?.ids;
  }

  /** The caller knows that no reference event stands between the last one fed and here. */
  advance(position: Position, sequence: number): void {
    if (position > this.reached.position) this.reached = { position, sequence };
  }

  /** As known at K, by default at the last sequence fed. Throws BehindTheLog for a K that was not fed yet. */
  at(k: number = this.sequence): ReferenceView {
    if (k > this.sequence) throw new BehindTheLog(k, this.sequence);
    const edition = k >= this.latest.since ? this.latest.edition : {};
    return new ReferenceView({ units: this.units, lists: this.lists, edition }, k);
  }

  private apply(event: RecordedEvent, sequence: number): void {
    const { stream } = event;
    if (!isReferenceStream(stream)) return;
    this.latest = { since: sequence, edition: {} };
    if (stream.startsWith(UNIT)) {
      this.units.apply(stream.slice(UNIT.length), decodeUnitEvent(event), sequence);
      return;
    }
    const list = stream.slice(CATALOGUE.length);
    const decoded = decodeCatalogueEvent(event);
    const model = this.lists.get(list) ?? new CatalogueModel(list);
    this.lists.set(list, model);
    model.apply(decoded, sequence);
  }
}

/** What agencies do month by month says nothing of what they are: nobody else's record depends on it. */
function touchedBy({ body }: UnitEvent): readonly string[] {
  if (body.kind !== 'fact') return ['', PAYROLL_PART];
  const { type } = body.fact;
  if (type === 'report_submitted' || type === 'month_checked') return [];
  return type === 'payroll_counted' || type === 'early_raises_allotted' ? [PAYROLL_PART] : [''];
}

/** Reference data was asked for a moment that it has not read yet. Wait for it (ReferenceService.caughtUpTo). */
export class BehindTheLog extends Error {
  override readonly name = 'BehindTheLog';
  constructor(
    readonly asked: number,
    readonly reached: number,
  ) {
    super(`reference data is known up to sequence ${reached}, not yet to ${asked}`);
  }
}
