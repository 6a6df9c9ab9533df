import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { importFile, type ImportOptions, type ImportReport } from '../../src/importing/importFile.js';
import { importSchema } from '../../src/importing/line.js';
import { forgetRejects, type RejectedLine } from '../../src/importing/rejects.js';
import { Spill } from '../../src/importing/spill.js';
import { OperatorError } from '../../src/operatorError.js';
import { memoryCore, type MemoryCore } from '../support/memoryCore.js';
import { ACTOR } from '../support/desk.js';

describe('Importing a file', () => {
  let core: MemoryCore;
  let home: string;
  let file: string;
  let rejects: string;

  const line = (person: string, ref: string, action: string, effective: string, data: object = {}) => ({
    source: 'hrm',
    ref,
    person,
    action,
    effective,
    document: { number: '1/QĐ' },
    data,
  });
  const opened = (person: string) =>
    line(person, `${person}-0`, 'record_opened', '2012-10-03', { familyName: 'Trần', givenName: person });
  const hired = (person: string) => line(person, `${person}-1`, 'recruited', '2000-01-01');
  const left = (person: string) => line(person, `${person}-2`, 'left_service', '2010-01-01');
  const run = async (
    lines: readonly unknown[],
    options: Partial<ImportOptions> = {},
  ): Promise<ImportReport> => {
    await writeFile(file, lines.map((l) => (typeof l === 'string' ? l : JSON.stringify(l))).join('\n'));
    await core.references.sync();
    const parts = { ...core, reference: core.references.at() };
    return importFile(parts, { file, actor: ACTOR, correlation: 'test', rejects, ...options });
  };
  const head = async () => (await core.log.head()).sequence;
  const rejected = async ({ rejects: kept }: ImportReport): Promise<RejectedLine[]> =>
    (await readFile(kept ?? '', 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RejectedLine);
  const rules = (report: ImportReport) => report.faults.map((f) => [f.line, f.rule]);

  beforeEach(async () => {
    core = await memoryCore();
    await core.shipLaw();
    home = await mkdtemp(join(tmpdir(), 'hoso-importing-'));
    file = join(home, 'file.jsonl');
    rejects = join(home, 'rejects');
  });
  afterEach(async () => {
    await core.close();
    await rm(home, { recursive: true });
  });

  it('takes a person’s lines wherever they stand, the opening last', async () => {
    const before = await head();
    const report = await run([left('A'), hired('B'), hired('A'), opened('B'), opened('A')]);
    expect(report).to.deep.include({ lines: 5, persons: 2, loaded: 5, bad: 0 });
    expect(await head()).to.equal(before + 5);
  });

  it('a file that is not there is named, with what to do', async () => {
    const parts = { ...core, reference: core.references.at() };
    const missing = join(home, 'missing.jsonl');
    const options = { file: missing, actor: ACTOR, correlation: 'test', rejects };
    const refused = await importFile(parts, options).catch((e: unknown) => e);
    expect(refused).to.be.instanceOf(OperatorError);
    expect(String(refused)).to.include(missing).and.include('check its path');
  });

  it('one bad line, and nothing is loaded; with skipBad the good ones are, and the file of rejects says why', async () => {
    const before = await head();
    const lines = [
      opened('A'),
      hired('A'),
      { ...left('A'), effective: '2010-02-30' },
      hired('B'),
      '{"broken',
    ];
    const refused = await run(lines);
    expect(rules(refused)).to.have.deep.members([
      [3, 'partial_date'],
      [5, 'json'],
      [4, 'not_opened'],
    ]);
    expect(await head()).to.equal(before);
    const skipped = await run(lines, { skipBad: true });
    expect(skipped).to.deep.include({ loaded: 2, bad: 3 });
    expect((await rejected(skipped)).map(({ line }) => line)).to.deep.equal([3, 4, 5]);
  });

  it('a destruction takes a person’s lines out of the rejects, and those that name nobody; others stay', async () => {
    const bad = (person: string) => ({ ...left(person), effective: '2010-02-30' });
    const report = await run([opened('A'), bad('A'), bad('B'), '{"broken'], { skipBad: true });
    const record = (person: string) => core.sealer.indexId('person', ['hrm', person]);
    await forgetRejects(rejects, new Set([record('C')]));
    expect((await rejected(report)).map((l) => l.record)).to.deep.equal([record('A'), record('B')]);
    await forgetRejects(rejects, new Set([record('A')]));
    expect((await rejected(report)).map((l) => l.record)).to.deep.equal([record('B')]);
    await forgetRejects(rejects, new Set([record('B')]));
    expect(await readdir(rejects)).to.deep.equal([]);
  });

  it('what a killed import leaves behind tells nothing of what it read', async () => {
    const spill = await Spill.open<string>(home, 1);
    await spill.add(Buffer.alloc(4), 'Nguyễn Thị Bí Mật');
    await spill.finish();
    const [directory = ''] = (await readdir(home)).filter((name) => name.startsWith('hoso-import-'));
    expect(await readFile(join(home, directory, '0'), 'utf8')).to.match(/^[\w+/=]+\n$/);
    for await (const part of spill.parts()) expect(part).to.deep.equal(['Nguyễn Thị Bí Mật']);
    await spill.remove();
  });

  it('of two facts in conflict the later one falls, naming the other', async () => {
    const died = line('A', 'd', 'died', '2009-01-01');
    const late = line('A', 't', 'paid_by_amount', '2009-06-01', { amount: '1', per: 'year' });
    const report = await run([opened('A'), hired('A'), late, died], { check: true });
    expect(rules(report)).to.deep.equal([[3, 'after_death']]);
    expect(report.faults[0]?.because).to.deep.equal(['line 4']);
  });

  it('the same reference again changes nothing; with other content, or on another person, it is an error', async () => {
    await run([opened('A'), hired('A'), opened('B')]);
    const before = await head();
    const again = await run([opened('A'), hired('A'), hired('A'), opened('B')]);
    expect(again).to.deep.include({ loaded: 0, repeated: 4, bad: 0 });
    const other = await run([
      { ...hired('A'), effective: '2001-01-01' },
      { ...opened('A'), person: 'C' },
    ]);
    expect(rules(other)).to.have.deep.members([
      [1, 'ref_differs'],
      [2, 'ref_of_another'],
    ]);
    expect(other.faults.find((f) => f.rule === 'ref_differs')?.because).to.have.length(2);
    expect(await head()).to.equal(before);
  });

  it('interrupted, it keeps what it has loaded, and the next run adds the rest', async () => {
    const lines = Array.from({ length: 1_200 }, (_, i) => [
      opened(`P${i}`),
      hired(`P${i}`),
      left(`P${i}`),
    ]).flat();
    const stop = new AbortController();
    const before = await head();
    const cut = await run(lines, {
      signal: stop.signal,
      onProgress: ({ phase, done }) => {
        if (phase === 'loading' && done > 1_000) stop.abort();
      },
    });
    expect(cut.interrupted).to.equal(true);
    expect(cut.loaded).to.be.within(1, lines.length - 1);
    const rest = await run(lines);
    expect(rest).to.deep.include({
      interrupted: false,
      repeated: cut.loaded,
      loaded: lines.length - cut.loaded,
    });
    expect(await head()).to.equal(before + lines.length);
  });

  it('leaves no file of personal data behind', async () => {
    const leftovers = async () => (await readdir(tmpdir())).filter((f) => f.startsWith('hoso-import-'));
    const before = await leftovers();
    await run([opened('A')]);
    await run(['broken']).catch(() => undefined);
    expect(await leftovers()).to.deep.equal(before);
  });

  it('the schema it prints takes what it takes, and refuses what it refuses', () => {
    const holds = new Ajv2020({ strict: false, validateFormats: false }).compile(importSchema());
    expect(holds(opened('A')), JSON.stringify(holds.errors)).to.equal(true);
    expect(holds(line('A', 'x', 'transferred', '2013-01', { toUnit: 'd001' }))).to.equal(true);
    expect(holds({ ...opened('A'), surprise: 1 })).to.equal(false);
    expect(holds(line('A', 'x', 'flown', '2013'))).to.equal(false);
  });
});
