import { expect } from 'chai';
import { ship } from '../../src/catalogues/ship.js';
import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import {
  BEGINNING,
  LogUnavailable,
  type Position,
  type RecordedEvent,
  type SubscribeOptions,
} from '../../src/event-log/port.js';
import { UnknownReferenceEvent } from '../../src/reference/payload.js';
import { ReferenceRecorder } from '../../src/reference/recorder.js';
import { ReferenceService, ReferenceTooLate } from '../../src/reference/service.js';
import { closed, opened, record, renamed, section } from '../organisation/support.js';
import { idOf, on } from './support.js';
import { shippedLaw } from '../support/shippedLaw.js';

const A = '00000000-0000-4000-a000-00000000000a';
const B = '00000000-0000-4000-a000-00000000000b';

let ids = 0;
const eventId = () => idOf(++ids);

async function person(log: MemoryLog, count = 1): Promise<Position> {
  for (let i = 0; i < count; i++)
    await log.append({
      stream: 'person-1',
      expected: 'any',
      events: [{ id: eventId(), type: 'x', version: 1, data: '{}', meta: '{}' }],
    });
  return (await log.head()).position;
}

/** Runs with a started service, and stops it whatever happens. */
async function withService(
  log: MemoryLog,
  run: (service: ReferenceService, recorder: ReferenceRecorder) => Promise<void>,
): Promise<void> {
  const service = new ReferenceService(log, { pageSize: 50, retryAfter: 1 });
  try {
    await service.start();
    await run(service, new ReferenceRecorder(log, service));
  } finally {
    await service.stop();
  }
}

describe('the reference service', () => {
  it('starts with all that the log holds, page by page', async () => {
    const log = new MemoryLog();
    await person(log, 60);
    await ship(log, { data: shippedLaw() });
    await person(log, 60);
    await withService(log, async (service) => {
      const head = await log.head();
      expect(service.current().sequence).to.equal(head.sequence);
      expect(service.at().code('sex', 'male', on('1990-01-01'))).to.equal('valid');
      expect(service.at(60).code('sex', 'male', on('1990-01-01'))).to.equal('unverified');
    });
  });

  it('follows the log, and tells when it is there', async () => {
    const log = new MemoryLog();
    await withService(log, async (service) => {
      await ship(log, { data: shippedLaw() });
      await service.caughtUpTo(await person(log));
      expect(service.at().listNames()).to.include('sex');
    });
  });

  it('catches up on demand', async () => {
    const log = new MemoryLog();
    const service = new ReferenceService(log);
    await ship(log, { data: shippedLaw() });
    expect((await service.sync()).at().listNames()).to.include('sex');
    await service.stop();
  });

  it('gives up waiting at the deadline, and when it is stopped', async () => {
    const service = new ReferenceService(new MemoryLog());
    const rejected = (wait: Promise<void>) =>
      wait.then(
        () => null,
        (e: unknown) => e,
      );
    expect(await rejected(service.caughtUpTo(1n, 1))).to.be.instanceOf(ReferenceTooLate);
    const waiting = rejected(service.caughtUpTo(1n));
    await service.stop();
    expect(await waiting).to.be.instanceOf(ReferenceTooLate);
  });

  it('stops at an event that it does not know, and says so to all who ask', async () => {
    const log = new MemoryLog();
    await withService(log, async (service) => {
      const event = { id: eventId(), type: 'unit_teleported', version: 1, data: '{"open":{}}', meta: '{}' };
      await log.append({ stream: `unit-${A}`, expected: 'none', events: [event] });
      const error = await service.caughtUpTo(1n).catch((e: unknown) => e);
      expect(error).to.be.instanceOf(UnknownReferenceEvent);
      expect(service.failure).to.equal(error);
      expect(await service.sync().catch((e: unknown) => e)).to.equal(error);
    });
  });

  it('takes a lost subscription up again', async () => {
    class Flaky extends MemoryLog {
      failures = 3;
      override subscribe(options: SubscribeOptions): AsyncGenerator<readonly RecordedEvent[]> {
        if (this.failures-- > 0) throw new LogUnavailable('gone');
        return super.subscribe(options);
      }
    }
    const log = new Flaky();
    await withService(log, async (service) => {
      await ship(log, { data: shippedLaw() });
      await service.caughtUpTo(await person(log));
      expect(log.failures).to.be.lessThan(1);
      expect(service.failure).to.be.null;
    });
  });

  it('reads only the reference categories', async () => {
    class Indexed extends MemoryLog {
      read = 0;
      override async readCategories(
        categories: readonly string[],
        after: Position,
        upTo: Position,
        limit: number,
      ): Promise<RecordedEvent[]> {
        const found = await super.readCategories(categories, after, upTo, limit);
        this.read += found.length;
        return found;
      }
    }
    const log = new Indexed();
    await person(log, 200);
    const { appended } = await ship(log, { data: shippedLaw() });
    await person(log, 200);
    await withService(log, async (service) => {
      expect(log.read).to.equal(appended);
      expect(service.current().position).to.equal((await log.head()).position);
      expect(service.at().code('sex', 'male', on('1990-01-01'))).to.equal('valid');
      await service.caughtUpTo(await person(log));
    });
  });
});

