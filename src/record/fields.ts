/**
 * How an action declares its fields: one decorator gives a field its validation (class-validator), its secrecy
 * (open, or one of the seven groups), its captions in both languages and its JSON Schema. API, OpenAPI, event
 * schemas, import, sealing and masking all derive from this one declaration.
 */
// Only what is used: all of class-validator takes a third of a second to load, and 10 MB.
import { IsOptional } from 'class-validator/cjs/decorator/common/IsOptional.js';
import { ValidateBy } from 'class-validator/cjs/decorator/common/ValidateBy.js';
import { Validator } from 'class-validator/cjs/validation/Validator.js';
import type { ValidationError } from 'class-validator';
import { plainToInstance } from 'class-transformer';
import type { Secrecy } from '../fieldGroups.js';
import { isDay, isPartialDate } from '../dates.js';

/** A class whose properties are declared with the decorators below. */
export type FieldClass<T extends object = object> = new () => T;

export interface Caption {
  readonly vi: string;
  readonly en: string;
}

/** JSON Schema (2020-12) of one field. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface FieldInfo {
  readonly name: string;
  readonly caption: Caption;
  readonly secrecy: Secrecy;
  readonly optional: boolean;
  /** Version of the form in which the field came. */
  readonly since: number;
  readonly schema: JsonSchema;
  /** The field's rule; the validation library has the same. */
  readonly holds: (value: unknown) => boolean;
  /** What is said of a value that breaks the field's rule. */
  readonly fault: Omit<FieldError, 'pointer'>;
  /** The value is a code of this list, checked at the fact's own date. */
  readonly list?: string;
  /** A second list whose codes do as well. */
  readonly orList?: string;
  /** The value is a code of the list that this other field names. */
  readonly listBy?: string;
  /** The value is a unit's id, checked at the fact's own date. */
  readonly unit?: boolean;
  /** The value is the id of a fact that the record must hold already, else the command is refused. */
  readonly inRecord?: boolean;
}

/** What is common to every field's declaration. */
export interface FieldOptions extends Caption {
  readonly secrecy: Secrecy;
  readonly optional?: boolean;
  /** Version of the form in which the field came, default the first; a later one is optional, for old facts lack it. */
  readonly since?: number;
}

/** A value that breaks its field's rule. */
export interface FieldError {
  /** JSON pointer below the object validated, `/toUnit`. */
  readonly pointer: string;
  /** Stable code of the rule: `required`, `unknown_field`, `text`, `code`, `uuid`, `day`, `partial_date`, … */
  readonly rule: string;
  readonly vi: string;
  readonly en: string;
}

/** The version of every form as it was first stored. */
export const FIRST_VERSION = 1;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const CODE = /^[\p{L}\p{N}][\p{L}\p{N}._/-]{0,63}$/u;
const DECIMAL = /^(0|[1-9]\d{0,14})(\.\d{1,4})?$/;
// Control characters, and the marks that reorder text on a screen.
// eslint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/;

const validator = new Validator();

const declared = new WeakMap<object, FieldInfo[]>();
const collected = new WeakMap<object, readonly FieldInfo[]>();

/** The fields of a class, in order of declaration; those of the class that it extends come first. */
export function fieldsOf(fields: FieldClass): readonly FieldInfo[] {
  return fieldsOfPrototype(fields.prototype as object);
}

function fieldsOfPrototype(prototype: object): readonly FieldInfo[] {
  const known = collected.get(prototype);
  if (known !== undefined) return known;
  const parent = Object.getPrototypeOf(prototype) as object | null;
  const own = declared.get(prototype) ?? [];
  const all = parent === null ? own : [...fieldsOfPrototype(parent), ...own];
  collected.set(prototype, all);
  return all;
}

const LINE_BREAK = /[\t\n\r\u0085\u2028\u2029]/;

/**
 * Free text, 1 to `max` characters (default 500), without control characters; `line`: a name, so that it has no line
 * breaks and tabs either. Always in a group.
 */
export function TextField(
  options: FieldOptions & { readonly max?: number; readonly line?: boolean },
): PropertyDecorator {
  const { max = 500, line = false } = options;
  return field(
    options,
    { type: 'string', minLength: 1, maxLength: max },
    {
      rule: 'text',
      holds: (v) =>
        typeof v === 'string' &&
        v.trim().length > 0 &&
        v.length <= max &&
        v.isWellFormed() &&
        !UNPRINTABLE.test(v) &&
        !(line && LINE_BREAK.test(v)),
      vi: `phải là văn bản từ 1 đến ${max} ký tự, không có ký tự điều khiển`,
      en: `must be text of 1 to ${max} characters, without control characters`,
    },
  );
}

/**
 * A code of a catalogue list, or where told so of a second one: a grade is a civil servant's grade or a professional
 * title. Whether it is valid at the fact's date is checked with the reference data.
 */
