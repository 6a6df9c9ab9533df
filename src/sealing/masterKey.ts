import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { access, constants, copyFile, link, mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lengthPrefixed } from './bytes.js';
import { MasterKeyRefused } from './port.js';

const FIRST_LINE = 'hoso master key 1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The key that wraps all others. Never leaves this object. */
export class MasterKey {
  /** Names the key without telling anything of it; every wrapped key carries it. */
  readonly id: string;

  constructor(private readonly key: Buffer) {
    this.id = createHash('sha256').update('hoso master key id').update(key).digest('hex').slice(0, 16);
  }

  /** Wraps a key (AES-256-GCM: nonce, ciphertext, tag), bound to what it is for. */
  wrap(boundTo: readonly string[], key: Buffer): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(lengthPrefixed(boundTo));
    return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
  }

  /** The key that was wrapped, or undefined: under another master key, altered, or bound to something else. */
  unwrap(boundTo: readonly string[], wrapped: Buffer): Buffer | undefined {
    if (wrapped.length < NONCE_BYTES + TAG_BYTES) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.key, wrapped.subarray(0, NONCE_BYTES));
    decipher.setAAD(lengthPrefixed(boundTo)).setAuthTag(wrapped.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(wrapped.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    } catch {
      return undefined;
    }
  }
}

/** What the operator must know once, in both languages; the start-up log prints it. */
export function backUpWarning(file: string): string {
  return [
    `The master key of this data is new: ${file}`,
    'Back it up now, apart from the data: without it no sealed personal value can ever be read again.',
    `Khóa chính của dữ liệu này vừa được tạo: ${file}`,
    'Hãy sao lưu ngay, tách khỏi dữ liệu: mất khóa này thì không bao giờ đọc lại được dữ liệu cá nhân đã niêm phong.',
  ].join('\n');
}

/** What the operator must do after a rotation, in both languages. */
export function rotatedNote(file: string): string {
  return [
    `Back up the new master key (${file}) and the keys now; then destroy every copy of the old master key: with it, older backups of the keys still open.`,
    `Hãy sao lưu khóa chính mới (${file}) và kho khóa ngay; sau đó hủy mọi bản sao của khóa chính cũ: còn nó thì các bản sao lưu khóa cũ vẫn mở được.`,
  ].join('\n');
}

/** The master key in a file. Rejects with MasterKeyRefused when there is none, it is not one, or others may read it. */
export async function loadMasterKey(file: string): Promise<MasterKey> {
  const { text, mode, uid } = await read(file).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT')
      throw new MasterKeyRefused(
        `The master key file ${file} is missing.`,
        'Restore it from its backup, or name its place in HOSO_MASTER_KEY_FILE: without it no sealed value can be read.',
        { cause: error },
      );
    throw new MasterKeyRefused(
      `The master key file ${file} cannot be read (${codeOf(error)}).`,
      'Make it a file that the service’s user may read (mode 0600), or name another in HOSO_MASTER_KEY_FILE.',
      { cause: error },
    );
  });
  // As PostgreSQL has it for its own key files: 0600, or 0640 where root owns it. Windows keeps no such bits.
  const tooOpen = uid === 0 ? 0o037 : 0o077;
  if (process.platform !== 'win32' && (mode & tooOpen) !== 0)
    throw new MasterKeyRefused(
      `The master key file ${file} is open to other users (mode ${(mode & 0o777).toString(8)}).`,
      `Close it: chmod 600 ${file}`,
    );
  const [first, hex = ''] = text.split('\n').map((line) => line.trim());
  if (first !== FIRST_LINE || !/^[0-9a-f]{64}$/.test(hex))
    throw new MasterKeyRefused(
      `The file ${file} is not a master key, or a newer release’s.`,
      'Name the right file in HOSO_MASTER_KEY_FILE, or restore it from its backup.',
    );
  return new MasterKey(Buffer.from(hex, 'hex'));
}

/**
 * Makes a master key file (0600), on disk before this returns, and gives its key; an existing one, also of a faster
 * process, is loaded instead.
 */
export async function makeMasterKey(file: string): Promise<MasterKey> {
  if (await exists(file)) return loadMasterKey(file);
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeDurably(draft, `${FIRST_LINE}\n${randomBytes(32).toString('hex')}\n`);
    await place(draft, file);
    await syncDirectory(dirname(file));
  } catch (error) {
    throw new MasterKeyRefused(
      `The master key cannot be made in ${dirname(file)} (${codeOf(error)}).`,
      'Let the service’s user write there, or name a file in another place in HOSO_MASTER_KEY_FILE.',
      { cause: error },
    );
  } finally {
    await rm(draft, { force: true }).catch(() => undefined);
  }
  return loadMasterKey(file);
}

/** The master key, and the one that is about to take its place, while a rotation is at work or was interrupted. */
export async function loadMasterKeys(file: string): Promise<[MasterKey, ...MasterKey[]]> {
  const key = await loadMasterKey(file);
  const next = await nextFile(file);
  return (await exists(next)) ? [key, await loadMasterKey(next)] : [key];
}

/** Makes the master key that will take this one's place, or gives that of an interrupted rotation. */
export async function makeNextMasterKey(file: string): Promise<MasterKey> {
  return makeMasterKey(await nextFile(file));
}

/** Replaces the master key by the next one: afterwards the file holds the one or the other, whatever happens. */
export async function putNextInPlace(file: string): Promise<void> {
  const target = await realpath(file);
  await rename(await nextFile(file), target);
  await syncDirectory(dirname(target));
}

/** Beside the file itself, where the name given is a link to it. */
async function nextFile(file: string): Promise<string> {
  return `${await realpath(file).catch(() => file)}.next`;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    (error: unknown) => !['ENOENT', 'ENOTDIR'].includes(codeOf(error)),
  );
}

async function read(file: string): Promise<{ text: string; mode: number; uid: number }> {
  const handle = await open(file, 'r');
  try {
    const { mode, uid } = await handle.stat();
    return { text: await handle.readFile('utf8'), mode, uid };
  } finally {
    await handle.close();
  }
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.chmod(0o600); // whatever the umask
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Neither way replaces a file that is there: of two processes, one makes the key and both use it. */
async function place(draft: string, file: string): Promise<void> {
  try {
    await link(draft, file).catch(async (error: unknown) => {
      if (codeOf(error) === 'EEXIST') throw error;
      await copyFile(draft, file, constants.COPYFILE_EXCL); // a file system without hard links
    });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return; // a directory cannot be opened there
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}
