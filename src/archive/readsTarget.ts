import pg from 'pg';
import type { ReadableLog } from '../access/reads/readsLog.js';
import { OperatorError } from '../operatorError.js';
import type { ConnectionSettings } from '../postgres/connection.js';
import type { ArchivedEvent } from './eventLine.js';
import type { RestoreTarget } from './restore.js';

const END = 'SELECT sequence FROM audit.head FOR UPDATE';
const ADD = `INSERT INTO audit.reads (id, written_at, at, request, account, unit, client, route, person, ground, consents,
                                     groups, as_of, known_at, filter, count, status)
  SELECT l.id, l.written_at, r.at, r.request, r.account, r.unit, r.client, r.route, r.person, r.ground, r.consents,
         r.groups, r."asOf", r."knownAt", r.filter, r.count, r.status
    FROM unnest($1::bigint[], $2::timestamptz[], $3::jsonb[]) AS l (id, written_at, line),
         jsonb_to_record(l.line) AS r (at timestamptz, request text, account uuid, unit uuid, client text, route text,
              person uuid, ground text, consents text[], groups text[], "asOf" date, "knownAt" bigint, filter text,
              count integer, status integer)`;
const MOVE_END = 'UPDATE audit.head SET sequence = $1, written_at = $2';

/** The audit of reads, written as its owner: the service itself can only add lines of its own time. */
export function readsTarget(owner: ConnectionSettings, log: ReadableLog): RestoreTarget {
  return { name: 'reads', log, write: (page) => add(owner, page) };
}

async function add(owner: ConnectionSettings, page: readonly ArchivedEvent[]): Promise<void> {
  const [first, last] = [page[0], page.at(-1)];
  if (first === undefined || last === undefined) return;
  const client = new pg.Client({ ...owner });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('BEGIN');
    const { rows } = await client.query<{ sequence: string }>(END);
    if (Number(rows[0]?.sequence) !== first.sequence - 1)
      throw new OperatorError(
        `The audit of reads ends at ${rows[0]?.sequence ?? '?'}, where ${first.sequence} is to follow.`,
        'Stop every service, and restore into an empty database.',
      );
    await client.query(ADD, [
      page.map((e) => e.sequence),
      page.map((e) => e.recordedAt),
      page.map((e) => e.data),
    ]);
    await client.query(MOVE_END, [last.sequence, last.recordedAt]);
    await client.query('COMMIT');
  } finally {
    await client.end(); // what was not committed is rolled back
  }
}
