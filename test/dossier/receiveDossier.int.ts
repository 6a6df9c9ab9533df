import { randomUUID } from 'node:crypto';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import pg from 'pg';
import { TAG_MANIFEST } from '../../src/archive/bag.js';
import { openDossier, type OpenedDossier } from '../../src/dossier/openDossier.js';
import {
  receiveDossier,
  type ReceivingOptions,
  type ReceivingReport,
} from '../../src/dossier/receiveDossier.js';
import type { EventLog } from '../../src/event-log/port.js';
import { makeSigner, type Verifier } from '../../src/evidence/note.js';
import { OperatorError } from '../../src/operatorError.js';
import { namesakes } from '../../src/projecting/queries/persons.js';
import { form2c } from '../../src/record/forms/form2c.js';
import { stateAt, timeline, type Timeline } from '../../src/record/timeline.js';
import { personStream } from '../../src/recording/codec.js';
import { damage } from '../archive/support.js';
import { SIGNER } from '../evidence/support.js';
import { opened as unitOpened } from '../organisation/support.js';
import { personId } from '../projecting/support.js';
import { CAREER } from '../record/careerStory.js';
import { unitId } from '../support/city.js';
import { ACTOR } from '../support/desk.js';
import { opened, record } from '../support/record.js';
import { City, filesOf, PASSPHRASE, PDF, PERSON } from './support.js';

const SOURCE = 'hoso.example/test/events';
const HERE = { city: personId(81), homeAffairs: personId(82), finance: personId(83) };
/** Days on which he was in different posts, the day before the decision, and the last one told of. */
const DAYS = ['1999-06-30', '2005-01-01', '2012-10-02', '2016-07-01', '2025-08-01', '2026-07-31'];

interface Opening {
  readonly passphrase?: string;
  readonly trusted?: Verifier;
  /** The dossier whose keys are given. */
  readonly keys?: string;
}

