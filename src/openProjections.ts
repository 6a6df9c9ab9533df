import { PROJECTIONS } from '../projections/all.js';
import type { Core } from './core.js';
import { Projections, type ProjectionsOptions } from './projecting/projections.js';

/** The read models of the release over an open core; the rest says who runs and folds them, and who hears of trouble. */
export function openProjections(
  { log, codec, references, database }: Core,
  rest: Pick<ProjectionsOptions, 'logger' | 'threads' | 'elsewhere'>,
): Projections {
  return new Projections({
    log,
    decoder: codec,
    reference: references.current(),
    projections: PROJECTIONS,
    connection: database.projector,
    ...rest,
  });
}
