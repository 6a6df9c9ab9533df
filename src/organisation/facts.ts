/**
 * What can happen to a unit. The names of the types and of their fields are storage format: never renamed.
 * Nothing here is personal, so every field stands in the open; free text other than a unit's name is not taken.
 */
import type { Day } from '../dates.js';
import type { Envelope } from '../record/events.js';
import {
  ChoiceField,
  CodeField,
  DayField,
  IntegerField,
  TextField,
  UnitField,
  validateFields,
  type Caption,
  type FieldClass,
  type FieldError,
} from '../record/fields.js';

/** Category of the streams of units. */
export const UNIT = 'unit-';

export function unitStream(id: string): string {
  return UNIT + id;
}

/** The deciding document, as far as it is kept in the open. */
export class UnitDocument {
  @CodeField('document_type', { vi: 'Loại văn bản', en: 'Document type', secrecy: 'open', optional: true })
  type?: string;

  @TextField({ vi: 'Số văn bản', en: 'Document number', secrecy: 'open', optional: true, max: 100 })
  number?: string;

  @DayField({ vi: 'Ngày ký', en: 'Signed on', secrecy: 'open', optional: true })
  signedDate?: string;
}

export class UnitOpened {
  @TextField({ vi: 'Mã đơn vị', en: 'Unit code', secrecy: 'open', max: 64 })
  code!: string;

  @TextField({ vi: 'Tên đơn vị', en: 'Name', secrecy: 'open', max: 300 })
  name!: string;

  @TextField({ vi: 'Tên tiếng Anh', en: 'English name', secrecy: 'open', optional: true, max: 300 })
  nameEn?: string;

  @CodeField('unit_type', { vi: 'Loại đơn vị', en: 'Type of unit', secrecy: 'open' })
  type!: string;

  /** Điều 6: 1 base, 2 department or district, 3 home affairs; 0 the city. Absent: a section inside an agency. */
  @IntegerField({ vi: 'Cấp theo Điều 6', en: 'Level', secrecy: 'open', optional: true, min: 0, max: 3 })
  level?: number;

  @UnitField({ vi: 'Đơn vị cấp trên', en: 'Parent unit', secrecy: 'open', optional: true })
  parent?: string;
}

/** A new name, and a new code where the paper gives one. */
export class UnitRenamed {
  @TextField({ vi: 'Tên mới', en: 'New name', secrecy: 'open', max: 300 })
  name!: string;

  @TextField({ vi: 'Tên tiếng Anh mới', en: 'New English name', secrecy: 'open', optional: true, max: 300 })
  nameEn?: string;

  @TextField({ vi: 'Mã mới', en: 'New code', secrecy: 'open', optional: true, max: 64 })
  code?: string;
}

/** Under another unit; without a parent it stands under none. */
export class UnitReparented {
  @UnitField({ vi: 'Đơn vị cấp trên mới', en: 'New parent unit', secrecy: 'open', optional: true })
  parent?: string;
}

/** Another type and level; without a level it is a section inside an agency. */
export class UnitReclassified {
  @CodeField('unit_type', { vi: 'Loại đơn vị mới', en: 'New type of unit', secrecy: 'open' })
  type!: string;

  @IntegerField({ vi: 'Cấp mới', en: 'New level', secrecy: 'open', optional: true, min: 0, max: 3 })
  level?: number;
}

/** From the effective day the unit keeps its records here: no duty on them runs before (Điều 10.1a: the first load). */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- a field list that is empty
export class UnitWentLive {}

/** The report of Điều 14.1 was sent in on the effective day; `due` is the day by which it had to be there. */
export class ReportSubmitted {
  @DayField({ vi: 'Hạn của báo cáo', en: 'Due day of the report', secrecy: 'open' })
  due!: string;
}

/** How many were paid at 31/12 of a year: the 10 % of early raises is counted of it (TT 08/2013/TT-BNV Đ.3.1). */
export class PayrollCounted {
  @IntegerField({ vi: 'Năm', en: 'Year', secrecy: 'open', min: 2000, max: 2199 })
  year!: number;

