/** A record desk over the log in memory, with the little world of test/support/record.ts as reference data. */
import { randomUUID } from 'node:crypto';
import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import type { EventLog } from '../../src/event-log/port.js';
import type { Change } from '../../src/record/decide.js';
import {
  RecordDesk,
  type CommandAnswer,
  type DeskOptions,
  type References,
} from '../../src/recording/recordDesk.js';
import type { Sealer } from '../../src/sealing/port.js';
import { memorySealer } from '../../src/sealing/sealer.js';
import { world } from './record.js';

export const ACTOR = {
  account: '11111111-1111-4111-8111-111111111111',
  unit: '22222222-2222-4222-8222-222222222222',
  client: '11111111-1111-4111-8111-111111111111',
};

export const REFERENCES: References = {
  view: () => ({ reference: world, citations: () => [{ stream: 'catalogue-sex', revision: 1 }] }),
  sync: () => Promise.resolve(),
};

export class TestDesk {
  readonly desk: RecordDesk;

  constructor(
    readonly log: EventLog = new MemoryLog(),
    readonly sealer: Sealer = memorySealer('test'),
    options: DeskOptions = {},
  ) {
    this.desk = new RecordDesk(log, sealer, REFERENCES, undefined, options);
  }

  /** Sends a command as a client would: the record as it is now, a new key, unless told otherwise. */
  async send(
    record: string,
    changes: readonly Change[],
    options: { expected?: number | 'none'; key?: string; dryRun?: boolean; body?: string } = {},
  ): Promise<CommandAnswer> {
    const head = (await this.desk.load(record)).stored.at(-1)?.revision ?? 'none';
    return this.desk.execute({
      record,
      changes,
      expected: options.expected ?? head,
      actor: ACTOR,
      idempotencyKey: options.key ?? randomUUID(),
      body: options.body ?? JSON.stringify(changes),
      dryRun: options.dryRun ?? false,
    });
  }

  /** As `send`, and fails when the command is not carried out. */
  async done(record: string, changes: readonly Change[], options: Parameters<TestDesk['send']>[2] = {}) {
    const answer = await this.send(record, changes, options);
    if (answer.kind !== 'done') throw new Error(`not done: ${JSON.stringify(answer)}`);
    return answer;
  }
}
