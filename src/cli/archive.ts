import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { archive, type ArchiveOptions } from '../archive/archive.js';
import { BACKUP, backUpAttachments, backUpSecrets, bagsIn, openerOf, restoreAll } from '../archive/backup.js';
import { companionsOfEvents, companionsOfReads } from '../archive/companions.js';
import { openOrigin, resumeAgainst, type Standing } from '../archive/resume.js';
import { archivableEvents, archivableReads } from '../archive/source.js';
import { verifyBag, type BagReport } from '../archive/verifyBag.js';
import { readConfig } from '../config.js';
import type { Core } from '../core.js';
import type { Evidence } from '../evidence/evidence.js';
import { notesIn } from '../evidence/note.js';
import { PostgresRegister } from '../evidence/register.js';
import { FileTiles } from '../evidence/tileStore.js';
import { withDatabase } from '../moving/moveLog.js';
import { makeLogger } from '../observability/logging.js';
import { OperatorError } from '../operatorError.js';
import { EXIT, stopped } from './exits.js';
import { bagText, keyOf } from './bagText.js';
import { archivePerson, type PersonWish } from './dossier.js';
import { ACCOUNT, PURPOSE } from './operator.js';
import { columns, ProgressLine } from './output.js';
import { withCore } from './withCore.js';

type ArchiveWish = Partial<PersonWish> & { readonly reads?: string };

/** The commands about what outlives the database: archive, backup, restore, and what follows a restore. */
export function addArchiveCommands(program: Command): void {
  addBackupCommands(program);
  program
    .command('archive')
    .argument(
      '<dir>',
      'thư mục của gói, trống hoặc gói lần trước / directory of the bag: empty, or the last one',
    )
    .description(
      'gói lưu trữ BagIt của nhật ký; chạy lại thì chỉ thêm / the log as a bag; run again, it adds',
    )
    .option(
      '--reads <dir>',
      'gói thứ hai: nhật ký truy cập / directory of the second bag: the audit of reads',
    )
    .option(
      '--person <id>',
      'hồ sơ của một người, để bàn giao cho cơ quan khác / instead one person’s dossier, to hand over',
    )
    .option(
      '--keys <file>',
      'của hồ sơ đó: khóa và bản đọc được, để ở nơi khác / of the dossier: what opens it, in a place apart',
    )
    .option('--passphrase-file <file>', 'mật khẩu của tệp khóa / file that holds the passphrase of the keys')
    .option(...ACCOUNT)
    .option(...PURPOSE)
    .action((directory: string, options: ArchiveWish) =>
      withCore(async (core, signal) => {
        refuseMixed(options);
        if (options.person !== undefined)
          return archivePerson(core, directory, { ...options, person: options.person });
        const code = await archiveEvents(core, signal, resolve(directory));
        if (code !== EXIT.done || options.reads === undefined) return code;
        return archiveReads(core, signal, resolve(options.reads));
      }),
    );
}

/** What belongs to the archive of the log says nothing of a dossier, and the other way round. */
function refuseMixed({ person, reads, keys, passphraseFile }: ArchiveWish): void {
  if (person !== undefined && reads !== undefined)
    throw new OperatorError('A dossier has no bag of reads.', 'Give --person or --reads.');
  if (person === undefined && (keys ?? passphraseFile) !== undefined)
    throw new OperatorError(
      'The archive of the log holds no keys: they are backed up apart.',
      'Give --keys and --passphrase-file with --person, or use hoso backup.',
    );
}

const PASSPHRASE =
  'tệp chứa mật khẩu (12 ký tự trở lên); mặc định: khóa chính / file that holds the passphrase; default: the master key';

