import { expect } from 'chai';
import type { AccountFact } from '../../src/access/facts.js';
import { Client } from '../support/api.js';
import { servedWorld, type ServedWorld } from '../support/servedWorld.js';

describe('Lists show what the right to a single record shows', function () {
  this.timeout(60_000);
  let service: ServedWorld;
  let city: Client;
  let agency: Client;
  let school: string;
  let other: string;
  let placed: string;
  let opened: string;
  let hired: string;
  let own: string;
  before(async () => {
    service = await servedWorld({ law: false });
    city = service.client;
    school = await city.openUnit('thpt1', { level: 1 });
    other = await city.openUnit('thpt2', { level: 1 });
    agency = await reader('school', school);
    placed = await city.open();
    await city.fact(placed, 'recruited', '2013-01-01', { unit: school });
    opened = await city.open();
    hired = await city.open();
    await city.fact(hired, 'recruited', '2013-01-01');
    own = await agency.open();
    await service.caughtUp();
  });
  after(async () => {
    await agency.close();
    await service.stop();
  });

  async function reader(name: string, unit: string): Promise<Client> {
    const { accounts, logins } = service.access;
    const id = accounts.idOf(name);
    const facts: AccountFact[] = [
      { type: 'account_created', data: { kind: 'person', name } },
      {
        type: 'account_assigned',
        data: { unit, right: 'update', reach: 'unit', decision: '1/QĐ', from: '2020-01-01' },
      },
    ];
    const account = await accounts.record(id, facts, 'made', {
      actor: { account: id, unit, client: 'test' },
    });
    const { token } = await logins.begin(account, unit, 'full');
    return new Client(service.url, { authorization: `Bearer ${token}` });
  }

  const listed = async (api: Client, query: string) =>
    (await api.must(200, api.get(`/v1/persons?${query}`))).body.persons.map((p) => p.person);

  it('records that are placed in no unit yet are found by Home Affairs, and by the agency that opened them', async () => {
    expect(await listed(city, 'unplaced=true')).to.have.members([opened, hired, own]);
    expect(await listed(city, 'unplaced=true&status=in_service')).to.deep.equal([hired]);
    expect(await listed(agency, 'unplaced=true')).to.deep.equal([own]);
    expect(await listed(agency, '')).to.have.members([placed, own]);
    const search = async (api: Client, body: object) =>
      (await api.must(200, api.post('/v1/persons/search', body))).body.persons.map((p) => p.person);
    expect(await search(city, { name: 'nguyen', unplaced: true })).to.have.members([opened, hired, own]);
    expect(await search(agency, { unplaced: true })).to.deep.equal([own]);
    expect((await city.post('/v1/persons/search', { unplaced: 'x' })).status).to.equal(422);
  });

  it('so is what they lack, and what stands against them', async () => {
    const of = async (api: Client, list: string) =>
      (await api.must(200, api.get(`/v1/units/${school}/${list}?unplaced=true`))).body as unknown as {
        inService: number;
        persons: { person: string }[];
        findings: { person: string; rule: string }[];
      };
    const { inService, persons } = await of(city, 'completeness');
    expect([inService, persons.map((p) => p.person)]).to.deep.equal([1, [hired]]);
    expect((await of(agency, 'completeness')).inService).to.equal(0);
    const { findings } = await of(city, 'findings');
    expect(findings.map((f) => [f.person, f.rule])).to.deep.include([hired, 'hire_without_unit']);
    expect((await of(agency, 'findings')).findings.filter((f) => f.person === hired)).to.deep.equal([]);
  });

  it('a record that another agency keeps since is in its lists, not in those of the last placement', async () => {
    const person = await city.open();
    await city.fact(person, 'recruited', '2013-01-01', { unit: school });
    await city.fact(person, 'record_sent', '2014-01-01', { from: school, to: other });
    await city.fact(person, 'record_accepted', '2014-01-02', { agency: other });
    const keeping = await reader('other', other);
    await service.caughtUp();
    const status = async (api: Client) => (await api.get(`/v1/persons/${person}`)).status;
    // The school still uses the person.
    expect([await status(agency), (await listed(agency, '')).includes(person)]).to.deep.equal([200, true]);
    expect([await status(keeping), await listed(keeping, '')]).to.deep.equal([200, [person]]);
    await city.fact(person, 'left_service', '2015-01-01', { reason: 'nguyen_vong' });
    await service.caughtUp();
    expect([await status(agency), (await listed(agency, '')).includes(person)]).to.deep.equal([403, false]);
    expect([await status(keeping), await listed(keeping, '')]).to.deep.equal([200, [person]]);
    await keeping.close();
  });
});
