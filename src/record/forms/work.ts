/** Items 12 and 28: posts and places of work, derived from the states; nothing of it is typed in. */
import { dayRange, plusDays, type PartialDate } from '../../dates.js';
import type { Fact } from '../action.js';
import type { State } from '../state.js';
import { monthOf, type Row, type Sheet, type Source, type Table, type Value } from './sheet.js';
import { coursesOf } from './training.js';

const POST_COLUMNS: Table['columns'] = {
  side: { vi: 'Chính quyền, Đảng hay đoàn thể', en: 'State, Party or mass organisation' },
  kind: { vi: 'Bổ nhiệm, bầu cử, giao quyền, giao phụ trách', en: 'How it is held' },
  position: { vi: 'Chức vụ', en: 'Position' },
  unit: { vi: 'Đơn vị', en: 'Unit' },
};

interface Membership {
  organisation: string;
  position: string;
  duty: string;
  until: PartialDate;
}

/** Item 12: posts of the state, then the one in the Party, then those in mass organisations. */
export function currentPositions(sheet: Sheet): Table {
  const { state, day, reference } = sheet;
  const posts = state.posts.map((post) => {
    const by = sheet.fact(post.by);
    const position = by === undefined ? post.position : sheet.named(post.position, by, 'standard_position');
    // A merger has moved the post with its unit.
    const held = post.unit ?? state.unit?.unit;
    const unit = sheet.unit(held === undefined ? held : reference.currentUnit(held, day), day);
    return sheet.row('history', { side: 'state', kind: post.kind ?? 'appointed', position, unit }, by);
  });
  return sheet.table('current_position', { group: 'political', actions: ['union_joined'] }, POST_COLUMNS, [
    ...posts,
    ...partyPosition(sheet),
    ...memberships(sheet).filter((row) => row.values['position'] !== null),
  ]);
}

function partyPosition(sheet: Sheet): Row[] {
  const set = sheet.state.personal.partyPosition;
  const by = sheet.fact(set?.by);
  const member = sheet.state.party?.leftBy === null;
  if (set === undefined || by === undefined || !member) return [];
  const position = sheet.named(String(set.value), by, 'party_position');
  return [sheet.row('political', { side: 'party', kind: null, position, unit: null }, by)];
}

/** The present position in each organisation. */
function memberships(sheet: Sheet): Row[] {
  const facts = sheet.of<Membership>('union_joined');
  const current = facts.filter(
    (f, i) =>
      !facts.slice(i + 1).some((later) => later.data.organisation === f.data.organisation) &&
      (f.data.until === undefined || dayRange(f.data.until).last >= sheet.day),
  );
  return current.map((f) => {
    const position = sheet.named(f.data.position, f, 'mass_organisation_position');
    return sheet.row(
      'political',
      { side: 'union', kind: null, position, unit: f.data.organisation ?? null },
      f,
    );
  });
}

const HISTORY_COLUMNS: Table['columns'] = {
  from: { vi: 'Từ tháng, năm', en: 'From' },
  to: { vi: 'Đến tháng, năm', en: 'To' },
  kind: { vi: 'Công tác hay đào tạo', en: 'Work or training' },
  unit: { vi: 'Đơn vị công tác', en: 'Unit' },
  unitNow: { vi: 'Đơn vị nay là', en: 'Unit now' },
  secondedTo: { vi: 'Biệt phái tại', en: 'Seconded to' },
  positions: { vi: 'Chức danh, chức vụ', en: 'Positions' },
  training: { vi: 'Đào tạo, bồi dưỡng', en: 'Training' },
};
const HISTORY_SOURCE: Source = { group: 'history', actions: ['recruited'] };

/** Days on which unit and posts stay the same. */
interface Stretch {
  readonly began: Fact;
  readonly state: State;
  ended: Fact | null;
}

/** Item 28: a row for each stretch of the same unit and posts, and one for each course. */
export function workHistory(sheet: Sheet): Table {
  const work = stretchesOf(sheet).map((stretch) => ({
    from: stretch.began.range.first,
    row: workRow(sheet, stretch),
  }));
  const training = coursesOf(sheet)
    .filter((c) => c.from !== null)
    .map(({ facts, from, to, values }) => {
      const course = {
        institution: values['institution'] ?? null,
        major: values['major'] ?? values['subject'] ?? null,
      };
      const row = {
        from: monthOf(from ?? ''),
        to: to === null ? null : monthOf(to),
        kind: 'training',
        unit: null,
        unitNow: null,
        secondedTo: null,
        positions: null,
        training: course,
      };
      return { from: dayRange(from ?? '').first, row: sheet.row('history', row, ...facts) };
    });
  const rows = [...work, ...training].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  return sheet.table(
    'work_history',
    HISTORY_SOURCE,
    HISTORY_COLUMNS,
    rows.map((r) => r.row),
  );
}

function workRow(sheet: Sheet, { began, state, ended }: Stretch): Row {
  const { unit, posts, secondment } = state;
  const by = heldBy(state).map((id) => sheet.fact(id));
  const positions = posts.map(({ position, kind, unit: at, by: set }): Value => ({
    kind: kind ?? 'appointed',
    position: sheet.named(position, sheet.fact(set) ?? began, 'standard_position'),
    unit: at === unit?.unit ? null : sheet.unit(at, began.range.first),
  }));
  const now = unit === null || ended !== null ? null : sheet.reference.currentUnit(unit.unit, sheet.day);
  const values = {
    from: monthOf(began.effective),
    to: ended === null ? null : lastMonth(ended),
    kind: 'work',
    unit: sheet.unit(unit?.unit, began.range.first),
    unitNow: now === unit?.unit ? null : sheet.unit(now, sheet.day),
    secondedTo: sheet.unit(secondment?.hostUnit, began.range.first),
    positions,
    training: null,
  };
  return sheet.row('history', values, ...by);
}

/** Ids of the facts that set what a row shows. */
function heldBy({ unit, posts, secondment }: State): string[] {
  return [unit?.by, ...posts.map((p) => p.by), secondment?.by].filter((by) => by !== undefined);
}

/** What ends on the first of a month lasted until the month before. */
function lastMonth(ended: Fact): PartialDate {
  return ended.effective.length === 10 ? monthOf(plusDays(ended.effective, -1)) : ended.effective;
}

function stretchesOf(sheet: Sheet): Stretch[] {
  const stretches: Stretch[] = [];
  let held = '';
  for (const [i, { fact }] of sheet.timeline.lines.entries()) {
    if (fact.range.first > sheet.day) break;
    const state = sheet.timeline.states[i] as State;
    const now = heldBy(state).join(' ');
    if (now === held) continue;
    held = now;
    const last = stretches.at(-1);
    if (last?.ended === null) last.ended = fact;
    // What was decided on one day is one stretch.
    if (last !== undefined && last.began.range.first === fact.range.first) stretches.pop();
    if (now !== '') stretches.push({ began: fact, state, ended: null });
  }
  return stretches;
}
