/** What the bodies of commands look like: plain JSON in, changes of the record out, or a Problem naming each field. */
import type { Action, FactContent } from '../record/action.js';
import type { Change } from '../record/decide.js';
import { DocumentBlock } from '../record/document.js';
import { FactFrame, ReasonField, type Grounds } from '../record/events.js';
import {
  ChoiceField,
  FactField,
  schemaOf,
  TextField,
  validateFields,
  type FieldClass,
  type FieldError,
  type JsonSchema,
} from '../record/fields.js';
import { ACTIONS, findAction } from '../record/registry.js';
import { RULES, type RuleCode } from '../record/ruleBook.js';
import { nfc } from '../sealing/canonical.js';
import type { Json } from '../sealing/port.js';
import { Problem, type Fault } from './problem.js';

type Plain = Readonly<Record<string, unknown>>;

/** Gathers what is wrong with a body, so that a caller learns everything at once. */
class Checker {
  readonly faults: Fault[] = [];

  fields(fields: FieldClass, value: unknown, at: string): void {
    this.add(validateFields(fields, value), at);
  }

  /** An object with these members and no others; the ones named are required. */
  object(value: unknown, at: string, known: readonly string[], required: readonly string[]): value is Plain {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.fault(at, 'object', 'phải là một đối tượng JSON', 'must be a JSON object');
      return false;
    }
    for (const name of Object.keys(value))
      if (!known.includes(name))
        this.fault(
          `${at}/${escaped(name)}`,
          'unknown_field',
          'trường này không có trong biểu mẫu',
          'this field is not part of the form',
        );
    for (const name of required)
      if ((value as Plain)[name] === undefined || (value as Plain)[name] === null)
        this.fault(`${at}/${name}`, 'required', 'bắt buộc phải có', 'is required');
    return true;
  }

  fault(pointer: string, rule: string, vi: string, en: string): void {
    this.faults.push({ pointer, rule, vi, en });
  }

  done(): void {
    if (this.faults.length > 0) this.fail();
  }

  fail(): never {
    throw new Problem('invalid', this.faults);
  }

  private add(errors: readonly FieldError[], at: string): void {
    this.faults.push(...errors.map(({ pointer, ...rest }) => ({ pointer: at + pointer, ...rest })));
  }
}

const FACT = ['effective', 'ordinal', 'document', 'data'];

/** The body of a fact of one action. Its document needs a number, but for the opening of a record. */
export function factOf(action: Action, body: unknown): FactContent {
  const check = new Checker();
  const content = fact(check, action, body, '', action.type !== 'record_opened');
  check.done();
  return content;
}

/** `{target, content, reason, approval?}`; `actionOf` finds the action of the target. */
export function correctionOf(body: unknown, actionOf: (target: string) => Action | undefined): Change {
  const check = new Checker();
  const known = ['target', 'content', 'reason', 'approval'];
  if (!check.object(body, '', known, ['target', 'content', 'reason'])) return check.fail();
  const target = id(check, body['target'], '/target');
  const grounds = groundsOf(check, body, '');
  const content = corrected(check, target, body['content'], '/content', actionOf);
  check.done();
  return { kind: 'correct', target, content, ...grounds };
}

/** `{target, reason, approval?}` */
export function rescissionOf(body: unknown): Change {
  const check = new Checker();
  if (!check.object(body, '', ['target', 'reason', 'approval'], ['target', 'reason'])) return check.fail();
  const change = {
    kind: 'rescind' as const,
    target: id(check, body['target'], '/target'),
    ...groundsOf(check, body, ''),
  };
  check.done();
  return change;
}

/** `{reason, approval?}` */
export function groundsBodyOf(body: unknown, more: readonly string[] = []): Grounds & Plain {
  const check = new Checker();
  if (!check.object(body, '', [...more, 'reason', 'approval'], [...more, 'reason'])) return check.fail();
  const grounds = groundsOf(check, body, '');
  check.done();
  return { ...body, ...grounds };
}

