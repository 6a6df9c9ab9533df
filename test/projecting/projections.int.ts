import { expect } from 'chai';
import { closed, opened as unitOpened } from '../organisation/support.js';
import {
  appointed,
  correct,
  fact,
  graded,
  hired,
  opened,
  record,
  rescind,
  transfer,
  UNIT,
} from '../support/record.js';
import { BEGINNING, type EventLog } from '../../src/event-log/port.js';
import { NotYet, type Projections } from '../../src/projecting/projections.js';
import { moveOn, models, Superseded } from '../../src/projecting/register.js';
import { Column, Entity } from 'typeorm';
import { PersonRow } from '../../src/projecting/rows.js';
import { rowsOf, type Projection, type ProjectionOf } from '../../src/projecting/projection.js';
import { PROJECTIONS } from '../../projections/all.js';
import { PERSON_PROJECTIONS, personId, World } from './support.js';

const A = personId(1);
const B = personId(2);

@Entity({ name: 'tally', comment: 'How many events each person has.' })
class Tally extends PersonRow {
  @Column({ type: 'integer', comment: 'Number of events.' })
  events!: number;
}
@Entity({ name: 'tally', comment: 'How many events each person has, and the last of them.' })
class TallyNext extends PersonRow {
  @Column({ type: 'integer', comment: 'Number of events.' })
  events!: number;
  @Column({ type: 'integer', comment: 'The last revision.' })
  last!: number;
}
const tally: ProjectionOf<'person'> = {
  name: 'tally',
  version: 1,
  of: 'person',
  tables: [Tally],
  usesReference: false,
  views: null,
  fold: ({ events }) => [rowsOf(Tally, 'person', [{ events: events.length }])],
};
const tallyNext: ProjectionOf<'person'> = {
  ...tally,
  version: 2,
  tables: [TallyNext],
  fold: ({ events }) => [
    rowsOf(TallyNext, 'person', [{ events: events.length, last: events.at(-1)!.revision }]),
  ],
};

