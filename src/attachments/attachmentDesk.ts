import type { EventLog } from '../event-log/port.js';
import type { FieldGroup } from '../fieldGroups.js';
import { FIELD_GROUPS } from '../fieldGroups.js';
import { attachmentsOf as ownerOf, personStream, recordOfAttachments } from '../recording/codec.js';
import type { AttachmentIndex, KnownAttachment } from '../recording/recordDesk.js';
import type { Sealer } from '../sealing/port.js';
import { AttachmentBroken, holds, opened, saltOf, sealed, type Header } from './format.js';
import { mediaTypeOf, type MediaType } from './mediaType.js';
import { namedIn } from './named.js';
import type { AttachmentStore } from './store.js';

/** A stored scan, as an upload answers. */
export interface StoredAttachment {
  /** SHA-256 of the stored bytes: its name in a document. */
  readonly attachment: string;
  /** SHA-256 of the scan. */
  readonly attachmentHash: string;
  readonly type: MediaType;
  readonly size: number;
  readonly groups: readonly FieldGroup[];
  /** Whether it was not there yet. */
  readonly isNew: boolean;
}

export type Download =
  | {
      readonly kind: 'found';
      readonly type: MediaType;
      readonly size: number;
      readonly groups: readonly FieldGroup[];
      readonly content: AsyncIterable<Buffer>;
    }
  /** Its key was lawfully destroyed. */
  | { readonly kind: 'erased' }
  | { readonly kind: 'notFound' };

/** For how long a scan waits for the command that names it, in milliseconds: a day. */
export const KEPT_UNNAMED_MS = 86_400_000;
const SWEPT_AFTER_MS = 3_600_000;

/**
 * Scans of decisions: stored once, sealed under the record's keys of the groups that they show, so that they die with
 * the first of these groups that is destroyed; named by events, and given out only as one of the record's events names
 * them.
 */
export class AttachmentDesk implements AttachmentIndex {
  constructor(
    private readonly log: Pick<EventLog, 'readStream'>,
    private readonly sealer: Sealer,
    private readonly store: AttachmentStore,
    /** Largest scan, in bytes. */
    readonly limit: number,
  ) {}

  /**
   * Stores a scan for a record. `history` is always among its groups: the document that names it is. Null: it is none of
   * the kinds that are taken. Rejects with TooLarge.
   */
  async upload(
    record: string,
    groups: readonly FieldGroup[],
    content: AsyncIterable<Buffer>,
  ): Promise<StoredAttachment | null> {
    const received = await this.store.receive(content, this.limit);
    try {
      const type = mediaTypeOf(received.first);
      if (type === null) return null;
      const owner = ownerOf(personStream(record));
      const all = FIELD_GROUPS.filter((g) => g === 'history' || groups.includes(g));
      const { secret, keys } = await this.sealer.jointSecret(owner, all);
      const { content: attachmentHash, size } = received;
      const header: Header = {
        format: 'hoso attachment 1',
        owner,
        keys,
        salt: saltOf(secret, attachmentHash),
        size,
        type,
      };
      const { stored: attachment, isNew } = await this.store.put(sealed(header, secret, received.read()));
      return { attachment, attachmentHash, type, size, groups: all, isNew };
    } finally {
      await received.drop();
    }
  }

  async about(attachment: string): Promise<KnownAttachment | null> {
    await this.store.use(attachment);
    const header = await this.store.header(attachment);
    const record = header === null ? null : recordOfAttachments(header.owner);
    if (header === null || record === null) return null;
    const secret = await this.sealer.jointSecretOf(header.owner, header.keys);
    if (secret === null) return null;
    return { record, groups: groupsOf(header), holds: (content) => holds(header, secret, content) };
  }

  /** A scan that one of the record's events names. Rejects with AttachmentBroken when it is not what was stored. */
  async download(record: string, attachment: string): Promise<Download> {
    const events = await this.log.readStream(personStream(record));
    if (!events.some((event) => namedIn(event).includes(attachment))) return { kind: 'notFound' };
    const header = await this.store.header(attachment);
    if (header === null) throw new AttachmentBroken('it is missing');
    const secret = await this.sealer.jointSecretOf(header.owner, header.keys);
    if (secret === null) return { kind: 'erased' };
    const stored = await this.store.read(attachment);
    if (stored === null) throw new AttachmentBroken('it is missing');
    const { type, size } = header;
    return { kind: 'found', type, size, groups: groupsOf(header), content: opened(secret, stored) };
  }

  /**
   * Settles the scans that an event names by now, removes those that none has named for a day, and what a kill left half
   * written. Answers how many it removed.
   */
  async tidy(keptUnnamed = KEPT_UNNAMED_MS, sweptAfter = SWEPT_AFTER_MS): Promise<number> {
    let removed = 0;
    await this.store.sweep(sweptAfter);
    for (const { stored, age } of await this.store.fresh()) {
      if (await this.isNamed(stored)) await this.store.settle(stored);
      else if (age > keptUnnamed) {
        await this.store.discard(stored);
        removed++;
      }
    }
    return removed;
  }

  private async isNamed(attachment: string): Promise<boolean> {
    const header = await this.store.header(attachment).catch(() => null);
    const record = header === null ? null : recordOfAttachments(header.owner);
    if (record === null) return false;
    const events = await this.log.readStream(personStream(record));
    return events.some((event) => namedIn(event).includes(attachment));
  }
}

function groupsOf({ keys }: Header): FieldGroup[] {
  return FIELD_GROUPS.filter((group) => keys[group] !== undefined);
}