function addBackupCommands(program: Command): void {
  program
    .command('backup')
    .argument('<dir>', 'thư mục sao lưu, trống hoặc của lần trước / directory: empty, or of the last backup')
    .requiredOption('--keys <file>', 'tệp khóa, để ở nơi khác / file of the keys, in a place apart')
    .option('--passphrase-file <file>', PASSPHRASE)
    .description(
      'sao lưu nhật ký, bản quét, tài khoản và khóa / back up log, attachments, accounts and keys, the keys apart',
    )
    .action((directory: string, options: { keys: string; passphraseFile?: string }) =>
      withCore(async (core, signal) => {
        for (const [part, write] of [
          [BACKUP.log, archiveEvents],
          [BACKUP.reads, archiveReads],
        ] as const) {
          const code = await write(core, signal, resolve(directory, part));
          if (code !== EXIT.done) return code;
        }
        const attachments = await backUpAttachments(core.config, resolve(directory));
        const opener = await openerOf(core.config, options.passphraseFile);
        const { keys, accounts } = await backUpSecrets(
          core.database,
          directory,
          resolve(options.keys),
          opener,
        );
        console.log(
          columns([
            ['khóa / keys', String(keys)],
            ['bí mật của tài khoản / secrets of accounts', String(accounts)],
            ['bản quét mới / new attachments', String(attachments)],
          ]),
        );
        console.error(
          `Sao lưu riêng khóa chính và khóa ký / back up apart as well: ${core.config.masterKeyFile}, ${core.config.evidenceKeyFile}`,
        );
        return EXIT.done;
      }),
    );

  program
    .command('restore')
    .argument('<dir>', 'gói lưu trữ hoặc thư mục sao lưu / a bag, or a backup')
    .option('--keys <file>', 'tệp khóa / file of the keys')
    .option('--passphrase-file <file>', PASSPHRASE)
    .option(
      '--key <key>',
      'khóa công khai đã biết; có thể nêu nhiều lần / a public key known from elsewhere',
      (key: string, keys: string[]) => [...keys, key],
      [] as string[],
    )
    .description(
      'khôi phục vào nhật ký trống; chạy lại để tiếp tục / restore into an empty log; run again to go on',
    )
    .action(restoreCommand);

  program
    .command('resume')
    .requiredOption(
      '--against <file>',
      'tệp xác nhận cuối cùng đã công bố, của sự kiện và của nhật ký truy cập / file of the last checkpoints that were published, of events and of reads',
    )
    .description('sau khôi phục: tiếp tục ký xác nhận / after a restore: go on signing checkpoints')
    .action((options: { against: string }) =>
      withCore(async (core, signal) => {
        let code: number = EXIT.done;
        for (const note of await notesOf(options.against))
          code = Math.max(code, tellStanding(await resume(core, note, signal)));
        return code;
      }),
    );

  program
    .command('origin')
    .argument(
      '<name>',
      'tên mới của nhật ký, dạng địa chỉ / new name of the log, an address without its scheme',
    )
    .requiredOption(
      '--against <file>',
      'xác nhận cuối cùng đã công bố / the last checkpoint that was published',
    )
    .description(
      'mở dòng xác nhận mới nối tiếp dòng cũ; dừng dịch vụ trước / open a new origin that names the old checkpoint; stop the service first',
    )
    .action(async (name: string, options: { against: string }) => {
      const config = readConfig();
      const notes = await notesOf(options.against);
      const { origin, size } = await withDatabase(config, makeLogger('warn'), async ({ projector }) => {
        const register = new PostgresRegister(projector);
        return openOrigin(name, notes, {
          register,
          tiles: FileTiles.of(config.dataDir, 'events'),
          readsTiles: FileTiles.of(config.dataDir, 'reads'),
          keyFile: config.evidenceKeyFile,
        }).finally(() => register.close());
      });
      console.log(`${name}/events ← ${origin} ${size}`);
      console.error(
        `Khóa mới / new key: ${config.evidenceKeyFile}. Công bố / publish: hoso checkpoint --keys`,
      );
    });
}

async function restoreCommand(
  directory: string,
  options: { keys?: string; passphraseFile?: string; key: string[] },
): Promise<void> {
  const stop = new AbortController();
  process.once('SIGINT', () => {
    stop.abort();
  });
  const trusted = options.key.map(keyOf);
  const line = new ProgressLine('restore');
  const report = await restoreAll(readConfig(), makeLogger('warn'), {
    directory: resolve(directory),
    ...(options.keys === undefined ? {} : { keysFile: options.keys }),
    ...(options.passphraseFile === undefined ? {} : { passphraseFile: options.passphraseFile }),
    ...(trusted.length === 0 ? {} : { trusted }),
    signal: stop.signal,
    onProgress: (phase, done, of) => {
      line.show(done, of, phase);
    },
  });
  line.end();
  for (const { bag } of [report, ...(report.reads === null ? [] : [report.reads])])
    console.log(bagText(bag, trusted.length > 0));
  console.log(
    columns([
      ['đã có / found', String(report.found)],
      ['đã ghi / written', String(report.written)],
      ['lần xem / reads', report.reads === null ? '-' : String(report.reads.bag.entries)],
      ['khóa / keys', report.keys === null ? '-' : String(report.keys)],
      ['hủy khóa lại / destroyed again', String(report.destroyed)],
      ['bản quét / attachments', String(report.attachments)],
      [
        'bí mật của tài khoản / secrets of accounts',
        report.accounts === null ? '-' : String(report.accounts),
      ],
    ]),
  );
  if (report.outcome === 'restored')
    console.error(
      'Tiếp theo: hoso resume --against XÁC-NHẬN-CUỐI, rồi hoso rebuild / next: hoso resume --against the last checkpoint published, then hoso rebuild',
    );
  process.exitCode = { restored: EXIT.done, refused: EXIT.refused, interrupted: EXIT.interrupted }[
    report.outcome
  ];
}

