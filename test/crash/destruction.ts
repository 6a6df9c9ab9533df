/**
 * Destroys the health class of half the invented city, rotates the master key and scrubs, and searches the whole data
 * directory, and a backup made after (in it the archive of the log), for what was counted there before.
 *
 *   npm run test:destruction -- [--persons 2000]
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import { PROJECTIONS } from '../../projections/all.js';
import { namedIn } from '../../src/attachments/named.js';
import { sealedLines } from '../../src/archive/sealedFile.js';
import { readConfig, type Config } from '../../src/config.js';
import { openCore, type Core } from '../../src/core.js';
import { loadDemo } from '../../src/demo/loadDemo.js';
import { scrub } from '../../src/destruction/scrub.js';
import { verifyLog } from '../../src/evidence/verifyLog.js';
import { BEGINNING } from '../../src/event-log/port.js';
import { importFile } from '../../src/importing/importFile.js';
import { rejectsIn } from '../../src/importing/rejects.js';
import { projectingMigrations } from '../../src/projecting/migrations.js';
import { Projections } from '../../src/projecting/projections.js';
import { loadMasterKey } from '../../src/sealing/masterKey.js';
import { attachmentsOf, personStream } from '../../src/recording/codec.js';
import { rotateMasterKey } from '../../src/sealing/rotateMasterKey.js';
import { startService } from '../../src/service.js';
import { Client, signIn } from '../support/api.js';
import { ACTOR } from '../support/desk.js';
import { quietLogger } from '../support/logger.js';

/** How often the marks of those destroyed, and of the others, stand somewhere. */
interface Count {
  readonly destroyed: number;
  readonly others: number;
}

/** What a backup holds: all values in its files, unzipped; keys to the health class of those destroyed; scans, sealed. */
interface Backup {
  readonly values: number;
  readonly keys: number;
  readonly scans: number;
}

export interface DestructionReport {
  readonly events: number;
  readonly persons: number;
  readonly destroyed: number;
  readonly keysWrappedAnew: number;
  readonly before: {
    readonly rows: Count;
    readonly files: Count;
    readonly keys: number;
    readonly scans: number;
    readonly backup: Backup;
  };
  readonly after: {
    readonly rows: Count;
    readonly files: Count;
    readonly keys: number;
    readonly scans: number;
    readonly backup: Backup;
  };
  readonly seconds: Readonly<Record<string, number>>;
  /** Whatever is not as it must be. */
  readonly wrong: readonly string[];
}

const run = promisify(execFile);
const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
const SECOND_TOKEN = 'test-token-of-a-second-administrator';
const CALLERS = 8;
const MARK = /qz(gone|kept)[0-9a-f]{12}/g;

