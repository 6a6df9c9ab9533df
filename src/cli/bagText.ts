import type { BagReport } from '../archive/verifyBag.js';
import { BadNote, readVerifier, type Verifier } from '../evidence/note.js';
import { OperatorError } from '../operatorError.js';
import { columns } from './output.js';

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
