/** What lists over many records, proposals or units have in common. */
import { ApiParam, ApiQuery } from '@nestjs/swagger';
import type { Day } from '../dates.js';
import { mergedInto, subtreeOn } from '../organisation/tree.js';
import type { ApiCore } from './apiCore.js';
import { ID_SCHEMA } from './commands.js';
import { flagOf, type Query } from './query.js';
import { LIMIT } from './search.js';

export const UNIT_ID = ApiParam({ name: 'id', schema: ID_SCHEMA });

export const CURSOR = ApiQuery({
  name: 'cursor',
  required: false,
  description: 'next của trang trước / next of the page before, with the same conditions',
  schema: { type: 'string' },
});

export const PAGE_SIZE = ApiQuery({
  name: 'limit',
  required: false,
  schema: { type: 'integer', minimum: 1, maximum: LIMIT.most, default: LIMIT.standard },
});

export const BELOW = ApiQuery({
  name: 'below',
  required: false,
  description: 'Kể cả các đơn vị trực thuộc / with the units below',
  schema: { type: 'boolean', default: false },
});

export const UNPLACED = ApiQuery({
  name: 'unplaced',
  required: false,
  description:
    'Chỉ những người chưa được xếp vào đơn vị nào, trong phạm vi được xem / only those who are placed in no unit yet, as far as the caller may see them',
  schema: { type: 'boolean', default: false },
});

/** Whether only the unplaced are asked for, as a filter has it. */
export function unplacedOf(query: Query): { readonly unplaced?: true } {
  return flagOf(query, 'unplaced') ? { unplaced: true } : {};
}

/** The units with what was merged into them by a day, and all that stand below them that day when they are asked for too. */
export async function unitsWith(
  { references }: Pick<ApiCore, 'references'>,
  units: readonly string[],
  below: boolean,
  day: Day,
): Promise<readonly string[]> {
  await references.sync();
  const view = references.at();
  const asked = below
    ? units.flatMap((unit) => [unit, ...subtreeOn(view, unit, day).map((u) => u.id)])
    : units;
  return [...new Set(asked.flatMap((unit) => mergedInto(view, unit, day)))];
}
