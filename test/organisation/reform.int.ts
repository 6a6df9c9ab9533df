import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { AccountFact } from '../../src/access/facts.js';
import { cityOfDaNang, type CityFact } from '../../src/organisation/city.js';
import { graded, hired, opened, record, transfer } from '../support/record.js';
import { unitId } from '../support/city.js';
import { servedWorld, type ServedWorld } from '../support/servedWorld.js';
import { personId } from '../projecting/support.js';

/** The day before the reform, and its first. */
const [BEFORE, AFTER] = ['2025-06-30', '2025-07-01'] as const;

const UNITS = {
  district: 'ubnd_quan_492',
  ward: 'ubnd_cx_20236_2025',
  commune: 'ubnd_cx_20242_202507',
  school: 'mau_truong_thcs_492_1',
  homeAffairs: 'so_noi_vu_2025',
  elsewhere: 'ubnd_cx_20197_202507',
} as const;
type Place = keyof typeof UNITS;

/** By the unit that hired them; the district's officer is transferred to the commune by a decision of the reform. */
const PEOPLE = { officer: 'district', clerk: 'ward', teacher: 'school' } as const;
type Person = keyof typeof PEOPLE;

/** What the city's data say of those units, and of all that they name: parents, and what they are merged into. */
function partOfCity(): CityFact[] {
  const all = cityOfDaNang(unitId);
  const codes = new Map(all.map(({ unit }) => [unitId(unit), unit]));
  const part = new Set<string>([...Object.values(UNITS), 'ubnd_cx_20239']);
  for (const unit of part)
    for (const { fact } of all.filter((f) => f.unit === unit))
      for (const named of Object.values(fact.data).flatMap((value) => codes.get(String(value)) ?? []))
        part.add(named);
  return all.filter(({ unit }) => part.has(unit));
}

