import type { EventLog, RecordedEvent } from '../event-log/port.js';
import { canonicalJson } from '../sealing/canonical.js';
import type { JsonObject, Sealer } from '../sealing/port.js';
import { UnknownEvent } from './codec.js';
import type { Actor, Metadata } from './metadata.js';

/** Category of the streams that bind the key of a batch to the persons it was first carried out for. */
const BATCH = 'batch-';
const BOUND = 'batch_key_bound';
const BOUND_VERSION = 1;

/** The key of a batch, and the records that it names, in their order. */
export interface KeyOfBatch {
  readonly actor: Actor;
  readonly idempotencyKey: string;
  readonly records: readonly string[];
}

/**
 * Which persons a batch's key was used for. A person's own stream tells when the key was used for another request about
 * that person; only a stream of the key itself can tell when it was used for others.
 */
export class BatchKeys {
  constructor(
    private readonly log: EventLog,
    private readonly sealer: Sealer,
  ) {}

  /** Whether the key was bound to other persons before. */
  async isOthers(key: KeyOfBatch): Promise<boolean> {
    const [bound] = await this.log.readStream(this.streamOf(key));
    return bound !== undefined && personsIn(bound) !== this.digestOf(key);
  }

  /** Binds the key to these persons; the same again changes nothing. False: it belongs to others. */
  async bind(key: KeyOfBatch): Promise<boolean> {
    const stream = this.streamOf(key);
    const meta: Metadata = { actor: key.actor };
    const outcome = await this.log.append({
      stream,
      expected: 'none',
      events: [
        {
          id: this.sealer.indexId('event', [stream]),
          type: BOUND,
          version: BOUND_VERSION,
          data: canonicalJson({ open: { persons: this.digestOf(key) }, sealed: {} }),
          meta: canonicalJson(meta as unknown as JsonObject),
        },
      ],
    });
    return outcome.kind === 'appended' || outcome.kind === 'alreadyAppended';
  }

  private streamOf({ actor, idempotencyKey }: KeyOfBatch): string {
    return `${BATCH}${this.sealer.indexId('batch', [actor.client, idempotencyKey])}`;
  }

  /** A keyed hash: who was in a batch is not told by its stream. */
  private digestOf({ records }: KeyOfBatch): string {
    return this.sealer.index('batch', records).toString('hex');
  }
}

/** Throws UnknownEvent on a type or version that this release does not know. */
function personsIn({ type, version, data }: RecordedEvent): string {
  if (type !== BOUND || version !== BOUND_VERSION)
    throw new UnknownEvent(`event type ${type} version ${version}: upgrade before reading this log`);
  return (JSON.parse(data) as { readonly open: { readonly persons: string } }).open.persons;
}