describe('Projections', () => {
  let w: World;
  beforeEach(async () => {
    w = await World.open();
    await w.unit(UNIT.homeAffairs, {
      kind: 'record',
      fact: unitOpened('1990-01-01', { code: 'snv', level: 3 }),
    });
    await w.unit(UNIT.finance, { kind: 'record', fact: unitOpened('1990-01-01', { code: 'stc' }) });
  });
  afterEach(() => w.close());

  const placed = (day: string) =>
    w
      .rows<{ unit_code: string }>(`SELECT set_config('hoso.today', '${day}', false)`)
      .then(() => w.rows<{ unit_code: string }>('SELECT unit_code FROM reporting.person_current'))
      .then((rows) => rows.map((r) => r.unit_code));

  it('a future-dated transfer happens at midnight in Vietnam, without an event', async () => {
    const p = w.projections();
    p.start();
    await w.done(A, record(opened()), record(hired()), record(transfer('2030-05-01')));
    await w.caughtUp(p);
    expect(await placed('2030-04-30')).to.deep.equal(['snv']);
    expect(await placed('2030-05-01')).to.deep.equal(['stc']);
    await w.rows(`SELECT set_config('hoso.today', '', false)`);
    const [day] = await w.rows(
      `SELECT reporting.today() = (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS in_vietnam`,
    );
    expect(day).to.deep.equal({ in_vietnam: 't' });
  });

  it('a command’s own write is there once its position is waited for; a wait ends at its deadline', async () => {
    const p = w.projections();
    p.start();
    const { position } = await w.done(A, record(opened()));
    await p.until('profile', position!);
    expect(await w.rows('SELECT person FROM reporting.persons')).to.deep.equal([{ person: A }]);
    const late = await p.until('profile', position! + 1n, 30).catch((e: unknown) => e);
    expect(late).to.be.instanceOf(NotYet);
  });

  it('as known before a correction and after it', async () => {
    const p = w.projections();
    p.start();
    const first = await w.done(A, record(opened()), record(hired()));
    const second = await w.done(A, {
      ...(correct(0, hired('2011-01-01')) as Extract<ReturnType<typeof correct>, { kind: 'correct' }>),
      target: first.events[1]!.id,
    });
    await w.caughtUp(p);
    const known = (k: number) =>
      w.rows(
        `SELECT effective_from FROM reporting.spells
          WHERE kind = 'unit' AND known_from <= $1 AND (known_to IS NULL OR known_to > $1)`,
        [k],
      );
    expect(await known(first.sequence!)).to.deep.equal([{ effective_from: '2010-01-01' }]);
    expect(await known(second.sequence!)).to.deep.equal([{ effective_from: '2011-01-01' }]);
    const [row] = await w.rows<{ corrected: string; original: string; corrections: string }>(
      `SELECT corrected, original, corrections FROM reporting.facts WHERE action = 'recruited'`,
    );
    expect(row!.corrected).to.equal('t');
    expect(row!.original).to.include('2010-01-01');
    expect(row!.corrections).to.include('2011-01-01').and.to.include('ghi sai');
  });

  it('a unit closed retroactively shows as findings of persons without an event of theirs', async () => {
    const p = w.projections();
    p.start();
    await w.done(A, record(opened()), record(hired()));
    await w.done(B, record(opened()), record(hired('2010-01-01', { unit: UNIT.finance })));
    await w.caughtUp(p);
    const bad = () =>
      w.rows(`SELECT person, params->>'unit' AS unit FROM reporting.findings WHERE rule = 'unit_invalid'`);
    expect(await bad()).to.deep.equal([]);
    await w.unit(UNIT.finance, { kind: 'record', fact: closed('2009-01-01') });
    await w.caughtUp(p);
    expect(await bad()).to.deep.equal([{ person: B, unit: UNIT.finance }]);
  });

  it('readers never meet an empty or unfinished model during a rebuild', async () => {
    const p = w.projections({ buildBatchSize: 3 });
    p.start();
    for (let n = 1; n <= 12; n++) await w.done(personId(n), record(opened()), record(hired()));
    await w.caughtUp(p);
    const before = await w.hashes();
    const reading = { over: false };
    const counts = new Set<string>();
    const read = async () => {
      while (!reading.over)
        for (const { n } of await w.rows<{ n: string }>('SELECT count(*) AS n FROM reporting.unit_spells'))
          counts.add(n);
    };
    const reader = read();
    const progress: number[] = [];
    expect(await p.rebuild('status', { onProgress: ({ percent }) => progress.push(percent) })).to.equal(true);
    reading.over = true;
    await reader;
    expect([...counts]).to.deep.equal(['12']);
    expect(progress.length).to.be.greaterThan(5);
    expect(progress).to.deep.equal([...progress].sort((a, b) => a - b));
    expect(await w.hashes()).to.deep.equal(before);
    await w.done(A, record(transfer('2013-01-01')));
    await w.caughtUp(p);
    const served = await w.rows(
      `SELECT schema_name, state FROM projecting.model WHERE projection = 'status' ORDER BY 1`,
    );
    expect(served).to.deep.equal([
      { schema_name: 'status_v3', state: 'retired' },
      { schema_name: 'status_v3_g2', state: 'serving' },
    ]);
    expect(await p.dropRetired()).to.deep.equal(['status_v3']);
    expect(await w.rows(`SELECT 1 FROM pg_namespace WHERE nspname = 'status_v3'`)).to.deep.equal([]);
  });

  it('a rebuild that is stopped goes on from there', async () => {
    for (let n = 1; n <= 12; n++) await w.done(personId(n), record(opened()), record(hired()));
    const p = w.projections({ buildBatchSize: 4 });
    const stop = new AbortController();
    const aborted = await p.rebuild('status', {
      signal: stop.signal,
      onProgress: () => {
        stop.abort();
      },
    });
    expect(aborted).to.equal(false);
    const [half] = await models(w.sql, 'status');
    expect(half).to.include({ schema: 'status_v3', state: 'building' });
    expect(half!.at.sequence).to.be.greaterThan(0).and.lessThan(26);
    let first = 0;
    await p.rebuild('status', { onProgress: ({ done }) => (first ||= done) });
    expect(first).to.be.greaterThan(half!.at.sequence);
    expect(await w.rows(`SELECT count(*) AS n FROM models.status_spell WHERE kind = 'unit'`)).to.deep.equal([
      { n: '12' },
    ]);
  });

  it('all that are rebuilt together read each stream once; those interrupted go on, each from where it stood', async () => {
    const p = w.projections();
    p.start();
    for (let n = 1; n <= 12; n++) await w.done(personId(n), record(opened()), record(hired()));
    await w.done(A, record(transfer('2013-01-01')));
    await w.caughtUp(p);
    const live = await w.hashes();
    await w.stop(p);
    const read: string[] = [];
    const log = counting(w.log, read);
    const names = PROJECTIONS.map((one) => one.name);
    const first = w.projections({ log, buildBatchSize: 5 });
    for (const [name, sets] of [
      ['status', 2],
      ['history', 4],
      ['organisation', 1],
    ] as const) {
      const stop = new AbortController();
      let steps = 0;
      await first.rebuild(name, {
        signal: stop.signal,
        onProgress: () => {
          if (++steps >= sets) stop.abort();
        },
      });
    }
    const stood = await w.rows<{ sequence: string }>(
      `SELECT sequence FROM projecting.model WHERE state = 'building' AND position < target ORDER BY position`,
    );
    expect(new Set(stood.map((r) => r.sequence)).size).to.be.greaterThan(1);
    read.length = 0;
    expect(await w.projections({ log, buildBatchSize: 5 }).rebuild(names)).to.equal(true);
    const streams = (await allStreams(w)).filter((s) => /^(person|unit|catalogue)-/.test(s));
    expect(read.sort()).to.deep.equal(streams.sort());
    expect(await w.hashes()).to.deep.equal(live);
  });

  it('one that stops at an event during a rebuild of all does not stop the others, and is named', async () => {
    const p = w.projections();
    p.start();
    await w.done(A, record(opened()), record(hired()));
    await w.done(B, record(opened()), record(hired()));
    await w.caughtUp(p);
    await w.stop(p);
    const original = PROJECTIONS.find((one) => one.name === 'status') as ProjectionOf<'person'>;
    const broken: ProjectionOf<'person'> = {
      ...original,
      fold: (subject, reference) => {
        if (subject.id === B) throw new Error('no fold');
        return original.fold(subject, reference);
      },
    };
    const poisoned: Projection[] = PROJECTIONS.map((one) => (one === original ? broken : one));
    const q = w.projections({ projections: poisoned });
    const error = await q.rebuild(poisoned.map((one) => one.name)).catch((e: unknown) => e as Error);
    expect(String(error)).to.include('The rebuild of status stopped at event');
    expect(String(error)).not.to.include('history');
    const states = await w.rows<{ projection: string }>(
      `SELECT projection FROM projecting.model WHERE state = 'serving' AND generation = 2`,
    );
    expect(states).to.have.length(PROJECTIONS.length - 1);
    const [status] = (await models(w.sql, 'status')).filter((m) => m.state === 'building');
    const [beginning] = await w.log.readStream(`person-${B}`);
    expect(status!.stopped).to.include({ event: beginning!.id });
    // Repaired, it goes on from there.
    expect(await w.projections().rebuild('status')).to.equal(true);
    expect(await w.rows('SELECT count(*) AS n FROM reporting.unit_spells')).to.deep.equal([{ n: '2' }]);
  });

  it('an event that cannot be read stops its projections and no other, shows in health, and is not skipped', async () => {
    const p = w.projections();
    p.start();
    await w.done(A, record(opened()));
    await w.caughtUp(p);
    const poison = await w.raw(`person-${A}`, 'promoted_by_magic');
    const after = await w.raw(`person-${B}`, 'promoted_by_magic');
    await p.until('organisation', after.position);
    await p.until('catalogues', after.position);
    await until(
      async () => (await p.health()).filter((h) => h.stopped !== null).length === PERSON_PROJECTIONS.length,
    );
    for (const health of await p.health()) {
      const isOfPersons = (PERSON_PROJECTIONS as readonly string[]).includes(health.name);
      expect(health.healthy, health.name).to.equal(!isOfPersons);
      if (!isOfPersons) continue;
      expect(health.stopped).to.deep.include({
        position: poison.position,
        sequence: poison.sequence,
        event: poison.id,
        type: 'promoted_by_magic',
      });
      expect(health.stopped!.error).to.match(/UnknownEvent/);
      expect(health.lagEvents).to.equal(2);
      expect(health.runner.phase).to.equal('stopped');
      expect(health.serving!.sequence).to.equal(poison.sequence! - 1);
    }
    p.resume('status');
    await until(async () => (await p.health()).find((h) => h.name === 'status')!.stopped !== null);
  });

  it('reference data that this release does not know stops before it whatever depends on it, following or starting', async () => {
    const first = w.projections();
    first.start();
    await w.done(A, record(opened()));
    await w.caughtUp(first);
    const poison = await w.raw(`unit-${A}`, 'unit_teleported');
    const dependent = PROJECTIONS.filter((one) => one.usesReference).map((one) => one.name);
    expect(dependent).to.include('history');
    const stopped = async (p: Projections) =>
      (await p.health()).filter((h) => dependent.includes(h.name) && h.stopped?.event === poison.id);
    await until(async () => (await stopped(first)).length === dependent.length);
    for (const { serving, stopped: at } of await stopped(first)) {
      expect(serving!.sequence).to.equal(poison.sequence! - 1);
      expect(at!.error).to.match(/UnknownReferenceEvent/);
    }
    await w.stop(first);
    const error = await w
      .projections()
      .rebuild('history')
      .catch((e: unknown) => String(e));
    expect(error).to.include(poison.id).and.to.include(`sequence ${poison.sequence}`);
  });

  it('a poison in a stream that a rebuild folds whole is named, and the old model goes on serving', async () => {
    const p = w.projections();
    p.start();
    await w.done(A, record(opened()), record(hired()));
    await w.caughtUp(p);
    await w.stop(p);
    const poison = await w.raw(`person-${A}`, 'promoted_by_magic');
    await w.raw(`person-${A}`, 'promoted_by_magic');
    const q = w.projections();
    const error = await q.rebuild('status').catch((e: unknown) => e as Error);
    expect(String(error)).to.include(poison.id).and.to.include(`sequence ${poison.sequence}`);
    expect(await w.rows('SELECT count(*) AS n FROM reporting.unit_spells')).to.deep.equal([{ n: '1' }]);
  });

  it('of two processes one runs a projection; when it dies the other takes over and misses nothing', async () => {
    const first = w.projections({ projections: [tally] });
    first.start();
    await w.done(A, record(opened()));
    await w.caughtUp(first, ['tally']);
    const second = w.projections({ projections: [tally] });
    second.start();
    await until(() => second.stateOf('tally').phase === 'standby');
    await w.rows(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = 8061 AND granted`,
    );
    await w.done(A, record(hired()));
    await w.done(B, record(opened()));
    await w.caughtUp(second, ['tally']);
    await until(() => [first, second].filter((p) => p.stateOf('tally').phase === 'following').length === 1);
    expect(await w.rows('SELECT person, events FROM models.tally_tally ORDER BY 1')).to.deep.equal([
      { person: A, events: '2' },
      { person: B, events: '1' },
    ]);
    await w.stop([first, second].find((p) => p.stateOf('tally').phase === 'following')!);
    const { position } = await w.done(B, record(hired()));
    const left = first.stateOf('tally').phase === 'idle' ? second : first;
    await left.until('tally', position!);
    expect(await w.rows(`SELECT events FROM models.tally_tally WHERE person = $1`, [B])).to.deep.equal([
      { events: '2' },
    ]);
  });

  it('a runner without the right to run is stopped by the checkpoint itself: nothing is overwritten', async () => {
    const p = w.projections({ projections: [tally] });
    p.start();
    await w.done(A, record(opened()));
    await w.caughtUp(p, ['tally']);
    const [stale] = await models(w.sql, 'tally');
    await w.done(A, record(hired()));
    await w.caughtUp(p, ['tally']);
    const error = await moveOn(w.sql, stale!, stale!.at).catch((e: unknown) => e);
    expect(error).to.be.instanceOf(Superseded);
    // Somebody moves the checkpoint under the runner: it stops, looks again, and goes on from there.
    await w.rows(
      `UPDATE projecting.model SET position = position + 1, sequence = sequence + 1 WHERE projection = 'tally'`,
    );
    await w.done(B, record(opened()));
    const { position } = await w.done(B, record(hired()));
    await p.until('tally', position!);
    expect(await w.rows(`SELECT events FROM models.tally_tally WHERE person = $1`, [B])).to.deep.equal([
      { events: '2' },
    ]);
  });

  it('a new version is built beside the old one and switched in; an older release then stands by', async () => {
    const old = w.projections({ projections: [tally] });
    old.start();
    await w.done(A, record(opened()), record(hired()));
    await w.caughtUp(old, ['tally']);
    const next = w.projections({ projections: [tallyNext] });
    next.start();
    await until(async () => (await next.health())[0]!.serving?.version === 2);
    expect(await w.rows('SELECT events, last FROM models.tally_tally')).to.deep.equal([
      { events: '2', last: '1' },
    ]);
    await until(() => old.stateOf('tally').phase === 'standby');
    await w.done(A, record(transfer('2013-01-01')));
    await w.caughtUp(next, ['tally']);
    expect(await w.rows('SELECT events, last FROM models.tally_tally')).to.deep.equal([
      { events: '3', last: '2' },
    ]);
    expect((await old.health())[0]).to.deep.include({ healthy: true, lagEvents: 0 });
    await w.rows('BEGIN');
    await w.rows('SELECT FROM tally_v1.tally');
    expect(await next.dropRetired('tally'), 'somebody reads it yet').to.deep.equal([]);
    await w.rows('COMMIT');
    expect(await next.dropRetired('tally')).to.deep.equal(['tally_v1']);
  });

  it('a model that lacks most of a long log is built anew when its runner starts, and serves; one that lacks little is followed up', async () => {
    const before = w.projections({ projections: [tally] });
    before.start();
    await w.done(A, record(opened()));
    await w.caughtUp(before, ['tally']);
    await w.stop(before);
    for (let n = 10; n < 20; n++) await w.done(personId(n), record(opened()), record(hired()));
    const started = async (farBehind: number) => {
      const p = w.projections({ projections: [tally], farBehind });
      p.start();
      await w.caughtUp(p, ['tally']);
      const [serving] = (await models(w.sql, 'tally')).filter((m) => m.state === 'serving');
      await w.stop(p);
      return Number(serving?.generation);
    };
    expect(await started(15), 'of some 23 events it lacks 20').to.equal(2);
    expect(await w.rows('SELECT count(*) AS n, sum(events) AS events FROM models.tally_tally')).to.deep.equal(
      [{ n: '11', events: '21' }],
    );
    await w.done(B, record(opened()), record(hired()));
    expect(await started(1), 'the smaller part').to.equal(2);
  });

  it('other tables under the same version are refused, with the remedy', async () => {
    const p = w.projections({ projections: [tally] });
    p.start();
    await w.caughtUp(p, ['tally']);
    await w.stop(p);
    const other = w.projections({ projections: [{ ...tallyNext, version: 1 }] });
    other.start();
    await until(() => other.stateOf('tally').phase === 'stopped');
    expect(other.stateOf('tally').trouble).to.include('Raise the version');
  });

  it('a start compares what the entities declare; where the register does not know it, the statements they make', async () => {
    const start = async () => {
      const p = w.projections({ projections: [tally] });
      p.start();
      await until(() => p.stateOf('tally').phase === 'following');
      await w.stop(p);
      return (
        await w.rows<{ definition: string; declared: string }>(
          'SELECT definition, declared FROM projecting.model',
        )
      )[0]!;
    };
    const made = await start();
    expect(made.declared).to.match(/^[0-9a-f]{64}$/);
    await w.rows(`UPDATE projecting.model SET declared = ''`);
    expect(await start()).to.deep.equal(made);
    await w.rows(`UPDATE projecting.model SET definition = 'not asked for'`);
    expect(await start()).to.deep.equal({ ...made, definition: 'not asked for' });
  });

  it('a silent loop shows from outside', async () => {
    const p = w.projections({ projections: [tally] });
    p.start();
    await w.caughtUp(p, ['tally']);
    expect((await p.health())[0]).to.deep.include({
      alive: true,
      healthy: true,
      lagEvents: 0,
      lagSeconds: 0,
    });
    await w.stop(p);
    await w.rows(`UPDATE projecting.model SET beat_at = beat_at - interval '1 minute'`);
    await w.done(A, record(opened()));
    const [health] = await w.projections({ projections: [tally] }).health();
    expect(health).to.deep.include({ alive: false, healthy: false, lagEvents: 1 });
    expect(health!.silentFor).to.be.greaterThan(59);
  });

  it('an unknown projection is named, with those there are', async () => {
    const error = await w
      .projections()
      .rebuild('stauts')
      .catch((e: unknown) => String(e));
    expect(error).to.include('no projection stauts').and.to.include('history');
  });

  it('rescinded facts stay visible, out of force, and their spells end to be known', async () => {
    const p = w.projections();
    p.start();
    const { events } = await w.done(A, record(opened()), record(hired()), record(appointed('2012-01-01')));
    await w.done(A, {
      ...(rescind(0) as { kind: 'rescind'; reason: string; target: string }),
      target: events[2]!.id,
    });
    await w.done(
      A,
      record(graded('2014-01-01')),
      record(fact('paid_by_amount', '2014-01-01', { amount: '5000000', per: 'month' })),
    );
    await w.caughtUp(p);
    expect(
      await w.rows(
        `SELECT standing, place, rescissions::text LIKE '%ghi nhầm người%' AS told FROM reporting.facts WHERE action = 'appointed_to_position'`,
      ),
    ).to.deep.equal([{ standing: 'f', place: null, told: 't' }]);
    expect(await w.rows('SELECT * FROM reporting.post_spells')).to.deep.equal([]);
    expect(
      await w.rows(`SELECT known_to - known_from AS for FROM reporting.spells WHERE kind = 'post'`),
    ).to.deep.equal([{ for: '1' }]);
    expect(await w.rows('SELECT amount, per FROM reporting.pay_spells')).to.deep.equal([
      { amount: '5000000', per: 'month' },
    ]);
  });
});

/** The log, telling of each stream that is read as one of several. */
function counting(log: EventLog, read: string[]): EventLog {
  return new Proxy(log, {
    get: (target, name) => {
      if (name === 'readStreams')
        return (streams: readonly string[], upTo?: bigint) => {
          read.push(...streams);
          return target.readStreams(streams, upTo);
        };
      const own: unknown = Reflect.get(target, name, target);
      return typeof own === 'function' ? (own.bind(target) as unknown) : own;
    },
  });
}

async function allStreams({ log }: World): Promise<string[]> {
  return [...new Set((await log.readAll(BEGINNING, 1_000)).map((e) => e.stream))];
}

/** Waits for a condition that other processes bring about. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 15_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`did not come about: ${holds.toString()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
