/** One example of every event, at every version, of a person's stream: what golden files are made of. */
import type { FactContent } from '../../src/record/action.js';
import type { EventBody } from '../../src/record/events.js';
import { fieldsOf, type FieldInfo } from '../../src/record/fields.js';
import { ACTIONS } from '../../src/record/registry.js';

export const ID = '00000000-0000-4000-9000-000000000001';
export const OTHER = '00000000-0000-4000-9000-000000000002';
export const META = {
  actor: { account: ID, unit: OTHER, client: ID },
  refs: [{ stream: 'catalogue-sex', revision: 2 }],
};

/** An example value that keeps the field's rule. */
export function example({ schema, list, unit }: FieldInfo): unknown {
  if (list !== undefined) return 'ma_1';
  if (unit === true || schema['format'] === 'uuid') return OTHER;
  if (schema['format'] === 'date') return '2013-05-01';
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  if (schema['type'] === 'integer') return Number(schema['minimum']) + 2;
  const pattern = typeof schema['pattern'] === 'string' ? schema['pattern'] : '';
  if (pattern.includes('{64}')) return 'ab'.repeat(32);
  if (pattern.startsWith('^\\d{4}')) return '1998-03';
  if (pattern !== '') return '2.34';
  return 'Nguyễn “Mẫu” 1/2';
}

/** With every field that the form had at a version. */
const content = (action: (typeof ACTIONS)[number], version: number): FactContent => ({
  action: action.type,
  effective: '2013-05',
  ordinal: -1,
  document: {
    type: 'quyet_dinh',
    number: '12/QĐ',
    signedDate: '2013-04-20',
    signerName: 'Người Ký',
    summary: 'Trích yếu',
  },
  data: Object.fromEntries(
    fieldsOf(action.fields)
      .filter((f) => f.since <= version)
      .map((f) => [f.name, example(f)]),
  ),
});

const grounds = { reason: 'ghi sai', approval: { number: '13/QĐ', signerName: 'Người Ký' } };
const first = ACTIONS[3]!;
export const BODIES: readonly EventBody[] = [
  ...ACTIONS.flatMap((a) =>
    Array.from({ length: a.version }, (_, i): EventBody => ({
      kind: 'fact',
      content: content(a, i + 1),
      origin: { source: 'hrm', ref: 'dòng 12', refKey: 'abcdef', record: OTHER, event: OTHER },
    })),
  ),
  { kind: 'corrected', target: OTHER, content: content(first, first.version), ...grounds },
  { kind: 'rescinded', target: OTHER, ...grounds },
  { kind: 'record_withdrawn', mergedInto: OTHER, ...grounds },
  { kind: 'record_restored', ...grounds },
  {
    kind: 'finding_settled',
    finding: { rule: 'before_hire', fact: ID, others: [OTHER], field: 'unit' },
    ...grounds,
  },
  { kind: 'legal_hold_placed', ...grounds },
  { kind: 'legal_hold_lifted', hold: OTHER, ...grounds },
  {
    kind: 'content_destroyed',
    groups: ['discipline', 'health'],
    keys: [
      { group: 'discipline', use: 'facts', id: ID },
      { group: 'health', use: 'attachments', id: OTHER },
    ],
    destruction: OTHER,
    decision: { type: 'quyet_dinh', number: '9/QĐ-LT', signedDate: '2093-01-01' },
  },
];