/** Resumes the log that a checkpoint is of. */
async function resume(core: Core, note: string, signal: AbortSignal): Promise<Standing | null> {
  const { log, readsLog, evidence, readEvidence } = core;
  const isOfReads = note.startsWith(`${readEvidence.origin}\n`);
  return resumeAgainst(note, {
    ...(isOfReads ? { name: 'reads', log: readsLog } : { name: 'events', log }),
    ...(isOfReads ? readEvidence : evidence).parts,
    signal,
  });
}

/** Those of a file as `hoso checkpoint` writes it: one of each log. */
async function notesOf(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new OperatorError(`The file ${file} cannot be read.`, 'Name a checkpoint file.', { cause });
  });
  return notesIn(text);
}

/** Says how the log stands to a checkpoint that was kept elsewhere. */
function tellStanding(standing: Standing | null): number {
  if (standing === null) return EXIT.interrupted;
  if (standing.kind === 'extends') {
    console.log(
      `Nhật ký nối tiếp xác nhận ${standing.size}: ký tiếp / the log extends the checkpoint of ${standing.size}: signing goes on`,
    );
    return EXIT.done;
  }
  console.log(
    standing.kind === 'shorter'
      ? `Thiếu các sự kiện ${standing.from}–${standing.to} / sequences ${standing.from} to ${standing.to} are missing`
      : `${standing.size} sự kiện đầu không phải những gì đã xác nhận / the first ${standing.size} events are not those that were signed`,
  );
  console.error(
    'Khôi phục bản mới hơn, hoặc mở dòng mới: hoso origin / restore a newer state, or open a new origin: hoso origin',
  );
  return EXIT.refused;
}

async function archiveEvents(core: Core, signal: AbortSignal, directory: string): Promise<number> {
  const { evidence, log, references } = core;
  const checkpoint = await evidence.publish();
  await references.sync();
  return writeBag(evidence, 'sự kiện / events', {
    directory,
    source: archivableEvents(log),
    checkpoint,
    companions: (kinds) => Promise.resolve(companionsOfEvents(kinds, references.at(checkpoint.size))),
    signal,
  });
}

async function archiveReads(core: Core, signal: AbortSignal, directory: string): Promise<number> {
  const { readEvidence, readsLog } = core;
  return writeBag(readEvidence, 'lần xem / reads', {
    directory,
    source: archivableReads(readsLog),
    checkpoint: await readEvidence.publish(),
    companions: () => Promise.resolve(companionsOfReads()),
    signal,
  });
}

async function writeBag(
  evidence: Evidence,
  what: string,
  options: Omit<ArchiveOptions, 'published' | 'keys'>,
): Promise<number> {
  const line = new ProgressLine('archive');
  const report = await archive({
    ...options,
    published: (size) => evidence.published(size),
    keys: await evidence.verifiers(),
    onProgress: (done, of) => {
      line.show(done, of);
    },
  });
  line.end();
  console.log(
    columns([
      [what, String(report.entries)],
      ['tệp mới hoặc đổi / files new or changed', String(report.written)],
      ['tệp giữ nguyên / files kept', String(report.kept)],
      ['gốc / root', options.checkpoint.root.toString('base64')],
    ]),
  );
  if (!report.interrupted) return EXIT.done;
  return stopped();
}

/** `hoso verify --bag`, a bag or the two of a backup: needs neither server nor database. Rejects keys that are none with an OperatorError. */
export async function verifyBagCommand(
  directory: string,
  { keys, json }: { readonly keys: readonly string[]; readonly json: boolean },
): Promise<number> {
  const trusted = keys.map(keyOf);
  const stop = new AbortController();
  process.once('SIGINT', () => {
    stop.abort();
  });
  let code: number = EXIT.done;
  for (const bag of await bagsIn(resolve(directory))) {
    const line = new ProgressLine('verify');
    const report = await verifyBag(bag, {
      ...(trusted.length === 0 ? {} : { trusted }),
      signal: stop.signal,
      onProgress: (done, of) => {
        line.show(done, of);
      },
    });
    line.end();
    console.log(json ? jsonOf(report) : bagText(report, trusted.length > 0));
    const outcomes = { intact: EXIT.done, broken: EXIT.refused, interrupted: EXIT.interrupted };
    code = Math.max(code, outcomes[report.outcome]);
  }
  return code;
}

function jsonOf({ keys, checkpoint, note: _, ...said }: BagReport): string {
  return JSON.stringify({
    ...said,
    root: checkpoint?.root.toString('hex') ?? null,
    keys: keys.map(({ text }) => text),
  });
}
