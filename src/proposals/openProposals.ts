import { deskReferences, type Core } from '../core.js';
import { mergedInto, subtreeOn } from '../organisation/tree.js';
import type { ReadModels } from '../projecting/readModels.js';
import { EarlyRaises } from './earlyRaises.js';
import type { GateOptions, OverdueDuties } from './gates.js';
import { ProposalConsumer } from './proposalConsumer.js';
import { Seats } from './seats.js';
import { ProposalDesk } from './proposalDesk.js';

/** The desk of proposals, the places of early raises, and what follows the log for both. */
export interface Proposals {
  readonly desk: ProposalDesk;
  readonly earlyRaises: EarlyRaises;
  readonly consumer: ProposalConsumer;
}

/** How long a gate waits for the read model of duties, in milliseconds. */
const PATIENCE_MS = 5_000;

/** Wires proposals to the log, the record desk, reference data, and the read model of duties. */
export function openProposals(
  core: Pick<Core, 'log' | 'sealer' | 'desk' | 'references'>,
  models: Pick<ReadModels, 'overdue' | 'places'>,
  options: GateOptions,
): Proposals {
  const { log, sealer, desk } = core;
  const references = deskReferences(core.references);
  const earlyRaises = new EarlyRaises(log, sealer, () => core.references.at());
  // An agency answers for its sections; an agency below it has a gate of its own.
  const overdue: OverdueDuties = (agency, day, upTo) => {
    const view = core.references.at();
    const sections = subtreeOn(view, agency, day).filter((u) => view.agencyOf(u.id, day) === agency);
    const units = [agency, ...sections.map((u) => u.id)].flatMap((unit) => mergedInto(view, unit, day));
    return models.overdue([...new Set(units)], day, upTo, PATIENCE_MS);
  };
  const units = () => core.references.at();
  const seats = new Seats({ log, sealer, desk, units, filled: (asked) => models.places(asked) });
  const proposals = new ProposalDesk({
    log,
    sealer,
    desk,
    references,
    overdue,
    options,
    earlyRaises,
    units,
    seats,
  });
  const consumer = new ProposalConsumer({ log, desk, references, earlyRaises, proposals });
  return { desk: proposals, earlyRaises, consumer };
}
