import { hash } from 'node:crypto';
import type { RecordedEvent } from '../event-log/port.js';
import { leafHash } from './tree.js';

/** What a leaf commits to. */
export type Committed = Omit<RecordedEvent, 'position' | 'sequence'>;

/**
 * What the tree commits to of an event, its entry in the words of tlog-tiles: canonical JSON (RFC 8785) with these
 * members in this order, the two texts by the SHA-256, hexadecimal, of their UTF-8 bytes as stored:
 *
 *     {"data":"<sha256>","id":…,"meta":"<sha256>","recordedAt":…,"revision":…,"stream":…,"type":…,"version":…}
 *
 * The sequence is the place of the leaf, from 1; an engine's position is in nothing. Storage format: never changed.
 */
export function commitment({
  stream,
  revision,
  id,
  type,
  version,
  recordedAt,
  data,
  meta,
}: Committed): string {
  return (
    `{"data":"${hash('sha256', data)}","id":"${id}","meta":"${hash('sha256', meta)}",` +
    `"recordedAt":${JSON.stringify(recordedAt)},"revision":${revision},"stream":${JSON.stringify(stream)},` +
    `"type":${JSON.stringify(type)},"version":${version}}`
  );
}

/** The hash of an event's leaf. */
export function eventLeaf(event: Committed): Buffer {
  return leafHash(commitment(event));
}
