import { expect } from 'chai';
import { ACCOUNT, memoryService, type MemoryService } from '../support/api.js';

/** What these answers hold, as far as it is looked into. */
interface Told {
  readonly knownAt: { readonly sequence: number };
  readonly items: Readonly<Record<string, { value: unknown; facts: string[]; rows: { facts: string[] }[] }>>;
  readonly header: { readonly usingUnit: { readonly unit: string; readonly vi: string } };
  readonly sections: readonly { number: string; entries: { action: string; facts: string[] }[] }[];
  readonly complete: boolean | null;
  readonly lacks: readonly { code: string; number: string | null; vi: string; en: string; rule: string }[];
  readonly duties: readonly Readonly<Record<string, string | number | null>>[];
  readonly dues: readonly Readonly<Record<string, unknown>>[];
}

describe('Forms, completeness, deadlines and dues of a record on (E, K)', () => {
  let service: MemoryService;
  let api: MemoryService['client'];
  let unit: string;
  before(async () => {
    service = await memoryService();
    api = service.client;
    unit = await api.openUnit('R1', { level: 2 });
  });
  after(() => service.stop());

  const ask = async (path: string) =>
    (await api.must(200, api.get(`/v1/persons/${path}`))).body as unknown as Told;

  async function clerk(): Promise<{ id: string; hire: string; grade: string }> {
    const id = await api.open({ sex: 'male', dateOfBirth: '1975-03-15' });
    const hire = await api.fact(id, 'recruited', '2012-12-03', { unit, category: 'cong_chuc' });
    const grade = await api.fact(id, 'appointed_to_grade', '2013-01-01', { grade: '01.003', step: 1 });
    return { id, hire: hire.body.events[0]!.id, grade: grade.body.events[0]!.id };
  }

  it('form 2C: every item names the facts it comes from; what was not yet known is not on it', async () => {
    const { id, grade } = await clerk();
    const form = await ask(`${id}/forms/2c?asOf=2013-06-30`);
    expect(form.items['grade_code']).to.deep.include({ value: '01.003', facts: [grade] });
    expect(form.items['salary_history']!.rows.map((r) => r.facts)).to.deep.equal([[grade]]);
    expect(form.header.usingUnit).to.deep.include({ unit, vi: 'Đơn vị R1' });
    const before = await ask(`${id}/forms/2c?asOf=2013-06-30&knownAt=${form.knownAt.sequence - 1}`);
    expect(before.items['grade_code']).to.deep.include({ value: null, facts: [] });
  });

  it('the supplement of a period: what took effect in it, under its headings', async () => {
    const { id, grade } = await clerk();
    await api.fact(id, 'rewarded', '2013-11-20', { form: 'bang_khen_tinh' });
    const { sections } = await ask(`${id}/forms/supplement?from=2013-01-01&to=2013-12-31`);
    expect(sections.map((s) => s.number)).to.have.lengthOf(9);
    const entries = sections.flatMap((s) => s.entries.map((e) => [s.number, e.action]));
    expect(entries).to.deep.equal([
      ['III', 'rewarded'],
      ['VII', 'appointed_to_grade'],
    ]);
    expect(sections.find((s) => s.number === 'VII')?.entries[0]?.facts).to.deep.equal([grade]);
  });

  it('refuses a supplement without a period, or with one that ends before it begins', async () => {
    const { id } = await clerk();
    for (const query of [
      '',
      '?from=2013-01-01',
      '?from=2013-01-02&to=2013-01-01',
      '?from=2013&to=2014-01-01',
    ]) {
      const answer = await api.get(`/v1/persons/${id}/forms/supplement${query}`);
      expect([answer.status, answer.body.type], query).to.deep.equal([422, 'urn:hoso:problem:invalid']);
    }
    expect((await api.get(`/v1/persons/${id}/forms/2c?from=2013-01-01`)).status).to.equal(422);
  });

  it('the monthly salary: its parts with sources and facts; as known before the raise was entered, the old one', async () => {
    const { id, grade } = await clerk();
    const raise = await api.fact(id, 'step_raised_regular', '2016-01-01', { grade: '01.003', step: 2 });
    const told = (await ask(`${id}/salary?asOf=2016-05-01`)) as unknown as {
      knownAt: { sequence: number };
      base: object;
      parts: { by: string }[];
      salary: { total: string };
    };
    expect(told.base).to.deep.include({ amount: '1210000', source: 'NĐ 47/2016/NĐ-CP' });
    expect(told.parts.map((p) => p.by)).to.deep.equal([raise.body.events[0]!.id]);
    expect(told.salary.total).to.equal('3230700');
    const before = await ask(`${id}/salary?asOf=2016-05-01&knownAt=${told.knownAt.sequence - 1}`);
    expect(before).to.deep.include({ unknown: [] });
    expect(before).to.have.nested.property('parts[0].by', grade);
    expect(before).to.have.nested.property('salary.total', '2831400');
  });

  it('what is missing, with its number on the form, in both languages; nothing is asked of a leaver', async () => {
    const { id } = await clerk();
    const { complete, lacks } = await ask(`${id}/completeness?asOf=2013-06-30`);
    expect(complete).to.equal(false);
    expect(lacks).to.deep.include({
      code: 'item_hometown',
      number: '5',
      vi: 'Thiếu quê quán',
      en: 'The hometown is missing',
      facts: [],
      rule: null,
    });
    // On that day the change of grade was not entered yet, and neither was the record as a whole.
    expect(lacks.filter((l) => l.code === 'overdue_duty').map((l) => l.rule)).to.have.members([
      'R-10.1b',
      'R-10.2b',
    ]);
    await api.fact(id, 'left_service', '2014-01-01');
    expect(await ask(`${id}/completeness?asOf=2014-01-01`)).to.deep.include({ complete: null, lacks: [] });
  });

  it('a duty is open, then overdue, then done late: who owes it, and which account recorded it', async () => {
    const { id, hire, grade } = await clerk();
    const dutyOf = async (rule: string, day: string) =>
      (await ask(`${id}/deadlines?asOf=${day}`)).duties.find((d) => d['rule'] === rule);
    expect(await dutyOf('R-10.1b', '2012-12-02')).to.equal(undefined);
    expect(await dutyOf('R-10.1b', '2013-02-01')).to.deep.include({
      fact: hire,
      due: '2013-02-05',
      standing: 'open',
      daysLeft: 4,
      daysLate: 0,
      owes: unit,
      owedBy: unit,
    });
    expect(await dutyOf('R-10.1b', '2013-02-06')).to.deep.include({ standing: 'overdue', daysLeft: -1 });
    const entered = await ask(`${id}/deadlines`);
    const late = entered.duties.find((d) => d['fact'] === grade)!;
    expect(late).to.deep.include({ standing: 'done_late', doneBy: grade, doneAccount: ACCOUNT });
    expect(late['daysLate']).to.be.greaterThan(4000);
    expect(late['vi']).to.equal('Cập nhật thay đổi vào hồ sơ');
  });

  it('an open duty passes to the unit into which the debtor was merged', async () => {
    const [old, next] = [await api.openUnit('R2', { level: 2 }), await api.openUnit('R3', { level: 2 })];
    const id = await api.open();
    await api.fact(id, 'recruited', '2013-01-02', { unit: old });
    const merge = { effective: '2014-01-01', data: { into: next } };
    const etag = (await api.get(`/v1/units/${old}`)).headers['etag'];
    await api.must(200, api.post(`/v1/units/${old}/merge`, merge, { 'if-match': String(etag) }));
    const owed = async (day: string) => (await ask(`${id}/deadlines?asOf=${day}`)).duties[0];
    expect(await owed('2013-12-31')).to.deep.include({ owes: old, owedBy: old });
    expect(await owed('2014-01-01')).to.deep.include({ owes: old, owedBy: next });
  });

  it('the notice of a year to come, loaded over HTTP, moves what is due in it; as known before, it is as it was', async () => {
    const { id } = await clerk();
    await api.fact(id, 'rewarded', '2031-03-03', { form: 'bang_khen_tinh' });
    const path = '/v1/catalogues/working_day_calendar';
    const due = async (query = '') =>
      (await ask(`${id}/deadlines?asOf=2031-03-04${query}`)).duties.find(
        (d) => d['trigger'] === '2031-03-03',
      )!['due'];
    const before = (await ask(`${id}/deadlines`)).knownAt.sequence;
    expect(await due()).to.equal('2031-03-17');
    const load = async (code: string, attributes: object) => {
      const entry = {
        code,
        name: 'Nghỉ theo thông báo',
        source: '1234/TB-BNV',
        validFrom: code.slice(0, 10),
        validTo: code.slice(0, 10),
        confirmed: true,
        attributes,
      };
      const { headers } = await api.get(path);
      return api.post(`${path}/entries`, entry, { 'if-match': String(headers['etag']) });
    };
    await api.must(200, load('2031-03-10', { kind: 'swapped_off' }));
    expect(await due()).to.equal('2031-03-18');
    // Sunday the 16th is worked in exchange.
    await api.must(200, load('2031-03-16', { kind: 'worked' }));
    expect(await due()).to.equal('2031-03-17');
    expect(await due(`&knownAt=${before}`)).to.equal('2031-03-17');
    const closure = { kind: 'local_closure', scope: 'R1', stops_clocks: 'true' };
    await api.must(200, load('2031-03-12.R1', closure));
    expect(await due()).to.equal('2031-03-18');
    for (const [code, attributes] of [
      ['2031-03-13.R1', { kind: 'holiday' }],
      ['2031-03-13', { kind: 'nghỉ' }],
      ['2031-03-13', closure],
    ] as const) {
      const refused = await load(code, attributes);
      expect([refused.status, refused.body.errors[0]?.rule], code).to.deep.equal([
        422,
        'calendar_day_invalid',
      ]);
    }
  });

  it('what falls due: the next step with its list and reasons, and retirement', async () => {
    const { id, grade } = await clerk();
    const { dues } = await ask(`${id}/dues?asOf=2014-01-01`);
    expect(dues).to.have.lengthOf(2);
    expect(dues[0]).to.deep.include({
      kind: 'regular_step',
      fact: grade,
      due: '2016-01-01',
      daysLeft: 730,
      list: 'automatic',
      reasons: [],
      subject: '01.003 1',
    });
    expect(dues[1]).to.deep.include({ kind: 'retirement', due: '2037-03-31', stage: 'eligible', list: null });
    const cause = await api.fact(id, 'disciplined', '2014-06-01', { side: 'state', form: 'cc_khien_trach' });
    const [step] = (await ask(`${id}/dues?asOf=2014-07-01`)).dues;
    expect(step).to.deep.include({ due: '2016-07-01', earliest: '2016-01-01', list: 'needs_decision' });
    expect(step!['reasons']).to.deep.equal([{ by: cause.body.events[0]!.id, kind: 'discipline', months: 6 }]);
    expect((await ask(`${id}/dues?asOf=2016-07-02`)).dues[0]).to.deep.include({
      list: 'overdue',
      daysLeft: -1,
    });
  });

  it('repeats itself byte for byte at its K, whatever was recorded since', async () => {
    const { id } = await clerk();
    const views = [
      'forms/2c?',
      'forms/supplement?from=2013-01-01&to=2020-01-01&',
      'completeness?',
      'deadlines?',
      'dues?',
    ];
    for (const view of views) {
      const day = view.includes('from') ? '' : '&asOf=2020-01-01';
      const now = await api.must(200, api.get(`/v1/persons/${id}/${view}${day}`));
      await api.fact(id, 'remarked', '2014-01-01', { remark: 'Hoàn thành tốt' });
      const again = await api.get(`/v1/persons/${id}/${view}${day}&knownAt=${now.body.knownAt.sequence}`);
      expect(again.text, view).to.equal(now.text);
    }
  });
});
