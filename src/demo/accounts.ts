import type { Founding } from '../access/founding.js';
import type { Day } from '../dates.js';
import { unitsOn, type Units } from '../organisation/tree.js';

/**
 * One account for each role beside the first administrator: who administers a department, who updates the records of a
 * base unit, a reader by written consent, and somebody who reads their own record.
 * @param person the record that the last two may see
 */
export function demoAccounts(units: Units, person: string, today: Day): Founding[] {
  const there = unitsOn(units, today);
  const department = there.find((u) => u.level === 2 && u.type === 'so');
  const base = there.find((u) => u.level === 1);
  return [
    ...(department === undefined
      ? []
      : [
          {
            name: 'so',
            fullName: 'Quản trị sở (hư cấu) / administers a department',
            assignment: { unit: department.id, right: 'administer' as const, reach: 'unit' as const },
          },
        ]),
    ...(base === undefined
      ? []
      : [
          {
            name: 'canbo',
            fullName: 'Cán bộ cập nhật (hư cấu) / updates the records of a base unit',
            assignment: { unit: base.id, right: 'update' as const, reach: 'unit' as const },
          },
        ]),
    {
      name: 'tracuu',
      fullName: 'Người khai thác (hư cấu) / reads one record by consent',
      facts: [
        {
          type: 'consent_given',
          data: {
            document: '01/CV-MAU',
            person,
            groups: ['identity', 'history'],
            from: today,
            until: `${Number(today.slice(0, 4)) + 1}${today.slice(4)}`.replace('-02-29', '-02-28'),
          },
        },
      ],
    },
    { name: 'banthan', fullName: 'Người tự xem hồ sơ mình (hư cấu) / reads their own record', person },
  ];
}
