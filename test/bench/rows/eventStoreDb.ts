/**
 * Appends of one event on a real EventStoreDB (EVENTSTOREDB_URL): the bare client; the port alone, whose events another
 * process numbers once the race is over; the port that numbers in this process meanwhile, without and with waiting for
 * the sequence.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { binaryEvent, EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import type { EventLog } from '../../../src/event-log/port.js';
import { esdbLog } from '../../support/esdb/engines.js';
import { race, type Call, type Plan } from '../harness.js';
import type { BenchRow, Ratio } from '../report.js';
import type { Numbered } from '../numberer.js';
import { oneEvent } from './append.js';

const CALLERS = [1, 32, 128] as const;

export async function eventStoreDbRows({ seconds, rounds, say }: Plan): Promise<BenchRow[]> {
  const url = process.env['EVENTSTOREDB_URL'] ?? '';
  if (url === '') return [];
  const own = await esdbLog(url);
  const shared = await esdbLog(url, { poll: 500 });
  const client = EventStoreDBClient.connectionString(url);
  // It numbers from when this process lets go of the log.
  await shared.log.close();
  const numberer = await numberedElsewhere({ url, prefix: shared.prefix, connection: shared.database.log });
  const relieved = await shared.again();
  const rows: BenchRow[] = [];
  for (const callers of CALLERS) {
    say(`append to EventStoreDB, ${callers} callers`);
    const contestants: Record<string, Call> = {
      bare: () => appendBare(client, own.prefix),
      port: () => relieved.append(oneEvent(), { numbered: false }),
      numbering: () => own.log.append(oneEvent(), { numbered: false }),
      sequence: () => own.log.append(oneEvent()),
    };
    numberer.kill('SIGSTOP');
    const result = await race(contestants, { callers, seconds, rounds });
    numberer.kill('SIGCONT');
    const rate = (name: string) => result[name]?.perSecond ?? NaN;
    const ratios: Ratio[] = [
      {
        of: 'port alone : bare client',
        value: rate('port') / rate('bare'),
        reach: callers > 1 ? { atLeast: 0.9 } : null,
      },
      { of: 'port + numbering : bare client', value: rate('numbering') / rate('bare'), reach: null },
    ];
    rows.push({
      what: `append of one event to EventStoreDB, ${callers} callers`,
      figures: {
        'bare client /s': rate('bare'),
        'port alone /s': rate('port'),
        'port + numbering /s': rate('numbering'),
        'port, sequence awaited /s': rate('sequence'),
        'bare p99 ms': result['bare']?.p99 ?? NaN,
        'port alone p99 ms': result['port']?.p99 ?? NaN,
      },
      ratios,
      correct:
        callers === 128
          ? {
              'port alone, numbered afterwards: sequences dense': await isDense(relieved),
              'port + numbering: sequences dense': await isDense(own.log),
            }
          : {},
    });
  }
  await client.dispose();
  await relieved.close();
  numberer.disconnect();
  await once(numberer, 'exit');
  await shared.close();
  await own.close();
  return rows;
}

/** Another process, which is the first consumer of the log. */
async function numberedElsewhere(log: Numbered): Promise<ReturnType<typeof fork>> {
  const child = fork(fileURLToPath(new URL('../numberer.js', import.meta.url)));
  child.send(log);
  await once(child, 'message');
  return child;
}

function appendBare(client: EventStoreDBClient, prefix: string): Promise<unknown> {
  const { stream, events } = oneEvent();
  const [event] = events;
  return client.appendToStream(
    `bare${prefix}${stream}`,
    binaryEvent({
      id: event?.id ?? randomUUID(),
      type: event?.type ?? '',
      data: Buffer.from(event?.data ?? ''),
      metadata: Buffer.from(event?.meta ?? ''),
    }),
    { expectedRevision: NO_STREAM },
  );
}

/** Every event of the log once, under the sequence after the one before. */
async function isDense(log: EventLog): Promise<boolean> {
  const { sequence } = await log.head();
  let [position, seen] = [0n, 0];
  for (;;) {
    const page = await log.readAll(position, 1_000);
    if (page.some((event, i) => event.sequence !== seen + i + 1)) return false;
    seen += page.length;
    position = page.at(-1)?.position ?? position;
    if (page.length < 1_000) return seen === sequence;
  }
}
