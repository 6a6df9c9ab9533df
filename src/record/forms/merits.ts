/** Items 21, 22 and 32: rewards, discipline, and what the agency says. */
import { isLapsed } from '../discipline.js';
import { standingDisciplines, type Discipline } from '../state.js';
import { DISCIPLINES, highest, REWARDS } from './ranks.js';
import { yearOf, type Cell, type Row, type Sheet, type Table } from './sheet.js';

interface Reward {
  form: string;
  title: string;
  level: string;
  year: number;
}

/** Item 21: the highest form of reward, or emulation title. */
export function highestReward(sheet: Sheet): Cell {
  const actions = ['rewarded', 'emulation_title_awarded'];
  const rewards = sheet.of<Reward>(...actions);
  const codeOf = ({ data }: (typeof rewards)[number]) => data.form ?? data.title;
  const top = highest(
    rewards.filter((r) => codeOf(r) !== undefined),
    codeOf,
    REWARDS,
  );
  const value = top && {
    form: sheet.named(codeOf(top), top, top.action === 'rewarded' ? 'reward_form' : 'emulation_title'),
    year: yearOf(top.data.year, top),
  };
  return sheet.cell('highest_reward', { group: 'history', actions }, value, top);
}

/** Item 22: the highest form of each side. A revoked discipline never was; a lapsed one stays written (NĐ 234/2026 Đ.2.9). */
export function highestDiscipline(sheet: Sheet): Table {
  const standing = standingDisciplines(sheet.state);
  const rows = (['party', 'state', 'union'] as const).flatMap((side): Row[] => {
    const top = highest(
      standing.filter((d) => d.side === side),
      (d) => d.form,
      DISCIPLINES,
    );
    return top === undefined ? [] : [disciplineRow(sheet, top)];
  });
  const erased = standing.filter((d) => (d.side as string | undefined) === undefined);
  const columns = {
    side: { vi: 'Về đảng, chính quyền, đoàn thể', en: 'By Party, state or mass organisation' },
    form: { vi: 'Hình thức', en: 'Form' },
    year: { vi: 'Năm', en: 'Year' },
    lapsed: { vi: 'Đã chấm dứt hiệu lực', en: 'Lapsed' },
  };
  return sheet.table('highest_discipline', { group: 'discipline', actions: ['disciplined'] }, columns, [
    ...rows,
    ...erased.map((d) => disciplineRow(sheet, d)),
  ]);
}

function disciplineRow(sheet: Sheet, discipline: Discipline): Row {
  const { by, side, form, since, lapsedBy } = discipline;
  const fact = sheet.fact(by);
  const values = {
    side: (side as string | undefined) ?? null,
    form: fact === undefined ? null : sheet.named(form, fact, 'discipline_form'),
    year: Number(since.slice(0, 4)),
    lapsed: isLapsed(discipline, sheet.state, sheet.day, sheet.reference),
  };
  return sheet.row('discipline', values, fact, sheet.fact(lapsedBy));
}

interface Evaluation {
  year: number;
  level: string;
  remark: string;
}

/** Item 32: the latest remark, else that of the latest evaluation, whose year and level stand beside it. */
export function agencyRemark(sheet: Sheet): Cell {
  const remark = sheet.of<{ remark: string; unit: string }>('remarked').at(-1);
  const evaluation = sheet.of<Evaluation>('evaluated').at(-1);
  const value =
    remark?.data.remark === undefined && evaluation?.data.level === undefined
      ? null
      : {
          remark: remark?.data.remark ?? evaluation?.data.remark ?? null,
          unit: remark === undefined ? null : sheet.unit(remark.data.unit, remark.range.first),
          year: evaluation?.data.year ?? null,
          level:
            evaluation === undefined
              ? null
              : sheet.named(evaluation.data.level, evaluation, 'evaluation_level'),
        };
  const source = { group: 'history', actions: ['remarked', 'evaluated'] } as const;
  return sheet.cell('agency_remark', source, value, remark, evaluation);
}