export function CodeField(
  list: string,
  options: FieldOptions & { readonly orList?: string },
): PropertyDecorator {
  return field(
    options,
    { type: 'string', pattern: CODE.source, 'x-catalogue': list },
    {
      rule: 'code',
      holds: (v) => typeof v === 'string' && CODE.test(v),
      vi: `phải là một mã của danh mục ${list}`,
      en: `must be a code of the list ${list}`,
    },
    { list, ...(options.orList === undefined ? {} : { orList: options.orList }) },
  );
}

/** A code of the list that another field of the same form names. Checked like any code; unchecked without that name. */
export function CodeByField(by: string, options: FieldOptions): PropertyDecorator {
  return field(
    options,
    { type: 'string', pattern: CODE.source, 'x-catalogue-by': by },
    {
      rule: 'code',
      holds: (v) => typeof v === 'string' && CODE.test(v),
      vi: `phải là một mã của danh mục nêu ở trường ${by}`,
      en: `must be a code of the list that the field ${by} names`,
    },
    { listBy: by },
  );
}

/** The id of a unit. Whether the unit exists on the fact's date is checked with the reference data. */
export function UnitField(options: FieldOptions): PropertyDecorator {
  return field(
    options,
    { type: 'string', format: 'uuid', 'x-reference': 'unit' },
    uuidRule('đơn vị', 'unit'),
    {
      unit: true,
    },
  );
}

/** The id of a fact (an event) of the same record; where told so, one that it must hold already. */
export function FactField(options: FieldOptions & { readonly inRecord?: boolean }): PropertyDecorator {
  return field(
    options,
    { type: 'string', format: 'uuid', 'x-reference': 'fact' },
    uuidRule('sự kiện', 'fact'),
    options.inRecord ? { inRecord: true } : {},
  );
}

/** A calendar day. */
export function DayField(options: FieldOptions): PropertyDecorator {
  return field(
    options,
    { type: 'string', format: 'date' },
    {
      rule: 'day',
      holds: isDay,
      vi: 'phải là một ngày có thật, dạng YYYY-MM-DD',
      en: 'must be a real calendar day, YYYY-MM-DD',
    },
  );
}

export const PARTIAL_DATE_SCHEMA: JsonSchema = {
  type: 'string',
  pattern: '^\\d{4}(-\\d{2}(-\\d{2})?)?$',
  description: 'YYYY-MM-DD, or YYYY-MM or YYYY where the paper tells no more',
};

/** A calendar day, or a month or a year where the paper tells no more. */
export function PartialDateField(options: FieldOptions): PropertyDecorator {
  return field(options, PARTIAL_DATE_SCHEMA, {
    rule: 'partial_date',
    holds: isPartialDate,
    vi: 'phải là ngày YYYY-MM-DD, tháng YYYY-MM hoặc năm YYYY có thật',
    en: 'must be a real day YYYY-MM-DD, month YYYY-MM or year YYYY',
  });
}

/** An exact decimal as text: an amount of money or a coefficient, at most 15 digits before and 4 after the point. */
export function DecimalField(options: FieldOptions): PropertyDecorator {
  return field(
    options,
    { type: 'string', pattern: DECIMAL.source },
    {
      rule: 'decimal',
      holds: (v) => typeof v === 'string' && DECIMAL.test(v),
      vi: 'phải là số thập phân viết dưới dạng chuỗi, ví dụ "2.34" hoặc "5000000"',
      en: 'must be a decimal written as a string, for instance "2.34" or "5000000"',
    },
  );
}

/** A whole number between two bounds. */
export function IntegerField(
  options: FieldOptions & { readonly min: number; readonly max: number },
): PropertyDecorator {
  const { min, max } = options;
  return field(
    options,
    { type: 'integer', minimum: min, maximum: max },
    {
      rule: 'integer',
      holds: (v) => Number.isInteger(v) && (v as number) >= min && (v as number) <= max,
      vi: `phải là số nguyên từ ${min} đến ${max}`,
      en: `must be a whole number from ${min} to ${max}`,
    },
  );
}

/** One of a few fixed words. */
export function ChoiceField(choices: readonly string[], options: FieldOptions): PropertyDecorator {
  return field(
    options,
    { type: 'string', enum: choices },
    {
      rule: 'choice',
      holds: (v) => typeof v === 'string' && choices.includes(v),
      vi: `phải là một trong: ${choices.join(', ')}`,
      en: `must be one of: ${choices.join(', ')}`,
    },
  );
}

/** Some of a few fixed words, each once. */
export function ChoicesField(choices: readonly string[], options: FieldOptions): PropertyDecorator {
  return field(
    options,
    { type: 'array', items: { type: 'string', enum: choices }, minItems: 1, uniqueItems: true },
    {
      rule: 'choices',
      holds: (v) =>
        Array.isArray(v) &&
        v.length > 0 &&
        new Set(v).size === v.length &&
        v.every((one) => typeof one === 'string' && choices.includes(one)),
      vi: `phải là danh sách, không lặp, gồm một hay nhiều trong: ${choices.join(', ')}`,
      en: `must be a list, without repetition, of one or more of: ${choices.join(', ')}`,
    },
  );
}