export async function destroyHalf(persons: number, say: (line: string) => void): Promise<DestructionReport> {
  const home = await mkdtemp(join(tmpdir(), 'hoso-destruction-'));
  await chmod(home, 0o755);
  const config = readConfig({
    HOSO_DATA_DIR: join(home, 'data'),
    HOSO_MASTER_KEY_FILE: join(home, 'keys', 'master.key'),
    HOSO_LOG_LEVEL: 'silent',
    PORT: '0',
  });
  const seconds: Record<string, number> = {};
  const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const began = Date.now();
    const done = await work();
    seconds[what] = Math.round((Date.now() - began) / 100) / 10;
    say(`${what}: ${seconds[what]} s`);
    return done;
  };
  await timed('load', () => loadCity(config, persons));
  const service = await startService(config);
  await signIn(service.core.access);
  await signIn(service.core.access, '33333333-3333-4333-8333-333333333333', SECOND_TOKEN);
  const client = new Client(service.url);
  try {
    const { core } = service;
    const known = await imported(core, home);
    const { gone, kept, scans } = await timed('marks', () => marked(core, client, known));
    if (!gone.includes(known)) throw new Error('the person imported takes no health status');
    await reject(core, home);
    const projections = await caughtUp(core);
    await projections.rebuild(PROJECTIONS.map((p) => p.name)); // a second version beside
    const look = await lookInto(core, config, gone);
    const before = await look();
    say(JSON.stringify(before));
    const olderBackup = await timed('backup before', () => backUp(config, join(home, 'older'), gone));
    say(JSON.stringify(olderBackup));

    await timed('destroy', () => destroyAll(client, gone));
    const { keys } = await timed('rotate', () =>
      rotateMasterKey({ connection: core.database.keysOwner, masterKeyFile: config.masterKeyFile }),
    );
    await timed('scrub', () => scrub(core.database));
    const after = await look();
    say(JSON.stringify(after));
    const newBackup = await timed('backup after', () => backUp(config, join(home, 'newer'), gone));
    say(JSON.stringify(newBackup));
    const live = await hashes(core);
    await timed('rebuild', async () => {
      await projections.rebuild(PROJECTIONS.map((p) => p.name));
    });
    const rebuilt = await hashes(core);
    await projections.stop();
    const verified = await timed('verify', () => verifyBoth(core));
    const wrong = [
      ...Object.keys(live).filter((table) => live[table] !== rebuilt[table]),
      ...verified,
      ...(await readBack(core, client, { gone, kept, scans })),
      ...Object.entries({ rows: after.rows.destroyed, files: after.files.destroyed, keys: after.keys })
        .filter(([, n]) => n > 0)
        .map(([where, n]) => `${n} values are left in ${where} (${after.within.join(', ')})`),
      ...(newBackup.values > 0 || newBackup.keys > 0
        ? ['the backup made after still holds what was destroyed']
        : []),
      ...((await opens(config, join(home, 'older.keys')))
        ? ['the keys of the older backup open with the new master key']
        : []),
      ...(before.rows.destroyed > 0 && before.files.destroyed > 0 && before.keys > 0 && olderBackup.keys > 0
        ? []
        : ['nothing was counted before']),
      ...(after.rows.others > 0 && after.files.others > 0 ? [] : ['the others’ values are gone']),
    ];
    const { sequence: events } = await core.log.head();
    const found = { events, persons, destroyed: gone.length, keysWrappedAnew: keys };
    return {
      ...found,
      before: { ...before, backup: olderBackup },
      after: { ...after, backup: newBackup },
      seconds,
      wrong,
    };
  } finally {
    await client.close();
    await service.stop();
    await rm(home, { recursive: true, force: true });
  }
}

async function loadCity(config: Config, persons: number): Promise<void> {
  const core = await openCore(config, {
    mode: 'join-or-start',
    logger: quietLogger,
    migrations: { projecting: projectingMigrations },
  });
  await loadDemo(core, { persons });
  await core.close();
}

/**
 * Gives everybody in the city a health status and every twentieth a scan of it, each with a mark of its own; those of
 * every second person, the known one first, begin with `qzgone`.
 */
async function marked(core: Core, client: Client, known: string) {
  const streams = new Set<string>();
  for (let after = BEGINNING; ;) {
    const page = await core.log.readCategories(['person-'], after, (await core.log.head()).position, 5_000);
    for (const { stream } of page) streams.add(stream);
    const last = page.at(-1);
    if (last === undefined || page.length < 5_000) break;
    after = last.position;
  }
  const [gone, kept]: [string[], string[]] = [[], []];
  const scans = new Map<string, string>();
  streams.delete(`person-${known}`);
  const everyone = [known, ...[...streams].map((stream) => stream.slice('person-'.length))];
  await inParallel(everyone, async (id, i) => {
    const mark = `qz${i % 2 === 0 ? 'gone' : 'kept'}${randomBytes(6).toString('hex')}`;
    const document: Record<string, string> = { number: '1/QĐ' };
    if (i % 20 < 2) {
      const scan = Buffer.concat([Buffer.from(`%PDF-1.7\n${mark}\n`), randomBytes(20_000)]);
      const answer = await client.send(
        'POST',
        `/v1/persons/${id}/attachments?groups=health`,
        { ...client.who, 'content-type': 'application/pdf' },
        scan,
      );
      if (answer.status !== 201) return; // a duplicate that was merged takes nothing more
      const { attachment, attachmentHash } = answer.body as unknown as Record<string, string>;
      Object.assign(document, { attachment, attachmentHash });
      scans.set(id, attachment as string);
    }
    const body = { effective: '2026-06-15', document, data: { healthStatus: mark } };
    const answer = await client.act(id, 'actions/personal_info_changed', body);
    if (answer.status === 200) (i % 2 === 0 ? gone : kept).push(id);
    else scans.delete(id);
  });
  return { gone, kept, scans };
}

const KNOWN = { source: 'x', person: 'y' };

/** Somebody under a key of ours, so that a line about them can come later. Answers the record. */
async function imported(core: Core, home: string): Promise<string> {
  const line = (ref: string, action: string, effective: string, data: object) => ({
    ...KNOWN,
    ref,
    action,
    effective,
    document: { number: '1/QĐ' },
    data,
  });
  await importLines(core, join(home, 'good.jsonl'), [
    line('1', 'record_opened', '2012-10-03', { familyName: 'Trần', givenName: 'Y' }),
    line('2', 'recruited', '2000-01-01', {}),
  ]);
  return core.sealer.indexId('person', [KNOWN.source, KNOWN.person]);
}