describe('recording a decision on reference data', () => {
  it('appends what is accepted, refuses what is not, and does nothing twice', async () => {
    const log = new MemoryLog();
    await ship(log, { data: shippedLaw() });
    await withService(log, async (service, recorder) => {
      const open = { changes: [record(opened('2010-01-01'))], eventId };
      expect((await recorder.recordUnit(A, open, {})).kind).to.equal('recorded');
      expect((await recorder.recordUnit(A, open, {})).kind).to.equal('nothingToDo');
      // The same code on the same days: seen at once, though the decision is about another stream.
      const clash = await recorder.recordUnit(B, { changes: [record(opened('2011-01-01'))], eventId }, {});
      expect(clash).to.deep.include({
        kind: 'refused',
        refusals: [{ rule: 'unit_code_taken', facts: [], unit: A, change: 0 }],
      });
      const under = { changes: [record(section('2011-01-01', A, 'p'))], eventId };
      expect((await recorder.recordUnit(B, under, {})).kind).to.equal('recorded');
      await service.sync();
      expect(service.at().agencyOf(B, '2012-01-01')).to.equal(A);
      expect((await log.readStream(`unit-${A}`))[0]?.data).to.equal(
        '{"open":{"data":{"code":"a","level":2,"name":"Sở A","type":"so"},"effective":"2010-01-01"},"sealed":{}}',
      );
    });
  });

  it('reads back every kind of event that it wrote', async () => {
    const log = new MemoryLog();
    await withService(log, async (service, recorder) => {
      const make = (...changes: Parameters<typeof recorder.recordUnit>[1]['changes']) =>
        recorder.recordUnit(A, { changes, eventId }, {});
      await make(
        record({ ...opened('2010-01-01', { nameEn: 'Department A' }), document: { number: '1/QĐ' } }),
      );
      await make(record(renamed('2011-01-01', 'To\u0302n')), record(closed('2012-01-01')));
      const [, , closing] = await log.readStream(`unit-${A}`);
      await make({
        kind: 'correct',
        target: closing!.id,
        fact: closed('2013-01-01'),
        approval: { number: '2/QĐ' },
      });
      await service.sync();
      const history = service.at().history(A);
      expect(history?.span).to.deep.equal({ from: '2010-01-01', until: '2013-01-01' });
      // Text is in NFC, however it was typed.
      expect(history?.periods[1]?.attributes.name).to.equal('T\u00f4n');
      await make({ kind: 'rescind', target: closing!.id });
      await service.sync();
      expect(service.at().history(A)?.span.until).to.be.null;
      const wrong = await make({ kind: 'rescind', target: closing!.id });
      expect(wrong.kind).to.equal('refused');
    });
  });

  it('gives each of two racing decisions on one list its turn', async () => {
    const log = new MemoryLog();
    await withService(log, async (_service, recorder) => {
      const say = (name: string) =>
        recorder.recordCatalogue(
          'l',
          {
            eventId: eventId(),
            body: {
              kind: 'catalogue_entry_recorded',
              entry: { code: 'a', name, source: 'design', confirmed: true },
            },
          },
          {},
        );
      const outcomes = await Promise.all([say('Một'), say('Hai')]);
      expect(outcomes.map((o) => o.kind).sort()).to.deep.equal(['recorded', 'refused']);
      expect((await log.readAll(BEGINNING, 10)).length).to.equal(1);
    });
  });
});
