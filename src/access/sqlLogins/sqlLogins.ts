import pg from 'pg';
import { plusDays, type Day } from '../../dates.js';
import type { FieldGroup } from '../../fieldGroups.js';
import { OperatorError } from '../../operatorError.js';
import type { ConnectionSettings } from '../../postgres/connection.js';
import { viewsNamed, withoutLiterals } from './literals.js';

/** What a SQL login may see, by a written consent (Điều 7.3). */
export interface SqlGrant {
  /** Number of the document. */
  readonly document: string;
  /** Units whose records it sees, with those below them today; null: the whole city. */
  readonly units: readonly string[] | null;
  /** Field groups it sees; the others are masked. */
  readonly groups: readonly FieldGroup[];
  readonly from: Day;
  /** Last day. */
  readonly until: Day;
}

/** What a SQL login asked, counted between two moments: its statement without literals, never about whom. */
export interface AskedStatement {
  readonly id: number;
  readonly at: string;
  readonly login: string;
  readonly statement: string;
  readonly views: readonly string[];
  readonly calls: number;
  readonly rows: number;
  readonly milliseconds: number;
}

interface Counted {
  readonly login: string;
  readonly query_id: string;
  readonly query: string;
  readonly calls: string;
  readonly rows: string;
  readonly milliseconds: number;
  readonly calls_before: string | null;
  readonly rows_before: string | null;
  readonly milliseconds_before: number | null;
}

/** Serialises the counts of all processes; any fixed numbers will do. */
const COUNTING = '8060, 63';

/** PostgreSQL counts for each login and statement; a restart may set it back to 0. */
const COUNTED = `
  WITH counted AS (
    SELECT r.rolname::text AS login, s.queryid AS query_id, max(s.query) AS query, sum(s.calls) AS calls,
           sum(s.rows) AS rows, sum(s.total_exec_time) AS milliseconds
      FROM pg_stat_statements s
      JOIN pg_roles r ON r.oid = s.userid
      JOIN pg_auth_members m ON m.member = r.oid AND m.roleid = 'hoso_reporting'::regrole
     WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND s.queryid IS NOT NULL
     GROUP BY 1, 2)
  SELECT c.*, b.calls_so_far AS calls_before, b.rows_so_far AS rows_before, b.milliseconds_so_far AS milliseconds_before
    FROM counted c
    LEFT JOIN LATERAL (
      SELECT * FROM sql_logins.asked a WHERE a.login = c.login AND a.query_id = c.query_id ORDER BY a.id DESC LIMIT 1
    ) b ON true
   WHERE b.calls_so_far IS DISTINCT FROM c.calls`;

/** What SQL logins may see and what they asked, as the role hoso_access. */
export class SqlLogins {
  private readonly pool: pg.Pool;

  constructor(connection: ConnectionSettings) {
    this.pool = new pg.Pool({
      ...connection,
      max: 1,
      connectionTimeoutMillis: 5_000,
      statement_timeout: 10_000,
      application_name: 'hoso sql logins',
    });
    this.pool.on('error', () => undefined); // an idle connection broke; the next statement says so if it matters
  }

