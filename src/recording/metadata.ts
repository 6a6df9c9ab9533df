/** Who acts, and for whom (R-15.2: the log names the person *and* the agency). Opaque ids, never names. */
export interface Actor {
  /** Account id (UUID). */
  readonly account: string;
  /** Id of the unit that the account acts for. */
  readonly unit: string;
  /** The HR system or the login that sent the command; scopes idempotency keys. */
  readonly client: string;
}

/** A reference stream that a decision was taken from, and how far it was known. */
export interface Citation {
  readonly stream: string;
  readonly revision: number;
}

/** Metadata of an event of ours: open, without personal values, not part of its content. */
export interface Metadata {
  readonly actor: Actor;
  /** Id of the request or import that all its events share. */
  readonly correlation?: string;
  /** Id of the event that caused this one. */
  readonly causation?: string;
  /** Keyed hash of (client, idempotency key), hexadecimal. */
  readonly idem?: string;
  /** Reference data used. */
  readonly refs?: readonly Citation[];
}

/** Reads the metadata of an event of ours. Throws SyntaxError on text that is not JSON. */
export function parseMetadata(text: string): Metadata {
  return JSON.parse(text) as Metadata;
}