describe('Receiving a dossier', function () {
  this.timeout(60_000);
  let from: City;
  let to: City;

  before(async () => {
    from = await City.sending();
    const [travel] = (
      await from.world.done(
        PERSON,
        record({ action: 'foreign_travel', effective: '2013-02-01', data: { country: 'Nước Bịa' } }),
      )
    ).events;
    await from.world.done(PERSON, { kind: 'rescind', target: travel!.id, reason: 'không đi' });
    await from.handOver('bag');
  });
  after(() => from.close());

  // Another city: the same Sở Nội vụ of the same city by other ids, and a Sở Tài chính that is called otherwise.
  beforeEach(async () => {
    to = await City.open('nhận');
    const unit = (id: string, code: string, name: string, parent?: string) =>
      to.world.unit(id, {
        kind: 'record',
        fact: unitOpened('1990-01-01', { code, name, ...(parent === undefined ? {} : { parent }) }),
      });
    await unit(HERE.city, 'ubnd_tp', CITY);
    await unit(HERE.homeAffairs, 'so_noi_vu', 'Sở Nội vụ', HERE.city);
    await unit(HERE.finance, 'so_tai_chinh', 'Sở Tài chính - Giá cả', HERE.city);
  });
  afterEach(() => to.close());

  const CITY = 'Ủy ban nhân dân thành phố Đà Nẵng';

  const opening = (
    name = 'bag',
    { passphrase = PASSPHRASE.passphrase, trusted = SIGNER.verifier, keys = name }: Opening = {},
  ) =>
    openDossier({
      directory: from.at(name),
      keysFile: from.at(`${keys}.keys`),
      opener: { passphrase },
      trusted: [trusted],
    });

  const dossierIn = async (name: string): Promise<OpenedDossier> => {
    const found = await opening(name);
    if (found.kind === 'broken') throw new Error(JSON.stringify(found.report.faults));
    return found;
  };

  const receive = async (
    dossier: OpenedDossier,
    options: Partial<ReceivingOptions> = {},
    log: EventLog = to.world.log,
  ): Promise<ReceivingReport> => {
    const { sealer, codec, references } = to.world;
    await references.sync();
    return receiveDossier(
      dossier,
      {
        log,
        sealer,
        codec,
        attachments: to.scans,
        reference: references.at(),
        origin: 'hoso.example/b/events',
      },
      { actor: ACTOR, correlation: 'nhận', rejects: to.at('rejects'), namesakes: null, ...options },
    );
  };

  const readHere = async (id: string): Promise<Timeline> => {
    await to.world.references.sync();
    return timeline((await to.world.desk.load(id)).events, to.world.references.at());
  };
  const readThere = async (id = PERSON): Promise<Timeline> =>
    timeline((await from.world.desk.load(id)).events, from.world.references.at());
  const head = async () => (await to.world.log.head()).sequence;

  it('gives the same person on every day; units are those here where they are the same, else kept in the sender’s words', async () => {
    const report = await receive(await dossierIn('bag'));
    expect(report.faults).to.deep.equal([]);
    expect(report).to.include({ loaded: CAREER.length, bad: 0, repeated: 0, scans: 1, scansMissing: 0 });
    const [here, there] = [await readHere(report.record), await readThere()];
    const ids = new Map(here.lines.map(({ event, origin }) => [origin?.ref ?? '', event.id]));
    ids.set(unitId('so_noi_vu'), HERE.homeAffairs);
    const translated = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value), (_key, inner: unknown) =>
        typeof inner === 'string' ? (ids.get(inner) ?? inner) : inner,
      );
    for (const day of DAYS)
      expect(JSON.parse(JSON.stringify(stateAt(here, day))), day).to.deep.equal(
        translated(stateAt(there, day)),
      );
    expect(report.units.find((u) => u.id === unitId('so_noi_vu'))).to.include({ here: HERE.homeAffairs });
    expect(report.units.find((u) => u.id === unitId('so_tai_chinh'))).to.deep.include({
      here: null,
      names: ['Sở Tài chính', CITY],
    });
    const work = form2c(here, '2026-07-31', to.world.references.at()).items.work_history;
    expect(JSON.stringify(work)).to.include(`Sở Tài chính, ${CITY}`);
    const rules = new Set(here.findings.map((f) => f.rule));
    expect([...rules].sort()).to.deep.equal(['code_unverified', 'step_unverified', 'unit_unverified']);
  });

  it('each fact names the sender’s log and event, the bag and its checkpoint; the scan is kept under keys of here', async () => {
    const dossier = await dossierIn('bag');
    const { record: id } = await receive(dossier);
    const { lines } = await readHere(id);
    const { size, root } = dossier.checkpoint;
    for (const { origin } of lines) {
      expect(origin).to.include({ source: SOURCE, dossier: dossier.bag });
      expect(origin).to.include({ checkpoint: `${size} ${root.toString('base64')}` });
    }
    expect(new Set(lines.map((l) => l.origin?.ref))).to.deep.equal(
      new Set((await readThere()).lines.map((l) => l.event.id)),
    );
    const paper = lines.find((l) => l.fact.document?.attachment !== undefined)?.fact.document;
    const scan = await to.scans.download(id, paper?.attachment ?? '');
    if (scan.kind !== 'found') throw new Error(scan.kind);
    const parts: Buffer[] = [];
    for await (const part of scan.content) parts.push(part);
    expect(Buffer.concat(parts)).to.deep.equal(PDF);
  });

  it('the read models take it in, and a fact that follows here is decided upon it', async () => {
    const { record: id } = await receive(await dossierIn('bag'));
    const live = to.world.projections();
    live.start();
    await to.world.caughtUp(live);
    const db = new pg.Pool({ ...to.world.db.projector, max: 1 });
    const who = { familyName: 'trần văn', givenName: 'Thử', dateOfBirth: '1965-01-20' };
    expect(await namesakes(db, who)).to.deep.equal([id]);
    expect(await namesakes(db, { ...who, dateOfBirth: '1965-01-21' })).to.deep.equal([]);
    await db.end();
    const { state } = stateAt(await readHere(id), '2026-07-31');
    expect(state.service?.status).to.equal('in_service');
    await to.world.done(
      id,
      record({
        action: 'transferred',
        effective: '2026-08-01',
        document: { number: '8/QĐ' },
        data: { toUnit: HERE.homeAffairs },
      }),
    );
    await to.world.caughtUp(live);
  });

  it('a second time changes nothing, also when the answer to the first was lost, or it was cut before', async () => {
    const dossier = await dossierIn('bag');
    const stop = new AbortController();
    stop.abort();
    expect(await receive(dossier, { signal: stop.signal })).to.include({ interrupted: true, loaded: 0 });
    const { log } = to.world;
    const lost = {
      readStream: (stream: string) => log.readStream(stream),
      readStreams: (streams: readonly string[]) => log.readStreams(streams),
      readEvents: (ids: readonly string[]) => log.readEvents(ids),
      appendBulk: async (requests: Parameters<EventLog['appendBulk']>[0]) => {
        await log.appendBulk(requests);
        throw new Error('killed');
      },
    } as unknown as EventLog;
    expect(String(await receive(dossier, {}, lost).catch((e: unknown) => e))).to.include('killed');
    const after = await head();
    expect(await receive(dossier)).to.include({ loaded: 0, repeated: CAREER.length, bad: 0 });
    await from.handOver('again');
    expect(await receive(await dossierIn('again'))).to.include({
      loaded: 0,
      repeated: CAREER.length,
      bad: 0,
    });
    expect(await head()).to.equal(after);
  });

  it('a check writes nothing, before and after', async () => {
    const dossier = await dossierIn('bag');
    const before = await head();
    const check = { check: true };
    expect(await receive(dossier, check)).to.include({ loaded: 0, repeated: 0, bad: 0, scansMissing: 0 });
    expect(await head()).to.equal(before);
    await receive(dossier);
    const after = await head();
    expect(await receive(dossier, check)).to.include({ loaded: 0, repeated: CAREER.length, bad: 0 });
    expect(await head()).to.equal(after);
  });

  it('who comes back to the city that sent him is named, and his record takes only what is new', async () => {
    const own = personId(10);
    const travel = (country: string) => ({
      action: 'foreign_travel',
      effective: '2013-02-01',
      data: { country },
    });
    const { events } = await to.world.done(
      own,
      record(opened('2012-10-03', { givenName: 'Trở Về' })),
      record(travel('Nước Một')),
    );
    const facts = [opened('2012-10-03', { givenName: 'Trở Về' }), travel('Nước Một'), travel('Nước Hai')];
    const [person, { codec, log }] = [personId(11), from.world];
    const stream = personStream(person);
    const encoded = await codec.encode({
      stream,
      events: facts.map((content, i) => {
        const ref = events[i]?.id;
        const origin = ref === undefined ? {} : { origin: { source: 'hoso.example/b/events', ref } };
        return { id: randomUUID(), body: { kind: 'fact' as const, content, ...origin } };
      }),
      meta: { actor: ACTOR, refs: [] },
    });
    await log.append({ stream, expected: 'none', events: encoded });
    await from.handOver('back', person);
    const dossier = await dossierIn('back');
    const refused = await receive(dossier).catch((e: unknown) => String(e));
    expect(refused).to.include(`--into ${own}`);
    expect(await receive(dossier, { into: own })).to.include({ loaded: 1, ours: 2, bad: 0 });
    expect(await receive(dossier, { into: own })).to.include({ loaded: 0, repeated: 1, bad: 0 });
    expect((await readHere(own)).lines).to.have.length(3);
  });

  it('of a later dossier adds what is new, and tells what was changed or fell there since', async () => {
    const person = personId(5);
    const travel = (country: string) =>
      record({ action: 'foreign_travel', effective: '2013-02-01', data: { country } });
    await from.world.done(person, record(opened('2012-10-03', { givenName: 'Đi Về' })));
    const first = await from.world.done(person, travel('Nước Một'), travel('Nước Hai'));
    await from.handOver('first', person);
    expect(await receive(await dossierIn('first'))).to.include({ loaded: 3, bad: 0 });
    const [one, two] = first.events.map((e) => e.id);
    await from.world.done(person, { kind: 'rescind', target: one!, reason: 'không đi' });
    await from.world.done(person, {
      kind: 'correct',
      target: two!,
      content: { effective: '2013-02-01', data: { country: 'Nước Ba' } },
      reason: 'ghi sai',
    });
    await from.world.done(person, travel('Nước Bốn'));
    await from.handOver('later', person);
    const report = await receive(await dossierIn('later'));
    expect(report).to.include({ loaded: 1, repeated: 1, bad: 1 });
    expect(report.faults[0]?.rule).to.equal('ref_differs');
    expect(report.fallen).to.have.length(1);
    expect(await readFile(report.rejects ?? '', 'utf8')).to.include('Nước Ba');
  });

  it('a bit turned in any of its files is refused by name, before anything is opened', async () => {
    await cp(from.at('bag'), from.at('bad'), { recursive: true });
    const many = /^data\/(schemas|catalogues)\/(?!recruited|units)/;
    for (const [path, whole] of await filesOf(from.at('bag'))) {
      if (many.test(path) || path === TAG_MANIFEST) continue;
      await damage(join(from.at('bad'), path));
      const found = await opening('bad', { keys: 'bag' });
      if (found.kind !== 'broken') throw new Error(`${path} passed`);
      expect(
        found.report.faults.map(({ file }) => file),
        path,
      ).to.include(path);
      await writeFile(join(from.at('bad'), path), whole);
    }
    await damage(from.at('bag.keys'));
    const refused = await opening().catch((e: unknown) => e);
    expect(refused).to.be.instanceOf(OperatorError);
    expect(String(refused)).to.include('bag.keys');
    await damage(from.at('bag.keys'));
  });

  it('a wrong passphrase, the key of another log, and the keys of another dossier are refused', async () => {
    const wrong = await opening('bag', { passphrase: 'một mật khẩu khác' }).catch((e: unknown) => String(e));
    expect(wrong).to.include('does not open');
    const other = await opening('bag', { trusted: makeSigner('hoso.example/other').verifier });
    if (other.kind !== 'broken') throw new Error('passed');
    expect(other.report.faults.map((f) => f.file)).to.deep.equal(['data/checkpoint']);
    const person = personId(6);
    await from.world.done(person, record(opened('2012-10-03', { givenName: 'Khác' })));
    await from.handOver('stranger', person);
    const mixed = await opening('bag', { keys: 'stranger' }).catch((e: unknown) => String(e));
    expect(mixed).to.include('those of another dossier');
  });

  it('what was lawfully destroyed there reads as destroyed here, and the fact is there all the same', async () => {
    const person = personId(7);
    await from.world.done(person, record(opened('2012-10-03', { givenName: 'Đã Xóa' })));
    await from.world.done(
      person,
      record({ action: 'foreign_travel', effective: '2013-02-01', data: { country: 'Nước Xóa' } }),
    );
    await from.destroy(person, ['history']);
    await from.handOver('destroyed', person);
    const { record: id, ...report } = await receive(await dossierIn('destroyed'));
    expect(report.faults).to.deep.equal([]);
    expect(report).to.include({ loaded: 2, bad: 0 });
    const travel = (await readHere(id)).lines.find((l) => l.fact.action === 'foreign_travel');
    expect(travel?.fact).to.deep.include({ erased: ['history'], data: {} });
    expect(await receive(await dossierIn('destroyed'))).to.include({ loaded: 0, repeated: 2, bad: 0 });
  });

  it('a code that no list here has is taken in unverified, an open one with its name at the sender’s', async () => {
    const person = personId(8);
    const { codec, log } = from.world;
    await from.world.catalogue('standard_position', {
      kind: 'catalogue_entry_recorded',
      entry: { code: 'chuc_vu_la', name: 'Chức vụ lạ', source: 'hư cấu', confirmed: true },
    });
    await from.world.done(person, record(opened('2012-10-03', { givenName: 'Mã Lạ' })));
    const facts = [
      { action: 'recruited', effective: '2010-01-01', data: {} },
      { action: 'appointed_to_position', effective: '2013-01-01', data: { position: 'chuc_vu_la' } },
      { action: 'disciplined', effective: '2014-01-01', data: { side: 'state', form: 'hinh_thuc_la' } },
    ].map((content) => ({
      id: randomUUID(),
      body: { kind: 'fact' as const, content: { ...content, document: { number: '1/QĐ' } } },
    }));
    const stream = personStream(person);
    const events = await codec.encode({ stream, events: facts, meta: { actor: ACTOR, refs: [] } });
    await log.append({ stream, expected: 0, events });
    await from.handOver('codes', person);
    const report = await receive(await dossierIn('codes'));
    expect(report).to.include({ loaded: 4, bad: 0 });
    expect(report.codes).to.have.deep.members([
      { list: 'standard_position', code: 'chuc_vu_la', name: 'Chức vụ lạ' },
      { list: 'discipline_form', code: null, name: null },
    ]);
    const here = await readHere(report.record);
    expect(here.findings.filter((f) => f.rule === 'code_invalid')).to.deep.equal([]);
    const form = form2c(here, '2015-01-01', to.world.references.at());
    expect(JSON.stringify(form.items.current_position.rows)).to.include('Chức vụ lạ');
    const stored = await to.world.log.readStream(personStream(report.record));
    expect(stored.map((e) => e.data).join()).not.to.include('hinh_thuc_la');
  });

  it('whoever has a record here is not taken in beside it: it is named, and added to when it is said to be his', async () => {
    const own = personId(9);
    await to.world.done(own, record(opened('2012-10-03', { givenName: 'Thử' })));
    const dossier = await dossierIn('bag');
    const refused = await receive(dossier, { namesakes: () => Promise.resolve([own]) }).catch((e: unknown) =>
      String(e),
    );
    expect(refused).to.include(own).and.include('--into').and.include('--new');
    const report = await receive(dossier, { into: own });
    expect(report).to.include({ record: own, bad: 0, loaded: CAREER.length - 1 });
    expect((await readHere(own)).lines.filter((l) => l.fact.action === 'record_opened')).to.have.length(1);
    const missing = await receive(dossier, { into: personId(99) }).catch((e: unknown) => String(e));
    expect(missing).to.include('no such record');
    expect((await to.world.log.readStream(personStream(personId(99)))).length).to.equal(0);
  });
});
