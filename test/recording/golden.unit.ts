/**
 * One stored example of every (type, version), kept for ever: what was once written must read as it did. A new type or
 * version adds a file (HOSO_UPDATE_GOLDEN=1 writes those that are missing); no file is ever changed.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import type { ProposedEvent, RecordedEvent } from '../../src/event-log/port.js';
import { RecordCodec, typeOf, UnknownEvent } from '../../src/recording/codec.js';
import { eventSchemas } from '../../src/recording/eventSchemas.js';
import { memorySealer } from '../../src/sealing/sealer.js';
import { fieldsOf, versionOf } from '../../src/record/fields.js';
import { actionOf, ACTIONS } from '../../src/record/registry.js';
import { BODIES, ID, META } from '../support/everyEvent.js';

const STREAM = 'person-00000000-0000-4000-8000-000000000001';
// Golden files stand beside the sources; the compiled test reads its copies.
const folder = new URL('../golden/', import.meta.url);
const codec = () => new RecordCodec(memorySealer('golden'));

describe('Golden files of the events', () => {
  for (const body of BODIES) {
    const type = typeOf(body);
    const version = body.kind === 'fact' ? versionOf(actionOf(type).fields, body.content.data) : 1;
    const name = version === 1 ? type : `${type} of version ${String(version)}`;

    it(`${name}: written as it always was, and read as it always was`, async () => {
      // One sealer, for its keys are made as they are first used; with its seed they are always the same.
      const own = codec();
      const [event] = await own.encode({ stream: STREAM, events: [{ id: ID, body }], meta: META });
      expect(event!.version).to.equal(version);
      const file = new URL(`${type}.v${version}.json`, folder);
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

    it(`${name}: what is stored keeps its schema, and so does what is read`, async () => {
      const schema = eventSchemas().find((s) => s.type === type && s.version === version)!;
      const ajv = new Ajv2020({ strict: false, validateFormats: false });
      const [event] = await codec().encode({ stream: STREAM, events: [{ id: ID, body }], meta: META });
      const stored = ajv.compile(schema.stored);
      expect(stored(JSON.parse(event!.data)), JSON.stringify(stored.errors)).to.equal(true);
      expect(stored({ open: { surprise: 1 }, sealed: {} })).to.equal(false);
    });
  }

  it('an action is of the version of the last field that came, and every later field may be absent', () => {
    for (const { type, version, fields } of ACTIONS) {
      const list = fieldsOf(fields);
      expect(version, type).to.equal(Math.max(1, ...list.map((f) => f.since)));
      for (const f of list) expect(f.since === 1 || f.optional, `${type} ${f.name}`).to.equal(true);
    }
  });

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
