import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { uuidOf } from './bytes.js';
import type { DestroyedKey, KeyName, Keyring, LiveKey, NamedKey } from './keyring.js';

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

  inUse(names: readonly KeyName[]): Promise<NamedKey[]> {
    const found = names.map((name) => this.live.get(textOf(name))).filter((key) => key !== undefined);
    return Promise.resolve(found.map(({ owner, group, keyId }) => ({ owner, group, keyId })));
  }

  destroy(keys: readonly NamedKey[]): Promise<void> {
    for (const { owner, group, keyId } of keys) {
      const known = this.byId.get(keyId) ?? { owner, group };
      if (known.owner !== owner || known.group !== group) continue;
      this.byId.set(keyId, { owner, group, keyId, key: null });
      if (this.live.get(textOf({ owner, group }))?.keyId === keyId)
        this.live.delete(textOf({ owner, group }));
    }
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private one({ owner, group }: KeyName): LiveKey {
    const name = textOf({ owner, group });
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

function textOf({ owner, group }: KeyName): string {
  return `${group} ${owner}`;
}
