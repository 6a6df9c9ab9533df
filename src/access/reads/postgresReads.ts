import pg from 'pg';
import type { ConnectionSettings } from '../../postgres/connection.js';
import { AccessUnavailable } from '../login/port.js';
import type { ReadLine, ReadStore, ToldRead } from './port.js';

const COLUMNS = `at, request, account, unit, client, route, person, ground, consents, groups, as_of, known_at, filter, count, status`;

interface Row {
  readonly id: string;
  readonly at: Date;
  readonly request: string;
  readonly account: string;
  readonly unit: string;
  readonly client: string;
  readonly route: string;
  readonly person: string | null;
  readonly ground: ToldRead['ground'];
  readonly consents: string[];
  readonly groups: ToldRead['groups'];
  readonly as_of: string | null;
  readonly known_at: string | null;
  readonly filter: string | null;
  readonly count: number | null;
  readonly status: number;
}

/** The audit of reads in `audit.reads`, as the role hoso_access, which can add lines (through a function) and read them, and nothing else. */
export class PostgresReads implements ReadStore {
  private readonly pool: pg.Pool;

  constructor(connection: ConnectionSettings) {
    this.pool = new pg.Pool({
      ...connection,
      max: 2,
      connectionTimeoutMillis: 5_000,
      statement_timeout: 10_000,
      application_name: 'hoso reads',
    });
    this.pool.on('error', () => undefined); // an idle connection broke; the next line says so if it matters
  }

  async add(lines: readonly ReadLine[]): Promise<void> {
    // One statement for any number of lines, each as JSON: arrays of arrays have no natural parameter.
    const rows = lines.map((l) => ({ ...l, as_of: l.asOf, known_at: l.knownAt }));
    await this.ask('add_reads', 'SELECT audit.add($1::jsonb)', [JSON.stringify(rows)]);
  }

  async ofPerson(records: readonly string[], limit: number, before?: number): Promise<readonly ToldRead[]> {
    const rows = await this.ask<Row>(
      'reads_of_person',
      `SELECT id, ${COLUMNS.replace('as_of', 'as_of::text')} FROM audit.reads
        WHERE person = ANY ($1::uuid[]) AND ($3::bigint IS NULL OR id < $3) ORDER BY id DESC LIMIT $2`,
      [records, limit, before ?? null],
    );
    return rows.map(({ as_of: asOf, known_at: knownAt, id, at, ...rest }) => ({
      ...rest,
      id: Number(id),
      at: at.toISOString(),
      asOf,
      knownAt: knownAt === null ? null : Number(knownAt),
    }));
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private async ask<R extends pg.QueryResultRow>(
    name: string,
    text: string,
    values: unknown[],
  ): Promise<R[]> {
    try {
      return (await this.pool.query<R>({ name, text, values })).rows;
    } catch (error) {
      throw new AccessUnavailable('the audit of reads cannot be reached now', { cause: error });
    }
  }
}
