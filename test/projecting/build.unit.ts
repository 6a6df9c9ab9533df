import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { Column, Entity } from 'typeorm';
import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import { LogUnavailable, type RecordedEvent } from '../../src/event-log/port.js';
import { Build, type Builder } from '../../src/projecting/build.js';
import { Folder, type Task, type Yield } from '../../src/projecting/folder.js';
import { rowsOf, type Projection, type ProjectionOf } from '../../src/projecting/projection.js';
import { Superseded, type Point } from '../../src/projecting/register.js';
import { PersonRow, UnitRow } from '../../src/projecting/rows.js';
import { SharedReference } from '../../src/projecting/sharedReference.js';
import { encodeUnitEvent } from '../../src/organisation/codec.js';
import type { RecordEvent } from '../../src/record/events.js';
import { opened as unitOpened } from '../organisation/support.js';

@Entity({ name: 'tally', comment: 'How many events each person has.' })
class Tally extends PersonRow {
  @Column({ type: 'integer', comment: 'Number of events.' })
  events!: number;
}
@Entity({ name: 'unit_seen', comment: 'Units.' })
class UnitSeen extends UnitRow {}

const tally = (name: string, fails: (person: string) => boolean = () => false): ProjectionOf<'person'> => ({
  name,
  version: 1,
  of: 'person',
  tables: [Tally],
  usesReference: false,
  views: null,
  fold: ({ id, events }) => {
    if (fails(id)) throw new Error(`cannot fold ${id}`);
    return [rowsOf(Tally, 'person', [{ events: events.length }])];
  },
});
const units: ProjectionOf<'unit'> = {
  name: 'units',
  version: 1,
  of: 'unit',
  tables: [UnitSeen],
  usesReference: false,
  views: null,
  fold: () => [rowsOf(UnitSeen, 'unit', [{}])],
};

const START: Point = { position: 0n, sequence: 0 };

/** A generation that keeps its rows in memory. */
class Kept implements Builder {
  at: Point;
  readonly rows: string[] = [];
  readonly ends: number[] = [];
  stopped: string | null = null;
  constructor(
    readonly projection: Projection,
    readonly target: Point,
    at = START,
    private readonly beforeWrite: () => Promise<void> | void = () => undefined,
  ) {
    this.at = at;
  }
  async write(texts: readonly Buffer[], end: Point): Promise<void> {
    await this.beforeWrite();
    this.rows.push(...texts.join('').split('\n').slice(0, -1));
    this.at = end;
    this.ends.push(end.sequence);
  }
  beat(): Promise<void> {
    return Promise.resolve();
  }
  stopIn(stream: string): Promise<never> {
    this.stopped = stream;
    return Promise.reject(new Error(`stopped at ${stream}`));
  }
  get told(): string[] {
    return this.rows.map((row) => row.replaceAll('\t', ' ')).sort();
  }
}

/** A log that counts what is read of it. */
class Counted extends MemoryLog {
  readonly read: string[] = [];
  override readStreams(streams: readonly string[], upTo?: bigint): Promise<RecordedEvent[]> {
    this.read.push(...streams);
    return super.readStreams(streams, upTo);
  }
}

