import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import pg from 'pg';
import { PROJECTIONS } from '../../projections/all.js';
import { ship } from '../../src/catalogues/ship.js';
import { openPostgresLog } from '../../src/event-log/postgres/postgresLog.js';
import type { EventLog } from '../../src/event-log/port.js';
import { importFile, type ImportReport } from '../../src/importing/importFile.js';
import { Projections } from '../../src/projecting/projections.js';
import { RecordCodec } from '../../src/recording/codec.js';
import { ReferenceRecorder } from '../../src/reference/recorder.js';
import { ReferenceService } from '../../src/reference/service.js';
import { memorySealer } from '../../src/sealing/sealer.js';
import { shippedLaw } from '../support/shippedLaw.js';
import { serveApi } from '../support/api.js';
import { ACTOR } from '../support/desk.js';
import {
  CHECKS,
  departments,
  importLines,
  recompute,
  SOURCE,
  type OutPerson,
  type OutSpell,
} from '../support/employees.js';
import { quietLogger } from '../support/logger.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';

describe('Real input: 1,000 employees', function () {
  this.timeout(120_000);
  let database: TestDatabase;
  let log: EventLog;
  let service: ReferenceService;
  let directory: string;
  let file: string;
  const sealer = memorySealer('employees');
  const codec = new RecordCodec(sealer);

  const run = async (
    options: { check?: boolean; skipBad?: boolean; file?: string } = {},
  ): Promise<ImportReport> => {
    await service.sync();
    return importFile(
      { log, sealer, codec, reference: service.at() },
      { file, actor: ACTOR, correlation: 'test', rejects: directory, ...options },
    );
  };

  before(async () => {
    database = await testDatabase();
    log = await openPostgresLog({ connection: database.log });
    service = new ReferenceService(log);
    await service.start();
    await ship(log, { data: shippedLaw() });
    const recorder = new ReferenceRecorder(log, service);
    for (const { code, name } of departments()) {
      const fact = {
        type: 'unit_opened',
        effective: '1985-01-01',
        data: { code, name, type: 'so', level: 2 },
      } as const;
      const change = { kind: 'record' as const, fact };
      const outcome = await recorder.recordUnit(
        randomUUID(),
        { changes: [change], eventId: () => randomUUID() },
        { actor: ACTOR },
      );
      expect(outcome.kind).to.equal('recorded');
    }
    directory = await mkdtemp(join(tmpdir(), 'hoso-employees-'));
    file = join(directory, 'employees.jsonl');
    // Scattered on purpose: sorted by reference, so that no person's lines stand together.
    const lines = importLines().map((l) => JSON.stringify(l));
    await writeFile(file, lines.sort().join('\n'));
  });

  after(async () => {
    await service.stop();
    await log.close();
    await database.close();
    await rm(directory, { recursive: true });
  });

  it('a check writes nothing', async () => {
    const before = await log.head();
    const report = await run({ check: true });
    expect(report).to.deep.include({ bad: 0, loaded: 0, persons: 1000 });
    expect(await log.head()).to.deep.equal(before);
  });

  it('is taken in whole, and what is irregular shows as findings', async () => {
    const report = await run();
    expect(report.faults).to.deep.equal([]);
    expect(report).to.deep.include({
      lines: importLines().length,
      loaded: importLines().length,
      bad: 0,
      persons: 1000,
    });
    // 498 hires whose first department comes later; managers of before their hire; one leaver with an open post.
    expect(report.findings).to.deep.include({ hire_without_unit: 498, post_open_after_leaving: 1 });
    expect(report.findings['before_hire']).to.be.greaterThan(0);
  });

  it('a second run changes nothing', async () => {
    const before = await log.head();
    const report = await run();
    expect(report).to.deep.include({ loaded: 0, bad: 0, repeated: importLines().length });
    expect(await log.head()).to.deep.equal(before);
  });

  it('gives the publishers’ six check values again, from the history over HTTP', async () => {
    const { client, stop } = await serveApi({ log, sealer, references: service });
    try {
      const { units } = (await client.must(200, client.get('/v1/units'))).body;
      const codes = new Map(units.map((u) => [u.id, u.code]));
      const persons: OutPerson[] = [];
      const spells: OutSpell[] = [];
      for (const no of new Set(importLines().map((l) => (l as { person: string }).person))) {
        const id = sealer.indexId('person', [SOURCE, no]);
        const { facts, intervals } = (await client.must(200, client.get(`/v1/persons/${id}/history`))).body;
        const opening = facts.find((f) => f.action === 'record_opened')!.data;
        const externalId = opening['externalId'] ?? '';
        persons.push({
          externalId,
          familyName: opening['familyName'] ?? '',
          givenName: opening['givenName'] ?? '',
          dateOfBirth: opening['dateOfBirth'] ?? '',
          sex: opening['sex'] ?? '',
          hiredOn: facts.find((f) => f.action === 'recruited')?.effective ?? '',
        });
        for (const { kind, from, to, unit, position, amount } of intervals)
          spells.push({
            externalId,
            kind,
            from,
            to,
            unit: unit === null ? null : (codes.get(unit) ?? null),
            position,
            amount,
          });
      }
      expectChecks(recompute(units, persons, spells));
    } finally {
      await stop();
    }
  });

  it('gives them again from the reporting views, and after a rebuild from zero', async () => {
    const projections = new Projections({
      log,
      decoder: codec,
      projections: PROJECTIONS,
      connection: database.projector,
      logger: quietLogger,
    });
    const client = new pg.Client({ ...database.projector });
    await client.connect();
    try {
      projections.start();
      const { position } = await log.head();
      for (const { name } of PROJECTIONS) await projections.until(name, position, 60_000);
      expectChecks(await fromViews(client));
      expect(await projections.rebuild(PROJECTIONS.map((p) => p.name))).to.equal(true);
      expectChecks(await fromViews(client));
    } finally {
      await projections.stop();
      await client.end();
    }
  });

  it('the same reference with other content, or for another person, is an error that shows both', async () => {
    const [hire, pay] = ['recruited', 'paid_by_amount'].map((a) =>
      importLines().find((l) => (l as { action: string }).action === a),
    ) as Record<string, unknown>[];
    const bad = join(directory, 'bad.jsonl');
    await writeFile(
      bad,
      [
        { ...pay, data: { amount: '1', per: 'year' } },
        { ...hire, person: '10002' },
        { ...pay, ref: 'new', effective: '2013-02-30' },
        { ...pay, ref: 'new2', person: 'nobody' },
        { ...pay, ref: 'good', effective: '1990-01-01' },
      ]
        .map((l) => JSON.stringify(l))
        .join('\n'),
    );
    const refused = await run({ file: bad });
    expect(refused.faults.map((f) => [f.line, f.rule]).sort()).to.deep.equal([
      [1, 'ref_differs'],
      [2, 'ref_of_another'],
      [3, 'partial_date'],
      [4, 'not_opened'],
    ]);
    expect(refused.loaded).to.equal(0);
    const skipped = await run({ file: bad, skipBad: true });
    expect(skipped).to.deep.include({ loaded: 1, bad: 4 });
    expect(skipped.rejects).to.match(/\.rejects\.jsonl$/);
  });
});

