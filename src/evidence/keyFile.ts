import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OperatorError } from '../operatorError.js';
import { BadNote, makeSigner, readSigner, type Signer } from './note.js';
import type { Register } from './register.js';

/** The key that signs checkpoints is missing, is not the one that signed before, or lies open. */
export class EvidenceKeyRefused extends OperatorError {
  override readonly name = 'EvidenceKeyRefused';
}

/**
 * The keys that sign checkpoints, one a line of a file of mode 0600: the first names the log, and each signs every
 * checkpoint. So a key is exchanged by adding the new one, and later taking the old line away. The file is made at the
 * first start; where the register knows keys and the file has none of them, that is refused: whoever holds an old
 * checkpoint would be told nothing. `origin` names the log when the key is made: an address without its scheme.
 */
export async function openSigners(
  file: string,
  register: Register,
  origin?: string,
): Promise<[Signer, ...Signer[]]> {
  const known = await register.signers();
  if (known.length === 0) await makeKeyFile(file, origin);
  const signers = await readKeyFile(file);
  const [first] = signers;
  if (origin !== undefined && first.verifier.name !== origin)
    throw new EvidenceKeyRefused(
      `The evidence key ${file} is of origin ${first.verifier.name}, not ${origin}.`,
      'Leave HOSO_EVIDENCE_ORIGIN as it was when the key was made: checkpoints carry that name for ever.',
    );
  if (known.length > 0 && !signers.some(({ verifier }) => known.includes(verifier.text)))
    throw new EvidenceKeyRefused(
      `The evidence key ${file} is not one that signed this log's checkpoints before.`,
      'Restore it from its backup, or name its place in HOSO_EVIDENCE_KEY_FILE; where it is lost: hoso origin.',
    );
  for (const { verifier } of signers)
    if (!known.includes(verifier.text)) await register.addSigner(verifier.text);
  return signers;
}

async function readKeyFile(file: string): Promise<[Signer, ...Signer[]]> {
  const { text, mode } = await Promise.all([readFile(file, 'utf8'), stat(file)]).then(
    ([read, found]) => ({ text: read, mode: found.mode }),
    (cause: unknown) => {
      throw new EvidenceKeyRefused(
        `The evidence key ${file}, which signs checkpoints, cannot be read (${codeOf(cause)}).`,
        'Restore it from its backup, or name its place in HOSO_EVIDENCE_KEY_FILE; where it is lost: hoso origin.',
        { cause },
      );
    },
  );
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw new EvidenceKeyRefused(
      `The evidence key ${file} is open to other users (mode ${(mode & 0o777).toString(8)}).`,
      `Close it: chmod 600 ${file}`,
    );
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  try {
    const [first, ...rest] = lines.map((line) => readSigner(line.trim()));
    if (first === undefined) throw new BadNote('the file holds no key');
    return [first, ...rest];
  } catch (cause) {
    if (!(cause instanceof BadNote)) throw cause;
    throw new EvidenceKeyRefused(
      `The file ${file} holds no evidence key: ${cause.message}.`,
      'Restore it from its backup, or name another in HOSO_EVIDENCE_KEY_FILE.',
      { cause },
    );
  }
}

/**
 * Puts a new key, of a new name, before those of the file, which go on signing beside it; the file as it was is kept
 * beside. Rejects with EvidenceKeyRefused where the name cannot be one.
 */
export async function renewKeyFile(file: string, name: string): Promise<Signer> {
  const before = await readFile(file, 'utf8').catch(() => '');
  let signer: Signer;
  try {
    signer = makeSigner(name);
  } catch (cause) {
    if (!(cause instanceof BadNote)) throw cause;
    throw new EvidenceKeyRefused(
      `${name} cannot name a log: ${cause.message}.`,
      'Take an address without its scheme, for instance hoso.danang.gov.vn/records-2.',
    );
  }
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  if (before !== '') await writeFile(`${file}.before-${hexId(signer)}`, before, { mode: 0o600 });
  const draft = `${file}.${process.pid}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.chmod(0o600); // whatever the umask
    await handle.writeFile(`${signer.text}\n${before}`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
  return signer;
}

function hexId({ verifier }: Signer): string {
  return verifier.id.toString(16).padStart(8, '0');
}

/** Makes the file where there is none; of two processes, one makes it and both use it. */
async function makeKeyFile(
  file: string,
  origin = `hoso.local/${randomBytes(6).toString('hex')}`,
): Promise<void> {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(`${makeSigner(origin).text}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await chmod(draft, 0o600); // whatever the umask
    await link(draft, file).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
  } catch (cause) {
    if (cause instanceof BadNote)
      throw new EvidenceKeyRefused(
        `HOSO_EVIDENCE_ORIGIN cannot name a log: ${cause.message}.`,
        'Take an address without its scheme, for instance hoso.danang.gov.vn/records.',
      );
    throw new EvidenceKeyRefused(
      `The evidence key cannot be made in ${dirname(file)} (${codeOf(cause)}).`,
      'Let the service’s user write there, or name a file in another place in HOSO_EVIDENCE_KEY_FILE.',
      { cause },
    );
  } finally {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}
