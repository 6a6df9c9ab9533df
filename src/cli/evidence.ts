import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { namedIn } from '../attachments/named.js';
import type { Core } from '../core.js';
import { openCheckpoint } from '../evidence/checkpoint.js';
import type { Evidence, SignedCheckpoint } from '../evidence/evidence.js';
import { BadNote, notesIn, type Verifier } from '../evidence/note.js';
import { consistencyFile, proofFile } from '../evidence/proofFile.js';
import { verifyLog, type VerifyOptions, type VerifyReport, type VerifyState } from '../evidence/verifyLog.js';
import { OperatorError } from '../operatorError.js';
import { personOf } from '../recording/codec.js';
import { EXIT } from './exits.js';
import {
  ACCOUNT,
  PURPOSE,
  auditDirect,
  operatorOf,
  requireHistory,
  type OperatorOptions,
} from './operator.js';
import { columns, ProgressLine } from './output.js';
import { withCore } from './withCore.js';

/** The commands about what proves the log: checkpoint, proof, consistency, verify. */
export function addEvidenceCommands(program: Command): void {
  program
    .command('checkpoint')
    .description(
      'ký xác nhận của nhật ký và của kiểm toán đọc đến lúc này / sign checkpoints of the log and of the audit of reads as they are now',
    )
    .option('--keys', 'in các khóa công khai / print the public keys instead')
    .option('--out <file>', 'ghi vào tệp / write to a file')
    .action((options: { keys?: boolean; out?: string }) =>
      withCore(async ({ evidence, readEvidence }) => {
        const keys = async () => (await evidence.verifiers()).map(({ text }) => `${text}\n`).join('');
        // Both roots together: of the events, then of the audit of reads.
        const notes = async () => {
          const reads = await readEvidence.publish();
          return (await evidence.publish()).note + reads.note;
        };
        await put(options.keys === true ? await keys() : await notes(), options.out);
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
    .option(...ACCOUNT)
    .option(...PURPOSE)
    .action((id: string, options: OperatorOptions & { out?: string }) =>
      withCore(async ({ evidence, log, access, references }) => {
        const stream = `person-${id}`;
        const history = await log.readStream(stream);
        const events = history.length > 0 ? history : await log.readEvents([id]);
        if (events.length === 0) {
          console.error('hoso: không có hồ sơ hay sự kiện này / there is no such record or event');
          return EXIT.refused;
        }
        const person = personOf(events[0]?.stream ?? '');
        if (person !== null) {
          const operator = await operatorOf(access, options);
          await references.sync();
          await requireHistory(operator, access, person);
          await auditDirect(operator, access, options, { command: 'hoso proof', person, asOf: null });
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
      const { verifyBagCommand } = await import('./archive.js');
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

async function verify(core: Core, signal: AbortSignal, options: VerifyWish): Promise<number> {
  const { log, evidence, readsLog, readEvidence, attachmentStore } = core;
  const verifiers = await evidence.verifiers();
  const origins = [evidence.origin, readEvidence.origin];
  const against = options.against.flatMap((file) => outside(file, verifiers, origins));
  const attachments = { namedIn, check: (hash: string) => attachmentStore.check(hash) };
  const run = (
    tree: Pick<VerifyOptions, 'log' | 'attachments'> & { readonly evidence: Evidence },
    name: string,
  ) => verifyOne(core, { ...tree, verifiers, against, signal }, { name, restart: options.restart === true });
  const events = await run({ log, evidence, attachments }, 'verify');
  const reads =
    events.outcome === 'interrupted'
      ? null
      : await run({ log: readsLog, evidence: readEvidence }, 'verify-reads');
  if (options.json === true)
    console.log(JSON.stringify({ ...jsonOf(events), reads: reads === null ? null : jsonOf(reads) }));
  else {
    console.log(reportText(events));
    if (reads !== null) console.log(`\nKiểm toán đọc / audit of reads\n${reportText(reads)}`);
  }
  const worst = [events, reads].map((report) => EXITS[report?.outcome ?? 'interrupted']);
  return Math.max(...worst);
}

const EXITS = { intact: EXIT.done, broken: EXIT.refused, interrupted: EXIT.interrupted } as const;

function jsonOf({ state: _, root, ...said }: VerifyReport): object {
  return { ...said, root: root.toString('hex') };
}

/** Verifies one log; where it is interrupted, the next run goes on from there. */
async function verifyOne(
  { config }: Core,
  {
    evidence,
    against = [],
    ...options
  }: Pick<VerifyOptions, 'log' | 'verifiers' | 'against' | 'signal' | 'attachments'> & {
    readonly evidence: Evidence;
  },
  { name, restart }: { readonly name: string; readonly restart: boolean },
): Promise<VerifyReport> {
  const place = join(config.dataDir, 'evidence', `${name}.json`);
  const resume = restart ? undefined : await stateAt(place);
  if (resume !== undefined)
    console.error(`Tiếp tục từ / going on from ${resume.size} (--restart: từ đầu / from the start)`);
  const line = new ProgressLine(name);
  const report = await verifyLog({
    ...evidence.parts,
    ...options,
    against: against.filter(({ origin }) => origin === evidence.origin),
    onProgress: (done, of) => {
      line.show(done, of);
    },
    ...(resume === undefined ? {} : { resume }),
  });
  line.end();
  if (report.state === null) await rm(place, { force: true });
  else await keepState(place, report.state);
  return report;
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

/** The checkpoints of a file that was kept elsewhere. Throws OperatorError when one is not of these logs. */
function outside(
  file: string,
  verifiers: readonly Verifier[],
  origins: readonly string[],
): SignedCheckpoint[] {
  const remedy =
    'Name a checkpoint file of this log, as hoso checkpoint and GET /v1/evidence/checkpoint give it.';
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new OperatorError(`The file ${file} cannot be read.`, remedy, { cause });
  }
  try {
    return notesIn(text).map((note) => {
      const checkpoint = openCheckpoint(note, verifiers);
      if (origins.includes(checkpoint.origin)) return { ...checkpoint, note };
      throw new BadNote(`it is of ${checkpoint.origin}`);
    });
  } catch (cause) {
    if (!(cause instanceof BadNote)) throw cause;
    throw new OperatorError(`${file} is no checkpoint of this log: ${cause.message}.`, remedy, { cause });
  }
}

/** The checkpoint that a file holds, or that was published of a size. */
async function published({ evidence, readEvidence }: Core, what: string): Promise<SignedCheckpoint> {
  if (/^\d{1,15}$/.test(what)) {
    const found = await evidence.published(Number(what));
    if (found !== undefined) return found;
    throw new OperatorError(
      `No checkpoint of size ${what} was published.`,
      'Name a size that one was published of, or its file.',
    );
  }
  const origins = [evidence.origin, readEvidence.origin];
  const found = outside(what, await evidence.verifiers(), origins).find(
    ({ origin }) => origin === evidence.origin,
  );
  if (found !== undefined) return found;
  throw new OperatorError(`${what} holds no checkpoint of the event log.`, 'Name a file that does.');
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
