/** What another authority recorded, and handed over in a dossier: of its units and lists ours say nothing. */
import type { Origin } from './events.js';
import type { Reference, UnitName } from './reference.js';

/** A unit of the authority that sent a dossier. */
export interface UnitElsewhere {
  readonly id: string;
  readonly code: string;
  /** Its name and those above it then, nearest first. */
  readonly names: readonly string[];
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
    remember: (fact, state, work) => {
      const anew = (asked: Reference) => work(asElsewhere(asked));
      return reference.remember?.(fact, state, anew) ?? anew(reference);
    },
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

/** Writes units down for `Origin.units`; undefined: there are none. */
export function unitsText(units: readonly UnitElsewhere[]): string | undefined {
  if (units.length === 0) return undefined;
  const line = ({ id, code, names }: UnitElsewhere) => [id, code, ...names].map(plain).join('\t');
  return units.map(line).join('\n');
}

/** The units that an origin tells of. */
export function unitsElsewhere(origin: Origin | null): UnitElsewhere[] {
  const lines = origin?.units?.split('\n') ?? [];
  return lines.map((line) => {
    const [id = '', code = '', ...names] = line.split('\t');
    return { id, code, names };
  });
}

function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

function milder(standing: ReturnType<Reference['unit']>): ReturnType<Reference['unit']> {
  return standing === 'invalid' ? 'unverified' : standing;
}

/** The reference with some of its answers replaced; it still hears of every use of the others. */
function over(reference: Reference, answers: Partial<Reference>): Reference {
  return Object.assign(Object.create(reference) as Reference, answers);
}
