import { randomBytes } from 'node:crypto';

/** OWASP's least for argon2id (2): 19 MiB, two passes; some 70 ms of one core. */
const STRENGTH = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

// The list of popular passwords and argon2 take 12 MB: they are loaded when somebody logs in or sets a password.
const argon2 = () => import('@node-rs/argon2');
const popular = () => import('fxa-common-password-list');

/** Length over composition. */
export const PASSWORD_LENGTH = { least: 12, most: 128 } as const;

/** What is wrong with a password as a new one. */
export type PasswordFault = 'password_length' | 'password_common';

export async function faultOf(password: string, name: string): Promise<PasswordFault | null> {
  const { least, most } = PASSWORD_LENGTH;
  const length = [...password].length;
  if (length < least || length > most) return 'password_length';
  const plain = password.toLowerCase();
  const commonPasswords = await popular();
  // The list holds popular ones; what repeats one character, or the account's own name, is none better.
  const isCommon =
    commonPasswords.test(plain) || new Set(plain).size < 4 || (name.length > 3 && plain.includes(name));
  return isCommon ? 'password_common' : null;
}

/**
 * Hashes and checks passwords, a few at a time: each holds 19 MiB and a core, and the service has other work. Who comes
 * while too many wait is told so.
 */
export class PasswordHasher {
  private running = 0;
  /** Of nothing that anybody knows: to check an unknown account costs as much as a known one. */
  private nobodys: Promise<string> | null = null;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly atOnce = 2,
    private readonly mostWaiting = 100,
  ) {}

  /** Rejects with TooManyLogins. */
  hash(password: string): Promise<string> {
    return this.inTurn(async () => (await argon2()).hash(prepared(password), STRENGTH));
  }

  /** Whether it is this password; without a hash, takes as long and is false. Rejects with TooManyLogins. */
  async verify(stored: string | null, password: string): Promise<boolean> {
    this.nobodys ??= this.hash(randomBytes(32).toString('hex'));
    const against = stored ?? (await this.nobodys);
    const right = await this.inTurn(async () => (await argon2()).verify(against, prepared(password)));
    return right && stored !== null;
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= this.atOnce) {
      if (this.waiting.length >= this.mostWaiting) throw new TooManyLogins('too many logins at once');
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else this.running += 1;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.running -= 1;
      else next();
    }
  }
}

/** More logins at once than the service can check. */
export class TooManyLogins extends Error {
  override readonly name = 'TooManyLogins';
}

function prepared(password: string): string {
  return password.normalize('NFKC');
}