function expectChecks(found: ReturnType<typeof recompute>): void {
  for (const [name, { rows, md5 }] of Object.entries(CHECKS))
    expect(found[name], name).to.deep.equal({ rows, md5 });
}

/** What reporting jobs read: typed columns and derived intervals only. */
async function fromViews(client: pg.Client): Promise<ReturnType<typeof recompute>> {
  const units = await client.query<{ code: string; name: string }>('SELECT code, name FROM reporting.units');
  const persons = await client.query<OutPerson>(
    `SELECT external_id AS "externalId", family_name AS "familyName", given_name AS "givenName",
            date_of_birth AS "dateOfBirth", sex, hire_date::text AS "hiredOn" FROM reporting.person_current`,
  );
  const spells = await client.query<OutSpell>(
    `SELECT p.external_id AS "externalId", s.* FROM reporting.persons p JOIN (
       SELECT person, 'unit' AS kind, effective_from::text AS "from", effective_to::text AS "to", unit_code AS unit,
              NULL AS position, NULL AS amount FROM reporting.unit_spells
       UNION ALL SELECT person, 'post', effective_from::text, effective_to::text, unit_code, position, NULL
         FROM reporting.post_spells
       UNION ALL SELECT person, 'pay', effective_from::text, effective_to::text, NULL, NULL, amount::text
         FROM reporting.pay_spells) s USING (person)`,
  );
  return recompute(units.rows, persons.rows, spells.rows);
}
