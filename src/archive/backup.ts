/** `hoso backup` and `hoso restore`: the archive of the log, with what stands outside it. */
import { access, mkdir } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import pg from 'pg';
import type { Config } from '../config.js';
import { BEGINNING, type EventLog, type RecordedEvent } from '../event-log/port.js';
import { PostgresRegister } from '../evidence/register.js';
import { FileTiles } from '../evidence/tileStore.js';
import { PostgresReadsLog } from '../access/reads/readsLog.js';
import { openPlace, withDatabase } from '../moving/moveLog.js';
import { OperatorError } from '../operatorError.js';
import type { Database } from '../postgres/database.js';
import { migrate } from '../postgres/migrate.js';
import { RecordCodec } from '../recording/codec.js';
import { loadMasterKey } from '../sealing/masterKey.js';
import { keyringMigrations } from '../sealing/migrations.js';
import { openSealer } from '../sealing/sealer.js';
import { copyAttachments } from './attachmentBackup.js';
import { DECLARATION, readBag } from './bag.js';
import { LABEL } from './layout.js';
import { readsTarget } from './readsTarget.js';
import { eventsTarget, restore, type RestoreOptions, type RestoreReport } from './restore.js';
import { readPassphrase, type Opener } from './sealedFile.js';
import { ACCOUNT_TABLES, backUpTables, KEY_TABLES, restoreTables } from './tableBackup.js';

/** Where the parts of a backup stand in its directory. */
export const BACKUP = {
  log: 'log',
  reads: 'reads',
  accounts: 'accounts.sealed',
  attachments: 'attachments',
} as const;

/** What a backup takes beside the archive, and what came of it. */
export interface BackedUp {
  readonly keys: number;
  readonly accounts: number;
}

/** Where a data directory keeps the scans that events name; `new` beside it holds those that are not settled yet. */
const SETTLED = join('attachments', 'settled');

/** Copies the scans that the last backup does not have, sealed as they are; answers how many. After the archive. */
export async function backUpAttachments({ dataDir }: Config, directory: string): Promise<number> {
  return copyAttachments(join(dataDir, 'attachments'), join(directory, BACKUP.attachments));
}

/** A passphrase from a file, else the master key that the keys are wrapped by anyway. */
export async function openerOf(config: Config, passphraseFile: string | undefined): Promise<Opener> {
  return passphraseFile === undefined
    ? { master: await loadMasterKey(config.masterKeyFile) }
    : { passphrase: await readPassphrase(passphraseFile) };
}

/**
 * Writes the keys into a file apart, and the accounts' secrets beside the archive; both sealed. After the archive, for
 * a key is durable before the event that uses it. The keys stay wrapped by the master key: once it was rotated after a
 * destruction, an old file opens nothing.
 */
export async function backUpSecrets(
  database: Database,
  directory: string,
  keysFile: string,
  opener: Opener,
): Promise<BackedUp> {
  refuseWithin(directory, keysFile);
  await mkdir(dirname(keysFile), { recursive: true });
  const accounts = await backUpTables(
    database.access,
    ACCOUNT_TABLES,
    join(directory, BACKUP.accounts),
    opener,
  );
  const keys = await backUpTables(database.keys, KEY_TABLES, keysFile, opener);
  return { keys, accounts };
}

/** Rejects a file of keys in the directory of what they open. */
export function refuseWithin(directory: string, file: string): void {
  if (!relative(resolve(directory), resolve(file)).startsWith('..'))
    throw new OperatorError(
      'The file of the keys lies in the directory of what they open.',
      'Name a place apart: whoever holds a copy of the one must not hold the other.',
    );
}

export interface RestoreWish extends Pick<RestoreOptions, 'trusted' | 'signal' | 'onProgress'> {
  /** A bag, or a backup with one in it. */
  readonly directory: string;
  /** The file of the keys; none: they are there already, or come later. */
  readonly keysFile?: string;
  readonly passphraseFile?: string;
}

export interface Restored extends RestoreReport {
  /** Rows that came of keys and of accounts; null: nothing was asked for, or there. */
  readonly keys: number | null;
  readonly accounts: number | null;
  /** Scans that came. */
  readonly attachments: number;
  /** Keys that were destroyed again, as the log says. */
  readonly destroyed: number;
  /** What came of the audit of reads; null: it is not there, or its turn did not come. */
  readonly reads: RestoreReport | null;
}

/**
 * `hoso restore`: keys first, then scans, then the log, then what the log says of destroyed keys, then the audit of
 * reads and the accounts' secrets. A bag of reads alone is restored beside the log that there is. No service may run
 * meanwhile. Rejects with an OperatorError.
 */
