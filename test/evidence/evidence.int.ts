import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import pg from 'pg';
import { EvidenceKeyRefused, openSigners } from '../../src/evidence/keyFile.js';
import { makeSigner } from '../../src/evidence/note.js';
import { MemoryRegister, PostgresRegister } from '../../src/evidence/register.js';
import { FileTiles } from '../../src/evidence/tileStore.js';
import type { EventLog } from '../../src/event-log/port.js';
import { openPostgresLog } from '../../src/event-log/postgres/postgresLog.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';
import { check, evidenceOf, grow, type Kept } from './support.js';

describe('Evidence on PostgreSQL, with files', () => {
  let database: TestDatabase;
  let log: EventLog;
  let register: PostgresRegister;
  let directory: string;
  let kept: Kept;
  let owner: pg.Client;

  before(async () => {
    database = await testDatabase();
    log = await openPostgresLog({ connection: database.log });
    register = new PostgresRegister(database.projector);
    directory = mkdtempSync(join(tmpdir(), 'hoso-evidence-'));
    kept = evidenceOf(log, { register, tiles: new FileTiles(directory) });
    await grow(log, 3_000);
    await kept.evidence.publish();
    await grow(log, 500);
    await kept.evidence.publish();
    owner = new pg.Client({ ...database.owner });
    await owner.connect();
  });
  after(async () => {
    await owner.end();
    await register.close();
    await log.close();
    await database.close();
    rmSync(directory, { recursive: true });
  });

  /** What verify finds after the owner, triggers off, has done this; then it is undone. */
  async function tampered(...statements: string[]): Promise<string> {
    await owner.query('BEGIN');
    await owner.query(
      'ALTER TABLE log.events DISABLE TRIGGER USER; ALTER TABLE log.head DISABLE TRIGGER USER',
    );
    await owner.query(
      'CREATE TABLE log.saved AS TABLE log.events; CREATE TABLE log.saved_head AS TABLE log.head',
    );
    for (const statement of statements) await owner.query(statement);
    await owner.query('COMMIT');
    const { outcome, faults } = await check(kept);
    await owner.query(`BEGIN; DELETE FROM log.events; INSERT INTO log.events TABLE log.saved;
      DELETE FROM log.head; INSERT INTO log.head TABLE log.saved_head; DROP TABLE log.saved, log.saved_head;
      ALTER TABLE log.events ENABLE ALWAYS TRIGGER refuse_change; ALTER TABLE log.head ENABLE ALWAYS TRIGGER refuse_change;
      COMMIT`);
    return `${outcome} ${faults[0]?.rule ?? ''} ${faults[0]?.sequence ?? ''}`.trim();
  }

  it('finds the log whole, and again after what follows', async () => {
    expect(await check(kept)).to.deep.include({
      outcome: 'intact',
      faults: [],
      events: 3_500,
      covered: 3_500,
    });
  });

  it('finds what the owner of the tables does behind the log’s back, and names the event', async () => {
    const at = 'WHERE position = 1234';
    expect(await tampered(`UPDATE log.events SET data = replace(data, 'x', 'y') ${at}`)).to.equal(
      'broken event_altered 1234',
    );
    expect(
      await tampered(`UPDATE log.events SET recorded_at = recorded_at - interval '1 ms' ${at}`),
    ).to.match(/1234$/);
    expect(await tampered(`DELETE FROM log.events ${at}`)).to.equal('broken sequence_missing 1234');
    const renumber = (by: number) => [
      `UPDATE log.events SET position = position + 100000 WHERE position >= 1234`,
      `UPDATE log.events SET position = position - 100000 + ${by} WHERE position >= 100000`,
      `UPDATE log.head SET position = position + ${by}`,
    ];
    expect(await tampered(`DELETE FROM log.events ${at}`, ...renumber(-1))).to.equal(
      'broken event_altered 1234',
    );
    const insert = `INSERT INTO log.events SELECT 1234, 'person-new', 0, gen_random_uuid(), type, version, data, meta, recorded_at
      FROM log.events WHERE position = 1233`;
    expect(await tampered(...renumber(1), insert)).to.equal('broken event_altered 1234');
    const swap = [
      '100001 WHERE position = 1234',
      '1234 WHERE position = 2222',
      '2222 WHERE position = 100001',
    ];
    expect(await tampered(...swap.map((s) => `UPDATE log.events SET position = ${s}`))).to.match(
      /^broken \w+ 1234$/,
    );
    const cut = ['DELETE FROM log.events WHERE position > 3400', 'UPDATE log.head SET position = 3400'];
    expect(await tampered(...cut)).to.equal('broken cut 3401');
    expect(await tampered(cut[0]!)).to.equal('broken sequence_missing 3401');
    expect(await tampered(cut[1]!)).to.equal('broken head 3400');
    expect((await check(kept)).outcome).to.equal('intact');
  }).timeout(60_000);

  it('keeps one root for each size, which nobody takes back', async () => {
    const root = Buffer.alloc(32, 9);
    const standing = await register.enter(kept.evidence.origin, { size: 3_500, root, note: 'forged' });
    expect(standing.root).to.not.deep.equal(root);
    for (const sql of [
      'UPDATE evidence.checkpoint SET size = 1',
      'DELETE FROM evidence.checkpoint',
      'TRUNCATE evidence.checkpoint',
      'DELETE FROM evidence.signer',
    ])
      expect(
        await owner.query(sql).then(
          () => 'done',
          (e: unknown) => (e as { code: string }).code,
        ),
        sql,
      ).to.equal('42501');
  });

  it('makes the signing key once, for its owner only, and refuses another in its place', async () => {
    const file = join(directory, 'keys', 'x.evidence.key');
    const keys = new MemoryRegister();
    const [first] = await openSigners(file, keys, 'hoso.example/here');
    expect(first.verifier.name).to.equal('hoso.example/here');
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    const refusal = (origin?: string) =>
      openSigners(file, keys, origin).then(
        () => '',
        (e: unknown) => {
          expect(e).to.be.instanceOf(EvidenceKeyRefused);
          return (e as Error).message;
        },
      );
    expect(await refusal()).to.equal('');
    expect(await refusal('hoso.example/there')).to.include('is of origin hoso.example/here');
    const own = readFileSync(file, 'utf8');
    const next = makeSigner('hoso.example/here');
    writeFileSync(file, `${own}${next.text}\n`);
    expect(await openSigners(file, keys)).to.have.length(2);
    writeFileSync(file, next.text);
    expect(await refusal()).to.equal(''); // exchanged by way of both
    writeFileSync(file, makeSigner('hoso.example/here').text);
    expect(await refusal()).to.include('is not one that signed');
    writeFileSync(file, 'x');
    expect(await refusal()).to.include('holds no evidence key');
    chmodSync(file, 0o644);
    expect(await refusal()).to.include('open to other users');
    rmSync(file);
    expect(await refusal()).to.include('cannot be read');
    expect(existsSync(file)).to.equal(false);
  });
});
