import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { Secret, TOTP } from 'otpauth';
import { dayInVietnam, type Day } from '../../dates.js';
import type { Sealer } from '../../sealing/port.js';
import { assignmentsOn, consentsOn, type Account } from '../account.js';
import { normalName, type Accounts } from '../accounts.js';
import { NO_UNIT, type Caller } from '../caller.js';
import { accountStream, type AccountFact } from '../facts.js';
import { faultOf, PasswordHasher, type PasswordFault } from './passwords.js';
import type { SecretStore, Session } from './port.js';
import { Throttle } from './throttle.js';

/** How long sessions, codes and tokens live. */
export interface Lifetimes {
  readonly idleMinutes: number;
  readonly absoluteHours: number;
}
export const LIFETIMES: Lifetimes = { idleMinutes: 30, absoluteHours: 12 };
const CODE_HOURS = 24;
/** Seconds for which a machine's token is good. */
export const TOKEN_SECONDS = 600;
const SEEN_EVERY_MS = 60_000;
const MINUTE_MS = 60_000;

export interface LoginParts {
  readonly accounts: Accounts;
  readonly store: SecretStore;
  readonly sealer: Sealer;
  readonly lifetimes?: Lifetimes;
  readonly clock?: () => Date;
}

/** A token, shown once, and until when it is good at most. */
export interface Issued {
  readonly token: string;
  readonly until: string;
  readonly stage: Session['stage'];
  readonly account: string;
  readonly unit: string | null;
}

export type SignInAnswer =
  | ({ readonly kind: 'signedIn' } & Issued)
  /** Name, password or code is wrong, or the account is disabled: which of them is not told. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'throttled'; readonly seconds: number }
  /** The password is right; the code of the second factor is missing. */
  | { readonly kind: 'secondFactor' }
  /** The account does not act for the unit asked for. */
  | { readonly kind: 'notAssigned' };

export type SetPasswordAnswer =
  | { readonly kind: 'set' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'throttled'; readonly seconds: number }
  | { readonly kind: 'weak'; readonly fault: PasswordFault };

/** Whoever a token stands for, now. */
export interface Authenticated {
  readonly caller: Caller;
  readonly account: Account;
  readonly stage: Session['stage'];
  /** Unit that the session or token was given for, whether the account still acts for it or not. */
  readonly actsFor: string | null;
}

/** Ways in: passwords, one-time codes, second factors, sessions of persons and tokens of machines. */
export class Logins {
  private readonly hasher = new PasswordHasher();
  private readonly throttle: Throttle;
  private readonly clock: () => Date;
  private readonly lifetimes: Lifetimes;

  constructor(private readonly parts: LoginParts) {
    this.clock = parts.clock ?? (() => new Date());
    this.lifetimes = parts.lifetimes ?? LIFETIMES;
    this.throttle = new Throttle(parts.store, parts.sealer, this.clock);
  }

  /** Today in Vietnam, by the server's clock. */
  get today(): Day {
    return dayInVietnam(this.clock().toISOString());
  }

  /** Begins a session. `address` is where the caller speaks from. */
  async signIn(asked: {
    readonly name: string;
    readonly password: string;
    readonly otp?: string;
    readonly unit?: string;
    readonly address: string;
  }): Promise<SignInAnswer> {
    const { accounts, store } = this.parts;
    const { name, password, otp, address } = asked;
    const seconds = await this.throttle.pause(name, address);
    if (seconds > 0) return { kind: 'throttled', seconds };
    const account = await accounts.find(accounts.idOf(name));
    const { passwordHash, secondFactor } = await store.credential(accounts.idOf(name));
    const right = await this.hasher.verify(passwordHash, password);
    if (!right || account === null || account.disabled || account.kind !== 'person')
      return this.fail(name, address);
    if (secondFactor !== null) {
      if (otp === undefined) return { kind: 'secondFactor' };
      if (!(await this.isCode(account.id, secondFactor, otp))) return this.fail(name, address);
    }
    await this.throttle.succeeded(name);
    const unit = this.unitFor(account, asked.unit);
    if (unit === undefined) return { kind: 'notAssigned' };
    const stage = account.secondFactor.required && secondFactor === null ? 'second_factor' : 'full';
    return { kind: 'signedIn', ...(await this.begin(account, unit, stage)) };
  }