/** `{into, reason, approval?}` */
export function mergeOf(body: unknown): Grounds & { readonly into: string } {
  const grounds = groundsBodyOf(body, ['into']);
  const check = new Checker();
  const into = id(check, grounds['into'], '/into');
  check.done();
  return { ...grounds, into };
}

class SettlementForm {
  @ChoiceField(Object.keys(RULES), { vi: 'Quy tắc', en: 'Rule', secrecy: 'open' })
  rule!: string;

  @FactField({ vi: 'Việc', en: 'Fact', secrecy: 'open' })
  fact!: string;

  @TextField({ vi: 'Trường', en: 'Field', secrecy: 'open', optional: true, max: 100 })
  field?: string;
}

/** `{rule, fact, others?, field?, reason, approval?}`: a finding as the record lists it. */
export function settlementOf(body: unknown): Change {
  const check = new Checker();
  const known = ['rule', 'fact', 'others', 'field', 'reason', 'approval'];
  if (!check.object(body, '', known, ['rule', 'fact', 'reason'])) return check.fail();
  const { others = [], reason: _reason, approval: _approval, ...key } = body;
  check.fields(SettlementForm, key, '');
  if (!Array.isArray(others) || others.length > 1000)
    check.fault('/others', 'array', 'phải là một mảng', 'must be an array');
  else others.forEach((other, i) => id(check, other, `/others/${i}`));
  const grounds = groundsOf(check, body, '');
  check.done();
  const { rule, fact: of, field } = key as { rule: RuleCode; fact: string; field?: string };
  const finding = { rule, fact: of, others: others as string[], ...(field === undefined ? {} : { field }) };
  return { kind: 'settle', finding, ...grounds };
}

const MOST_CHANGES = 200;

/**
 * Several things of one decision: `{document, changes: [{kind: record|correct|rescind, …}]}`. The document is that of
 * each new fact, and the approval of each correction and rescission.
 */
export function decisionOf(body: unknown, actionOf: (target: string) => Action | undefined): Change[] {
  const check = new Checker();
  if (!check.object(body, '', ['document', 'changes'], ['document', 'changes'])) return check.fail();
  document(check, body['document'], '/document', true);
  const list = body['changes'];
  if (!Array.isArray(list) || list.length === 0 || list.length > MOST_CHANGES) {
    check.fault(
      '/changes',
      'array',
      `phải là một mảng từ 1 đến ${MOST_CHANGES} việc`,
      `must be an array of 1 to ${MOST_CHANGES} changes`,
    );
    return check.fail();
  }
  const paper = body['document'] as DocumentBlock;
  const changes = list.map((one, i): Change | null => change(check, one, `/changes/${i}`, paper, actionOf));
  check.done();
  return changes as Change[];
}

function change(
  check: Checker,
  one: unknown,
  at: string,
  paper: DocumentBlock,
  actionOf: (target: string) => Action | undefined,
): Change | null {
  const kind = (one as Plain | null)?.['kind'];
  if (kind === 'record') {
    if (!check.object(one, at, ['kind', 'action', ...FACT.filter((f) => f !== 'document')], ['action']))
      return null;
    const { kind: _kind, action: type, ...content } = one;
    const action = typeof type === 'string' ? findAction(type) : undefined;
    if (action === undefined) {
      check.fault(`${at}/action`, 'action', 'không có loại việc này', 'there is no such action');
      return null;
    }
    return { kind, content: { ...fact(check, action, content, at, false), document: paper } };
  }
  if (kind === 'correct') {
    const known = ['kind', 'target', 'content', 'reason'];
    if (!check.object(one, at, known, ['target', 'content', 'reason'])) return null;
    const target = id(check, one['target'], `${at}/target`);
    const { reason } = groundsOf(check, one, at);
    const content = corrected(check, target, one['content'], `${at}/content`, actionOf);
    return { kind, target, content, reason, approval: paper };
  }
  if (kind === 'rescind') {
    if (!check.object(one, at, ['kind', 'target', 'reason'], ['target', 'reason'])) return null;
    const { reason } = groundsOf(check, one, at);
    return { kind, target: id(check, one['target'], `${at}/target`), reason, approval: paper };
  }
  const kinds = 'record, correct, rescind';
  check.fault(`${at}/kind`, 'choice', `phải là một trong: ${kinds}`, `must be one of: ${kinds}`);
  return null;
}

