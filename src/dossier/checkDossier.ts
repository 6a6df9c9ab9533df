import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BadBag, INFO, sorted, type BagRead } from '../archive/bag.js';
import { eventLine, parseEventLine, BadLine, type ArchivedEvent } from '../archive/eventLine.js';
import { LABEL } from '../archive/layout.js';
import type { Checkpoint } from '../evidence/checkpoint.js';
import { eventLeaf } from '../evidence/leaf.js';
import { PROOF_FORMAT, type ProofFile, type ProvenEvent } from '../evidence/proofFile.js';
import { provesInclusion } from '../evidence/tree.js';
import { personStream } from '../recording/codec.js';
import { attachmentPath, eventsPath, PERSON_LABEL, proofPath, streamOfProof } from './layout.js';

export interface DossierCheck {
  /** As read, every file of it against the manifests already. */
  readonly bag: BagRead;
  readonly checkpoint: Checkpoint;
  /** The checkpoint's signed note. */
  readonly note: string;
  /** Hears of each thing that is wrong, by file. */
  readonly fault: (file: string, vi: string, en: string) => void;
}

/**
 * Checks the events of a dossier: each in the log that the checkpoint was signed of, each stream from its first event
 * without a gap, and the lines of `data/events` those that were proven. Answers how many are proven. Rejects with BadBag.
 */
export async function checkDossier(directory: string, check: DossierCheck): Promise<number> {
  const { bag, fault } = check;
  const person = bag.info.get(PERSON_LABEL) ?? '';
  const paths = sorted(bag.payload.keys());
  const streams = paths.map(streamOfProof).filter((stream) => stream !== undefined);
  if (!streams.includes(personStream(person)))
    throw new BadBag(INFO, `names the record ${person}, of which nothing is proven`);
  let count = 0;
  let isWhole = true;
  for (const stream of streams) {
    const found = await proven(directory, stream, check);
    if (found instanceof BadBag) {
      isWhole = false;
      fault(found.file, `${found.file} không đúng với bằng chứng`, `${found.file} ${found.message}`);
    } else count += found.length;
  }
  for (const path of paths)
    if (path.startsWith(attachmentPath('')) && attachmentPath(bag.payload.get(path)?.sha256 ?? '') !== path)
      fault(path, `${path} không phải bản quét mang tên đó`, `${path} is not the scan of that name`);
  const told = Number(bag.info.get(LABEL.entries));
  if (isWhole && count !== told) throw new BadBag(INFO, `tells of ${told} events, and ${count} are proven`);
  return count;
}

/** The proven events of a stream, in order. Rejects with BadBag where there is no such file. */
export async function eventsOfDossier(directory: string, stream: string): Promise<ArchivedEvent[]> {
  const lines = (await textOf(directory, eventsPath(stream))).split('\n').slice(0, -1);
  return lines.map(parseEventLine);
}

/** The events of a stream; or which file does not hold, and how. */
async function proven(
  directory: string,
  stream: string,
  check: DossierCheck,
): Promise<readonly ArchivedEvent[] | BadBag> {
  const path = proofPath(stream);
  let proof: ProofFile;
  try {
    proof = JSON.parse(await textOf(directory, path)) as ProofFile;
  } catch {
    return new BadBag(path, 'is no proof file');
  }
  const { events: listed } = proof;
  if ((proof.format as string) !== PROOF_FORMAT || !(listed instanceof Array))
    return new BadBag(path, `is of no form that this release reads (${PROOF_FORMAT})`);
  if (proof.checkpoint !== check.note || proof.stream !== stream)
    return new BadBag(path, 'is of another checkpoint, or of another record');
  const gap = listed.findIndex((e, i) => !isProven(e, i, stream, check.checkpoint));
  if (gap >= 0) return new BadBag(path, `proves nothing at the event number ${gap + 1}`);
  try {
    const events = await eventsOfDossier(directory, stream);
    const lines = listed.map(({ inclusion: _, ...event }) => eventLine(event));
    if (events.length === lines.length && events.every((e, i) => eventLine(e) === lines[i])) return events;
    return new BadBag(eventsPath(stream), `holds other events than ${path} proves`);
  } catch (error) {
    if (error instanceof BadBag) return error;
    if (error instanceof BadLine)
      return new BadBag(eventsPath(stream), `has a line that is none: ${error.message}`);
    throw error;
  }
}

function isProven(event: ProvenEvent, revision: number, stream: string, checkpoint: Checkpoint): boolean {
  const inclusion = event.inclusion.map((hash) => Buffer.from(hash, 'base64'));
  return (
    event.stream === stream &&
    event.revision === revision &&
    provesInclusion(eventLeaf(event), event.sequence - 1, checkpoint, inclusion)
  );
}

function textOf(directory: string, path: string): Promise<string> {
  return readFile(join(directory, path), 'utf8').catch(() => {
    throw new BadBag(path, 'is missing');
  });
}
