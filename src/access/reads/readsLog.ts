import pg from 'pg';
import {
  LogUnavailable,
  type EventLog,
  type Head,
  type Position,
  type RecordedEvent,
} from '../../event-log/port.js';
import type { ConnectionSettings } from '../../postgres/connection.js';
import { canonicalJson } from '../../sealing/canonical.js';
import type { JsonObject } from '../../sealing/port.js';
import type { ReadLine } from './port.js';

/** What a tree, a verification and an archive read of a log. */
export type ReadableLog = Pick<EventLog, 'head' | 'readAll' | 'readEvents'>;

/** A line of the audit as it is committed to: its moments as text, to the microsecond. */
export type CommittedLine = Readonly<Record<keyof ReadLine, JsonObject[string]>>;

/** Name of the one stream that the audit is, and of its tree. */
export const READS = 'reads';

/**
 * A line of the audit of reads in the form of an event, so that tree, proofs, verification and archive are those of
 * events. All that it says is its data, as canonical JSON; its id tells its number. Storage format: never changed.
 */
export function readEvent(sequence: number, recordedAt: string, line: CommittedLine): RecordedEvent {
  return {
    id: idOf(sequence),
    stream: READS,
    revision: sequence - 1,
    type: 'read',
    version: 1,
    sequence,
    position: BigInt(sequence),
    recordedAt,
    data: canonicalJson(line),
    meta: '{}',
  };
}

function idOf(sequence: number): string {
  return `00000000-0000-8000-8000-${sequence.toString(16).padStart(12, '0')}`;
}

function sequenceOf(id: string): number {
  const [, hex = ''] = /^00000000-0000-8000-8000-([0-9a-f]{12})$/.exec(id) ?? [];
  return hex === '' ? -1 : parseInt(hex, 16);
}

interface Row {
  readonly id: string;
  readonly written_at: string;
  readonly line: CommittedLine;
}

const MOMENT = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`;
const COLUMNS = `id, to_char(written_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS written_at,
  json_build_object('at', to_char(at AT TIME ZONE 'UTC', ${MOMENT}), 'request', request, 'account', account, 'unit', unit,
    'client', client, 'route', route, 'person', person, 'ground', ground, 'consents', consents, 'groups', groups,
    'asOf', as_of::text, 'knownAt', known_at, 'filter', filter, 'count', count, 'status', status) AS line`;

/** The audit of reads as a log, as the role hoso_access. Rejects with LogUnavailable. */
export class PostgresReadsLog implements ReadableLog {
  private readonly pool: pg.Pool;

  constructor(connection: ConnectionSettings) {
    this.pool = new pg.Pool({
      ...connection,
      max: 2,
      connectionTimeoutMillis: 5_000,
      query_timeout: 25_000,
      application_name: 'hoso reads evidence',
    });
    this.pool.on('error', () => undefined); // an idle connection broke; the next question says so if it matters
  }

  async head(): Promise<Head> {
    const [row] = await this.ask<{ sequence: string; written_at: string | null }>(
      `SELECT sequence, to_char(written_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS written_at FROM audit.head`,
      [],
    );
    const sequence = Number(row?.sequence ?? 0);
    return { sequence, position: BigInt(sequence), recordedAt: row?.written_at ?? null };
  }

  readAll(after: Position, limit: number): Promise<RecordedEvent[]> {
    return this.lines('id > $1 ORDER BY id LIMIT $2', [after, limit]);
  }

  readEvents(ids: readonly string[]): Promise<RecordedEvent[]> {
    return this.lines('id = ANY ($1::bigint[]) ORDER BY id', [ids.map(sequenceOf)]);
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private async lines(where: string, values: unknown[]): Promise<RecordedEvent[]> {
    const rows = await this.ask<Row>(`SELECT ${COLUMNS} FROM audit.reads WHERE ${where}`, values);
    return rows.map(({ id, written_at, line }) => readEvent(Number(id), written_at, line));
  }

  private async ask<R extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<R[]> {
    try {
      return (await this.pool.query<R>(text, values)).rows;
    } catch (error) {
      throw new LogUnavailable(`the audit of reads does not answer: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
}
