import { openAccess, type StoredAccess } from './access/access.js';
import { accessMigrations } from './access/migrations.js';
import { PostgresReadsLog, READS, type ReadableLog } from './access/reads/readsLog.js';
import { join } from 'node:path';
import { AttachmentDesk } from './attachments/attachmentDesk.js';
import { AttachmentStore } from './attachments/store.js';
import { ship } from './catalogues/ship.js';
import type { Config } from './config.js';
import { dayInVietnam, plusDays } from './dates.js';
import { numberingMigrations } from './event-log/eventstoredb/migrations.js';
import { openLog } from './event-log/openLog.js';
import type { EventLog } from './event-log/port.js';
import { Evidence } from './evidence/evidence.js';
import { openSigners } from './evidence/keyFile.js';
import { evidenceMigrations } from './evidence/migrations.js';
import { PostgresRegister } from './evidence/register.js';
import { eventLeaves } from './evidence/source.js';
import { FileTiles } from './evidence/tileStore.js';
import { logMigrations } from './event-log/postgres/migrations.js';
import type { PostgresLogOptions } from './event-log/postgres/postgresLog.js';
import { watchConflicts } from './observability/watchedLog.js';
import { OperatorError } from './operatorError.js';
import { openDatabase, type Database, type OpenOptions } from './postgres/database.js';
import { migrate, type SqlMigration } from './postgres/migrate.js';
import { destroyedByLog, RecordCodec } from './recording/codec.js';
import { RecordDesk, type DeskOptions, type References } from './recording/recordDesk.js';
import { ReferenceRecorder } from './reference/recorder.js';
import { ReferenceDesk } from './reference/referenceDesk.js';
import { ReferenceService } from './reference/service.js';
import { tracked } from './reference/view.js';
import { backUpWarning } from './sealing/masterKey.js';
import { keyringMigrations } from './sealing/migrations.js';
import { openSealer, type KeyringSealer } from './sealing/sealer.js';

export interface CoreOptions extends OpenOptions {
  /** Further migrations of the main database, by list (read models). */
  readonly migrations?: Readonly<Record<string, readonly SqlMigration[]>>;
  readonly onBatch?: PostgresLogOptions['onBatch'];
  /** Hears of every append that met another revision than expected. */
  readonly onConflict?: () => void;
}

/** Everything but HTTP and projections: the log, the keys, reference data, and the desk for commands. */
export interface Core {
  readonly config: Config;
  readonly database: Database;
  readonly log: EventLog;
  readonly sealer: KeyringSealer;
  readonly codec: RecordCodec;
  readonly references: ReferenceService;
  readonly recorder: ReferenceRecorder;
  readonly desk: RecordDesk;
  readonly referenceDesk: ReferenceDesk;
  /** Scans of decisions. */
  readonly attachments: AttachmentDesk;
  readonly attachmentStore: AttachmentStore;
  readonly access: StoredAccess;
  /** The Merkle tree over the log and its signed checkpoints. */
  readonly evidence: Evidence;
  /** The same over the audit of reads, which `readsLog` gives as a log. */
  readonly readEvidence: Evidence;
  readonly readsLog: ReadableLog;
  /** What the operator must be told of a master key made at this start; null: it was there. */
  readonly masterKeyWarning: string | null;
  /** Adds what this release ships of the law and is not in the log yet. Not for restore, move, verify or archive. */
  shipLaw(options?: { readonly recordedAt?: string }): Promise<void>;
  /** Finishes what is in flight, then lets go of the database. */
  close(): Promise<void>;
}

