import type { FactContent } from '../record/action.js';
import type { Caption } from '../record/fields.js';

/** Category of the streams of proposals: one for each, from its making to its end. */
export const PROPOSAL = 'proposal-';

export function proposalStream(id: string): string {
  return PROPOSAL + id;
}

/** What happened to a proposal. The kinds are the types under which they are stored: never renamed. */
export type ProposalBody =
  | {
      readonly kind: 'proposal_made';
      /** The person's record. */
      readonly record: string;
      /** The fact that would be recorded, as proposed; its document may be missing until it is decided. */
      readonly content: FactContent;
      /** The agency that proposes. */
      readonly agency: string | null;
      /** The gates were judged as known at this sequence. */
      readonly judgedAt: number;
    }
  /** The superior compared it with the record held in the system (R-18.3c), as known at this sequence. */
  | { readonly kind: 'proposal_checked'; readonly judgedAt: number }
  /** Decided, by this document; from here it is recorded in the person's record, or fails there. */
  | { readonly kind: 'proposal_decided'; readonly content: FactContent; readonly judgedAt: number }
  | { readonly kind: 'proposal_declined'; readonly action: string; readonly reason: string }
  /** The fact stands in the record, under this event. */
  | { readonly kind: 'proposal_recorded'; readonly event: string; readonly revision: number }
  /** The record refused it, by these rules. */
  | { readonly kind: 'proposal_failed'; readonly rules: readonly string[] };

export type ProposalKind = ProposalBody['kind'];

export const PROPOSAL_VERSIONS: Readonly<Record<ProposalKind, number>> = {
  proposal_made: 1,
  proposal_checked: 1,
  proposal_decided: 1,
  proposal_declined: 1,
  proposal_recorded: 1,
  proposal_failed: 1,
};

export interface ProposalEvent {
  readonly id: string;
  readonly revision: number;
  readonly sequence: number | null;
  readonly recordedAt: string;
  readonly body: ProposalBody;
}

export type ProposalStatus = 'proposed' | 'checked' | 'decided' | 'declined' | 'recorded' | 'failed';

/** A proposal as it stands. */
export interface Proposal {
  readonly status: ProposalStatus;
  readonly record: string;
  readonly agency: string | null;
  /** As decided, once it is; before, as proposed. */
  readonly content: FactContent;
  readonly judgedAt: number;
  readonly reason: string | null;
  readonly event: string | null;
  readonly rules: readonly string[];
}

/** Folds a proposal's events; null: there is none. */
export function proposalOf(events: readonly ProposalEvent[]): Proposal | null {
  return events.reduce<Proposal | null>((before, { body }) => evolve(before, body), null);
}

function evolve(before: Proposal | null, body: ProposalBody): Proposal | null {
  if (body.kind === 'proposal_made') {
    const { record, agency, content, judgedAt } = body;
    return { status: 'proposed', record, agency, content, judgedAt, reason: null, event: null, rules: [] };
  }
  if (before === null) return null;
  switch (body.kind) {
    case 'proposal_checked':
      return { ...before, status: 'checked', judgedAt: body.judgedAt };
    case 'proposal_decided':
      return { ...before, status: 'decided', content: body.content, judgedAt: body.judgedAt };
    case 'proposal_declined':
      return { ...before, status: 'declined', reason: body.reason };
    case 'proposal_recorded':
      return { ...before, status: 'recorded', event: body.event };
    case 'proposal_failed':
      return { ...before, status: 'failed', rules: body.rules };
    default:
      return body satisfies never;
  }
}

/** A step that an officer asks for. */
export type ProposalStep = 'check' | 'decide' | 'decline';

/** From which standing a step leads on. Nothing is decided that was not checked (R-18.3c). */
const FROM: Readonly<Record<ProposalStep, readonly ProposalStatus[]>> = {
  check: ['proposed'],
  decide: ['checked'],
  decline: ['proposed', 'checked'],
};

/** Whether a step can be taken now. */
export function canTake(step: ProposalStep, proposal: Proposal): boolean {
  return FROM[step].includes(proposal.status);
}

export interface ProposalRule extends Caption {
  readonly source: string;
}

/** Rules of proposing, beside those of the record. */
export const PROPOSAL_RULES = {
  not_proposable: {
    vi: 'Việc này không phải là việc cần đề nghị; hãy ghi trực tiếp quyết định đã ban hành',
    en: 'This action is not one that is proposed; record the issued decision instead',
    source: 'QĐ 8060/QĐ-UBND Đ.15.5',
  },
  record_incomplete: {
    vi: 'Hồ sơ chưa đầy đủ, chính xác: cơ quan không thực hiện hoặc đề nghị việc này',
    en: 'The record is not fully and exactly entered: the agency does not perform or propose this',
    source: 'QĐ 8060/QĐ-UBND Đ.15.5đ',
  },
  agency_overdue: {
    vi: 'Cơ quan còn việc cập nhật hồ sơ quá hạn: Sở Nội vụ không giải quyết',
    en: 'The agency has overdue duties on its records: the Department of Home Affairs does not settle this',
    source: 'QĐ 8060/QĐ-UBND Đ.18.4e',
  },
  irregular: {
    vi: 'Đề nghị trái quy định; chỉ quyết định đã ban hành mới được ghi kèm phát hiện',
    en: 'The proposal is against a rule; only an issued decision is recorded with a finding',
    source: 'design',
  },
  quota_exhausted: {
    vi: 'Đã hết chỉ tiêu nâng bậc lương trước thời hạn của cơ quan trong năm',
    en: 'The agency’s early raises of the year are all taken',
    source: 'TT 08/2013/TT-BNV Đ.3.1; NĐ 17/2013/NĐ-CP',
  },
  quota_unknown: {
    vi: 'Chưa có số trả lương ngày 31/12 của cơ quan để tính 10 %',
    en: 'The payroll of the agency on 31 December, of which the 10 % is counted, is not recorded',
    source: 'TT 08/2013/TT-BNV Đ.3.1',
  },
  step_not_possible: {
    vi: 'Đề nghị không ở bước cho phép việc này',
    en: 'The proposal does not stand where this step can be taken',
    source: 'design',
  },
} as const satisfies Record<string, ProposalRule>;

export type ProposalRuleCode = keyof typeof PROPOSAL_RULES;
