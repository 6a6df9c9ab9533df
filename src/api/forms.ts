/** What the bodies of commands look like: plain JSON in, changes of the record out, or a Problem naming each field. */
import type { Action, FactContent } from '../record/action.js';
import type { Change } from '../record/decide.js';
import type { LoadedRecord } from '../recording/recordDesk.js';
import { DocumentBlock } from '../record/document.js';
import { FactFrame, ReasonField, type Grounds } from '../record/events.js';
import { ChoiceField, FactField, schemaOf, TextField, type JsonSchema } from '../record/fields.js';
import { ACTIONS, findAction } from '../record/registry.js';
import { RULES, type RuleCode } from '../record/ruleBook.js';
import { nfc } from '../sealing/canonical.js';
import type { Json } from '../sealing/port.js';
import { Checker, type Plain } from './checker.js';
import { propertiesOf, ref } from './schemas.js';

const FACT = ['effective', 'ordinal', 'document', 'data'];

/** The body of a fact of one action. Its document needs a number, but for the opening of a record. */
export function factOf(action: Action, body: unknown): FactContent {
  const check = new Checker();
  const content = fact(check, action, body, '', action.type !== 'record_opened');
  check.done();
  return content;
}

/** `{target, content, reason, approval?}`; what the target's action asks of its content is found in the record. */
export function correctionOf(body: unknown, loaded: LoadedRecord): Change {
  const check = new Checker();
  const known = ['target', 'content', 'reason', 'approval'];
  if (!check.object(body, '', known, ['target', 'content', 'reason'])) return check.fail();
  const target = check.id(body['target'], '/target');
  const grounds = groundsOf(check, body, '');
  const content = corrected(check, target, body['content'], '/content', loaded);
  check.done();
  return { kind: 'correct', target, content, ...grounds };
}

/** `{target, reason, approval?}` */
export function rescissionOf(body: unknown): Change {
  const check = new Checker();
  if (!check.object(body, '', ['target', 'reason', 'approval'], ['target', 'reason'])) return check.fail();
  const change = {
    kind: 'rescind' as const,
    target: check.id(body['target'], '/target'),
    ...groundsOf(check, body, ''),
  };
  check.done();
  return change;
}

/** `{reason, approval?}` */
export function groundsOfBody(body: unknown): Grounds {
  const check = new Checker();
  if (!check.object(body, '', ['reason', 'approval'], ['reason'])) return check.fail();
  const grounds = groundsOf(check, body, '');
  check.done();
  return grounds;
}

/** `{reason, approval}`: a legal hold, by the paper of whoever asks for it. */
export function holdOf(body: unknown): Change {
  const check = new Checker();
  const all = ['reason', 'approval'];
  if (!check.object(body, '', all, all)) return check.fail();
  const grounds = onPaper(check, body);
  check.done();
  return { kind: 'hold', ...grounds };
}

/** `{hold, reason, approval}` */
export function holdLiftOf(body: unknown): Change {
  const check = new Checker();
  const all = ['hold', 'reason', 'approval'];
  if (!check.object(body, '', all, all)) return check.fail();
  const change = { kind: 'lift' as const, hold: check.id(body['hold'], '/hold'), ...onPaper(check, body) };
  check.done();
  return change;
}

function onPaper(check: Checker, body: Plain): Grounds {
  const { reason, approval } = body;
  if (reason !== undefined) check.fields(ReasonField, { reason }, '');
  if (approval !== undefined) document(check, approval, '/approval', true);
  return nfc({ reason, approval } as Json) as unknown as Grounds;
}

/** `{into, reason, approval?}` */
export function mergeOf(body: unknown): Grounds & { readonly into: string } {
  const check = new Checker();
  if (!check.object(body, '', ['into', 'reason', 'approval'], ['into', 'reason'])) return check.fail();
  const into = check.id(body['into'], '/into');
  const grounds = groundsOf(check, body, '');
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
  else others.forEach((other, i) => check.id(other, `/others/${i}`));
  const grounds = groundsOf(check, body, '');
  check.done();
  const { rule, fact: of, field } = key as { rule: RuleCode; fact: string; field?: string };
  const finding = { rule, fact: of, others: others as string[], ...(field === undefined ? {} : { field }) };
  return { kind: 'settle', finding, ...grounds };
}

const MOST_CHANGES = 200;
const FRAME = propertiesOf(FactFrame);
const REASON = propertiesOf(ReasonField);

/**
 * Several things of one decision: `{document, changes: [{kind: record|correct|rescind, …}]}`. The document is that of
 * each new fact, and the approval of each correction and rescission.
 */
export function decisionOf(body: unknown, loaded: LoadedRecord): Change[] {
  const check = new Checker();
  if (!check.object(body, '', ['document', 'changes'], ['document', 'changes'])) return check.fail();
  if (body['document'] !== undefined) document(check, body['document'], '/document', true);
  return changesOf(check, body['changes'], '', body['document'], loaded);
}

