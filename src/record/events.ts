import type { FactContent } from './action.js';
import type { Caption } from './fields.js';
import { DocumentBlock } from './document.js';
import {
  ChoiceField,
  ChoicesField,
  FactField,
  IntegerField,
  PartialDateField,
  Sha256Field,
  TextField,
  type FieldClass,
  type FieldInfo,
  fieldsOf,
} from './fields.js';
import { FIELD_GROUPS, type FieldGroup, type Secrecy } from '../fieldGroups.js';
import { RULES, type RuleCode } from './ruleBook.js';

/** Where an event stands in the log. */
export interface Envelope {
  readonly id: string;
  readonly revision: number;
  /** Null while the engine has not numbered it yet; such an event is after every K. */
  readonly sequence: number | null;
  /** UTC, whole milliseconds. */
  readonly recordedAt: string;
}

/**
 * Where a fact that was not typed in here came from: an import, another record by a merge, or another authority by a
 * dossier; then the source is the origin of that authority's log, and the reference the event's id there.
 */
export class Origin {
  @TextField({ vi: 'Hệ thống nguồn', en: 'Source system', secrecy: 'open', optional: true, max: 100 })
  source?: string;

  @TextField({
    vi: 'Mã tham chiếu ở nguồn',
    en: 'Reference in the source',
    secrecy: 'history',
    optional: true,
  })
  ref?: string;

  /** Keyed hash of (source, ref): orders the facts of a day after the reference itself was lawfully destroyed. */
  @TextField({ vi: 'Khóa tham chiếu', en: 'Key of the reference', secrecy: 'open', optional: true, max: 64 })
  refKey?: string;

  @FactField({ vi: 'Hồ sơ gốc', en: 'Record it was merged from', secrecy: 'open', optional: true })
  record?: string;

  @FactField({ vi: 'Sự kiện gốc', en: 'Event it was merged from', secrecy: 'open', optional: true })
  event?: string;

  /** What was gone before the merger stays told as destroyed, never as missing. */
  @ChoicesField(FIELD_GROUPS, {
    vi: 'Nhóm đã hủy trước khi nhập',
    en: 'Groups destroyed before the merger',
    secrecy: 'open',
    optional: true,
  })
  erased?: readonly FieldGroup[];

  @Sha256Field({
    vi: 'Hồ sơ bàn giao: SHA-256 của manifest-sha256.txt',
    en: 'Dossier it was taken from: SHA-256 of its manifest-sha256.txt',
    secrecy: 'open',
    optional: true,
  })
  dossier?: string;

  @TextField({
    vi: 'Xác nhận của nhật ký gửi: số sự kiện và gốc',
    en: 'Checkpoint of the sender’s log: its size and root',
    secrecy: 'open',
    optional: true,
    max: 100,
  })
  checkpoint?: string;

  /** What the sender calls the units that are none of ours, a line each: id, code, names from below upwards (tabs). */
  @TextField({
    vi: 'Đơn vị của bên gửi: mã, tên',
    en: 'Units of the sender, with their codes and names',
    secrecy: 'open',
    optional: true,
    max: 10_000,
  })
  units?: string;

  /** What the sender's lists call the codes of open fields that ours do not have, a line each: list, code, name (tabs). */
  @TextField({
    vi: 'Mã của bên gửi: danh mục, mã, tên',
    en: 'Codes of the sender, with their lists and names',
    secrecy: 'open',
    optional: true,
    max: 10_000,
  })
  codes?: string;
}

/** Why a past statement changes, and on which paper. */
export interface Grounds {
  readonly reason: string;
  readonly approval?: Readonly<DocumentBlock>;
}

/** Names one finding of a record. */
export interface FindingKey {
  readonly rule: RuleCode;
  readonly fact: string;
  readonly others: readonly string[];
  readonly field?: string;
}

/** A key that a lawful destruction destroys: its group, and whether facts or attachments were sealed with it. */
export interface DestroyedKeyName {
  readonly group: FieldGroup;
  readonly use: 'facts' | 'attachments';
  readonly id: string;
}

/** A lawful destruction as the person's own stream tells it; the process has the rest. All of it is open. */
export interface ContentDestroyed {
  readonly groups: readonly FieldGroup[];
  readonly keys: readonly DestroyedKeyName[];
  /** Id of the process in which it was proposed and approved. */
  readonly destruction: string;
  /** The archive authority's decision, as far as it is open. */
  readonly decision: Readonly<DocumentBlock>;
}

