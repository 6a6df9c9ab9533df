/**
 * A file that only its passphrase, or the master key, opens. A first line of JSON tells how its key is made; then pieces,
 * each its length (4 bytes, big-endian), ciphertext and tag: AES-256-GCM, the nonce the number of the piece, the
 * additional data SHA-256 of the first line and one byte that is 1 for the last piece. So nothing can be changed, cut
 * off, or put in another order. The text within is UTF-8.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes, scrypt } from 'node:crypto';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { OperatorError } from '../operatorError.js';
import type { MasterKey } from '../sealing/masterKey.js';

/** What opens a file: a passphrase, or the master key. */
export type Opener = { readonly passphrase: string } | { readonly master: MasterKey };

const FORMAT = 'hoso-sealed-1';
const PIECE = 64 * 1024;
const TAG_BYTES = 16;
const SCRYPT = { N: 2 ** 16, r: 8, p: 1 } as const;
const LEAST_PASSPHRASE = 12;

interface Header {
  readonly format: string;
  readonly kdf: 'scrypt' | 'master key';
  /** scrypt: its parameters. */
  readonly N?: number;
  readonly r?: number;
  readonly p?: number;
  /** base64 */
  readonly salt?: string;
  /** Which master key, and the file's own key wrapped by it, base64. */
  readonly master?: string;
  readonly wrapped?: string;
}

/** Reads a passphrase: the first line of a file, so that it stands on no command line. Rejects a short one. */
export async function readPassphrase(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new OperatorError(`The passphrase file ${file} cannot be read.`, 'Name a file that holds it.', {
      cause,
    });
  });
  const passphrase = (text.split('\n')[0] ?? '').trim().normalize('NFC');
  if (passphrase.length >= LEAST_PASSPHRASE) return passphrase;
  throw new OperatorError(
    `The passphrase in ${file} has fewer than ${LEAST_PASSPHRASE} characters.`,
    'Choose a longer one: several words.',
  );
}

/** Writes a sealed file piece by piece; readable by its owner only. An existing one is replaced. */
export class SealedWriter {
  private waiting = '';
  private count = 0;

  private constructor(
    private readonly handle: FileHandle,
    private readonly key: Buffer,
    private readonly bound: Buffer,
  ) {}

  static async create(file: string, opener: Opener): Promise<SealedWriter> {
    const { header, key } = await newKey(opener);
    const line = `${JSON.stringify(header)}\n`;
    const handle = await open(file, 'w', 0o600);
    await handle.chmod(0o600); // whatever the umask
    await handle.write(line);
    return new SealedWriter(handle, key, createHash('sha256').update(line).digest());
  }

  async write(text: string): Promise<void> {
    this.waiting += text;
    if (this.waiting.length >= PIECE) await this.flush(false);
  }

  /** Resolves when the file is whole and on disk. */
  async end(): Promise<void> {
    await this.flush(true);
    await this.handle.sync();
    await this.handle.close();
  }

