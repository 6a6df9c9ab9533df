import pg from 'pg';
import type { CandidateQuestion } from '../access/scopeChanges.js';
import type { Position } from '../event-log/port.js';
import type { ConnectionSettings } from '../postgres/connection.js';
import type { Projections } from './projections.js';
import type { Day } from '../dates.js';
import {
  countCompleteness,
  findIncomplete,
  type CompletenessCounts,
  type CompletenessFilter,
  type IncompleteItem,
} from './queries/completeness.js';
import {
  countDues,
  findDues,
  forecastRetirements,
  type DueCount,
  type DueCursor,
  type DueFilter,
  type DueItem,
  type RetirementCount,
  type RetirementCursor,
} from './queries/dues.js';
import {
  countDuties,
  countOverdue,
  findDuties,
  type DutyCount,
  type DutyCursor,
  type DutyFilter,
  type DutyItem,
} from './queries/duties.js';
import {
  countPlaces,
  placesBeyond,
  type FilledPlaces,
  type PlaceBeyond,
  type PlacesAsked,
} from './queries/establishment.js';
import { countEvaluations, type EvaluationsAsked, type LevelCount } from './queries/evaluations.js';
import {
  findFindings,
  type FindingCursor,
  type FindingFilter,
  type FindingItem,
} from './queries/findings.js';
import {
  countMovements,
  findMovements,
  type MovementCursor,
  type MovementFilter,
  type MovementItem,
} from './queries/movements.js';
import {
  findPersons,
  membersOf,
  type Asking,
  type Member,
  type Page,
  type PersonCursor,
  type PersonFilter,
  type PersonItem,
  type RowScope,
} from './queries/persons.js';
import { findProposals, type ProposalFilter, type ProposalItem } from './queries/proposals.js';
import { findTurned } from './queries/scope.js';
import { passes } from './trouble.js';

/** Lists over many records, as far as the read models have come. */
export interface ReadModels {
  persons(filter: PersonFilter, asking: Asking<PersonCursor>): Promise<Page<PersonItem, PersonCursor>>;
  findings(filter: FindingFilter, asking: Asking<FindingCursor>): Promise<Page<FindingItem, FindingCursor>>;
  members(
    units: readonly string[],
    asking: Asking<string> & { readonly k?: number; readonly scope?: RowScope },
  ): Promise<Page<Member, string>>;
  proposals(
    filter: ProposalFilter,
    asking: { readonly after?: number; readonly limit?: number },
  ): Promise<Page<ProposalItem, number>>;
  incomplete(filter: CompletenessFilter, asking: Asking<string>): Promise<Page<IncompleteItem, string>>;
  completeness(filter: Omit<CompletenessFilter, 'lack'>, day: Day): Promise<CompletenessCounts>;
  dues(filter: DueFilter, asking: Asking<DueCursor>): Promise<Page<DueItem, DueCursor>>;
  dueCounts(filter: DueFilter, day: Day): Promise<readonly DueCount[]>;
  retirements(
    filter: Pick<DueFilter, 'units' | 'scope' | 'from' | 'to'>,
    asking: Asking<RetirementCursor>,
  ): Promise<Page<RetirementCount, RetirementCursor>>;
  duties(filter: DutyFilter, asking: Asking<DutyCursor>): Promise<Page<DutyItem, DutyCursor>>;
  dutyCounts(
    filter: DutyFilter,
    day: Day,
    options?: { readonly byAccount?: boolean },
  ): Promise<readonly DutyCount[]>;
  movements(
    filter: MovementFilter,
    asking: Asking<MovementCursor>,
  ): Promise<Page<MovementItem, MovementCursor>>;
  movementCounts(filter: MovementFilter, day: Day): ReturnType<typeof countMovements>;
  /** Once the models have read up to a position. Rejects with NotYet. */
  scopeCandidates(asked: CandidateQuestion, upTo: Position): Promise<readonly string[]>;
  /**
   * The duties that these units owe and that are overdue on a day, once the model has read up to a position; and the
   * sequence that it had read. Rejects with NotYet after so many milliseconds.
   */
  overdue(
    units: readonly string[],
    day: Day,
    upTo: Position,
    milliseconds: number,
  ): Promise<{ readonly count: number; readonly sequence: number }>;
  /** Places filled in these units on a day, by category; with `upTo`, once the model has read up to there. */
  places(asked: PlacesAsked & { readonly upTo?: Position }): Promise<FilledPlaces[]>;
  /** Who came after the first so many of these categories. */
  placesBeyond(asked: PlacesAsked, categories: readonly string[], count: number): Promise<PlaceBeyond[]>;
  /** Evaluations of a year, by group and level. */
  evaluations(asked: EvaluationsAsked): Promise<LevelCount[]>;
  /** Waits until the models that lists are answered from have read up to a position. Rejects with NotYet. */
  until(position: Position, milliseconds: number): Promise<void>;
  /**
   * Waits until no read model holds what it said of a person before a destruction at this position. Rejects with NotYet.
   */
  forgotten(person: string, position: Position): Promise<void>;
  /** Events that readers do not see yet. */
  lag(): Promise<number>;
  close(): Promise<void>;
}

