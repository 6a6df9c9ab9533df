import type { Projection } from '../src/projecting/projection.js';
import { catalogues } from './catalogues/catalogues.js';
import { completeness } from './completeness/completeness.js';
import { deadlines } from './deadlines/deadlines.js';
import { earlyRaises } from './early_raises/earlyRaises.js';
import { history } from './history/history.js';
import { movements } from './movements/movements.js';
import { organisation } from './organisation/organisation.js';
import { profile } from './profile/profile.js';
import { proposals } from './proposals/proposals.js';
import { status } from './status/status.js';
import { unitDuties } from './unit_duties/unitDuties.js';

/** Every read model there is. A new one is its folder and a line here. */
export const PROJECTIONS: readonly Projection[] = [
  organisation,
  catalogues,
  status,
  profile,
  history,
  deadlines,
  completeness,
  movements,
  proposals,
  earlyRaises,
  unitDuties,
];