  @IntegerField({
    vi: 'Số người trong danh sách trả lương',
    en: 'Persons paid',
    secrecy: 'open',
    min: 0,
    max: 1_000_000,
  })
  count!: number;
}

/**
 * An agency gives raises that the payrolls below it make together to one of the agencies directly under it, from the
 * effective day (TT 08/2013/TT-BNV Đ.3.1). The last word on an agency and year holds.
 */
export class EarlyRaisesAllotted {
  @IntegerField({ vi: 'Năm', en: 'Year', secrecy: 'open', min: 2000, max: 2199 })
  year!: number;

  @UnitField({ vi: 'Giao cho cơ quan', en: 'Given to the agency', secrecy: 'open' })
  to!: string;

  @IntegerField({ vi: 'Số chỉ tiêu giao thêm', en: 'How many more', secrecy: 'open', min: 0, max: 100_000 })
  count!: number;
}

/** Quyết định giao biên chế: how many of a kind the unit may have in a year, from the effective day. */
export class QuotaDecided {
  @IntegerField({ vi: 'Năm', en: 'Year', secrecy: 'open', min: 2000, max: 2199 })
  year!: number;

  @ChoiceField(['civil_servants', 'public_employees', 'contract_68', 'other_contracts'], {
    vi: 'Loại biên chế',
    en: 'Kind of place',
    secrecy: 'open',
  })
  kind!: 'civil_servants' | 'public_employees' | 'contract_68' | 'other_contracts';

  @IntegerField({ vi: 'Số được giao', en: 'How many', secrecy: 'open', min: 0, max: 1_000_000 })
  count!: number;
}

/** The monthly check of Điều 15.4 was made on the effective day. */
export class MonthChecked {
  @TextField({ vi: 'Tháng được kiểm tra (YYYY-MM)', en: 'Month checked (YYYY-MM)', secrecy: 'open', max: 7 })
  month!: string;
}

/**
 * The unit ends and passes whole into another: its people, duties and the units below it are the successor's from the
 * effective day, without an event of their own. The effective day is the first on which the unit is no more.
 */
export class UnitMerged {
  @UnitField({ vi: 'Nhập vào đơn vị', en: 'Merged into unit', secrecy: 'open' })
  into!: string;
}

/** A part goes to another unit: the old-to-new map. Who moves with it is decided person by person. */
export class UnitSplit {
  @UnitField({ vi: 'Một phần chuyển sang đơn vị', en: 'A part goes to unit', secrecy: 'open' })
  to!: string;
}

/** The effective day is the first on which the unit is no more. */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- a field list that is empty
export class UnitClosed {}

export interface UnitData {
  unit_opened: UnitOpened;
  unit_renamed: UnitRenamed;
  unit_reparented: UnitReparented;
  unit_reclassified: UnitReclassified;
  unit_went_live: UnitWentLive;
  report_submitted: ReportSubmitted;
  month_checked: MonthChecked;
  payroll_counted: PayrollCounted;
  early_raises_allotted: EarlyRaisesAllotted;
  quota_decided: QuotaDecided;
  unit_split: UnitSplit;
  unit_merged: UnitMerged;
  unit_closed: UnitClosed;
}
export type UnitFactType = keyof UnitData;

/** One fact of a unit, with its effective day; only an opening may lack it (no first day known). */
export type UnitFact = {
  [T in UnitFactType]: {
    readonly type: T;
    readonly effective?: Day;
    readonly document?: Readonly<UnitDocument>;
    readonly data: Readonly<UnitData[T]>;
  };
}[UnitFactType];

interface FactInfo {
  readonly version: number;
  readonly fields: FieldClass;
  readonly caption: Caption;
  /** Order within a day. */
  readonly rank: number;
}

