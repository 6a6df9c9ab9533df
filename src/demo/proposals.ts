import type { RecordCodec } from '../recording/codec.js';
import { personStream } from '../recording/codec.js';
import type { EventLog, ProposedEvent } from '../event-log/port.js';
import type { FactContent } from '../record/action.js';
import type { NewEvent } from '../record/events.js';
import { ProposalCodec } from '../proposals/codec.js';
import { proposalStream, type ProposalBody } from '../proposals/proposal.js';
import type { Actor } from '../recording/metadata.js';
import type { Sealer } from '../sealing/port.js';
import { LAST } from './life.js';

/** Somebody whose record is complete on the last day, and where. */
export interface Candidate {
  readonly record: string;
  readonly agency: string | null;
}

/** How a proposal of the demonstration ends. */
export const ENDS = [
  'proposed',
  'checked',
  'declined',
  'declined',
  'recorded',
  'recorded',
  'failed',
] as const;
type End = (typeof ENDS)[number];

export interface ProposalsOf {
  readonly log: EventLog;
  readonly sealer: Sealer;
  readonly codec: RecordCodec;
  readonly actor: Actor;
  /** Decides one more fact of a record: the event, and its revision there. */
  readonly decide: (record: string, event: string, content: FactContent) => readonly [NewEvent, number];
}

const TIMES = { made: '02', checked: '03', death: '04', decided: '05', ended: '06' } as const;

/** The id of the event that comes last of all. */
export function lastOfProposals(sealer: Sealer): string {
  return sealer.indexId('demo', ['proposal', String(ENDS.length - 1), 'proposal_failed']);
}

/**
 * Proposals of the last day, one for each way in which they can stand or end: all are made, then checked, then decided
 * or declined. Of the one that fails the person dies between the check and the decision.
 */
export async function propose(candidates: readonly Candidate[], of: ProposalsOf): Promise<void> {
  const { log, sealer, codec, actor, decide } = of;
  if (candidates.length < ENDS.length) throw new Error('the demonstration has too few complete records');
  const proposals = new ProposalCodec(sealer);
  const idOf = (n: number, what: string) => sealer.indexId('demo', ['proposal', String(n), what]);
  const all = ENDS.map((end, n) => ({ end, n, id: idOf(n, 'stream'), ...(candidates[n] as Candidate) }));
  // An interrupted load must judge at the sequence of the first one.
  const [first] = await log.readEvents([idOf(0, 'proposal_made')]);
  const judgedAt = first?.sequence == null ? (await log.head()).sequence : first.sequence - 1;
  type One = (typeof all)[number];
  const append = async (hour: string, stream: string, expected: number | 'none', events: ProposedEvent[]) => {
    const recordedAt = `${LAST}T${hour}:00:00.000Z`;
    const [outcome] = await log.appendBulk([{ stream, expected, events }], { recordedAt });
    if (outcome?.kind !== 'appended' && outcome?.kind !== 'alreadyAppended')
      throw new Error(`the demonstration’s proposals met a log that others have written to: ${stream}`);
  };
  const step = async (hour: string, { n, id, record }: One, revision: number, body: ProposalBody) => {
    const event = { id: idOf(n, body.kind), body };
    const stream = proposalStream(id);
    const encoded = await proposals.encode(stream, record, event, { actor });
    await append(hour, stream, revision === 0 ? 'none' : revision - 1, [encoded]);
  };
  const enter = async (hour: string, { n, record }: One, content: FactContent) => {
    const [event, revision] = decide(record, idOf(n, content.action), content);
    const stream = personStream(record);
    const encoded = await codec.encode({ stream, events: [event], meta: { actor } });
    await append(hour, stream, revision - 1, encoded);
    return { event: event.id, revision };
  };
  for (const one of all) {
    const { record, agency } = one;
    await step(TIMES.made, one, 0, {
      kind: 'proposal_made',
      record,
      agency,
      judgedAt,
      content: CONTENT,
    });
  }
  for (const one of all.filter(({ end }) => end !== 'proposed'))
    await step(TIMES.checked, one, 1, { kind: 'proposal_checked', judgedAt });
  for (const one of all.filter(({ end }) => end === 'failed'))
    await enter(TIMES.death, one, {
      action: 'died',
      effective: LAST,
      document: { type: 'giay_chung_tu', number: '15/GCT-2026' },
      data: {},
    });
  for (const one of all.filter(({ end }) => isDecided(end)))
    await step(TIMES.decided, one, 2, {
      kind: 'proposal_decided',
      judgedAt,
      content: { ...CONTENT, document: paperOf(one.n) },
    });
  for (const one of all.filter(({ end }) => end === 'declined'))
    await step(TIMES.decided, one, 2, {
      kind: 'proposal_declined',
      action: CONTENT.action,
      reason: 'Chưa đủ tiêu chuẩn (hư cấu)',
    });
  for (const one of all.filter(({ end }) => end === 'recorded')) {
    const content = { ...CONTENT, document: paperOf(one.n) };
    await step(TIMES.ended, one, 3, {
      kind: 'proposal_recorded',
      ...(await enter(TIMES.ended, one, content)),
    });
  }
  for (const one of all.filter(({ end }) => end === 'failed'))
    await step(TIMES.ended, one, 3, { kind: 'proposal_failed', rules: ['after_death'] });
}

function isDecided(end: End): boolean {
  return end === 'recorded' || end === 'failed';
}

/** A course of the summer; nobody is sent to it after death. */
const CONTENT: FactContent = {
  action: 'sent_to_training',
  effective: '2026-07-15',
  data: { type: 'quan_ly_nha_nuoc', institution: 'hv_hcqg', until: '2026-08-31', funding: 'co_quan' },
};

function paperOf(n: number): NonNullable<FactContent['document']> {
  return { type: 'quyet_dinh', number: `${String(701 + n)}/QĐ-HC-2026`, signedDate: LAST };
}
