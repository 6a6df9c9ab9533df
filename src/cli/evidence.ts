import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { namedIn } from '../attachments/named.js';
import type { Core } from '../core.js';
import { openCheckpoint, type Checkpoint } from '../evidence/checkpoint.js';
import type { SignedCheckpoint } from '../evidence/evidence.js';
import { BadNote, type Verifier } from '../evidence/note.js';
import { consistencyFile, proofFile } from '../evidence/proofFile.js';
import { verifyLog, type VerifyReport, type VerifyState } from '../evidence/verifyLog.js';
import { OperatorError } from '../operatorError.js';
import { verifyBagCommand } from './archive.js';
import { EXIT } from './exits.js';
import { columns, ProgressLine } from './output.js';

type WithCore = (work: (core: Core, signal: AbortSignal) => Promise<number>) => Promise<void>;

/** The commands about what proves the log: checkpoint, proof, consistency, verify. */
export function addEvidenceCommands(program: Command, withCore: WithCore): void {
  program
    .command('checkpoint')
    .description('ký xác nhận của nhật ký đến lúc này / sign a checkpoint of the log as it is now')
    .option('--keys', 'in các khóa công khai / print the public keys instead')
    .option('--out <file>', 'ghi vào tệp / write to a file')
    .action((options: { keys?: boolean; out?: string }) =>
      withCore(async ({ evidence }) => {
        const keys = async () => (await evidence.verifiers()).map(({ text }) => `${text}\n`).join('');
        await put(options.keys === true ? await keys() : (await evidence.publish()).note, options.out);
        return EXIT.done;
      }),
    );

  program
    .command('proof')
    .argument('<id>', 'mã hồ sơ hoặc sự kiện / id of a record or of an event')
    .description(
      'bằng chứng cho toàn bộ quá trình của một người hoặc một sự kiện, để kiểm tra bằng hoso-verify / a proof file',
    )
    .option('--out <file>', 'ghi vào tệp / write to a file')
    .action((id: string, options: { out?: string }) =>
      withCore(async ({ evidence, log }) => {
        const stream = `person-${id}`;
        const history = await log.readStream(stream);
        const events = history.length > 0 ? history : await log.readEvents([id]);
        if (events.length === 0) {
          console.error('hoso: không có hồ sơ hay sự kiện này / there is no such record or event');
          return EXIT.refused;
        }
        const proof = await proofFile(evidence, events, history.length > 0 ? stream : null);
        await put(`${JSON.stringify(proof, null, 1)}\n`, options.out);
        return EXIT.done;
      }),
    );

  program
    .command('consistency')
    .argument(
      '<earlier>',
      'xác nhận trước: tệp hoặc số sự kiện / a file, or the size, of the earlier checkpoint',
    )
    .argument('[later]', 'xác nhận sau; mặc định: mới nhất / the later one; default: one of now')
    .description('bằng chứng rằng nhật ký chỉ được thêm vào / what proves that the log was only added to')
    .option('--out <file>', 'ghi vào tệp / write to a file')
    .action((earlier: string, later: string | undefined, options: { out?: string }) =>
      withCore(async (core) => {
        const { evidence } = core;
        const [from, to] = [
          await published(core, earlier),
          later === undefined ? await evidence.publish() : await published(core, later),
        ];
        if (from.size > to.size)
          throw new OperatorError(
            `The checkpoint of ${from.size} is not earlier than that of ${to.size}.`,
            'Name the earlier one first.',
          );
        await put(`${JSON.stringify(await consistencyFile(evidence, from, to), null, 1)}\n`, options.out);
        return EXIT.done;
      }),
    );

  program
    .command('verify')
    .description(
      'đọc lại toàn bộ nhật ký và đối chiếu / re-read the whole log and compare it with what was signed',
    )
    .option(
      '--against <file>',
      'xác nhận giữ ở nơi khác; có thể nêu nhiều lần / a checkpoint kept elsewhere; may be given more than once',
      (file: string, files: string[]) => [...files, file],
      [] as string[],
    )
    .option('--bag <dir>', 'kiểm tra gói lưu trữ, không cần máy chủ / an archive instead, without any server')
    .option(
      '--key <key>',
      'khóa công khai đã biết, cho gói; có thể nêu nhiều lần / a public key known from elsewhere, for a bag',
      (key: string, keys: string[]) => [...keys, key],
      [] as string[],
    )
    .option('--restart', 'bắt đầu lại từ đầu sau khi bị dừng / from the start, also after an interruption')
    .option('--json')
    .action(async (options: VerifyWish) => {
      if (options.bag === undefined) return withCore((core, signal) => verify(core, signal, options));
      const { bag, key: keys, json = false } = options;
      process.exitCode = await verifyBagCommand(bag, { keys, json });
    });
}

