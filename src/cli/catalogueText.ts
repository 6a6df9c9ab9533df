import type { Day } from '../dates.js';
import { OperatorError } from '../operatorError.js';
import { holdsOn } from '../reference/span.js';
import type { ReferenceView } from '../reference/view.js';
import { columns } from './output.js';

/**
 * All lists with their counts, or the entries of one list that are valid on a day. Rejects an unknown list with an
 * OperatorError.
 */
export function catalogueText(view: ReferenceView, day: Day, list?: string): string {
  return list === undefined ? counts(view, day) : entries(view, day, list);
}

/** What Điều 9.1e names beside the lists of codes: these are units of the organisation, so as lists they are empty. */
const KEPT_AS_UNITS = ['agency', 'department_section', 'subordinate_unit'];
const WHY = 'là cây đơn vị, không phải danh mục mã / the units of the organisation, not a list of codes';

function counts(view: ReferenceView, day: Day): string {
  const lists = view.listNames();
  const rows = lists.map((list) => {
    const all = view.everyEntry(list);
    const number = (n: number): string => String(n).padStart(6);
    return [
      list,
      number(all.length),
      number(all.filter((e) => holdsOn(e, day)).length),
      number(all.filter((e) => e.confirmed).length),
      view
        .coverageOf(list)
        .map((c) => `${c.content.scope ?? ''}${c.content.from ?? '…'} → ${c.content.to ?? '…'}`)
        .slice(0, 2)
        .join(', '),
    ];
  });
  const total = (column: number): string =>
    String(rows.reduce((sum, row) => sum + Number(row[column]), 0)).padStart(6);
  return columns([
    ['danh mục / list', '  mục', ` ${day}`, 'xác nhận', 'khẳng định đầy đủ / declares itself complete'],
    ['', 'entries', 'valid', 'confirmed', ''],
    ...rows,
    ...KEPT_AS_UNITS.map((list) => [list, ...Array<string>(3).fill('0'.padStart(6)), WHY]),
    [`${lists.length} danh mục / lists`, total(1), total(2), total(3), ''],
  ]);
}

function entries(view: ReferenceView, day: Day, list: string): string {
  if (!view.listNames().includes(list))
    throw new OperatorError(`There is no list ${list}.`, 'hoso catalogues names those there are.');
  return columns(
    view.entriesOn(list, day).map((e) => [
      e.code,
      e.name,
      e.nameEn ?? '',
      e.validFrom ?? '',
      e.validTo ?? '',
      e.confirmed ? '' : '?',
      Object.entries(e.attributes ?? {})
        .map(([name, text]) => `${name}=${text}`)
        .join(' '),
    ]),
  );
}
