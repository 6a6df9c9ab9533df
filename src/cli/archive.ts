import { resolve } from 'node:path';
import type { Command } from 'commander';
import { archive } from '../archive/archive.js';
import { companions } from '../archive/companions.js';
import { archivableEvents } from '../archive/source.js';
import { verifyBag, type BagReport } from '../archive/verifyBag.js';
import type { Core } from '../core.js';
import { BadNote, readVerifier, type Verifier } from '../evidence/note.js';
import { OperatorError } from '../operatorError.js';
import { EXIT } from './exits.js';
import { columns, ProgressLine } from './output.js';

type WithCore = (work: (core: Core, signal: AbortSignal) => Promise<number>) => Promise<void>;

/** The commands about what outlives the database: archive. */
export function addArchiveCommands(program: Command, withCore: WithCore): void {
  program
    .command('archive')
    .argument(
      '<dir>',
      'thư mục của gói, trống hoặc gói lần trước / directory of the bag: empty, or the last one',
    )
    .description(
      'gói lưu trữ BagIt của nhật ký; chạy lại thì chỉ thêm / the log as a bag; run again, it adds',
    )
    .action((directory: string) => withCore((core, signal) => archiveLog(core, signal, resolve(directory))));
}

async function archiveLog(core: Core, signal: AbortSignal, directory: string): Promise<number> {
  const { evidence, log, references } = core;
  const checkpoint = await evidence.publish();
  await references.sync();
  const line = new ProgressLine('archive');
  const report = await archive({
    directory,
    source: archivableEvents(log),
    checkpoint,
    published: (size) => evidence.published(size),
    keys: await evidence.verifiers(),
    companions: (kinds) => Promise.resolve(companions(kinds, references.at(checkpoint.size))),
    signal,
    onProgress: (done, of) => {
      line.show(done, of);
    },
  });
  line.end();
  console.log(
    columns([
      ['sự kiện / events', String(report.entries)],
      ['tệp mới hoặc đổi / files new or changed', String(report.written)],
      ['tệp giữ nguyên / files kept', String(report.kept)],
      ['gốc / root', checkpoint.root.toString('base64')],
    ]),
  );
  if (!report.interrupted) return EXIT.done;
  console.error('Đã dừng. Chạy lại cùng lệnh để tiếp tục / stopped; run the same command again to go on.');
  return EXIT.interrupted;
}

/** `hoso verify --bag`: needs neither server nor database. Rejects keys that are none with an OperatorError. */
export async function verifyBagCommand(
  directory: string,
  { keys, json }: { readonly keys: readonly string[]; readonly json: boolean },
): Promise<number> {
  const trusted = keys.map(keyOf);
  const stop = new AbortController();
  process.once('SIGINT', () => {
    stop.abort();
  });
  const line = new ProgressLine('verify');
  const report = await verifyBag(resolve(directory), {
    ...(trusted.length === 0 ? {} : { trusted }),
    signal: stop.signal,
    onProgress: (done, of) => {
      line.show(done, of);
    },
  });
  line.end();
  console.log(json ? jsonOf(report) : bagText(report, trusted.length > 0));
  return { intact: EXIT.done, broken: EXIT.refused, interrupted: EXIT.interrupted }[report.outcome];
}

/** A public key as `hoso checkpoint --keys` prints it. Throws OperatorError. */
export function keyOf(text: string): Verifier {
  try {
    return readVerifier(text.trim());
  } catch (cause) {
    if (!(cause instanceof BadNote)) throw cause;
    throw new OperatorError(
      `${text.slice(0, 80)} is no public key: ${cause.message}.`,
      'Name one as hoso checkpoint --keys prints it.',
      { cause },
    );
  }
}

const OUTCOMES = {
  intact: 'NGUYÊN VẸN / INTACT',
  broken: 'KHÔNG NGUYÊN VẸN / NOT INTACT',
  interrupted: 'Đã dừng / stopped',
} as const;

/** What was found of a bag, for people. */
export function bagText(
  { outcome, faults, log, entries, files, checkpoint, keys }: BagReport,
  isTrusted: boolean,
): string {
  return [
    columns([
      ['nhật ký / log', log],
      ['tệp / files', String(files)],
      ['mục đã đọc / entries read', String(entries)],
      ['xác nhận / checkpoint', checkpoint === null ? '-' : `${checkpoint.origin} ${checkpoint.size}`],
      ['gốc / root', checkpoint?.root.toString('base64') ?? '-'],
      ...(isTrusted
        ? []
        : keys.map(({ text }) => ['khóa trong gói, hãy đối chiếu / key in the bag: compare it', text])),
    ]),
    ...faults.map(({ file, rule, vi, en }) => `✗ ${file} [${rule}] ${vi} / ${en}`),
    OUTCOMES[outcome],
  ].join('\n');
}

function jsonOf({ keys, checkpoint, note: _, ...said }: BagReport): string {
  return JSON.stringify({
    ...said,
    root: checkpoint?.root.toString('hex') ?? null,
    keys: keys.map(({ text }) => text),
  });
}
