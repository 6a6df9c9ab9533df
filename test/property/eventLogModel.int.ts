import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import { type AppendRequest, type EventLog, type RecordedEvent } from '../../src/event-log/port.js';
import { openPostgresLog } from '../../src/event-log/postgres/postgresLog.js';
import { allOf, checkOrder, event, newStream, request } from '../contract/eventLogContract.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';

const STREAMS = Array.from({ length: 4 }, () => newStream());

/** The log as it is, and what was sent to it so far. */
interface Real {
  log: EventLog;
  readonly sent: AppendRequest[];
  readonly reopen: () => Promise<EventLog>;
}
type Step = fc.AsyncCommand<MemoryLog, Real>;

const shape = (outcome: object): object => ({ ...outcome, recordedAt: undefined });
const withoutTime = (events: readonly RecordedEvent[]): object[] => events.map(shape);

/** One append, as expected or not; a new one, or one that was sent before. */
class Append implements Step {
  constructor(
    private readonly stream: number,
    private readonly off: number,
    private readonly size: number,
    private readonly again: number | null,
  ) {}
  check = (): boolean => true;
  async run(model: MemoryLog, real: Real): Promise<void> {
    const earlier = this.again === null ? undefined : real.sent[this.again % Math.max(1, real.sent.length)];
    const stream = STREAMS[this.stream]!;
    const last = (await model.readStream(stream)).length - 1 + this.off;
    const one =
      earlier ??
      request(
        stream,
        last < 0 ? 'none' : last,
        ...Array.from({ length: this.size }, () => event(`{"n":${last}}`)),
      );
    real.sent.push(one);
    expect(shape(await real.log.append(one))).to.deep.equal(shape(await model.append(one)));
  }
  toString = (): string => `append(${this.stream}, off ${this.off}, ${this.size}, again ${this.again})`;
}

/** Several requests at once, some of them sent before. */
class Bulk implements Step {
  constructor(private readonly parts: readonly { stream: number; size: number; again: number | null }[]) {}
  check = (): boolean => true;
  async run(model: MemoryLog, real: Real): Promise<void> {
    const tails = new Map<string, number>();
    const requests: AppendRequest[] = [];
    for (const { stream: index, size, again } of this.parts) {
      const stream = STREAMS[index]!;
      const tail = tails.get(stream) ?? (await model.readStream(stream)).length;
      const earlier = again === null ? undefined : real.sent[again % Math.max(1, real.sent.length)];
      requests.push(
        earlier ??
          request(stream, tail === 0 ? 'none' : tail - 1, ...Array.from({ length: size }, () => event())),
      );
      if (earlier === undefined) tails.set(stream, tail + size);
    }
    real.sent.push(...requests);
    expect((await real.log.appendBulk(requests)).map(shape)).to.deep.equal(
      (await model.appendBulk(requests)).map(shape),
    );
  }
  toString = (): string => `bulk(${JSON.stringify(this.parts)})`;
}

class Read implements Step {
  constructor(
    private readonly stream: number,
    private readonly from: number,
    private readonly page: number,
  ) {}
  check = (): boolean => true;
  async run(model: MemoryLog, { log }: Real): Promise<void> {
    const stream = STREAMS[this.stream]!;
    const [after, limit] = [BigInt(this.from), this.page];
    for (const read of [
      (l: EventLog) => l.readStream(stream, this.from),
      (l: EventLog) => l.readAll(after, limit),
      (l: EventLog) => l.readStreams([stream], after),
      (l: EventLog) => l.readCategories(['person-'], after, after + 10n, limit),
    ])
      expect(withoutTime(await read(log))).to.deep.equal(withoutTime(await read(model)));
    expect(await log.readBeginnings(['person-'], after, after + 10n, limit)).to.deep.equal(
      await model.readBeginnings(['person-'], after, after + 10n, limit),
    );
    const filter = { categories: ['unit-'], types: [], streams: [stream] };
    const matching = async (l: EventLog) => {
      const { events, reached } = await l.readMatching(filter, after, after + 10n, limit);
      return { events: withoutTime(events), reached };
    };
    expect(await matching(log)).to.deep.equal(await matching(model));
    expect((await log.head()).sequence).to.equal((await model.head()).sequence);
  }
  toString = (): string => `read(${this.stream}, ${this.from}, ${this.page})`;
}

