import type { FieldGroup } from '../fieldGroups.js';
import { ERASED_TEXT } from '../recording/codec.js';

/** Stands where a text is not shown to this reader. */
export const WITHHELD_TEXT = '[không được xem / withheld]';

/**
 * An answer made from a record of which some groups were not unsealed: what a group that is withheld leaves empty is
 * not called erased. Which groups are withheld stands once, in `withheld`.
 */
export function masked(body: unknown, hidden: readonly FieldGroup[]): unknown {
  if (body === ERASED_TEXT && hidden.includes('history')) return WITHHELD_TEXT;
  if (Array.isArray(body)) return body.map((one) => masked(one, hidden));
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      name === 'erased' && Array.isArray(value)
        ? value.filter((g) => !hidden.includes(g as FieldGroup))
        : masked(value, hidden),
    ]),
  );
}
