/**
 * One stored example of every (type, version), kept for ever: what was once written must read as it did. A new type or
 * version adds a file (HOSO_UPDATE_GOLDEN=1 writes those that are missing); no file is ever changed.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import type { ProposedEvent, RecordedEvent } from '../../src/event-log/port.js';
import type { EventBody } from '../../src/record/events.js';
import type { FactContent } from '../../src/record/action.js';
import { fieldsOf, type FieldInfo } from '../../src/record/fields.js';
import { ACTIONS } from '../../src/record/registry.js';
import { RecordCodec, typeOf, UnknownEvent } from '../../src/recording/codec.js';
import { eventSchemas } from '../../src/recording/eventSchemas.js';
import { memorySealer } from '../../src/sealing/sealer.js';

const STREAM = 'person-00000000-0000-4000-8000-000000000001';
const ID = '00000000-0000-4000-9000-000000000001';
const OTHER = '00000000-0000-4000-9000-000000000002';
const META = {
  actor: { account: ID, unit: OTHER, client: ID },
  refs: [{ stream: 'catalogue-sex', revision: 2 }],
};

// Golden files stand beside the sources; the compiled test reads its copies.
const folder = new URL('../golden/', import.meta.url);
const codec = () => new RecordCodec(memorySealer('golden'));

/** An example value that keeps the field's rule. */
function example({ schema, list, unit }: FieldInfo): unknown {
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

const content = (action: (typeof ACTIONS)[number]): FactContent => ({
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
  data: Object.fromEntries(fieldsOf(action.fields).map((f) => [f.name, example(f)])),
});

const grounds = { reason: 'ghi sai', approval: { number: '13/QĐ', signerName: 'Người Ký' } };
const first = ACTIONS[3]!;
const BODIES: readonly EventBody[] = [
  ...ACTIONS.map((a): EventBody => ({
    kind: 'fact',
    content: content(a),
    origin: { source: 'hrm', ref: 'dòng 12', refKey: 'abcdef', record: OTHER, event: OTHER },
  })),
  { kind: 'corrected', target: OTHER, content: content(first), ...grounds },
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

describe('Golden files of the events', () => {
  for (const body of BODIES) {
    const type = typeOf(body);

    it(`${type}: written as it always was, and read as it always was`, async () => {
      // One sealer, for its keys are made as they are first used; with its seed they are always the same.
      const own = codec();
      const [event] = await own.encode({ stream: STREAM, events: [{ id: ID, body }], meta: META });
      const file = new URL(`${type}.v${event!.version}.json`, folder);
      if (!existsSync(file) && process.env['HOSO_UPDATE_GOLDEN'] === '1')
        writeFileSync(file, `${JSON.stringify(event, null, 2)}\n`);
      const golden = JSON.parse(readFileSync(file, 'utf8')) as ProposedEvent;
      expect(event).to.deep.equal(golden);
      const recorded: RecordedEvent = {
        ...golden,
        stream: STREAM,
        revision: 0,
        position: 1n,
        sequence: 1,
        recordedAt: '2013-05-02T00:00:00.000Z',
      };
      expect((await own.decode([recorded]))[0]?.body).to.deep.equal(body);
    });

    it(`${type}: what is stored keeps its schema, and so does what is read`, async () => {
      const schema = eventSchemas().find((s) => s.type === type)!;
      const ajv = new Ajv2020({ strict: false, validateFormats: false });
      const [event] = await codec().encode({ stream: STREAM, events: [{ id: ID, body }], meta: META });
      const stored = ajv.compile(schema.stored);
      expect(stored(JSON.parse(event!.data)), JSON.stringify(stored.errors)).to.equal(true);
      expect(stored({ open: { surprise: 1 }, sealed: {} })).to.equal(false);
    });
  }

  it('an unknown type or version stops the reader', async () => {
    const at = {
      stream: STREAM,
      revision: 0,
      position: 1n,
      sequence: 1,
      recordedAt: '2013-05-02T00:00:00.000Z',
    };
    const data = '{"open":{"effective":"2013","data":{}},"sealed":{}}';
    const bad = [
      { ...at, id: ID, type: 'ascended', version: 1, data, meta: '{}' },
      { ...at, id: ID, type: 'died', version: 2, data, meta: '{}' },
    ];
    for (const event of bad) {
      const error = await codec()
        .decode([event])
        .catch((e: unknown) => e);
      expect(error).to.be.instanceOf(UnknownEvent);
    }
  });
});