  /** Sets a password with the one-time code that an administrator handed out: bound to that account alone. */
  async setPassword(asked: {
    readonly name: string;
    readonly code: string;
    readonly password: string;
    readonly address: string;
    readonly correlation?: string;
  }): Promise<SetPasswordAnswer> {
    const { accounts, store } = this.parts;
    const { name, address } = asked;
    const seconds = await this.throttle.pause(name, address);
    if (seconds > 0) return { kind: 'throttled', seconds };
    const fault = await faultOf(asked.password, normalName(name));
    if (fault !== null) return { kind: 'weak', fault };
    const id = accounts.idOf(name);
    const account = await accounts.find(id);
    const passwordHash = await this.hasher.hash(asked.password);
    const good = await store.useCode(id, sha256(asked.code.replace(/[\s-]/g, '').toUpperCase()));
    if (!good || account === null || account.disabled) {
      await this.throttle.failed(name, address);
      return { kind: 'refused' };
    }
    // The log first: from here on every older session is over, whatever happens to the next line.
    await this.note(account, { type: 'password_set', data: {} }, asked.correlation);
    await store.setPassword(id, passwordHash);
    await this.throttle.succeeded(name);
    return { kind: 'set' };
  }

  /** A one-time code for an account, in groups for reading aloud; only its hash is kept. */
  async issueCode(account: string): Promise<{ readonly code: string; readonly until: string }> {
    const code = [...randomBytes(20)].map((b) => ALPHABET[b % ALPHABET.length]).join('');
    const until = new Date(this.clock().getTime() + CODE_HOURS * 60 * MINUTE_MS);
    await this.parts.store.setCode(account, sha256(code), until);
    return { code: (code.match(/.{4}/g) ?? []).join('-'), until: until.toISOString() };
  }

  /** Notes that a password is lost (Điều 16.6). Nothing tells whether there is such an account. */
  async requestReset(name: string, address: string, correlation: string): Promise<number> {
    const seconds = await this.throttle.pause('', address);
    if (seconds > 0) return seconds;
    await this.throttle.failed('', address);
    const account = await this.parts.accounts.find(this.parts.accounts.idOf(name));
    if (account !== null && !account.disabled && account.kind === 'person' && !account.resetRequested)
      await this.note(account, { type: 'reset_requested', data: {} }, correlation);
    return 0;
  }

  /** A new secret for the second factor, not in force before `confirmSecondFactor`. */
  proposeSecondFactor(account: Account): { readonly secret: string; readonly uri: string } {
    const secret = new Secret({ size: 20 });
    return { secret: secret.base32, uri: totp(secret.base32, account.name).toString() };
  }

  /** Puts a second factor in force, with a first code of it. */
  async confirmSecondFactor(
    account: Account,
    secret: string,
    otp: string,
    correlation: string,
  ): Promise<boolean> {
    if (
      !/^[A-Z2-7]{32}$/.test(secret) ||
      totp(secret, account.name).validate({ token: otp, window: 1 }) === null
    )
      return false;
    const stream = accountStream(account.id);
    const sealed = await this.parts.sealer.seal(
      stream,
      { stream, eventId: account.id },
      { identity: { secret } },
    );
    await this.parts.store.setSecondFactor(account.id, sealed.identity as string);
    await this.note(account, { type: 'second_factor_set', data: {} }, correlation);
    return true;
  }

  async dropSecondFactor(account: string): Promise<void> {
    await this.parts.store.setSecondFactor(account, null);
  }

  /** A new secret of a machine: its id for the log, and itself, shown once. */
  newSecret(): { readonly id: string; readonly secret: string; readonly hash: Buffer } {
    const secret = randomBytes(32).toString('base64url');
    return { id: randomUUID(), secret, hash: sha256(secret) };
  }

  async keepSecret(account: string, id: string, hash: Buffer): Promise<void> {
    await this.parts.store.addSecret(account, id, hash);
  }

  /** A short-lived signed token for a machine (OAuth 2 client credentials). */
  async tokenFor(
    client: string,
    secret: string,
    address: string,
  ): Promise<Issued | { readonly seconds: number } | null> {
    const seconds = await this.throttle.pause(client, address);
    if (seconds > 0) return { seconds };
    const account = await this.parts.accounts.find(client);
    const id = await this.parts.store.secret(client, sha256(secret));
    if (account === null || account.disabled || id === null || !account.secrets.includes(id)) {
      await this.throttle.failed(client, address);
      return null;
    }
    const unit = this.unitFor(account, undefined) ?? null;
    const until = Math.floor(this.clock().getTime() / 1000) + TOKEN_SECONDS;
    const token = await new SignJWT({ unit, rev: account.revision, sid: id })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .setSubject(account.id)
      .setIssuer('hoso')
      .setAudience('hoso')
      .setExpirationTime(until)
      .sign(this.signingKey);
    const expires = new Date(until * 1000).toISOString();
    return { token, until: expires, stage: 'full', account: account.id, unit };
  }

  /** Whom a token stands for at this moment; null: nobody. */
  async authenticate(token: string): Promise<Authenticated | null> {
    return token.includes('.') ? this.authenticateMachine(token) : this.authenticatePerson(token);
  }

  async signOut(token: string): Promise<void> {
    await this.parts.store.endSession(sha256(token));
  }

