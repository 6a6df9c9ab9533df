import type { Credential, Failures, SecretStore, Session } from './port.js';

/** Secrets in memory, for tests: the model that the PostgreSQL store is held to. */
export class MemorySecretStore implements SecretStore {
  private readonly credentials = new Map<string, Credential>();
  private readonly codes = new Map<string, { hash: string; until: Date }>();
  private readonly steps = new Map<string, number>();
  private readonly sessions = new Map<string, Session>();
  private readonly secrets = new Map<string, string>();
  private readonly failed = new Map<string, Failures>();

  credential(account: string): Promise<Credential> {
    return Promise.resolve(this.credentials.get(account) ?? { passwordHash: null, secondFactor: null });
  }

  async setPassword(account: string, passwordHash: string): Promise<void> {
    this.credentials.set(account, { ...(await this.credential(account)), passwordHash });
    this.codes.delete(account);
  }

  setCode(account: string, hash: Buffer, until: Date): Promise<void> {
    this.codes.set(account, { hash: hash.toString('hex'), until });
    return Promise.resolve();
  }

  useCode(account: string, hash: Buffer): Promise<boolean> {
    const code = this.codes.get(account);
    const right = code?.hash === hash.toString('hex') && code.until > new Date();
    if (right) this.codes.delete(account);
    return Promise.resolve(right);
  }

  async setSecondFactor(account: string, secondFactor: string | null): Promise<void> {
    this.credentials.set(account, { ...(await this.credential(account)), secondFactor });
  }

  useStep(account: string, step: number): Promise<boolean> {
    const fresh = step > (this.steps.get(account) ?? -1);
    if (fresh) this.steps.set(account, step);
    return Promise.resolve(fresh);
  }

  addSession(hash: Buffer, session: Session): Promise<void> {
    this.sessions.set(hash.toString('hex'), session);
    return Promise.resolve();
  }

  session(hash: Buffer): Promise<Session | null> {
    return Promise.resolve(this.sessions.get(hash.toString('hex')) ?? null);
  }

  touchSession(hash: Buffer, seenAt: Date): Promise<void> {
    const key = hash.toString('hex');
    const session = this.sessions.get(key);
    if (session !== undefined) this.sessions.set(key, { ...session, seenAt });
    return Promise.resolve();
  }

  endSession(hash: Buffer): Promise<void> {
    this.sessions.delete(hash.toString('hex'));
    return Promise.resolve();
  }

  addSecret(account: string, id: string, hash: Buffer): Promise<void> {
    this.secrets.set(`${account} ${hash.toString('hex')}`, id);
    return Promise.resolve();
  }

  secret(account: string, hash: Buffer): Promise<string | null> {
    return Promise.resolve(this.secrets.get(`${account} ${hash.toString('hex')}`) ?? null);
  }

  failures(key: Buffer): Promise<Failures | null> {
    return Promise.resolve(this.failed.get(key.toString('hex')) ?? null);
  }

  fail(key: Buffer, lastAt: Date, since: Date): Promise<void> {
    const before = this.failed.get(key.toString('hex'));
    const count = before === undefined || before.lastAt < since ? 1 : before.count + 1;
    this.failed.set(key.toString('hex'), { count, lastAt });
    return Promise.resolve();
  }

  clearFailures(key: Buffer): Promise<void> {
    this.failed.delete(key.toString('hex'));
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
