/** What the bodies of a destruction's commands look like. */
import { FIELD_GROUPS, type FieldGroup } from '../fieldGroups.js';
import { DocumentBlock } from '../record/document.js';
import { ReasonField } from '../record/events.js';
import { ChoicesField, FactField, type JsonSchema } from '../record/fields.js';
import { nfc } from '../sealing/canonical.js';
import type { Json } from '../sealing/port.js';
import { Checker } from './checker.js';
import { propertiesOf, ref } from './schemas.js';

class Proposal extends ReasonField {
  @FactField({ vi: 'Hồ sơ', en: 'Record', secrecy: 'open' })
  record!: string;

  @ChoicesField(FIELD_GROUPS, {
    vi: 'Nhóm dữ liệu cần hủy',
    en: 'Groups of data to destroy',
    secrecy: 'open',
  })
  groups!: readonly FieldGroup[];
}

export interface DestructionProposal {
  readonly record: string;
  readonly groups: readonly FieldGroup[];
  readonly decision: DocumentBlock;
  readonly reason: string;
}

/** `{record, groups, decision, reason}`; the decision needs a number. */
export function destructionProposalOf(body: unknown): DestructionProposal {
  const check = new Checker();
  const all = ['record', 'groups', 'decision', 'reason'];
  if (!check.object(body, '', all, all)) return check.fail();
  const { decision, ...rest } = body;
  check.fields(Proposal, rest, '');
  if (decision !== undefined) check.fields(DocumentBlock, decision, '/decision');
  if (check.isWell && (decision as DocumentBlock).number === undefined)
    check.fault(
      '/decision/number',
      'required',
      'bắt buộc phải có số văn bản',
      'the document number is required',
    );
  if (check.isWell && (decision as DocumentBlock).attachment !== undefined)
    check.fault(
      '/decision/attachment',
      'attachment_unfit',
      'bản quét chỉ thuộc về hồ sơ của một người',
      'a scan belongs to a person’s record only',
    );
  check.done();
  return nfc(body as Json) as unknown as DestructionProposal;
}

/** `{}` */
export function nothingOf(body: unknown): void {
  const check = new Checker();
  check.object(body, '', [], []);
  check.done();
}

/** `{reason}` */
export function declineOf(body: unknown): string {
  const check = new Checker();
  if (check.object(body, '', ['reason'], ['reason'])) check.fields(ReasonField, body, '');
  check.done();
  return (nfc(body as Json) as { reason: string }).reason;
}

const object = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties),
  properties,
});

/** JSON Schemas of these bodies, for the OpenAPI document. */
export const DESTRUCTION_FORMS = {
  proposal: object({ ...propertiesOf(Proposal), decision: ref('Document') }),
  approval: object({}),
  decline: object(propertiesOf(ReasonField)),
};
