#!/usr/bin/env node
/**
 * hoso-verify: checks proofs of Hoso without Hoso. One file, nothing but Node (18 or newer): no server, no database, no
 * other file of ours, so that whoever doubts us can read it in a quarter of an hour, or write it again: SHA-256,
 * Ed25519, RFC 6962. Copy it anywhere.
 *
 *     node hosoVerify.js FILE… [--key KEY|FILE]… [--checkpoint FILE]…
 *
 * Exit code 0: everything holds. 1: something does not. 2: the question was not understood.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

/** Something that does not hold, in both languages. */
class Fails extends Error {
  constructor(
    readonly vi: string,
    readonly en: string,
  ) {
    super(en);
  }
}

/** One thing that was proven, or that was not looked at, in both languages. */
interface Line {
  readonly vi: string;
  readonly en: string;
}

interface Root {
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
}

interface Key {
  readonly name: string;
  readonly id: number;
  readonly bare: Buffer;
}

// ---- hashes and trees: RFC 6962, RFC 9162 ----

function sha256(...parts: readonly (Buffer | string)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

const node = (left: Buffer, right: Buffer): Buffer => sha256(Buffer.of(1), left, right);

/** The root that a leaf and the hashes beside its way lead to (RFC 9162 §2.1.3.2); null: it is no such way. */
function rootFrom(leaf: Buffer, index: number, size: number, proof: readonly Buffer[]): Buffer | null {
  let [at, last, hash] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      hash = node(sibling, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else hash = node(hash, sibling);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : null;
}

/** Whether the later tree begins with the earlier one (RFC 9162 §2.1.4.2). */
function extendsTree(earlier: Root, later: Root, proof: readonly Buffer[]): boolean {
  if (earlier.size > later.size) return false;
  if (earlier.size === later.size) return proof.length === 0 && earlier.root.equals(later.root);
  if (earlier.size === 0) return proof.length === 0 && earlier.root.equals(sha256());
  let power = earlier.size;
  while (power % 2 === 0) power /= 2;
  const [first, ...rest] = power === 1 ? [earlier.root, ...proof] : proof;
  if (first === undefined) return false;
  let [at, last] = [earlier.size - 1, later.size - 1];
  while (at % 2 === 1) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  let [old, now] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      [old, now] = [node(sibling, old), node(sibling, now)];
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else now = node(now, sibling);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && old.equals(earlier.root) && now.equals(later.root);
}

// ---- keys and checkpoints: C2SP signed-note, tlog-checkpoint ----

const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** `<name>+<id>+<base64 of 01 and 32 bytes>`. */
function readKey(text: string): Key {
  const [, name, id = '', encoded = ''] =
    /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text.trim()) ?? [];
  const typed = Buffer.from(encoded, 'base64');
  const wanted = sha256(`${name ?? ''}\n`, typed).readUInt32BE();
  if (name === undefined || typed.length !== 33 || typed[0] !== 1 || wanted !== parseInt(id, 16))
    throw new Fails(
      `không phải khóa công khai: ${text.slice(0, 80)}`,
      `this is no public key: ${text.slice(0, 80)}`,
    );
  return { name, id: wanted, bare: typed.subarray(1) };
}

/** The checkpoint of a signed note, and who of the keys has signed it. */
function openCheckpoint(note: string, keys: readonly Key[]): Root & { readonly by: readonly Key[] } {
  const end = note.lastIndexOf('\n\n');
  const text = note.slice(0, end + 1);
  const by: Key[] = [];
  for (const line of note.slice(end + 2).split('\n')) {
    const [, name, encoded = ''] = /^— (\S+) (\S+)$/.exec(line) ?? [];
    const bytes = Buffer.from(encoded, 'base64');
    if (name === undefined || bytes.length < 5) continue;
    const key = keys.find((k) => k.name === name && k.id === bytes.readUInt32BE());
    if (key === undefined) continue;
    const der = createPublicKey({
      key: Buffer.concat([ED25519_SPKI, key.bare]),
      format: 'der',
      type: 'spki',
    });
    if (!verify(null, Buffer.from(text), der, bytes.subarray(4)))
      throw new Fails(`chữ ký của ${name} không đúng`, `the signature of ${name} does not hold`);
    by.push(key);
  }
  if (end < 0 || by.length === 0)
    throw new Fails(
      'xác nhận không do khóa nào trong các khóa đã nêu ký',
      'none of the keys given has signed the checkpoint',
    );
  const [origin = '', size = '', root = ''] = text.split('\n');
  if (!/^\d{1,15}$/.test(size) || Buffer.from(root, 'base64').length !== 32)
    throw new Fails('xác nhận không đúng dạng', 'the checkpoint is not of the right form');
  return { origin, size: Number(size), root: Buffer.from(root, 'base64'), by };
}

// ---- the two kinds of file ----

interface ProvenEvent {
  readonly sequence: number;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly recordedAt: string;
  readonly data: string;
  readonly meta: string;
  readonly inclusion: readonly string[];
}

interface ProofFile {
  readonly format: string;
  readonly keys: readonly string[];
  readonly checkpoint: string;
  readonly stream: string | null;
  readonly events: readonly ProvenEvent[];
  readonly earlier: string;
  readonly later: string;
  readonly proof: readonly string[];
}

/** The leaf of an event: SHA-256 of 00 and its commitment, members in this order (src/evidence/leaf.ts of Hoso). */
function leafOf(event: ProvenEvent): Buffer {
  const { data, meta, id, recordedAt, revision, stream, type, version } = event;
  const commitment = {
    data: sha256(data).toString('hex'),
    id,
    meta: sha256(meta).toString('hex'),
    recordedAt,
    revision,
    stream,
    type,
    version,
  };
  return sha256(Buffer.of(0), JSON.stringify(commitment));
}

const isPlace = (sequence: number, size: number): boolean =>
  Number.isSafeInteger(sequence) && sequence >= 1 && sequence <= size;

const hashes = (texts: readonly string[]): Buffer[] => texts.map((text) => Buffer.from(text, 'base64'));

function checkEvents({ events, stream }: ProofFile, tree: Root): Line[] {
  if (events.length === 0) throw new Fails('tệp không có sự kiện nào', 'the file holds no event');
  for (const [i, event] of events.entries()) {
    const root = rootFrom(leafOf(event), event.sequence - 1, tree.size, hashes(event.inclusion));
    if (!isPlace(event.sequence, tree.size) || root?.equals(tree.root) !== true)
      throw new Fails(
        `sự kiện ${event.sequence} (${event.type}) KHÔNG phải như đã được ghi`,
        `event ${event.sequence} (${event.type}) is NOT as it was recorded`,
      );
    if (stream !== null && (event.stream !== stream || event.revision !== i))
      throw new Fails(
        `lịch sử của ${stream} thiếu hoặc sai ở sự kiện thứ ${i + 1}`,
        `the history of ${stream} has a gap, or a stranger, at its event number ${i + 1}`,
      );
  }
  const [first, last] = [events[0], events.at(-1)];
  const times = `${first?.recordedAt ?? ''} – ${last?.recordedAt ?? ''}`;
  const list = events
    .map((e) => `  ${e.sequence}  ${e.recordedAt}  ${e.type}  ${e.stream} #${e.revision}`)
    .join('\n');
  return [
    {
      vi: `${events.length} sự kiện trong tệp nằm trong nhật ký ${tree.origin}, đúng từng byte như đã ghi (${times}):\n${list}`,
      en: `The ${events.length} events of this file are in the log ${tree.origin}, byte for byte as recorded (${times}).`,
    },
    ...(stream === null
      ? []
      : [
          {
            vi: `Đó là lịch sử của ${stream} từ đầu, không thiếu sự kiện nào ở giữa. Tệp không chứng minh rằng sau đó không còn sự kiện.`,
            en: `They are the history of ${stream} from its first event on, with none missing between. That none follows is not proven by this file.`,
          },
        ]),
    {
      vi: 'Giá trị cá nhân ở dạng niêm phong (mã hóa): đã chứng minh bản mã, không phải bản rõ.',
      en: 'Personal values are sealed (encrypted): what is proven is their ciphertext, not its meaning.',
    },
  ];
}

const CHECKED = (tree: Root, by: readonly Key[]): Line => ({
  vi: `Xác nhận của ${tree.origin} gồm ${tree.size} sự kiện, do khóa ${by.map((k) => k.name).join(', ')} ký.`,
  en: `The checkpoint of ${tree.origin} covers ${tree.size} events and is signed by ${by.map((k) => k.name).join(', ')}.`,
});

/** Checks one file; answers what it proves, and the trees it speaks of, with what leads from one to another. */
function checkFile(file: ProofFile, given: readonly Key[]): { lines: Line[]; roots: Root[] } {
  const keys = given.length > 0 ? given : file.keys.map(readKey);
  const lines: Line[] = [];
  const roots: Root[] = [];
  const open = (note: string): Root => {
    const tree = openCheckpoint(note, keys);
    lines.push(CHECKED(tree, tree.by));
    roots.push(tree);
    return tree;
  };
  if (file.format === 'hoso-proof-1') lines.push(...checkEvents(file, open(file.checkpoint)));
  else if (file.format === 'hoso-consistency-1') {
    const [earlier, later] = [open(file.earlier), open(file.later)];
    if (earlier.origin !== later.origin || !extendsTree(earlier, later, hashes(file.proof)))
      throw new Fails(
        `nhật ký ở ${later.size} KHÔNG tiếp nối nhật ký ở ${earlier.size}: có gì đó đã bị sửa hoặc bỏ`,
        `the log of ${later.size} does NOT extend the log of ${earlier.size}: something was changed or taken away`,
      );
    lines.push({
      vi: `Từ ${earlier.size} đến ${later.size} nhật ký chỉ được thêm vào: không gì bị sửa, bỏ hay đổi chỗ.`,
      en: `From ${earlier.size} to ${later.size} the log was only added to: nothing was changed, taken away or moved.`,
    });
  } else throw new Fails('tệp không phải bằng chứng của Hoso', 'this is no proof file that is known here');
  if (given.length === 0)
    lines.push({
      vi: `CHÚ Ý: khóa lấy từ chính tệp này. Hãy so với khóa được công bố ở nơi khác (--key): ${file.keys.join(' ')}`,
      en: `MIND: the keys are the file's own. Compare them with those published elsewhere (--key): ${file.keys.join(' ')}`,
    });
  return { lines, roots };
}

/** Compares a checkpoint that was kept elsewhere with the trees of the same size. */
function compare(outside: Root, roots: readonly Root[]): Line {
  const same = roots.filter((r) => r.origin === outside.origin && r.size === outside.size);
  if (same.some((r) => !r.root.equals(outside.root)))
    throw new Fails(
      `xác nhận giữ ở nơi khác (${outside.size}) KHÁC với xác nhận trong tệp: đã có hai nhật ký`,
      `the checkpoint kept elsewhere (${outside.size}) DIFFERS from that of the file: there were two logs`,
    );
  if (same.length === 0)
    throw new Fails(
      `không có gì nối với xác nhận ${outside.size}; cần thêm tệp consistency giữa hai xác nhận`,
      `nothing leads to the checkpoint of ${outside.size}; add the consistency file between the two`,
    );
  return {
    vi: `Xác nhận giữ ở nơi khác (${outside.size} sự kiện) khớp.`,
    en: `The checkpoint kept elsewhere (${outside.size} events) agrees.`,
  };
}

// ---- the command ----

const USAGE = `hoso-verify TỆP… [--key KHÓA|TỆP]… [--checkpoint TỆP]…
  Kiểm tra bằng chứng của Hoso, không cần máy chủ / checks proofs of Hoso, without any server
  TỆP / FILE       hoso proof, hoso consistency, GET /v1/persons/…/proof, GET /v1/evidence/consistency
  --key            khóa công khai đã biết từ nơi khác / a public key known from elsewhere
  --checkpoint     xác nhận đã giữ ở nơi khác / a checkpoint that was kept elsewhere
Mã thoát / exit codes: 0 đúng/holds, 1 không đúng/does not, 2 sai cách dùng/usage`;

function main(args: readonly string[]): number {
  const files: string[] = [];
  const keys: Key[] = [];
  const checkpoints: string[] = [];
  const say = ({ vi, en }: Line): void => {
    console.log(`✓ ${vi}\n  ${en}`);
  };
  try {
    for (let i = 0; i < args.length; i++) {
      const [arg = '', value = ''] = [args[i], args[i + 1]];
      if (arg === '--key' && value !== '') {
        const text = existsSync(value) ? readFileSync(value, 'utf8') : value;
        keys.push(...text.trim().split(/\s+/).map(readKey));
      } else if (arg === '--checkpoint' && value !== '') checkpoints.push(readFileSync(value, 'utf8'));
      else if (!arg.startsWith('-')) files.push(arg);
      else throw new RangeError(arg);
      if (arg.startsWith('-')) i += 1;
    }
    if (files.length === 0) throw new RangeError('no file');
  } catch (error) {
    console.error(`hoso-verify: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return 2;
  }
  try {
    const roots: Root[] = [];
    const own: string[] = [];
    for (const file of files) {
      console.log(`${file}:`);
      const read = readProof(file);
      const checked = checkFile(read, keys);
      checked.lines.forEach(say);
      roots.push(...checked.roots);
      own.push(...read.keys);
    }
    const known = keys.length > 0 ? keys : own.map(readKey);
    for (const note of checkpoints) say(compare(openCheckpoint(note, known), roots));
    console.log('\nĐÚNG / IT HOLDS');
    return 0;
  } catch (error) {
    // What is not of the form at all ends in an error of the language's own: it proves nothing either.
    const { vi, en } =
      error instanceof Fails
        ? error
        : { vi: 'tệp không đúng dạng', en: `the file is malformed: ${String(error)}` };
    console.log(`✗ ${vi}\n  ${en}\n\nKHÔNG ĐÚNG / IT DOES NOT HOLD`);
    return 1;
  }
}

function readProof(file: string): ProofFile {
  try {
    const read = JSON.parse(readFileSync(file, 'utf8')) as Partial<ProofFile> | null;
    return { ...(read as ProofFile), keys: read?.keys ?? [] };
  } catch (error) {
    throw new Fails(
      `không đọc được tệp: ${(error as Error).message}`,
      `the file cannot be read: ${(error as Error).message}`,
    );
  }
}

process.exitCode = main(process.argv.slice(2));
