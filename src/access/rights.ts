import type { Caption } from '../record/fields.js';

/**
 * Điều 13.2: `administer` is quyền quản trị (everything, withdrawing a record among it), `update` is quyền cập nhật
 * (enter, correct, move records).
 */
export const RIGHTS = ['administer', 'update'] as const;
export type Right = (typeof RIGHTS)[number];

/**
 * How far an assignment reaches: `unit`, the unit and what stands below it today; `city`, every record, which is the
 * administration account of Sở Nội vụ (Điều 5.2). Whoever acts for the unit of level 3 reaches the city as well.
 */
export const REACHES = ['unit', 'city'] as const;
export type Reach = (typeof REACHES)[number];

/** What a machine may be used for; its assignment says for which records. A person's login has them all. */
export const SCOPES = [
  'records:read',
  'history:inspect',
  'records:command',
  'lists:read',
  'feed:read',
  'reference:read',
] as const;
export type Scope = (typeof SCOPES)[number];

/** What somebody wants of one record. */
export const INTENTS = {
  read: { vi: 'xem hồ sơ vào một ngày', en: 'read the record on a day' },
  history: { vi: 'xem toàn bộ quá trình', en: 'read the whole history' },
  whole: { vi: 'xem các sự kiện gốc, mọi nhóm trường', en: 'read the raw events, every field group' },
  command: { vi: 'cập nhật, hiệu chỉnh, điều chuyển', en: 'enter, correct, move' },
  receive: { vi: 'tiếp nhận hoặc từ chối hồ sơ được chuyển đến', en: 'accept or refuse a record sent' },
  withdraw: { vi: 'loại bỏ, khôi phục, nhập hồ sơ', en: 'withdraw, restore, merge' },
} as const satisfies Record<string, Caption>;
export type Intent = keyof typeof INTENTS;

/** The scope that a machine needs for an intent. */
export const SCOPE_OF: Readonly<Record<Intent, Scope>> = {
  read: 'records:read',
  history: 'history:inspect',
  whole: 'history:inspect',
  command: 'records:command',
  receive: 'records:command',
  withdraw: 'records:command',
};
