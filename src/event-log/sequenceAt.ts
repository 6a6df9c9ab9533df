/** Of the years that PostgreSQL and ISO 8601 write alike. */
const LAST_MOMENT = Date.UTC(9999, 11, 31);

/** A moment as `<schema>.sequence_at` takes it; null: before any log. Throws RangeError for what is no moment. */
export function askable(moment: string): string | null {
  const time = Date.parse(moment);
  if (Number.isNaN(time))
    throw new RangeError(`"${moment}" is not a moment; give it as 2026-11-24T08:00:00.123Z`);
  return time < 0 ? null : new Date(Math.min(time, LAST_MOMENT)).toISOString();
}
