import type { FactContent } from '../record/action.js';
import type { Caption } from '../record/fields.js';
import type { PastChange, Proposed } from './pastChange.js';

/** Category of the streams of proposals: one for each, from its making to its end. */
export const PROPOSAL = 'proposal-';

export function proposalStream(id: string): string {
  return PROPOSAL + id;
}

/** The stream on which an agency's early raises of a year have their places. */
export interface PlaceKey {
  readonly agency: string;
  readonly year: number;
}

/** What happened to a proposal. The kinds are the types under which they are stored: never renamed. */
export type ProposalBody =
  | ({
      readonly kind: 'proposal_made';
      /** The person's record. */
      readonly record: string;
      /** The agency that proposes. */
      readonly agency: string | null;
      /** The gates were judged as known at this sequence. */
      readonly judgedAt: number;
      /** The place among the agency's early raises of a year that was taken for it. */
      readonly place?: PlaceKey;
      /** The fact's document may be missing until it is decided. */
    } & Proposed)
  /** The superior compared it with the record held in the system (R-18.3c), as known at this sequence. */
  | { readonly kind: 'proposal_checked'; readonly judgedAt: number }
  /** Decided, by this document; from here it is recorded in the person's record, or fails there. */
  | ({
      readonly kind: 'proposal_decided';
      readonly judgedAt: number;
      /** Where the decision's day or agency asks for another place than the proposal's: that one. */
      readonly place?: PlaceKey;
    } & Proposed)
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

export const PROPOSAL_STATUSES = [
  'proposed',
  'checked',
  'decided',
  'declined',
  'recorded',
  'failed',
] as const;
export type ProposalStatus = (typeof PROPOSAL_STATUSES)[number];

/** How a proposal stands after an event of each kind. */
export const STATUS_AFTER: Readonly<Record<ProposalKind, ProposalStatus>> = {
  proposal_made: 'proposed',
  proposal_checked: 'checked',
  proposal_decided: 'decided',
  proposal_declined: 'declined',
  proposal_recorded: 'recorded',
  proposal_failed: 'failed',
};

/** A proposal as it stands. */
export interface Proposal {
  readonly status: ProposalStatus;
  readonly record: string;
  readonly agency: string | null;
  /** As decided, once it is; before, as proposed. */
  readonly content: FactContent;
  /** What of the past it would change; null: it is a new fact. */
  readonly change: PastChange | null;
  /** The gates were last judged as known at this sequence. */
  readonly judgedAt: number;
  /** The place that it holds, or held, among the agency's early raises of a year. */
  readonly place: PlaceKey | null;
  /** Why it was declined. */
  readonly reason: string | null;
  /** The fact that it became. */
  readonly event: string | null;
  /** Rules by which the record refused it. */
  readonly rules: readonly string[];
}

/** Folds a proposal's events; null: there is none. */
export function proposalOf(events: readonly ProposalEvent[]): Proposal | null {
  return events.reduce<Proposal | null>((before, { body }) => evolve(before, body), null);
}

function evolve(before: Proposal | null, body: ProposalBody): Proposal | null {
  const status = STATUS_AFTER[body.kind];
  if (body.kind === 'proposal_made') {
    const { record, agency, content, change = null, judgedAt, place = null } = body;
    const ended = { reason: null, event: null, rules: [] };
    return { status, record, agency, content, change, judgedAt, place, ...ended };
  }
  if (before === null) return null;
  switch (body.kind) {
    case 'proposal_checked':
      return { ...before, status, judgedAt: body.judgedAt };
    case 'proposal_decided': {
      const { content, change = null, judgedAt, place = before.place } = body;
      return { ...before, status, content, change, judgedAt, place };
    }
    case 'proposal_declined':
      return { ...before, status, reason: body.reason };
    case 'proposal_recorded':
      return { ...before, status, event: body.event, rules: [] };
    case 'proposal_failed':
      return { ...before, status, rules: body.rules };
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
  /** The gate of the decision that it belongs to (domain-rules §1.3). */
  readonly gate?: 'R-15.5đ' | 'R-18.4e' | 'R-18.3c';
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
    gate: 'R-15.5đ',
  },
  agency_overdue: {
    vi: 'Cơ quan còn việc cập nhật hồ sơ quá hạn: Sở Nội vụ không giải quyết',
    en: 'The agency has overdue duties on its records: the Department of Home Affairs does not settle this',
    source: 'QĐ 8060/QĐ-UBND Đ.18.4e',
    gate: 'R-18.4e',
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
  establishment_full: {
    vi: 'Biên chế được giao của đơn vị đến đã sử dụng hết',
    en: 'The establishment of the unit to which the person would come is filled',
    source: 'QĐ 8060/QĐ-UBND Đ.15.5d, 18.4đ',
  },
  not_checked: {
    vi: 'Đề nghị chưa được kiểm tra, đối chiếu với hồ sơ trên hệ thống',
    en: 'The proposal has not been checked against the record held in the system',
    source: 'QĐ 8060/QĐ-UBND Đ.18.3c',
    gate: 'R-18.3c',
  },
  own_proposal: {
    vi: 'Người đề nghị không tự quyết định đề nghị của mình',
    en: 'Whoever made a proposal does not decide it',
    source: 'QĐ 8060/QĐ-UBND Đ.18.3c',
  },
  nothing_to_change: {
    vi: 'Hồ sơ đã như đề nghị: không có gì để thay đổi',
    en: 'The record already says what is proposed: there is nothing to change',
    source: 'design',
  },
  content_erased: {
    vi: 'Nội dung đề nghị đã bị hủy theo quyết định',
    en: 'What was proposed has been lawfully destroyed since',
    source: 'Luật Lưu trữ 33/2024/QH15; design',
  },
  step_not_possible: {
    vi: 'Đề nghị không ở bước cho phép việc này',
    en: 'The proposal does not stand where this step can be taken',
    source: 'design',
  },
} as const satisfies Record<string, ProposalRule>;

export type ProposalRuleCode = keyof typeof PROPOSAL_RULES;
