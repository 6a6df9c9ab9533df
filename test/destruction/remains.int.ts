/** What a lawful destruction leaves: nothing, in any table, statistics or file, once the stated procedure has run. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import pg from 'pg';
import { PROJECTIONS } from '../../projections/all.js';
import { DestructionDesk, type DestructionDeskParts } from '../../src/destruction/destructionDesk.js';
import { scrub } from '../../src/destruction/scrub.js';
import { deskReferences } from '../../src/core.js';
import { RecordDesk } from '../../src/recording/recordDesk.js';
import { destroyedByLog } from '../../src/recording/codec.js';
import type { EventLog } from '../../src/event-log/port.js';
import { SealBroken } from '../../src/sealing/port.js';
import { openSealer } from '../../src/sealing/sealer.js';
import type { TestDatabase } from '../support/postgres.js';
import { NotYet, type Projections } from '../../src/projecting/projections.js';
import type { FieldGroup } from '../../src/fieldGroups.js';
import { ACTOR } from '../support/desk.js';
import { fact, hired, opened, record, UNIT } from '../support/record.js';
import { opened as unitOpened } from '../organisation/support.js';
import { personId, World } from '../projecting/support.js';

const [A, B] = [personId(1), personId(2)];
/** Values of A and of B that stand nowhere else. */
const GONE = 'Qzwxkhongconlai';
const STAYS = 'Qzwxvanconlai';

