import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MasterKeyRefused } from './port.js';

const FIRST_LINE = 'hoso master key 1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The key that wraps all others. Never leaves this object. */
export class MasterKey {
  /** Names the key without telling anything of it. */
  readonly id: string;

  constructor(private readonly key: Buffer) {
    this.id = createHash('sha256').update('hoso master key id').update(key).digest('hex').slice(0, 16);
  }

  wrap(id: string, key: Buffer): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from(id));
    return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
  }

  /** Throws MasterKeyRefused when this is not the key that wrapped it, or it was altered. */
  unwrap(id: string, wrapped: Buffer): Buffer {
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.key, wrapped.subarray(0, NONCE_BYTES));
      decipher.setAAD(Buffer.from(id)).setAuthTag(wrapped.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(wrapped.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    } catch {
      throw new MasterKeyRefused(
        'The master key does not open the keyring.',
        'Restore the master key file that belongs to this keyring, or the keyring that belongs to this master key.',
      );
    }
  }
}

/** What the operator must know once, in both languages; the start-up log prints it. */
export function backUpWarning(file: string): string {
  return [
    `A master key was made: ${file}`,
    'Back it up now, apart from the data: without it no sealed personal value can ever be read again.',
    'Đã tạo khóa chính. Hãy sao lưu ngay, tách khỏi dữ liệu: mất khóa này thì không bao giờ đọc lại được dữ liệu đã niêm phong.',
  ].join('\n');
}

/** The master key in a file. Rejects with MasterKeyRefused when there is none or it is not one. */
export async function loadMasterKey(file: string): Promise<MasterKey> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new MasterKeyRefused(
      missing ? `The master key file ${file} is missing.` : `The master key file ${file} cannot be read.`,
      missing
        ? 'Restore it from its backup, or name its place in HOSO_MASTER_KEY_FILE: without it no sealed value can be read.'
        : 'Let the service’s user read it (mode 0600).',
    );
  });
  if (((await stat(file)).mode & 0o077) !== 0)
    throw new MasterKeyRefused(`The master key file ${file} is open to other users.`, `chmod 600 ${file}`);
  const [first, hex = ''] = text.split('\n');
  if (first !== FIRST_LINE || !/^[0-9a-f]{64}$/.test(hex.trim()))
    throw new MasterKeyRefused(
      `The file ${file} is not a master key.`,
      'Name the right file in HOSO_MASTER_KEY_FILE, or restore it from its backup.',
    );
  return new MasterKey(Buffer.from(hex.trim(), 'hex'));
}

/** Makes a master key file (0600) and gives its key; an existing one, also of a faster process, is loaded instead. */
export async function makeMasterKey(file: string): Promise<{ key: MasterKey; made: boolean }> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, `${FIRST_LINE}\n${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flush: true });
  await chmod(draft, 0o600);
  // A link never replaces a file that is there: of two processes, one makes the key and both use it.
  const made = await link(draft, file).then(
    () => true,
    () => false,
  );
  await unlink(draft);
  return { key: await loadMasterKey(file), made };
}