class Reopen implements Step {
  check = (): boolean => true;
  async run(_model: MemoryLog, real: Real): Promise<void> {
    await real.log.close();
    real.log = await real.reopen();
  }
  toString = (): string => 'reopen';
}

const nat = (max: number): fc.Arbitrary<number> => fc.nat({ max });
const again = fc.option(fc.nat(50), { freq: 3 });
const STEPS = [
  fc
    .tuple(nat(3), fc.constantFrom(0, 0, 0, 0, -1, 1), fc.integer({ min: 1, max: 3 }), again)
    .map((x) => new Append(...x)),
  fc
    .array(fc.record({ stream: nat(3), size: fc.integer({ min: 1, max: 3 }), again }), {
      minLength: 1,
      maxLength: 8,
    })
    .map((parts) => new Bulk(parts)),
  fc.tuple(nat(3), nat(5), fc.integer({ min: 1, max: 5 })).map((x) => new Read(...x)),
  fc.constant(new Reopen()),
];

describe('The log on PostgreSQL as a law', function () {
  this.timeout(120_000);

  it('answers every history of appends, repeats, wrong revisions, reads and restarts as the model does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(STEPS, { maxCommands: 25 }), async (commands) => {
        const database = await testDatabase();
        const reopen = (): Promise<EventLog> => openPostgresLog({ connection: database.log });
        const real: Real = { log: await reopen(), sent: [], reopen };
        const model = new MemoryLog();
        try {
          await fc.asyncModelRun(() => ({ model, real }), commands);
          await checkOrder(real.log);
          expect(withoutTime(await allOf(real.log))).to.deep.equal(withoutTime(await allOf(model)));
        } finally {
          await real.log.close();
          await database.close();
        }
      }),
      { numRuns: 8 },
    );
  });

  describe('with two writers', () => {
    let database: TestDatabase;
    let writers: EventLog[];
    let reader: EventLog;
    beforeEach(async () => {
      database = await testDatabase();
      writers = await Promise.all([1, 2].map(() => openPostgresLog({ connection: database.log })));
      reader = await openPostgresLog({ connection: database.log });
    });
    afterEach(async () => {
      await Promise.all([...writers, reader].map((log) => log.close()));
      await database.close();
    });

    const work = fc.array(
      fc.record({
        writer: nat(1),
        bulk: fc.boolean(),
        appends: fc.array(fc.record({ own: fc.boolean(), size: fc.integer({ min: 1, max: 4 }) }), {
          minLength: 1,
          maxLength: 20,
        }),
      }),
      { minLength: 10, maxLength: 40 },
    );

    it('nobody ever sees an event before the one before it', async () => {
      const shared = newStream();
      await fc.assert(
        fc.asyncProperty(work, async (jobs) => {
          const start = await reader.head();
          const end: { position?: bigint } = {};
          /** Pages of any size, from where it stands, as fast as it can. */
          const page = async (size: number): Promise<number> => {
            let position = start.position;
            while (position !== end.position)
              for (const { sequence } of await reader.readAll(position, size)) {
                expect(sequence).to.equal(Number(position) + 1);
                position += 1n;
              }
            return Number(position);
          };
          const stop = new AbortController();
          const subscribe = async (): Promise<number> => {
            let position = start.position;
            for await (const batch of reader.subscribe({
              after: position,
              signal: stop.signal,
              batchSize: 7,
            })) {
              for (const { sequence } of batch) {
                expect(sequence).to.equal(Number(position) + 1);
                position += 1n;
              }
              if (position === end.position) break;
            }
            return Number(position);
          };
          const readers = [page(1), page(13), page(1000), subscribe()];
          await Promise.all(
            jobs.map(({ writer, bulk, appends }) => {
              const requests = appends.map(({ own, size }) =>
                request(
                  own ? newStream() : shared,
                  own ? 'none' : 'any',
                  ...Array.from({ length: size }, () => event()),
                ),
              );
              const log = writers[writer]!;
              return bulk ? log.appendBulk(requests) : Promise.all(requests.map((one) => log.append(one)));
            }),
          );
          // The last one wakes whoever has already seen all others.
          end.position = (await reader.head()).position + 1n;
          await writers[0]!.append(request(newStream(), 'none', event('{}', randomUUID())));
          const seen = await Promise.all(readers);
          stop.abort();
          expect(seen).to.deep.equal(seen.map(() => Number(end.position)));
        }),
        { numRuns: 15 },
      );
      await checkOrder(reader);
    });
  });
});
