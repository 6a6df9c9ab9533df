/** The audit of reads in the archive: a bag of its own, which a stranger checks and another database takes back. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ReadLine } from '../../src/access/reads/port.js';
import { PostgresReads } from '../../src/access/reads/postgresReads.js';
import { PostgresReadsLog, READS } from '../../src/access/reads/readsLog.js';
import { archive } from '../../src/archive/archive.js';
import { companionsOfReads } from '../../src/archive/companions.js';
import { readsTarget } from '../../src/archive/readsTarget.js';
import { restore, type RestoreOptions, type RestoreReport } from '../../src/archive/restore.js';
import { archivableReads } from '../../src/archive/source.js';
import { verifyBag } from '../../src/archive/verifyBag.js';
import { Evidence, EvidenceSuspended } from '../../src/evidence/evidence.js';
import { PostgresRegister } from '../../src/evidence/register.js';
import { eventLeaves } from '../../src/evidence/source.js';
import { MemoryTiles } from '../../src/evidence/tileStore.js';
import { OperatorError } from '../../src/operatorError.js';
import { SIGNER } from '../evidence/support.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';
import { damage, workplace } from './support.js';

const LINES = 1_200;

/** Of every kind: of a person and of a list, answered and refused, with and without days, consents, a sealed filter. */
function line(n: number): ReadLine {
  const isList = n % 3 === 0;
  return {
    at: new Date(Date.UTC(2026, 0, 1) + n * 61_001).toISOString(),
    request: `r-${n}`,
    account: randomUUID(),
    unit: n % 7 === 0 ? '00000000-0000-0000-0000-000000000000' : randomUUID(),
    client: 'c',
    route: isList ? 'GET /v1/persons' : 'GET /v1/persons/:id',
    person: isList ? null : randomUUID(),
    ground: isList || n % 5 === 0 ? null : 'keeper',
    consents: n % 4 === 0 ? ['7/CV', 'số "8", Đà Nẵng'] : [],
    groups: isList ? [] : ['identity', 'health'],
    asOf: n % 2 === 0 ? '2015-01-01' : null,
    knownAt: n % 2 === 0 ? n : null,
    filter: isList ? `h1.${randomUUID()}.c2VhbGVk` : null,
    count: isList ? n : null,
    status: n % 5 === 0 ? 403 : 200,
  };
}

interface Audit {
  readonly database: TestDatabase;
  readonly reads: PostgresReads;
  readonly log: PostgresReadsLog;
  readonly register: PostgresRegister;
  readonly tiles: MemoryTiles;
  readonly evidence: Evidence;
}

describe('The archive of the audit of reads', function () {
  this.timeout(60_000);
  const place = workplace();
  const opened: Audit[] = [];
  let from: Audit;
  let to: Audit;

  async function audit(): Promise<Audit> {
    const database = await testDatabase();
    const log = new PostgresReadsLog(database.access);
    const register = new PostgresRegister(database.projector);
    await register.addSigner(SIGNER.verifier.text);
    const tiles = new MemoryTiles();
    const evidence = new Evidence({ source: eventLeaves(log, READS), tiles, register, signers: [SIGNER] });
    const one = { database, reads: new PostgresReads(database.access), log, register, tiles, evidence };
    opened.push(one);
    return one;
  }

  before(async () => {
    [from, to] = [await audit(), await audit()];
    for (let n = 0; n < LINES; n += 100)
      await from.reads.add(Array.from({ length: 100 }, (_, i) => line(n + i)));
    await archive({
      directory: place.at('bag'),
      source: archivableReads(from.log),
      checkpoint: await from.evidence.publish(),
      published: (size) => from.evidence.published(size),
      keys: [SIGNER.verifier],
      companions: () => Promise.resolve(companionsOfReads()),
      segmentEvents: 500,
    });
  });
  after(async () => {
    for (const { database, reads, log, register } of opened) {
      await reads.close();
      await log.close();
      await register.close();
      await database.close();
    }
  });

  const restored = (more: Partial<RestoreOptions> = {}): Promise<RestoreReport> =>
    restore({
      directory: place.at('bag'),
      to: readsTarget(to.database.owner, to.log),
      register: to.register,
      tiles: to.tiles,
      ...more,
    });

  it('is a bag that verifies, and says which log it is of', async () => {
    const report = await verifyBag(place.at('bag'), { trusted: [SIGNER.verifier] });
    expect(report).to.deep.include({ outcome: 'intact', log: 'reads', entries: LINES, faults: [] });
  });

  it('is checked by the Python of its README alone', async function () {
    if (!existsSync('/usr/bin/python3')) this.skip();
    const cwd = place.at('bag');
    const readme = await readFile(join(cwd, 'data/README.txt'), 'utf8');
    const [, script = ''] = /--- Python 3 -+\n([\s\S]*)--- >8/.exec(readme) ?? [];
    const root = (await from.evidence.latest())?.root.toString('base64') ?? '';
    expect(execFileSync('python3', ['-c', script], { cwd }).toString()).to.equal(`${LINES} ${root}\nOK\n`);
  });

  it('with a byte of it another is refused, naming the file, and nothing is written', async () => {
    const bad = await place.copy(place.at('bag'), 'bad');
    const file = 'data/reads/000000000501-000000001000.jsonl.gz';
    await damage(join(bad, file));
    const { outcome, bag } = await restored({ directory: bad });
    expect([outcome, bag.faults[0]?.file]).to.deep.equal(['refused', file]);
    expect((await to.log.head()).sequence).to.equal(0);
  });

  it('goes on after an interruption into what another database holds line by line, times and all', async () => {
    const stop = new AbortController();
    const cut = await restored({
      signal: stop.signal,
      onProgress: (phase, done) => {
        if (phase === 'write' && done >= 500) stop.abort();
      },
    });
    expect(cut.outcome).to.equal('interrupted');
    const report = await restored();
    expect(report).to.include({ outcome: 'restored', found: cut.written, written: LINES - cut.written });
    expect(await to.log.readAll(0n, LINES + 1)).to.deep.equal(await from.log.readAll(0n, LINES + 1));
    expect(await restored(), 'once more').to.include({ outcome: 'restored', found: LINES, written: 0 });
  });

  it('is added to from there on, and signed once the operator names the last checkpoint', async () => {
    await to.reads.add([line(1)]);
    expect((await to.log.head()).sequence).to.equal(LINES + 1);
    expect(await to.evidence.publish().catch((e: unknown) => e)).to.be.instanceOf(EvidenceSuspended);
    expect(await restored().catch((e: unknown) => e), 'into lines of its own').to.be.instanceOf(
      OperatorError,
    );
  });
});
