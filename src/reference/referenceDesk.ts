import { decodeCatalogueEvent, encodeCatalogueEvent } from '../catalogues/codec.js';
import { decideCatalogue } from '../catalogues/decide.js';
import { catalogueStream, type CatalogueBody } from '../catalogues/facts.js';
import { CATALOGUE_RULES } from '../catalogues/ruleBook.js';
import { LogUnavailable, type EventLog, type ProposedEvent, type RecordedEvent } from '../event-log/port.js';
import { decodeUnitEvent, encodeUnitEvent } from '../organisation/codec.js';
import { decideUnit, type UnitChange } from '../organisation/decide.js';
import { unitStream } from '../organisation/facts.js';
import { UNIT_RULES } from '../organisation/ruleBook.js';
import { parseMetadata, type Actor, type Metadata } from '../recording/metadata.js';
import type { CommandFrame, EventReceipt } from '../recording/recordDesk.js';
import type { Sealer } from '../sealing/port.js';
import type { ReferenceService } from './service.js';
import type { RuleText } from './statements.js';

/** What a command on reference data is about, and what it says. */
export type ReferenceSubject =
  | { readonly unit: string; readonly change: UnitChange }
  | { readonly list: string; readonly body: CatalogueBody };

export interface ReferenceCommand extends CommandFrame {
  /** The revision that the caller saw; `none` opens a new unit or list. */
  readonly expected: number | 'none';
  readonly subject: ReferenceSubject;
}

/** Why a command on reference data is refused, with the rule's words. */
export interface ReferenceRefusal extends RuleText {
  readonly rule: string;
  /** Events in conflict, by id. */
  readonly facts: readonly string[];
  /** Another unit in conflict. */
  readonly unit?: string;
}

export type ReferenceAnswer =
  | {
      readonly kind: 'done';
      /** Revision of the unit or list after the command: its new ETag. */
      readonly revision: number;
      /** Null when nothing was to do. */
      readonly position: bigint | null;
      readonly sequence: number | null;
      readonly events: readonly EventReceipt[];
      /** The same command had been carried out before; this is its answer. */
      readonly replayed: boolean;
    }
  | { readonly kind: 'preview'; readonly events: readonly { readonly id: string; readonly type: string }[] }
  | { readonly kind: 'refused'; readonly refusals: readonly ReferenceRefusal[] }
  | { readonly kind: 'stale'; readonly actual: number; readonly since: readonly EventReceipt[] }
  | { readonly kind: 'keyReused' }
  | { readonly kind: 'notFound' };

type Judgement =
  | { readonly kind: 'accepted'; readonly events: readonly ProposedEvent[] }
  | Extract<ReferenceAnswer, { kind: 'refused' }>;

// A lost race is decided anew on what won.
const MOST_ATTEMPTS = 5;

/**
 * Commands on units and lists under the rules of every command: carried out once under a key, on the revision that the
 * caller saw, and only shown when asked. Nothing here is personal, so no person's key is needed.
 */
export class ReferenceDesk {
  constructor(
    private readonly log: EventLog,
    private readonly reference: ReferenceService,
    private readonly sealer: Sealer,
  ) {}

  /** The id of a new unit: a function of client and key, so that a retried opening meets its first attempt. */
  newUnitId(actor: Actor, idempotencyKey: string): string {
    return this.sealer.indexId('unit', [actor.client, idempotencyKey]);
  }

