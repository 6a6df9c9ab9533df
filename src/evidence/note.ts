/** Signed notes (C2SP signed-note) with Ed25519 keys: the form of checkpoints, read by any tool for transparency logs. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  randomBytes,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';

/** Signature type of Ed25519. Others, of keys that are not known here, are passed over. */
const ED25519 = 1;
const PRIVATE = 'PRIVATE+KEY';
const NAME = /^[^\s+]{1,200}$/u;
// What stands before the 32 bytes of a key in its DER forms (RFC 8410).
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** Something that is no note, or no key: the text says what is wrong with it, never the key. */
export class BadNote extends Error {
  override readonly name = 'BadNote';
}

/** A public key: `<name>+<id, 8 hexadecimal digits>+<base64>`, to be given to whoever verifies. */
export interface Verifier {
  readonly name: string;
  readonly id: number;
  readonly text: string;
  readonly key: KeyObject;
}

export interface Signer {
  readonly verifier: Verifier;
  /** `PRIVATE+KEY+<name>+<id>+<base64>`: to be kept secret. */
  readonly text: string;
  sign(text: string): Buffer;
}

/** A new key under a name: an address without its scheme, without spaces and plus signs. Throws BadNote. */
export function makeSigner(name: string, seed: Buffer = randomBytes(32)): Signer {
  if (!NAME.test(name)) throw new BadNote('a key has a name without spaces and plus signs');
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const bare = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI.length);
  const verifier = verifierOf(name, bare);
  const secret = Buffer.concat([Buffer.of(ED25519), seed]).toString('base64');
  return {
    verifier,
    text: `${PRIVATE}+${name}+${hex(verifier.id)}+${secret}`,
    sign: (text) => sign(null, Buffer.from(text), key),
  };
}

/** Reads a private key. Throws BadNote. */
export function readSigner(text: string): Signer {
  const [, name = '', id, secret = ''] =
    /^PRIVATE\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+([\w+/=]+)$/u.exec(text) ?? [];
  const bytes = Buffer.from(secret, 'base64');
  if (bytes.length !== 33 || bytes[0] !== ED25519 || bytes.toString('base64') !== secret)
    throw new BadNote('this is no private Ed25519 key');
  const signer = makeSigner(name, bytes.subarray(1));
  if (hex(signer.verifier.id) !== id) throw new BadNote('the private key does not fit its id');
  return signer;
}

/** Reads a public key. Throws BadNote. */
export function readVerifier(text: string): Verifier {
  const [, name = '', id, key = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+([\w+/=]+)$/u.exec(text) ?? [];
  const bytes = Buffer.from(key, 'base64');
  if (bytes.length !== 33 || bytes[0] !== ED25519 || bytes.toString('base64') !== key)
    throw new BadNote('this is no public Ed25519 key');
  const verifier = verifierOf(name, bytes.subarray(1));
  if (hex(verifier.id) !== id) throw new BadNote('the public key does not fit its id');
  return verifier;
}

function verifierOf(name: string, bare: Buffer): Verifier {
  const typed = Buffer.concat([Buffer.of(ED25519), bare]);
  const id = createHash('sha256').update(`${name}\n`).update(typed).digest().readUInt32BE();
  const key = createPublicKey({ key: Buffer.concat([SPKI, bare]), format: 'der', type: 'spki' });
  return { name, id, text: `${name}+${hex(id)}+${typed.toString('base64')}`, key };
}

function hex(id: number): string {
  return id.toString(16).padStart(8, '0');
}

/** A text, ending in a newline, with a signature by each of the keys. */
export function signNote(text: string, signers: readonly Signer[]): string {
  const lines = signers.map((signer) => {
    const { name, id } = signer.verifier;
    const head = Buffer.alloc(4);
    head.writeUInt32BE(id);
    return `— ${name} ${Buffer.concat([head, signer.sign(text)]).toString('base64')}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

export interface OpenedNote {
  readonly text: string;
  /** The known keys whose signatures hold: at least one. */
  readonly by: readonly Verifier[];
}

/**
 * The text of a note that at least one of the keys has signed. Signatures of other keys are passed over; one by a known
 * key that does not hold spoils the note. Throws BadNote.
 */
export function openNote(note: string, known: readonly Verifier[]): OpenedNote {
  const { text, signatures } = parseNote(note);
  const by: Verifier[] = [];
  for (const { name, id, signature } of signatures) {
    const verifier = known.find((k) => k.name === name && k.id === id);
    if (verifier === undefined || by.includes(verifier)) continue;
    if (!verify(null, Buffer.from(text), verifier.key, signature))
      throw new BadNote(`the signature of ${name} does not hold`);
    by.push(verifier);
  }
  if (by.length === 0) throw new BadNote('no key that is known here has signed the note');
  return { text, by };
}

/** The parts of a note, its signatures not looked at. Throws BadNote. */
export function parseNote(note: string): {
  readonly text: string;
  readonly signatures: readonly { readonly name: string; readonly id: number; readonly signature: Buffer }[];
} {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || note.length > 100_000) throw new BadNote('this is no signed note');
  const lines = note.slice(end + 2).split('\n');
  if (lines.pop() !== '' || lines.length === 0) throw new BadNote('the note is cut off');
  const signatures = lines.map((line) => {
    const [, name, encoded = ''] = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? [];
    const bytes = Buffer.from(encoded, 'base64');
    if (name === undefined || bytes.length < 5) throw new BadNote('a line of the note is no signature');
    return { name, id: bytes.readUInt32BE(), signature: bytes.subarray(4) };
  });
  return { text: note.slice(0, end + 1), signatures };
}

/** The notes of a text that holds one after the other, as `hoso checkpoint` writes them. */
export function notesIn(text: string): string[] {
  return text.split(/(?<=\n\u2014 [^\n]*\n)\s*(?=[^\u2014\s])/);
}