/** A bad line about them waits among the rejects. */
async function reject(core: Core, home: string): Promise<void> {
  await importLines(core, join(home, 'bad.jsonl'), [
    { ...KNOWN, data: { healthStatus: 'qzgone0000000000ff' } },
  ]);
}

async function importLines(core: Core, file: string, lines: readonly object[]): Promise<void> {
  await writeFile(file, lines.map((line) => JSON.stringify(line)).join('\n'));
  await importFile(
    { log: core.log, sealer: core.sealer, codec: core.codec, reference: core.references.at() },
    { file, actor: ACTOR, correlation: 'x', skipBad: true, rejects: rejectsIn(core.config) },
  );
}

async function caughtUp(core: Core): Promise<Projections> {
  const projections = new Projections({
    log: core.log,
    decoder: core.codec,
    projections: PROJECTIONS,
    connection: core.database.projector,
    logger: quietLogger,
  });
  const { position } = await core.log.head();
  for (const { name } of PROJECTIONS) await projections.until(name, position, 300_000);
  return projections;
}

async function destroyAll(client: Client, persons: readonly string[]): Promise<void> {
  const second = { authorization: `Bearer ${SECOND_TOKEN}`, 'if-match': '"0"' };
  const decision = { number: '9/QĐ-LT', signedDate: '2026-01-05' };
  await inParallel(persons, async (record) => {
    const body = { record, groups: ['health'], decision, reason: 'hết thời hạn bảo quản' };
    const proposed = await client.must(201, client.post('/v1/destructions', body, { 'if-none-match': '*' }));
    await client.must(200, client.post(`/v1/destructions/${proposed.body.id}/approval`, {}, second));
  });
}

/** What searches tables and files. Files of the server are on disk when it looks. */
async function lookInto(core: Core, { dataDir }: Config, gone: readonly string[]) {
  const wrapped = await query<{ wrapped: Buffer }>(
    core.database.keysOwner,
    `SELECT wrapped FROM keys.keys WHERE owner = ANY ($1) AND field_group = 'health'`,
    [gone.map((id) => `person-${id}`)],
  );
  const keys = wrapped.map((row) => row.wrapped);
  await query(core.database.keysOwner, 'ANALYZE keys.keys'); // as autovacuum does in its own time
  return async () => {
    await query(core.database.admin, 'CHECKPOINT');
    const files = { destroyed: 0, others: 0 };
    const within = new Set<string>();
    let keysFound = 0;
    let scans = 0;
    for (const entry of await readdir(dataDir, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      if (path.includes('/attachments/')) scans++;
      const bytes = await contentOf(path);
      for (const [, which] of bytes.toString('latin1').matchAll(MARK)) {
        files[which === 'gone' ? 'destroyed' : 'others']++;
        if (which === 'gone') within.add(relative(dataDir, path));
      }
      const here = keys.filter((key) => bytes.includes(key)).length;
      keysFound += here;
      if (here > 0) within.add(relative(dataDir, path));
    }
    return { rows: await rowsWith(core), files, keys: keysFound, scans, within: [...within] };
  };
}

/** Makes a backup as an operator does, its keys in a file beside it, and looks into both. */
async function backUp(config: Config, directory: string, gone: readonly string[]): Promise<Backup> {
  const keysFile = `${directory}.keys`;
  await run(process.execPath, [CLI, 'backup', directory, '--keys', keysFile], {
    env: {
      ...process.env,
      HOSO_DATA_DIR: config.dataDir,
      HOSO_MASTER_KEY_FILE: config.masterKeyFile,
      HOSO_EVIDENCE_KEY_FILE: config.evidenceKeyFile,
    },
  });
  const owners = new Set(gone.map(personStream).flatMap((stream) => [stream, attachmentsOf(stream)]));
  const opener = { master: await loadMasterKey(config.masterKeyFile) };
  let [values, keys, scans] = [0, 0, 0];
  for await (const line of sealedLines(keysFile, opener)) {
    if (!line.startsWith('keys.keys ')) continue;
    const key = JSON.parse(line.slice('keys.keys '.length)) as Record<string, string | null>;
    if (key['field_group'] === 'health' && key['wrapped'] !== null && owners.has(key['owner'] ?? '')) keys++;
  }
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if (path.includes('/attachments/')) scans++;
    const bytes = await contentOf(path);
    const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
    values += [...text.matchAll(MARK)].length;
  }
  return { values, keys, scans };
}

