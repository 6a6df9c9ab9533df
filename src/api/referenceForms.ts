/** What the bodies of commands on units and lists look like. */
import {
  validateEntry,
  type CatalogueBody,
  type CoverageContent,
  type EntryContent,
} from '../catalogues/facts.js';
import type { UnitChange } from '../organisation/decide.js';
import {
  UNIT_FACTS,
  UnitDocument,
  validateUnitFact,
  type UnitFact,
  type UnitFactType,
} from '../organisation/facts.js';
import { CodeField, DayField, schemaOf, TextField, type JsonSchema } from '../record/fields.js';
import { nfc } from '../sealing/canonical.js';
import type { Json } from '../sealing/port.js';
import { Checker, type Plain } from './checker.js';
import { dataExample } from './examples.js';
import { propertiesOf } from './schemas.js';

const UNIT_FACT = ['effective', 'document', 'data'];

/** `{effective, document?, data}` of one kind of fact of a unit. */
export function unitFactOf(type: UnitFactType, body: unknown): UnitChange {
  const check = new Checker();
  const made = unitFact(check, type, body, '');
  check.done();
  return { kind: 'record', fact: made };
}

/** `{target, fact: {type, effective, document?, data}, approval?}` */
export function unitCorrectionOf(body: unknown): UnitChange {
  const check = new Checker();
  const known = ['target', 'fact', 'approval'];
  if (!check.object(body, '', known, ['target', 'fact'])) return check.fail();
  const target = check.id(body['target'], '/target');
  const given = body['fact'];
  if (!check.object(given, '/fact', ['type', ...UNIT_FACT], ['type'])) return check.fail();
  const { type, ...content } = given;
  if (typeof type !== 'string' || !Object.hasOwn(UNIT_FACTS, type)) {
    const types = Object.keys(UNIT_FACTS).join(', ');
    check.fault('/fact/type', 'choice', `phải là một trong: ${types}`, `must be one of: ${types}`);
    return check.fail();
  }
  const made = unitFact(check, type as UnitFactType, content, '/fact');
  const approval = approvalOf(check, body);
  check.done();
  return { kind: 'correct', target, fact: made, ...approval };
}

/** `{target, approval?}` */
export function unitRescissionOf(body: unknown): UnitChange {
  const check = new Checker();
  if (!check.object(body, '', ['target', 'approval'], ['target'])) return check.fail();
  const target = check.id(body['target'], '/target');
  const approval = approvalOf(check, body);
  check.done();
  return { kind: 'rescind', target, ...approval };
}

function unitFact(check: Checker, type: UnitFactType, body: unknown, at: string): UnitFact {
  if (!check.object(body, at, UNIT_FACT, [])) return check.fail();
  const fact = { data: {}, ...body } as unknown as Omit<UnitFact, 'type'>;
  check.add(validateUnitFact(type, fact), at);
  return nfc({ type, ...fact }) as unknown as UnitFact;
}

function approvalOf(check: Checker, { approval }: Plain): { readonly approval?: UnitDocument } {
  if (approval === undefined) return {};
  check.fields(UnitDocument, approval, '/approval');
  return { approval: nfc(approval as Json) as UnitDocument };
}

const ENTRY = ['code', 'name', 'nameEn', 'source', 'validFrom', 'validTo', 'confirmed', 'attributes'];

/** An entry of a list. */
export function entryOf(body: unknown): CatalogueBody {
  const check = new Checker();
  const made = entry(check, body, '');
  check.done();
  return { kind: 'catalogue_entry_recorded', entry: made };
}

/** `{target, entry}`: what an entry should have said. */
export function entryCorrectionOf(body: unknown): CatalogueBody {
  const check = new Checker();
  if (!check.object(body, '', ['target', 'entry'], ['target', 'entry'])) return check.fail();
  const target = check.id(body['target'], '/target');
  const made = entry(check, body['entry'], '/entry');
  check.done();
  return { kind: 'catalogue_entry_corrected', target, entry: made };
}

function entry(check: Checker, body: unknown, at: string): EntryContent {
  if (!check.object(body, at, ENTRY, ['code', 'name', 'source', 'confirmed'])) return check.fail();
  const { confirmed, attributes = {} } = body;
  if (confirmed !== undefined && typeof confirmed !== 'boolean')
    check.fault(`${at}/confirmed`, 'boolean', 'phải là true hoặc false', 'must be true or false');
  if (check.object(attributes, `${at}/attributes`, Object.keys(attributes as object), []) && check.isWell)
    check.add(validateEntry(body as unknown as EntryContent), at);
  return check.isWell ? (nfc(body as Json) as unknown as EntryContent) : check.fail();
}