/** One person of a decision about many. */
export interface PersonOfBatch {
  readonly record: string;
  readonly expected: number;
  readonly changes: (loaded: LoadedRecord) => Change[];
}

const MOST_PERSONS = 1000;

/** `{document, persons: [{id, revision, changes}]}`: one decision about many persons, each named once. */
export function batchOf(body: unknown): PersonOfBatch[] {
  const check = new Checker();
  if (!check.object(body, '', ['document', 'persons'], ['document', 'persons'])) return check.fail();
  const { document: paper, persons } = body;
  if (paper !== undefined) document(check, paper, '/document', true);
  if (!listOf(check, persons, '/persons', MOST_PERSONS)) return check.fail();
  const ids = new Set<string>();
  const items = persons.map((one, i): PersonOfBatch | null => {
    const at = `/persons/${i}`;
    const all = ['id', 'revision', 'changes'];
    if (!check.object(one, at, all, all)) return null;
    const { id, revision, changes } = one;
    const record = check.id(id, `${at}/id`);
    if (!Number.isSafeInteger(revision) || (revision as number) < 0)
      check.fault(
        `${at}/revision`,
        'revision',
        'phải là số bản của hồ sơ đã đọc (ETag không kể dấu nháy)',
        'must be the revision of the record that was read (its ETag without the quotes)',
      );
    if (ids.has(record))
      check.fault(`${at}/id`, 'twice', 'mỗi người chỉ được nêu một lần', 'each person may be named once');
    ids.add(record);
    listOf(check, changes, `${at}/changes`, MOST_CHANGES);
    return {
      record,
      expected: revision as number,
      changes: (loaded) => changesOf(new Checker(), changes, at, paper, loaded),
    };
  });
  check.done();
  return items as PersonOfBatch[];
}

function changesOf(
  check: Checker,
  list: unknown,
  at: string,
  paper: unknown,
  loaded: LoadedRecord,
): Change[] {
  if (!listOf(check, list, `${at}/changes`, MOST_CHANGES)) return check.fail();
  const document = nfc(paper as Json) as DocumentBlock;
  const changes = list.map((one, i): Change | null =>
    change(check, one, `${at}/changes/${i}`, document, loaded),
  );
  check.done();
  return changes as Change[];
}

function listOf(check: Checker, value: unknown, at: string, most: number): value is unknown[] {
  if (Array.isArray(value) && value.length > 0 && value.length <= most) return true;
  check.fault(at, 'array', `phải là một mảng từ 1 đến ${most} mục`, `must be an array of 1 to ${most} items`);
  return false;
}

function change(
  check: Checker,
  one: unknown,
  at: string,
  paper: DocumentBlock,
  loaded: LoadedRecord,
): Change | null {
  const kind = (one as Plain | null | undefined)?.['kind'];
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
    const target = check.id(one['target'], `${at}/target`);
    const { reason } = groundsOf(check, one, at);
    const content = corrected(check, target, one['content'], `${at}/content`, loaded);
    return { kind, target, content, reason, approval: paper };
  }
  if (kind === 'rescind') {
    if (!check.object(one, at, ['kind', 'target', 'reason'], ['target', 'reason'])) return null;
    const { reason } = groundsOf(check, one, at);
    return { kind, target: check.id(one['target'], `${at}/target`), reason, approval: paper };
  }
  const kinds = 'record, correct, rescind';
  check.fault(`${at}/kind`, 'choice', `phải là một trong: ${kinds}`, `must be one of: ${kinds}`);
  return null;
}

/** Checks what a fact of this action says; the pointers of its faults begin with `at`. */
export function fact(
  check: Checker,
  action: Action,
  body: unknown,
  at: string,
  needsDocument: boolean,
): FactContent {
  const required = ['data', ...(needsDocument ? ['document'] : [])];
  if (!check.object(body, at, FACT, required)) return { action: action.type, effective: '', data: {} };
  const { effective, ordinal, document: paper, data } = body;
  check.fields(FactFrame, { effective, ...(ordinal === undefined ? {} : { ordinal }) }, at);
  if (paper !== undefined) document(check, paper, `${at}/document`, needsDocument);
  if (data !== undefined) check.fields(action.fields, data, `${at}/data`);
  return nfc({
    action: action.type,
    effective,
    ...(ordinal === undefined ? {} : { ordinal }),
    ...(paper === undefined ? {} : { document: paper }),
    data,
  } as Json) as unknown as FactContent;
}

