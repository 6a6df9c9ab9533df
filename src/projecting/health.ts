import type { EventLog } from '../event-log/port.js';
import type { Projection } from './projection.js';
import { models, type Database, type Model, type Stop } from './register.js';
import type { RunnerState } from './runner.js';

/** How a projection is. Nothing personal in it. */
export interface ProjectionHealth {
  readonly name: string;
  /** The version that this release declares. */
  readonly version: number;
  /** What readers meet; null: nothing yet. */
  readonly serving: { readonly schema: string; readonly version: number; readonly sequence: number } | null;
  /** What is built beside it. */
  readonly building: { readonly schema: string; readonly percent: number } | null;
  /** Events that readers do not see yet. */
  readonly lagEvents: number;
  /** Age of the oldest of them, by its time of recording; 0 when there is none. */
  readonly lagSeconds: number;
  /** Seconds since its loop, in whatever process, did something. Null: there is no model at all. */
  readonly silentFor: number | null;
  /** Whether a loop did something within the last seconds (SILENCE). */
  readonly alive: boolean;
  /** The event that it cannot get past. */
  readonly stopped: Stop | null;
  /** What the runner of this process is at. */
  readonly runner: RunnerState;
  /** Readers are served what this release declares, nothing is stopped, and a loop is alive. */
  readonly healthy: boolean;
}

/** A loop that did nothing for so many seconds counts as dead; it gives a sign of life each second. */
export const SILENCE = 15;

export async function healthOf(
  db: Database,
  log: EventLog,
  projections: readonly Projection[],
  stateOf: (name: string) => RunnerState,
): Promise<ProjectionHealth[]> {
  const [head, all, clock] = await Promise.all([
    log.head(),
    models(db),
    db.query<{ now: Date }>('SELECT clock_timestamp() AS now'),
  ]);
  const now = clock.rows[0]?.now ?? new Date();
  return Promise.all(
    projections.map(async ({ name, version }) => {
      const own = all.filter((m) => m.projection === name);
      const serving = own.find((m) => m.state === 'serving') ?? null;
      const building =
        own.find((m) => m.state === 'building' && m.version === version && !isOld(m, serving)) ?? null;
      const at = serving?.at ?? { position: 0n, sequence: 0 };
      const lagEvents = Math.max(0, head.sequence - at.sequence);
      const [next] = lagEvents > 0 ? await log.readAll(at.position, 1) : [];
      const current = serving?.version === version ? serving : (building ?? serving);
      const silentFor =
        current === null ? null : Math.max(0, (now.getTime() - current.beatAt.getTime()) / 1000);
      const alive = silentFor !== null && silentFor < SILENCE;
      const stopped = current?.stopped ?? null;
      return {
        name,
        version,
        serving:
          serving === null
            ? null
            : { schema: serving.schema, version: serving.version, sequence: serving.at.sequence },
        building: building === null ? null : { schema: building.schema, percent: percentOf(building) },
        lagEvents,
        lagSeconds:
          next === undefined ? 0 : Math.max(0, (now.getTime() - Date.parse(next.recordedAt)) / 1000),
        silentFor,
        alive,
        stopped,
        runner: stateOf(name),
        healthy: serving !== null && serving.version >= version && alive && stopped === null,
      };
    }),
  );
}

function isOld(model: Model, serving: Model | null): boolean {
  return serving !== null && serving.version === model.version && serving.generation > model.generation;
}

function percentOf({ at, target }: Model): number {
  return target.sequence === 0 ? 100 : Math.min(100, (100 * at.sequence) / target.sequence);
}