async function opens(config: Config, keysFile: string): Promise<boolean> {
  const opener = { master: await loadMasterKey(config.masterKeyFile) };
  return sealedLines(keysFile, opener)
    .next()
    .then(
      () => true,
      () => false,
    );
}

async function contentOf(path: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  try {
    for await (const part of createReadStream(path) as AsyncIterable<Buffer>) parts.push(part);
  } catch (error) {
    // A file of the server that went away while it was looked for.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return Buffer.concat(parts);
}

/** Marks in rows of any table of the read models, whatever version. */
async function rowsWith(core: Core): Promise<Count> {
  const tables = await query<{ name: string }>(
    core.database.projector,
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE tableowner = current_user`,
  );
  const count = { destroyed: 0, others: 0 };
  for (const { name } of tables)
    for (const row of await query<{ text: string }>(
      core.database.projector,
      `SELECT t::text AS text FROM ${name} t WHERE t::text ~ 'qz(gone|kept)[0-9a-f]{12}'`,
    ))
      for (const [, which] of row.text.matchAll(MARK)) count[which === 'gone' ? 'destroyed' : 'others']++;
  return count;
}

async function hashes(core: Core): Promise<Record<string, string>> {
  const { position } = await core.log.head();
  const projections = await caughtUp(core);
  for (const { name } of PROJECTIONS) await projections.until(name, position, 300_000);
  await projections.stop();
  const tables = await query<{ projection: string; schema: string; name: string }>(
    core.database.projector,
    `SELECT m.projection, t.schemaname AS schema, t.tablename AS name
       FROM projecting.model m JOIN pg_tables t ON t.schemaname = m.schema_name WHERE m.state = 'serving'`,
  );
  const found: Record<string, string> = {};
  for (const { projection, schema, name } of tables) {
    const [row] = await query<{ hash: string }>(
      core.database.projector,
      `SELECT count(*) || ':' || md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE "C"), '')) AS hash
         FROM "${schema}"."${name}" t`,
    );
    found[`${projection}.${name}`] = row?.hash ?? '';
  }
  return found;
}

async function verifyBoth({
  log,
  evidence,
  readsLog,
  readEvidence,
  attachmentStore,
}: Core): Promise<string[]> {
  const wrong: string[] = [];
  for (const [tree, of] of [
    [evidence, log],
    [readEvidence, readsLog],
  ] as const) {
    await tree.publish();
    const { outcome, faults } = await verifyLog({
      ...tree.parts,
      log: of,
      verifiers: await tree.verifiers(),
      attachments: { namedIn, check: (hash) => attachmentStore.check(hash) },
    });
    if (outcome !== 'intact') wrong.push(`${tree.origin}: ${outcome} ${faults[0]?.en ?? ''}`);
  }
  return wrong;
}

/** Those destroyed read as erased; the others as before, their scans too. */
async function readBack(
  core: Core,
  client: Client,
  { gone, kept, scans }: Awaited<ReturnType<typeof marked>>,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const [ids, isGone] of [
    [gone, true],
    [kept, false],
  ] as const)
    await inParallel(ids, async (id) => {
      const { events } = await core.desk.load(id);
      const text = JSON.stringify(events);
      const erased = text.includes('"erased":["health"]');
      if (erased !== isGone || text.includes('qzgone') || text.includes('qzkept') === isGone)
        wrong.push(`${id} reads otherwise than it must`);
      const scan = scans.get(id);
      if (scan === undefined) return;
      const { status } = await client.get(`/v1/persons/${id}/attachments/${scan}`);
      if (status !== (isGone ? 410 : 200)) wrong.push(`the scan of ${id} answers ${status}`);
    });
  return wrong;
}

async function inParallel<T>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const queue = items.entries();
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      for (const [i, item] of queue) await work(item, i);
    }),
  );
}

async function query<R extends pg.QueryResultRow>(
  connection: pg.ClientConfig,
  text: string,
  values: unknown[] = [],
): Promise<R[]> {
  const client = new pg.Client({ ...connection });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<R>(text, values)).rows;
  } finally {
    await client.end();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({ options: { persons: { type: 'string', default: '2000' } } });
  const report = await destroyHalf(Number(values.persons), console.log);
  console.log(JSON.stringify(report, null, 2));
  process.exit(report.wrong.length === 0 ? 0 : 1);
}