  private async flush(isLast: boolean): Promise<void> {
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce(this.count++)).setAAD(
      aad(this.bound, isLast),
    );
    const sealed = Buffer.concat([cipher.update(this.waiting, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    this.waiting = '';
    const length = Buffer.alloc(4);
    length.writeUInt32BE(sealed.length);
    await this.handle.write(Buffer.concat([length, sealed]));
  }
}

/** The text of a sealed file, piece by piece. Rejects with an OperatorError for a wrong opener and a damaged file. */
export async function* openSealed(file: string, opener: Opener): AsyncGenerator<string> {
  const damaged = (cause?: unknown) =>
    new OperatorError(
      `The sealed file ${file} does not open: it is damaged, or sealed with something else.`,
      'passphrase' in opener
        ? 'Check the passphrase, or take another copy.'
        : 'Take another copy, or name its passphrase file.',
      { cause },
    );
  const handle = await open(file, 'r').catch((cause: unknown) => {
    throw new OperatorError(`The sealed file ${file} cannot be read.`, 'Name the right file.', { cause });
  });
  try {
    const line = await firstLine(handle);
    const key = await keyOf(line, opener, damaged);
    const bound = createHash('sha256').update(line).digest();
    const { size } = await handle.stat();
    if (size <= Buffer.byteLength(line)) throw damaged(); // there is a last piece, if only an empty one
    for (let at = Buffer.byteLength(line), count = 0; at < size; count++) {
      const length = (await read(handle, at, 4)).readUInt32BE();
      const sealed = await read(handle, at + 4, length);
      if (length < TAG_BYTES || sealed.length < length) throw damaged();
      at += 4 + length;
      const decipher = createDecipheriv('aes-256-gcm', key, nonce(count))
        .setAAD(aad(bound, at === size))
        .setAuthTag(sealed.subarray(-TAG_BYTES));
      let text: Buffer;
      try {
        text = Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
      } catch (cause) {
        throw damaged(cause);
      }
      yield text.toString();
    }
  } finally {
    await handle.close();
  }
}

/** The lines of a sealed file, each without its newline. */
export async function* sealedLines(file: string, opener: Opener): AsyncGenerator<string> {
  let rest = '';
  for await (const text of openSealed(file, opener)) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

async function newKey(opener: Opener): Promise<{ readonly header: Header; readonly key: Buffer }> {
  if ('master' in opener) {
    const key = randomBytes(32);
    const { id } = opener.master;
    const wrapped = opener.master.wrap([FORMAT], key).toString('base64');
    return { key, header: { format: FORMAT, kdf: 'master key', master: id, wrapped } };
  }
  const salt = randomBytes(16);
  const header = { format: FORMAT, kdf: 'scrypt', ...SCRYPT, salt: salt.toString('base64') } as const;
  return { header, key: await derive(opener.passphrase, salt, SCRYPT) };
}

async function keyOf(
  line: string,
  opener: Opener,
  damaged: (cause?: unknown) => OperatorError,
): Promise<Buffer> {
  let header: Header;
  try {
    header = JSON.parse(line) as Header;
  } catch (cause) {
    throw damaged(cause);
  }
  if (header.format !== FORMAT) throw damaged();
  if (header.kdf === 'master key') {
    if (!('master' in opener)) throw damaged();
    if (header.master !== opener.master.id)
      throw new OperatorError(
        `The file is sealed under the master key ${header.master ?? '?'}, and this one is ${opener.master.id}.`,
        'Name the master key file that was in force when it was made in HOSO_MASTER_KEY_FILE.',
      );
    const key = opener.master.unwrap([FORMAT], Buffer.from(header.wrapped ?? '', 'base64'));
    if (key === undefined) throw damaged();
    return key;
  }
  const { N = 0, r = 0, p = 0, salt = '' } = header;
  if (!('passphrase' in opener))
    throw new OperatorError(
      'The file is sealed with a passphrase.',
      'Name the file that holds it: --passphrase-file.',
    );
  if (!(N <= 2 ** 20 && r <= 32 && p <= 16)) throw damaged();
  return derive(opener.passphrase, Buffer.from(salt, 'base64'), { N, r, p });
}

function derive(
  passphrase: string,
  salt: Buffer,
  cost: { readonly N: number; readonly r: number; readonly p: number },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, 32, { ...cost, maxmem: 256 * cost.N * cost.r }, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

function nonce(count: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(count, 8);
  return bytes;
}

function aad(bound: Buffer, isLast: boolean): Buffer {
  return Buffer.concat([bound, Buffer.of(isLast ? 1 : 0)]);
}

async function firstLine(handle: FileHandle): Promise<string> {
  const bytes = await read(handle, 0, 4_096);
  return bytes.toString('utf8', 0, bytes.indexOf(10) + 1);
}

async function read(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  if (length > 1_000_000) return Buffer.alloc(4);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, Math.max(bytesRead, length === 4 ? 4 : 0));
}