/** A list cannot be answered now: the database is away, or its model is being built for the first time. */
export class ReadModelsUnavailable extends Error {
  override readonly name = 'ReadModelsUnavailable';
}

/** The models that lists are answered from. */
const ASKED = [
  'profile',
  'history',
  'status',
  'proposals',
  'completeness',
  'deadlines',
  'movements',
  'unit_duties',
  'early_raises',
];
/** How long a count waits for the model that it is made from, in milliseconds. */
const PATIENCE_MS = 5_000;
const UNDEFINED_TABLE = '42P01';

/** Lists answered from the models that `projections` runs; `connection` as the projector role. */
export function openReadModels(connection: ConnectionSettings, projections: Projections): ReadModels {
  const pool = new pg.Pool({
    ...connection,
    max: 4,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 20_000,
    application_name: 'hoso lists',
  });
  pool.on('error', () => undefined); // an idle connection broke; the next question says so if it matters
  const ask = async <T>(question: Promise<T>): Promise<T> => {
    try {
      return await question;
    } catch (error) {
      const missing = (error as { code?: unknown }).code === UNDEFINED_TABLE;
      if (missing || passes(error))
        throw new ReadModelsUnavailable('the read models cannot be asked now', { cause: error });
      throw error;
    }
  };
  return {
    persons: (filter, asking) => ask(findPersons(pool, filter, asking)),
    findings: (filter, asking) => ask(findFindings(pool, filter, asking)),
    members: (units, asking) => ask(membersOf(pool, units, asking)),
    proposals: (filter, asking) => ask(findProposals(pool, filter, asking)),
    incomplete: (filter, asking) => ask(findIncomplete(pool, filter, asking)),
    completeness: (filter, day) => ask(countCompleteness(pool, filter, day)),
    dues: (filter, asking) => ask(findDues(pool, filter, asking)),
    dueCounts: (filter, day) => ask(countDues(pool, filter, day)),
    retirements: (filter, asking) => ask(forecastRetirements(pool, filter, asking)),
    duties: (filter, asking) => ask(findDuties(pool, filter, asking)),
    dutyCounts: (filter, day, options) => ask(countDuties(pool, filter, day, options)),
    movements: (filter, asking) => ask(findMovements(pool, filter, asking)),
    movementCounts: (filter, day) => ask(countMovements(pool, filter, day)),
    scopeCandidates: async (asked, upTo) => {
      const needed = ['profile', 'movements'];
      await ask(Promise.all(needed.map((name) => projections.until(name, upTo, PATIENCE_MS))));
      return ask(findTurned(pool, asked));
    },
    overdue: async (units, day, upTo, milliseconds) => {
      await ask(projections.until('deadlines', upTo, milliseconds));
      return ask(countOverdue(pool, units, day));
    },
    places: async ({ upTo, ...asked }) => {
      if (upTo !== undefined)
        await ask(
          Promise.all(['status', 'profile'].map((name) => projections.until(name, upTo, PATIENCE_MS))),
        );
      return ask(countPlaces(pool, asked));
    },
    evaluations: (asked) => ask(countEvaluations(pool, asked)),
    placesBeyond: (asked, categories, count) => ask(placesBeyond(pool, asked, categories, count)),
    until: async (position, milliseconds) => {
      await ask(Promise.all(ASKED.map((name) => projections.until(name, position, milliseconds))));
    },
    forgotten: (person, position) => ask(projections.forgotten(person, position)),
    lag: async () =>
      Math.max(
        ...(await ask(projections.health())).filter((p) => ASKED.includes(p.name)).map((p) => p.lagEvents),
      ),
    close: () => pool.end(),
  };
}
