import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * Values parted into files by a key, so that all values of one key can be taken up together in bounded memory, however
 * scattered they came. The files hold personal data: encrypted under a key that is in this object alone, so that what a
 * kill leaves behind tells nothing; removed at the end in any other case.
 */
export class Spill<T> {
  private readonly key = randomBytes(32);

  private constructor(
    private readonly directory: string,
    private readonly files: readonly WriteStream[],
  ) {}

  static async open<T>(parent: string, parts: number): Promise<Spill<T>> {
    const directory = await mkdtemp(join(parent, 'hoso-import-'));
    const files = Array.from({ length: parts }, (_, i) =>
      createWriteStream(join(directory, String(i)), { mode: 0o600 }),
    );
    return new Spill(directory, files);
  }

  async add(key: Buffer, value: T): Promise<void> {
    const file = this.files[key.readUInt32BE() % this.files.length] as WriteStream;
    if (!file.write(`${this.encrypted(JSON.stringify(value))}\n`)) await once(file, 'drain');
  }

  /** Ends writing. */
  async finish(): Promise<void> {
    await Promise.all(this.files.map((file) => new Promise<void>((resolve) => file.end(resolve))));
  }

  /** The parts, one after another, each in the order of arrival. */
  async *parts(): AsyncGenerator<T[]> {
    for (const [i] of this.files.entries()) {
      const values: T[] = [];
      for await (const line of createInterface({ input: createReadStream(join(this.directory, String(i))) }))
        values.push(JSON.parse(this.decrypted(line)) as T);
      yield values;
    }
  }

  async remove(): Promise<void> {
    for (const file of this.files) file.destroy();
    await rm(this.directory, { recursive: true, force: true });
  }

  private encrypted(text: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce);
    return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString(
      'base64',
    );
  }

  private decrypted(line: string): string {
    const bytes = Buffer.from(line, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString();
  }
}
