import type { FieldGroup } from '../fieldGroups.js';

/** Names one key: the owner's stream and a field group. */
export interface KeyName {
  readonly owner: string;
  readonly group: FieldGroup;
}

/** A key in use (32 bytes), and what it is for. */
export interface LiveKey extends KeyName {
  readonly keyId: string;
  readonly key: Buffer;
}

/** One key, and what it is for: what a destruction's event names. */
export interface NamedKey extends KeyName {
  readonly keyId: string;
}

/** What remains of a key that was lawfully destroyed. */
export interface DestroyedKey extends KeyName {
  readonly keyId: string;
  readonly key: null;
}

/** Where the keys are. Every key returned is durable. */
export interface Keyring {
  /** The live keys of these names, in the order given; made where they are missing, the same for every process. */
  obtain(names: readonly KeyName[]): Promise<LiveKey[]>;
  /** What is known of the keys of these ids (UUIDs), in the order given; undefined for an id never seen. */
  find(keyIds: readonly string[]): Promise<(LiveKey | DestroyedKey | undefined)[]>;
  /** Those of these names that have a live key, in no particular order; none is made. */
  inUse(names: readonly KeyName[]): Promise<NamedKey[]>;
  /**
   * Destroys keys, each only as the key of the owner and group named; one never seen counts as destroyed from then on.
   * Durable when it answers, and safe to repeat.
   */
  destroy(keys: readonly NamedKey[]): Promise<void>;
  /** The deployment's index key (32 bytes), the same for ever. */
  indexKey(): Buffer;
  close(): Promise<void>;
}