class EndForm {
  @DayField({ vi: 'Có hiệu lực đến hết', en: 'Valid to the end of', secrecy: 'open' })
  validTo!: string;

  @TextField({ vi: 'Nguồn', en: 'Source', secrecy: 'open', max: 500 })
  source!: string;
}

/** `{target, validTo, source}`: an entry is valid up to a last day. */
export function entryEndOf(body: unknown): CatalogueBody {
  const check = new Checker();
  if (!check.object(body, '', ['target', 'validTo', 'source'], ['target'])) return check.fail();
  const { target, ...end } = body;
  check.fields(EndForm, end, '');
  const of = check.id(target, '/target');
  check.done();
  const { validTo, source } = nfc(end as Json) as unknown as EndForm;
  return { kind: 'catalogue_entry_ended', target: of, validTo, source };
}

class CoverageForm {
  @DayField({ vi: 'Đầy đủ từ ngày', en: 'Complete from', secrecy: 'open', optional: true })
  from?: string;

  @DayField({ vi: 'Đầy đủ đến hết ngày', en: 'Complete to the end of', secrecy: 'open', optional: true })
  to?: string;

  @CodeField('', {
    vi: 'Chỉ các mã bắt đầu bằng',
    en: 'Only codes that begin with',
    secrecy: 'open',
    optional: true,
  })
  scope?: string;

  @TextField({ vi: 'Nguồn', en: 'Source', secrecy: 'open', max: 500 })
  source!: string;

  @TextField({ vi: 'Lý do', en: 'Why', secrecy: 'open', optional: true, max: 500 })
  why?: string;
}

/** The days for which a list says that it holds every code. */
export function coverageOf(body: unknown): CatalogueBody {
  const check = new Checker();
  check.fields(CoverageForm, body, '');
  check.done();
  return {
    kind: 'catalogue_coverage_declared',
    coverage: nfc(body as Json) as unknown as CoverageContent,
  };
}

/** `{target}`: takes an entry, a correction, an end, a coverage or a rescission out of force. */
export function listRescissionOf(body: unknown): CatalogueBody {
  const check = new Checker();
  if (!check.object(body, '', ['target'], ['target'])) return check.fail();
  const target = check.id(body['target'], '/target');
  check.done();
  return { kind: 'catalogue_fact_rescinded', target };
}

const id: JsonSchema = { type: 'string', format: 'uuid' };
const object = (
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
): JsonSchema => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});
const text: JsonSchema = { type: 'string', minLength: 1, maxLength: 500 };
const day: JsonSchema = { type: 'string', format: 'date' };
const ENTRY_SCHEMA = object(
  {
    code: propertiesOf(CoverageForm)['scope'] as JsonSchema,
    name: text,
    nameEn: text,
    source: text,
    validFrom: day,
    validTo: day,
    confirmed: { type: 'boolean', description: 'Đã đối chiếu với nguồn / compared with its source' },
    attributes: { type: 'object', additionalProperties: text },
  },
  ['code', 'name', 'source', 'confirmed'],
);

/** JSON Schemas of the bodies, for the OpenAPI document. */
export const REFERENCE_FORMS = {
  unitFact: (type: UnitFactType): JsonSchema => ({
    ...object({ effective: day, document: schemaOf(UnitDocument), data: schemaOf(UNIT_FACTS[type].fields) }, [
      ...(type === 'unit_opened' ? [] : ['effective']),
      ...(type === 'unit_closed' || type === 'unit_reparented' || type === 'unit_went_live' ? [] : ['data']),
    ]),
    examples: [
      {
        effective: '2012-10-03',
        document: { number: '8060/QĐ-UBND' },
        data: { ...dataExample(UNIT_FACTS[type].fields), parent: undefined },
      },
    ],
  }),
  unitCorrection: object(
    {
      target: id,
      fact: object(
        {
          type: { type: 'string', enum: Object.keys(UNIT_FACTS) },
          effective: day,
          document: schemaOf(UnitDocument),
          data: { type: 'object' },
        },
        ['type', 'data'],
      ),
      approval: schemaOf(UnitDocument),
    },
    ['target', 'fact'],
  ),
  unitRescission: object({ target: id, approval: schemaOf(UnitDocument) }, ['target']),
  entry: ENTRY_SCHEMA,
  entryCorrection: object({ target: id, entry: ENTRY_SCHEMA }, ['target', 'entry']),
  entryEnd: object({ target: id, ...propertiesOf(EndForm) }, ['target', 'validTo', 'source']),
  coverage: schemaOf(CoverageForm),
  listRescission: object({ target: id }, ['target']),
} as const;
