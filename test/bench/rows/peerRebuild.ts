/** The rebuild of one read model of persons, beside emmett's of a comparable one from the same events. */
import { BEGINNING, type EventLog } from '../../../src/event-log/port.js';
import { grouped } from '../../../src/importing/work.js';
import { timed, type Plan } from '../harness.js';
import { openEmmett, type Emmett } from '../peers.js';
import type { BenchRow } from '../report.js';
import type { superuserOf } from './command.js';
import { rebuild } from './rebuilding.js';
import type { TestService } from '../../support/service.js';

/** Each read model of ours is built from persons' whole histories; this one keeps a person's state and nothing more. */
const MODEL = 'profile';
/** Events that the peer builds from: what one of them costs does not depend on how many there are. */
const MOST = 8_000;
const QUICK = 1_000;

/** A service with facts in its log, and a superuser of its database. */
interface Filled {
  readonly service: TestService;
  readonly facts: number;
  readonly superuser: Awaited<ReturnType<typeof superuserOf>>;
}

/** Null where the peer is not installed. */
export async function peerRebuildRow(
  { service, superuser, facts }: Filled,
  plan: Plan,
): Promise<BenchRow | null> {
  const emmett = await openEmmett(superuser.settings);
  if (emmett === null) return null;
  try {
    const { log } = service.core;
    plan.say('the same events in emmett');
    const given = await copyTo(emmett, log, plan.quick ? QUICK : MOST);
    plan.say(`rebuild of one read model, emmett, ${given.events} events`);
    const theirs = await timed(() => emmett.rebuild());
    const { rows } = await superuser.client.query<{ persons: string; events: string }>(
      `SELECT count(*) AS persons, sum((data->>'events')::int) AS events FROM bench_profile`,
    );
    plan.say('rebuild of one read model, ours');
    const ours = await timed(() => rebuild(service, [MODEL], plan.say));
    const [rate, peer] = [(facts / ours.ms) * 1000, (given.events / theirs.ms) * 1000];
    return {
      what: 'rebuild of one read model of persons',
      figures: { 'hoso events/s': rate, 'emmett events/s': peer },
      ratios: [{ of: 'hoso : emmett', value: rate / peer, reach: { atLeast: 10 } }],
      correct: {
        'emmett built from every event':
          Number(rows[0]?.persons) === given.persons && Number(rows[0]?.events) === given.events,
      },
    };
  } finally {
    await emmett.close();
  }
}

/** The persons' first events, stream by stream, as they are stored. */
async function copyTo(
  emmett: Emmett,
  log: EventLog,
  most: number,
): Promise<{ readonly events: number; readonly persons: number }> {
  const persons = new Set<string>();
  let [events, after] = [0, BEGINNING];
  while (events < most) {
    const page = await log.readAll(after, 1_000);
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.position;
    const streams = grouped(
      page.filter((e) => e.stream.startsWith('person-')),
      (e) => e.stream,
    );
    for (const [stream, its] of streams) {
      persons.add(stream);
      events += its.length;
      await emmett.appendToStream(
        stream,
        its.map(({ type, data }) => ({ type, data: JSON.parse(data) as object })),
        { expectedStreamVersion: 'NO_CONCURRENCY_CHECK' },
      );
    }
  }
  return { events, persons: persons.size };
}
