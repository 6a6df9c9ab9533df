import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { LogUnavailable } from '../../src/event-log/port.js';
import { ThreadLost } from '../../src/importing/crew.js';
import { importFile, type ImportOptions, type ImportReport } from '../../src/importing/importFile.js';
import { importSchema } from '../../src/importing/line.js';
import { forgetRejects, type RejectedLine } from '../../src/importing/rejects.js';
import { BlockSpill, openSpill, PartedSpill, removeSpill } from '../../src/importing/spill.js';
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
  const recordOf = (person: string) => core.sealer.indexId('person', ['hrm', person]);
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
    await forgetRejects(rejects, new Set([recordOf('C')]));
    expect((await rejected(report)).map((l) => l.record)).to.deep.equal([recordOf('A'), recordOf('B')]);
    await forgetRejects(rejects, new Set([recordOf('A')]));
    expect((await rejected(report)).map((l) => l.record)).to.deep.equal([recordOf('B')]);
    await forgetRejects(rejects, new Set([recordOf('B')]));
    expect(await readdir(rejects)).to.deep.equal([]);
  });

  it('what a killed import leaves behind tells nothing of what it read', async () => {
    const secret = 'Nguyễn Thị Bí Mật';
    const place = await openSpill(home);
    const [one, other] = ['0', '1'].map((writer) => new PartedSpill(place, writer));
    const kept = (order: number) => ({
      owner: randomUUID(),
      id: randomUUID(),
      order,
      text: `${secret} ${order}`,
    });
    const [last, middle, begin] = [kept(300), kept(20), kept(1)];
    one?.add(7, last);
    other?.add(7, middle);
    one?.add(7, begin);
    one?.finish();
    other?.finish();
    const blocks = new BlockSpill<string>(place, '0');
    const first = blocks.add([blocks.bytesOf(secret)]);
    const second = blocks.add([blocks.bytesOf(secret), blocks.bytesOf(secret)]);
    for (const name of await readdir(place.directory)) {
      const path = join(place.directory, name);
      expect((await readFile(path)).includes('Mật'), name).to.equal(false);
      expect((await stat(path)).mode & 0o777, name).to.equal(0o600);
    }
    expect(one?.read(7, ['0', '1'])).to.deep.equal([begin, middle, last]);
    expect(one?.read(8, ['0', '1'])).to.deep.equal([]);
    expect(blocks.read(second)).to.deep.equal([secret, secret]);
    expect(blocks.read(first)).to.deep.equal([secret]);
    await removeSpill(place);
    expect(await readdir(home)).to.deep.equal([]);
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

  it('a check, or a file that is refused, makes no keys', async () => {
    const keys = () => core.sealer.keysInUse([{ owner: `person-${recordOf('A')}`, group: 'identity' }]);
    await run([opened('A'), hired('A')], { check: true });
    await run([opened('A'), hired('A'), '{"broken']);
    expect(await keys()).to.deep.equal([]);
    await run([opened('A'), hired('A')]);
    expect(await keys()).to.have.length(1);
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

  describe('shared between threads', () => {
    const wordy = (l: ReturnType<typeof line>) => ({
      ...l,
      document: { number: '1/QĐ', summary: 'x'.repeat(1_000) },
    });
    /** Lines of many persons, scattered, the opening last; more than one part of the work. */
    const many = (): string[] => {
      const persons = Array.from({ length: 400 }, (_, i) => `P${i}`);
      return [left, hired, opened].flatMap((of) => persons.map((p) => JSON.stringify(wordy(of(p)))));
    };
    const all = async ({ log }: MemoryCore) =>
      (await log.readAll(0n, 1_000_000)).map(({ recordedAt: _, ...event }) => event);

    it('gives the same events in the same order, and the same report, as one thread alone', async () => {
      const lines = many();
      const bad = [
        { ...hired('P7'), effective: '2001-01-01' },
        { ...hired('P8'), person: 'P9' },
        wordy(hired('P10')),
        line('P11', 'x', 'died', '1999-13-01'),
        left('Q'),
      ].map((l) => JSON.stringify(l));
      const file = [...lines.slice(0, 1_000), ...bad, ...lines.slice(1_000), ''];
      const alone = await run(file, { threads: 0, skipBad: true });
      expect(alone).to.deep.include({ loaded: lines.length, repeated: 1, bad: 4 });
      const [events, first] = [await all(core), core];
      core = await memoryCore();
      await core.shipLaw();
      const shared = await run(file, { threads: 2, skipBad: true });
      expect(shared).to.deep.equal(alone);
      expect(await all(core)).to.deep.equal(events);
      await first.close();
    });

    it('sees what the log holds: a second run changes nothing', async () => {
      const lines = [opened('A'), hired('A'), opened('B')];
      await run(lines, { threads: 1 });
      const before = await head();
      expect(
        await run([...lines, { ...hired('A'), effective: '2001-01-01' }], { threads: 2 }),
      ).to.deep.include({ repeated: 3, loaded: 0, bad: 1 });
      expect(await head()).to.equal(before);
    });

    it('what goes wrong where the log is asked ends it as itself, and nothing is written', async () => {
      const before = await head();
      const trouble = new LogUnavailable('out of reach');
      const real = core.log;
      const log = Object.create(real, {
        readEvents: { value: () => Promise.reject(trouble) },
      }) as typeof real;
      const parts = { ...core, log, reference: core.references.at() };
      await writeFile(file, many().join('\n'));
      const options = { file, actor: ACTOR, correlation: 'test', rejects, threads: 2 };
      expect(await importFile(parts, options).catch((e: unknown) => e)).to.equal(trouble);
      expect(await head()).to.equal(before);
    });

    it('a thread that is lost ends it, saying so, and nothing is written', async () => {
      const before = await head();
      const real = core.log;
      const [first] = await real.readAll(0n, 1);
      const unknown = { ...first, type: 'never_heard_of' };
      const log = Object.create(real, {
        readCategories: {
          value: (_: unknown, after: bigint) => Promise.resolve(after === 0n ? [unknown] : []),
        },
      }) as typeof real;
      const parts = { ...core, log, reference: core.references.at() };
      await writeFile(file, many().join('\n'));
      const options = { file, actor: ACTOR, correlation: 'test', rejects, threads: 2 };
      const lost = await importFile(parts, options).catch((e: unknown) => e);
      expect(lost).to.be.instanceOf(ThreadLost);
      expect(String(lost)).to.include('run the import again');
      expect(await head()).to.equal(before);
    });
  });
});
