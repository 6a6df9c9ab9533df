import type { ProposedEvent, RecordedEvent } from '../event-log/port.js';
import { secrecyOf } from '../record/events.js';
import type { Metadata } from '../recording/metadata.js';
import { join, split } from '../recording/shapes.js';
import { canonicalJson } from '../sealing/canonical.js';
import type { JsonObject, SealedPayload, Sealer } from '../sealing/port.js';
import {
  ACCOUNT_FACTS,
  ACCOUNT_VERSION,
  accountStream,
  type AccountEvent,
  type AccountFact,
} from './facts.js';

/** Turns facts of accounts into sealed log events and back: names and reasons go under keys of the account's own. */
export class AccountCodec {
  constructor(private readonly sealer: Sealer) {}

  async encode(
    account: string,
    id: string,
    { type, data }: AccountFact,
    meta: Metadata,
  ): Promise<ProposedEvent> {
    const stream = accountStream(account);
    const { open, values } = split({ ...data }, secrecyOf(ACCOUNT_FACTS[type]));
    const sealed = await this.sealer.seal(stream, { stream, eventId: id }, values);
    return {
      id,
      type,
      version: ACCOUNT_VERSION,
      data: canonicalJson({ open, sealed }),
      meta: canonicalJson(meta as unknown as JsonObject),
    };
  }

  /** Rejects on a type or version that this release does not know: nothing is skipped. */
  async decode(events: readonly RecordedEvent[]): Promise<AccountEvent[]> {
    const payloads = events.map((e) => JSON.parse(e.data) as SealedPayload);
    const unsealed = await this.sealer.unsealMany(
      events.map((e, i) => ({
        owner: e.stream,
        context: { stream: e.stream, eventId: e.id },
        sealed: payloads[i]?.sealed ?? {},
      })),
    );
    return events.map(({ id, revision, sequence, recordedAt, type, version }, i) => {
      if (!Object.hasOwn(ACCOUNT_FACTS, type) || version !== ACCOUNT_VERSION)
        throw new Error(
          `event type ${type} version ${version} of an account: upgrade before reading this log`,
        );
      const data = join(payloads[i]?.open ?? {}, unsealed[i]?.values ?? {});
      return { id, revision, sequence, recordedAt, fact: { type, data } as unknown as AccountFact };
    });
  }
}
