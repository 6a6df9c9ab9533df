import { expect } from 'chai';
import type { AccountFact } from '../../src/access/facts.js';
import { dayInVietnam, plusDays } from '../../src/dates.js';
import { signIn, type Client, type FeedChange } from '../support/api.js';
import { ServerEvents } from '../support/serverEvents.js';
import { servedWorld, type ServedWorld } from '../support/servedWorld.js';

type Who = Readonly<Record<string, string>>;

describe('The feed tells who comes into scope and who leaves it, though nothing is recorded that day', function () {
  this.timeout(60_000);
  let service: ServedWorld;
  let api: Client;
  let now: Date;
  let count = 0;
  const today = () => dayInVietnam(now.toISOString());
  const inDays = (days: number) => plusDays(today(), days);

  let school: string;
  let other: string;
  let department: string;
  let pupil: string;
  let stranger: string;
  before(async () => {
    // The last minutes of today in Vietnam, so that a new day is near.
    now = new Date(`${dayInVietnam(new Date().toISOString())}T23:58:00+07:00`);
    service = await servedWorld({ clock: () => now, law: false });
    api = service.client;
  });
  after(() => service.stop());
  beforeEach(async () => {
    count += 1;
    await signIn(service.access);
    department = await api.openUnit(`d${count}`, { level: 2 });
    const other2 = await api.openUnit(`e${count}`, { level: 2 });
    school = await api.openUnit(`s${count}`, { level: 1, parent: department });
    other = await api.openUnit(`t${count}`, { level: 1, parent: other2 });
    pupil = await api.open();
    await api.fact(pupil, 'recruited', '2013-01-01', { unit: school });
    stranger = await api.open();
    await api.fact(stranger, 'recruited', '2013-01-01', { unit: other });
  });

  const assigned = (unit: string, days: { from?: string; until?: string } = {}): AccountFact => ({
    type: 'account_assigned',
    data: { unit, right: 'update', reach: 'unit', decision: '1/QĐ', from: '2020-01-01', ...days },
  });
  const consent = (days: { from: string; until: string }): AccountFact => ({
    type: 'consent_given',
    data: { document: '1/CV', person: stranger, groups: ['history'], ...days },
  });

  /** An account with these grants; `again` begins a new session, as on another day. */
  async function reader(...facts: readonly AccountFact[]) {
    const { accounts, logins } = service.access;
    const name = `reader ${count}`;
    const id = accounts.idOf(name);
    const actor = { account: id, unit: school, client: 'test' };
    const created: AccountFact = { type: 'account_created', data: { kind: 'person', name } };
    await accounts.record(id, [created, ...facts], 'made', { actor });
    return {
      give: (fact: AccountFact) => accounts.record(id, [fact], `${count} more`, { actor }),
      again: async (): Promise<Who> => {
        const account = (await accounts.find(id))!;
        const unit = account.assignments.find(
          (a) => a.from <= today() && !((a.until ?? '9') < today()),
        )?.unit;
        const { token } = await logins.begin(account, unit ?? null, 'full');
        return { authorization: `Bearer ${token}` };
      },
    };
  }

  /** Reads on to the end: what it says of persons, and where to go on. */
  async function read(who: Who, after?: string) {
    await service.caughtUp();
    const told: FeedChange[] = [];
    for (let cursor = after; ;) {
      const { body } = await api.must(
        200,
        api.get(`/v1/feed?limit=1000${cursor === undefined ? '' : `&after=${cursor}`}`, who),
      );
      told.push(...body.changes);
      cursor = body.next;
      if (!body.more) return { persons: scopesOf(told), next: cursor, told };
    }
  }
  const scopesOf = (told: readonly FeedChange[]) => [
    ...new Set(told.filter((c) => c.kind === 'person').map((c) => `${c.id} ${c.scope}`)),
  ];
  const turn = (days: number) => {
    now = new Date(now.getTime() + days * 86_400_000);
  };

  it('an assignment that ends, and one that begins, by its date', async () => {
    const { again } = await reader(
      assigned(school, { until: today() }),
      assigned(other, { from: inDays(1) }),
    );
    const first = await read(await again());
    expect(first.persons).to.deep.equal([`${pupil} in`]);
    turn(1);
    const second = await read(await again(), first.next);
    expect(second.persons).to.have.members([`${pupil} out`, `${stranger} in`]);
    for (const change of second.told) expect(change).to.have.keys('cursor', 'scope', 'kind', 'id');
    expect((await read(await again(), second.next)).told).to.deep.equal([]);
  });

  it('a written consent, on its first day and after its last', async () => {
    const { again } = await reader(consent({ from: inDays(2), until: inDays(3) }));
    const scopes: string[][] = [];
    let { next } = await read(await again());
    for (let day = 1; day <= 4; day += 1) {
      turn(1);
      const later = await read(await again(), next);
      scopes.push(later.persons);
      next = later.next;
    }
    expect(scopes).to.deep.equal([[], [`${stranger} in`], [], [`${stranger} out`]]);
  });

  it('a placement that was recorded for a later day, to who loses the person and to who gets them', async () => {
    const losing = await reader(assigned(school));
    await api.fact(pupil, 'transferred', inDays(2), { toUnit: other });
    const first = await read(await losing.again());
    expect(first.persons).to.deep.equal([`${pupil} in`]);
    count += 1;
    const getting = await reader(assigned(other));
    const there = await read(await getting.again());
    expect(there.persons).to.deep.equal([`${stranger} in`]);
    turn(2);
    expect((await read(await getting.again(), there.next)).persons).to.deep.equal([`${pupil} in`]);
    expect((await read(await losing.again(), first.next)).persons).to.deep.equal([`${pupil} out`]);
  });

  it('a unit that comes under another one by its date', async () => {
    const { again } = await reader(assigned(department));
    const first = await read(await again());
    expect(first.persons).to.deep.equal([`${pupil} in`]);
    const move = { effective: inDays(3), document: { number: '5/QĐ' }, data: { parent: department } };
    const etag = (await api.get(`/v1/units/${other}`)).headers['etag'] as string;
    await api.must(200, api.post(`/v1/units/${other}/reparent`, move, { 'if-match': etag }));
    const second = await read(await again(), first.next);
    expect(second.persons).to.deep.equal([]);
    turn(3);
    expect((await read(await again(), second.next)).persons).to.deep.equal([`${stranger} in`]);
  });

  it('a grant given or taken back today, with who it concerns', async () => {
    const { again, give } = await reader(assigned(school));
    const first = await read(await again());
    await give(consent({ from: '2020-01-01', until: inDays(9) }));
    const second = await read(await again(), first.next);
    expect(second.persons).to.deep.equal([`${stranger} in`]);
    expect(second.told.map((c) => c.scope)).to.include('changed');
  });

  it('a scope that becomes the whole city is told as that, naming nobody', async () => {
    const { again, give } = await reader(assigned(school));
    const first = await read(await again());
    const city = assigned(school, { from: inDays(1) });
    await give({ ...city, data: { ...city.data, reach: 'city' } } as AccountFact);
    const second = await read(await again(), first.next);
    turn(1);
    const third = await read(await again(), second.next);
    expect(third.told.map((c) => [c.kind, c.scope])).to.deep.equal([['account', 'changed']]);
  });

  it('also to one that was away for days, going on from any change it has seen', async () => {
    const { again } = await reader(assigned(school, { until: inDays(2) }));
    const { told } = await read(await again());
    turn(9);
    const later = await read(await again(), told.at(-1)!.cursor);
    expect(later.persons).to.deep.equal([`${pupil} out`]);
  });

  it('a cursor that was made up tells nothing of what was', async () => {
    const { again } = await reader(assigned(school));
    turn(1);
    const { next } = await read(await again());
    const said = Buffer.from(next, 'base64url').toString();
    expect(said).to.match(/\.\d{4}-\d{2}-\d{2}\./);
    const forged = Buffer.from(said.replace(/\.\d{4}/, '.2020')).toString('base64url');
    expect((await api.get(`/v1/feed?after=${forged}`, await again())).status).to.equal(422);
  });

  it('on an open stream as midnight passes in Vietnam, and once', async () => {
    const { again } = await reader(
      assigned(school, { until: today() }),
      assigned(other, { from: inDays(1) }),
    );
    const who = await again();
    const { next } = await read(who);
    const stream = await ServerEvents.open(`${service.url}/v1/feed/stream?after=${next}`, who);
    now = new Date(now.getTime() + 4 * 60_000);
    const [left] = await stream.next(1);
    expect(JSON.parse(left!.data)).to.include({ id: pupil, scope: 'out' });
    stream.close();
    const resumed = await read(await again(), left!.id);
    expect(resumed.persons).to.deep.equal([`${stranger} in`]);
  });
});
