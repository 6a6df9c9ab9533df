/** What every engine of the event log must do. A further engine adds a line in eventLog.int.ts. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import {
  BEGINNING,
  DEMO_MARK,
  InvalidAppend,
  LogUnavailable,
  MAX_APPEND_BYTES,
  ScriptedClockRefused,
  type AppendOutcome,
  type AppendRequest,
  type EventFilter,
  type EventLog,
  type ExpectedRevision,
  type ProposedEvent,
  type RecordedEvent,
} from '../../src/event-log/port.js';

/** An engine under test: opens an empty log, and lets go of it. */
export interface Engine {
  readonly name: string;
  /** Runs of the property that holds it against the model: fewer where opening a log takes long. Default 25. */
  readonly runs?: number;
  open(): Promise<{ log: EventLog; close: () => Promise<void> }>;
}

export const event = (data = '{}', id: string = randomUUID(), type = 'happened'): ProposedEvent => ({
  id,
  type,
  version: 1,
  data,
  meta: '{"actor":"a"}',
});
export const request = (
  stream: string,
  expected: ExpectedRevision,
  ...events: ProposedEvent[]
): AppendRequest => ({
  stream,
  expected,
  events: events.length === 0 ? [event()] : events,
});
export const newStream = (category = 'person') => `${category}-${randomUUID()}`;

/** All events of a log, page by page. */
export async function allOf(log: EventLog, page = 100): Promise<RecordedEvent[]> {
  const all: RecordedEvent[] = [];
  for (let after = BEGINNING; ;) {
    const batch = await log.readAll(after, page);
    if (batch.length === 0) return all;
    all.push(...batch);
    after = batch.at(-1)!.position;
  }
}

/** Holds a log against what must be true of it at any time. */
export async function checkOrder(log: EventLog): Promise<RecordedEvent[]> {
  const all = await allOf(log);
  const revisions = new Map<string, number>();
  all.forEach((e, i) => {
    expect(e.sequence, 'sequences are dense').to.equal(i + 1);
    const previous = all[i - 1];
    if (previous) {
      expect(e.position > previous.position, 'positions grow').to.equal(true);
      expect(e.recordedAt >= previous.recordedAt, 'times never fall').to.equal(true);
    }
    expect(e.revision, 'revisions are dense').to.equal((revisions.get(e.stream) ?? -1) + 1);
    revisions.set(e.stream, e.revision);
  });
  expect(new Set(all.map((e) => e.id)).size, 'ids are unique').to.equal(all.length);
  const head = await log.head();
  expect(head.sequence).to.equal(all.length);
  expect(head.position).to.equal(all.at(-1)?.position ?? BEGINNING);
  return all;
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('it was accepted');
    },
    (error: unknown) => error,
  );
}

function done(outcome: AppendOutcome) {
  if (outcome.kind !== 'appended' && outcome.kind !== 'alreadyAppended')
    throw new Error(`not appended: ${outcome.kind}`);
  return outcome;
}

