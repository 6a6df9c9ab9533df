/** The package: a bag of BagIt (RFC 8493) with SHA-256 and SHA-512 manifests. Paths are relative, with slashes. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf, type Digest } from './digest.js';

/** Files below data/, by path. */
export type Payload = ReadonlyMap<string, Digest>;

/** Labels and values of bag-info.txt, in order. */
export type BagInfo = readonly (readonly [label: string, value: string])[];

export const DECLARATION = 'bagit.txt';
export const INFO = 'bag-info.txt';
export const MANIFEST = 'manifest-sha256.txt';
export const MANIFEST_512 = 'manifest-sha512.txt';
export const TAG_MANIFEST = 'tagmanifest-sha256.txt';
/** The tag files of every bag of ours. */
export const TAG_FILES = [DECLARATION, INFO, MANIFEST, MANIFEST_512, TAG_MANIFEST] as const;

const DECLARED = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';
/** What an own path looks like: none needs the percent-encoding of a manifest. */
const PATH = /^data(\/[\w-][\w.-]*)+$/;

/** A directory that is no bag, or a part of one that cannot be read as one. */
export class BadBag extends Error {
  override readonly name = 'BadBag';
  constructor(
    /** Path within the bag. */
    readonly file: string,
    message: string,
  ) {
    super(message);
  }
}

/** The tag files of a bag, by name. */
export function tagFiles(payload: Payload, info: BagInfo): Map<string, string> {
  const bytes = [...payload.values()].reduce((sum, d) => sum + d.bytes, 0);
  const all: BagInfo = [...info, ['Payload-Oxum', `${bytes}.${payload.size}`]];
  const files = new Map<string, string>([
    [DECLARATION, DECLARED],
    [INFO, all.map(([label, value]) => `${label}: ${value}\n`).join('')],
    [MANIFEST, manifest(payload, 'sha256')],
    [MANIFEST_512, manifest(payload, 'sha512')],
  ]);
  const tags = [...files].map(([name, text]) => [name, digestOf(Buffer.from(text))] as const);
  files.set(TAG_MANIFEST, manifest(new Map(tags), 'sha256'));
  return files;
}

function manifest(files: Payload, kind: 'sha256' | 'sha512'): string {
  return sorted(files.keys())
    .map((path) => `${files.get(path)?.[kind] ?? ''}  ${path}\n`)
    .join('');
}

/** In the order of the bytes, so that every machine writes the same. */
export function sorted(paths: Iterable<string>): string[] {
  return [...paths].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** What a bag says of itself. */
export interface BagRead {
  readonly info: ReadonlyMap<string, string>;
  /** Hashes by path; the bytes are what Payload-Oxum has of them all. */
  readonly payload: ReadonlyMap<string, Omit<Digest, 'bytes'>>;
  readonly oxum: { readonly bytes: number; readonly files: number };
}

/** Reads the tag files of a bag; the payload is not looked at. Throws BadBag, which names the file. */
export async function readBag(directory: string): Promise<BagRead> {
  const texts = new Map<string, string>();
  for (const name of TAG_FILES)
    texts.set(
      name,
      await readFile(join(directory, name), 'utf8').catch(() => {
        throw new BadBag(name, 'is missing or cannot be read');
      }),
    );
  const textOf = (name: string): string => texts.get(name) ?? '';
  if (textOf(DECLARATION) !== DECLARED)
    throw new BadBag(DECLARATION, 'declares no bag of BagIt 1.0 in UTF-8');
  const tags = parseManifest(TAG_MANIFEST, textOf(TAG_MANIFEST));
  for (const name of TAG_FILES)
    if (name !== TAG_MANIFEST && tags.get(name) !== digestOf(Buffer.from(textOf(name))).sha256)
      throw new BadBag(name, `is not what ${TAG_MANIFEST} says`);
  const info = parseInfo(textOf(INFO));
  const [, bytes = '', files = ''] = /^(\d{1,15})\.(\d{1,9})$/.exec(info.get('Payload-Oxum') ?? '') ?? [];
  if (bytes === '') throw new BadBag(INFO, 'has no Payload-Oxum');
  const short = parseManifest(MANIFEST, textOf(MANIFEST));
  const long = parseManifest(MANIFEST_512, textOf(MANIFEST_512));
  const payload = new Map<string, Omit<Digest, 'bytes'>>();
  for (const [path, sha256] of short) {
    const sha512 = long.get(path);
    if (!PATH.test(path) || sha512 === undefined)
      throw new BadBag(MANIFEST, `names ${path}, which is no path of such a bag or not in ${MANIFEST_512}`);
    payload.set(path, { sha256, sha512 });
  }
  if (long.size !== payload.size) throw new BadBag(MANIFEST_512, `names other files than ${MANIFEST}`);
  return { info, payload, oxum: { bytes: Number(bytes), files: Number(files) } };
}

function parseManifest(name: string, text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split('\n').slice(0, -1)) {
    const [, hash, path] = /^([0-9a-f]{64}|[0-9a-f]{128}) {2}(\S+)$/.exec(line) ?? [];
    if (hash === undefined || path === undefined || found.has(path))
      throw new BadBag(name, 'has a line that names no file and its hash');
    found.set(path, hash);
  }
  if (!text.endsWith('\n')) throw new BadBag(name, 'is cut off');
  return found;
}

function parseInfo(text: string): Map<string, string> {
  const info = new Map<string, string>();
  for (const line of text.split('\n').slice(0, -1)) {
    const at = line.indexOf(': ');
    if (at < 1) throw new BadBag(INFO, 'has a line without a label');
    info.set(line.slice(0, at), line.slice(at + 2));
  }
  return info;
}

/** Every file below a directory of a bag, as paths of the bag; what is neither file nor directory too. */
export async function filesBelow(directory: string, path = 'data'): Promise<string[]> {
  const entries = await readdir(join(directory, path), { withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  const found: string[] = [];
  for (const entry of entries) {
    const below = `${path}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await filesBelow(directory, below)));
    else found.push(below);
  }
  return found;
}
