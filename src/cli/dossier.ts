import { readPassphrase } from '../archive/sealedFile.js';
import type { Core } from '../core.js';
import { writeDossier } from '../dossier/writeDossier.js';
import { OperatorError } from '../operatorError.js';
import { personOf } from '../recording/codec.js';
import { EXIT } from './exits.js';
import { auditDirect, operatorOf, requireHistory, type OperatorOptions } from './operator.js';
import { columns } from './output.js';

/** What `hoso archive --person` is told. */
export interface PersonWish extends OperatorOptions {
  readonly person: string;
  readonly keys?: string;
  readonly passphraseFile?: string;
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
