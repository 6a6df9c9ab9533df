/** One thing that must be well for the service to be ready. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
}

export interface HealthSource {
  readonly name: string;
  /** Whether it is well; a rejection counts as no. */
  readonly check: () => Promise<boolean> | boolean;
}

const DEADLINE_MS = 2_000;

/** Asks every part of the service whether it is well. */
export class Health {
  constructor(
    private readonly sources: readonly HealthSource[],
    /** Brings measured values up to date before they are read. */
    readonly measure: () => Promise<void> = () => Promise.resolve(),
  ) {}

  async check(): Promise<Check[]> {
    return Promise.all(
      this.sources.map(async ({ name, check }) => ({
        name,
        ok: await Promise.race([
          Promise.resolve()
            .then(check)
            .catch(() => false),
          new Promise<boolean>((resolve) => setTimeout(resolve, DEADLINE_MS, false).unref()),
        ]),
      })),
    );
  }
}
