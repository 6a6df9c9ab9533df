/**
 * Sealing: every personal value of an event is encrypted under a key of its (owner, field group), so that a lawful
 * destruction of the key destroys the value everywhere while the log and its proofs stay whole.
 */
import type { FieldGroup } from '../fieldGroups.js';
import { OperatorError } from '../operatorError.js';

/** Plain JSON value (no undefined, no Date, no bigint); text in NFC; money and long numbers as strings. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** An event's payload as stored: open fields, and one ciphertext per field group. */
export interface SealedPayload {
  readonly open: JsonObject;
  readonly sealed: { readonly [group in FieldGroup]?: string };
}

/** What binds a ciphertext to its place. */
export interface SealContext {
  readonly stream: string;
  readonly eventId: string;
}

/** Plain values by group, before sealing. */
export type GroupedValues = { readonly [group in FieldGroup]?: JsonObject };

/** A secret of several keys, and which they are. */
export interface JointSecret {
  readonly secret: Buffer;
  readonly keys: Readonly<Partial<Record<FieldGroup, string>>>;
}

/** A key by its id, with the owner and group that it is for. */
export interface SealKey {
  readonly owner: string;
  readonly group: FieldGroup;
  readonly keyId: string;
}

/** Unsealed values by group; `erased` names the groups whose key was lawfully destroyed. */
export interface Unsealed {
  readonly values: GroupedValues;
  readonly erased: readonly FieldGroup[];
}

/**
 * Seals and unseals payloads of one deployment. An owner is the stream whose person (or account) the values concern;
 * keys are per (owner, group), made on first use and durable before `seal` returns.
 */
export interface Sealer {
  /** Deterministic: the same values, owner and context give the same ciphertexts. */
  seal(owner: string, context: SealContext, values: GroupedValues): Promise<SealedPayload['sealed']>;
  /** Many at once (import): one round trip for the keys. Results in the order given. */
  sealMany(
    items: readonly { owner: string; context: SealContext; values: GroupedValues }[],
  ): Promise<SealedPayload['sealed'][]>;
  /** Rejects with SealBroken when a ciphertext is not what was sealed there, or its key is missing. */
  unsealMany(
    items: readonly { owner: string; context: SealContext; sealed: SealedPayload['sealed'] }[],
  ): Promise<Unsealed[]>;
  /**
   * A keyed hash (HMAC-SHA-256, 32 bytes) of length-prefixed parts under the deployment's index key: for ids and
   * look-ups derived from external ids, references and idempotency keys.
   */
  index(purpose: string, parts: readonly string[]): Buffer;
  /** A UUID (version 8) made of the first bytes of `index`. */
  indexId(purpose: string, parts: readonly string[]): string;
  /** Those of these keys that are in use: what a destruction would destroy. None is made. */
  keysInUse(names: readonly { owner: string; group: FieldGroup }[]): Promise<SealKey[]>;
  /**
   * Destroys the keys that a destruction's event names, and forgets what is kept of their owners' keys. Safe to repeat,
   * and cheap once done: whoever meets such an event calls it before anything is opened or sealed.
   */
  destroy(keys: readonly SealKey[]): Promise<void>;
  /**
   * A secret (32 bytes) of an owner's keys in these groups together, which dies with any of them; and the keys' ids.
   * Makes the keys where they are missing.
   */
  jointSecret(owner: string, groups: readonly FieldGroup[]): Promise<JointSecret>;
  /** The same secret by the keys' ids; null: one of them was lawfully destroyed. Rejects with SealBroken. */
  jointSecretOf(owner: string, keys: JointSecret['keys']): Promise<Buffer | null>;
  /**
   * The keyed hash of a command's body, under the keys of the groups it touches for this owner, so that it dies with
   * them. Makes the keys where they are missing.
   */
  bodyHash(owner: string, groups: readonly FieldGroup[], body: string): Promise<Buffer>;
}

/** A ciphertext does not open: altered, moved to another place, of an unknown format, or its key is missing. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/** The keyring's database cannot be reached now; nothing was sealed. The same call may well succeed later. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/**
 * The master key is missing, unreadable, or not the one the keys were wrapped with; or the key database is not the whole
 * one that belongs to this log. The remedy is in the text.
 */
export class MasterKeyRefused extends OperatorError {
  override readonly name = 'MasterKeyRefused';
}