  /** Carries out a command. Rejects with LogUnavailable when the engine cannot be reached; then retry with the same key. */
  async execute(command: ReferenceCommand): Promise<ReferenceAnswer> {
    const { subject, expected } = command;
    const stream = 'unit' in subject ? unitStream(subject.unit) : catalogueStream(subject.list);
    const { client } = command.actor;
    const eventId = this.sealer.indexId('event', [client, command.idempotencyKey, stream, command.body]);
    const idem = this.sealer
      .index('idempotency', [client, command.idempotencyKey])
      .toString('hex')
      .slice(0, 32);
    for (let attempt = 1; ; attempt++) {
      // The other units count as well: take what every process has said so far.
      await this.reference.sync();
      const events = await this.log.readStream(stream);
      const early = command.dryRun
        ? staleness(expected, events)
        : (replay(events, eventId, idem) ?? staleness(expected, events));
      if (early !== null) return early;
      const judged = this.judge(command, eventId, idem, events);
      if (judged.kind === 'refused') return judged;
      if (command.dryRun)
        return { kind: 'preview', events: judged.events.map(({ id, type }) => ({ id, type })) };
      const last = events.at(-1)?.revision;
      if (judged.events.length === 0) return nothingToDo(last ?? 0);
      const outcome = await this.log.append({ stream, expected: last ?? 'none', events: judged.events });
      if (outcome.kind === 'contentDiffers') return { kind: 'keyReused' };
      if (outcome.kind !== 'wrongRevision')
        return {
          kind: 'done',
          revision: outcome.lastRevision,
          position: outcome.position,
          sequence: outcome.sequence,
          events: judged.events.map(({ id, type }) => ({
            id,
            type,
            revision: outcome.lastRevision,
            sequence: outcome.sequence,
            recordedAt: outcome.recordedAt,
          })),
          replayed: outcome.kind === 'alreadyAppended',
        };
      if (attempt === MOST_ATTEMPTS)
        throw new LogUnavailable('the stream is changed faster than it can be read; retry');
    }
  }

  private judge(
    { subject, actor, correlation }: ReferenceCommand,
    eventId: string,
    idem: string,
    events: readonly RecordedEvent[],
  ): Judgement {
    const meta: Metadata = { actor, idem, ...(correlation === undefined ? {} : { correlation }) };
    if ('unit' in subject) {
      const decision = decideUnit(
        { changes: [subject.change], eventId: () => eventId },
        { id: subject.unit, events: events.map(decodeUnitEvent) },
        this.reference.at(),
      );
      return decision.kind === 'accepted'
        ? { kind: 'accepted', events: decision.events.map((e) => encodeUnitEvent(e, meta)) }
        : {
            kind: 'refused',
            refusals: decision.refusals.map(({ rule, facts, unit }) => ({
              ...UNIT_RULES[rule],
              rule,
              facts,
              ...(unit === undefined ? {} : { unit }),
            })),
          };
    }
    const decision = decideCatalogue(
      { list: subject.list, body: subject.body, eventId },
      events.map(decodeCatalogueEvent),
    );
    if (decision.kind === 'accepted')
      return { kind: 'accepted', events: decision.events.map((e) => encodeCatalogueEvent(e, meta)) };
    const { rule, facts } = decision;
    return { kind: 'refused', refusals: [{ ...CATALOGUE_RULES[rule], rule, facts }] };
  }
}

/** The answer of the first time, when the key was used before on this stream. */
function replay(events: readonly RecordedEvent[], eventId: string, idem: string): ReferenceAnswer | null {
  const mine = events.find((e) => e.id === eventId || parseMetadata(e.meta).idem === idem);
  if (mine === undefined) return null;
  if (mine.id !== eventId) return { kind: 'keyReused' };
  const { revision, position, sequence } = mine;
  return { kind: 'done', revision, position, sequence, events: [receipt(mine)], replayed: true };
}

function staleness(expected: number | 'none', events: readonly RecordedEvent[]): ReferenceAnswer | null {
  const actual = events.at(-1)?.revision;
  if (actual === undefined) return expected === 'none' ? null : { kind: 'notFound' };
  if (expected === actual) return null;
  const since = expected === 'none' ? [] : events.slice(expected + 1).map(receipt);
  return { kind: 'stale', actual, since };
}

function nothingToDo(revision: number): ReferenceAnswer {
  return { kind: 'done', revision, position: null, sequence: null, events: [], replayed: false };
}

function receipt({ id, type, revision, sequence, recordedAt }: RecordedEvent): EventReceipt {
  return { id, type, revision, sequence, recordedAt };
}
