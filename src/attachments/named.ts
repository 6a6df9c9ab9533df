import type { RecordedEvent } from '../event-log/port.js';

const NAMED = /"attachment":"([0-9a-f]{64})"/g;

/**
 * The stored scans that an event names. Canonical JSON says it in one way, and no text in it can look like it, for its
 * quotation marks are escaped.
 */
export function namedIn({ data }: Pick<RecordedEvent, 'data'>): string[] {
  return data.includes('"attachment":') ? [...data.matchAll(NAMED)].map(([, hash = '']) => hash) : [];
}
