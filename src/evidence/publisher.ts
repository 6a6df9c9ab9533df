import type { Evidence } from './evidence.js';
import { EvidenceBroken, EvidenceSuspended } from './evidence.js';

interface Logger {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Publishes checkpoints of all trees together every so often, for as long as the process lives. */
export class Publisher {
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private work: Promise<void> = Promise.resolve();
  /** Why nothing more is signed: the log is not the one that was signed. Null while all is well. */
  broken: string | null = null;

  /** @param seconds between two checkpoints; 0: none is made here. */
  constructor(
    private readonly trees: readonly Pick<Evidence, 'publish'>[],
    private readonly seconds: number,
    private readonly logger: Logger,
  ) {}

  start(): void {
    if (this.seconds === 0 || this.stopped) return;
    this.timer = setTimeout(() => {
      this.work = this.once().then(() => {
        this.start();
      });
    }, this.seconds * 1_000);
    this.timer.unref();
  }

  /** Finishes the one at hand; the evidence's own close cuts it short. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.work;
  }

  /** Publishes now; what went wrong is logged and kept, not thrown. */
  async once(): Promise<void> {
    try {
      for (const tree of this.trees) await tree.publish();
      this.broken = null;
    } catch (error) {
      const trouble = error instanceof Error ? error.message : String(error);
      if (error instanceof EvidenceBroken && !(error instanceof EvidenceSuspended)) {
        if (this.broken !== trouble)
          this.logger.error({ trouble }, 'evidence: no checkpoint is signed; run hoso verify');
        this.broken = trouble;
      } else if (!this.stopped)
        this.logger.warn({ trouble }, 'evidence: no checkpoint this time; trying again');
    }
  }
}
