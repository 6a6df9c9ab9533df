/** What the bodies of proposals look like. */
import type { Action } from '../record/action.js';
import { FactFrame, ReasonField } from '../record/events.js';
import { schemaOf, type JsonSchema } from '../record/fields.js';
import { ACTIONS, actionOf, findAction } from '../record/registry.js';
import type { Proposal } from '../proposals/proposal.js';
import { PROPOSAL_RULES } from '../proposals/proposal.js';
import { concerned, PAST_CHANGES, type PastChange, type Proposed } from '../proposals/pastChange.js';
import type { LoadedRecord } from '../recording/recordDesk.js';
import type { Step } from '../proposals/proposalDesk.js';
import { nfc } from '../sealing/canonical.js';
import type { Json } from '../sealing/port.js';
import { Checker, type Plain } from './checker.js';
import { exampleOf } from './examples.js';
import { corrected, document, fact, FORMS, groundsOf, objectSchema } from './forms.js';
import { propertiesOf, ref } from './schemas.js';

/** What is proposed: those actions that a gate stands before (R-15.5đ, R-18.4e). */
export const PROPOSABLE: readonly Action[] = ACTIONS.filter((a) => a.gate);

const FRAME = propertiesOf(FactFrame);
const CONTENT = ['effective', 'ordinal', 'document', 'data'];

/** A proposal as it was sent. */
export interface ProposedForm {
  readonly record: string;
  /** What of the past it would change. */
  readonly change?: PastChange;
  readonly proposed: Proposed | ((loaded: LoadedRecord) => Proposed);
}

/** `{person, action, effective, ordinal?, document?, data}`, or `{person, change}` */
export function proposedOf(body: unknown): ProposedForm {
  const check = new Checker();
  if (body !== null && typeof body === 'object' && 'change' in body) return changeProposedOf(check, body);
  if (!check.object(body, '', ['person', 'action', ...CONTENT], ['person', 'action'])) return check.fail();
  const { person, action: type, ...content } = body;
  const record = check.id(person, '/person');
  const action = typeof type === 'string' ? findAction(type) : undefined;
  if (type !== undefined && action?.gate !== true) {
    const { vi, en } = PROPOSAL_RULES.not_proposable;
    check.fault('/action', 'not_proposable', vi, en);
  }
  if (action === undefined) return check.fail();
  const said = fact(check, action, content, '', false);
  check.done();
  return { record, proposed: { content: said } };
}

/** What each kind of change names beside its reason and the paper that approves it; true: it must. */
const PARTS: Readonly<Record<PastChange['kind'], Readonly<Record<string, boolean>>>> = {
  correct: { target: true, content: true },
  rescind: { target: true },
  withdraw: { into: false },
  restore: {},
};

/** `{person, change: {kind, target?, content?, into?, reason, approval?}}` */
function changeProposedOf(check: Checker, body: unknown): ProposedForm {
  if (!check.object(body, '', ['person', 'change'], ['person', 'change'])) return check.fail();
  const record = check.id(body['person'], '/person');
  const asked = body['change'] as Plain | null;
  const kind = PAST_CHANGES.find((k) => k === asked?.['kind']);
  if (kind === undefined) {
    const kinds = PAST_CHANGES.join(', ');
    check.fault('/change/kind', 'choice', `phải là một trong: ${kinds}`, `must be one of: ${kinds}`);
    return check.fail();
  }
  const parts = Object.entries(PARTS[kind]);
  const known = ['kind', ...parts.map(([name]) => name), 'reason', 'approval'];
  const needed = [...parts.flatMap(([name, must]) => (must ? name : [])), 'reason'];
  if (!check.object(asked, '/change', known, needed)) return check.fail();
  const idOf = (name: string) =>
    asked[name] === undefined ? undefined : check.id(asked[name], `/change/${name}`);
  const [target, mergedInto] = [idOf('target'), idOf('into')];
  const change = {
    kind,
    ...(target === undefined ? {} : { target }),
    ...(mergedInto === undefined ? {} : { mergedInto }),
    ...groundsOf(check, asked, '/change'),
  } as PastChange;
  check.done();
  return { record, change, proposed: (loaded) => withContent(change, asked['content'], loaded) };
}

/** What the action of a correction's target asks of its content is found in the record. */
function withContent(change: PastChange, content: unknown, loaded: LoadedRecord): Proposed {
  const about = concerned(change, loaded.events) ?? { action: '', effective: '', data: {} };
  if (change.kind !== 'correct') return { content: about, change };
  const check = new Checker();
  const said = corrected(check, change.target, content, '/change/content', loaded);
  check.done();
  return { content: { ...said, action: about.action }, change };
}

/** `{}` */
export function checkStepOf(body: unknown): Step {
  const check = new Checker();
  check.object(body, '', [], []);
  check.done();
  return { kind: 'check' };
}

