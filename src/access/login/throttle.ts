import type { Sealer } from '../../sealing/port.js';
import { normalName } from '../accounts.js';
import type { Failures, SecretStore } from './port.js';

/** After so many failures each further one doubles the pause, up to a most: never a lock that a stranger can close. */
interface Limit {
  readonly free: number;
  readonly mostSeconds: number;
}

const ACCOUNT: Limit = { free: 5, mostSeconds: 60 };
const ADDRESS: Limit = { free: 20, mostSeconds: 900 };
const FORGOTTEN_AFTER_MS = 3_600_000;

/** Counts failed logins by account name and by address, known or not. */
export class Throttle {
  constructor(
    private readonly store: SecretStore,
    private readonly sealer: Sealer,
    private readonly clock: () => Date,
  ) {}

  /** Seconds to wait before another attempt; 0: none. */
  async pause(name: string, address: string): Promise<number> {
    const [byName, byAddress] = await Promise.all([
      this.store.failures(this.nameKey(name)),
      this.store.failures(this.addressKey(address)),
    ]);
    return Math.max(this.left(byName, ACCOUNT), this.left(byAddress, ADDRESS));
  }

  async failed(name: string, address: string): Promise<void> {
    const now = this.clock();
    const since = new Date(now.getTime() - FORGOTTEN_AFTER_MS);
    await this.store.fail(this.nameKey(name), now, since);
    await this.store.fail(this.addressKey(address), now, since);
  }

  /** The account's own count begins anew; that of the address stays: one right guess excuses no spraying. */
  async succeeded(name: string): Promise<void> {
    await this.store.clearFailures(this.nameKey(name));
  }

  private left(failures: Failures | null, { free, mostSeconds }: Limit): number {
    if (failures === null || failures.count < free) return 0;
    const pause = Math.min(mostSeconds, 2 ** (failures.count - free));
    const passed = (this.clock().getTime() - failures.lastAt.getTime()) / 1000;
    return passed > FORGOTTEN_AFTER_MS / 1000 ? 0 : Math.max(0, Math.ceil(pause - passed));
  }

  private nameKey(name: string): Buffer {
    return this.sealer.index('throttle account', [normalName(name)]);
  }

  private addressKey(address: string): Buffer {
    return this.sealer.index('throttle address', [address]);
  }
}
