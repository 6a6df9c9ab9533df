/** What the bodies of proposals look like. */
import type { Action, FactContent } from '../record/action.js';
import { FactFrame, ReasonField } from '../record/events.js';
import { schemaOf, type JsonSchema } from '../record/fields.js';
import { ACTIONS, actionOf, findAction } from '../record/registry.js';
import type { Proposal } from '../proposals/proposal.js';
import { PROPOSAL_RULES } from '../proposals/proposal.js';
import type { Step } from '../proposals/proposalDesk.js';
import { nfc } from '../sealing/canonical.js';
import type { Json } from '../sealing/port.js';
import { Checker } from './checker.js';
import { exampleOf } from './examples.js';
import { document, fact, objectSchema } from './forms.js';
import { propertiesOf, ref } from './schemas.js';

/** What is proposed: those actions that a gate stands before (R-15.5đ, R-18.4e). */
export const PROPOSABLE: readonly Action[] = ACTIONS.filter((a) => a.gate);

const FRAME = propertiesOf(FactFrame);
const CONTENT = ['effective', 'ordinal', 'document', 'data'];

/** `{person, action, effective, ordinal?, document?, data}` */
export function proposedOf(body: unknown): { readonly record: string; readonly content: FactContent } {
  const check = new Checker();
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
  return { record, content: said };
}

/** `{}` */
export function checkStepOf(body: unknown): Step {
  const check = new Checker();
  check.object(body, '', [], []);
  check.done();
  return { kind: 'check' };
}

/** `{document, effective?, data?}`: the last two where the decision differs from what was proposed. */
export function decideStepOf(body: unknown, { content }: Proposal): Step {
  const check = new Checker();
  if (!check.object(body, '', ['document', 'effective', 'data'], ['document'])) return check.fail();
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

/** JSON Schemas of the bodies, for the OpenAPI document. */
export const PROPOSAL_FORMS = {
  propose: (): JsonSchema => ({
    oneOf: PROPOSABLE.map((action) =>
      objectSchema(
        {
          person: { type: 'string', format: 'uuid', description: 'Hồ sơ / the record' },
          action: { const: action.type },
          ...FRAME,
          document: ref('Document'),
          data: schemaOf(action.fields),
        },
        ['person', 'action', 'effective', 'data'],
        `${action.caption.vi} / ${action.caption.en}`,
      ),
    ),
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
