/**
 * Corrupts copies of the invented city's log in every way, and one byte at a time at random, and holds what hoso verify
 * finds against what was done.
 *
 *   npm run test:corruption -- [--persons 2000] [--flips 2000]
 */
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { loadDemo } from '../../src/demo/loadDemo.js';
import { openCheckpoint, type Checkpoint } from '../../src/evidence/checkpoint.js';
import { MemoryRegister } from '../../src/evidence/register.js';
import { MemoryTiles } from '../../src/evidence/tileStore.js';
import type { VerifyReport } from '../../src/evidence/verifyLog.js';
import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import { BEGINNING, type RecordedEvent } from '../../src/event-log/port.js';
import { check, evidenceOf, SIGNER, TamperedLog, type Kept } from '../evidence/support.js';
import { memoryCore } from '../support/memoryCore.js';

export interface CorruptionPlan {
  /** Of the invented city. */
  readonly persons: number;
  /** Random single bytes changed, each in a copy of its own. */
  readonly flips: number;
}

export interface CorruptionReport {
  readonly events: number;
  readonly checkpoints: number;
  /** By what was done: what verify found, as `rule sequence`. */
  readonly kinds: Readonly<Record<string, string>>;
  /** Kinds that were not found, or under another sequence than the first bad one. */
  readonly wrong: readonly string[];
  readonly flips: number;
  readonly flipsFound: number;
  readonly milliseconds: number;
}

const PARTS = ['data', 'meta', 'stream', 'type', 'id', 'recordedAt'] as const;
/** Sizes between two checkpoints: so far verify reads on after a bad event, to learn whether its tile is the bad one. */
const EVERY = 500;

export async function corrupt(plan: CorruptionPlan, say: (line: string) => void): Promise<CorruptionReport> {
  const events = await city(plan.persons);
  const began = Date.now();
  const total = events.length;
  const { kept, mailed } = await proven(events);
  const found = (rows: readonly RecordedEvent[], renumbered = true, against: readonly Checkpoint[] = []) => {
    const log = new TamperedLog([...rows]);
    return check({ ...kept, log: renumbered ? log.renumber() : log }, { against });
  };
  const kinds: Record<string, string> = {};
  const wrong: string[] = [];
  const expect = async (kind: string, sequence: number, report: Promise<VerifyReport>) => {
    const { outcome, faults } = await report;
    kinds[kind] = `${faults[0]?.rule ?? outcome} ${faults[0]?.sequence ?? ''}`;
    if (outcome !== 'broken' || faults[0]?.sequence !== sequence)
      wrong.push(`${kind}: ${kinds[kind]}, not ${sequence}`);
    say(`${kind}: ${kinds[kind]}`);
  };
  const whole = await found(events, true, [mailed]);
  if (whole.outcome !== 'intact') wrong.push('the log itself is not intact');

  const at = Math.floor(total / 2);
  const [one, two] = [events[at - 1] as RecordedEvent, events[at + 99] as RecordedEvent];
  for (const part of PARTS)
    await expect(`a byte of ${part} edited`, at, found(withByte(events, at, part, 0, 1)));
  await expect('an event removed, the others renumbered', at, found(events.filter((e) => e !== one)));
  await expect(
    'an event removed, its place left open',
    at,
    found(
      events.filter((e) => e !== one),
      false,
    ),
  );
  await expect(
    'an event added',
    at,
    found([...events.slice(0, at - 1), { ...two, id: one.id.replace(/^./, '0') }, ...events.slice(at - 1)]),
  );
  await expect('an event told twice', at + 1, found([...events.slice(0, at), one, ...events.slice(at)]));
  await expect('two events swapped', at, found(events.map((e) => (e === one ? two : e === two ? one : e))));
  await expect('the tail cut', total - 99, found(events.slice(0, total - 100)));
  const older = await olderCopy(events.slice(0, at));
  const put = check({ ...older, log: new TamperedLog(events.slice(0, at)) });
  if ((await put).outcome !== 'intact') wrong.push('an older copy is whole in itself');
  await expect(
    'an older copy put back with its tiles and register, against a checkpoint kept elsewhere',
    at + 1,
    check({ ...older, log: new TamperedLog(events.slice(0, at)) }, { against: [mailed] }),
  );
  const forgedRows = withByte(events, at, 'data', 20, 1);
  const forged = await olderCopy(forgedRows);
  await expect(
    'everything made anew over an edited event, against a checkpoint kept elsewhere',
    1,
    check({ ...forged, log: new TamperedLog(forgedRows) }, { against: [mailed] }),
  );

  const random = generator(8060);
  let flipsFound = 0;
  for (let n = 0; n < plan.flips; n++) {
    const sequence = 1 + random(total);
    const part = PARTS[random(PARTS.length)] as (typeof PARTS)[number];
    const { outcome, faults } = await found(
      withByte(events, sequence, part, random(1 << 20), 1 + random(127)),
    );
    if (outcome === 'broken' && faults[0]?.sequence === sequence) flipsFound++;
    else
      wrong.push(
        `flip of ${part} in ${sequence}: ${faults[0]?.rule ?? outcome} ${faults[0]?.sequence ?? ''}`,
      );
    if ((n + 1) % 200 === 0) say(`${n + 1} flips, ${flipsFound} found`);
  }
  return {
    events: total,
    checkpoints: whole.checkpoints,
    kinds,
    wrong,
    flips: plan.flips,
    flipsFound,
    milliseconds: Date.now() - began,
  };
}