/** Opens the database, brings it up to date, and wires what works on it. Rejects with an OperatorError. */
export async function openCore(config: Config, options: CoreOptions): Promise<Core> {
  const { migrations, onBatch, onConflict = () => undefined, ...open } = options;
  const opened: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const one of opened.splice(0).reverse()) await one();
  };
  try {
    const database = await openDatabase(config, open);
    opened.push(() => database.close());
    await migrate(database.owner, {
      log: logMigrations,
      numbering: numberingMigrations,
      access: accessMigrations,
      evidence: evidenceMigrations,
      ...migrations,
    });
    await migrate(database.keysOwner, { keyring: keyringMigrations });
    await refuseHalfRestored(database);
    const engine = await openLog(config, database, { logger: open.logger, onBatch });
    const log = watchConflicts(engine, onConflict);
    opened.push(() => log.close());
    const { sealer, madeMasterKey } = await openSealer({
      connection: database.keys,
      masterKeyFile: config.masterKeyFile,
      // Keys that a log with events had were lost, and a new keyring would hide it.
      mayBegin: (await log.head()).sequence === 0,
      toldDestroyed: destroyedByLog(log),
    });
    opened.push(() => sealer.close());
    const readsLog = new PostgresReadsLog(database.access);
    opened.push(() => readsLog.close());
    const {
      evidence,
      readEvidence,
      close: closeEvidence,
    } = await openEvidence(config, database, {
      log,
      readsLog,
    });
    opened.push(closeEvidence);
    const references = new ReferenceService(log);
    opened.push(() => references.stop());
    await references.start();
    const store = new AttachmentStore(join(config.dataDir, 'attachments'));
    const attachments = new AttachmentDesk(log, sealer, store, config.attachmentLimit);
    const desk = new RecordDesk(log, sealer, deskReferences(references), attachments, deskOptions(config));
    const access = openAccess(database.access, { log, sealer, desk, references });
    opened.push(() => access.close());
    return {
      config,
      database,
      log,
      sealer,
      codec: new RecordCodec(sealer),
      references,
      recorder: new ReferenceRecorder(log, references),
      desk,
      attachments,
      attachmentStore: store,
      referenceDesk: new ReferenceDesk(log, references, sealer),
      access,
      evidence,
      readEvidence,
      readsLog,
      masterKeyWarning: madeMasterKey ? backUpWarning(config.masterKeyFile) : null,
      shipLaw: async (shipping = {}) => {
        await ship(log, { ...shipping, known: references.current() });
        await references.sync();
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A log that a restore has written in part is no log yet. Rejects with an OperatorError. */
async function refuseHalfRestored(database: Database): Promise<void> {
  const register = new PostgresRegister(database.projector);
  try {
    for (const name of ['events', 'reads']) {
      const last = (await register.turns(name)).at(-1);
      if (last?.kind === 'restoring')
        throw new OperatorError(
          `The restore of ${last.origin}, ${last.size} entries, is not finished.`,
          'Run hoso restore with the same bag again: it goes on where it stopped.',
        );
    }
  } finally {
    await register.close();
  }
}

async function openEvidence(
  { evidenceKeyFile, evidenceOrigin, dataDir }: Config,
  database: Database,
  { log, readsLog }: { readonly log: EventLog; readonly readsLog: ReadableLog },
): Promise<{
  readonly evidence: Evidence;
  readonly readEvidence: Evidence;
  readonly close: () => Promise<void>;
}> {
  const register = new PostgresRegister(database.projector);
  try {
    const signers = await openSigners(evidenceKeyFile, register, evidenceOrigin);
    const [evidence, readEvidence] = [eventLeaves(log), eventLeaves(readsLog, READS)].map((source) => {
      const tiles = FileTiles.of(dataDir, source.name);
      return new Evidence({ source, tiles, register, signers });
    }) as [Evidence, Evidence];
    const close = async () => {
      await evidence.close();
      await readEvidence.close();
      await register.close();
    };
    return { evidence, readEvidence, close };
  } catch (error) {
    await register.close();
    throw error;
  }
}

/** The first day that one person alone may correct moves on with the server's clock, at midnight in Vietnam. */
function deskOptions({ correctionsAloneDays: days }: Config): DeskOptions {
  if (days === null) return {};
  return { aloneSince: () => plusDays(dayInVietnam(new Date().toISOString()), -days) };
}

/** Reference data as the desk asks for it: a view at K that remembers what was used. */
export function deskReferences(service: ReferenceService): References {
  return {
    view: (k) => {
      const reference = tracked(service.at(k));
      return { reference, citations: () => reference.citations() };
    },
    sync: async () => {
      await service.sync();
    },
  };
}