function fact(
  check: Checker,
  action: Action,
  body: unknown,
  at: string,
  needsDocument: boolean,
): FactContent {
  const required = ['effective', 'data', ...(needsDocument ? ['document'] : [])];
  if (!check.object(body, at, FACT, required)) return { action: action.type, effective: '', data: {} };
  const { effective, ordinal, document: paper, data } = body;
  check.fields(FactFrame, { effective, ...(ordinal === undefined ? {} : { ordinal }) }, at);
  if (paper !== undefined && paper !== null) document(check, paper, `${at}/document`, needsDocument);
  if (data !== undefined && data !== null) check.fields(action.fields, data, `${at}/data`);
  return nfc({
    action: action.type,
    effective,
    ...(ordinal === undefined ? {} : { ordinal }),
    ...(paper === undefined ? {} : { document: paper }),
    data,
  } as Json) as unknown as FactContent;
}

function corrected(
  check: Checker,
  target: string,
  body: unknown,
  at: string,
  actionOf: (target: string) => Action | undefined,
): Omit<FactContent, 'action'> {
  const action = actionOf(target);
  // An unknown target is the record's to refuse; its content cannot be checked without knowing its action.
  if (action === undefined) return body as FactContent;
  const { action: _action, ...content } = fact(check, action, body, at, false);
  return content;
}

function document(check: Checker, value: unknown, at: string, needsNumber: boolean): void {
  const before = check.faults.length;
  check.fields(DocumentBlock, value, at);
  if (needsNumber && check.faults.length === before && (value as DocumentBlock).number === undefined)
    check.fault(`${at}/number`, 'required', 'bắt buộc phải có số văn bản', 'the document number is required');
}

function groundsOf(check: Checker, body: Plain, at: string): Grounds {
  const { reason, approval } = body;
  if (reason !== undefined) check.fields(ReasonField, { reason }, at);
  if (approval !== undefined) check.fields(DocumentBlock, approval, `${at}/approval`);
  return nfc({ reason, ...(approval === undefined ? {} : { approval }) } as Json) as unknown as Grounds;
}

function id(check: Checker, value: unknown, at: string): string {
  const faults = validateFields(Id, { id: value });
  if (faults.length > 0 && value !== undefined)
    check.fault(at, 'uuid', 'phải là mã (UUID viết thường)', 'must be an id (a lower-case UUID)');
  return value as string;
}

class Id {
  @FactField({ vi: 'Mã', en: 'Id', secrecy: 'open' })
  id!: string;
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** JSON Schemas of the bodies, for the OpenAPI document. */
export const FORMS = {
  fact: (action: Action): JsonSchema => ({
    ...schemaOf(FactFrame),
    required: ['effective', 'data', ...(action.type === 'record_opened' ? [] : ['document'])],
    properties: {
      ...(schemaOf(FactFrame)['properties'] as object),
      document: schemaOf(DocumentBlock),
      data: schemaOf(action.fields),
    },
  }),
  grounds: (
    more: Readonly<Record<string, JsonSchema>> = {},
    required: readonly string[] = Object.keys(more),
  ): JsonSchema => ({
    type: 'object',
    additionalProperties: false,
    required: [...required, 'reason'],
    properties: {
      ...more,
      ...(schemaOf(ReasonField)['properties'] as object),
      approval: schemaOf(DocumentBlock),
    },
  }),
  anyFact: (): JsonSchema => ({ oneOf: ACTIONS.map((a) => FORMS.fact(a)) }),
} as const;
