import type { FieldGroup } from '../fieldGroups.js';
import type { DocumentBlock } from '../record/document.js';
import type { Caption } from '../record/fields.js';

/** Category of the streams of destructions: one for each, from its proposal to its end. */
export const DESTRUCTION = 'destruction-';

export function destructionStream(id: string): string {
  return DESTRUCTION + id;
}

/** What happened to a destruction. The kinds are the types under which they are stored: never renamed. */
export type DestructionBody =
  | {
      readonly kind: 'destruction_proposed';
      /** The person's record. */
      readonly record: string;
      readonly groups: readonly FieldGroup[];
      /** The decision of the archive authority. */
      readonly decision: DocumentBlock;
      readonly reason: string;
    }
  | { readonly kind: 'destruction_declined'; readonly reason: string }
  /** By a second person; from here it is carried out, unless a legal hold comes first. */
  | { readonly kind: 'destruction_approved' }
  /** The keys are gone, and no read model holds the values any more. */
  | {
      readonly kind: 'destruction_carried_out';
      /** The record and those merged into it, each with the event that says so. */
      readonly records: readonly { readonly record: string; readonly event: string }[];
    };

export type DestructionKind = DestructionBody['kind'];

export const DESTRUCTION_VERSIONS: Readonly<Record<DestructionKind, number>> = {
  destruction_proposed: 1,
  destruction_declined: 1,
  destruction_approved: 1,
  destruction_carried_out: 1,
};

export interface DestructionEvent {
  readonly id: string;
  readonly revision: number;
  readonly sequence: number | null;
  readonly recordedAt: string;
  /** The account that did it. */
  readonly by: string;
  readonly body: DestructionBody;
}

export type DestructionStatus = 'proposed' | 'declined' | 'approved' | 'carried_out';

/** A destruction as it stands. */
export interface Destruction {
  readonly status: DestructionStatus;
  readonly record: string;
  readonly groups: readonly FieldGroup[];
  readonly decision: DocumentBlock;
  readonly reason: string;
  readonly proposedBy: string;
  /** Who approved or declined it. */
  readonly decidedBy: string | null;
  readonly declinedFor: string | null;
  readonly records: readonly { readonly record: string; readonly event: string }[];
}

/** Folds a destruction's events; null: there is none. */
export function destructionOf(events: readonly Pick<DestructionEvent, 'by' | 'body'>[]): Destruction | null {
  return events.reduce<Destruction | null>(evolve, null);
}

function evolve(
  before: Destruction | null,
  { by, body }: Pick<DestructionEvent, 'by' | 'body'>,
): Destruction | null {
  if (body.kind === 'destruction_proposed') {
    const { kind: _kind, ...said } = body;
    const open = { decidedBy: null, declinedFor: null, records: [] };
    return { status: 'proposed', ...said, proposedBy: by, ...open };
  }
  if (before === null) return null;
  switch (body.kind) {
    case 'destruction_declined':
      return { ...before, status: 'declined', decidedBy: by, declinedFor: body.reason };
    case 'destruction_approved':
      return { ...before, status: 'approved', decidedBy: by };
    case 'destruction_carried_out':
      return { ...before, status: 'carried_out', records: body.records };
    default:
      return body satisfies never;
  }
}

/** What somebody may do with a proposed destruction. */
export type DestructionStep =
  { readonly kind: 'approve' } | { readonly kind: 'decline'; readonly reason: string };

/** Decides a step that an account takes: the event that it becomes, or the rule that refuses it. */
export function decideStep(
  step: DestructionStep,
  { status, proposedBy }: Destruction,
  account: string,
): DestructionBody | DestructionRuleCode {
  if (status !== 'proposed') return 'destruction_closed';
  if (step.kind === 'decline') return { kind: 'destruction_declined', reason: step.reason };
  return account === proposedBy ? 'second_person' : { kind: 'destruction_approved' };
}

export interface DestructionRule extends Caption {
  readonly source: string;
}

/** Rules of destroying, beside those of the record. */
export const DESTRUCTION_RULES = {
  second_person: {
    vi: 'Người đề nghị không được tự phê duyệt: cần người thứ hai',
    en: 'Whoever proposed it may not approve it: a second person must',
    source: 'Luật Lưu trữ 33/2024/QH15; design',
  },
  destruction_closed: {
    vi: 'Đề nghị hủy đã được phê duyệt hoặc bác',
    en: 'The destruction was approved or declined already',
    source: 'design',
  },
  nothing_to_destroy: {
    vi: 'Hồ sơ không có dữ liệu nào trong các nhóm này',
    en: 'The record holds nothing in these groups',
    source: 'design',
  },
} as const satisfies Record<string, DestructionRule>;

export type DestructionRuleCode = keyof typeof DESTRUCTION_RULES;
