/** Every rule about accounts: its texts and its source. */
interface AccountRule {
  readonly vi: string;
  readonly en: string;
  readonly source?: string;
}

const DECISION = 'QĐ 8060/QĐ-UBND';

export const ACCOUNT_RULES = {
  account_exists: { vi: 'tên đăng nhập này đã có', en: 'an account of this name exists already' },
  account_disabled: { vi: 'tài khoản đang bị khóa', en: 'the account is disabled' },
  account_not_disabled: { vi: 'tài khoản không bị khóa', en: 'the account is not disabled' },
  account_own: {
    vi: 'không ai tự thay đổi quyền của chính mình',
    en: 'nobody changes the rights of their own account',
  },
  account_beyond_right: {
    vi: 'quyền này vượt quá phạm vi của người giao',
    en: 'it goes beyond what the one who grants it may administer',
    source: `${DECISION} Đ.5.2, 13.2`,
  },
  agreement_missing: {
    vi: 'tài khoản của đơn vị trực thuộc cần số văn bản thống nhất với Sở Nội vụ',
    en: 'a sub-account needs the number of the written agreement with Home Affairs',
    source: `${DECISION} Đ.5.3`,
  },
  account_unit_unknown: { vi: 'không có đơn vị này', en: 'there is no such unit' },
  account_days: { vi: 'ngày cuối trước ngày đầu', en: 'the last day lies before the first' },
  assignment_unknown: { vi: 'không có phân công này', en: 'there is no such assignment in force' },
  consent_target: {
    vi: 'văn bản đồng ý nêu một người hoặc một đơn vị',
    en: 'a consent names either a person or a unit',
    source: `${DECISION} Đ.7.3`,
  },
  consent_unknown: { vi: 'không có văn bản đồng ý này', en: 'there is no such consent in force' },
  person_account: { vi: 'chỉ dành cho tài khoản của người', en: 'for a person’s account only' },
  machine_account: { vi: 'chỉ dành cho tài khoản của hệ thống', en: 'for a machine’s account only' },
  machine_scopes: {
    vi: 'tài khoản của hệ thống phải nêu phạm vi dùng',
    en: 'a machine’s account names its scopes',
  },
  secret_unknown: { vi: 'không có bí mật này', en: 'there is no such secret in use' },
  second_factor_state: {
    vi: 'yếu tố thứ hai không ở trạng thái đó',
    en: 'the second factor is not in a state for it',
  },
} as const satisfies Record<string, AccountRule>;

export type AccountRuleCode = keyof typeof ACCOUNT_RULES;
