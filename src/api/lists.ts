/** What lists over many records, proposals or units have in common. */
import { ApiParam, ApiQuery } from '@nestjs/swagger';
import type { Day } from '../dates.js';
import { countedAs, subtreeOn } from '../organisation/tree.js';
import type { ApiCore } from './apiCore.js';
import { ID_SCHEMA } from './commands.js';
import { choicesOf, flagOf, type Query } from './query.js';
import { LIMIT } from './search.js';
import { today } from './times.js';

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

export const TREES = ['that_day', 'today'] as const;
export type TreeChoice = (typeof TREES)[number];

export const TREE_SCHEMA = {
  type: 'string',
  enum: [...TREES],
  default: 'that_day',
  description:
    'Cây tổ chức để gộp: của ngày được hỏi, hay của hôm nay; đơn vị đã nhập vào đơn vị khác theo cây đó thì không còn ai riêng / the tree that groups: of the day asked for, or today’s; a unit that was merged away by then has nobody of its own',
};
export const TREE = ApiQuery({ name: 'tree', required: false, schema: TREE_SCHEMA });

/** The day whose tree groups a list of a day. */
export function treeDay(query: Query, day: Day): Day {
  return choicesOf(query, 'tree', TREES)?.[0] === 'today' ? today() : day;
}

/**
 * The units with what was merged into them by a day, and all that stand below them that day when they are asked for too;
 * by the tree as known at K (none: now). A unit that was itself merged away by then has none.
 */
export async function unitsWith(
  { references }: Pick<ApiCore, 'references'>,
  units: readonly string[],
  below: boolean,
  day: Day,
  k?: number,
): Promise<readonly string[]> {
  await references.sync();
  const view = references.at(k);
  const asked = below
    ? units.flatMap((unit) => [unit, ...subtreeOn(view, unit, day).map((u) => u.id)])
    : units;
  return [...new Set(asked.flatMap((unit) => countedAs(view, unit, day)))];
}
