import { expect } from 'chai';
import pg from 'pg';
import type { AccountFact } from '../../src/access/facts.js';
import { dayInVietnam, plusDays, plusMonths, type Day } from '../../src/dates.js';
import { FIELD_GROUPS, type FieldGroup } from '../../src/fieldGroups.js';
import { ACCOUNT, type Answer, type Client } from '../support/api.js';
import type { TestService } from '../support/service.js';
import { today, wholePerson } from '../support/wholePerson.js';

/** What these answers hold, as far as it is looked into. */
interface Told {
  readonly inService: number;
  readonly complete: number;
  readonly incomplete: number;
  readonly lacks: readonly { code: string; number: string | null; en: string; persons: number }[];
  readonly persons: readonly { person: string; unit: string; lacks: { code: string; facts: string[] }[] }[];
  readonly counts: readonly Readonly<Record<string, unknown>>[];
  readonly dues: readonly Readonly<Record<string, unknown>>[];
  readonly months: readonly Readonly<Record<string, unknown>>[];
  readonly duties: readonly Readonly<Record<string, unknown>>[];
  readonly officers: readonly Readonly<Record<string, unknown>>[];
  readonly records: readonly Readonly<Record<string, unknown>>[];
  readonly next: string | null;
}

/** Lists by unit, on a service that runs already: it takes long to start. */
export function listsByUnit(running: () => TestService): void {
  const now = today();
  let service: TestService;
  let api: Client;
  let city: string;
  let token: string;
  before(async () => {
    service = running();
    api = service.client;
    city = await api.openUnit('TP', { level: 0 });
    // The models are built for the first time: the law that is shipped is in the log already.
    await built();
  });

  const comes = async (isSo: () => Promise<boolean>) => {
    const deadline = Date.now() + 15_000;
    while (!(await isSo()))
      if (Date.now() > deadline) throw new Error('it did not come to be');
      else await new Promise((resolve) => setTimeout(resolve, 50));
  };
  const built = async () => {
    const deadline = Date.now() + 30_000;
    while ((await api.get(`/v1/units/${city}/deadlines`)).status !== 200 || (await lag()) > 0)
      if (Date.now() > deadline) throw new Error('the read models are not built');
      else await new Promise((resolve) => setTimeout(resolve, 50));
  };
  const lag = async () => {
    const text = (await api.send('GET', '/metrics')).text;
    const lags = [...text.matchAll(/hoso_projection_lag_events\{.*\} (\d+)/g)].map((m) => Number(m[1]));
    return lags.reduce((all, one) => all + one, 0);
  };
  const told = ({ body }: Answer) => body as unknown as Told;
  /** A list that holds all that was recorded up to the last write. */
  const list = async (unit: string, name: string, query = '') =>
    told(await api.must(200, api.get(`/v1/units/${unit}/${name}?token=${token}&${query}`)));
  /** A fact; its id. */
  const fact = async (person: string, action: string, effective: Day, data: object = {}): Promise<string> => {
    const { body } = await api.fact(person, action, effective, data);
    token = body.token;
    return body.events[0]!.id;
  };
  const onUnit = async (unit: string, path: string, body: object): Promise<string> => {
    const etag = String((await api.get(`/v1/units/${unit}`)).headers['etag']);
    const done = await api.must(200, api.post(`/v1/units/${unit}/${path}`, body, { 'if-match': etag }));
    token = done.body.token;
    return done.body.events[0]!.id;
  };
  const clerk = async (unit: string, more: object = {}): Promise<string> => {
    const person = await api.open({ sex: 'male', dateOfBirth: '1990-03-15', ...more });
    await fact(person, 'recruited', '2012-01-01', { unit, category: 'cong_chuc' });
    return person;
  };
  /** The headers of a caller with these rights. */
  const signedIn = async (name: string, facts: readonly AccountFact[]) => {
    const { accounts, logins } = service.core.access;
    const id = accounts.idOf(name);
    const created: AccountFact = { type: 'account_created', data: { kind: 'person', name } };
    const actor = { account: id, unit: city, client: 'test' };
    const account = await accounts.record(id, [created, ...facts], 'made', { actor });
    const begun = await logins.begin(account, account.assignments[0]?.unit ?? null, 'full');
    return { id, who: { authorization: `Bearer ${begun.token}` } };
  };
  const assigned = (unit: string): AccountFact => ({
    type: 'account_assigned',
    data: { unit, right: 'update', reach: 'unit', decision: '1/QĐ', from: '2020-01-01' },
  });

  describe('completeness', () => {
    let unit: string;
    let whole: string;
    const persons: string[] = [];
    before(async () => {
      unit = await api.openUnit('HS', { level: 2, parent: city });
      whole = await wholePerson(api, unit);
      for (let i = 0; i < 3; i++) persons.push(await clerk(unit));
      persons.sort();
      await fact(persons[0]!, 'personal_info_changed', '2013-01-01', { ethnicity: 'kinh' });
    });

    it('counts who is in service and how many lack what; tells each record that lacks something, with reasons', async () => {
      const { inService, complete, incomplete, lacks, persons: found } = await list(unit, 'completeness');
      expect({ inService, complete, incomplete }).to.deep.equal({ inService: 4, complete: 1, incomplete: 3 });
      const lack = (code: string) => lacks.find((l) => l.code === code);
      expect(lack('item_hometown')).to.deep.include({
        number: '5',
        en: 'The hometown is missing',
        persons: 3,
      });
      expect(lack('item_ethnicity')).to.deep.include({ number: '6', persons: 2 });
      expect(found.map((p) => p.person)).to.deep.equal(persons);
      expect(found.map((p) => p.person)).to.not.include(whole);
      expect(found[0]!.lacks.map((l) => l.code))
        .to.include('item_hometown')
        .and.not.include('item_ethnicity');
    });

    it('narrows to what is lacking; pages so that nobody is told twice or left out', async () => {
      expect(
        (await list(unit, 'completeness', 'lack=item_ethnicity')).persons.map((p) => p.person),
      ).to.deep.equal(persons.slice(1));
      const met: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: Told = await list(
          unit,
          'completeness',
          `limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`,
        );
        met.push(...page.persons.map((p) => p.person));
        cursor = page.next;
      }
      expect(met).to.deep.equal(persons);
    });

    it('of a day ahead: the reconciliation has expired; a day that is past is refused', async () => {
      // Checked on the day it was recorded, which may have come after these tests began.
      const later = plusDays(plusMonths(today(), 12), 1);
      expect(await list(unit, 'completeness', `asOf=${later}`)).to.deep.include({
        inService: 4,
        complete: 0,
      });
      for (const name of ['completeness', 'dues', 'retirements']) {
        const refused = await api.get(`/v1/units/${unit}/${name}?asOf=${plusDays(now, -1)}`);
        expect([refused.status, refused.body.errors[0]?.rule], name).to.deep.equal([422, 'past_day']);
      }
    });
  });

  describe('dues', () => {
    let unit: string;
    const who: Record<string, string> = {};
    before(async () => {
      unit = await api.openUnit('DH', { level: 2, parent: city });
      const graded = async (name: string, months: number, step = 1) => {
        const person = await clerk(unit);
        who[name] = person;
        const since = plusMonths(now, -months);
        return fact(person, 'appointed_to_grade', since, { grade: '01.003', step });
      };
      await graded('automatic', 30);
      await graded('overdue', 40);
      await graded('lengthened', 30);
      await fact(who['lengthened']!, 'disciplined', plusMonths(now, -1), {
        side: 'state',
        form: 'cc_khien_trach',
      });
      const grade = await graded('blocked', 30);
      await fact(who['blocked']!, 'disputed', now, { fact: grade });
      await graded('far', 1);
      await graded('last', 24, 9);
      const ends = plusMonths(now, 2);
      const labour = await api.open();
      who['contract'] = labour;
      await fact(labour, 'recruited', '2013-01-01', { unit, category: 'contract_nd68' });
      await fact(labour, 'labour_contract_signed', '2024-01-01', { type: 'xac_dinh_thoi_han', until: ends });
      await fact(who['automatic']!, 'seconded', plusMonths(now, -10), { hostUnit: city, until: ends });
      await fact(who['overdue']!, 'appointed_to_position', plusMonths(now, -58), {
        position: 'truong_phong',
        unit,
        termEnds: ends,
      });
    });

    it('regular steps stand in four lists: automatic, needing a decision, overdue, blocked with the reason', async () => {
      const inList = async (name: string) =>
        (await list(unit, 'dues', `kind=regular_step&list=${name}`)).dues;
      expect(await inList('automatic')).to.have.lengthOf(1);
      expect((await inList('automatic'))[0]).to.deep.include({
        person: who['automatic'],
        unit,
        due: plusMonths(now, 6),
        list: 'automatic',
        subject: '01.003 1',
      });
      const [decision] = await inList('needs_decision');
      expect(decision).to.include({ person: who['lengthened'], earliest: plusMonths(now, 6) });
      expect(decision!['reasons']).to.have.lengthOf(1);
      expect((await inList('overdue')).map((d) => d['person'])).to.deep.equal([who['overdue']]);
      expect((await inList('blocked')).map((d) => [d['person'], d['blocked']])).to.deep.equal([
        [who['blocked'], 'disputed'],
      ]);
    });

    it('counts by kind and list over the period; beyond-frame, disciplines, contracts, secondments and terms too', async () => {
      const { counts } = await list(unit, 'dues');
      const counted = counts.map((c) => [c['kind'], c['list'] ?? c['stage'], c['count']]);
      expect(counted).to.deep.include.members([
        ['regular_step', 'automatic', 1],
        ['regular_step', 'needs_decision', 1],
        ['regular_step', 'overdue', 1],
        ['regular_step', 'blocked', 1],
        ['beyond_frame', null, 1],
        ['discipline_lapse', null, 1],
        ['contract_end', null, 1],
        ['secondment_end', null, 1],
        ['term_end', null, 1],
      ]);
      const far = await list(unit, 'dues', `kind=regular_step&to=${plusMonths(now, 36)}`);
      expect(far.dues.map((d) => d['person'])).to.include(who['far']);
    });

    it('come by day, what has none last, a page at a time; only those of the period', async () => {
      const all = await list(unit, 'dues');
      const days = all.dues.map((d) => (d['due'] as string | null) ?? '9999');
      expect(days).to.deep.equal([...days].sort());
      const met: unknown[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: Told = await list(unit, 'dues', `limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
        met.push(...page.dues);
        cursor = page.next;
      }
      expect(met).to.deep.equal(all.dues);
      const period = await list(unit, 'dues', `from=${now}&to=${plusMonths(now, 3)}`);
      expect(new Set(period.dues.map((d) => d['kind']))).to.deep.equal(
        new Set(['contract_end', 'secondment_end', 'term_end']),
      );
    });

    it('of a day ahead, as the state of that day has it: what is automatic today is overdue then', async () => {
      const { dues } = await list(unit, 'dues', `kind=regular_step&list=overdue&asOf=${plusMonths(now, 7)}`);
      expect(dues.map((d) => d['person'])).to.have.members([who['automatic'], who['overdue']]);
    });

    it('refuse an unknown kind, a period that ends before it begins, and a parameter that is not theirs', async () => {
      for (const query of ['kind=x', 'list=x', `from=${now}&to=${plusDays(now, -1)}`, 'from=2020', 'years=1'])
        expect((await api.get(`/v1/units/${unit}/dues?${query}`)).status, query).to.equal(422);
    });
  });

  it('retirements ahead by month and unit: eligible, notified, put back', async () => {
    const top = await api.openUnit('NH', { level: 2, parent: city });
    const school = await api.openUnit('NH.1', { level: 1, parent: top });
    const born = (months: number) => plusMonths(now, -12 * 62 + months);
    await clerk(top, { dateOfBirth: born(6) });
    await clerk(top, { dateOfBirth: born(6) });
    const notified = await clerk(school, { dateOfBirth: born(6) });
    const eligible = await list(top, 'retirements', 'below=true');
    expect(eligible.months.map((m) => [m['unit'], m['eligible']])).to.have.deep.members([
      [top, 2],
      [school, 1],
    ]);
    const month = eligible.months.find((m) => m['unit'] === school)!['month'] as string;
    await fact(notified, 'retirement_notified', plusMonths(now, -1), { retirement: month });
    expect((await list(school, 'retirements')).months).to.deep.equal([
      { month, unit: school, eligible: 0, notified: 1, postponed: 0, disputed: 0 },
    ]);
    const until = plusMonths(`${month}-01`, 3);
    await fact(notified, 'postponed_retirement', now, { until });
    expect((await list(school, 'retirements')).months).to.deep.equal([
      { month: until.slice(0, 7), unit: school, eligible: 0, notified: 0, postponed: 1, disputed: 0 },
    ]);
    expect((await list(top, 'retirements')).months).to.have.lengthOf(1);
    expect((await api.get(`/v1/units/${top}/retirements?years=0`)).status).to.equal(422);
  });

  describe('deadlines', () => {
    let unit: string;
    let person: string;
    let late: string;
    let recorded: Day;
    before(async () => {
      unit = await api.openUnit('TH', { level: 2, parent: city });
      await onUnit(unit, 'go-live', { effective: plusMonths(now, -5), data: {} });
      person = await api.open();
      await fact(person, 'recruited', plusDays(now, -10), { unit, category: 'cong_chuc' });
      late = await fact(await clerk(unit), 'rewarded', plusMonths(now, -3), { form: 'bang_khen_tinh' });
      const [event] = await service.core.log.readEvents([late]);
      recorded = dayInVietnam(event!.recordedAt);
    });
    const onRecords = async (query = '') =>
      (await list(unit, 'deadlines', query)).duties.filter((d) => d['person'] !== null);

    it('tell what is open, overdue, done and done late, who owes it and who did it', async () => {
      const all = await onRecords();
      expect(all.map((d) => [d['rule'], d['standing']])).to.have.deep.members([
        ['R-10.1b', 'open'],
        ['R-10.2b', 'done_late'],
      ]);
      expect(all.find((d) => d['rule'] === 'R-10.1b')).to.include({
        person,
        owes: unit,
        owedBy: unit,
        doneOn: null,
      });
      const [slow] = await onRecords('standing=done_late');
      expect(slow).to.include({
        fact: late,
        action: 'rewarded',
        doneOn: recorded,
        doneBy: late,
        doneAccount: ACCOUNT,
      });
      expect(slow!['daysLate']).to.be.greaterThan(60);
      const [overdue] = await onRecords(`standing=overdue&asOf=${plusMonths(now, 4)}`);
      expect(overdue).to.include({ rule: 'R-10.1b', standing: 'overdue' });
      expect(await onRecords(`asOf=${plusMonths(now, -2)}`)).to.have.lengthOf(1);
    });

    it('hold the agency’s own: the monthly check and the reports, stopped by its events', async () => {
      const own = async (query = '') =>
        (await list(unit, 'deadlines', query)).duties.filter((d) => d['person'] === null);
      const month = plusMonths(`${now.slice(0, 7)}-01`, -2).slice(0, 7);
      const check = (await own()).find((d) => d['rule'] === 'R-15.4' && String(d['due']).startsWith(month));
      expect(check).to.include({ standing: 'overdue', owes: unit, fact: null });
      expect(check!['daysLeft']).to.be.lessThan(0);
      const done = await onUnit(unit, 'checks', { effective: now, data: { month } });
      const [told] = (await own('rule=R-15.4&standing=done_late')).filter((d) => d['doneBy'] === done);
      expect(told).to.include({ due: check!['due'], doneOn: now, doneAccount: ACCOUNT, daysLeft: null });
      const [report] = await own('rule=R-14.1&standing=open');
      expect(report!['due']).to.match(/-05-24$|-12-14$/);
      await onUnit(unit, 'reports', { effective: now, data: { due: report!['due'] } });
      expect(await own('rule=R-14.1&standing=open')).to.deep.equal([]);
      expect(await own('rule=R-14.1&standing=done')).to.have.lengthOf(1);
      // The next one, from the day after this one is due.
      const next = await own(`rule=R-14.1&standing=open&asOf=${plusDays(String(report!['due']), 1)}`);
      expect(next[0]!['due']).to.not.equal(report!['due']);
    });

    it('count by rule, and by the officer: what is open of the agencies assigned, what the account did', async () => {
      const { id } = await signedIn('thu', [assigned(unit)]);
      const { counts, officers } = await list(unit, 'deadlines', 'officers=true');
      expect(counts.find((c) => c['rule'] === 'R-10.1b')).to.include({ open: 1, overdue: 0, done: 0 });
      const mine = officers.find((o) => o['account'] === id)!;
      expect(mine['open']).to.be.greaterThan(0);
      expect(mine).to.include({ done: 0, done_late: 0 });
      expect(officers.find((o) => o['account'] === ACCOUNT)!['done_late']).to.be.greaterThan(0);
      const ofThu = (await list(unit, 'deadlines', `officer=${id}`)).duties;
      expect(new Set(ofThu.map((d) => d['standing']))).to.deep.equal(new Set(['open', 'overdue']));
      const ofTest = (await list(unit, 'deadlines', `officer=${ACCOUNT}`)).duties;
      expect(ofTest.map((d) => d['doneAccount']))
        .to.include(ACCOUNT)
        .and.not.include(null);
    });

    it('pass to the unit into which the debtor was merged, which closes what was left open', async () => {
      const old = await api.openUnit('CU', { level: 2, parent: city });
      const next = await api.openUnit('MOI', { level: 2, parent: city });
      await onUnit(next, 'go-live', { effective: plusMonths(now, -8), data: {} });
      await onUnit(old, 'go-live', { effective: plusMonths(now, -8), data: {} });
      await onUnit(old, 'merge', { effective: plusMonths(now, -1), data: { into: next } });
      const owed = (query: string) => list(next, 'deadlines', `rule=R-15.4&${query}`);
      const open = (await owed('standing=overdue')).duties.find((d) => d['owes'] === old)!;
      expect(open).to.include({ owes: old, owedBy: next });
      const month = String(open['due']).slice(0, 7);
      await onUnit(old, 'checks', { effective: now, data: { month } });
      const closed = (await owed('standing=done_late')).duties.find((d) => d['owes'] === old);
      expect(closed).to.include({ due: open['due'], doneOn: now });
    });

    it('refuse days that nobody can tell yet, and words that are not theirs', async () => {
      for (const query of [
        'asOf=2051-01-01',
        'standing=late',
        'rule=R-1',
        'officer=x',
        'officers=1',
        'kind=x',
      ])
        expect((await api.get(`/v1/units/${unit}/deadlines?${query}`)).status, query).to.equal(422);
    });
  });

  it('early raises of a year: places, limit, who is over it as a finding; a rescission frees a place', async () => {
    const unit = await api.openUnit('NL', { level: 2, parent: city });
    const year = Number(now.slice(0, 4));
    await onUnit(unit, 'payroll', { effective: `${year}-01-05`, data: { year: year - 1, count: 19 } });
    const persons: string[] = [];
    const raises: string[] = [];
    for (let i = 0; i < 2; i++) {
      const person = await clerk(unit);
      await fact(person, 'appointed_to_grade', plusMonths(now, -30), { grade: '01.003', step: 1 });
      persons.push(person);
      raises.push(
        await fact(person, 'step_raised_early', now, { grade: '01.003', step: 2, reason: 'excellent' }),
      );
    }
    interface Places {
      readonly limit: number;
      readonly taken: number;
      readonly free: number;
      readonly places: readonly {
        person: string;
        holder: string;
        by: string;
        over: boolean;
        rank: number;
        achievement: object | null;
      }[];
    }
    const places = async () =>
      (await api.must(200, api.get(`/v1/units/${unit}/early-raises`))).body as unknown as Places;
    const over = async () =>
      (await api.must(200, api.get(`/v1/units/${unit}/findings?token=${token}`))).body.findings
        .filter((f) => f.rule === 'quota_exhausted')
        .map((f) => [f.person, f.fact]);
    // What follows the log takes the places a moment later.
    await comes(async () => (await places()).taken === 2 && (await over()).length === 1);
    const { limit, free, places: held } = await places();
    expect({ limit, free }).to.deep.equal({ limit: 1, free: 0 });
    // Neither rests on an achievement: they are equal.
    expect(held.map((p) => [p.rank, p.achievement])).to.deep.equal([
      [1, null],
      [1, null],
    ]);
    expect(held.map((p) => [p.holder, p.over])).to.deep.equal([
      ['fact', false],
      ['fact', true],
    ]);
    const last = persons.indexOf(held[1]!.person);
    expect(await over()).to.deep.equal([[persons[last], raises[last]]]);
    // The agency above has nine persons of this payroll and one of another: a raise, which it gives to whom it likes.
    expect(await places()).to.deep.include({ own: 1, allotted: 0, pooled: 9 });
    const other = await api.openUnit('NK', { level: 2, parent: city });
    await onUnit(other, 'payroll', { effective: `${year}-01-05`, data: { year: year - 1, count: 11 } });
    const give = (count: number) =>
      onUnit(city, 'early-raise-allotments', { effective: now, data: { year, to: unit, count } });
    await give(1);
    await comes(async () => (await over()).length === 0);
    expect(await places()).to.deep.include({ limit: 2, own: 1, allotted: 1, free: 0 });
    const above = (await api.must(200, api.get(`/v1/units/${city}/early-raises`))).body;
    expect((above as unknown as { pool: object }).pool).to.include({ allotted: 1 });
    await give(0);
    await comes(async () => (await over()).length === 1);
    const first = persons.indexOf(held[0]!.person);
    const rescission = { target: raises[first], reason: 'ghi nhầm' };
    token = (await api.must(200, api.act(persons[first]!, 'rescissions', rescission))).body.token;
    await comes(async () => (await places()).taken === 1 && (await over()).length === 0);
    expect((await places()).places).to.deep.include({ ...held[1]!, over: false });
    expect((await api.get(`/v1/units/${unit}/early-raises?year=99`)).status).to.equal(422);
  });

  it('records on their way: the tasks of the sending and of the receiving agency, step by step', async () => {
    const [from, to] = [
      await api.openUnit('DI', { level: 2, parent: city }),
      await api.openUnit('DEN', { level: 2, parent: city }),
    ];
    const person = await clerk(from);
    const day = (n: number) => plusDays(now, n - 10);
    const tasks = async (unit: string) =>
      (await list(unit, 'movements')).records.map((r) => [r['list'], r['person']]);
    const transfer = await fact(person, 'transferred', day(0), { toUnit: to });
    const sending = await list(city, 'movements');
    expect(sending.records.map((r) => [r['list'], r['transfer']])).to.deep.equal([['to_send', transfer]]);
    await fact(person, 'record_sent', day(1), { from, to, transfer });
    expect(await tasks(city)).to.deep.equal([]);
    expect(await tasks(from)).to.deep.equal([['sent', person]]);
    expect(await tasks(to)).to.deep.equal([['to_accept', person]]);
    const [waiting] = (await list(to, 'movements')).records;
    expect(waiting).to.include({ from, to, transfer, since: day(1) });
    expect(waiting!['daysLeft']).to.be.greaterThan(15);
    await fact(person, 'record_refused', day(2), { reason: 'thiếu' });
    expect(await tasks(from)).to.deep.equal([['refused', person]]);
    expect(await tasks(to)).to.deep.equal([]);
    await fact(person, 'record_sent', day(3), { from, to, transfer });
    await fact(person, 'record_accepted', day(4), { agency: to });
    expect(await tasks(from)).to.deep.equal([]);
    expect(await tasks(to)).to.deep.equal([['to_forward', person]]);
    const { counts } = await list(to, 'movements', 'list=to_forward');
    expect(counts).to.deep.include({
      list: 'to_forward',
      vi: counts[0]!['vi'],
      en: counts[0]!['en'],
      count: 1,
      overdue: 0,
    });
    await fact(person, 'record_forwarded', day(5), { to });
    expect(await tasks(to)).to.deep.equal([]);
    expect((await list(to, 'movements', `asOf=${day(1)}`)).records.map((r) => r['list'])).to.deep.equal([
      'to_accept',
    ]);
  });

  describe('show', () => {
    let unit: string;
    let other: string;
    let person: string;
    before(async () => {
      unit = await api.openUnit('QU', { level: 2, parent: city });
      other = await api.openUnit('QU2', { level: 2, parent: city });
      person = await clerk(unit);
      await fact(person, 'rewarded', plusMonths(now, -3), { form: 'bang_khen_tinh' });
    });
    const consent = (groups: readonly FieldGroup[]): AccountFact => ({
      type: 'consent_given',
      data: { document: '1/CV', unit, groups: [...groups], from: '2020-01-01', until: '2099-12-31' },
    });
    const status = async (who: Readonly<Record<string, string>>, name: string) =>
      (await api.get(`/v1/units/${unit}/${name}?token=${token}`, who)).status;

    it('an agency its own; another agency nothing; a consent what it covers', async () => {
      const { who: own } = await signedIn('own', [assigned(unit)]);
      const { who: sibling } = await signedIn('sibling', [assigned(other)]);
      const { who: some } = await signedIn('some', [consent(['identity', 'history'])]);
      const { who: all } = await signedIn('all', [consent(FIELD_GROUPS)]);
      for (const name of ['completeness', 'dues', 'retirements', 'deadlines', 'movements']) {
        const drawnFromAll = name !== 'deadlines' && name !== 'movements';
        expect(await status(own, name), name).to.equal(200);
        expect(await status(sibling, name), name).to.equal(403);
        expect(await status(some, name), name).to.equal(drawnFromAll ? 403 : 200);
        expect(await status(all, name), name).to.equal(200);
      }
    });

    it('what the unit owes, though the record has gone; to a reader by consent only what lies on records shown', async () => {
      const { who: own } = await signedIn('own2', [assigned(unit)]);
      const { who: reader } = await signedIn('reader', [consent(FIELD_GROUPS)]);
      const seen = async (who: Readonly<Record<string, string>>) =>
        told(await api.get(`/v1/units/${unit}/deadlines?standing=done_late&token=${token}`, who))
          .duties.filter((d) => d['person'] === person)
          .map((d) => d['action']);
      expect(await seen(reader)).to.deep.equal(['rewarded']);
      await fact(person, 'transferred', plusDays(now, -1), { toUnit: other });
      expect(await seen(own)).to.deep.equal(['rewarded']);
      expect(await seen(reader)).to.deep.equal([]);
      const { inService } = told(await api.get(`/v1/units/${unit}/completeness?token=${token}`, own));
      expect(inService).to.equal(0);
    });

    it('and leave a line each in the audit of reads', async () => {
      const { who: own, id } = await signedIn('own3', [assigned(unit)]);
      await api.must(200, api.get(`/v1/units/${other}/dues?token=${token}`));
      await api.must(200, api.get(`/v1/units/${unit}/completeness?token=${token}`, own));
      const db = new pg.Client(service.core.database.admin);
      await db.connect();
      const { rows } = await db.query<{ route: string; rows: number }>(
        'SELECT route, count AS rows FROM audit.reads WHERE account = $1',
        [id],
      );
      await db.end();
      expect(rows).to.deep.equal([{ route: 'GET /v1/units/:id/completeness', rows: 0 }]);
    });
  });
}
