import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Sealer } from '../sealing/port.js';
import { fault } from './query.js';

const NONCE = 12;
const TAG = 16;

/**
 * Cursors of lists: where a page ended, with the question it belongs to. A cursor may hold a name, so it leaves the
 * service encrypted; and nobody can make one up.
 */
export class Cursors {
  private readonly key: Buffer;

  constructor(sealer: Pick<Sealer, 'index'>) {
    this.key = sealer.index('cursor', []);
  }

  seal(question: string, after: object): string {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from(question));
    const sealed = Buffer.concat([cipher.update(JSON.stringify(after), 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url');
  }

  /** Throws Problem (422) for what this service did not make for this very question. */
  open(question: string, cursor: string): unknown {
    const bytes = Buffer.from(cursor, 'base64url');
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(0, NONCE))
        .setAAD(Buffer.from(question))
        .setAuthTag(bytes.subarray(-TAG));
      const plain = [decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()];
      return JSON.parse(Buffer.concat(plain).toString()) as unknown;
    } catch {
      throw fault(
        'cursor',
        'cursor',
        'không phải con trỏ của danh sách này',
        'is not a cursor of this list and these conditions',
      );
    }
  }
}
