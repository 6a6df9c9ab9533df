/**
 * Appends of one event on a real EventStoreDB (EVENTSTOREDB_URL): the bare client, with the bytes that the port stores;
 * the port alone, whose events are numbered after each turn; the port that numbers in this process meanwhile, without and
 * with waiting for the sequence.
 */
import pg from 'pg';
import { binaryEvent, EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import type { StoreProposal } from '../../../src/event-log/eventstoredb/answers.js';
import { wrap } from '../../../src/event-log/eventstoredb/wire.js';
import type { EventLog } from '../../../src/event-log/port.js';
import { esdbLog, type EsdbLog } from '../../support/esdb/engines.js';
import { race, type Plan } from '../harness.js';
import type { BenchRow, Ratio } from '../report.js';
import { oneEvent } from './append.js';

const CALLERS = [1, 32, 128] as const;
/** Seconds: what runs for the first time is several times slower. */
const WARM_UP = 4;
/** A node's disk stops a turn for a second or two now and then: the median is taken of more turns than elsewhere. */
const MORE_ROUNDS = 2;
/** As the numbering's leader does. */
const LEAD = 'SELECT pg_advisory_lock(8062, 1)';
const STEP_DOWN = 'SELECT pg_advisory_unlock(8062, 1)';

export async function eventStoreDbRows({ seconds, rounds, say }: Plan): Promise<BenchRow[]> {
  const url = process.env['EVENTSTOREDB_URL'] ?? '';
  if (url === '') return [];
  const own = await esdbLog(url);
  const client = EventStoreDBClient.connectionString(url);
  const shared = await esdbLog(url, { poll: 500 });
  await shared.log.close();
  const relieved = await Relieved.of(shared);
  const rows: BenchRow[] = [];
  for (const callers of CALLERS) {
    say(`append to EventStoreDB, ${callers} callers`);
    const bare = () => appendBare(client, own.prefix);
    // What one turn has left to number must not burden the next.
    const after = async (name: string): Promise<void> => {
      if (name === 'port') await relieved.number();
      else if (name !== 'bare') await own.log.head();
    };
    const options = { callers, seconds, warmUp: WARM_UP, after };
    const alone = await race(
      { bare, port: () => relieved.log.append(oneEvent(), { numbered: false }) },
      { ...options, rounds: MORE_ROUNDS * rounds },
    );
    const numbering = await race(
      {
        bare,
        numbering: () => own.log.append(oneEvent(), { numbered: false }),
        sequence: () => own.log.append(oneEvent()),
      },
      { ...options, rounds: Math.ceil(rounds / 2) },
    );
    const ratios: Ratio[] = [
      {
        of: 'port alone : bare client',
        value: alone.port.perSecond / alone.bare.perSecond,
        reach: callers > 1 ? { atLeast: 0.9 } : null,
      },
      {
        of: 'port + numbering : bare client',
        value: numbering.numbering.perSecond / numbering.bare.perSecond,
        reach: null,
      },
    ];
    rows.push({
      what: `append of one event to EventStoreDB, ${callers} callers`,
      figures: {
        'bare client /s': alone.bare.perSecond,
        'slowest turn': alone.bare.slowest,
        'fastest turn': alone.bare.fastest,
        'port alone /s': alone.port.perSecond,
        'its slowest turn': alone.port.slowest,
        'its fastest turn': alone.port.fastest,
        'port + numbering /s': numbering.numbering.perSecond,
        'port, sequence awaited /s': numbering.sequence.perSecond,
        'bare p99 ms': alone.bare.p99,
        'port alone p99 ms': alone.port.p99,
      },
      ratios,
      correct:
        callers === 128
          ? {
              'port alone, numbered afterwards: sequences dense': await isDense(relieved.log),
              'port + numbering: sequences dense': await isDense(own.log),
            }
          : {},
    });
  }
  await client.dispose();
  await relieved.close();
  await shared.close();
  await own.close();
  return rows;
}

/** A log whose numbering stands by, as beside a process that numbers on another machine. */
class Relieved {
  private constructor(
    private readonly shared: EsdbLog,
    private readonly leader: pg.Client,
    public log: EventLog,
  ) {}

  static async of(shared: EsdbLog): Promise<Relieved> {
    const leader = new pg.Client({ ...shared.database.superuser });
    await leader.connect();
    await leader.query(LEAD);
    return new Relieved(shared, leader, await shared.again());
  }

  /** All that was appended, by one that leads for so long. */
  async number(): Promise<void> {
    await this.log.close();
    await this.leader.query(STEP_DOWN);
    const numbering = await this.shared.again();
    await numbering.head();
    await numbering.close();
    await this.leader.query(LEAD);
    this.log = await this.shared.again();
  }

  async close(): Promise<void> {
    await this.log.close();
    await this.leader.end();
  }
}

function appendBare(client: EventStoreDBClient, prefix: string): Promise<unknown> {
  const { stream, events } = oneEvent();
  const [{ id, type, data, metadata }] = events.map((event) => wrap(event, null)) as [StoreProposal];
  return client.appendToStream(
    `bare${prefix}${stream}`,
    binaryEvent({ id, type, data: Buffer.from(data), metadata: Buffer.from(metadata) }),
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
