import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import pg from 'pg';
import type { EventLog, RecordedEvent } from '../../src/event-log/port.js';
import { DEMO_MARK } from '../../src/event-log/port.js';
import { openPostgresLog } from '../../src/event-log/postgres/postgresLog.js';
import type { Place } from '../../src/moving/copyInto.js';
import { move, repoint } from '../../src/moving/move.js';
import { OperatorError } from '../../src/operatorError.js';
import { allOf, checkOrder, event, newStream, request } from '../contract/eventLogContract.js';
import { check, evidenceOf } from '../evidence/support.js';
import { standInLog } from '../support/esdb/engines.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';

const quiet = { signal: new AbortController().signal, onProgress: () => undefined };
const withoutPosition = (events: readonly RecordedEvent[]): object[] =>
  events.map((e) => ({ ...e, position: undefined }));

describe('A move of the log', function () {
  this.timeout(60_000);
  let databases: TestDatabase[];
  let logs: EventLog[];
  let esdb: Awaited<ReturnType<typeof standInLog>>;

  const postgres = async (): Promise<Extract<Place, { kind: 'postgresql' }>> => {
    const database = await testDatabase();
    databases.push(database);
    const log = await openPostgresLog({ connection: database.log });
    logs.push(log);
    return { kind: 'postgresql', log, connection: database.log };
  };

  beforeEach(async () => {
    databases = [];
    logs = [];
    esdb = await standInLog();
  });
  afterEach(async () => {
    for (const log of logs) await log.close();
    for (const database of databases) await database.close();
    await esdb.close();
  });

  /** A log with past times, streams that interleave, appends of several events, and bytes that are easily changed. */
  async function filled(): Promise<Extract<Place, { kind: 'postgresql' }>> {
    const place = await postgres();
    const { log } = place;
    const at = (day: number) => ({ recordedAt: `2013-01-${String(day).padStart(2, '0')}T00:00:00.123Z` });
    await log.append(request('log-demo', 'none', event('{}', randomUUID(), DEMO_MARK)), at(1));
    const streams = Array.from({ length: 5 }, () => newStream());
    for (let n = 0; n < 60; n++)
      await log.append(
        request(streams[n % 5]!, 'any', event('{"10":1,"2":"ệ"}'), { ...event(), meta: `{"n":${n}}` }),
        at(2 + Math.floor(n / 4)),
      );
    await log.append(request(newStream(), 'none'));
    return place;
  }

  it('to EventStoreDB and back keeps order, sequences, ids, times and bytes', async () => {
    const from = await filled();
    const before = withoutPosition(await allOf(from.log));
    const there: Place = { kind: 'eventstoredb', log: esdb.log };
    expect(await move(from, there, quiet)).to.deep.equal({
      found: 0,
      copied: 122,
      interrupted: false,
      verified: 122,
    });
    expect(withoutPosition(await checkOrder(esdb.log))).to.deep.equal(before);
    expect(esdb.log.pastTimes).to.equal(null);
    const back = await postgres();
    await move(there, back, quiet);
    expect(withoutPosition(await checkOrder(back.log))).to.deep.equal(before);
  });

  it('leaves the evidence as it was: the tree goes on, on either engine, under the same checkpoints', async () => {
    const from = await filled();
    const there: Place = { kind: 'eventstoredb', log: esdb.log };
    const { tiles, register, evidence } = evidenceOf(from.log);
    const before = await evidence.publish();
    await move(from, there, quiet);
    const moved = evidenceOf(esdb.log, { tiles, register });
    expect((await moved.evidence.publish()).root).to.deep.equal(before.root);
    await esdb.log.append(request(newStream(), 'none'));
    const later = await moved.evidence.publish();
    expect(later.size).to.equal(before.size + 1);
    expect((await check(moved)).outcome).to.equal('intact');
    await move(there, from, quiet);
    const back = evidenceOf(from.log, { tiles, register });
    await from.log.append(request(newStream(), 'none'));
    expect((await back.evidence.publish()).size).to.equal(later.size + 1);
    expect((await check(back)).outcome).to.equal('intact');
  });

  it('that was interrupted goes on where it stopped', async () => {
    const from = await filled();
    const there: Place = { kind: 'eventstoredb', log: esdb.log };
    const all = await allOf(from.log);
    await esdb.log.letPastTimes(true);
    await esdb.log.copy(
      all.slice(0, 50).map(({ stream, revision, ...e }) => ({
        stream,
        expected: revision === 0 ? ('none' as const) : revision - 1,
        events: [{ id: e.id, type: e.type, version: e.version, data: e.data, meta: e.meta }],
      })),
      ({ events }) => all.find((e) => e.id === events[0]?.id)?.recordedAt ?? null,
    );
    expect(await move(from, there, quiet)).to.deep.equal({
      found: 50,
      copied: 72,
      interrupted: false,
      verified: 122,
    });
    expect(withoutPosition(await checkOrder(esdb.log))).to.deep.equal(withoutPosition(all));
  });

  it('into a log that holds something else is refused, and nothing is written', async () => {
    const from = await filled();
    await esdb.log.append(request(newStream(), 'none'));
    const error = await move(from, { kind: 'eventstoredb', log: esdb.log }, quiet).catch((e: unknown) => e);
    expect(error).to.be.instanceOf(OperatorError);
    expect(String(error)).to.contain('differ at sequence 1');
    expect((await esdb.log.head()).sequence).to.equal(1);
  });

  it('takes the checkpoints of read models and of processes along: each goes on after the same sequence', async () => {
    const from = await filled();
    const { database, log } = esdb;
    await move(from, { kind: 'eventstoredb', log }, quiet);
    const client = new pg.Client({ ...database.superuser });
    await client.connect();
    const places = async (): Promise<unknown> =>
      (
        await client.query<{ places: unknown }>(
          `SELECT (SELECT json_agg(json_build_array(target, position, stopped_position) ORDER BY schema_name)
                     FROM projecting.model) AS places
            UNION ALL SELECT json_agg(position) FROM consuming.consumer`,
        )
      ).rows.map((row) => row.places);
    try {
      await client.query(`INSERT INTO projecting.model (schema_name, projection, version, generation, definition, state,
          target, target_sequence, position, sequence, stopped_position, stopped_sequence)
        VALUES ('a_1', 'a', 1, 1, '', 'serving', 40, 40, 70, 70, NULL, NULL), ('b_1', 'b', 1, 1, '', 'building', 0, 0, 0, 0, 1, 1)`);
      await client.query("INSERT INTO consuming.consumer (name, position, sequence) VALUES ('c', 122, 122)");
      const before = await places();
      expect(await repoint(database.projector, 'eventstoredb')).to.equal(3);
      const at = async (sequence: number) => Number(await log.positionAt(sequence));
      expect(await places()).to.deep.equal([
        [
          [await at(40), await at(70), null],
          [0, 0, await at(1)],
        ],
        [await at(122)],
      ]);
      await repoint(database.projector, 'postgresql');
      expect(await places()).to.deep.equal(before);
    } finally {
      await client.query('DELETE FROM projecting.model');
      await client.query('DELETE FROM consuming.consumer');
      await client.end();
    }
  });

  it('ends the time in which events may tell their own time', async () => {
    const from = await postgres();
    await from.log.append(request(newStream(), 'none'));
    await move(from, { kind: 'eventstoredb', log: esdb.log }, quiet);
    const forged = { ...request(newStream(), 'none') };
    await esdb.log.copy([forged], () => '2011-01-01T00:00:00.000Z');
    expect((await esdb.log.head()).recordedAt! > '2026').to.equal(true);
  });
});