/** What an event of a person's stream says. The names of the types are storage format. */
export type EventBody =
  | { readonly kind: 'fact'; readonly content: FactContent; readonly origin?: Origin }
  | ({ readonly kind: 'corrected'; readonly target: string; readonly content: FactContent } & Grounds)
  | ({ readonly kind: 'rescinded'; readonly target: string } & Grounds)
  | ({ readonly kind: 'record_withdrawn'; readonly mergedInto?: string } & Grounds)
  | ({ readonly kind: 'record_restored' } & Grounds)
  | ({ readonly kind: 'finding_settled'; readonly finding: FindingKey } & Grounds)
  | ({ readonly kind: 'legal_hold_placed' } & Grounds)
  | ({ readonly kind: 'legal_hold_lifted'; readonly hold: string } & Grounds)
  | ({ readonly kind: 'content_destroyed' } & ContentDestroyed);

export type RecordEvent = Envelope & { readonly body: EventBody };

/** An event decided but not yet in the log. */
export interface NewEvent {
  readonly id: string;
  readonly body: EventBody;
}

/** A record as it was loaded: its id and its events in order of revision. */
export interface RecordHistory {
  readonly id: string;
  readonly events: readonly RecordEvent[];
}

/** Event types beside the personnel actions, their captions and the fields of their own. */
class Target {
  @FactField({ vi: 'Sự kiện được nhắm tới', en: 'Event concerned', secrecy: 'open' })
  target!: string;
}
class Withdrawal {
  @FactField({ vi: 'Nhập vào hồ sơ', en: 'Merged into the record', secrecy: 'open', optional: true })
  mergedInto?: string;
}
class Settlement {
  @ChoiceField(Object.keys(RULES), { vi: 'Quy tắc', en: 'Rule', secrecy: 'open' })
  rule!: string;

  @FactField({ vi: 'Việc', en: 'Fact', secrecy: 'open' })
  fact!: string;

  @TextField({ vi: 'Trường', en: 'Field', secrecy: 'open', optional: true, max: 100 })
  field?: string;
}
class HoldLift {
  @FactField({ vi: 'Lệnh lưu giữ được gỡ', en: 'Hold that is lifted', secrecy: 'open' })
  hold!: string;
}
class Destruction {
  @ChoicesField(FIELD_GROUPS, { vi: 'Nhóm dữ liệu', en: 'Groups of data', secrecy: 'open' })
  groups!: readonly FieldGroup[];

  @FactField({ vi: 'Thủ tục hủy', en: 'Process of the destruction', secrecy: 'open' })
  destruction!: string;
}
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- a field list that is empty
class Nothing {}

/** The parts common to every fact. */
export class FactFrame {
  @PartialDateField({ vi: 'Ngày hiệu lực', en: 'Effective date', secrecy: 'open' })
  effective!: string;

  @IntegerField({
    vi: 'Thứ tự trong ngày',
    en: 'Order within the day',
    secrecy: 'open',
    optional: true,
    min: -999,
    max: 999,
  })
  ordinal?: number;
}

/** Reason of a correction, rescission, withdrawal, restoration or settlement. */
export class ReasonField {
  @TextField({ vi: 'Lý do', en: 'Reason', secrecy: 'history', max: 2000 })
  reason!: string;
}

export type HousekeepingKind = Exclude<EventBody['kind'], 'fact'>;

export const HOUSEKEEPING: Readonly<
  Record<
    HousekeepingKind,
    { readonly version: number; readonly caption: Caption; readonly fields: FieldClass }
  >
> = {
  corrected: { version: 1, caption: { vi: 'Đính chính', en: 'Corrected' }, fields: Target },
  rescinded: { version: 1, caption: { vi: 'Hủy bỏ', en: 'Rescinded' }, fields: Target },
  record_withdrawn: {
    version: 1,
    caption: { vi: 'Loại bỏ hồ sơ', en: 'Record withdrawn' },
    fields: Withdrawal,
  },
  record_restored: { version: 1, caption: { vi: 'Khôi phục hồ sơ', en: 'Record restored' }, fields: Nothing },
  finding_settled: { version: 1, caption: { vi: 'Xử lý vấn đề', en: 'Finding settled' }, fields: Settlement },
  legal_hold_placed: {
    version: 1,
    caption: { vi: 'Lưu giữ theo yêu cầu pháp lý', en: 'Legal hold placed' },
    fields: Nothing,
  },
  legal_hold_lifted: {
    version: 1,
    caption: { vi: 'Gỡ lưu giữ', en: 'Legal hold lifted' },
    fields: HoldLift,
  },
  content_destroyed: {
    version: 1,
    caption: { vi: 'Hủy nội dung theo quyết định', en: 'Content lawfully destroyed' },
    fields: Destruction,
  },
};

/** How secret each field of a class is, by name. */
export function secrecyOf(fields: FieldClass): ReadonlyMap<string, Secrecy> {
  return new Map(fieldsOf(fields).map((f: FieldInfo) => [f.name, f.secrecy]));
}
