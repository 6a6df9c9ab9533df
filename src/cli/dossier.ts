import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readPassphrase } from '../archive/sealedFile.js';
import type { Core } from '../core.js';
import { openDossier, type OpenedDossier } from '../dossier/openDossier.js';
import { receiveDossier, type ReceivingReport } from '../dossier/receiveDossier.js';
import { writeDossier } from '../dossier/writeDossier.js';
import { rejectsIn } from '../importing/rejects.js';
import { OperatorError } from '../operatorError.js';
import { namesakes } from '../projecting/queries/persons.js';
import { personOf } from '../recording/codec.js';
import { EXIT, stopped } from './exits.js';
import { bagText, keyOf } from './bagText.js';
import {
  ACCOUNT,
  auditDirect,
  operatorOf,
  requireCity,
  requireHistory,
  type OperatorOptions,
} from './operator.js';
import { columns } from './output.js';
import { withCore, withReadModels } from './withCore.js';

/** What `hoso archive --person` is told. */
export interface PersonWish extends OperatorOptions {
  readonly person: string;
  readonly keys?: string;
  readonly passphraseFile?: string;
}

interface ReceiveWish extends OperatorOptions {
  readonly key: readonly string[];
  readonly keys: string;
  readonly passphraseFile: string;
  readonly into?: string;
  readonly new?: boolean;
  readonly check?: boolean;
}

/** `hoso receive`. */
export function addDossierCommands(program: Command): void {
  program
    .command('receive')
    .argument('<dir>', 'gói hồ sơ do cơ quan khác bàn giao / dossier that another authority handed over')
    .requiredOption(
      '--key <key>',
      'khóa công khai của bên gửi, đã biết từ nơi khác; có thể nêu nhiều lần / public key of the sender, known from elsewhere',
      (key: string, keys: string[] | undefined) => [...(keys ?? []), key],
    )
    .requiredOption('--keys <file>', 'tệp khóa của hồ sơ / file of the dossier’s keys')
    .requiredOption('--passphrase-file <file>', 'mật khẩu của tệp khóa / file that holds its passphrase')
    .option('--into <id>', 'hồ sơ người đó đã có ở đây / the record that the person has here already')
    .option(
      '--new',
      'là người khác, dù trùng họ tên và ngày sinh / another person than who is here by that name',
    )
    .option('--check', 'chỉ kiểm tra, không ghi / check only')
    .option(...ACCOUNT)
    .description(
      'nhận hồ sơ của một người từ cơ quan khác; chạy lại thì không đổi gì / take a person’s dossier in; run again, it changes nothing',
    )
    .action(async (directory: string, options: ReceiveWish) => {
      const dossier = await openDossier({
        directory: resolve(directory),
        keysFile: options.keys,
        opener: { passphrase: await readPassphrase(options.passphraseFile) },
        trusted: options.key.map(keyOf),
      });
      if (dossier.kind === 'broken') {
        console.log(bagText(dossier.report, true));
        process.exitCode = EXIT.refused;
        return;
      }
      await withCore((core, signal) => receive(dossier, { core, signal, options }));
    });
}

async function receive(
  dossier: OpenedDossier,
  {
    core,
    signal,
    options,
  }: {
    readonly core: Core;
    readonly signal: AbortSignal;
    readonly options: ReceiveWish;
  },
): Promise<number> {
  await core.shipLaw();
  const { caller } = await checked(core, options);
  const { log, sealer, codec, references, attachments, evidence, config } = core;
  const report = await receiveDossier(
    dossier,
    { log, sealer, codec, attachments, reference: references.at(), origin: evidence.origin },
    {
      actor: { account: caller.account, unit: caller.unit, client: 'hoso receive' },
      correlation: randomUUID(),
      check: options.check ?? false,
      rejects: rejectsIn(config),
      signal,
      ...(options.into === undefined ? {} : { into: personOf(options.into) ?? options.into }),
      namesakes:
        options.new === true ? null : (who) => withReadModels(core, ['profile'], (db) => namesakes(db, who)),
    },
  );
  tell(report);
  if (!report.interrupted) return report.bad > 0 ? EXIT.refused : EXIT.done;
  return stopped();
}