interface VerifyWish {
  readonly against: readonly string[];
  readonly bag?: string;
  readonly key: readonly string[];
  readonly restart?: boolean;
  readonly json?: boolean;
}

async function verify(
  { config, log, evidence, attachmentStore }: Core,
  signal: AbortSignal,
  options: VerifyWish,
): Promise<number> {
  const verifiers = await evidence.verifiers();
  const against = options.against.map((file) => outside(file, verifiers, evidence.origin));
  const place = join(config.dataDir, 'evidence', 'verify.json');
  const resume = options.restart === true ? undefined : await stateAt(place);
  if (resume !== undefined)
    console.error(`Tiếp tục từ / going on from ${resume.size} (--restart: từ đầu / from the start)`);
  const line = new ProgressLine('verify');
  const report = await verifyLog({
    ...evidence.parts,
    log,
    verifiers,
    against,
    attachments: { namedIn, check: (hash) => attachmentStore.check(hash) },
    signal,
    onProgress: (done, of) => {
      line.show(done, of);
    },
    ...(resume === undefined ? {} : { resume }),
  });
  line.end();
  if (report.state === null) await rm(place, { force: true });
  else await keepState(place, report.state);
  if (options.json === true) {
    const { state: _, root, ...said } = report;
    console.log(JSON.stringify({ ...said, root: root.toString('hex') }));
  } else console.log(reportText(report));
  return { intact: EXIT.done, broken: EXIT.refused, interrupted: EXIT.interrupted }[report.outcome];
}

const OUTCOMES = {
  intact: 'NGUYÊN VẸN / INTACT',
  broken: 'KHÔNG NGUYÊN VẸN / NOT INTACT',
  interrupted: 'Đã dừng; chạy lại để tiếp tục / stopped; run again to go on',
} as const;

function reportText({ outcome, faults, events, covered, checkpoints, streams, root }: VerifyReport): string {
  return [
    columns([
      ['sự kiện đã đọc / events read', String(events)],
      ['luồng / streams', String(streams)],
      ['xác nhận khớp / checkpoints that agree', String(checkpoints)],
      ['có xác nhận đến / covered up to', String(covered)],
      ['gốc / root', root.toString('base64')],
    ]),
    ...faults.map(({ rule, sequence, vi, en }) => `✗ ${sequence} [${rule}] ${vi} / ${en}`),
    OUTCOMES[outcome],
  ].join('\n');
}

/** A checkpoint that was kept elsewhere. Throws OperatorError when it is not one of this log's. */
function outside(file: string, verifiers: readonly Verifier[], origin: string): Checkpoint {
  const remedy =
    'Name a checkpoint file of this log, as hoso checkpoint and GET /v1/evidence/checkpoint give it.';
  let note: string;
  try {
    note = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new OperatorError(`The file ${file} cannot be read.`, remedy, { cause });
  }
  try {
    const checkpoint = openCheckpoint(note, verifiers);
    if (checkpoint.origin === origin) return checkpoint;
    throw new BadNote(`it is of ${checkpoint.origin}`);
  } catch (cause) {
    if (!(cause instanceof BadNote)) throw cause;
    throw new OperatorError(`${file} is no checkpoint of this log: ${cause.message}.`, remedy, { cause });
  }
}

/** The checkpoint that a file holds, or that was published of a size. */
async function published({ evidence }: Core, what: string): Promise<SignedCheckpoint> {
  if (/^\d{1,15}$/.test(what)) {
    const found = await evidence.published(Number(what));
    if (found !== undefined) return found;
    throw new OperatorError(
      `No checkpoint of size ${what} was published.`,
      'Name a size that one was published of, or its file.',
    );
  }
  const checkpoint = outside(what, await evidence.verifiers(), evidence.origin);
  return { ...checkpoint, note: readFileSync(what, 'utf8') };
}

async function put(text: string, file: string | undefined): Promise<void> {
  if (file === undefined) process.stdout.write(text);
  else await writeFile(file, text);
}

async function stateAt(file: string): Promise<VerifyState | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as VerifyState;
  } catch {
    return undefined; // none, or not whole: from the start
  }
}

async function keepState(file: string, state: VerifyState): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
  await rename(`${file}.new`, file);
}
