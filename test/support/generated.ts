/** Values made from the JSON Schemas of the OpenAPI document: valid by construction, or nearly so. */
import fc from 'fast-check';

export interface JsonSchema {
  readonly $ref?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly items?: JsonSchema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly 'x-catalogue'?: string;
  readonly examples?: readonly object[];
}

/** What a value may name that a schema cannot know. */
export interface Known {
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** Codes of a list. */
  readonly codes: (list: string) => readonly string[];
  /** An id that a field of this name may hold. */
  readonly idOf: (name: string, reference: string | undefined) => string;
}

const pick = <T>(values: readonly T[]) => fc.constantFrom(...values);

/** Beginnings lie before ends, and both after the day on which the persons of these tests are hired. */
const EARLY = ['2013-02-01', '2013-06-15', '2014-03-01'];
const LATE = ['2016-02-29', '2019-12-31', '2024-01-01'];
const ENDS = new Set(['to', 'until', 'validTo', 'expires', 'discharged', 'died']);
const BIRTHS = new Set(['dateOfBirth', 'born']);

/** Texts as people write them, and as machines spoil them. */
const TEXTS = [
  'Lê Thị Ví Dụ',
  '15/QĐ-SNV',
  'x',
  "O'Brien; --",
  '<b>đậm</b>',
  'Nguyễn'.normalize('NFD'),
  '😀',
];

/** Scans would have to be uploaded first. */
const LEFT_OUT = new Set(['attachment', 'attachmentHash', 'cursor', 'token']);

/** Values that a schema takes. */
export class Generator {
  constructor(private readonly known: Known) {}

  value(schema: JsonSchema, name = ''): fc.Arbitrary<unknown> {
    if (schema.$ref !== undefined)
      return this.value(this.known.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, name);
    if ('const' in schema) return fc.constant(schema.const);
    if (schema.enum !== undefined) return pick(schema.enum);
    const choices = schema.oneOf ?? schema.anyOf;
    if (choices !== undefined) return fc.oneof(...choices.map((s) => this.value(s, name)));
    switch (schema.type) {
      case 'object':
        return this.object(schema);
      case 'array': {
        const least = schema.minItems ?? 0;
        return fc.uniqueArray(this.value(schema.items ?? {}, name), {
          minLength: least,
          maxLength: least + 1,
          selector: (v) => JSON.stringify(v),
        });
      }
      case 'integer':
      case 'number': {
        const { minimum = 0, maximum = minimum + 20 } = schema;
        return fc.integer({ min: minimum, max: Math.min(maximum, minimum + 20) });
      }
      case 'boolean':
        return fc.boolean();
      default:
        return this.text(schema, name);
    }
  }

  /** The members that must be there, and some of the others; a paper always has its number. */
  private object({ properties = {}, required = [] }: JsonSchema): fc.Arbitrary<unknown> {
    const names = Object.keys(properties).filter((name) => !LEFT_OUT.has(name));
    const isPaper = names.includes('number') && names.includes('signedDate');
    const must = new Set([...required, ...(isPaper ? ['number'] : [])]);
    const members = names.map((name) => {
      const value = this.value(properties[name] ?? {}, name);
      const sometimes = fc.oneof(
        { weight: 3, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: value },
      );
      return [name, must.has(name) ? value : sometimes] as const;
    });
    return fc
      .record(Object.fromEntries(members))
      .map((made) => Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined)));
  }

  private text(schema: JsonSchema, name: string): fc.Arbitrary<unknown> {
    const { format, pattern = '', minLength = 1, maxLength = 100 } = schema;
    const list = schema['x-catalogue'];
    if (list !== undefined) return pick(this.known.codes(list));
    if (format === 'uuid')
      return fc.constant(this.known.idOf(name, (schema as { 'x-reference'?: string })['x-reference']));
    if (format === 'date' || pattern.startsWith('^\\d{4}')) return pick(dates(name));
    if (pattern.startsWith('^(0|')) return pick(['0', '2.34', '10', '5000000']);
    if (pattern === '') {
      const kept = TEXTS.filter((t) => t.length >= minLength && t.length <= maxLength);
      return kept.length > 0 ? pick(kept) : fc.constant('x'.repeat(minLength));
    }
    return fc.constant('ma_1');
  }
}

function dates(name: string): readonly string[] {
  if (BIRTHS.has(name)) return ['1985', '1985-03', '1985-03-15'];
  if (name === 'signedDate') return ['2012-12-20'];
  return ENDS.has(name) ? LATE : EARLY;
}

/** Values that have broken services before. */
export const NASTY: readonly unknown[] = [
  null,
  '',
  ' ',
  '0',
  0,
  -0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  true,
  [],
  {},
  [[]],
  { a: { a: {} } },
  '2013-02-30',
  '9999-12-31',
  '0001-01-01',
  '2013-13',
  '1850',
  'null',
  'undefined',
  '\u202e',
  'a'.repeat(3000),
  '😀',
  'Nguyễn'.normalize('NFD'),
  '../..',
  "'; DROP TABLE events; --",
  '<script>',
  '22222222-2222-4222-8222-222222222222',
  '22222222-2222-4222-8222-22222222222A',
  { toString: 1 },
  { length: 1e9 },
  { then: 'x' },
  { toJSON: 1 },
  { '0': 1 },
  { '': 1 },
  { '/': 1 },
  { '~': 1 },
  'hasOwnProperty',
  '%00',
  '\ud7ff',
  '\u0001',
];

const anything = fc.oneof(
  { weight: 4, arbitrary: pick(NASTY) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

/** A body that is nearly right: a valid one with some members gone, replaced, or added. */
export const nearly = (valid: unknown): fc.Arbitrary<unknown> =>
  fc
    .array(fc.tuple(fc.nat(), pick(['drop', 'set', 'add']), anything, fc.string({ maxLength: 5 })), {
      minLength: 1,
      maxLength: 3,
    })
    .map((edits) =>
      edits.reduce<unknown>((value, [at, how, put, name]) => edited(value, at, how, put, name), valid),
    );

function edited(value: unknown, at: number, how: string, put: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return how === 'set' ? put : value;
  const entries = Object.entries(value);
  if (how === 'add') return { ...value, [name]: put };
  const [key, inner] = entries[at % Math.max(1, entries.length)] ?? [];
  if (key === undefined) return value;
  const rest = Object.fromEntries(entries.filter(([k]) => k !== key));
  if (how === 'drop') return rest;
  const deeper = at % 3 > 0 && typeof inner === 'object' && inner !== null;
  return { ...rest, [key]: deeper ? edited(inner, Math.trunc(at / 3), how, put, name) : put };
}
