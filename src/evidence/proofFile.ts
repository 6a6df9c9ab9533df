import type { RecordedEvent } from '../event-log/port.js';
import type { Evidence, SignedCheckpoint } from './evidence.js';

/** The form of a proof file; another form has another number. hoso-verify reads it without anything of ours. */
export const PROOF_FORMAT = 'hoso-proof-1';
export const CONSISTENCY_FORMAT = 'hoso-consistency-1';

/** Events with what proves that they are in the log that a checkpoint was signed of: to hand to a person or a court. */
export interface ProofFile {
  readonly format: typeof PROOF_FORMAT;
  /** Public keys of the log. Whoever verifies compares them with those that were published elsewhere. */
  readonly keys: readonly string[];
  /** Signed note. */
  readonly checkpoint: string;
  /** The stream whose whole history, up to the checkpoint, this is; null: single events. */
  readonly stream: string | null;
  readonly events: readonly ProvenEvent[];
}

/** An event, its texts byte for byte as stored, and the hashes from its leaf to the root, in base64. */
export interface ProvenEvent {
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

/** What proves that a log was only added to between two checkpoints. */
export interface ConsistencyFile {
  readonly format: typeof CONSISTENCY_FORMAT;
  readonly keys: readonly string[];
  readonly earlier: string;
  readonly later: string;
  readonly proof: readonly string[];
}

/**
 * A proof of events that the log holds, by a checkpoint that covers them; none given: the last one, or a new one where
 * that does not cover them yet.
 */
export async function proofFile(
  evidence: Evidence,
  events: readonly RecordedEvent[],
  stream: string | null,
  given?: SignedCheckpoint,
): Promise<ProofFile> {
  const sequences = events.map(({ id, sequence }) => {
    if (sequence === null) throw new Error(`event ${id} has no sequence yet`);
    return sequence;
  });
  const checkpoint = given ?? (await evidence.covering(Math.max(...sequences)));
  const proofs = await evidence.inclusion(sequences, checkpoint.size);
  return {
    format: PROOF_FORMAT,
    keys: await keysOf(evidence),
    checkpoint: checkpoint.note,
    stream,
    events: events.map(({ stream: of, revision, id, type, version, recordedAt, data, meta }, i) => ({
      sequence: sequences[i] ?? 0,
      stream: of,
      revision,
      id,
      type,
      version,
      recordedAt,
      data,
      meta,
      inclusion: (proofs[i] ?? []).map((hash) => hash.toString('base64')),
    })),
  };
}

/** A proof that the later checkpoint's log begins with the earlier one's. */
export async function consistencyFile(
  evidence: Evidence,
  earlier: SignedCheckpoint,
  later: SignedCheckpoint,
): Promise<ConsistencyFile> {
  const proof = await evidence.consistency(earlier.size, later.size);
  return {
    format: CONSISTENCY_FORMAT,
    keys: await keysOf(evidence),
    earlier: earlier.note,
    later: later.note,
    proof: proof.map((hash) => hash.toString('base64')),
  };
}

async function keysOf(evidence: Evidence): Promise<string[]> {
  return (await evidence.verifiers()).map(({ text }) => text);
}