async function checked({ access }: Core, options: OperatorOptions) {
  const operator = await operatorOf(access, options);
  requireCity(operator, access, 'any');
  return operator;
}

function tell(report: ReceivingReport): void {
  for (const f of report.faults)
    console.error(`dòng/line ${f.line} ${f.pointer} [${f.rule}] ${f.vi} / ${f.en}`);
  const findings = Object.entries(report.findings);
  console.log(
    columns([
      ['hồ sơ / record', report.record],
      ['việc / facts', String(report.lines)],
      ['đã nạp / loaded', String(report.loaded)],
      ['đã có / repeated', String(report.repeated)],
      ['không nhận được / not taken', String(report.bad)],
      ['vốn từ đây / came from here once', String(report.ours)],
      ['bản quét / attachments', String(report.scans)],
      ['bản quét không có / attachments that are not there', String(report.scansMissing)],
      ['vấn đề bên gửi đã xử lý / findings that the sender settled', String(report.settled)],
      ['lệnh lưu giữ ở bên gửi / legal holds at the sender', String(report.holds)],
      ...findings.map(([rule, n]) => [`vấn đề / finding ${rule}`, String(n)]),
      ...report.fallen.map((id) => ['không còn ở bên gửi / no longer stands at the sender', id]),
      ...report.units.map(({ code, names, here }) => [
        here === null ? 'đơn vị giữ theo lời bên gửi / unit kept in words' : `đơn vị / unit ${here}`,
        [code, ...names].join(', '),
      ]),
      ...report.codes.map(({ list, code, name }) => [
        `mã không có ở đây / code that no list here has, ${list}`,
        code === null ? '-' : [code, ...(name === null ? [] : [name])].join(', '),
      ]),
    ]),
  );
  if (report.rejects !== null) console.log(`việc không nhận / rejects: ${report.rejects}`);
}

/** `hoso archive --person`: a read of the whole record, checked and audited as one. */
export async function archivePerson(core: Core, directory: string, wish: PersonWish): Promise<number> {
  const { log, access, references, evidence, codec, sealer, attachmentStore } = core;
  const person = personOf(wish.person) ?? wish.person;
  const keys = await keysWish(wish);
  if ((await log.readStream(`person-${person}`)).length === 0) {
    console.error('hoso: không có hồ sơ này / there is no such record');
    return EXIT.refused;
  }
  const operator = await operatorOf(access, wish);
  await references.sync();
  await requireHistory(operator, access, person);
  await auditDirect(operator, access, wish, { command: 'hoso archive --person', person, asOf: null });
  const reference = async (k: number) => {
    await references.sync();
    return references.at(k);
  };
  const report = await writeDossier(
    { log, codec, sealer, evidence, attachments: attachmentStore, reference },
    { person, directory, ...(keys === null ? {} : { keys }) },
  );
  console.log(
    columns([
      ['sự kiện / events', String(report.events)],
      ['tệp / files', String(report.files)],
      ['bản quét / attachments', String(report.attachments)],
      ['khóa / keys', report.keys === null ? '-' : String(report.keys)],
      ['xác nhận / checkpoint', `${report.checkpoint.origin} ${report.checkpoint.size}`],
      ['SHA-256 manifest', report.bag],
    ]),
  );
  if (keys !== null)
    console.error(
      'Gửi gói, tệp khóa và mật khẩu bằng ba đường khác nhau / send the bag, the file of keys and the passphrase by three different ways.',
    );
  return EXIT.done;
}

/** The keys are for another authority, which has no master key of ours: they go under a passphrase. */
async function keysWish({ keys, passphraseFile }: PersonWish) {
  if (keys === undefined && passphraseFile === undefined) return null;
  if (keys === undefined || passphraseFile === undefined)
    throw new OperatorError(
      'The keys of a dossier are sealed with a passphrase.',
      'Give both --keys and --passphrase-file, or none of them.',
    );
  return { file: keys, opener: { passphrase: await readPassphrase(passphraseFile) } };
}
