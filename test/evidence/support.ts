/** Logs to be proven, their evidence, and what may be done to them behind everybody's back. */
import { randomUUID } from 'node:crypto';
import { Evidence } from '../../src/evidence/evidence.js';
import { makeSigner } from '../../src/evidence/note.js';
import { MemoryRegister, type Register } from '../../src/evidence/register.js';
import { eventLeaves } from '../../src/evidence/source.js';
import { MemoryTiles, type TileStore } from '../../src/evidence/tileStore.js';
import { verifyLog, type VerifyOptions, type VerifyReport } from '../../src/evidence/verifyLog.js';
import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import type { AppendRequest, EventLog, RecordedEvent } from '../../src/event-log/port.js';

export const SIGNER = makeSigner('hoso.example/test', Buffer.alloc(32, 1));

export interface Kept {
  readonly log: EventLog;
  readonly tiles: TileStore;
  readonly register: Register;
  readonly evidence: Evidence;
}

/** A tree over a log, kept in memory unless told otherwise. */
export function evidenceOf(log: EventLog, kept: Partial<Kept> = {}): Kept {
  const { tiles = new MemoryTiles(), register = new MemoryRegister() } = kept;
  void register.addSigner(SIGNER.verifier.text);
  const evidence = new Evidence({ source: eventLeaves(log), tiles, register, signers: [SIGNER] });
  return { log, tiles, register, evidence };
}

/** Appends so many events, scattered over some streams. */
export async function grow(log: EventLog, count: number, streams = 40): Promise<void> {
  const requests = Array.from({ length: count }, (_, i): AppendRequest => {
    const id = randomUUID();
    const event = {
      id,
      type: i % 3 === 0 ? 'recruited' : 'transferred',
      version: 1,
      data: `{"open":{"n":${i}},"sealed":{"health":"${id}${'x'.repeat(i % 50)}"}}`,
      meta: `{"actor":{"account":"${id}"}}`,
    };
    return { stream: `person-${(i * 7) % streams}`, expected: 'any', events: [event] };
  });
  for (let at = 0; at < count; at += 2_000) await log.appendBulk(requests.slice(at, at + 2_000));
}

export function check(kept: Kept, more: Partial<VerifyOptions> = {}): Promise<VerifyReport> {
  const { log, tiles, register, evidence } = kept;
  return verifyLog({ log, tiles, register, origin: evidence.origin, verifiers: [SIGNER.verifier], ...more });
}

/** A log in memory with other events than those given to it: what an administrator can make of a table. */
export class TamperedLog extends MemoryLog {
  constructor(public rows: RecordedEvent[]) {
    super();
  }

  /** As PostgreSQL has it, the sequence is the row's own column. */
  override readAll(after: bigint, limit: number): Promise<RecordedEvent[]> {
    return Promise.resolve(this.rows.filter((e) => e.position > after).slice(0, limit));
  }

  override readEvents(ids: readonly string[]): Promise<RecordedEvent[]> {
    return Promise.resolve(this.rows.filter((e) => ids.includes(e.id)));
  }

  override head() {
    const last = this.rows.at(-1);
    return Promise.resolve({
      position: last?.position ?? 0n,
      sequence: last?.sequence ?? 0,
      recordedAt: last?.recordedAt ?? null,
    });
  }

  /** Gives the rows the places in which they stand, as one would who hides what was done. */
  renumber(): this {
    this.rows = this.rows.map((e, i) => ({ ...e, position: BigInt(i + 1), sequence: i + 1 }));
    return this;
  }
}
