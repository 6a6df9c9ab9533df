/**
 * What can happen to an account. The names of the types and of their fields are storage format: never renamed.
 * Secrets (passwords, one-time codes, second factors, tokens) are no part of it: they stand in the database alone.
 */
import { FIELD_GROUPS, type FieldGroup } from '../fieldGroups.js';
import type { Day } from '../dates.js';
import type { Envelope } from '../record/events.js';
import {
  ChoiceField,
  ChoicesField,
  DayField,
  FactField,
  TextField,
  UnitField,
  type FieldClass,
} from '../record/fields.js';
import { REACHES, RIGHTS, SCOPES, type Reach, type Right, type Scope } from './rights.js';

/** Category of the streams of accounts. */
export const ACCOUNT = 'account-';

export function accountStream(id: string): string {
  return ACCOUNT + id;
}

/** A login of a person, or of another system. Its id is a keyed hash of its name, so that no name is given twice. */
export class AccountCreated {
  @ChoiceField(['person', 'machine'], { vi: 'Loại tài khoản', en: 'Kind of account', secrecy: 'open' })
  kind!: 'person' | 'machine';

  @TextField({ vi: 'Tên đăng nhập', en: 'Account name', secrecy: 'identity', max: 100, line: true })
  name!: string;

  @TextField({
    vi: 'Họ và tên',
    en: 'Full name',
    secrecy: 'identity',
    max: 200,
    line: true,
    optional: true,
  })
  fullName?: string;

  @ChoicesField(SCOPES, { vi: 'Phạm vi dùng', en: 'What a machine may do', secrecy: 'open', optional: true })
  scopes?: readonly Scope[];
}

/** Quyết định phân công (Điều 15.2): this account acts for that agency. */
export class AccountAssigned {
  @UnitField({ vi: 'Đơn vị', en: 'Unit acted for', secrecy: 'open' })
  unit!: string;

  @ChoiceField(RIGHTS, { vi: 'Quyền', en: 'Right', secrecy: 'open' })
  right!: Right;

  @ChoiceField(REACHES, { vi: 'Phạm vi', en: 'How far', secrecy: 'open' })
  reach!: Reach;

  @TextField({ vi: 'Số quyết định phân công', en: 'Number of the decision', secrecy: 'open', max: 100 })
  decision!: string;

  @TextField({
    vi: 'Số văn bản thống nhất với Sở Nội vụ',
    en: 'Number of the written agreement with Home Affairs (Điều 5.3)',
    secrecy: 'open',
    max: 100,
    optional: true,
  })
  agreement?: string;

  @DayField({ vi: 'Từ ngày', en: 'From', secrecy: 'open' })
  from!: Day;

  @DayField({ vi: 'Đến hết ngày', en: 'Last day', secrecy: 'open', optional: true })
  until?: Day;
}

export class AssignmentEnded {
  @FactField({ vi: 'Phân công', en: 'Assignment', secrecy: 'open' })
  assignment!: string;

  @TextField({ vi: 'Lý do', en: 'Reason', secrecy: 'history', optional: true })
  reason?: string;
}

/** Written consent of the agency that manages the record (Điều 7.3): for one person, or for the records of a unit. */
export class ConsentGiven {
  @TextField({ vi: 'Số văn bản đồng ý', en: 'Number of the written consent', secrecy: 'open', max: 100 })
  document!: string;

  @DayField({ vi: 'Ngày ký', en: 'Signed on', secrecy: 'open', optional: true })
  signedDate?: Day;

  @FactField({ vi: 'Người', en: 'Person', secrecy: 'open', optional: true })
  person?: string;

  @UnitField({ vi: 'Đơn vị', en: 'Unit', secrecy: 'open', optional: true })
  unit?: string;

  @ChoicesField(FIELD_GROUPS, { vi: 'Nhóm trường được xem', en: 'Field groups shown', secrecy: 'open' })
  groups!: readonly FieldGroup[];

  @DayField({ vi: 'Từ ngày', en: 'From', secrecy: 'open' })
  from!: Day;

  @DayField({ vi: 'Đến hết ngày', en: 'Last day', secrecy: 'open' })
  until!: Day;
}

export class ConsentWithdrawn {
  @FactField({ vi: 'Văn bản đồng ý', en: 'Consent', secrecy: 'open' })
  consent!: string;

  @TextField({ vi: 'Lý do', en: 'Reason', secrecy: 'history', optional: true })
  reason?: string;
}

/** The record of the account's own person, for reading it oneself. */
export class PersonLinked {
  @FactField({ vi: 'Hồ sơ của chính mình', en: 'Own record', secrecy: 'open' })
  person!: string;
}

export class WithReason {
  @TextField({ vi: 'Lý do', en: 'Reason', secrecy: 'history' })
  reason!: string;
}

/** A one-time code was handed out; `purpose` tells a first password from a lost one (Điều 16.6). */
export class CodeIssued {
  @ChoiceField(['first', 'reset'], { vi: 'Để', en: 'For', secrecy: 'open' })
  purpose!: 'first' | 'reset';
}

/** A secret of a machine, by an id of its own; the secret itself is shown once and kept as a hash elsewhere. */
export class SecretNamed {
  @FactField({ vi: 'Mã bí mật', en: 'Id of the secret', secrecy: 'open' })
  secret!: string;
}

// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- a field list that is empty
export class NoFields {}

/** Every fact of an account, with its fields; all are of version 1. */
export const ACCOUNT_FACTS = {
  account_created: AccountCreated,
  account_assigned: AccountAssigned,
  assignment_ended: AssignmentEnded,
  consent_given: ConsentGiven,
  consent_withdrawn: ConsentWithdrawn,
  person_linked: PersonLinked,
  account_disabled: WithReason,
  account_enabled: WithReason,
  reset_requested: NoFields,
  code_issued: CodeIssued,
  password_set: NoFields,
  second_factor_required: NoFields,
  second_factor_waived: WithReason,
  second_factor_set: NoFields,
  secret_issued: SecretNamed,
  secret_retired: SecretNamed,
} as const satisfies Record<string, FieldClass>;

export type AccountFactType = keyof typeof ACCOUNT_FACTS;

/** A fact of an account: its type and what it says. */
export type AccountFact = {
  readonly [Type in AccountFactType]: {
    readonly type: Type;
    readonly data: Readonly<InstanceType<(typeof ACCOUNT_FACTS)[Type]>>;
  };
}[AccountFactType];

export type AccountEvent = Envelope & { readonly fact: AccountFact };
export const ACCOUNT_VERSION = 1;
