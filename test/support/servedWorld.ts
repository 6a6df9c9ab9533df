/** The HTTP service over PostgreSQL with every read model and the shipped law: what a deployment has, but for its processes. */
import { ship } from '../../src/catalogues/ship.js';
import type { Hardening } from '../../src/api/server.js';
import type { Projections } from '../../src/projecting/projections.js';
import { openReadModels } from '../../src/projecting/readModels.js';
import { World } from '../projecting/support.js';
import { serveApi, type MemoryService } from './api.js';
import { shippedLaw } from './shippedLaw.js';

export interface ServedWorld extends Omit<MemoryService, 'log'> {
  readonly world: World;
  readonly projections: Projections;
  /** Until every read model shows all that the log holds now. */
  caughtUp(): Promise<void>;
}

/**
 * @param clock what the access model takes for now; default: the time
 * @param hardening how it meets the network; default: as behind no proxy
 * @param law whether the shipped lists stand in the log; without them every code is unverified
 */
export async function servedWorld({
  clock,
  law = true,
  hardening = {},
}: {
  readonly clock?: () => Date;
  readonly law?: boolean;
  readonly hardening?: Hardening;
} = {}): Promise<ServedWorld> {
  const world = await World.open();
  if (law) await ship(world.log, { data: shippedLaw() });
  await world.references.start();
  const projections = world.projections();
  projections.start();
  const models = openReadModels(world.db.projector, projections);
  const { stop, ...served } = await serveApi(world, undefined, {
    models,
    hardening,
    ...(clock === undefined ? {} : { clock }),
  });
  return {
    ...served,
    world,
    projections,
    caughtUp: () => world.caughtUp(projections),
    stop: async () => {
      await stop();
      await models.close();
      await world.close();
    },
  };
}