describe('Building read models side by side', () => {
  let log: Counted;
  /** What was asked to be folded, and how many sets of it are not yet written by everybody. */
  let tasks: Task[];
  let unreadable: string | null;
  beforeEach(() => {
    log = new Counted();
    tasks = [];
    unreadable = null;
  });

  const add = async (stream: string, count = 1): Promise<void> => {
    for (let i = 0; i < count; i++)
      await log.append({
        stream,
        expected: 'any',
        events: [{ id: randomUUID(), type: 'x', version: 1, data: '{}', meta: '{}' }],
      });
  };
  const addUnit = async (): Promise<void> => {
    const opening = { id: randomUUID(), body: { kind: 'fact', fact: unitOpened('1990-01-01') } } as const;
    await log.append({ stream: 'unit-u', expected: 'none', events: [encodeUnitEvent(opening, {})] });
  };
  const decoder = {
    decode: (events: readonly RecordedEvent[]): Promise<RecordEvent[]> =>
      events.some((e) => e.stream === unreadable)
        ? Promise.reject(new Error('unreadable'))
        : Promise.resolve(events.map((e) => ({ ...e, body: { kind: 'record_restored', reason: '' } }))),
  };
  const building = (
    builders: readonly Builder[],
    mostEvents = 4,
    fold?: (task: Task) => Promise<Yield[]>,
  ) => {
    const projections = builders.map((b) => b.projection);
    const folder = new Folder({ log, decoder, reference: new SharedReference(log), projections });
    return new Build({
      log,
      mostEvents,
      folder: {
        width: 1,
        fold: (task) => {
          tasks.push(task);
          return fold === undefined ? folder.fold(task) : fold(task);
        },
      },
    });
  };
  const never = new AbortController().signal;
  const run = async (builders: readonly Builder[], mostEvents?: number) => {
    const build = building(builders, mostEvents);
    const coming = builders.map(() => build.announce());
    const joined = builders.map((b) => build.join(b, never));
    for (const one of coming) one.end();
    return Promise.allSettled(joined);
  };
  const head = async (): Promise<Point> => log.head();
  /** Persons p1 … pN with two events each, which stand apart in the log. */
  const persons = async (count: number): Promise<void> => {
    for (let round = 0; round < 2; round++) for (let n = 1; n <= count; n++) await add(`person-p${n}`);
  };
  const expected = (count: number) => Array.from({ length: count }, (_, i) => `p${i + 1} 0 2`).sort();

  it('reads each stream once for all who build, whatever kinds of streams they fold', async () => {
    await addUnit();
    await persons(9);
    const end = await head();
    const builders = [new Kept(tally('a'), end), new Kept(units, end), new Kept(tally('b'), end)];
    await run(builders);
    expect(log.read.sort()).to.deep.equal([...expected(9).map((r) => `person-${r.slice(0, 2)}`), 'unit-u']);
    expect(builders.map((b) => b.told)).to.deep.equal([expected(9), ['u 0'], expected(9)]);
    expect(builders.map((b) => b.at)).to.deep.equal(
      [end, end, end].map(({ position, sequence }) => ({ position, sequence })),
    );
  });

  it('waits for those who are announced, and no longer for one who will not come', async () => {
    await persons(3);
    const [a, b] = [new Kept(tally('a'), await head()), new Kept(tally('b'), await head())];
    const build = building([a, b]);
    const [first, second, third] = [build.announce(), build.announce(), build.announce()];
    const joined = build.join(a, never);
    first.end();
    await pause(5);
    expect(tasks).to.have.length(0);
    third.end();
    const other = build.join(b, never);
    second.end();
    await Promise.all([joined, other]);
    expect(log.read).to.have.length(3);
  });

  it('who was interrupted goes on from where it stands, and all end with the same rows', async () => {
    await persons(9);
    const end = await head();
    const whole = new Kept(tally('whole'), end);
    await run([whole], 4);
    log.read.length = 0;
    const [early, late] = [2, 6].map((n) => ({ position: BigInt(n), sequence: n })) as [Point, Point];
    const builders = [
      new Kept(tally('anew'), end),
      new Kept(tally('late'), end, late),
      new Kept(tally('early'), end, early),
    ];
    await run(builders, 6);
    expect(log.read).to.have.length(9);
    expect(builders.map((b) => b.told)).to.deep.equal([
      expected(9),
      expected(9).filter((r) => r > 'p6 9'),
      expected(9).filter((r) => r > 'p2 9'),
    ]);
  });

  it('one that joins while others are at work catches up with them', async () => {
    await persons(12);
    const end = await head();
    const late = new Kept(tally('late'), end);
    const joined: Promise<void>[] = [];
    const first = new Kept(tally('first'), end, START, () => {
      if (joined.length === 0) joined.push(build.join(late, never));
    });
    const build = building([first, late]);
    await build.join(first, never);
    await Promise.all(joined);
    expect(first.told).to.deep.equal(expected(12));
    expect(late.told).to.deep.equal(expected(12));
    expect(log.read.length).to.be.lessThan(24);
  });

  it('each sees its streams as they were at its own target', async () => {
    await add('person-p1', 2);
    const early = await head();
    await add('person-p1', 3);
    await add('person-p2');
    const late = await head();
    const [a, b] = [new Kept(tally('a'), early), new Kept(tally('b'), late)];
    await run([a, b], 100);
    expect(a.told).to.deep.equal(['p1 0 2']);
    expect(b.told).to.deep.equal(['p1 0 5', 'p2 0 1']);
    expect([a.at.sequence, b.at.sequence]).to.deep.equal([2, 6]);
  });

  it('a stream that one of them cannot fold stops this one before it, and nobody else', async () => {
    await persons(9);
    const end = await head();
    const [good, bad] = [
      new Kept(tally('good'), end),
      new Kept(
        tally('bad', (p) => p === 'p5'),
        end,
      ),
    ];
    const results = await run([good, bad], 6);
    expect(results.map((r) => r.status)).to.deep.equal(['fulfilled', 'rejected']);
    expect(good.told).to.deep.equal(expected(9));
    expect(bad.stopped).to.equal('person-p5');
    expect(bad.at.sequence).to.equal(4);
    expect(bad.told).to.deep.equal(expected(4));
  });

  it('of a large set few are in memory at once; all that was folded is written, but of whom one cannot be folded', async () => {
    await persons(50);
    const end = await head();
    const sizes: number[] = [];
    const read = log.readStreams.bind(log);
    log.readStreams = (streams, upTo) => {
      sizes.push(streams.length);
      return read(streams, upTo);
    };
    const good = new Kept(tally('good'), end);
    const bad = new Kept(
      tally('bad', (p) => p === 'p47'),
      end,
    );
    const results = await run([good, bad], 100);
    expect(results.map((r) => r.status)).to.deep.equal(['fulfilled', 'rejected']);
    expect(good.told).to.deep.equal(expected(50));
    expect(good.ends).to.have.lengthOf(1);
    expect(bad.stopped).to.equal('person-p47');
    expect(bad.told).to.deep.equal(expected(46));
    expect(Math.max(...sizes)).to.be.lessThan(20);
  });

  it('a stream that cannot be decoded stops those who fold such streams, each before it', async () => {
    await persons(5);
    await addUnit();
    unreadable = 'person-p3';
    const end = await head();
    const builders = [new Kept(tally('a'), end), new Kept(units, end), new Kept(tally('b'), end)];
    const results = await run(builders, 100);
    expect(results.map((r) => r.status)).to.deep.equal(['rejected', 'fulfilled', 'rejected']);
    expect(builders.map((b) => b.stopped)).to.deep.equal(['person-p3', null, 'person-p3']);
    expect(builders.map((b) => b.told)).to.deep.equal([expected(2), ['u 0'], expected(2)]);
  });

  it('one whose checkpoint somebody else has moved leaves the others at work', async () => {
    await persons(6);
    const end = await head();
    const taken = new Kept(tally('taken'), end, START, () => {
      throw new Superseded('somebody else runs it');
    });
    const other = new Kept(tally('other'), end);
    const [first, second] = await run([taken, other]);
    expect(first).to.have.property('reason').instanceOf(Superseded);
    expect(second!.status).to.equal('fulfilled');
    expect(other.told).to.deep.equal(expected(6));
  });

  it('stops after the set at hand when it is told to', async () => {
    await persons(9);
    const end = await head();
    const stop = new AbortController();
    const aborted = new Kept(tally('aborted'), end, START, () => {
      stop.abort();
    });
    const other = new Kept(tally('other'), end);
    const build = building([aborted, other]);
    await Promise.all([build.join(aborted, stop.signal), build.join(other, never)]);
    expect(aborted.ends).to.have.length(1);
    expect(other.told).to.deep.equal(expected(9));
  });

  it('a log out of reach is told to those who build; they may join again', async () => {
    await persons(3);
    const one = new Kept(tally('one'), await head());
    const broken = building([one], 4, () => Promise.reject(new LogUnavailable('away')));
    const error = await broken.join(one, never).catch((e: unknown) => e);
    expect(error).to.be.instanceOf(LogUnavailable);
    await building([one]).join(one, never);
    expect(one.told).to.deep.equal(expected(3));
  });

  it('holds two sets in memory at most, each of so many events, or of one stream that is longer', async () => {
    await add('person-long', 9);
    await persons(12);
    const end = await head();
    let written = 0;
    let most = 0;
    const slow = new Kept(tally('slow'), end, START, async () => {
      await pause(3);
      most = Math.max(most, tasks.length - written);
      written += 1;
    });
    await run([slow], 6);
    expect(tasks.map((t) => t.streams.length)).to.deep.equal([1, 3, 3, 3, 3]);
    expect(most).to.equal(2);
  });
});
