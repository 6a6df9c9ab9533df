/** What reading costs the node: many follow the log in one process, and the same events are not fetched for each. */
import { expect } from 'chai';
import pg from 'pg';
import type { EventLog, RecordedEvent } from '../../../src/event-log/port.js';
import { allOf, event, newStream, request } from '../../contract/eventLogContract.js';
import { standInLog } from '../../support/esdb/engines.js';

const EVENTS = 60;

async function follow(log: EventLog): Promise<RecordedEvent[]> {
  const ending = new AbortController();
  const events: RecordedEvent[] = [];
  for await (const batch of log.subscribe({ after: 0n, signal: ending.signal, batchSize: 25 })) {
    events.push(...batch);
    if (events.length >= EVENTS) ending.abort();
  }
  return events;
}

describe('Reads of the log in EventStoreDB', () => {
  let opened: Awaited<ReturnType<typeof standInLog>>;
  beforeEach(async () => {
    opened = await standInLog();
    const events = Array.from({ length: EVENTS }, () => event());
    await opened.log.append(request(newStream(), 'none', ...events));
  });
  afterEach(() => opened.close());

  it('followers in the process that numbered read nothing again, and get what is in the log', async () => {
    const { log, standIn } = opened;
    const before = standIn.reads;
    const followed = await Promise.all(Array.from({ length: 5 }, () => follow(log)));
    expect(standIn.reads).to.equal(before);
    const all = await allOf(log);
    for (const events of followed) expect(events).to.deep.equal(all);
  });

  it('followers in another process share each part that they read', async () => {
    const other = await opened.again();
    try {
      const before = opened.standIn.reads;
      const followed = await Promise.all(Array.from({ length: 5 }, () => follow(other)));
      expect(opened.standIn.reads - before, 'three pages, each once').to.equal(3);
      const all = await allOf(opened.log);
      for (const events of followed) expect(events).to.deep.equal(all);
    } finally {
      await other.close();
    }
  });

  it('several streams come each in order of revision, whichever way PostgreSQL finds their rows', async () => {
    const { log, database, again } = opened;
    const streams = [newStream(), newStream()];
    for (let i = 0; i < 6; i++) await log.append(request(streams[i % 2] ?? '', 'any', event(), event()));
    const superuser = new pg.Client({ ...database.superuser });
    await superuser.connect();
    // Rows of a page that come in the order in which they lie there, and lie there in another than they were written in.
    await superuser.query('ALTER ROLE hoso_log SET enable_indexscan = off');
    await superuser.query('UPDATE numbering.events SET revision = revision WHERE revision < 3');
    const other = await again();
    try {
      const read = await other.readStreams(streams);
      expect(read.map((e) => [e.stream, e.revision])).to.deep.equal(
        streams.flatMap((stream) => [0, 1, 2, 3, 4, 5].map((revision) => [stream, revision])),
      );
    } finally {
      await superuser.query('ALTER ROLE hoso_log RESET enable_indexscan');
      await superuser.end();
      await other.close();
    }
  });

  it('whoever reads the log itself, to verify or to copy it, reads the store each time', async () => {
    const { log, standIn } = opened;
    for (const _ of [1, 2]) {
      const before = standIn.reads;
      expect(await log.readAll(0n, EVENTS)).to.have.length(EVENTS);
      expect(standIn.reads).to.be.greaterThan(before);
    }
  });
});
