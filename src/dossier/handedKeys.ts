import type { DestroyedKey, Keyring, LiveKey, NamedKey } from '../sealing/keyring.js';

/** The content keys that came with a dossier: to open with, never to seal with. Kept in memory only. */
export class HandedKeys implements Keyring {
  private readonly known: Map<string, LiveKey | DestroyedKey>;

  constructor(keys: readonly LiveKey[]) {
    this.known = new Map(keys.map((key) => [key.keyId, key]));
  }

  find(keyIds: readonly string[]): Promise<(LiveKey | DestroyedKey | undefined)[]> {
    return Promise.resolve(keyIds.map((id) => this.known.get(id)));
  }

  /** What the sender has destroyed is destroyed here, though a file of keys made before should still hold it. */
  destroy(keys: readonly NamedKey[]): Promise<void> {
    for (const { owner, group, keyId } of keys) this.known.set(keyId, { owner, group, keyId, key: null });
    return Promise.resolve();
  }

  obtain(): Promise<LiveKey[]> {
    return Promise.reject(new Error('the keys of a dossier seal nothing'));
  }

  inUse(): Promise<NamedKey[]> {
    return Promise.resolve([]);
  }

  /** Nothing is looked up by it. */
  indexKey(): Buffer {
    return Buffer.alloc(32);
  }

  close(): Promise<void> {
    this.known.clear();
    return Promise.resolve();
  }
}