export function eventLogContract(engine: Engine): void {
  describe(`The event log on ${engine.name}`, () => {
    let log: EventLog;
    let close: () => Promise<void>;
    beforeEach(async () => {
      ({ log, close } = await engine.open());
    });
    afterEach(() => close());

    describe('append', () => {
      it('gives revisions from 0, dense sequences, and the time of recording in whole milliseconds', async () => {
        const stream = newStream();
        const before = Date.now();
        const first = done(await log.append(request(stream, 'none', event(), event())));
        const second = done(await log.append(request(stream, 1)));
        expect(first).to.deep.include({
          kind: 'appended',
          stream,
          firstRevision: 0,
          lastRevision: 1,
          sequence: 2,
        });
        expect(second).to.deep.include({ kind: 'appended', firstRevision: 2, lastRevision: 2, sequence: 3 });
        expect(second.position > first.position).to.equal(true);
        expect(first.recordedAt).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        expect(Date.parse(first.recordedAt)).to.be.within(before - 50, Date.now() + 50);
      });

      it('refuses another revision than the last, telling which it is, and writes nothing', async () => {
        const stream = newStream();
        expect(await log.append(request(stream, 0))).to.deep.equal({
          kind: 'wrongRevision',
          stream,
          actual: null,
        });
        await log.append(request(stream, 'none', event(), event()));
        for (const expected of ['none', 0, 2] as const)
          expect(await log.append(request(stream, expected))).to.deep.equal({
            kind: 'wrongRevision',
            stream,
            actual: 1,
          });
        expect((await log.head()).sequence).to.equal(2);
      });

      it('takes `any` as no check', async () => {
        const stream = newStream();
        await log.append(request(stream, 'any'));
        expect(done(await log.append(request(stream, 'any'))).lastRevision).to.equal(1);
      });

      it('repeated with the same ids answers as the first time, also after later events', async () => {
        const stream = newStream();
        const once = request(stream, 'none', event('{"a":1}'), event('{"a":2}'));
        const first = done(await log.append(once));
        await log.append(request(stream, 1));
        expect(await log.append(once)).to.deep.equal({ ...first, kind: 'alreadyAppended' });
        expect(await log.append({ ...once, expected: 'any' })).to.deep.equal({
          ...first,
          kind: 'alreadyAppended',
        });
        expect((await log.head()).sequence).to.equal(3);
      });

      it('compares content, not metadata', async () => {
        const stream = newStream();
        const id = randomUUID();
        await log.append(request(stream, 'none', event('{"a":1}', id)));
        const retry = { ...event('{"a":1}', id), meta: '{"actor":"another"}' };
        expect((await log.append(request(stream, 'none', retry))).kind).to.equal('alreadyAppended');
        const differs = { kind: 'contentDiffers', stream, eventId: id };
        expect(await log.append(request(stream, 'none', event('{"a":2}', id)))).to.deep.equal(differs);
        expect(await log.append(request(stream, 'none', event('{"a":1}', id, 'else')))).to.deep.equal(
          differs,
        );
        expect(
          await log.append(request(stream, 'none', { ...event('{"a":1}', id), version: 2 })),
        ).to.deep.equal(differs);
        expect((await log.readStream(stream))[0]?.meta).to.equal('{"actor":"a"}');
      });

      it('a prefix of an earlier append is a repeat; a superset or a shifted one is the wrong revision', async () => {
        const stream = newStream();
        const [a, b, c, d] = [event(), event(), event(), event()] as const;
        await log.append(request(stream, 'none', a, b, c));
        expect(await log.append(request(stream, 'none', a, b))).to.deep.include({
          kind: 'alreadyAppended',
          lastRevision: 1,
        });
        expect((await log.append(request(stream, 'none', a, b, c, d))).kind).to.equal('wrongRevision');
        expect((await log.append(request(stream, 0, a, b))).kind).to.equal('wrongRevision');
        expect((await log.append(request(stream, 'none', b, a))).kind).to.equal('wrongRevision');
        expect((await log.head()).sequence).to.equal(3);
      });

      it('an id that stands in another stream is the wrong revision there', async () => {
        const a = event();
        await log.append(request(newStream(), 'none', a));
        expect((await log.append(request(newStream(), 'none', a))).kind).to.equal('wrongRevision');
        expect((await log.append(request(newStream(), 'any', event(), a))).kind).to.equal('wrongRevision');
        expect((await log.head()).sequence).to.equal(1);
      });

      it('refuses what breaks the contract before anything is written', async () => {
        const [twice, stream] = [event(), newStream()];
        const bad: AppendRequest[] = [
          { stream, expected: 'none', events: [] },
          request(stream, 'none', twice, twice),
          request(stream, 'none', event('{}', 'not-a-uuid')),
          request(stream, 'none', event('{}', randomUUID().toUpperCase())),
          request(stream, 'none', { ...event(), type: '' }),
          request(stream, 'none', { ...event(), version: 0 }),
          request(stream, 'none', event('{"a":"\0"}')),
          request(stream, 'none', event('{"a":"\ud800"}')),
          request(stream, -1),
          request(stream, 1.5),
          request('', 'none'),
          request('person', 'none'),
          request('$all', 'none'),
          request(stream, 'none', event('x'.repeat(MAX_APPEND_BYTES))),
        ];
        for (const one of bad) expect(await rejection(log.append(one))).to.be.instanceOf(InvalidAppend);
        for (const one of bad)
          expect(await rejection(log.appendBulk([request(newStream(), 'none'), one]))).to.be.instanceOf(
            InvalidAppend,
          );
        expect((await log.head()).sequence).to.equal(0);
      });

      it('carries many small events, and an append just under the limit', async () => {
        const many = Array.from({ length: 3000 }, () => event());
        expect(done(await log.append(request(newStream(), 'none', ...many))).lastRevision).to.equal(2999);
        const big = event(JSON.stringify('x'.repeat(MAX_APPEND_BYTES - 200)));
        expect(done(await log.append(request(newStream(), 'none', big))).sequence).to.equal(3001);
        await checkOrder(log);
      });

      it('one bad append does not fail its neighbours', async () => {
        const [taken, other] = [newStream(), newStream()];
        await log.append(request(taken, 'none'));
        const outcomes = await Promise.all([
          log.append(request(newStream(), 'none')),
          log.append(request(taken, 'none')),
          log.append(request(other, 'none')),
        ]);
        expect(outcomes.map((o) => o.kind)).to.deep.equal(['appended', 'wrongRevision', 'appended']);
      });

      it('of many racing for one revision exactly one wins', async () => {
        const stream = newStream();
        const outcomes = await Promise.all(
          Array.from({ length: 20 }, () => log.append(request(stream, 'none'))),
        );
        expect(outcomes.filter((o) => o.kind === 'appended')).to.have.length(1);
        expect(outcomes.filter((o) => o.kind === 'wrongRevision')).to.have.length(19);
      });

      it('of many sending the same event one appends and the others are told so', async () => {
        const one = request(newStream(), 'none', event());
        const outcomes = await Promise.all(Array.from({ length: 20 }, () => log.append(one)));
        expect(outcomes.filter((o) => o.kind === 'appended')).to.have.length(1);
        expect(outcomes.filter((o) => o.kind === 'alreadyAppended')).to.have.length(19);
      });

      it('pipelined appends to one stream arrive in order', async () => {
        const stream = newStream();
        const outcomes = await Promise.all(
          Array.from({ length: 200 }, (_, i) => log.append(request(stream, i === 0 ? 'none' : i - 1))),
        );
        expect(outcomes.every((o) => o.kind === 'appended')).to.equal(true);
      });

      it('keeps the exact bytes of data and metadata', async () => {
        const texts = [
          '{"10":1,"2":1}',
          '{"b":1,"a":{"z":null,"y":[1,2]}}',
          '{"text":"Nguyễn Thị Mẫu \\u0000 \\\\ \\" \\n 🙂 \u2028"}',
          '"tab\\tand \t real, line \n and \\\\N"',
        ];
        const stream = newStream();
        await log.append(request(stream, 'none', ...texts.map((t) => ({ ...event(t), meta: t }))));
        await log.appendBulk([request(stream, 3, ...texts.map((t) => ({ ...event(t), meta: t })))]);
        const read = await log.readStream(stream);
        expect(read.map((e) => e.data)).to.deep.equal([...texts, ...texts]);
        expect(read.map((e) => e.meta)).to.deep.equal([...texts, ...texts]);
      });
    });

    describe('appendBulk', () => {
      it('gives each request its own outcome, in order; several may build on each other', async () => {
        const [a, b] = [newStream(), newStream()];
        await log.append(request(b, 'none'));
        const outcomes = await log.appendBulk([
          request(a, 'none', event(), event()),
          request(b, 'none'),
          request(a, 1),
          request(a, 5),
          request(b, 0),
        ]);
        expect(outcomes.map((o) => o.kind)).to.deep.equal([
          'appended',
          'wrongRevision',
          'appended',
          'wrongRevision',
          'appended',
        ]);
        expect((await checkOrder(log)).length).to.equal(5);
      });

      it('repeated changes nothing', async () => {
        const requests = Array.from({ length: 300 }, () => request(newStream(), 'none', event(), event()));
        const first = await log.appendBulk(requests);
        const again = await log.appendBulk(requests);
        expect(again).to.deep.equal(first.map((o) => ({ ...o, kind: 'alreadyAppended' })));
        expect((await checkOrder(log)).length).to.equal(600);
      });

      it('beside live writers keeps strict order', async () => {
        const bulk = log.appendBulk(
          Array.from({ length: 3000 }, () => request(newStream(), 'none', event(), event())),
        );
        const live = Promise.all(Array.from({ length: 200 }, () => log.append(request(newStream(), 'none'))));
        await Promise.all([bulk, live]);
        expect((await checkOrder(log)).length).to.equal(6200);
      });
    });

    describe('recordedAt', () => {
      it('of a demonstration log follows the scripted clock', async () => {
        const mark = event('{}', randomUUID(), DEMO_MARK);
        const at = { recordedAt: '2012-10-03T01:00:00.000Z' };
        expect(done(await log.append(request('log-demo', 'none', mark), at)).recordedAt).to.equal(
          at.recordedAt,
        );
        const later = { recordedAt: '2013-01-01T00:00:00.123Z' };
        await log.append(request(newStream(), 'none'), later);
        expect((await log.head()).recordedAt).to.equal(later.recordedAt);
        await log.appendBulk([request(newStream(), 'none')], later);
        expect(await rejection(log.append(request(newStream(), 'none'), at))).to.be.instanceOf(
          ScriptedClockRefused,
        );
        expect(done(await log.append(request(newStream(), 'none'))).recordedAt > '2026').to.equal(true);
        await checkOrder(log);
      });

      it('of a scripted event may be ahead of the clock a little, and then waits for the clock; never far', async () => {
        const ahead = (minutes: number) => ({
          recordedAt: new Date(Date.now() + minutes * 60_000).toISOString(),
        });
        await log.append(request('log-demo', 'none', event('{}', randomUUID(), DEMO_MARK)));
        for (const far of [ahead(90), { recordedAt: '9999-12-31T00:00:00.000Z' }, { recordedAt: 'soon' }])
          expect(await rejection(log.append(request(newStream(), 'none'), far))).to.be.instanceOf(
            ScriptedClockRefused,
          );
        const near = ahead(30);
        await log.append(request(newStream(), 'none'), near);
        expect(done(await log.append(request(newStream(), 'none'))).recordedAt).to.equal(near.recordedAt);
        expect(done((await log.appendBulk([request(newStream(), 'none')]))[0]!).recordedAt).to.equal(
          near.recordedAt,
        );
        await checkOrder(log);
      });

      it('of a repeated scripted append is that of the first time: an interrupted demonstration resumes', async () => {
        const at = { recordedAt: '2012-10-03T01:00:00.000Z' };
        const once = request('log-demo', 'none', event('{}', randomUUID(), DEMO_MARK));
        const first = done(await log.append(once, at));
        await log.append(request(newStream(), 'none'), { recordedAt: '2013-01-01T00:00:00.000Z' });
        expect(await log.append(once, at)).to.deep.equal({ ...first, kind: 'alreadyAppended' });
        expect(await log.appendBulk([once], at)).to.deep.equal([{ ...first, kind: 'alreadyAppended' }]);
      });

      it('cannot be scripted on an ordinary log', async () => {
        const at = { recordedAt: '2012-10-03T01:00:00.000Z' };
        expect(await rejection(log.append(request(newStream(), 'none'), at))).to.be.instanceOf(
          ScriptedClockRefused,
        );
        await log.append(request(newStream(), 'none'));
        expect(await rejection(log.append(request(newStream(), 'none'), at))).to.be.instanceOf(
          ScriptedClockRefused,
        );
        expect(await rejection(log.appendBulk([request(newStream(), 'none')], at))).to.be.instanceOf(
          ScriptedClockRefused,
        );
        expect((await log.head()).sequence).to.equal(1);
      });

      it('finds the last sequence of a moment', async () => {
        await log.append(request('log-demo', 'none', event('{}', randomUUID(), DEMO_MARK)), {
          recordedAt: '2012-01-01T00:00:00.000Z',
        });
        for (const day of ['2012-01-02', '2012-01-02', '2012-01-05'])
          await log.append(request(newStream(), 'none'), { recordedAt: `${day}T00:00:00.000Z` });
        expect(await log.sequenceAt('2011-12-31T23:59:59.999Z')).to.equal(0);
        expect(await log.sequenceAt('2012-01-01T00:00:00.000Z')).to.equal(1);
        expect(await log.sequenceAt('2012-01-02T00:00:00.000Z')).to.equal(3);
        expect(await log.sequenceAt('2012-01-04T23:59:59.999Z')).to.equal(3);
        expect(await log.sequenceAt('2030-01-01T00:00:00.000Z')).to.equal(4);
      });
    });

    describe('reading', () => {
      it('an empty log has head 0 and no events; an unknown stream is empty', async () => {
        expect(await log.head()).to.deep.equal({ position: BEGINNING, sequence: 0, recordedAt: null });
        expect(await log.readAll(BEGINNING, 10)).to.deep.equal([]);
        expect(await log.readStream(newStream())).to.deep.equal([]);
        expect(await log.sequenceAt('2030-01-01T00:00:00Z')).to.equal(0);
      });

      it('a stream from a revision on, several streams up to a position, some categories', async () => {
        const [a, b, unit] = [newStream(), newStream(), newStream('unit')];
        await log.append(request(a, 'none', event(), event()));
        await log.append(request(unit, 'none'));
        const middle = done(await log.append(request(b, 'none'))).position;
        await log.append(request(a, 1));
        const end = done(await log.append(request(newStream('catalogue'), 'none'))).position;
        expect((await log.readStream(a, 1)).map((e) => e.revision)).to.deep.equal([1, 2]);
        const some = await log.readStreams([a, b, a], middle);
        expect(some.filter((e) => e.stream === a).map((e) => e.revision)).to.deep.equal([0, 1]);
        expect(some.filter((e) => e.stream === b)).to.have.length(1);
        expect(await log.readStreams([a, b])).to.have.length(4);
        const read = (categories: string[], after = BEGINNING, upTo = end, limit = 10) =>
          log.readCategories(categories, after, upTo, limit).then((list) => list.map((e) => e.sequence));
        expect(await read(['unit-', 'catalogue-'])).to.deep.equal([3, 6]);
        expect(await read(['unit-', 'catalogue-'], BEGINNING, middle)).to.deep.equal([3]);
        expect(await read(['unit-', 'catalogue-'], middle)).to.deep.equal([6]);
        expect(await read(['unit-', 'catalogue-'], BEGINNING, end, 1)).to.deep.equal([3]);
        expect(await read(['person-', 'unit-'])).to.deep.equal([1, 2, 3, 4, 5]);
      });

      it('the streams that begin between two positions, with their lengths, a stretch of the log at a time', async () => {
        const [a, unit, b] = [newStream(), newStream('unit'), newStream()];
        const first = done(await log.append(request(a, 'none', event(), event()))).position;
        await log.append(request(unit, 'none'));
        await log.append(request(a, 1));
        const last = done(await log.append(request(b, 'none'))).position;
        const read = async (after: bigint, look: number, upTo = last) => {
          const { streams, reached } = await log.readBeginnings(['person-'], after, upTo, look);
          return [streams.map((s) => [s.stream, s.sequence, s.events]), reached?.sequence ?? null];
        };
        expect(await read(BEGINNING, 10)).to.deep.equal([
          [
            [a, 1, 3],
            [b, 5, 1],
          ],
          5,
        ]);
        expect(await read(first, 2)).to.deep.equal([[], 4]);
        expect(await read(first, 10, last + 100n)).to.deep.equal([[[b, 5, 1]], 5]);
        expect(await read(last, 10)).to.deep.equal([[], null]);
        const { streams, reached } = await log.readBeginnings(['unit-'], BEGINNING, last, 10);
        const all = await allOf(log);
        expect(streams.map((s) => s.position)).to.deep.equal([all[2]?.position]);
        expect(reached?.position).to.equal(last);
      });

      it('the events that match a filter, a stretch of the log at a time', async () => {
        const [a, b, unit] = [newStream(), newStream(), newStream('unit')];
        await log.append(request(a, 'none', event(), event('{}', randomUUID(), 'rare')));
        const third = done(await log.append(request(b, 'none'))).position;
        await log.append(request(unit, 'none'));
        const last = done(await log.append(request(a, 1))).position;
        const none = { categories: [], types: [], streams: [] };
        const read = async (filter: Partial<EventFilter>, after = BEGINNING, look = 10, upTo = last) => {
          const { events, reached } = await log.readMatching({ ...none, ...filter }, after, upTo, look);
          return [events.map((e) => e.sequence), reached?.sequence ?? null];
        };
        expect(await read({})).to.deep.equal([[], 5]);
        expect(await read({ types: ['rare'] })).to.deep.equal([[2], 5]);
        expect(await read({ types: ['rare'], categories: ['unit-'], streams: [b] })).to.deep.equal([
          [2, 3, 4],
          5,
        ]);
        expect(await read({ streams: [a], types: ['rare'] })).to.deep.equal([[1, 2, 5], 5]);
        expect(await read({ streams: [a] }, third, 1)).to.deep.equal([[], 4]);
        expect(await read({ streams: [a] }, BEGINNING, 10, third)).to.deep.equal([[1, 2], 3]);
        expect(await read({ streams: [a] }, third, 10, last + 100n)).to.deep.equal([[5], 5]);
        expect(await read({ streams: [a] }, last)).to.deep.equal([[], null]);
      });

      it('events by their ids, whatever stream they stand in', async () => {
        const [a, b, unknown] = [event(), event(), randomUUID()];
        await log.append(request(newStream(), 'none', a));
        await log.append(request(newStream('unit'), 'none', b));
        const found = await log.readEvents([b.id, unknown, a.id, a.id]);
        expect(new Set(found.map((e) => e.id))).to.deep.equal(new Set([a.id, b.id]));
        expect(await log.readEvents([])).to.deep.equal([]);
      });

      it('the position of a sequence, which is what is kept across a move; none beyond the end', async () => {
        for (let i = 0; i < 3; i++) await log.append(request(newStream(), 'none'));
        const all = await allOf(log);
        expect(await log.positionAt(0)).to.equal(BEGINNING);
        for (const { sequence, position } of all) expect(await log.positionAt(sequence!)).to.equal(position);
        expect(await log.positionAt(4)).to.equal(null);
      });

      it('a page begins after the position given', async () => {
        for (let i = 0; i < 5; i++) await log.append(request(newStream(), 'none'));
        const [first, second] = await log.readAll(BEGINNING, 2);
        expect(second?.sequence).to.equal(2);
        expect((await log.readAll(first!.position, 10)).map((e) => e.sequence)).to.deep.equal([2, 3, 4, 5]);
      });
    });

    describe('subscribe', () => {
      it('gives what there is, then what comes, in log order, to every subscriber', async () => {
        for (let i = 0; i < 30; i++) await log.append(request(newStream(), 'none'));
        const stop = new AbortController();
        const follow = async (after: bigint, batchSize: number) => {
          const seen: number[] = [];
          for await (const batch of log.subscribe({ after, signal: stop.signal, batchSize })) {
            expect(batch.length).to.be.within(1, batchSize);
            seen.push(...batch.map((e) => e.sequence!));
            if (seen.at(-1) === 130) return seen;
          }
          return seen;
        };
        const tenth = (await log.readAll(BEGINNING, 10)).at(-1)!.position;
        const followers = [follow(BEGINNING, 7), follow(BEGINNING, 1000), follow(tenth, 3)];
        for (let i = 0; i < 100; i++) await log.append(request(newStream(), 'none'));
        const [a, b, c] = await Promise.all(followers);
        const all = Array.from({ length: 130 }, (_, i) => i + 1);
        expect(a).to.deep.equal(all);
        expect(b).to.deep.equal(all);
        expect(c).to.deep.equal(all.slice(10));
        stop.abort();
      });

      it('ends when aborted, waiting or not', async () => {
        const stop = new AbortController();
        const iterator = log.subscribe({ after: BEGINNING, signal: stop.signal })[Symbol.asyncIterator]();
        const waiting = iterator.next();
        stop.abort();
        expect((await waiting).done).to.equal(true);
      });
    });

    it('after close takes no more appends', async function () {
      if (engine.name === 'memory') this.skip();
      await log.close();
      expect(await rejection(log.append(request(newStream(), 'none')))).to.be.instanceOf(LogUnavailable);
    });

    it('behaves as the model does, whatever is asked of it (property)', async function () {
      this.timeout(120_000);
      const streams = Array.from({ length: 3 }, () => newStream());
      const ids = Array.from({ length: 12 }, () => randomUUID());
      const step = fc.record({
        stream: fc.constantFrom(...streams),
        expected: fc.oneof(fc.constant('none' as const), fc.constant('any' as const), fc.nat(6)),
        ids: fc.uniqueArray(fc.constantFrom(...ids), { minLength: 1, maxLength: 3 }),
        data: fc.constantFrom('{"a":1}', '{"a":2}'),
      });
      const shape = (outcome: AppendOutcome) => ({ ...outcome, position: undefined, recordedAt: undefined });
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.boolean(), fc.array(step, { minLength: 1, maxLength: 6 })), { maxLength: 6 }),
          async (rounds) => {
            const model = new MemoryLog();
            const real = await engine.open();
            try {
              for (const [bulk, steps] of rounds) {
                const requests = steps.map((s) =>
                  request(s.stream, s.expected, ...s.ids.map((id) => event(s.data, id))),
                );
                const wanted = await model.appendBulk(requests);
                const got = bulk ? await real.log.appendBulk(requests) : await oneByOne(real.log, requests);
                expect(got.map(shape)).to.deep.equal(wanted.map(shape));
              }
              const all = await checkOrder(real.log);
              const place = (e: RecordedEvent) => [e.id, e.stream, e.revision, e.data];
              expect(all.map(place)).to.deep.equal((await allOf(model)).map(place));
            } finally {
              await real.close();
            }
          },
        ),
        { numRuns: engine.runs ?? 25 },
      );
    });
  });
}

async function oneByOne(log: EventLog, requests: readonly AppendRequest[]): Promise<AppendOutcome[]> {
  const outcomes: AppendOutcome[] = [];
  for (const one of requests) outcomes.push(await log.append(one));
  return outcomes;
}
