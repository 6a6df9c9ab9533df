import type { SqlLogins } from './sqlLogins.js';

interface Logger {
  warn(fields: object, message: string): void;
}

/** How often what SQL logins asked is counted, in milliseconds: what a server that crashes forgets of it. */
export const COUNT_MS = 10_000;

/** Keeps what SQL logins asked every so often, for as long as the process lives. */
export class StatementCounter {
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private work: Promise<void> = Promise.resolve();

  constructor(
    private readonly logins: Pick<SqlLogins, 'count'>,
    private readonly logger: Logger,
  ) {}

  start(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.work = this.once().then(() => {
        this.start();
      });
    }, COUNT_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.work;
  }

  private async once(): Promise<void> {
    try {
      await this.logins.count();
    } catch {
      if (!this.stopped) this.logger.warn({}, 'what SQL logins asked could not be counted; trying again');
    }
  }
}
