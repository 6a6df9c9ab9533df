/** A deployment in small: a real log, reference data, the record desk and the read models. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { CatalogueBody } from '../../src/catalogues/facts.js';
import { deskReferences } from '../../src/core.js';
import type { EventLog, RecordedEvent } from '../../src/event-log/port.js';
import { openPostgresLog } from '../../src/event-log/postgres/postgresLog.js';
import type { UnitChange } from '../../src/organisation/decide.js';
import type { FoldingThreads } from '../../src/projecting/foldingThreads.js';
import type { Projection } from '../../src/projecting/projection.js';
import { Projections } from '../../src/projecting/projections.js';
import type { Logger, Tuning } from '../../src/projecting/runner.js';
import type { Change } from '../../src/record/decide.js';
import { RecordCodec } from '../../src/recording/codec.js';
import { RecordDesk, type CommandAnswer } from '../../src/recording/recordDesk.js';
import { ReferenceRecorder } from '../../src/reference/recorder.js';
import { ReferenceService } from '../../src/reference/service.js';
import type { KeyringSealer } from '../../src/sealing/sealer.js';
import { memorySealer } from '../../src/sealing/sealer.js';
import { PROJECTIONS } from '../../projections/all.js';
import { opened as unitOpened } from '../organisation/support.js';
import { ACTOR } from '../support/desk.js';
import { quietLogger } from '../support/logger.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';
import { UNIT } from '../support/record.js';

export const PERSON_PROJECTIONS = [
  'status',
  'profile',
  'history',
  'deadlines',
  'completeness',
  'movements',
] as const;

export class World {
  private readonly open: Projections[] = [];
  readonly codec: RecordCodec;
  readonly desk: RecordDesk;
  readonly recorder: ReferenceRecorder;

  private constructor(
    readonly db: TestDatabase,
    readonly log: EventLog,
    readonly sealer: KeyringSealer,
    readonly references: ReferenceService,
    /** As a superuser, for looking in. */
    readonly sql: pg.Client,
  ) {
    this.codec = new RecordCodec(sealer);
    this.desk = new RecordDesk(log, sealer, deskReferences(references));
    this.recorder = new ReferenceRecorder(log, references);
  }

  /** @param sealerOf how values are sealed; default: under keys in memory, the same in every run. */
  static async open(
    sealerOf: (db: TestDatabase, log: EventLog) => Promise<KeyringSealer> | KeyringSealer = () =>
      memorySealer('test'),
  ): Promise<World> {
    const db = await testDatabase();
    const log = await openPostgresLog({ connection: db.log });
    const sql = new pg.Client({ ...db.superuser, types: AS_TEXT });
    sql.on('error', () => undefined);
    await sql.connect();
    return new World(db, log, await sealerOf(db, log), new ReferenceService(log), sql);
  }

  async close(): Promise<void> {
    await Promise.all(this.open.map((p) => p.stop()));
    await this.references.stop();
    await this.log.close();
    await this.sealer.close();
    await this.sql.end();
    await this.db.close();
  }

  /** The read models of one process; stopped with the world. */
  projections(
    tuning: Tuning & {
      projections?: readonly Projection[];
      logger?: Logger;
      log?: EventLog;
      mostEvents?: number;
      threads?: () => FoldingThreads;
    } = {},
  ): Projections {
    const made = new Projections({
      log: this.log,
      decoder: this.codec,
      projections: PROJECTIONS,
      connection: this.db.projector,
      logger: quietLogger,
      beatEvery: 50,
      takeOverEvery: 20,
      ...tuning,
    });
    this.open.push(made);
    return made;
  }

  /** Ends one of them now. */
  async stop(projections: Projections): Promise<void> {
    this.open.splice(this.open.indexOf(projections), 1);
    await projections.stop();
  }

  /** A command on a record as it is now; the answer must be done. */
  async done(record: string, ...changes: readonly Change[]) {
    const answer = await this.send(record, ...changes);
    if (answer.kind !== 'done') throw new Error(`not done: ${JSON.stringify(answer)}`);
    return answer;
  }

  async send(record: string, ...changes: readonly Change[]): Promise<CommandAnswer> {
    const expected = (await this.desk.load(record)).stored.at(-1)?.revision ?? 'none';
    return this.desk.execute({ record, changes, expected, ...frame(changes) });
  }

  async merge(record: string, into: string): Promise<CommandAnswer> {
    const expected = (await this.desk.load(record)).stored.at(-1)?.revision ?? 0;
    return this.desk.merge({ record, into, expected, reason: 'lập trùng', ...frame([record, into]) });
  }

  async unit(id: string, ...changes: readonly UnitChange[]): Promise<void> {
    const outcome = await this.recorder.recordUnit(id, { changes, eventId: () => randomUUID() }, META);
    if (outcome.kind !== 'recorded') throw new Error(`not recorded: ${JSON.stringify(outcome)}`);
  }

  /** Sở Nội vụ and Sở Tài chính, since 1990. */
  async departments(): Promise<void> {
    for (const [unit, code] of [
      [UNIT.homeAffairs, 'snv'],
      [UNIT.finance, 'stc'],
    ] as const)
      await this.unit(unit, { kind: 'record', fact: unitOpened('1990-01-01', { code }) });
  }

  /** Says something of a list; answers the id of the event. */
  async catalogue(list: string, body: CatalogueBody): Promise<string> {
    const eventId = randomUUID();
    const outcome = await this.recorder.recordCatalogue(list, { body, eventId }, META);
    if (outcome.kind !== 'recorded') throw new Error(`not recorded: ${JSON.stringify(outcome)}`);
    return eventId;
  }

  /** An event as somebody else's release may write it. */
  async raw(stream: string, type: string): Promise<RecordedEvent> {
    const id = randomUUID();
    const event = { id, type, version: 1, data: '{"open":{},"sealed":{}}', meta: JSON.stringify(META) };
    await this.log.append({ stream, expected: 'any', events: [event] });
    return (await this.log.readStream(stream)).at(-1)!;
  }

  /** Until projections have read all that the log holds now. */
  async caughtUp(projections: Projections, names: readonly string[] = PROJECTIONS.map((p) => p.name)) {
    const { position } = await this.log.head();
    for (const name of names) await projections.until(name, position, 20_000);
  }

  async rows<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.sql.query<Row>(text, values)).rows;
  }

  /** A hash of every column of every row of every table of the models that serve, by projection. */
  async hashes(): Promise<Record<string, string>> {
    const hashes: Record<string, string> = {};
    for (const { projection, schema_name: schema } of await this.rows<{
      projection: string;
      schema_name: string;
    }>(`SELECT projection, schema_name FROM projecting.model WHERE state = 'serving' ORDER BY projection`)) {
      const tables = await this.rows<{ tablename: string }>(
        'SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY tablename',
        [schema],
      );
      for (const { tablename } of tables) {
        const [row] = await this.rows<{ hash: string }>(
          `SELECT count(*) || ':' || md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE "C"), '')) AS hash
             FROM "${schema}"."${tablename}" t`,
        );
        hashes[`${projection}.${tablename}`] = row!.hash;
      }
    }
    return hashes;
  }
}

const META = { actor: ACTOR };

function frame(body: unknown) {
  return { actor: ACTOR, idempotencyKey: randomUUID(), body: JSON.stringify(body), dryRun: false };
}

const AS_TEXT: pg.CustomTypesConfig = { getTypeParser: () => (value: unknown) => value };

/** The n-th person's id. */
export function personId(n: number): string {
  return `00000000-0000-4000-b000-${String(n).padStart(12, '0')}`;
}
