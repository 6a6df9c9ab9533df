/** What another authority recorded, and handed over in a dossier: of its units and lists ours say nothing. */
import type { Origin } from './events.js';
import { remembered, type Reference, type UnitName } from './reference.js';

/** A unit of the authority that sent a dossier. */
export interface UnitElsewhere {
  readonly id: string;
  readonly code: string;
  /** Its name and those above it then, nearest first. */
  readonly names: readonly string[];
}

/** A code of a list of that authority. */
export interface CodeElsewhere {
  readonly list: string;
  readonly code: string;
  readonly name: string;
}

/**
 * Our reference data for a fact that another authority recorded: what our lists do not have is unverified, for they
 * never declared themselves complete for that authority.
 */
export function asElsewhere(reference: Reference): Reference {
  return over(reference, {
    code: (list, code, range) => milder(reference.code(list, code, range)),
    unit: (id, range) => milder(reference.unit(id, range)),
    step: (grade, step, range) => {
      const told = reference.step(grade, step, range);
      return told.standing === 'invalid' ? { standing: 'unverified' } : told;
    },
    // What is remembered of such a fact is what is said of it so: the answer is worked out on the same terms.
    remember: (fact, state, work) => remembered(reference, fact, state, (asked) => work(asElsewhere(asked))),
  });
}

/** The same reference data, which also knows what a record's origins call the units of others. */
export function withUnitsElsewhere(reference: Reference, origins: Iterable<Origin | null>): Reference {
  const names = new Map<string, UnitName>();
  for (const origin of origins)
    for (const { id, names: told } of unitsElsewhere(origin))
      names.set(id, { vi: told.join(', '), en: null });
  if (names.size === 0) return reference;
  return over(reference, {
    unitName: (unit, day) => reference.unitName(unit, day) ?? names.get(unit) ?? null,
  });
}

/** Writes down, for an origin, what the sender calls units and codes that are none of ours. */
export function wordsOf(
  units: readonly UnitElsewhere[],
  codes: readonly CodeElsewhere[],
): Pick<Origin, 'units' | 'codes'> {
  return {
    ...(units.length === 0 ? {} : { units: rows(units.map(({ id, code, names }) => [id, code, ...names])) }),
    ...(codes.length === 0 ? {} : { codes: rows(codes.map(({ list, code, name }) => [list, code, name])) }),
  };
}

/** The units that an origin tells of. */
export function unitsElsewhere(origin: Origin | null): UnitElsewhere[] {
  const lines = origin?.units?.split('\n') ?? [];
  return lines.map((line) => {
    const [id = '', code = '', ...names] = line.split('\t');
    return { id, code, names };
  });
}

/** The codes that an origin tells of. */
export function codesElsewhere(origin: Origin | null): CodeElsewhere[] {
  const lines = origin?.codes?.split('\n') ?? [];
  return lines.map((line) => {
    const [list = '', code = '', name = ''] = line.split('\t');
    return { list, code, name };
  });
}

function rows(cells: readonly (readonly string[])[]): string {
  return cells.map((row) => row.map((text) => text.replaceAll(/\s+/g, ' ')).join('\t')).join('\n');
}

function milder(standing: ReturnType<Reference['unit']>): ReturnType<Reference['unit']> {
  return standing === 'invalid' ? 'unverified' : standing;
}

/** The reference with some of its answers replaced; it still hears of every use of the others. */
function over(reference: Reference, answers: Partial<Reference>): Reference {
  return Object.assign(Object.create(reference) as Reference, answers);
}
