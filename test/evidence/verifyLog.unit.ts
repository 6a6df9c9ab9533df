import { expect } from 'chai';
import fc from 'fast-check';
import { readCheckpoint, type Checkpoint } from '../../src/evidence/checkpoint.js';
import { MemoryTiles } from '../../src/evidence/tileStore.js';
import type { VerifyReport } from '../../src/evidence/verifyLog.js';
import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import { BEGINNING, type RecordedEvent } from '../../src/event-log/port.js';
import { check, evidenceOf, grow, TamperedLog, type Kept } from './support.js';

const EVENTS = 1_500;
const COVERED = 1_450;

describe('Verifying a log', () => {
  let kept: Kept;
  let events: RecordedEvent[];
  /** The last checkpoint, as mailed to somebody. */
  let mailed: Checkpoint;

  before(async () => {
    const log = new MemoryLog();
    kept = evidenceOf(log);
    for (const upTo of [3, 400, 1_000, COVERED]) {
      await grow(log, upTo - (await log.head()).sequence);
      mailed = readCheckpoint((await kept.evidence.publish()).note);
    }
    await grow(log, EVENTS - COVERED);
    events = await log.readAll(BEGINNING, EVENTS);
  });

  /** What is found when the rows are these instead. */
  const found = (rows: RecordedEvent[], more: Parameters<typeof check>[1] = {}): Promise<VerifyReport> =>
    check({ ...kept, log: new TamperedLog(rows).renumber() }, more);
  const first = (report: VerifyReport) =>
    `${report.outcome} ${report.faults[0]?.rule ?? ''} ${report.faults[0]?.sequence ?? ''}`;

  it('finds nothing where nothing was done', async () => {
    const report = await check(kept, { against: [mailed] });
    expect(report).to.deep.include({ outcome: 'intact', faults: [], events: EVENTS, covered: COVERED });
    expect(report.checkpoints).to.equal(6); // four published, the last one's file, and the one that was mailed
    expect(report.streams).to.equal(40);
  });

  it('finds an empty log whole', async () => {
    const empty = evidenceOf(new MemoryLog());
    expect(await check(empty)).to.deep.include({ outcome: 'intact', events: 0 });
    await empty.evidence.publish();
    expect(await check(empty)).to.deep.include({ outcome: 'intact', events: 0, checkpoints: 2 });
  });

  it('finds any byte that is another in any part of any event, and names the event', async () => {
    const parts = ['data', 'meta', 'type', 'id', 'stream', 'recordedAt', 'version', 'revision'] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: COVERED }),
        fc.constantFrom(...parts),
        fc.nat(),
        fc.integer({ min: 1, max: 127 }),
        async (sequence, part, at, flip) => {
          const rows = [...events];
          const event = rows[sequence - 1]!;
          rows[sequence - 1] = { ...event, [part]: altered(event[part], at, flip) };
          const report = await found(rows);
          expect(report.outcome, part).to.equal('broken');
          expect(report.faults[0]?.sequence, `${part}: ${report.faults[0]?.en}`).to.equal(sequence);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('finds an event that was removed, added, or exchanged with another, though the rows were renumbered', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: COVERED - 1 }), fc.nat(), async (a, n) => {
        const b = a + 1 + (n % (COVERED - a));
        const [x, y] = [events[a - 1]!, events[b - 1]!];
        const removed = events.filter((e) => e !== x);
        expect(first(await found(removed))).to.match(new RegExp(`^broken \\w+ ${a}$`));
        const added = [
          ...events.slice(0, a - 1),
          { ...y, id: x.id.replace(/^./, '0') },
          ...events.slice(a - 1),
        ];
        expect(first(await found(added))).to.match(new RegExp(`^broken \\w+ ${a}$`));
        const swapped = events.map((e) => (e === x ? y : e === y ? x : e));
        expect(first(await found(swapped))).to.match(new RegExp(`^broken \\w+ ${a}$`));
      }),
      { numRuns: 20 },
    );
  });

  it('finds a row that is gone, where the others were left as they are', async () => {
    const log = new TamperedLog(events.filter((e) => e.sequence !== 800));
    expect(first(await check({ ...kept, log }))).to.equal('broken sequence_missing 800');
  });

  it('finds the tail cut off, by the register, by the file, and by what was mailed', async () => {
    const cut = events.slice(0, 1_200);
    expect(first(await found(cut))).to.equal('broken cut 1201');
    const bare = { ...evidenceOf(new TamperedLog(cut)), tiles: kept.tiles };
    expect(first(await check(bare))).to.equal('broken cut 1201');
  });

  it('finds an older copy put back, with all that belongs to it, by a checkpoint kept elsewhere, and by nothing else', async () => {
    const older = new MemoryLog();
    const copy = evidenceOf(older);
    await older.appendBulk(
      events.slice(0, 1_000).map((e) => ({ stream: e.stream, expected: 'any', events: [{ ...e }] })),
    );
    const rows = events.slice(0, 1_000);
    const put = { ...copy, log: new TamperedLog(rows) };
    await evidenceOf(put.log, { tiles: put.tiles, register: put.register }).evidence.publish();
    expect((await check(put)).outcome).to.equal('intact');
    const report = await check(put, { against: [mailed] });
    expect(first(report)).to.equal('broken cut 1001');
    expect(report.faults[0]?.to).to.equal(COVERED);
  });

  it('finds a log that was changed with its tiles, register and signatures, by a checkpoint kept elsewhere', async () => {
    const rows = events.map((e) => (e.sequence === 900 ? { ...e, data: e.data.replace('x', 'y') } : e));
    const log = new TamperedLog(rows);
    const forged = evidenceOf(log);
    await forged.evidence.publish();
    expect((await check(forged)).outcome).to.equal('intact');
    const early = { ...(await kept.evidence.published(400))! };
    const report = await check(forged, { against: [early, mailed] });
    // Between the last checkpoint that agrees and the first that does not.
    expect(first(report)).to.equal('broken root_differs 401');
    expect(report.faults[0]?.to).to.equal(COVERED);
  });

  it('does not count our own checkpoints against one kept elsewhere: they may be made anew over the change', async () => {
    const rows = events.map((e) => (e.sequence === 900 ? { ...e, data: e.data.replace('x', 'y') } : e));
    const log = new TamperedLog([]);
    const forged = { ...evidenceOf(log), log: new TamperedLog(rows) };
    // One of the same size as the one that was mailed, and others about it.
    for (const upTo of [400, 1_000, 1_200, COVERED, EVENTS]) {
      log.rows = rows.slice(0, upTo);
      await forged.evidence.publish();
    }
    expect((await check(forged)).outcome).to.equal('intact');
    const alone = await check(forged, { against: [mailed] });
    expect(first(alone)).to.equal('broken root_differs 1');
    expect(alone.faults.map(({ to }) => to)).to.deep.equal([COVERED]);
    const [early, between] = [await kept.evidence.published(400), await kept.evidence.published(1_000)];
    const two = await check(forged, { against: [mailed, early!] });
    expect(first(two)).to.equal('broken root_differs 401');
    const three = await check(forged, { against: [mailed, between!, early!] });
    expect(first(three)).to.equal('broken root_differs 401');
    expect(three.faults[0]?.to).to.equal(1_000);
    // The tiles were forgotten: they name the event, though the forged checkpoint of that size agrees with it.
    const late = evidenceOf(log);
    log.rows = rows.slice(0, COVERED);
    await late.evidence.publish();
    const forgotten = { ...late, log: forged.log, tiles: kept.tiles };
    expect(first(await check(forgotten, { against: [mailed] }))).to.equal('broken event_altered 900');
  });

  it('tells a damaged tile from a damaged log', async () => {
    const tiles = new MemoryTiles();
    for (const [path, bytes] of (kept.tiles as MemoryTiles).files) await tiles.write(path, bytes);
    const damage = async (path: string, change: (bytes: Buffer) => Buffer | undefined) => {
      const whole = await kept.tiles.read(path);
      const bad = change(Buffer.from(whole!));
      if (bad === undefined) await tiles.remove(path);
      else await tiles.write(path, bad);
      const report = await check({ ...kept, tiles });
      await tiles.write(path, whole!);
      return first(report);
    };
    const flip = (at: number) => (bytes: Buffer) => {
      bytes[at]! ^= 1;
      return bytes;
    };
    expect(await damage('tile/0/001', flip(33))).to.equal('broken tile_damaged 258');
    expect(await damage('tile/0/002', () => undefined)).to.equal('broken tile_missing 513');
    expect(await damage('tile/0/003', (bytes) => bytes.subarray(0, 100))).to.equal('broken tile_missing 769');
    expect(await damage('tile/0/005.p/170', flip(0))).to.equal('broken tile_damaged 1281');
    expect(await damage('tile/1/000.p/5', flip(64))).to.equal('broken tile_damaged 513');
    expect(await damage('checkpoint', flip(30))).to.match(/^broken checkpoint_forged/);
  });

  it('stops when told to, and goes on from there to the same answer', async () => {
    const log = new MemoryLog();
    const long = evidenceOf(log);
    for (const more of [4_000, 4_000, 5_000]) {
      await grow(log, more);
      await long.evidence.publish();
    }
    const stop = new AbortController();
    const part = await check(long, {
      signal: stop.signal,
      onProgress: () => {
        stop.abort();
      },
    });
    expect(part).to.deep.include({ outcome: 'interrupted', events: 5_000 });
    const resume = JSON.parse(JSON.stringify(part.state)) as NonNullable<typeof part.state>;
    let read = 0;
    const rest = await check(long, {
      resume,
      onProgress: (done) => {
        read = done;
      },
    });
    const whole = await check(long);
    expect(read).to.equal(13_000);
    expect(rest).to.deep.equal(whole);
    const rows = await log.readAll(BEGINNING, 13_000);
    rows[9_000] = { ...rows[9_000]!, meta: '{}' };
    expect(first(await check({ ...long, log: new TamperedLog(rows) }, { resume }))).to.equal(
      'broken event_altered 9001',
    );
  });

  function altered(value: string | number, at: number, flip: number): string | number {
    if (typeof value === 'number') return value ^ flip;
    const bytes = Buffer.from(value);
    bytes[at % bytes.length]! ^= flip;
    return bytes.toString('latin1');
  }
});