describe('The reform of 2025-07-01, in the city of Đà Nẵng', function () {
  this.timeout(60_000);
  let service: ServedWorld;
  let now = new Date(`${BEFORE}T05:00:00Z`);
  const ids = new Map<Person, string>();

  before(async () => {
    service = await servedWorld({ clock: () => now, law: false });
    const { world } = service;
    for (const { unit, fact } of partOfCity()) await world.unit(unitId(unit), { kind: 'record', fact });
    await world.references.sync();
    for (const [n, [person, place]] of Object.entries(PEOPLE).entries()) {
      const id = personId(n + 1);
      ids.set(person as Person, id);
      await world.done(
        id,
        record(opened('2025-02-01')),
        record(hired('2025-02-01', { unit: unitId(UNITS[place]) })),
        record(graded('2025-02-01')),
      );
    }
    await world.done(ids.get('officer') as string, record(transfer(AFTER, unitId(UNITS.commune))));
    await service.caughtUp();
  });
  after(() => service.stop());

  /** A session of today of whoever administers a unit, which was assigned long before. */
  async function session(place: Place): Promise<Readonly<Record<string, string>>> {
    const { accounts, logins } = service.access;
    const name = `administers ${place}`;
    const id = accounts.idOf(name);
    const unit = unitId(UNITS[place]);
    const facts: AccountFact[] = [
      { type: 'account_created', data: { kind: 'person', name } },
      {
        type: 'account_assigned',
        data: { unit, right: 'administer', reach: 'unit', decision: '1/QĐ', from: '2025-03-01' },
      },
    ];
    const account =
      (await accounts.find(id)) ??
      (await accounts.record(id, facts, 'made', { actor: { account: id, unit, client: randomUUID() } }));
    const { token } = await logins.begin(account, unit, 'full');
    return { authorization: `Bearer ${token}` };
  }

  /** The records that whoever administers each unit can read on a day, and can find in a list. */
  async function seenOn(day: string): Promise<Record<Place, string>> {
    now = new Date(`${day}T05:00:00Z`);
    const seen = {} as Record<Place, string>;
    for (const place of Object.keys(UNITS) as Place[]) {
      const who = await session(place);
      const read: string[] = [];
      for (const [person, id] of ids) {
        const { status } = await service.client.get(`/v1/persons/${id}`, who);
        expect(status).to.be.oneOf([200, 403]);
        if (status === 200) read.push(person);
      }
      const listed = await service.client.get('/v1/persons', who);
      const found = listed.status === 200 ? listed.body.persons.map((p) => p.person) : [];
      const names = [...ids].filter(([, id]) => found.includes(id)).map(([person]) => person);
      seen[place] = `reads ${read.join(' ') || '-'}; lists ${names.join(' ') || '-'}`;
    }
    return seen;
  }

  /** How many people stand in each unit and below it, on the tree of a day. */
  async function peopleOn(day: string, tree = 'that_day'): Promise<Record<Place, number>> {
    const { client } = service;
    const who = await session('homeAffairs');
    const count = async (place: Place): Promise<readonly [Place, number]> => {
      const body = { units: [unitId(UNITS[place])], below: true, asOf: day, tree };
      const found = await client.must(200, client.post('/v1/persons/search', body, who));
      return [place, found.body.persons.length];
    };
    return Object.fromEntries(await Promise.all((Object.keys(UNITS) as Place[]).map(count))) as Record<
      Place,
      number
    >;
  }

  it('the day before, the district sees all below it; a ward and a school their own; nobody else anything', async () => {
    expect(await seenOn(BEFORE)).to.deep.equal({
      district: 'reads officer clerk teacher; lists officer clerk teacher',
      ward: 'reads clerk; lists clerk',
      commune: 'reads -; lists -',
      school: 'reads teacher; lists teacher',
      homeAffairs: 'reads officer clerk teacher; lists officer clerk teacher',
      elsewhere: 'reads -; lists -',
    });
  });

  it('on the day, the commune sees the ward’s people, the school’s, and whoever was transferred to it; the district nobody', async () => {
    const all = 'reads officer clerk teacher; lists officer clerk teacher';
    expect(await seenOn(AFTER)).to.deep.equal({
      district: 'reads -; lists -',
      // Who administered the ward acts for the commune that it was merged into, without a new assignment.
      ward: all,
      commune: all,
      school: 'reads teacher; lists teacher',
      homeAffairs: all,
      elsewhere: 'reads -; lists -',
    });
  });

  it('a report counts people on either tree, whichever is in force today', async () => {
    const [old, today] = [await peopleOn(BEFORE), await peopleOn(AFTER)];
    const moved = await peopleOn(BEFORE, 'today');
    console.log(`      people in and below      ${BEFORE}  ${AFTER}  of ${BEFORE} on today’s tree`);
    for (const place of Object.keys(UNITS) as Place[]) {
      const [first, ...others] = [old, today, moved].map((of) => String(of[place]));
      console.log(
        `      ${UNITS[place].padEnd(24)}${first?.padStart(11)}${others.map((n) => n.padStart(12)).join('')}`,
      );
    }
    expect([old.district, old.ward, old.commune, old.school]).to.deep.equal([3, 1, 0, 1]);
    // The ward's clerk is the commune's now: whoever adds both counts three people, not four.
    expect([today.district, today.ward, today.commune, today.school]).to.deep.equal([0, 0, 3, 1]);
    // Of the day before, on today's tree: the officer was still with the district, which nothing succeeds.
    expect([moved.district, moved.ward, moved.commune, moved.school]).to.deep.equal([1, 0, 2, 1]);
  });

  it('the members of a unit with those below it, by the tree as known then', async () => {
    const { client, world } = service;
    const who = await session('homeAffairs');
    const membersOf = async (place: Place, query: string) => {
      const path = `/v1/units/${unitId(UNITS[place])}/members?${query}`;
      const { body } = await client.must(200, client.get(path, who));
      return body.members.map(({ person }) => [...ids].find(([, id]) => id === person)?.[0]).sort();
    };
    expect(await membersOf('district', `asOf=${BEFORE}&below=true`)).to.deep.equal([
      'clerk',
      'officer',
      'teacher',
    ]);
    expect(await membersOf('district', `asOf=${BEFORE}`)).to.deep.equal(['officer']);
    expect(await membersOf('ward', `asOf=${AFTER}`)).to.deep.equal([]);
    expect(await membersOf('commune', `asOf=${AFTER}`)).to.deep.equal(['clerk', 'officer']);
    expect(await membersOf('commune', `asOf=${AFTER}&below=true`)).to.have.lengthOf(3);
    expect(await membersOf('commune', `asOf=${BEFORE}&below=true&tree=today`)).to.deep.equal([
      'clerk',
      'teacher',
    ]);
    // Before the transfer was recorded, nobody knew that the officer would come.
    const transferred = (await world.log.readStream(`person-${ids.get('officer')}`)).at(-1)?.sequence ?? 0;
    const known = `asOf=${AFTER}&below=true&knownAt=${transferred - 1}`;
    expect(await membersOf('commune', known)).to.deep.equal(['clerk', 'teacher']);
  });

  it('no event of a person made it so, but for the transfer of the one who was', async () => {
    const { log } = service.world;
    const events = await Promise.all(
      [...ids.values()].map(async (id) => (await log.readStream(`person-${id}`)).length),
    );
    expect(events).to.deep.equal([4, 3, 3]);
  });
});