/** `{document, effective?, data?}`: the last two where the decision on a new fact differs from what was proposed. */
export function decideStepOf(body: unknown, { content, change }: Proposal): Step {
  const check = new Checker();
  const known = change === null ? ['document', 'effective', 'data'] : ['document'];
  if (!check.object(body, '', known, ['document'])) return check.fail();
  const { document: paper, effective, data } = body;
  if (paper !== undefined) document(check, paper, '/document', true);
  if (effective !== undefined) check.fields(FactFrame, { effective }, '');
  if (data !== undefined) check.fields(actionOf(content.action).fields, data, '/data');
  check.done();
  return { ...(nfc(body as Json) as object), kind: 'decide' } as Step;
}

/** `{reason}` */
export function declineStepOf(body: unknown): Step {
  const check = new Checker();
  if (!check.object(body, '', ['reason'], ['reason'])) return check.fail();
  if (body['reason'] !== undefined) check.fields(ReasonField, body, '');
  check.done();
  return { ...(nfc(body as Json) as { reason: string }), kind: 'decline' };
}

const PERSON: JsonSchema = { type: 'string', format: 'uuid', description: 'Hồ sơ / the record' };

function factSchema(action: Action): JsonSchema {
  return objectSchema(
    {
      person: PERSON,
      action: { const: action.type },
      ...FRAME,
      document: ref('Document'),
      data: schemaOf(action.fields),
    },
    ['person', 'action', 'effective', 'data'],
    `${action.caption.vi} / ${action.caption.en}`,
  );
}

const EVENT: JsonSchema = { type: 'string', format: 'uuid', description: 'Sự kiện / the event concerned' };
const CHANGE_PARTS: Readonly<Record<string, JsonSchema>> = {
  target: EVENT,
  content: { ...ref('FactContent'), description: 'Điều lẽ ra phải ghi / what the fact should have said' },
  into: { type: 'string', format: 'uuid', description: 'Nhập vào hồ sơ / the record that stays' },
};
const CHANGE_CAPTIONS: Readonly<Record<PastChange['kind'], string>> = {
  correct: 'Đính chính / correction',
  rescind: 'Hủy bỏ / rescission',
  withdraw: 'Loại bỏ hồ sơ, hoặc nhập vào hồ sơ khác / withdrawal of the record, or merger into another',
  restore: 'Khôi phục hồ sơ đã loại bỏ / restoration of a withdrawn record',
};

function changeSchema(kind: PastChange['kind']): JsonSchema {
  const parts = Object.entries(PARTS[kind]);
  const needed = parts.flatMap(([name, must]) => (must ? name : []));
  const own = Object.fromEntries(parts.map(([name]) => [name, CHANGE_PARTS[name] as JsonSchema]));
  const { properties, required } = FORMS.grounds({ kind: { const: kind }, ...own }, ['kind', ...needed]) as {
    readonly properties: Readonly<Record<string, JsonSchema>>;
    readonly required: readonly string[];
  };
  return objectSchema(properties, required, CHANGE_CAPTIONS[kind]);
}

/** JSON Schemas of the bodies, for the OpenAPI document. */
export const PROPOSAL_FORMS = {
  propose: (): JsonSchema => ({
    oneOf: [
      ...PROPOSABLE.map(factSchema),
      objectSchema({ person: PERSON, change: { oneOf: PAST_CHANGES.map(changeSchema) } }, [
        'person',
        'change',
      ]),
    ],
  }),
  check: (): JsonSchema => objectSchema({}, []),
  decide: (): JsonSchema =>
    objectSchema(
      {
        document: { ...ref('Document'), description: 'Quyết định / the deciding document' },
        effective: {
          ...FRAME['effective'],
          description: 'Nếu khác đề nghị / where it differs from what was proposed',
        },
        data: {
          anyOf: PROPOSABLE.map((a) => ({ ...schemaOf(a.fields), title: a.caption.vi })),
          description: 'Toàn bộ, nếu khác đề nghị / the whole, where it differs from what was proposed',
        },
      },
      ['document'],
    ),
  decline: (): JsonSchema => objectSchema(propertiesOf(ReasonField), ['reason']),
} as const;

/** A body that proposes a regular raise. */
export function proposalExample(): object {
  const raise = actionOf('step_raised_regular');
  const { effective, data } = exampleOf(raise) as { effective: string; data: object };
  return { person: '33333333-3333-4333-8333-333333333333', action: raise.type, effective, data };
}

/** A body that proposes a correction, which its agency may not make alone. */
export function changeExample(): object {
  const { effective, data } = exampleOf(actionOf('rewarded')) as { effective: string; data: object };
  return {
    person: '33333333-3333-4333-8333-333333333333',
    change: {
      kind: 'correct',
      target: '44444444-4444-4444-8444-444444444444',
      content: { effective, data },
      reason: 'ghi sai ngày so với quyết định',
    },
  };
}
