/** Where secrets of accounts stand: never in the log, only as hashes or sealed. PostgreSQL, or memory for tests. */

export interface Credential {
  /** argon2id; null: none was ever set. */
  readonly passwordHash: string | null;
  /** Sealed; null: no second factor. */
  readonly secondFactor: string | null;
}

export interface Session {
  readonly account: string;
  /** Unit acted for; null: none. */
  readonly unit: string | null;
  /** Revision of the account's stream when it began. */
  readonly revision: number;
  /** `full`, or `second_factor`: good for setting up the second factor only. */
  readonly stage: 'full' | 'second_factor';
  readonly beganAt: Date;
  readonly seenAt: Date;
}

export interface Failures {
  readonly count: number;
  readonly lastAt: Date;
}

/** Rejects with AccessUnavailable when the database is away. */
export interface SecretStore {
  credential(account: string): Promise<Credential>;
  /** Sets the password and ends any one-time code. */
  setPassword(account: string, hash: string): Promise<void>;
  setCode(account: string, hash: Buffer, until: Date): Promise<void>;
  /** Uses a one-time code up: true once, for the right code in time. */
  useCode(account: string, hash: Buffer): Promise<boolean>;
  setSecondFactor(account: string, sealed: string | null): Promise<void>;
  /** Whether this time step of the second factor was not used before; then it is now. */
  useStep(account: string, step: number): Promise<boolean>;
  addSession(hash: Buffer, session: Session): Promise<void>;
  session(hash: Buffer): Promise<Session | null>;
  touchSession(hash: Buffer, at: Date): Promise<void>;
  endSession(hash: Buffer): Promise<void>;
  addSecret(account: string, id: string, hash: Buffer): Promise<void>;
  /** The id of a machine's secret, by its hash; null: there is none. */
  secret(account: string, hash: Buffer): Promise<string | null>;
  failures(key: Buffer): Promise<Failures | null>;
  /** Counts a failure; those before `since` are forgotten. */
  fail(key: Buffer, at: Date, since: Date): Promise<void>;
  clearFailures(key: Buffer): Promise<void>;
  close(): Promise<void>;
}

/** The database of secrets or of the read audit cannot be reached now. */
export class AccessUnavailable extends Error {
  override readonly name = 'AccessUnavailable';
}
