/** Where things stand in a person's dossier, and what is in the file of its keys. Storage format: never changed. */
import type { LiveKey } from '../sealing/keyring.js';
import type { EventBody } from '../record/events.js';
import type { Form2C } from '../record/forms/form2c.js';
import type { Day } from '../dates.js';

/** The form of a dossier; another form has another number. */
export const DOSSIER_FORMAT = 'hoso-dossier-1';
/** The form of its file of keys. */
export const KEYS_FORMAT = 'hoso-dossier-keys-1';
/** What bag-info.txt calls the log that a dossier is of: one person's part of the events. */
export const DOSSIER_LOG = 'person';
/** Label of bag-info.txt: id of the record. */
export const PERSON_LABEL = 'Hoso-Person';

export const ATTACHMENTS = 'data/attachments';
/** Which event names which scan, and what became of it. */
export const ATTACHMENT_LIST = 'data/attachments.csv';

/** The events of a stream, a line each as in an archive. */
export function eventsPath(stream: string): string {
  return `data/events/${stream}.jsonl`;
}

/** What proves them: a file for hoso-verify. */
export function proofPath(stream: string): string {
  return `data/proofs/${stream}.json`;
}

/** The stream that a proof is of; undefined: the path is that of something else. */
export function streamOfProof(path: string): string | undefined {
  return /^data\/proofs\/([\w-]+)\.json$/.exec(path)?.[1];
}

/** A scan as it is stored: sealed. */
export function attachmentPath(stored: string): string {
  return `${ATTACHMENTS}/${stored}`;
}

/** First line of the file of keys: which dossier it opens. */
export interface KeysHeader {
  readonly format: typeof KEYS_FORMAT;
  readonly origin: string;
  readonly person: string;
  /** SHA-256, hexadecimal, of the dossier's manifest-sha256.txt. */
  readonly bag: string;
}

/** A further line of it. */
export type KeysLine =
  /** A content key, base64: with it the values can be opened as the log holds them, and nothing need be believed. */
  | {
      readonly kind: 'key';
      readonly owner: string;
      readonly group: string;
      readonly id: string;
      readonly key: string;
    }
  /** What an event says, in clear, for whoever reads without this software. */
  | { readonly kind: 'event'; readonly stream: string; readonly revision: number; readonly body: EventBody }
  | { readonly kind: 'form'; readonly asOf: Day; readonly form: Form2C };

export function keyLine({ owner, group, keyId, key }: LiveKey): KeysLine {
  return { kind: 'key', owner, group, id: keyId, key: key.toString('base64') };
}