/** The invented city's log, copied. */
async function city(persons: number): Promise<RecordedEvent[]> {
  const log = new MemoryLog();
  const core = await memoryCore(log, 'corruption');
  await loadDemo(core, { persons });
  await core.close();
  return log.readAll(BEGINNING, 10_000_000);
}

/** Its tree, with a checkpoint every so often; the last one as it was mailed to somebody. */
async function proven(events: readonly RecordedEvent[]): Promise<{ kept: Kept; mailed: Checkpoint }> {
  const log = new TamperedLog([]);
  const [tiles, register] = [new MemoryTiles(), new MemoryRegister()];
  const kept = evidenceOf(log, { tiles, register });
  let note = '';
  for (let size = EVERY; size < events.length + EVERY; size += EVERY) {
    log.rows = events.slice(0, size);
    note = (await kept.evidence.publish()).note;
  }
  return { kept, mailed: openCheckpoint(note, [SIGNER.verifier]) };
}

/** Another log with a tree of its own, signed with the stolen key. */
async function olderCopy(rows: readonly RecordedEvent[]): Promise<Kept> {
  const kept = evidenceOf(new TamperedLog([...rows]));
  await kept.evidence.publish();
  return kept;
}

/** A copy in which one byte of one part of one event is another. */
function withByte(
  events: readonly RecordedEvent[],
  sequence: number,
  part: (typeof PARTS)[number],
  at: number,
  flip: number,
): RecordedEvent[] {
  const rows = [...events];
  const event = rows[sequence - 1] as RecordedEvent;
  // Byte for byte, whatever it then reads as.
  const bytes = Buffer.from(event[part], 'utf8');
  const place = at % bytes.length;
  bytes.writeUInt8(bytes.readUInt8(place) ^ flip, place);
  rows[sequence - 1] = { ...event, [part]: bytes.toString() };
  return rows;
}

/** Whole numbers below a bound, the same in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({
    options: { persons: { type: 'string', default: '2000' }, flips: { type: 'string', default: '2000' } },
  });
  const plan = { persons: Number(values.persons), flips: Number(values.flips) };
  const report = await corrupt(plan, console.log);
  console.log(JSON.stringify(report, null, 2));
  process.exitCode = report.wrong.length === 0 ? 0 : 1;
}
