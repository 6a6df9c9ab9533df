import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { FieldGroup } from '../fieldGroups.js';
import { deriveKeys, keyIdOf, lengthPrefixed, openGroup, sealGroup, type DerivedKeys } from './cipher.js';
import { PostgresKeyring, type KeyringOptions } from './postgresKeyring.js';
import { MemoryKeyring, uuidOf, type Keyring, type KeyName } from './keyring.js';
import {
  SealBroken,
  type GroupedValues,
  type JsonObject,
  type SealContext,
  type SealedPayload,
  type Sealer,
  type Unsealed,
} from './port.js';

interface SealItem {
  readonly owner: string;
  readonly context: SealContext;
  readonly values: GroupedValues;
}

interface UnsealItem {
  readonly owner: string;
  readonly context: SealContext;
  readonly sealed: SealedPayload['sealed'];
}

const KEYS_KEPT = 100_000;
// A destruction by another process is honoured within this time; the destroying command rebuilds what it touches.
const KEY_KEPT_MS = 60_000;

/** Seals and unseals with the keys of a keyring; keeps derived keys for a minute. */
export class KeyringSealer implements Sealer {
  private readonly byName = new LRUCache<string, DerivedKeys>({ max: KEYS_KEPT, ttl: KEY_KEPT_MS });
  private readonly byId = new LRUCache<string, DerivedKeys | 'destroyed'>({
    max: KEYS_KEPT,
    ttl: KEY_KEPT_MS,
  });
  private readonly indexKey: Buffer;

  constructor(private readonly keyring: Keyring) {
    this.indexKey = keyring.indexKey();
  }

  async seal(owner: string, context: SealContext, values: GroupedValues): Promise<SealedPayload['sealed']> {
    return (await this.sealMany([{ owner, context, values }]))[0] ?? {};
  }

  async sealMany(items: readonly SealItem[]): Promise<SealedPayload['sealed'][]> {
    const names = items.flatMap(({ owner, values }) => groupsOf(values).map((group) => ({ owner, group })));
    const keys = await this.obtain(names);
    return items.map(({ owner, context, values }) => {
      const sealed: Partial<Record<FieldGroup, string>> = {};
      for (const group of groupsOf(values))
        sealed[group] = sealGroup(
          need(keys.get(nameOf({ owner, group }))),
          context,
          group,
          values[group] as JsonObject,
        );
      return sealed;
    });
  }

  async unsealMany(items: readonly UnsealItem[]): Promise<Unsealed[]> {
    const keys = await this.find(items.flatMap(({ sealed }) => Object.values(sealed).map(keyIdOf)));
    return items.map(({ context, sealed }) => {
      const values: Partial<Record<FieldGroup, JsonObject>> = {};
      const erased: FieldGroup[] = [];
      for (const [group, ciphertext] of Object.entries(sealed) as [FieldGroup, string][]) {
        const key = need(keys.get(keyIdOf(ciphertext)));
        if (key === 'destroyed') erased.push(group);
        else values[group] = openGroup(key, context, group, ciphertext);
      }
      return { values, erased };
    });
  }

  index(purpose: string, parts: readonly string[]): Buffer {
    return createHmac('sha256', this.indexKey)
      .update(lengthPrefixed([purpose, ...parts]))
      .digest();
  }

  indexId(purpose: string, parts: readonly string[]): string {
    return uuidOf(this.index(purpose, parts));
  }

  async bodyHash(owner: string, groups: readonly FieldGroup[], body: string): Promise<Buffer> {
    const names = [...new Set(groups)].sort().map((group) => ({ owner, group }));
    const keys = await this.obtain(names);
    const material = names.map((name) => need(keys.get(nameOf(name))).nonceKey);
    const secret = Buffer.concat([createHash('sha256').update(this.indexKey).digest(), ...material]);
    const key = Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), 'hoso body hash', 32));
    return createHmac('sha256', key).update(body).digest();
  }

  close(): Promise<void> {
    return this.keyring.close();
  }

  private async obtain(names: readonly KeyName[]): Promise<Map<string, DerivedKeys>> {
    const found = new Map<string, DerivedKeys>();
    const lacking = new Map<string, KeyName>();
    for (const name of names) {
      const text = nameOf(name);
      const kept = this.byName.get(text);
      if (kept === undefined) lacking.set(text, name);
      else found.set(text, kept);
    }
    if (lacking.size > 0) {
      const live = await this.keyring.obtain([...lacking.values()]);
      [...lacking.keys()].forEach((text, i) => {
        const { keyId, key } = need(live[i]);
        const derived = deriveKeys(keyId, key);
        found.set(text, derived);
        this.byName.set(text, derived);
        this.byId.set(keyId, derived);
      });
    }
    return found;
  }

  private async find(keyIds: readonly string[]): Promise<Map<string, DerivedKeys | 'destroyed'>> {
    const found = new Map<string, DerivedKeys | 'destroyed'>();
    const lacking = new Set<string>();
    for (const keyId of keyIds) {
      const kept = this.byId.get(keyId);
      if (kept === undefined) lacking.add(keyId);
      else found.set(keyId, kept);
    }
    const asked = [...lacking];
    const states = asked.length > 0 ? await this.keyring.find(asked) : [];
    asked.forEach((keyId, i) => {
      const state = states[i] ?? 'missing';
      if (state === 'missing')
        throw new SealBroken(
          `key ${keyId} is missing from the keyring though it was not destroyed: restore the keys’ backup`,
        );
      const derived = state === 'destroyed' ? state : deriveKeys(keyId, state.key);
      found.set(keyId, derived);
      this.byId.set(keyId, derived);
    });
    return found;
  }
}

/** The sealer of a deployment, over the keyring in PostgreSQL. */
export async function openSealer(
  options: KeyringOptions,
): Promise<{ sealer: KeyringSealer; madeMasterKey: boolean }> {
  const keyring = await PostgresKeyring.open(options);
  return { sealer: new KeyringSealer(keyring), madeMasterKey: keyring.madeMasterKey };
}

/** A sealer whose keys live in memory only. With a seed, its ciphertexts and ids are the same in every run. */
export function memorySealer(seed?: string): KeyringSealer {
  return new KeyringSealer(new MemoryKeyring(seed));
}

function groupsOf(values: GroupedValues): FieldGroup[] {
  return Object.keys(values) as FieldGroup[];
}

function nameOf({ owner, group }: KeyName): string {
  return `${group} ${owner}`;
}

function need<T>(value: T | undefined): T {
  if (value === undefined) throw new SealBroken('the keyring answered with fewer keys than it was asked for');
  return value;
}