/** What a correction says that its target should have said. */
export function corrected(
  check: Checker,
  target: string,
  body: unknown,
  at: string,
  loaded: LoadedRecord,
): Omit<FactContent, 'action'> {
  const event = loaded.events.find((e) => e.id === target);
  const action = event?.body.kind === 'fact' ? findAction(event.body.content.action) : undefined;
  // An unknown target is the record's to refuse; what it should say cannot be checked without knowing its action.
  if (action === undefined) return { effective: '', data: {} };
  const { action: _action, ...content } = fact(check, action, body, at, false);
  return content;
}

export function document(check: Checker, value: unknown, at: string, needsNumber: boolean): void {
  const before = check.faults.length;
  check.fields(DocumentBlock, value, at);
  if (needsNumber && check.faults.length === before && (value as DocumentBlock).number === undefined)
    check.fault(`${at}/number`, 'required', 'bắt buộc phải có số văn bản', 'the document number is required');
}

/** `{reason, approval?}` among the other parts of a body. */
export function groundsOf(check: Checker, body: Plain, at: string): Grounds {
  const { reason, approval } = body;
  if (reason !== undefined) check.fields(ReasonField, { reason }, at);
  if (approval !== undefined) check.fields(DocumentBlock, approval, `${at}/approval`);
  return nfc({ reason, ...(approval === undefined ? {} : { approval }) } as Json) as unknown as Grounds;
}

/** JSON Schemas of the bodies, for the OpenAPI document. */
export const FORMS = {
  fact: (action: Action): JsonSchema =>
    objectSchema({ ...FRAME, document: ref('Document'), data: schemaOf(action.fields) }, [
      'effective',
      'data',
      ...(action.type === 'record_opened' ? [] : ['document']),
    ]),
  grounds: (
    more: Readonly<Record<string, JsonSchema>> = {},
    required: readonly string[] = Object.keys(more),
  ): JsonSchema => objectSchema({ ...more, ...REASON, approval: ref('Document') }, [...required, 'reason']),
  onPaper: (more: Readonly<Record<string, JsonSchema>> = {}): JsonSchema =>
    FORMS.grounds(more, [...Object.keys(more), 'approval']),
  correction: (): JsonSchema =>
    FORMS.grounds({
      target: { type: 'string', format: 'uuid' },
      content: { ...ref('FactContent'), description: 'Điều lẽ ra phải ghi / what the fact should have said' },
    }),
  settlement: (): JsonSchema =>
    FORMS.grounds(
      {
        ...propertiesOf(SettlementForm),
        others: { type: 'array', items: { type: 'string', format: 'uuid' }, maxItems: 1000 },
      },
      ['rule', 'fact'],
    ),
  decision: (): JsonSchema =>
    objectSchema({ document: ref('Document'), changes: ref('Changes') }, ['document', 'changes']),
  batch: (): JsonSchema =>
    objectSchema(
      {
        document: ref('Document'),
        persons: {
          type: 'array',
          minItems: 1,
          maxItems: MOST_PERSONS,
          items: objectSchema(
            {
              id: { type: 'string', format: 'uuid' },
              revision: {
                type: 'integer',
                minimum: 0,
                description: 'Bản đã đọc (ETag) / the revision that was read',
              },
              changes: ref('Changes'),
            },
            ['id', 'revision', 'changes'],
          ),
        },
      },
      ['document', 'persons'],
    ),
} as const;

/** What a decision may do to one record. */
export function changesSchema(): JsonSchema {
  return {
    type: 'array',
    minItems: 1,
    maxItems: MOST_CHANGES,
    items: {
      oneOf: [
        ...ACTIONS.map((action) =>
          objectSchema(
            {
              kind: { const: 'record' },
              action: { const: action.type },
              ...FRAME,
              data: schemaOf(action.fields),
            },
            ['kind', 'action', 'effective', 'data'],
            action.caption.vi,
          ),
        ),
        objectSchema(
          {
            kind: { const: 'correct' },
            target: { type: 'string', format: 'uuid' },
            content: ref('FactContent'),
            ...REASON,
          },
          ['kind', 'target', 'content', 'reason'],
          'Đính chính / correction',
        ),
        objectSchema(
          { kind: { const: 'rescind' }, target: { type: 'string', format: 'uuid' }, ...REASON },
          ['kind', 'target', 'reason'],
          'Hủy bỏ / rescission',
        ),
      ],
    },
  };
}

/** What a fact says, of whatever action: the form of a correction's content. */
export function factContentSchema(): JsonSchema {
  const data = ACTIONS.map((a) => ({ ...schemaOf(a.fields), title: a.caption.vi }));
  return objectSchema({ ...FRAME, document: ref('Document'), data: { anyOf: data } }, ['effective', 'data']);
}

export function objectSchema(
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
  title?: string,
): JsonSchema {
  return {
    type: 'object',
    ...(title === undefined ? {} : { title }),
    additionalProperties: false,
    required,
    properties,
  };
}
