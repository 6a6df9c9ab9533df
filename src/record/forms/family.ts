/** Item 30: the relatives, the person's own and the spouse's, as the latest declaration has each. */
import { entryOf } from '../category.js';
import type { Fact } from '../action.js';
import type { RelativeFields } from '../relative.js';
import type { Row, Sheet, Source, Table } from './sheet.js';

interface Relative extends RelativeFields {
  relation: string;
  name: string;
  born: string;
  side: string;
}
interface Change extends RelativeFields {
  relative: string;
  ended: string;
}

const SOURCE: Source = { group: 'family', actions: ['family_relation_recorded'] };
const COLUMNS: Table['columns'] = {
  side: { vi: 'Về bản thân hay bên vợ (chồng)', en: 'Own or spouse’s side' },
  relation: { vi: 'Mối quan hệ', en: 'Relation' },
  name: { vi: 'Họ và tên', en: 'Full name' },
  born: { vi: 'Năm sinh', en: 'Born' },
  hometown: { vi: 'Quê quán', en: 'Hometown' },
  occupation: { vi: 'Nghề nghiệp, chức vụ, đơn vị công tác, học tập', en: 'Occupation, post, place of work' },
  residence: { vi: 'Nơi ở', en: 'Residence' },
  organisations: { vi: 'Thành viên các tổ chức chính trị - xã hội', en: 'Organisations' },
  died: { vi: 'Đã mất', en: 'Died' },
  ended: { vi: 'Quan hệ chấm dứt', en: 'Relation ended' },
};

export function family(sheet: Sheet): Table {
  const changes = sheet.of<Change>('family_relation_changed');
  const rows = sheet.of<Relative>('family_relation_recorded').map((relative) => {
    const later = changes.filter((c) => c.data.relative === relative.id);
    return relativeRow(sheet, relative, later);
  });
  const own = rows.filter((r) => r.values['side'] === 'self');
  return sheet.table('family', SOURCE, COLUMNS, [...own, ...rows.filter((r) => !own.includes(r))]);
}

function relativeRow(
  sheet: Sheet,
  relative: Fact<Partial<Relative>>,
  changes: readonly Fact<Partial<Change>>[],
): Row {
  const { relation, name, born, side } = relative.data;
  const latest = (field: keyof RelativeFields | 'ended') =>
    [relative, ...changes]
      .map(({ data }) => (data as Partial<Change>)[field])
      .findLast((value) => value !== undefined) ?? null;
  const listed =
    relation === undefined
      ? null
      : entryOf({ list: 'family_relation', code: relation, day: relative.range.first }, sheet.reference);
  const values = {
    side: side ?? listed?.['side'] ?? 'self',
    relation: sheet.named(relation, relative, 'family_relation'),
    name: name ?? null,
    born: born ?? null,
    hometown: latest('hometown'),
    occupation: latest('occupation'),
    residence: latest('residence'),
    organisations: latest('organisations'),
    died: latest('died'),
    ended: latest('ended'),
  };
  return sheet.row('family', values, relative, ...changes);
}
