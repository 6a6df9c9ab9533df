import { createHash, createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { FIELD_GROUPS, type FieldGroup } from '../fieldGroups.js';
import { Gathering } from '../gathering.js';
import { lengthPrefixed, uuidOf } from './bytes.js';
import { deriveKeys, openGroup, parseSealed, sealGroup, type DerivedKeys } from './cipher.js';
import type { DestroyedKey, Keyring, KeyName, LiveKey } from './keyring.js';
import { MemoryKeyring } from './memoryKeyring.js';
import {
  SealBroken,
  type GroupedValues,
  type JointSecret,
  type JsonObject,
  type SealContext,
  type SealKey,
  type SealedPayload,
  type Sealer,
  type Unsealed,
} from './port.js';
import { PostgresKeyring, type KeyringOptions } from './postgresKeyring.js';

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

/** What the cache holds of a key: all that sealing needs, or that it was destroyed. */
interface KnownKey extends KeyName {
  readonly keyId: string;
  /** Null: destroyed. */
  readonly derived: DerivedKeys | null;
}

/** The ids of an owner's keys of which the log says that they were lawfully destroyed. */
export type ToldDestroyed = (owner: string) => Promise<ReadonlySet<string>>;

/** How many keys a process keeps at hand; some 40 MB when full. */
const KEYS_KEPT = 50_000;
/**
 * For how long, in milliseconds. Who meets a destruction's event in a stream honours it at once (`destroy`), and a writer
 * meets it by the expected revision; what is sealed elsewhere under an owner's keys is no longer opened within a minute.
 */
const KEY_KEPT_MS = 60_000;

/** Names that need no company to be worth a round trip. */
const MANY = 16;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Seals and unseals with the keys of a keyring; keeps derived keys for a minute. */
export class KeyringSealer implements Sealer {
  private readonly live: LRUCache<string, DerivedKeys>;
  private readonly known: LRUCache<string, KnownKey>;
  /** Ids of destroyed keys of which an event was seen. */
  private readonly told: LRUCache<string, true>;
  private readonly indexKey: KeyObject;
  private readonly indexSecret: Buffer;
  private readonly bodyKeys = new WeakMap<DerivedKeys, { readonly ids: string; readonly key: KeyObject }>();
  /** Each new person's first key is a flush to disk: those that come together share it. */
  private readonly making: Gathering<KeyName, LiveKey>;

  /**
   * @param keyring also for a sealer of the same deployment in another thread
   * @param toldDestroyed what the log says of an owner's destroyed keys; without it the keyring's word is taken, which is
   *   good for keyrings in memory only
   */
  constructor(
    readonly keyring: Keyring,
    keysKept = KEYS_KEPT,
    private readonly toldDestroyed?: ToldDestroyed,
  ) {
    // Not `max`, for which room is made at once: most processes meet few keys.
    const bound = { maxSize: keysKept, sizeCalculation: () => 1 };
    // The clock is looked at once a second, not at every look-up.
    const options = { ...bound, ttl: KEY_KEPT_MS, ttlResolution: 1_000 };
    this.live = new LRUCache(options);
    this.known = new LRUCache(options);
    this.told = new LRUCache(bound);
    this.indexSecret = keyring.indexKey();
    this.indexKey = createSecretKey(this.indexSecret);
    this.making = new Gathering({
      ask: (names) => keyring.obtain(names),
      keyOf: textOf,
      lanes: 2,
      most: 500,
    });
  }

  async seal(owner: string, context: SealContext, values: GroupedValues): Promise<SealedPayload['sealed']> {
    return (await this.sealMany([{ owner, context, values }]))[0] ?? {};
  }

  async sealMany(items: readonly SealItem[]): Promise<SealedPayload['sealed'][]> {
    const keys = await this.obtain(
      items.flatMap(({ owner, values }) => groupsOf(values).map((group) => ({ owner, group }))),
    );
    let next = 0;
    return items.map(({ context, values }) => {
      const sealed: Partial<Record<FieldGroup, string>> = {};
      for (const group of groupsOf(values))
        sealed[group] = sealGroup(keys[next++] as DerivedKeys, context, group, values[group] as JsonObject);
      return sealed;
    });
  }

  async unsealMany(items: readonly UnsealItem[]): Promise<Unsealed[]> {
    const texts = items.map(({ sealed }) =>
      (Object.keys(sealed) as FieldGroup[]).map((group) => ({ group, text: parseSealed(sealed[group]) })),
    );
    const keys = await this.find(texts.flatMap((groups) => groups.map(({ text }) => text.keyId)));
    await this.confirm(keys);
    let next = 0;
    return items.map(({ owner, context }, i) => {
      const values: Partial<Record<FieldGroup, JsonObject>> = {};
      const erased: FieldGroup[] = [];
      for (const { group, text } of texts[i] ?? []) {
        const key = keys[next++];
        if (key === undefined)
          throw new SealBroken(
            `event ${context.eventId}: the key ${text.keyId} of its ${group} part is missing from the keyring though it was not destroyed: restore the keys’ backup`,
          );
        if (key.owner !== owner || key.group !== group)
          throw new SealBroken(
            `event ${context.eventId}: its ${group} part is sealed with a key that is not its owner’s`,
          );
        if (key.derived === null) erased.push(group);
        else values[group] = openGroup(key.derived, context, group, text);
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
    return createHmac('sha256', this.bodyKey(keys)).update(body).digest();
  }

  /** The key of body hashes that dies with any of these; kept with the first of them. */
  private bodyKey(keys: readonly DerivedKeys[]): KeyObject {
    const ids = keys.map(({ keyId }) => keyId).join(' ');
    const [first] = keys;
    const known = first && this.bodyKeys.get(first);
    if (known?.ids === ids) return known.key;
    const material = keys.map(({ nonceKey }) => nonceKey.export());
    const secret = Buffer.concat([createHash('sha256').update(this.indexSecret).digest(), ...material]);
    const key = createSecretKey(
      Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), 'hoso body hash', 32)),
    );
    if (first !== undefined) this.bodyKeys.set(first, { ids, key });
    return key;
  }

  async jointSecret(owner: string, groups: readonly FieldGroup[]): Promise<JointSecret> {
    const own = FIELD_GROUPS.filter((g) => groups.includes(g));
    const keys = await this.obtain(own.map((group) => ({ owner, group })));
    return {
      secret: joint(keys),
      keys: Object.fromEntries(keys.map(({ keyId }, i) => [own[i] as FieldGroup, keyId])),
    };
  }

  async jointSecretOf(owner: string, keys: JointSecret['keys']): Promise<Buffer | null> {
    const groups = FIELD_GROUPS.filter((g) => keys[g] !== undefined);
    const found = await this.find(groups.map((g) => keys[g] as string));
    await this.confirm(found);
    const live: DerivedKeys[] = [];
    for (const [i, key] of found.entries()) {
      if (key?.owner !== owner || key.group !== groups[i])
        throw new SealBroken(
          `the key ${keys[groups[i] as FieldGroup] ?? ''} of ${owner} is missing from the keyring though it was not destroyed: restore the keys’ backup`,
        );
      if (key.derived !== null) live.push(key.derived);
    }
    return live.length < groups.length ? null : joint(live);
  }

  keysInUse(names: readonly KeyName[]): Promise<SealKey[]> {
    return this.keyring.inUse(names);
  }

  /**
   * Those of these keys that are in use, themselves: what opens a person's dossier elsewhere. For no other use. A key that
   * was destroyed is left out; whoever decodes what it sealed hears of it there.
   */
  async handOver(keyIds: readonly string[]): Promise<LiveKey[]> {
    const found = await this.keyring.find([...new Set(keyIds)].filter((id) => UUID.test(id)));
    return found.filter((key): key is LiveKey => key !== undefined && key.key !== null);
  }

  async destroy(keys: readonly SealKey[]): Promise<void> {
    for (const { keyId } of keys) this.told.set(keyId, true);
    const pending = keys.filter(({ keyId }) => this.known.get(keyId)?.derived !== null);
    if (pending.length === 0) return;
    await this.keyring.destroy(pending);
    for (const owner of new Set(pending.map((key) => key.owner))) this.forget(owner);
    await this.find(pending.map(({ keyId }) => keyId));
  }

  /** Drops what is kept of an owner's keys, so that the next use asks the keyring: after a destruction. */
  forget(owner: string): void {
    for (const group of FIELD_GROUPS) this.live.delete(textOf({ owner, group }));
    for (const [keyId, key] of [...this.known.entries()]) if (key.owner === owner) this.known.delete(keyId);
  }

  close(): Promise<void> {
    return this.keyring.close();
  }

  /** The live keys of these names, in the order given. */
  private async obtain(names: readonly KeyName[]): Promise<DerivedKeys[]> {
    const found = names.map((name) => this.live.get(textOf(name)));
    const lacking = new Map<string, KeyName>();
    found.forEach((key, i) => {
      if (key === undefined) lacking.set(textOf(names[i] as KeyName), names[i] as KeyName);
    });
    if (lacking.size === 0) return found as DerivedKeys[];
    const made = new Map<string, DerivedKeys>();
    for (const key of await this.obtainNew([...lacking.values()]))
      made.set(textOf(key), this.keep(key).derived as DerivedKeys);
    return found.map((key, i) => {
      const one = key ?? made.get(textOf(names[i] as KeyName));
      if (one === undefined) throw new Error('the keyring answered for other names than it was asked for');
      return one;
    });
  }

  private obtainNew(names: readonly KeyName[]): Promise<LiveKey[]> {
    // Many at once (an import) make a round trip of their own.
    if (names.length > MANY) return this.keyring.obtain(names);
    return Promise.all(names.map((name) => this.making.answer(name)));
  }

  /** What is known of the keys of these ids, in the order given. */
  private async find(keyIds: readonly string[]): Promise<(KnownKey | undefined)[]> {
    const found = keyIds.map((id) => this.known.get(id));
    const lacking = [...new Set(keyIds.filter((id, i) => found[i] === undefined && UUID.test(id)))];
    if (lacking.length === 0) return found;
    const asked = new Map<string, KnownKey>();
    for (const key of await this.keyring.find(lacking))
      if (key !== undefined) asked.set(key.keyId, this.keep(key));
    return found.map((key, i) => key ?? asked.get(keyIds[i] as string));
  }

  /** A destroyed key of which the log says nothing was not destroyed lawfully: that is an alarm, and nothing erased. */
  private async confirm(keys: readonly (KnownKey | undefined)[]): Promise<void> {
    if (this.toldDestroyed === undefined) return;
    const untold = keys.filter((k) => k?.derived === null && !this.told.has(k.keyId)) as KnownKey[];
    for (const owner of new Set(untold.map((k) => k.owner))) {
      const ids = await this.toldDestroyed(owner);
      for (const { keyId } of untold.filter((k) => k.owner === owner)) {
        if (!ids.has(keyId))
          throw new SealBroken(
            `the key ${keyId} of ${owner} is gone from the keyring, yet no event in the log destroyed it: restore the keys’ backup`,
          );
        this.told.set(keyId, true);
      }
    }
  }

  private keep(key: LiveKey | DestroyedKey): KnownKey {
    const { owner, group, keyId } = key;
    const derived = key.key === null ? null : deriveKeys(keyId, key.key);
    const kept = { owner, group, keyId, derived };
    this.known.set(keyId, kept);
    if (derived !== null) this.live.set(textOf(key), derived);
    return kept;
  }
}

/** The sealer of a deployment, over the keyring in PostgreSQL. */
export async function openSealer(
  options: KeyringOptions & { readonly toldDestroyed?: ToldDestroyed },
): Promise<{ sealer: KeyringSealer; madeMasterKey: boolean }> {
  const keyring = await PostgresKeyring.open(options);
  const sealer = new KeyringSealer(keyring, KEYS_KEPT, options.toldDestroyed);
  return { sealer, madeMasterKey: keyring.madeMasterKey };
}

/** A sealer whose keys live in memory only. With a seed, its ciphertexts and ids are the same in every run. */
export function memorySealer(seed?: string): KeyringSealer {
  return new KeyringSealer(new MemoryKeyring(seed), 1_000);
}

/** One secret of several keys, in the order of their groups. */
function joint(keys: readonly DerivedKeys[]): Buffer {
  const secret = Buffer.concat(keys.map(({ nonceKey }) => nonceKey.export()));
  return Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), 'hoso joint secret', 32));
}

function groupsOf(values: GroupedValues): FieldGroup[] {
  return Object.keys(values) as FieldGroup[];
}

function textOf({ owner, group }: KeyName): string {
  return `${group} ${owner}`;
}
