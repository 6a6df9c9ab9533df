import pg from 'pg';
import type { ConnectionSettings } from '../../postgres/connection.js';
import { Gathering } from '../../gathering.js';
import { AccessUnavailable, type Credential, type Failures, type SecretStore, type Session } from './port.js';

interface SessionRow {
  readonly token_hash: Buffer;
  readonly account: string;
  readonly unit: string | null;
  readonly revision: number;
  readonly stage: Session['stage'];
  readonly began_at: Date;
  readonly seen_at: Date;
}

/** Sessions older than this are deleted; none lives as long. */
const KEPT_DAYS = 7;

/** Secrets in schema `accounts`, as the role hoso_access. */
export class PostgresSecretStore implements SecretStore {
  private readonly pool: pg.Pool;
  /** Looked up with every request. */
  private readonly sessions = new Gathering<Buffer, Session | null>({
    ask: (hashes) => this.findSessions(hashes),
    keyOf: (hash) => hash.toString('latin1'),
    lanes: 1,
  });

  constructor(connection: ConnectionSettings) {
    this.pool = new pg.Pool({
      ...connection,
      max: 4,
      connectionTimeoutMillis: 5_000,
      statement_timeout: 10_000,
      application_name: 'hoso access',
    });
    this.pool.on('error', () => undefined); // an idle connection broke; the next question says so if it matters
  }

  async credential(account: string): Promise<Credential> {
    const [row] = await this.ask<{ password_hash: string | null; second_factor: string | null }>(
      'credential',
      'SELECT password_hash, second_factor FROM accounts.credential WHERE account = $1',
      [account],
    );
    return { passwordHash: row?.password_hash ?? null, secondFactor: row?.second_factor ?? null };
  }

  async setPassword(account: string, hash: string): Promise<void> {
    await this.ask(
      'set_password',
      `INSERT INTO accounts.credential (account, password_hash) VALUES ($1, $2)
       ON CONFLICT (account) DO UPDATE SET password_hash = $2, code_hash = NULL, code_until = NULL`,
      [account, hash],
    );
  }

  async setCode(account: string, hash: Buffer, until: Date): Promise<void> {
    await this.ask(
      'set_code',
      `INSERT INTO accounts.credential (account, code_hash, code_until) VALUES ($1, $2, $3)
       ON CONFLICT (account) DO UPDATE SET code_hash = $2, code_until = $3`,
      [account, hash, until],
    );
  }

  async useCode(account: string, hash: Buffer): Promise<boolean> {
    const used = await this.ask(
      'use_code',
      `UPDATE accounts.credential SET code_hash = NULL, code_until = NULL
        WHERE account = $1 AND code_hash = $2 AND code_until > now() RETURNING 1`,
      [account, hash],
    );
    return used.length > 0;
  }

  async setSecondFactor(account: string, sealed: string | null): Promise<void> {
    await this.ask(
      'set_second_factor',
      `INSERT INTO accounts.credential (account, second_factor) VALUES ($1, $2)
       ON CONFLICT (account) DO UPDATE SET second_factor = $2`,
      [account, sealed],
    );
  }

  async useStep(account: string, step: number): Promise<boolean> {
    const used = await this.ask(
      'use_step',
      'UPDATE accounts.credential SET last_step = $2 WHERE account = $1 AND last_step < $2 RETURNING 1',
      [account, step],
    );
    return used.length > 0;
  }

  async addSession(
    hash: Buffer,
    { account, unit, revision, stage, beganAt, seenAt }: Session,
  ): Promise<void> {
    await this.ask(
      'sweep_sessions',
      `DELETE FROM accounts.session WHERE began_at < now() - interval '${KEPT_DAYS} days'`,
    );
    await this.ask(
      'add_session',
      `INSERT INTO accounts.session (token_hash, account, unit, revision, stage, began_at, seen_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [hash, account, unit, revision, stage, beganAt, seenAt],
    );
  }

  session(hash: Buffer): Promise<Session | null> {
    return this.sessions.answer(hash);
  }

  async touchSession(hash: Buffer, at: Date): Promise<void> {
    await this.ask('touch_session', 'UPDATE accounts.session SET seen_at = $2 WHERE token_hash = $1', [
      hash,
      at,
    ]);
  }

  async endSession(hash: Buffer): Promise<void> {
    await this.ask('end_session', 'DELETE FROM accounts.session WHERE token_hash = $1', [hash]);
  }

  async addSecret(account: string, id: string, hash: Buffer): Promise<void> {
    await this.ask(
      'add_secret',
      `INSERT INTO accounts.secret (account, secret_hash, id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      [account, hash, id],
    );
  }

  async secret(account: string, hash: Buffer): Promise<string | null> {
    const [row] = await this.ask<{ id: string }>(
      'secret',
      'SELECT id FROM accounts.secret WHERE account = $1 AND secret_hash = $2',
      [account, hash],
    );
    return row?.id ?? null;
  }

  async failures(key: Buffer): Promise<Failures | null> {
    const [row] = await this.ask<{ count: number; last_at: Date }>(
      'failures',
      'SELECT count, last_at FROM accounts.failure WHERE key = $1',
      [key],
    );
    return row === undefined ? null : { count: row.count, lastAt: row.last_at };
  }

  async fail(key: Buffer, at: Date, since: Date): Promise<void> {
    await this.ask(
      'fail',
      `INSERT INTO accounts.failure (key, count, last_at) VALUES ($1, 1, $2)
       ON CONFLICT (key) DO UPDATE
          SET count = CASE WHEN failure.last_at < $3 THEN 1 ELSE failure.count + 1 END, last_at = $2`,
      [key, at, since],
    );
  }

  async clearFailures(key: Buffer): Promise<void> {
    await this.ask('clear_failures', 'DELETE FROM accounts.failure WHERE key = $1', [key]);
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private async findSessions(hashes: readonly Buffer[]): Promise<(Session | null)[]> {
    const rows = await this.ask<SessionRow>(
      'sessions',
      `SELECT token_hash, account, unit, revision, stage, began_at, seen_at
         FROM accounts.session WHERE token_hash = ANY ($1)`,
      [hashes],
    );
    const found = new Map(
      rows.map(({ token_hash: hash, began_at: beganAt, seen_at: seenAt, ...rest }) => [
        hash.toString('latin1'),
        { ...rest, beganAt, seenAt },
      ]),
    );
    return hashes.map((hash) => found.get(hash.toString('latin1')) ?? null);
  }

  private async ask<Row extends pg.QueryResultRow>(
    name: string,
    text: string,
    values: unknown[] = [],
  ): Promise<Row[]> {
    try {
      return (await this.pool.query<Row>({ name, text, values })).rows;
    } catch (error) {
      // What has no SQLSTATE comes from the socket; classes 08, 53, 57 pass: connection, resources, operator.
      const { code } = error as { code?: string };
      if (!(error instanceof pg.DatabaseError) || /^(08|53|57)/.test(code ?? ''))
        throw new AccessUnavailable('the database of accounts cannot be reached now', { cause: error });
      throw error;
    }
  }
}
