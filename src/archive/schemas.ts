import { ACCOUNT_FACTS, ACCOUNT_VERSION } from '../access/facts.js';
import { CATALOGUE_VERSIONS } from '../catalogues/facts.js';
import { DESTRUCTION_VERSIONS } from '../destruction/destruction.js';
import { UNIT_FACTS, UnitDocument } from '../organisation/facts.js';
import { PROPOSAL_VERSIONS } from '../proposals/proposal.js';
import { schemaOf, type FieldClass, type JsonSchema } from '../record/fields.js';
import { eventSchemas } from '../recording/eventSchemas.js';

/** A schema of one event type at one version: what is stored, and for a person's events what it says when unsealed. */
export interface KindSchema {
  /** `type/version`. */
  readonly kind: string;
  readonly stored: JsonSchema;
  readonly plain?: JsonSchema;
}

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';
const TEXT: JsonSchema = { type: 'string' };

/** The schema of every event type that this release writes, of persons, units, lists, accounts, proposals and destructions. */
export function kindSchemas(): KindSchema[] {
  return [
    ...eventSchemas().map(({ type, version, plain, stored }) => ({
      kind: `${type}/${version}`,
      plain,
      stored,
    })),
    ...unitSchemas(),
    ...Object.entries(CATALOGUE_VERSIONS).map(([type, version]) =>
      stored(type, version, { vi: 'Danh mục', en: 'List of codes' }, openObject(CATALOGUE)),
    ),
    ...Object.entries(ACCOUNT_FACTS).map(([type, fields]) =>
      stored(type, ACCOUNT_VERSION, { vi: 'Tài khoản', en: 'Account' }, openPart(fields)),
    ),
    ...Object.entries(PROPOSAL_VERSIONS).map(([type, version]) =>
      stored(type, version, { vi: 'Đề nghị', en: 'Proposal' }, openObject(PROPOSAL)),
    ),
    ...Object.entries(DESTRUCTION_VERSIONS).map(([type, version]) =>
      stored(type, version, { vi: 'Hủy nội dung', en: 'Destruction' }, openObject(DESTRUCTION)),
    ),
  ];
}

/** The schema of a kind; of one that is described nowhere, that every event has an open and a sealed part. */
export function schemaOfKind(kind: string, known: ReadonlyMap<string, KindSchema>): KindSchema {
  const [type = '', version = ''] = kind.split('/');
  return known.get(kind) ?? stored(type, Number(version), { vi: type, en: type }, { type: 'object' });
}

function unitSchemas(): KindSchema[] {
  const document = schemaOf(UnitDocument);
  const frame = { effective: { type: 'string', format: 'date' }, document };
  const facts = Object.entries(UNIT_FACTS).map(([type, { version, caption, fields }]) =>
    stored(type, version, caption, openObject({ ...frame, data: schemaOf(fields) }, ['data'])),
  );
  const target = { type: 'string', format: 'uuid' };
  return [
    ...facts,
    stored(
      'unit_fact_corrected',
      1,
      { vi: 'Đính chính', en: 'Corrected' },
      openObject({ ...frame, data: { type: 'object' }, action: TEXT, target, approval: document }, [
        'action',
        'target',
      ]),
    ),
    stored(
      'unit_fact_rescinded',
      1,
      { vi: 'Hủy bỏ', en: 'Rescinded' },
      openObject({ target, approval: document }, ['target']),
    ),
  ];
}

const CATALOGUE: Readonly<Record<string, JsonSchema>> = {
  code: { ...TEXT, title: 'Mã', description: 'Code' },
  name: { ...TEXT, title: 'Tên', description: 'Name' },
  nameEn: { ...TEXT, title: 'Tên tiếng Anh', description: 'English name' },
  source: { ...TEXT, title: 'Nguồn', description: 'Law or paper that shows the value' },
  validFrom: { ...TEXT, format: 'date', title: 'Có hiệu lực từ', description: 'First day' },
  validTo: { ...TEXT, format: 'date', title: 'Có hiệu lực đến hết', description: 'Last day' },
  confirmed: { type: 'boolean', title: 'Đã đối chiếu', description: 'Compared with its source' },
  attributes: { type: 'object', additionalProperties: TEXT, description: 'Further columns of this list' },
  from: { ...TEXT, format: 'date', description: 'First day for which the list is complete' },
  to: { ...TEXT, format: 'date', description: 'Last day for which the list is complete' },
  scope: { ...TEXT, description: 'Complete among codes that begin so' },
  why: TEXT,
  target: { ...TEXT, format: 'uuid', description: 'Event that is corrected, ended or rescinded' },
};

const PROPOSAL: Readonly<Record<string, JsonSchema>> = {
  record: { ...TEXT, format: 'uuid', title: 'Hồ sơ', description: 'Record of the person' },
  agency: { type: ['string', 'null'], title: 'Cơ quan đề nghị', description: 'Agency that proposes' },
  judgedAt: { type: 'integer', description: 'Sequence up to which the gates were judged' },
  place: { type: 'object', description: 'Place among the early raises of an agency and year' },
  action: { ...TEXT, description: 'Type of the fact proposed; its open fields stand beside' },
  effective: TEXT,
  ordinal: { type: 'integer' },
  document: { type: 'object' },
  data: { type: 'object' },
  change: { type: 'object', description: 'Change of the past proposed in place of a new fact' },
  event: { ...TEXT, format: 'uuid', description: 'Event that it became' },
  revision: { type: 'integer' },
  rules: { type: 'array', items: TEXT, description: 'Rules by which the record refused it' },
};

const DESTRUCTION: Readonly<Record<string, JsonSchema>> = {
  record: { ...TEXT, format: 'uuid', title: 'Hồ sơ', description: 'Record of the person' },
  groups: { type: 'array', items: TEXT, title: 'Nhóm dữ liệu', description: 'Groups of data' },
  decision: { type: 'object', title: 'Quyết định', description: 'Decision of the archive authority' },
  records: {
    type: 'array',
    items: { type: 'object', properties: { record: TEXT, event: TEXT } },
    description: 'Records whose keys are gone, each with the event that says so',
  },
};

function openPart(fields: FieldClass): JsonSchema {
  const all = schemaOf(fields)['properties'] as Readonly<Record<string, JsonSchema>>;
  return openObject(Object.fromEntries(Object.entries(all).filter(([, s]) => s['x-secrecy'] === 'open')));
}

function openObject(
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = [],
): JsonSchema {
  return {
    type: 'object',
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required }),
    properties,
  };
}

function stored(
  type: string,
  version: number,
  caption: { readonly vi: string; readonly en: string },
  open: JsonSchema,
): KindSchema {
  return {
    kind: `${type}/${version}`,
    stored: {
      $schema: DRAFT,
      $id: `urn:hoso:event:${type}:${version}:stored`,
      title: caption.vi,
      description: caption.en,
      type: 'object',
      additionalProperties: false,
      required: ['open', 'sealed'],
      properties: {
        open,
        sealed: {
          type: 'object',
          additionalProperties: { type: 'string', description: 'ciphertext: names its format and its key' },
        },
      },
    },
  };
}
