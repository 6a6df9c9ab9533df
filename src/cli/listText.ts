import { OperatorError } from '../operatorError.js';
import { countedAs, subtreeOn, unitByCode, type Units } from '../organisation/tree.js';
import { UNIT_DUTIES_UNTIL } from '../organisation/unitDuties.js';
import { limitView } from '../api/dutyAnswers.js';
import { countCompleteness } from '../projecting/queries/completeness.js';
import { countDues } from '../projecting/queries/dues.js';
import { countDuties, dutiesByRule } from '../projecting/queries/duties.js';
import type { Reader } from '../projecting/queries/persons.js';
import { LACKS } from '../record/completeness.js';
import { DUE_CAPTIONS, type RetirementStage, type StepList } from '../record/dues.js';
import { DUTY_STANDINGS, type DutyStanding } from '../record/duties.js';
import type { Caption } from '../record/fields.js';
import { plusMonths, type Day } from '../dates.js';
import { columns } from './output.js';

/** Which part of the city a list is of, and on which day. */
export interface ListQuestion {
  readonly day: Day;
  /** Units, with those below and those merged into them; null: the whole city. */
  readonly units: readonly string[] | null;
}

type List = (db: Reader, question: ListQuestion) => Promise<string>;

/** What falls due in the twelve months from a day, by kind; regular steps by their four lists. */
export const duesText: List = async (db, { day, units }) => {
  const counts = await countDues(db, { ...within(units), to: plusMonths(day, 12) }, day);
  return columns([
    ['VIỆC / WHAT', 'DANH SÁCH / LIST', 'SỐ / COUNT', 'QUÁ NGÀY / PAST', 'SỚM NHẤT / FIRST'],
    ...counts.map(({ kind, list, stage, blocked, count, overdue, first }) => {
      const standing = list ?? (blocked ? 'blocked' : stage);
      const listed = standing === null ? '' : both(STANDINGS[standing]);
      return [both(DUE_CAPTIONS[kind]), listed, String(count), String(overdue), first ?? ''];
    }),
  ]);
};

/** The lists of regular steps and the stages of a retirement, in words. */
const STANDINGS: Readonly<Record<StepList | RetirementStage, Caption>> = {
  automatic: { vi: 'theo thời hạn', en: 'automatic' },
  needs_decision: { vi: 'cần xem xét', en: 'needs a decision' },
  overdue: { vi: 'quá hạn', en: 'overdue' },
  blocked: { vi: 'chưa thể', en: 'blocked' },
  eligible: { vi: 'đến tuổi', en: 'by age' },
  notified: { vi: 'đã thông báo', en: 'notified' },
  postponed: { vi: 'lùi thời điểm', en: 'put back' },
};

/** The duties on records, and of agencies themselves, whose clock has begun by a day, by rule and standing. */
export const deadlinesText: List = async (db, { day, units }) => {
  if (day > UNIT_DUTIES_UNTIL)
    throw new OperatorError(`Duties are told up to ${UNIT_DUTIES_UNTIL}.`, 'Name an earlier day.');
  const counts = await countDuties(db, within(units), day);
  return columns([
    [
      'THỜI HẠN / DUTY',
      '',
      ...DUTY_STANDINGS.map((one) => DUTY_HEADS[one]),
      'TRỄ NHẤT, NGÀY / MOST DAYS LATE',
    ],
    ...dutiesByRule(counts).map(({ rule, mostLate, ...n }) => [
      rule,
      both(limitView(rule)),
      ...DUTY_STANDINGS.map((standing) => String(n[standing])),
      String(mostLate),
    ]),
  ]);
};

const DUTY_HEADS: Readonly<Record<DutyStanding, string>> = {
  open: 'CÒN HẠN / OPEN',
  overdue: 'QUÁ HẠN / OVERDUE',
  done: 'ĐÃ LÀM / DONE',
  done_late: 'LÀM TRỄ / DONE LATE',
};

/** How many records of those in service are complete on a day, and what the others lack. */
export const completenessText: List = async (db, { day, units }) => {
  const { inService, complete, lacks } = await countCompleteness(db, within(units), day);
  return [
    columns([
      ['đang công tác / in service', String(inService)],
      ['hồ sơ đầy đủ / complete', String(complete)],
    ]),
    '',
    columns([
      ['MỤC / ITEM', 'CÒN THIẾU / LACK', 'SỐ NGƯỜI / PERSONS'],
      ...lacks.map(({ code, persons }) => {
        const said = LACKS.get(code);
        return [said?.number ?? '', said === undefined ? code : both(said), String(persons)];
      }),
    ]),
  ].join('\n');
};

/** A unit by code or id, those below it on a day, and all that were merged into them. Throws OperatorError. */
export function unitsOf(units: Units, unit: string, day: Day): string[] {
  const id = unitByCode(units, unit, day)?.id ?? units.history(unit)?.id;
  if (id === undefined)
    throw new OperatorError(`There is no unit ${unit}.`, 'Name a unit by its code or its id.');
  const asked = [id, ...subtreeOn(units, id, day).map((u) => u.id)];
  return [...new Set(asked.flatMap((one) => countedAs(units, one, day)))];
}

function both({ vi, en }: { readonly vi: string; readonly en: string }): string {
  return `${vi} / ${en}`;
}

function within(units: readonly string[] | null): { readonly units?: readonly string[] } {
  return units === null ? {} : { units };
}