/** Hexadecimal SHA-256. */
export function Sha256Field(options: FieldOptions): PropertyDecorator {
  return field(
    options,
    { type: 'string', pattern: '^[0-9a-f]{64}$' },
    {
      rule: 'sha256',
      holds: (v) => typeof v === 'string' && /^[0-9a-f]{64}$/.test(v),
      vi: 'phải là mã băm SHA-256 gồm 64 chữ số thập lục phân viết thường',
      en: 'must be a SHA-256 of 64 lower-case hexadecimal digits',
    },
  );
}

/**
 * Checks plain JSON against a field class: types, formats, required fields, and no field that is not declared.
 * An empty list means that it holds. Rules of law are not checked here.
 */
export function validateFields(fields: FieldClass, value: unknown): readonly FieldError[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [{ pointer: '', rule: 'object', vi: 'phải là một đối tượng JSON', en: 'must be a JSON object' }];
  const known = fieldsByName(fields);
  const errors: FieldError[] = Object.keys(value)
    .filter((name) => !known.has(name))
    .map((name) => ({
      pointer: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      rule: 'unknown_field',
      vi: 'trường này không có trong biểu mẫu',
      en: 'this field is not part of the form',
    }));
  // A class without fields is unknown to the validation library.
  if (errors.length > 0 || known.size === 0) return errors;
  // It takes a quarter of a millisecond to find nothing: it is asked where there is something to find.
  if (fieldsOf(fields).every((f) => isWell(f, (value as Record<string, unknown>)[f.name]))) return [];
  const broken = validator.validateSync(plainToInstance(fields, value), { stopAtFirstError: true });
  return broken.map((error) => toFieldError(error, known.get(error.property)));
}

const byName = new WeakMap<FieldClass, ReadonlyMap<string, FieldInfo>>();

function fieldsByName(fields: FieldClass): ReadonlyMap<string, FieldInfo> {
  let known = byName.get(fields);
  if (known === undefined) byName.set(fields, (known = new Map(fieldsOf(fields).map((f) => [f.name, f]))));
  return known;
}

function isWell({ optional, holds }: FieldInfo, value: unknown): boolean {
  return value === undefined || value === null ? optional : holds(value);
}

/** The lowest version of a form that has every field which is filled: what older releases know stays theirs to read. */
export function versionOf(fields: FieldClass, values: object): number {
  return fieldsOf(fields).reduce(
    (version, { name, since }) => (name in values ? Math.max(version, since) : version),
    FIRST_VERSION,
  );
}

/** The JSON Schema of a field class, as of a version or the latest: an object without further properties. */
export function schemaOf(fields: FieldClass, version = Infinity): JsonSchema {
  const list = fieldsOf(fields).filter((f) => f.since <= version);
  const required = list.filter((f) => !f.optional).map((f) => f.name);
  return {
    type: 'object',
    additionalProperties: false,
    ...(required.length > 0 ? { required } : {}),
    properties: Object.fromEntries(
      list.map((f) => [
        f.name,
        { title: f.caption.vi, description: describe(f), ...f.schema, 'x-secrecy': f.secrecy },
      ]),
    ),
  };
}

function describe(info: FieldInfo): string {
  const shape = info.schema['description'];
  return typeof shape === 'string' ? `${info.caption.en}. ${shape}` : info.caption.en;
}

interface ValueRule {
  readonly rule: string;
  readonly holds: (value: unknown) => boolean;
  readonly vi: string;
  readonly en: string;
}

function uuidRule(vi: string, en: string): ValueRule {
  return {
    rule: 'uuid',
    holds: (v) => typeof v === 'string' && UUID.test(v),
    vi: `phải là mã (UUID viết thường) của ${vi}`,
    en: `must be the id (lower-case UUID) of a ${en}`,
  };
}

function field(
  options: FieldOptions,
  schema: JsonSchema,
  rule: ValueRule,
  reference: Pick<FieldInfo, 'list' | 'orList' | 'listBy' | 'unit' | 'inRecord'> = {},
): PropertyDecorator {
  return (target, key) => {
    const name = String(key);
    const own = declared.get(target) ?? [];
    own.push({
      name,
      caption: { vi: options.vi, en: options.en },
      secrecy: options.secrecy,
      optional: options.optional ?? false,
      since: options.since ?? FIRST_VERSION,
      schema,
      holds: rule.holds,
      fault: { rule: rule.rule, vi: rule.vi, en: rule.en },
      ...reference,
    });
    declared.set(target, own);
    if (options.optional) IsOptional()(target, key);
    ValidateBy({ name: rule.rule, validator: { validate: rule.holds } })(target, key);
  };
}

function toFieldError({ property, value }: ValidationError, field: FieldInfo | undefined): FieldError {
  const pointer = `/${property}`;
  if (value === undefined || value === null)
    return { pointer, rule: 'required', vi: 'bắt buộc phải có', en: 'is required' };
  return { pointer, ...(field?.fault ?? { rule: 'invalid', vi: 'không hợp lệ', en: 'is not valid' }) };
}
