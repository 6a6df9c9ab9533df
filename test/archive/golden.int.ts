/**
 * A backup as it was written when the formats were frozen: every event type and version, the keys, the accounts. Every
 * later release opens, verifies and restores it, reads the same from it, and archives the same from what it restored.
 * HOSO_UPDATE_GOLDEN=1 makes it where it is missing; no file of it is ever changed. What a later release adds goes into
 * a backup of its own beside. The binary data directory of a server is not kept: it is bound to that
 * server's version, and every byte of ours in it is in the backup.
 */
import { existsSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import pg from 'pg';
import { AccountCodec } from '../../src/access/codec.js';
import { ACCOUNT_FACTS, type AccountFact } from '../../src/access/facts.js';
import { backUpSecrets, BACKUP } from '../../src/archive/backup.js';
import { eventsOf, eventsTarget, restore } from '../../src/archive/restore.js';
import { kindSchemas } from '../../src/archive/schemas.js';
import { readPassphrase } from '../../src/archive/sealedFile.js';
import { ACCOUNT_TABLES, KEY_TABLES, restoreTables } from '../../src/archive/tableBackup.js';
import { verifyBag } from '../../src/archive/verifyBag.js';
import { decodeCatalogueEvent, encodeCatalogueEvent } from '../../src/catalogues/codec.js';
import type { CatalogueBody } from '../../src/catalogues/facts.js';
import { DestructionCodec } from '../../src/destruction/codec.js';
import type { DestructionBody } from '../../src/destruction/destruction.js';
import { openPostgresLog } from '../../src/event-log/postgres/postgresLog.js';
import type { EventLog, ProposedEvent, RecordedEvent } from '../../src/event-log/port.js';
import { PostgresRegister } from '../../src/evidence/register.js';
import { MemoryTiles } from '../../src/evidence/tileStore.js';
import { decodeUnitEvent, encodeUnitEvent } from '../../src/organisation/codec.js';
import { UNIT_FACTS, type UnitBody, type UnitFact, type UnitFactType } from '../../src/organisation/facts.js';
import { ProposalCodec } from '../../src/proposals/codec.js';
import type { ProposalBody } from '../../src/proposals/proposal.js';
import { fieldsOf, type FieldClass } from '../../src/record/fields.js';
import { RecordCodec } from '../../src/recording/codec.js';
import { openSealer, type KeyringSealer } from '../../src/sealing/sealer.js';
import { evidenceOf, SIGNER } from '../evidence/support.js';
import { BODIES, example, ID, META, OTHER } from '../support/everyEvent.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';
import { archived, contents, workplace } from './support.js';

// Golden files stand beside the sources; the compiled test reads its copies.
const COMPILED = new URL('../golden/', import.meta.url);
const SOURCES = new URL('../../../test/golden/', import.meta.url);

/** The second holds what came since the first: establishments, early raises given, and two forms with more fields. */
const BACKUPS = [
  { name: 'backup-1', kinds: 134 },
  { name: 'backup-2', kinds: 4 },
] as const;

for (const { name, kinds } of BACKUPS)
  describe(`The golden ${name}`, function () {
    this.timeout(120_000);
    const HERE = fileURLToPath(new URL(name, COMPILED));
    const place = workplace();
    let database: TestDatabase;

    before(async () => {
      if (!existsSync(join(HERE, 'log')) && process.env['HOSO_UPDATE_GOLDEN'] === '1') await make(name);
      database = await testDatabase();
      await cp(join(HERE, 'master.key'), place.at('master.key'));
      await chmod(place.at('master.key'), 0o600);
    });
    after(() => database.close());

    it('is whole, and signed by the key of that time', async () => {
      const report = await verifyBag(join(HERE, BACKUP.log), { trusted: [SIGNER.verifier] });
      expect(report.faults).to.deep.equal([]);
      expect(report.entries).to.equal(readings(HERE).length);
    });

    it('is restored, and every event reads as it did', async () => {
      const opener = { passphrase: await readPassphrase(join(HERE, 'passphrase.txt')) };
      expect(await restoreTables(database.keysOwner, KEY_TABLES, join(HERE, 'keys.sealed'), opener)).to.equal(
        keysIn(HERE),
      );
      expect(
        await restoreTables(database.owner, ACCOUNT_TABLES, join(HERE, BACKUP.accounts), opener),
      ).to.equal(1);
      const log = await openPostgresLog({ connection: database.log });
      const register = new PostgresRegister(database.projector);
      const to = { kind: 'postgresql' as const, log, connection: database.log };
      const bag = join(HERE, BACKUP.log);
      const { sealer } = await openSealer({
        connection: database.keys,
        masterKeyFile: place.at('master.key'),
        mayBegin: false,
      });
      try {
        const report = await restore({
          directory: bag,
          to: eventsTarget(to),
          register,
          tiles: new MemoryTiles(),
        });
        expect(report.outcome).to.equal('restored');
        const events = await log.readAll(0n, 10_000);
        expect(await readingsOf(events, sealer)).to.deep.equal(readings(HERE));
        await archived(evidenceOf(log), place.at('again'));
        const [then, now] = [await contents(bag), await contents(place.at('again'))];
        for (const [path, bytes] of then)
          if (/^data\/(tiles|keys|checkpoint|events-sha256)/.test(path))
            expect(now.get(path), path).to.equal(bytes);
      } finally {
        await sealer.close();
        await register.close();
        await log.close();
      }
    });

    it('holds no event type or version that this release does not know any more', async () => {
      const known = new Set(kindSchemas().map(({ kind }) => kind));
      const found = new Set<string>();
      for await (const page of eventsOf(join(HERE, BACKUP.log)))
        for (const { type, version } of page) found.add(`${type}/${version}`);
      expect(found.size).to.equal(kinds);
      expect([...found].filter((kind) => !known.has(kind))).to.deep.equal([]);
    });
  });

function readings(here: string): unknown[] {
  return JSON.parse(readFileSync(join(here, 'readings.json'), 'utf8')) as unknown[];
}

function keysIn(directory: string): number {
  return Number(readFileSync(join(directory, 'keys.count'), 'utf8'));
}

/** What a release reads of the events, by the codec of each category. */
async function readingsOf(events: readonly RecordedEvent[], sealer: KeyringSealer): Promise<unknown[]> {
  const read = async (event: RecordedEvent): Promise<unknown> => {
    const category = event.stream.slice(0, event.stream.indexOf('-'));
    switch (category) {
      case 'person':
        return (await new RecordCodec(sealer).decode([event]))[0]?.body;
      case 'account':
        return (await new AccountCodec(sealer).decode([event]))[0]?.fact;
      case 'proposal':
        return (await new ProposalCodec(sealer).decode([event]))[0]?.body;
      case 'destruction':
        return (await new DestructionCodec(sealer).decode([event]))[0]?.body;
      case 'unit':
        return decodeUnitEvent(event).body;
      default:
        return decodeCatalogueEvent(event).body;
    }
  };
  const all: unknown[] = [];
  for (const event of events) all.push(JSON.parse(JSON.stringify(await read(event))));
  return all;
}

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const dataOf = (fields: FieldClass): object =>
  Object.fromEntries(fieldsOf(fields).map((f) => [f.name, example(f)]));

/** Makes a backup, once: of what no other holds yet. */
async function make(name: string): Promise<void> {
  const SOURCE = fileURLToPath(new URL(name, SOURCES));
  const held = await heldBy(BACKUPS.filter((b) => b.name !== name));
  const database = await testDatabase();
  const log = await openPostgresLog({ connection: database.log });
  await mkdir(SOURCE, { recursive: true });
  const masterKeyFile = join(SOURCE, 'master.key');
  const { sealer } = await openSealer({ connection: database.keys, masterKeyFile });
  await append(log, sealer, held);
  const client = new pg.Client({ ...database.access });
  await client.connect();
  await client.query(
    `INSERT INTO accounts.credential (account, password_hash) VALUES ($1, '$argon2id$golden')`,
    [ID],
  );
  await client.end();
  const opener = { passphrase: 'mật khẩu của bản mẫu' };
  await writeFile(join(SOURCE, 'passphrase.txt'), `${opener.passphrase}\n`);
  await archived(evidenceOf(log), join(SOURCE, BACKUP.log));
  const { keys } = await backUpSecrets(database, SOURCE, join(SOURCE, '..', 'keys.sealed'), opener);
  await rename(join(SOURCE, '..', 'keys.sealed'), join(SOURCE, 'keys.sealed'));
  await writeFile(join(SOURCE, 'keys.count'), `${keys}\n`);
  const said = await readingsOf(await log.readAll(0n, 10_000), sealer);
  await writeFile(join(SOURCE, 'readings.json'), `${JSON.stringify(said)}\n`);
  await sealer.close();
  await log.close();
  await database.close();
  await cp(SOURCE, fileURLToPath(new URL(name, COMPILED)), { recursive: true });
}

/** Event types and versions that other backups hold. */
async function heldBy(others: readonly { readonly name: string }[]): Promise<ReadonlySet<string>> {
  const held = new Set<string>();
  for (const { name } of others)
    for await (const page of eventsOf(join(fileURLToPath(new URL(name, COMPILED)), BACKUP.log)))
      for (const { type, version } of page) held.add(`${type}/${version}`);
  return held;
}

async function append(log: EventLog, sealer: KeyringSealer, held: ReadonlySet<string>): Promise<void> {
  let count = 0;
  const put = async (stream: string, event: (id: string) => ProposedEvent | Promise<ProposedEvent>) => {
    count += 1;
    const made = await event(uuid(count));
    if (held.has(`${made.type}/${made.version}`)) return;
    await log.append({ stream, expected: 'any', events: [made] });
  };
  // What destroys keys stands last in a stream of its own, and names none that are in use.
  for (const [i, body] of BODIES.entries()) {
    const stream = `person-${uuid(1_000 + i)}`;
    await put(stream, async (id) => {
      const codec = new RecordCodec(sealer);
      return (await codec.encode({ stream, events: [{ id, body }], meta: META }))[0]!;
    });
  }
  for (const [type, fields] of Object.entries(ACCOUNT_FACTS)) {
    const fact = { type, data: dataOf(fields) } as unknown as AccountFact;
    await put(`account-${ID}`, (id) => new AccountCodec(sealer).encode(ID, id, fact, META));
  }
  for (const [type, { fields }] of Object.entries(UNIT_FACTS)) {
    const fact = { type, effective: '2013-05-01', data: dataOf(fields) } as unknown as UnitFact;
    await put(`unit-${ID}`, (id) => encodeUnitEvent({ id, body: { kind: 'fact', fact } }, META));
  }
  for (const body of unitChanges()) await put(`unit-${ID}`, (id) => encodeUnitEvent({ id, body }, META));
  for (const body of CATALOGUE) await put('catalogue-sex', (id) => encodeCatalogueEvent({ id, body }, META));
  for (const body of PROPOSAL)
    await put(`proposal-${ID}`, (id) =>
      new ProposalCodec(sealer).encode(`proposal-${ID}`, OTHER, { id, body }, META),
    );
  for (const body of DESTRUCTION)
    await put(`destruction-${ID}`, (id) =>
      new DestructionCodec(sealer).encode(`destruction-${ID}`, { id, body }, META),
    );
}

function unitChanges(): UnitBody[] {
  const type: UnitFactType = 'unit_renamed';
  const fact: UnitFact = { type, effective: '2013-05-02', data: { name: 'Tên' } };
  return [
    { kind: 'unit_fact_corrected', target: uuid(1), fact, approval: { number: '1/QĐ' } },
    { kind: 'unit_fact_rescinded', target: uuid(1) },
  ];
}

const CATALOGUE: readonly CatalogueBody[] = [
  {
    kind: 'catalogue_entry_recorded',
    entry: { code: 'x', name: 'Tên', source: 'TT 1', confirmed: true, attributes: { steps: '9' } },
  },
  { kind: 'catalogue_coverage_declared', coverage: { from: '2012-01-01', source: 'TT 1', why: 'đủ' } },
  {
    kind: 'catalogue_entry_corrected',
    target: OTHER,
    entry: { code: 'x', name: 'Tên khác', source: 'TT 2', confirmed: false, validTo: '2020-12-31' },
  },
  { kind: 'catalogue_entry_ended', target: OTHER, validTo: '2019-12-31', source: 'TT 3' },
  { kind: 'catalogue_fact_rescinded', target: OTHER },
];

const [CONTENT] = BODIES.flatMap((body) => (body.kind === 'fact' ? [body.content] : []));
const PROPOSAL: readonly ProposalBody[] = [
  {
    kind: 'proposal_made',
    record: OTHER,
    content: CONTENT!,
    agency: ID,
    judgedAt: 3,
    place: { agency: ID, year: 2013 },
  },
  { kind: 'proposal_checked', judgedAt: 4 },
  { kind: 'proposal_decided', content: CONTENT!, judgedAt: 5 },
  { kind: 'proposal_declined', action: CONTENT!.action, reason: 'chưa đủ điều kiện' },
  { kind: 'proposal_recorded', event: ID, revision: 6 },
  { kind: 'proposal_failed', rules: ['withdrawn'] },
];

const DESTRUCTION: readonly DestructionBody[] = [
  {
    kind: 'destruction_proposed',
    record: OTHER,
    groups: ['health'],
    decision: { number: '9/QĐ-LT', signerName: 'Người Ký' },
    reason: 'hết thời hạn',
  },
  { kind: 'destruction_approved' },
  { kind: 'destruction_declined', reason: 'còn thời hạn' },
  { kind: 'destruction_carried_out', records: [{ record: OTHER, event: ID }] },
];
