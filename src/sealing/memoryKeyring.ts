import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { uuidOf } from './bytes.js';
import type { DestroyedKey, KeyName, Keyring, LiveKey } from './keyring.js';

/** A keyring that keeps nothing: for fast tests and as the model. With a seed, keys and ids are the same in every run. */
export class MemoryKeyring implements Keyring {
  private readonly live = new Map<string, LiveKey>();
  private readonly byId = new Map<string, LiveKey | DestroyedKey>();
  private readonly index: Buffer;

  constructor(private readonly seed?: string) {
    this.index = this.bytes('index');
  }

  obtain(names: readonly KeyName[]): Promise<LiveKey[]> {
    return Promise.resolve(names.map((name) => this.one(name)));
  }

  find(keyIds: readonly string[]): Promise<(LiveKey | DestroyedKey | undefined)[]> {
    return Promise.resolve(keyIds.map((id) => this.byId.get(id)));
  }

  indexKey(): Buffer {
    return this.index;
  }

  /** What a lawful destruction leaves: the id, and room for a new key of that name. */
  destroy({ owner, group }: KeyName): void {
    const name = `${group} ${owner}`;
    const key = this.live.get(name);
    if (key === undefined) return;
    this.live.delete(name);
    this.byId.set(key.keyId, { ...key, key: null });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private one({ owner, group }: KeyName): LiveKey {
    const name = `${group} ${owner}`;
    const known = this.live.get(name);
    if (known !== undefined) return known;
    let use = name;
    let made = this.make(use, { owner, group });
    while (this.byId.has(made.keyId)) made = this.make((use += ' again'), { owner, group });
    this.live.set(name, made);
    this.byId.set(made.keyId, made);
    return made;
  }

  private make(use: string, name: KeyName): LiveKey {
    const keyId = this.seed === undefined ? randomUUID() : uuidOf(this.bytes(`id ${use}`));
    return { ...name, keyId, key: this.bytes(use) };
  }

  private bytes(use: string): Buffer {
    return this.seed === undefined
      ? randomBytes(32)
      : createHash('sha256').update(`${this.seed} ${use}`).digest();
  }
}
