/** What the right to a record and the audit of its reading cost: the same profile over HTTP with and without them. */
import { Pool } from 'undici';
import type { AccountFact } from '../../../src/access/facts.js';
import type { Access } from '../../../src/access/access.js';
import { makeApp } from '../../../src/api/app.js';
import { FIELD_GROUPS } from '../../../src/fieldGroups.js';
import { Health } from '../../../src/observability/health.js';
import { makeLogger, RequestLogger } from '../../../src/observability/logging.js';
import { Metrics } from '../../../src/observability/metrics.js';
import { GATE_DEFAULTS } from '../../../src/proposals/gates.js';
import { openProposals } from '../../../src/proposals/openProposals.js';
import { destructionsOf, NO_MODELS } from '../../support/api.js';
import { testService, type TestService } from '../../support/service.js';
import { race, type Plan } from '../harness.js';
import type { BenchRow } from '../report.js';
import { superuserOf } from './command.js';

const NAME = 'Nguyễn Văn';
const REMARKS = 20;
/** Short turns, often: what is looked for is small beside what the machine does meanwhile. */
const TURNS = 4;

export async function accessRows({ seconds, rounds, say }: Plan): Promise<BenchRow[]> {
  const service = await testService();
  const superuser = await superuserOf(service);
  const unit = await service.client.openUnit('bench', { level: 1 });
  const person = await service.client.open({ familyName: NAME, givenName: 'Đo' });
  await service.client.fact(person, 'recruited', '2013-01-01', { unit });
  for (let n = 0; n < REMARKS; n++)
    await service.client.fact(person, 'remarked', '2013-02-01', { remark: `Nhận xét hư cấu số ${n}` });
  const { account, authorization } = await officerOf(service, unit);
  const { access } = service.core;
  const ways = {
    both: await reader(service, access, person, authorization),
    noAudit: await reader(service, { ...access, reads: silent(access) }, person, authorization),
    neither: await reader(service, await open(access, authorization), person, authorization),
  };
  say('a profile with and without policy and audit');
  const { both, noAudit, neither } = await race(
    { both: ways.both.read, noAudit: ways.noAudit.read, neither: ways.neither.read },
    { callers: 1, seconds: seconds / TURNS, rounds: rounds * TURNS },
  );
  await access.reads.flush();
  const { rows: lines } = await superuser.client.query<{ n: string }>(
    'SELECT count(*) AS n FROM audit.reads WHERE account = $1',
    [account],
  );
  const row: BenchRow = {
    what: 'profile by id over HTTP: policy and audit',
    figures: {
      'p50 ms': both.p50,
      'p99 ms': both.p99,
      'without audit p50 ms': noAudit.p50,
      'without audit p99 ms': noAudit.p99,
      'without both p50 ms': neither.p50,
      'without both p99 ms': neither.p99,
    },
    ratios: [
      { of: 'audit, p50 : without', value: both.p50 / noAudit.p50, reach: { atMost: 1.05 } },
      { of: 'p99 : without', value: both.p99 / noAudit.p99, reach: null },
      { of: 'policy and audit, p50 : without', value: both.p50 / neither.p50, reach: null },
      { of: 'p99 : without', value: both.p99 / neither.p99, reach: null },
    ],
    correct: {
      'a line for every read with the audit, none without': Number(lines[0]?.n) === ways.both.count(),
    },
  };
  for (const { close } of Object.values(ways)) await close();
  await superuser.close();
  await service.stop();
  return [row];
}

/** An account that administers the unit, and a session of it. */
async function officerOf({ core: { access } }: TestService, unit: string) {
  const { accounts, logins } = access;
  const account = accounts.idOf('bench');
  const facts: AccountFact[] = [
    { type: 'account_created', data: { kind: 'person', name: 'bench' } },
    {
      type: 'account_assigned',
      data: { unit, right: 'administer', reach: 'unit', decision: '1/QĐ', from: '2020-01-01' },
    },
  ];
  const made = await accounts.record(account, facts, 'bench', { actor: { account, unit, client: 'bench' } });
  const { token } = await logins.begin(made, unit, 'full');
  return { account, authorization: `Bearer ${token}` };
}

/** The service's HTTP side once more, on the same core but for the access given, and one who reads from it. */
async function reader({ core }: TestService, access: Access, person: string, authorization: string) {
  const { desk: proposals, earlyRaises } = openProposals(core, NO_MODELS, GATE_DEFAULTS);
  const { app } = await makeApp({
    core: { ...core, access, proposals, earlyRaises },
    models: NO_MODELS,
    destructions: destructionsOf(core),
    metrics: new Metrics(),
    health: new Health([]),
    requests: new RequestLogger(makeLogger('silent')),
    bodyLimit: 1_000_000,
  });
  await app.listen(0, '127.0.0.1');
  const pool = new Pool(await app.getUrl(), { connections: 1, pipelining: 1 });
  let count = 0;
  return {
    count: () => count,
    read: async () => {
      const path = `/v1/persons/${person}`;
      const answer = await pool.request({ method: 'GET', path, headers: { authorization } });
      const text = await answer.body.text();
      if (answer.statusCode !== 200 || !text.includes(NAME)) throw new Error(`${answer.statusCode} ${text}`);
      count += 1;
    },
    close: async () => {
      await pool.close();
      await app.close();
    },
  };
}

/** An audit that keeps nothing: only here, never in the product. */
function silent({ reads }: Access): Access['reads'] {
  return Object.assign(Object.create(reads) as Access['reads'], {
    note: () => undefined,
    write: () => Promise.resolve(),
  });
}

/** Access that lets everybody in, asks nothing and keeps nothing: only here, never in the product. */
async function open(access: Access, authorization: string): Promise<Access> {
  const found = await access.logins.authenticate(authorization.slice('Bearer '.length));
  if (found === null) throw new Error('no session');
  const anybody = { ...found, caller: { ...found.caller, reach: 'city' as const } };
  return {
    ...access,
    reads: silent(access),
    logins: Object.assign(Object.create(access.logins) as Access['logins'], {
      authenticate: () => Promise.resolve(anybody),
    }),
    gate: Object.assign(Object.create(access.gate) as Access['gate'], {
      standing: (record: string) => Promise.resolve({ record, chain: [record], standing: null, stored: [] }),
      decide: () => ({ allowed: true, ground: 'city', groups: FIELD_GROUPS, days: null, consents: [] }),
    }),
  };
}
