import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { FieldGroup } from '../fieldGroups.js';

/** Names one key: the owner's stream and a field group. */
export interface KeyName {
  readonly owner: string;
  readonly group: FieldGroup;
}

/** A key in use (32 bytes). */
export interface LiveKey {
  readonly keyId: string;
  readonly key: Buffer;
}

/** What a key id stands for: a key, one that was lawfully destroyed, or none that is known. */
export type KeyState = LiveKey | 'destroyed' | 'missing';

/** Where the keys are. Every key returned is durable. */
export interface Keyring {
  /** The live keys of these names, in the order given; made where they are missing, the same for every process. */
  obtain(names: readonly KeyName[]): Promise<LiveKey[]>;
  /** The keys of these ids, in the order given. */
  find(keyIds: readonly string[]): Promise<KeyState[]>;
  /** The deployment's index key (32 bytes), the same for ever. */
  indexKey(): Buffer;
  close(): Promise<void>;
}

/** A keyring that keeps nothing: for fast tests. With a seed, keys and ids are the same in every run. */
export class MemoryKeyring implements Keyring {
  private readonly byName = new Map<string, LiveKey>();
  private readonly byId = new Map<string, KeyState>();

  constructor(private readonly seed?: string) {}

  obtain(names: readonly KeyName[]): Promise<LiveKey[]> {
    return Promise.resolve(names.map((name) => this.one(name)));
  }

  find(keyIds: readonly string[]): Promise<KeyState[]> {
    return Promise.resolve(keyIds.map((id) => this.byId.get(id) ?? 'missing'));
  }

  indexKey(): Buffer {
    return this.bytes('index');
  }

  /** What a lawful destruction leaves. */
  destroy(name: KeyName): void {
    const live = this.byName.get(`${name.group} ${name.owner}`);
    if (live !== undefined) this.byId.set(live.keyId, 'destroyed');
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private one({ owner, group }: KeyName): LiveKey {
    const name = `${group} ${owner}`;
    const known = this.byName.get(name);
    if (known !== undefined) return known;
    const keyId = this.seed === undefined ? randomUUID() : uuidOf(this.bytes(`id ${name}`));
    const made = { keyId, key: this.bytes(name) };
    this.byName.set(name, made);
    this.byId.set(keyId, made);
    return made;
  }

  private bytes(use: string): Buffer {
    return this.seed === undefined
      ? randomBytes(32)
      : createHash('sha256').update(`${this.seed} ${use}`).digest();
  }
}

/** A UUID, version 8, of the first 16 bytes. */
export function uuidOf(bytes: Buffer): string {
  const own = Buffer.from(bytes.subarray(0, 16));
  own[6] = ((own[6] ?? 0) & 0x0f) | 0x80;
  own[8] = ((own[8] ?? 0) & 0x3f) | 0x80;
  const hex = own.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
