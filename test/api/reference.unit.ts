import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { memoryService, type Answer, type MemoryService } from '../support/api.js';

const NEW = { 'if-none-match': '*' };

describe('Units and lists over HTTP', () => {
  let service: MemoryService;
  let api: MemoryService['client'];
  before(async () => {
    service = await memoryService();
    api = service.client;
  });
  after(() => service.stop());

  /** A command on a unit or list as it is now. */
  async function on(
    place: string,
    path: string,
    body: object,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const etag = String((await api.get(`/v1/${place}?asOf=2030-01-01`)).headers['etag']);
    return api.post(`/v1/${place}/${path}`, body, { 'if-match': etag, ...headers });
  }
  const head = async () => (await service.log.head()).sequence;

  it('opens, renames, moves and closes a unit: the name of that day stays the name of that day', async () => {
    const parent = await api.openUnit('SNV');
    const unit = await api.openUnit('SNV.1', { parent, name: 'Phòng Tổ chức' });
    const paper = { number: '7/QĐ' };
    await api.must(
      200,
      on(`units/${unit}`, 'rename', {
        effective: '2015-01-01',
        document: paper,
        data: { name: 'Phòng Công chức' },
      }),
    );
    const closed = await api.must(200, on(`units/${unit}`, 'close', { effective: '2020-01-01' }));
    const at = async (day: string) => (await api.get(`/v1/units/${unit}?asOf=${day}`)).body;
    expect(await at('2014-12-31')).to.deep.include({
      name: 'Phòng Tổ chức',
      exists: true,
      parent,
      agency: parent,
    });
    expect(await at('2015-01-01')).to.deep.include({ name: 'Phòng Công chức', exists: true });
    expect(await at('2020-01-01')).to.deep.include({ exists: false });
    const k = closed.body.sequence - 1;
    expect((await api.get(`/v1/units/${unit}?asOf=2020-01-01&knownAt=${k}`)).body).to.deep.include({
      exists: true,
    });
    const listed = (await api.get('/v1/units?asOf=2020-01-01')).body.units as readonly { id: string }[];
    expect(listed.map((u) => u.id))
      .to.include(parent)
      .and.not.include(unit);
    const rescinded = await on(`units/${unit}`, 'rescissions', { target: closed.body.events[0]!.id });
    expect(rescinded.status).to.equal(200);
    expect(await at('2020-01-01')).to.deep.include({ exists: true });
  });

  it('a unit’s day counts for a transfer: it must exist then', async () => {
    const unit = await api.openUnit('T1');
    await api.must(200, on(`units/${unit}`, 'close', { effective: '2015-01-01' }));
    const id = await api.open();
    await api.fact(id, 'recruited', '2013-01-01', { unit });
    const transfer = (day: string) =>
      api.act(id, 'actions/transferred', {
        effective: day,
        document: { number: '1/QĐ' },
        data: { toUnit: unit },
      });
    expect((await transfer('2014-12-31')).status).to.equal(200);
    expect((await transfer('2015-01-01')).body.errors[0]!.rule).to.equal('unit_invalid');
  });

  it('corrects a fact of a unit', async () => {
    const opened = await api.post(
      '/v1/units',
      { effective: '2001-01-01', data: { code: 'C1', name: 'Sai', type: 'unlisted' } },
      NEW,
    );
    const { id } = opened.body as { id: string };
    const target = opened.body.events[0]!.id;
    const fact = {
      type: 'unit_opened',
      effective: '2001-01-01',
      data: { code: 'C1', name: 'Đúng', type: 'unlisted' },
    };
    await api.must(200, on(`units/${id}`, 'corrections', { target, fact }));
    expect((await api.get(`/v1/units/${id}`)).body.name).to.equal('Đúng');
    expect(
      (await on(`units/${id}`, 'corrections', { target, fact: { ...fact, type: 'unit_teleported' } })).status,
    ).to.equal(422);
  });

  it('keeps the rules of every command: key, revision, body', async () => {
    const key = { ...NEW, 'idempotency-key': randomUUID() };
    const body = { effective: '2001-01-01', data: { code: 'K1', name: 'Một', type: 'unlisted' } };
    const first = await api.must(201, api.post('/v1/units', body, key));
    const after = await head();
    const again = await api.must(200, api.post('/v1/units', body, key));
    expect(again.body).to.deep.equal(first.body);
    expect((await api.post('/v1/units', { ...body, effective: '2002-01-01' }, key)).body.type).to.equal(
      'urn:hoso:problem:key-reused',
    );
    const { id } = first.body as { id: string };
    expect((await api.post(`/v1/units/${id}/close`, { effective: '2020-01-01' })).status).to.equal(428);
    const stale = await api.post(`/v1/units/${id}/close`, { effective: '2020-01-01' }, { 'if-match': '"3"' });
    expect([stale.status, stale.body.revision]).to.deep.equal([412, 0]);
    expect(
      (await api.post(`/v1/units/${randomUUID()}/close`, { effective: '2020-01-01' }, { 'if-match': '"0"' }))
        .status,
    ).to.equal(404);
    const bad = await on(`units/${id}`, 'close', { data: { why: 1 } });
    expect(bad.body.errors.map((e) => e.pointer)).to.have.members(['/effective', '/data/why']);
    const early = await on(`units/${id}`, 'rename', { effective: '1999-01-01', data: { name: 'Hai' } });
    expect(early.body.errors[0]!)
      .to.include({ rule: 'before_unit_opened' })
      .and.include.keys('vi', 'en', 'source', 'facts');
    const renames = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        api.post(
          `/v1/units/${id}/rename`,
          { effective: '2003-01-01', data: { name: `Tên ${i}` } },
          { 'if-match': '"0"' },
        ),
      ),
    );
    expect(renames.filter((a) => a.status === 200)).to.have.length(1);
    expect(renames.filter((a) => a.status === 412)).to.have.length(7);
    expect(await head()).to.equal(after + 1);
  });

  it('adds, corrects, ends and rescinds entries of a list, and says when it is complete', async () => {
    const list = 'catalogues/leaving_reason';
    const entry = {
      code: 'tu_chuc',
      name: 'Từ chức',
      source: 'Luật CBCC 2008 Đ.30',
      confirmed: true,
      validFrom: '2010-01-01',
    };
    const added = await api.must(200, on(list, 'entries', entry));
    const target = added.body.events[0]!.id;
    const shown = async (day: string) =>
      ((await api.get(`/v1/${list}?asOf=${day}`)).body.entries as { code: string; name: string }[]).find(
        (e) => e.code === 'tu_chuc',
      );
    expect(await shown('2009-12-31')).to.equal(undefined);
    expect(await shown('2010-01-01')).to.deep.equal({ id: target, ...entry });
    expect((await on(list, 'entries', { ...entry, name: 'Khác' })).body.errors[0]!.rule).to.equal(
      'entry_overlaps',
    );
    await api.must(
      200,
      on(list, 'corrections', { target, entry: { ...entry, name: 'Từ chức, miễn nhiệm' } }),
    );
    await api.must(200, on(list, 'ends', { target, validTo: '2020-12-31', source: 'Luật khác' }));
    expect(await shown('2021-01-01')).to.equal(undefined);
    expect((await shown('2020-12-31'))?.name).to.equal('Từ chức, miễn nhiệm');
    await api.must(200, on(list, 'coverage', { from: '2010-01-01', source: 'thử', why: 'mọi mục đã có' }));
    const id = await api.open();
    await api.fact(id, 'recruited', '2012-01-01');
    const left = await api.act(id, 'actions/left_service', {
      effective: '2013-01-01',
      document: { number: '1/QĐ' },
      data: { reason: 'chua_co' },
    });
    expect(left.body.errors[0]!).to.include({ rule: 'code_invalid', pointer: '/data/reason' });
    await api.must(200, on(list, 'rescissions', { target }));
    expect(await shown('2015-01-01')).to.equal(undefined);
  });

  it('begins a list of its own', async () => {
    const entry = { code: 'a', name: 'A', source: 'thử', confirmed: false, attributes: { ghi_chu: 'x' } };
    expect(
      (await api.post('/v1/catalogues/danh_muc_moi/entries', entry, { 'if-match': '"0"' })).status,
    ).to.equal(404);
    await api.must(201, api.post('/v1/catalogues/danh_muc_moi/entries', entry, NEW));
    expect((await api.get('/v1/catalogues/danh_muc_moi')).body.entries).to.have.length(1);
    expect((await api.get('/v1/catalogues')).body.lists.map((l) => l.list)).to.include('danh_muc_moi');
    for (const bad of [
      { confirmed: 'yes' },
      { attributes: [] },
      { attributes: { A: 'x' } },
      { attributes: { a: 1 } },
      { code: '' },
      { validFrom: '2013' },
      { x: 1 },
    ])
      expect(
        (await on('catalogues/danh_muc_moi', 'entries', { ...entry, ...bad })).status,
        JSON.stringify(bad),
      ).to.equal(422);
    expect((await api.get('/v1/catalogues/khong_co')).status).to.equal(404);
    expect((await api.post('/v1/catalogues/%20/entries', entry, NEW)).status).to.equal(404);
    expect((await api.get('/v1/units/x')).status).to.equal(404);
  });
});