  /** Begins a session without a password: for the command line, and tests of what comes after the login. */
  async begin(
    account: Account,
    unit: string | null,
    stage: Session['stage'],
    token = newToken(),
  ): Promise<Issued> {
    const now = this.clock();
    await this.parts.store.addSession(sha256(token), {
      account: account.id,
      unit,
      revision: account.revision,
      stage,
      beganAt: now,
      seenAt: now,
    });
    const until = new Date(now.getTime() + this.lifetimes.absoluteHours * 60 * MINUTE_MS).toISOString();
    return { token, until, stage, account: account.id, unit };
  }

  private async authenticatePerson(token: string): Promise<Authenticated | null> {
    const hash = sha256(token);
    const session = await this.parts.store.session(hash);
    if (session === null) return null;
    const now = this.clock().getTime();
    const idle = now - session.seenAt.getTime() > this.lifetimes.idleMinutes * MINUTE_MS;
    const old = now - session.beganAt.getTime() > this.lifetimes.absoluteHours * 60 * MINUTE_MS;
    if (idle || old) {
      await this.parts.store.endSession(hash);
      return null;
    }
    const account = await this.parts.accounts.find(session.account);
    if (account === null || account.disabled || session.revision < account.sessionsFrom) return null;
    if (now - session.seenAt.getTime() > SEEN_EVERY_MS)
      await this.parts.store.touchSession(hash, new Date(now));
    const { unit: actsFor, stage } = session;
    return { caller: callerOf(account, actsFor, this.today), account, stage, actsFor };
  }

  private async authenticateMachine(token: string): Promise<Authenticated | null> {
    const verified = await jwtVerify<{ unit: string | null; rev: number; sid: string }>(
      token,
      this.signingKey,
      {
        algorithms: ['HS256'],
        typ: 'at+jwt',
        issuer: 'hoso',
        audience: 'hoso',
        currentDate: this.clock(),
      },
    ).catch(() => null);
    if (verified === null) return null;
    const { sub, unit, rev, sid } = verified.payload;
    const account = sub === undefined ? null : await this.parts.accounts.find(sub);
    if (account === null || account.disabled || rev < account.sessionsFrom || !account.secrets.includes(sid))
      return null;
    return { caller: callerOf(account, unit, this.today), account, stage: 'full', actsFor: unit };
  }

  private get signingKey(): Buffer {
    return this.parts.sealer.index('access token', ['1']);
  }

  /** The unit to act for: the one asked for, else the only or the first; null: none; undefined: not assigned to it. */
  private unitFor(account: Account, asked: string | undefined): string | null | undefined {
    const units = assignmentsOn(account, this.today).map((a) => a.unit);
    if (asked === undefined) return units[0] ?? null;
    return units.find((u) => u === asked);
  }

  private async isCode(account: string, sealed: string, otp: string): Promise<boolean> {
    const stream = accountStream(account);
    const [opened] = await this.parts.sealer.unsealMany([
      { owner: stream, context: { stream, eventId: account }, sealed: { identity: sealed } },
    ]);
    const secret = opened?.values.identity?.['secret'];
    if (typeof secret !== 'string' || !/^\d{6}$/.test(otp)) return false;
    const timestamp = this.clock().getTime();
    const delta = totp(secret, '').validate({ token: otp, window: 1, timestamp });
    if (delta === null) return false;
    return this.parts.store.useStep(account, Math.floor(timestamp / 30_000) + delta);
  }

  private async fail(name: string, address: string): Promise<SignInAnswer> {
    await this.throttle.failed(name, address);
    return { kind: 'refused' };
  }

  /** What somebody does to their own account, in the log. */
  private async note(account: Account, fact: AccountFact, correlation?: string): Promise<void> {
    const actor = {
      account: account.id,
      unit: this.unitFor(account, undefined) ?? NO_UNIT,
      client: account.id,
    };
    const meta = correlation === undefined ? { actor } : { actor, correlation };
    await this.parts.accounts.record(account.id, [fact], randomUUID(), meta);
  }
}

/** Letters and digits that are not taken for one another; 32 of them, so that every byte falls on one alike. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

function totp(secret: string, label: string): TOTP {
  return new TOTP({ issuer: 'Hoso', label: label === '' ? 'account' : label, secret, digits: 6, period: 30 });
}

function newToken(): string {
  return randomBytes(32).toString('base64url');
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** The account as a caller, acting for a unit by what is in force on a day. */
export function callerOf(account: Account, unit: string | null, today: Day): Caller {
  const held = assignmentsOn(account, today).filter((a) => a.unit === unit);
  const best = held.find((a) => a.right === 'administer') ?? held[0];
  return {
    account: account.id,
    unit: best?.unit ?? NO_UNIT,
    client: account.id,
    right: best?.right ?? null,
    reach: held.some((a) => a.reach === 'city') ? 'city' : 'unit',
    scopes: account.kind === 'machine' ? account.scopes : null,
    person: account.person,
    consents: consentsOn(account, today),
  };
}
