import type { FactContent } from '../record/action.js';
import { dayRange } from '../dates.js';
import type { FieldGroup } from '../fieldGroups.js';
import { DocumentBlock } from '../record/document.js';
import { FactFrame, type Origin } from '../record/events.js';
import {
  fieldsOf,
  schemaOf,
  TextField,
  validateFields,
  type FieldClass,
  type FieldError,
  type JsonSchema,
} from '../record/fields.js';
import { ACTIONS, findAction } from '../record/registry.js';
import { unitByCode } from '../organisation/tree.js';
import type { ReferenceView } from '../reference/view.js';
import { nfc } from '../sealing/canonical.js';
import type { Json, JsonObject } from '../sealing/port.js';

/** A line of the file, checked in itself. */
export interface ImportLine {
  /** Counted from 1. */
  readonly line: number;
  readonly source: string;
  readonly ref: string;
  /** The person's id in the source. */
  readonly person: string;
  readonly content: FactContent;
  /** What is known of where the fact comes from, beside source and reference. */
  readonly origin?: LineOrigin;
}

/** Said of a line by whoever hands it in, never by the line itself. */
export type LineOrigin = Omit<Origin, 'source' | 'ref' | 'refKey'>;

/** What is wrong with a line. */
export interface LineFault extends FieldError {
  readonly line: number;
  /** Lines, or facts already in the log, that it is in conflict with or falls because of. */
  readonly because?: readonly string[];
}

class Frame {
  @TextField({ vi: 'Hệ thống nguồn', en: 'Source system', secrecy: 'open', max: 100 })
  source!: string;

  @TextField({
    vi: 'Mã tham chiếu của dòng ở nguồn',
    en: 'Reference of the line in the source',
    secrecy: 'history',
    max: 200,
  })
  ref!: string;

  @TextField({ vi: 'Mã người ở nguồn', en: 'Person’s id in the source', secrecy: 'identity', max: 200 })
  person!: string;

  @TextField({ vi: 'Loại việc', en: 'Action', secrecy: 'open', max: 100 })
  action!: string;
}

const KNOWN = ['source', 'ref', 'person', 'action', 'effective', 'ordinal', 'document', 'data'];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Most characters of one line. */
export const MOST_CHARACTERS = 100_000;

/**
 * Reads one line: JSON, shape, and codes of units, which become their ids on the fact's date. What its origin says was
 * lawfully destroyed need not be there.
 */
export function readLine(
  text: string,
  line: number,
  view: ReferenceView,
  origin?: LineOrigin,
): ImportLine | LineFault[] {
  const fault = (pointer: string, rule: string, vi: string, en: string): LineFault[] => [
    { line, pointer, rule, vi, en },
  ];
  if (text.length > MOST_CHARACTERS)
    return fault(
      '',
      'too_long',
      `dòng dài hơn ${MOST_CHARACTERS} ký tự`,
      `the line is longer than ${MOST_CHARACTERS} characters`,
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fault('', 'json', 'không phải JSON hợp lệ', 'is not valid JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return fault('', 'object', 'phải là một đối tượng JSON', 'must be a JSON object');
  const unknown = Object.keys(value).find((name) => !KNOWN.includes(name));
  if (unknown !== undefined)
    return fault(
      `/${unknown}`,
      'unknown_field',
      'trường này không có trong biểu mẫu',
      'this field is not part of the form',
    );
  const plain = (isNormal(text) ? value : nfc(value as JsonObject)) as Record<string, Json>;
  const { source, ref, person, action: type, effective, ordinal, document } = plain;
  const action = typeof type === 'string' ? findAction(type) : undefined;
  if (typeof type === 'string' && action === undefined)
    return fault('/action', 'action', 'không có loại việc này', 'there is no such action');
  const errors = [
    ...validateFields(Frame, { source, ref, person, action: type }),
    ...validateFields(FactFrame, { effective, ordinal }),
    ...(document === undefined ? [] : below('/document', validateFields(DocumentBlock, document))),
  ];
  if (errors.length > 0 || action === undefined) return errors.map((e) => ({ line, ...e }));
  const data = { ...(plain['data'] as object) } as Record<string, unknown>;
  if (type === 'record_opened' && origin === undefined)
    Object.assign(data, { externalSource: source, externalId: person });
  const from = dayRange(effective as string).first;
  for (const field of fieldsOf(action.fields)) {
    const code = data[field.name];
    if (field.unit !== true || typeof code !== 'string' || UUID.test(code)) continue;
    const unit = unitByCode(view, code, from);
    if (unit === null)
      return fault(
        `/data/${field.name}`,
        'unit_code',
        'không có đơn vị mang mã này vào ngày của việc',
        'no unit has this code on the day of the fact',
      );
    data[field.name] = unit.id;
  }
  const { erased } = origin ?? {};
  const wrong = validateFields(action.fields, data).filter((e) => !isDestroyed(e, action.fields, erased));
  if (wrong.length > 0) return below('/data', wrong).map((e) => ({ line, ...e }));
  const content = defined({
    action: type,
    effective,
    ordinal,
    document,
    data,
    erased,
  }) as unknown as FactContent;
  const known = { source: source as string, ref: ref as string, person: person as string };
  return { line, ...known, content, ...(origin === undefined ? {} : { origin }) };
}

/** Whether all that the line says is in normal form C: parts of such a text are, unless they are written as escapes. */
function isNormal(text: string): boolean {
  return !text.includes('\\u') && text.normalize('NFC') === text;
}

/** Whether a field is missing because its group was lawfully destroyed. */
function isDestroyed(
  { pointer, rule }: FieldError,
  fields: FieldClass,
  erased: readonly FieldGroup[] = [],
): boolean {
  const secrecy = fieldsOf(fields).find(({ name }) => pointer === `/${name}`)?.secrecy;
  return rule === 'required' && secrecy !== undefined && secrecy !== 'open' && erased.includes(secrecy);
}

/** JSON Schema (2020-12) of a line: one variant for each action. */
export function importSchema(): JsonSchema {
  const frame = schemaOf(Frame)['properties'] as Record<string, JsonSchema>;
  const dates = schemaOf(FactFrame)['properties'] as Record<string, JsonSchema>;
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:hoso:import:1',
    title: 'Một việc mỗi dòng (JSON Lines)',
    description: 'One fact a line. A unit is named by its id or by its code on the day of the fact.',
    oneOf: ACTIONS.map((action) => ({
      title: action.caption.vi,
      description: action.caption.en,
      type: 'object',
      additionalProperties: false,
      required: ['source', 'ref', 'person', 'action', 'effective', 'data'],
      properties: {
        ...frame,
        action: { const: action.type },
        ...dates,
        document: schemaOf(DocumentBlock),
        data: withUnitCodes(schemaOf(action.fields)),
      },
    })),
  };
}

function withUnitCodes(schema: JsonSchema): JsonSchema {
  const fields = schema['properties'] as Record<string, JsonSchema>;
  const given = Object.entries(fields).map(([name, field]): [string, JsonSchema] => {
    const { format: _format, ...rest } = field;
    return [name, field['x-reference'] === 'unit' ? { ...rest, maxLength: 64 } : field];
  });
  return { ...schema, properties: Object.fromEntries(given) };
}

function below(pointer: string, errors: readonly FieldError[]): FieldError[] {
  return errors.map((e) => ({ ...e, pointer: pointer + e.pointer }));
}

function defined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, v]) => v !== undefined));
}
