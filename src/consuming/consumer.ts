import type { EventFilter, Position, RecordedEvent } from '../event-log/port.js';

/**
 * A process that follows the log and acts on it by commands that are safe to repeat. It is fed every event, in log order;
 * after a crash, those since the last checkpoint come again. While it is far behind, as after an import, it is fed
 * only what it says matters to it.
 */
export interface Consumer {
  /** Names its checkpoint: never renamed. */
  readonly name: string;
  /** Learns what it must know of the events up to its checkpoint. */
  start(at: Position): Promise<void>;
  /** What matters to it of a long stretch of the log after its checkpoint, which is there already. Absent: all of it. */
  concerns?(): EventFilter;
  /** Does what a batch asks for; the checkpoint moves once this resolves. Rejects: the batch comes again. */
  take(batch: readonly RecordedEvent[]): Promise<void>;
}