export async function restoreAll(
  config: Config,
  logger: Parameters<typeof withDatabase>[1],
  wish: RestoreWish,
): Promise<Restored> {
  const [bag = wish.directory, readsBag] = await bagsIn(wish.directory);
  return withDatabase(config, logger, async (database) => {
    await migrate(database.keysOwner, { keyring: keyringMigrations });
    const register = new PostgresRegister(database.projector);
    if (await isOfReads(bag))
      return restoreReads(config, database, register, wish, bag)
        .then((report) => ({ ...NOTHING_ELSE, ...report }))
        .finally(() => register.close());
    const place = await openPlace(config.eventStoreDbUrl ?? 'postgresql', config, database, logger);
    try {
      if (place.kind === 'eventstoredb') await refuseOtherLog(config, database, logger);
      const tiles = FileTiles.of(config.dataDir, 'events');
      const keys = await restoreKeys(config, database, wish);
      const scans = join(wish.directory, BACKUP.attachments);
      const attachments = await copyAttachments(scans, join(config.dataDir, SETTLED));
      const report = await restore({ ...wish, directory: bag, to: eventsTarget(place), register, tiles });
      const done = report.outcome === 'restored';
      const destroyed = done ? await destroyAgain(config, database, place.log) : 0;
      const reads =
        done && readsBag !== undefined
          ? await restoreReads(config, database, register, wish, readsBag)
          : null;
      const accounts = done && bag !== wish.directory ? await restoreAccounts(config, database, wish) : null;
      const outcome = reads?.outcome ?? report.outcome;
      return { ...report, outcome, keys, accounts, attachments, destroyed, reads };
    } finally {
      await place.log.close();
      await register.close();
    }
  });
}

/** The bag itself; or of a backup that of the log, and that of the reads, which older ones do not have. */
export async function bagsIn(directory: string): Promise<readonly string[]> {
  const [log, reads] = [join(directory, BACKUP.log), join(directory, BACKUP.reads)];
  if (!(await exists(join(log, DECLARATION)))) return [directory];
  return (await exists(join(reads, DECLARATION))) ? [log, reads] : [log];
}

/** What is no bag at all is left to the verification to say. */
async function isOfReads(directory: string): Promise<boolean> {
  const bag = await readBag(directory).catch(() => null);
  return bag?.info.get(LABEL.log) === 'reads';
}

const NOTHING_ELSE = { keys: null, accounts: null, attachments: 0, destroyed: 0, reads: null } as const;

async function restoreReads(
  config: Config,
  { owner, access }: Database,
  register: PostgresRegister,
  wish: RestoreWish,
  directory: string,
): Promise<RestoreReport> {
  const log = new PostgresReadsLog(access);
  const tiles = FileTiles.of(config.dataDir, 'reads');
  try {
    return await restore({ ...wish, directory, to: readsTarget(owner, log), register, tiles });
  } finally {
    await log.close();
  }
}

/** Two logs that both have events could never be brought together. */
async function refuseOtherLog(
  config: Config,
  database: Database,
  logger: Parameters<typeof withDatabase>[1],
): Promise<void> {
  const { log } = await openPlace('postgresql', config, database, logger);
  const { sequence } = await log.head().finally(() => log.close());
  if (sequence > 0)
    throw new OperatorError(
      `PostgreSQL holds a log of ${sequence} events already.`,
      'Give a database without one, or unset EVENTSTOREDB_URL.',
    );
}

async function restoreKeys(
  config: Config,
  { keysOwner }: Database,
  { keysFile, passphraseFile }: RestoreWish,
): Promise<number | null> {
  if (keysFile === undefined) return null;
  return restoreTables(keysOwner, KEY_TABLES, keysFile, await openerOf(config, passphraseFile));
}

async function restoreAccounts(
  config: Config,
  { owner }: Database,
  { directory, passphraseFile }: RestoreWish,
): Promise<number | null> {
  const file = join(directory, BACKUP.accounts);
  if (!(await exists(file))) return null;
  return restoreTables(owner, ACCOUNT_TABLES, file, await openerOf(config, passphraseFile));
}

const PAGE = 5_000;

/**
 * Destroys again every key that an event of the log says was destroyed: a backup of keys may be older than the
 * destruction. Does nothing where the keys are not there yet: the first start does it then.
 */
async function destroyAgain(config: Config, { keys }: Database, log: EventLog): Promise<number> {
  if (!(await hasKeys(keys))) return 0;
  const { sealer } = await openSealer({
    connection: keys,
    masterKeyFile: config.masterKeyFile,
    mayBegin: false,
  });
  const codec = new RecordCodec(sealer);
  let count = 0;
  try {
    let page: RecordedEvent[];
    for (let position = BEGINNING; (page = await log.readAll(position, PAGE)).length > 0;) {
      const destructions = page.filter(({ type }) => type === 'content_destroyed');
      await codec.decode(destructions); // whoever reads of a destruction completes it
      count += destructions.length;
      position = page.at(-1)?.position ?? position;
    }
  } finally {
    await sealer.close();
  }
  return count;
}

async function hasKeys(connection: Database['keys']): Promise<boolean> {
  const client = new pg.Client({ ...connection });
  await client.connect();
  try {
    return (await client.query('SELECT FROM keys.master LIMIT 1')).rowCount !== 0;
  } finally {
    await client.end();
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