export const UNIT_FACTS: Readonly<Record<UnitFactType, FactInfo>> = {
  unit_opened: {
    version: 1,
    fields: UnitOpened,
    caption: { vi: 'Thành lập đơn vị', en: 'Unit opened' },
    rank: 0,
  },
  unit_renamed: { version: 1, fields: UnitRenamed, caption: { vi: 'Đổi tên', en: 'Renamed' }, rank: 10 },
  unit_reparented: {
    version: 1,
    fields: UnitReparented,
    caption: { vi: 'Chuyển đơn vị cấp trên', en: 'Placed under another unit' },
    rank: 20,
  },
  unit_reclassified: {
    version: 1,
    fields: UnitReclassified,
    caption: { vi: 'Đổi loại hoặc cấp', en: 'Reclassified' },
    rank: 30,
  },
  unit_went_live: {
    version: 1,
    fields: UnitWentLive,
    caption: { vi: 'Bắt đầu quản lý hồ sơ trên hệ thống', en: 'Keeps its records here' },
    rank: 5,
  },
  report_submitted: {
    version: 1,
    fields: ReportSubmitted,
    caption: { vi: 'Đã gửi báo cáo định kỳ (Điều 14.1)', en: 'Periodic report sent in' },
    rank: 50,
  },
  month_checked: {
    version: 1,
    fields: MonthChecked,
    caption: { vi: 'Đã kiểm tra hằng tháng (Điều 15.4)', en: 'Monthly check made' },
    rank: 51,
  },
  payroll_counted: {
    version: 1,
    fields: PayrollCounted,
    caption: { vi: 'Số trả lương ngày 31/12', en: 'Payroll at 31 December' },
    rank: 52,
  },
  early_raises_allotted: {
    version: 1,
    fields: EarlyRaisesAllotted,
    caption: {
      vi: 'Giao thêm chỉ tiêu nâng bậc lương trước thời hạn',
      en: 'Early raises of the pooled remainder given',
    },
    rank: 54,
  },
  quota_decided: {
    version: 1,
    fields: QuotaDecided,
    caption: { vi: 'Giao biên chế', en: 'Establishment decided' },
    rank: 53,
  },
  unit_split: {
    version: 1,
    fields: UnitSplit,
    caption: { vi: 'Chia, tách một phần', en: 'A part split off' },
    rank: 40,
  },
  unit_merged: {
    version: 1,
    fields: UnitMerged,
    caption: { vi: 'Sáp nhập, hợp nhất', en: 'Merged into another unit' },
    rank: 80,
  },
  unit_closed: {
    version: 1,
    fields: UnitClosed,
    caption: { vi: 'Giải thể, chấm dứt hoạt động', en: 'Unit closed' },
    rank: 90,
  },
};

/** What an event of a unit's stream says. A correction replaces all that its target says, but not the type. */
export type UnitBody =
  | { readonly kind: 'fact'; readonly fact: UnitFact }
  | {
      readonly kind: 'unit_fact_corrected';
      readonly target: string;
      readonly fact: UnitFact;
      /** The paper that orders the correction. */
      readonly approval?: Readonly<UnitDocument>;
    }
  | {
      readonly kind: 'unit_fact_rescinded';
      readonly target: string;
      readonly approval?: Readonly<UnitDocument>;
    };

export type UnitEvent = Envelope & { readonly body: UnitBody };

export interface NewUnitEvent {
  readonly id: string;
  readonly body: UnitBody;
}

/** Checks a fact as it came in from outside: types, formats, required fields, nothing undeclared. */
export function validateUnitFact(type: UnitFactType, fact: Omit<UnitFact, 'type'>): readonly FieldError[] {
  const frame = type === 'unit_opened' ? OpeningFrame : DatedFrame;
  const { effective, document, data } = fact;
  return [
    ...validateFields(frame, effective === undefined ? {} : { effective }),
    ...below('/document', document === undefined ? [] : validateFields(UnitDocument, document)),
    ...below('/data', validateFields(UNIT_FACTS[type].fields, data)),
  ];
}

class OpeningFrame {
  @DayField({ vi: 'Ngày hiệu lực', en: 'Effective date', secrecy: 'open', optional: true })
  effective?: string;
}
class DatedFrame {
  @DayField({ vi: 'Ngày hiệu lực', en: 'Effective date', secrecy: 'open' })
  effective!: string;
}

function below(pointer: string, errors: readonly FieldError[]): FieldError[] {
  return errors.map((e) => ({ ...e, pointer: pointer + e.pointer }));
}