describe('After a lawful destruction', () => {
  let w: World;
  let home: string;
  let projections: Projections;
  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'hoso-destroy-'));
    w = await World.open(async (db, log) => (await sealerOf(db, log)).sealer);
    await w.unit(UNIT.homeAffairs, {
      kind: 'record',
      fact: unitOpened('1990-01-01', { code: 'snv', level: 3 }),
    });
    for (const [id, name] of [
      [A, GONE],
      [B, STAYS],
    ] as const)
      await w.done(
        id,
        record(opened('2012-10-03', { familyName: name, givenName: name })),
        record(hired()),
        record(fact('remarked', '2014-01-01', { remark: name })),
      );
    projections = w.projections();
    projections.start();
    await w.caughtUp(projections);
  });
  afterEach(async () => {
    await w.close();
    rmSync(home, { recursive: true, force: true });
  });

  const sealerOf = (db: TestDatabase, log: EventLog) =>
    openSealer({
      connection: db.keys,
      masterKeyFile: join(home, 'master.key'),
      toldDestroyed: destroyedByLog(log),
    });
  const deskOver = (forgotten: DestructionDeskParts['forgotten']) =>
    new DestructionDesk({
      log: w.log,
      sealer: w.sealer,
      desk: w.desk,
      references: deskReferences(w.references),
      forgotten,
    });
  const desk = () => deskOver((id, position) => projections.forgotten(id, position));
  const frame = (account: string, body: string) => ({
    actor: { ...ACTOR, account },
    idempotencyKey: randomUUID(),
    body,
    dryRun: false,
  });
  async function proposed(groups: readonly FieldGroup[] = ['identity', 'history']): Promise<string> {
    const answer = await desk().propose({
      ...frame(ACTOR.account, 'p'),
      record: A,
      groups,
      decision: { number: '9/QĐ-LT' },
      reason: 'hết hạn',
    });
    if (answer.kind !== 'done') throw new Error(JSON.stringify(answer.kind));
    return answer.id;
  }
  const approve = (id: string, by = desk()) =>
    by.take({ ...frame('second', 'a'), id, expected: 0, step: { kind: 'approve' } });

  /** Rows of all tables of all schemas, and statistics of them, in which a text stands. */
  async function rowsWith(text: string): Promise<number> {
    const tables = await w.rows<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
        WHERE schemaname !~ '^(pg_toast|information_schema)' AND tablename <> 'pg_largeobject'`,
    );
    let found = 0;
    for (const { name } of tables) {
      const [row] = await w.rows<{ n: string }>(
        `SELECT count(*) AS n FROM ${name} t WHERE strpos(lower(t::text), lower($1)) > 0`,
        [text],
      );
      found += Number(row!.n);
    }
    return found;
  }

  /** Files of the whole server in which a text stands, as typed or without its capitals. */
  async function filesWith(text: string): Promise<number> {
    const [row] = await w.rows<{ directory: string }>(
      `SELECT current_setting('data_directory') AS directory`,
    );
    return filesBelow(row!.directory).filter((file) => {
      const bytes = readFileSync(file);
      return [text, text.toLowerCase()].some((t) => bytes.includes(t));
    }).length;
  }

  it('no table, statistics nor file of the server holds the values, where they were counted before', async function () {
    this.timeout(60_000);
    // A version kept beside the one that serves, as after an upgrade or a rebuild.
    await projections.rebuild('profile');
    const version = PROJECTIONS.find(({ name }) => name === 'profile')!.version;
    for (const table of ['segment', 'name_word']) await w.rows(`ANALYZE profile_v${version}.${table}`);
    await w.rows('CHECKPOINT');
    expect(await rowsWith(GONE)).to.be.greaterThan(5);
    expect(await filesWith(GONE)).to.be.greaterThan(0);
    const others = await rowsWith(STAYS);
    const key = await keyBytes();

    const done = await approve(await proposed());
    expect(done.kind === 'done' && done.destruction.status).to.equal('carried_out');
    // The command has answered: no row is left in any version, whatever the statistics still say.
    expect(await rowsWith(GONE)).to.equal(await statisticsWith(GONE));
    await scrub(w.db);
    expect(await rowsWith(GONE)).to.equal(0);
    expect(await filesWith(GONE)).to.equal(0);
    expect(await filesWithBytes(key)).to.equal(0);
    expect(await rowsWith(STAYS))
      .to.be.greaterThan(0)
      .and.be.at.most(others);
    // What is left still rebuilds, to the same.
    const live = await w.hashes();
    await projections.rebuild(PROJECTIONS.map((p) => p.name));
    expect(await w.hashes()).to.deep.equal(live);
  });

  /** The wrapped bytes of A's key of the group identity. */
  async function keyBytes(): Promise<Buffer> {
    const client = new pg.Client({ ...w.db.keysOwner });
    await client.connect();
    await client.query('ANALYZE keys.keys');
    const { rows } = await client.query<{ wrapped: Buffer }>(
      `SELECT wrapped FROM keys.keys WHERE owner = $1 AND field_group = 'identity'`,
      [`person-${A}`],
    );
    await client.end();
    await w.rows('CHECKPOINT');
    expect(await filesWithBytes(rows[0]!.wrapped)).to.be.greaterThan(0);
    return rows[0]!.wrapped;
  }

  async function filesWithBytes(bytes: Buffer): Promise<number> {
    const [row] = await w.rows<{ directory: string }>(
      `SELECT current_setting('data_directory') AS directory`,
    );
    return filesBelow(row!.directory).filter((file) => readFileSync(file).includes(bytes)).length;
  }

  async function statisticsWith(text: string): Promise<number> {
    const [row] = await w.rows<{ n: string }>(
      `SELECT count(*) AS n FROM pg_statistic t WHERE strpos(lower(t::text), lower($1)) > 0`,
      [text],
    );
    return Number(row!.n);
  }

  it('while a read model may hold the values it is not told as carried out, and is completed later', async () => {
    const id = await proposed();
    const broken = deskOver(() => Promise.reject(new NotYet('profile_v1', 1n)));
    expect(await approve(id, broken).catch((e: unknown) => e)).to.be.instanceOf(NotYet);
    expect(await broken.completeAll()).to.deep.equal([id]);
    expect(await desk().completeAll()).to.deep.equal([]);
    expect((await desk().load(id)).events.map((e) => e.body.kind).at(-1)).to.equal('destruction_carried_out');
  });

  it('keys that a restored backup brings back are destroyed again at the next start; those made since stay', async () => {
    const keys = new pg.Client({ ...w.db.keysOwner });
    await keys.connect();
    await keys.query('CREATE TEMPORARY TABLE backup AS TABLE keys.keys');
    await approve(await proposed());
    await w.done(A, record(fact('remarked', '2015-01-01', { remark: 'Ghi chú mới' })));
    await keys.query(
      `UPDATE keys.keys k SET wrapped = b.wrapped, destroyed_at = NULL FROM backup b
        WHERE b.id = k.id AND k.field_group = 'identity'`,
    );
    const { sealer } = await sealerOf(w.db, w.log);
    const fresh = new RecordDesk(w.log, sealer, deskReferences(w.references));
    const started = new DestructionDesk({
      log: w.log,
      sealer,
      desk: fresh,
      references: deskReferences(w.references),
      forgotten: () => Promise.resolve(),
    });
    await started.destroyAgain();
    const { rows } = await keys.query<{ n: string }>(
      `SELECT count(*) AS n FROM keys.keys WHERE owner = $1 AND field_group = 'identity' AND wrapped IS NOT NULL`,
      [`person-${A}`],
    );
    expect(rows[0]!.n).to.equal('0');
    const { events } = await fresh.load(A);
    expect(JSON.stringify(events)).to.include('Ghi chú mới').and.not.include(GONE);
    await sealer.close();
    await keys.end();
  });

  it('a key that was destroyed behind the log’s back is an alarm, wherever its values are read', async () => {
    const lost = await w.sealer.keysInUse([{ owner: `person-${A}`, group: 'identity' }]);
    const keys = new pg.Client({ ...w.db.keysOwner });
    await keys.connect();
    await keys.query('SELECT keys.destroy($1, $2, $3)', [
      lost.map((k) => k.keyId),
      lost.map((k) => k.owner),
      lost.map((k) => k.group),
    ]);
    await keys.end();
    const { sealer } = await sealerOf(w.db, w.log);
    const desk = new RecordDesk(w.log, sealer, deskReferences(w.references));
    const error = await desk.load(A).catch((e: unknown) => e);
    expect(error).to.be.instanceOf(SealBroken);
    expect(String(error)).to.include('no event in the log destroyed it');
    expect((await desk.load(B)).events).to.have.length(3);
    await sealer.close();
  });
});

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
}
