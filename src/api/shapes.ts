/** Words of which the schemas of answers are made. Nulls are type unions, as OpenAPI 3.1 has it. */
import { FIELD_GROUPS } from '../fieldGroups.js';
import { RULES } from '../record/ruleBook.js';
import type { JsonSchema } from '../record/fields.js';

export const text: JsonSchema = { type: 'string' };
export const textOrNull: JsonSchema = { type: ['string', 'null'] };
export const id: JsonSchema = { type: 'string', format: 'uuid' };
export const idOrNull: JsonSchema = { type: ['string', 'null'], format: 'uuid' };
export const day: JsonSchema = { type: 'string', format: 'date' };
export const moment: JsonSchema = { type: 'string', format: 'date-time' };
export const whole: JsonSchema = { type: 'integer' };
export const wholeOrNull: JsonSchema = { type: ['integer', 'null'] };
export const flag: JsonSchema = { type: 'boolean' };
export const cursor: JsonSchema = {
  type: ['string', 'null'],
  description: 'Trang tiếp theo; null: hết / the next page; null: no more',
};

export const RULE: JsonSchema = { type: 'string', enum: Object.keys(RULES) };
export const PARAMS: JsonSchema = { type: 'object', additionalProperties: text };
export const caption = { vi: text, en: text };

export const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
export const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] });
/** An object whose members are all there, but for those named. */
export const object = (
  properties: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = [],
): JsonSchema => ({
  type: 'object',
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
});

/** Which (E, K) and which release an answer is of. */
export const FRAME = {
  asOf: { ...day, description: 'E' },
  knownAt: object({ sequence: { ...whole, description: 'K' } }),
  release: text,
};
const RECORD_FRAME = {
  id,
  ...FRAME,
  revision: whole,
  withdrawal: orNull(object({ event: id, at: moment, mergedInto: idOrNull, reason: text })),
  withheld: {
    ...list({ type: 'string', enum: FIELD_GROUPS }),
    description: 'Nhóm trường không được xem / field groups that this reader is not shown',
  },
  mergedFrom: {
    ...id,
    description: 'Mã đã hỏi, khi hồ sơ đó đã nhập vào hồ sơ này / the id asked for, merged into this one',
  },
};
/** An answer about one record. */
export const record = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema =>
  object({ ...RECORD_FRAME, ...properties }, ['mergedFrom', 'withheld']);
