/** The schemas of lists by unit: completeness, dues, retirements, duties, records on their way. */
import { DUE_KINDS, RETIREMENT_STAGES, STEP_LISTS } from '../record/dues.js';
import { DUTY_STANDINGS } from '../record/duties.js';
import type { JsonSchema } from '../record/fields.js';
import { MOVEMENT_LISTS } from '../projecting/queries/movements.js';
import { SHARE_STANDINGS } from '../rules/evaluation.js';
import { LIMIT_RULES } from '../rules/timeLimits.js';
import { UNIT_LIMIT_RULES } from '../rules/unitLimits.js';
import { dayOrNull, DUE, DUTY, LACK, oneOf } from './dutyComponents.js';
import {
  caption,
  cursor,
  day,
  flag,
  id,
  idOrNull,
  list,
  object,
  orNull,
  text,
  textOrNull,
  whole,
  wholeOrNull,
} from './shapes.js';

const momentOrNull: JsonSchema = { type: ['string', 'null'], format: 'date-time' };
const FRAME = { asOf: day, unit: id };
const rule = oneOf([...LIMIT_RULES, ...UNIT_LIMIT_RULES]);
const STANDINGS = Object.fromEntries(DUTY_STANDINGS.map((s) => [s, whole]));

export const UNIT_LIST_COMPONENTS: Readonly<Record<string, JsonSchema>> = {
  UnitCompleteness: object({
    ...FRAME,
    inService: { ...whole, description: 'Số người đang công tác / persons in service' },
    complete: { ...whole, description: 'Số hồ sơ đầy đủ / complete records' },
    incomplete: whole,
    lacks: {
      ...list(object({ code: LACK.code, number: LACK.number, ...caption, persons: whole })),
      description: 'Mỗi mục thiếu ở bao nhiêu người / how many persons lack each',
    },
    persons: list(object({ person: id, unit: idOrNull, lacks: list(object(LACK)) })),
    next: cursor,
  }),
  UnitDues: object({
    ...FRAME,
    from: dayOrNull,
    to: day,
    counts: list(
      object({
        kind: oneOf(DUE_KINDS),
        ...caption,
        list: orNull(oneOf(STEP_LISTS)),
        stage: orNull(oneOf(RETIREMENT_STAGES)),
        blocked: flag,
        count: whole,
        overdue: { ...whole, description: 'Trong đó đã quá ngày / of these, with a day that is past' },
        first: dayOrNull,
      }),
    ),
    dues: list(object({ person: id, unit: idOrNull, ...DUE })),
    next: cursor,
  }),
  UnitRetirements: object({
    ...FRAME,
    to: day,
    months: list(
      object({
        month: {
          ...textOrNull,
          description: 'YYYY-MM; null: lùi không thời hạn / put back without a last day',
        },
        unit: idOrNull,
        eligible: { ...whole, description: 'Đến tuổi, chưa có thông báo / reach the age, no notice yet' },
        notified: { ...whole, description: 'Đã thông báo / notified' },
        postponed: { ...whole, description: 'Lùi thời điểm đến tháng này / put back to this month' },
        disputed: {
          ...whole,
          description: 'Trong đó dựa vào việc đang tranh chấp / of these, on a disputed fact',
        },
      }),
    ),
    next: cursor,
  }),
  UnitDeadlines: object(
    {
      ...FRAME,
      doneFrom: { ...day, description: 'Việc đã làm: chỉ kể từ hạn này / done ones due from this day on' },
      counts: list(
        object({
          rule,
          ...caption,
          ...STANDINGS,
          mostLate: { ...whole, description: 'Trễ nhất (ngày) / most days late' },
        }),
      ),
      officers: {
        ...list(object({ account: id, ...STANDINGS })),
        description:
          'Khi hỏi officers=true: tài khoản được phân công chịu trách nhiệm (còn hạn, quá hạn) hoặc đã làm / when officers=true is asked: the accounts assigned to whoever owes (open, overdue), and those that did them',
      },
      duties: list(
        object({
          person: { ...idOrNull, description: 'null: việc của chính cơ quan / the agency’s own' },
          ...DUTY,
          rule,
          fact: idOrNull,
          action: textOrNull,
        }),
      ),
      next: cursor,
    },
    ['officers'],
  ),
  UnitEarlyRaises: object({
    unit: id,
    year: whole,
    limit: { ...wholeOrNull, description: 'null: chưa có số trả lương / the payroll is not recorded' },
    own: { ...wholeOrNull, description: 'Một cho mỗi đủ 10 người / one of each full ten' },
    allotted: {
      ...wholeOrNull,
      description: 'Cơ quan cấp trên giao thêm / given by the agency above out of the pooled remainders',
    },
    pooled: {
      ...wholeOrNull,
      description: 'Số người dư dưới 10, tính chung ở cấp trên / persons beyond a full ten, pooled above',
    },
    pool: {
      ...object({ persons: whole, places: whole, allotted: whole }),
      description:
        'Phần dư của các cơ quan trực thuộc: số người, số chỉ tiêu có được, đã giao / the remainders of the agencies below: persons, raises they make, raises given',
    },
    taken: whole,
    free: wholeOrNull,
    places: list(
      object({
        person: id,
        holder: oneOf(['proposal', 'fact']),
        by: { ...id, description: 'Đề nghị, hoặc quyết định đã ghi / the proposal, or the fact' },
        since: momentOrNull,
        over: { ...flag, description: 'Vượt chỉ tiêu / over the limit' },
        achievement: {
          ...orNull(object({ fact: id, code: textOrNull })),
          description:
            'Thành tích cao nhất trong thời hạn được tính / the highest achievement of the years that count',
        },
        rank: {
          ...whole,
          description: 'Thứ tự theo thành tích, 1 là cao nhất / order by achievement, 1 the highest',
        },
      }),
    ),
  }),
  UnitEvaluations: object({
    unit: id,
    year: whole,
    units: { ...list(id), description: 'Các đơn vị được tính / units that are counted' },
    groups: {
      ...list(
        object({
          category: textOrNull,
          leading: { ...flag, description: 'Giữ chức vụ / holding a post' },
          levels: list(
            object({
              level: text,
              count: whole,
              disputed: { ...whole, description: 'Đang có yêu cầu kiểm tra, đính chính / in dispute now' },
            }),
          ),
          share: orNull(
            object({
              excellent: whole,
              good: whole,
              most: { ...whole, description: 'Nhiều nhất / at most' },
              mostOutstanding: {
                ...whole,
                description: 'Nhiều nhất ở đơn vị xuất sắc / at most in a unit that is outstanding itself',
              },
              standing: oneOf(SHARE_STANDINGS),
              source: text,
            }),
          ),
          findings: list(object({ rule: text, vi: text, en: text, source: text })),
        }),
      ),
      description:
        'Theo đối tượng và có giữ chức vụ hay không; nhóm nhiệm vụ tương đồng không có trong hồ sơ / by category and whether a post is held: groups of like tasks are not in the records',
    },
  }),
  UnitMovements: object({
    ...FRAME,
    counts: list(object({ list: oneOf(MOVEMENT_LISTS), ...caption, count: whole, overdue: whole })),
    records: list(
      object({
        person: id,
        list: oneOf(MOVEMENT_LISTS),
        ...caption,
        unit: {
          ...id,
          description: 'Cơ quan phải làm; của sent: cơ quan đang chờ / whose task; of sent: who waits',
        },
        from: idOrNull,
        to: idOrNull,
        transfer: idOrNull,
        fact: id,
        since: day,
        due: dayOrNull,
        daysLeft: wholeOrNull,
        disputed: DUTY.disputed,
      }),
    ),
    next: cursor,
  }),
};