  /** Enters what a login may see from now on, in place of what it might before. `account`: who enters it. */
  async give(
    login: string,
    { document, units, groups, from, until }: SqlGrant,
    account: string,
  ): Promise<void> {
    await this.pool.query(
      `INSERT INTO sql_logins.given (login, document, units, groups, valid_from, valid_until, account)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [login, document, units, groups, from, until, account],
    );
  }

  /** Takes back what a login might see: its open sessions see nothing more with their next statement. */
  async takeBack(login: string, document: string, account: string, today: Day): Promise<void> {
    const nothing = { document, units: [], groups: [], from: today, until: plusDays(today, -1) };
    await this.give(login, nothing, account);
  }

  /** Rejects with an OperatorError where PostgreSQL does not keep what logins ask: then there must be none. */
  async requireCounting(): Promise<void> {
    const { rows } = await this.pool.query<{ there: boolean; may: boolean; track: string | null }>(
      `SELECT to_regclass('pg_stat_statements') IS NOT NULL AS there,
              pg_has_role('pg_read_all_stats', 'USAGE') AS may,
              current_setting('pg_stat_statements.max', true) AS track`,
    );
    const [{ there, may, track } = { there: false, may: false, track: null }] = rows;
    if (there && may && track !== null) return;
    throw new OperatorError(
      'This PostgreSQL does not keep what reporting logins ask, so none is made.',
      [
        "Set shared_preload_libraries = 'pg_stat_statements' and restart it, then as a superuser in the database:",
        'CREATE EXTENSION IF NOT EXISTS pg_stat_statements; GRANT pg_read_all_stats TO hoso_access;',
      ].join(' '),
    );
  }

  /** Keeps what logins asked since the last time; answers how many statements. Nothing where PostgreSQL does not count. */
  async count(): Promise<number> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query(`SELECT pg_advisory_xact_lock(${COUNTING})`);
      const there = await client.query<{ there: boolean }>(
        `SELECT to_regclass('pg_stat_statements') IS NOT NULL AND current_setting('pg_stat_statements.max', true) IS NOT NULL AS there`,
      );
      const rows = there.rows[0]?.there === true ? (await client.query<Counted>(COUNTED)).rows : [];
      if (rows.length > 0) await this.keep(client, rows);
      await client.query('COMMIT');
      return rows.length;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
  }

  /** What logins asked, the newest first; of one login or of all. */
  async asked(login: string | null, limit: number): Promise<readonly AskedStatement[]> {
    const { rows } = await this.pool.query<
      Omit<AskedStatement, 'id' | 'at' | 'calls' | 'rows'> & {
        readonly id: string;
        readonly at: Date;
        readonly calls: string;
        readonly rows: string;
      }
    >(
      `SELECT id, at, login, statement, views, calls, rows, milliseconds FROM sql_logins.asked
        WHERE $1::text IS NULL OR login = $1 ORDER BY id DESC LIMIT $2`,
      [login, limit],
    );
    return rows.map((r) => ({
      ...r,
      id: Number(r.id),
      at: r.at.toISOString(),
      calls: Number(r.calls),
      rows: Number(r.rows),
    }));
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private async keep(client: pg.PoolClient, counted: readonly Counted[]): Promise<void> {
    const views = await client.query<{ name: string }>(
      `SELECT viewname AS name FROM pg_views WHERE schemaname = 'reporting'`,
    );
    const names = views.rows.map((v) => v.name);
    const since = (now: string | number, before: string | number | null, reset: boolean) =>
      reset ? Number(now) : Number(now) - Number(before ?? 0);
    const lines = counted.map((c) => {
      const reset = c.calls_before !== null && Number(c.calls) < Number(c.calls_before);
      const statement = withoutLiterals(c.query);
      return {
        login: c.login,
        query_id: c.query_id,
        statement,
        views: viewsNamed(statement, names),
        calls: since(c.calls, c.calls_before, reset),
        rows: since(c.rows, c.rows_before, reset),
        milliseconds: since(c.milliseconds, c.milliseconds_before, reset),
        calls_so_far: c.calls,
        rows_so_far: c.rows,
        milliseconds_so_far: c.milliseconds,
      };
    });
    await client.query(
      `INSERT INTO sql_logins.asked (login, query_id, statement, views, calls, rows, milliseconds,
                                     calls_so_far, rows_so_far, milliseconds_so_far)
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS r(login text, query_id bigint, statement text, views text[],
              calls bigint, rows bigint, milliseconds double precision, calls_so_far bigint, rows_so_far bigint,
              milliseconds_so_far double precision)`,
      [JSON.stringify(lines)],
    );
  }
}
