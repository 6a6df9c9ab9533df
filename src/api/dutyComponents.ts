/** The schemas of answers about forms, what is missing of records, duties and what falls due. */
import { LACKS } from '../record/completeness.js';
import { DUE_KINDS, RETIREMENT_STAGES, STEP_LISTS } from '../record/dues.js';
import { DUTY_STANDINGS } from '../record/duties.js';
import type { JsonSchema } from '../record/fields.js';
import { ITEMS, TABLE_IDS, type ItemId } from '../record/forms/items.js';
import { HEADER_IDS } from '../record/forms/supplement.js';
import { PAY_PARTS, PAY_UNKNOWN } from '../record/monthlyPay.js';
import { LIMIT_RULES } from '../rules/timeLimits.js';
import { STATUSES } from './search.js';
import { ref } from './schemas.js';
import {
  caption,
  day,
  flag,
  id,
  idOrNull,
  list,
  object,
  orNull,
  record,
  text,
  textOrNull,
  wholeOrNull,
  whole,
} from './shapes.js';

export const dayOrNull: JsonSchema = { type: ['string', 'null'], format: 'date' };
export const oneOf = (words: readonly string[]): JsonSchema => ({ type: 'string', enum: [...words] });

const MARK = {
  facts: { ...list(id), description: 'Các việc mà nó dựa vào / the facts it comes from' },
  erased: { ...flag, description: 'Đã hủy theo luật, coi như có / lawfully destroyed, counts as present' },
  disputed: { ...list(id), description: 'Các yêu cầu kiểm tra còn mở / open disputes about it' },
};
const VALUE: JsonSchema = {
  type: ['string', 'number', 'boolean', 'object', 'array', 'null'],
  description:
    'Văn bản, ngày như trên giấy, số; mã {code, vi, en}; đơn vị {unit, vi, en} / text, dates as on paper, numbers, codes and units with their names',
};
const NAMED_UNIT = orNull(object({ unit: id, vi: textOrNull, en: textOrNull }));
const values: JsonSchema = { type: 'object', additionalProperties: VALUE };
const CELL = object({ number: text, ...caption, value: VALUE, ...MARK });
const TABLE = object({
  number: text,
  ...caption,
  columns: { type: 'object', additionalProperties: object(caption) },
  rows: list(object({ values, ...MARK })),
  ...MARK,
});
const items = (ids: readonly ItemId[]): JsonSchema =>
  object(
    Object.fromEntries(
      ids.map((one) => [
        one,
        (TABLE_IDS as readonly ItemId[]).includes(one) ? ref('FormTable') : ref('FormCell'),
      ]),
    ),
  );

export const LACK = {
  code: oneOf([...LACKS.keys()]),
  number: { ...textOrNull, description: 'Số mục trên Mẫu 2C / number of the item on form 2C' },
  ...caption,
  facts: list(id),
  rule: textOrNull,
};

export const DUTY = {
  rule: oneOf(LIMIT_RULES),
  ...caption,
  fact: { ...id, description: 'Việc làm phát sinh / the fact that started it' },
  action: text,
  trigger: { ...day, description: 'Ngày tính từ đó, không kể / counted from, not included' },
  due: { ...day, description: 'Ngày cuối còn kịp / the last day in time' },
  standing: oneOf(DUTY_STANDINGS),
  daysLeft: { ...wholeOrNull, description: 'Âm: quá hạn / negative: overdue; null: đã làm / done' },
  daysLate: whole,
  doneOn: dayOrNull,
  doneBy: idOrNull,
  doneAccount: { ...idOrNull, description: 'Tài khoản đã ghi / the account that recorded it' },
  owes: { ...idOrNull, description: 'Đơn vị phải làm lúc đó / who owed it then' },
  owedBy: { ...idOrNull, description: 'Đơn vị kế thừa đến ngày hỏi / its successor by the day asked' },
  disputed: MARK.disputed,
};

export const DUE = {
  kind: oneOf(DUE_KINDS),
  ...caption,
  due: { ...dayOrNull, description: 'null: chưa thể đến / cannot come while this holds' },
  earliest: { ...dayOrNull, description: 'Không kể các lần kéo dài / without what lengthened it' },
  daysLeft: wholeOrNull,
  blocked: textOrNull,
  reasons: list(object({ by: id, kind: text, months: whole })),
  subject: textOrNull,
  stage: orNull(oneOf(RETIREMENT_STAGES)),
  list: orNull(oneOf(STEP_LISTS)),
  fact: id,
};

const PAY_SOURCE = { source: textOrNull, confirmed: flag };
const PAY_PART = {
  kind: oneOf(PAY_PARTS),
  ...caption,
  by: { ...idOrNull, description: 'Việc mà nó dựa vào; null: theo luật / the fact; null: by law alone' },
  subject: {
    ...textOrNull,
    description: 'Ngạch và bậc, hoặc mã phụ cấp / grade and step, or allowance code',
  },
  coefficient: textOrNull,
  percent: textOrNull,
  amount: { ...textOrNull, description: 'Đồng một tháng / dong a month' },
  ...PAY_SOURCE,
  disputed: MARK.disputed,
};
const dong = (description: string): JsonSchema => ({ ...text, description });
const PAY = {
  base: orNull(object({ ...caption, amount: dong('Mức lương cơ sở / base salary'), ...PAY_SOURCE })),
  parts: list(object(PAY_PART)),
  salary: orNull(
    object({
      base: text,
      coefficients: dong('Tổng hệ số / sum of coefficients'),
      byCoefficients: dong('Theo hệ số / by coefficients'),
      byPercent: dong('Theo tỷ lệ phần trăm / by percentages'),
      lowPay: dong('Tăng thêm của hệ số thấp / raise of low salaries'),
      byAmount: dong('Theo mức tiền / by sums of money'),
      total: dong('Cộng, đồng một tháng / total, dong a month'),
    }),
  ),
  unknown: { ...list(oneOf(PAY_UNKNOWN)), description: 'Vì sao chưa tính được / why there is no total' },
  reducedBy: {
    ...list(id),
    description:
      'Đang nghỉ, đình chỉ, tập sự: mức hưởng theo văn bản đó, chưa tính ở đây / absences and probation: what their papers grant is not reckoned here',
  },
  uncertain: { ...list(id), description: 'Ngày chưa rõ / dates that are not known exactly' },
};

export const DUTY_COMPONENTS: Readonly<Record<string, JsonSchema>> = {
  FormCell: CELL,
  FormTable: TABLE,
  Form2C: record({
    form: { const: '2C-BNV/2008' },
    header: object({ managingAgency: NAMED_UNIT, usingUnit: NAMED_UNIT, serviceNumber: textOrNull }),
    items: items(Object.keys(ITEMS) as ItemId[]),
  }),
  Salary: record(PAY),
  Supplement: record({
    form: { const: '4a-BNV/2007' },
    from: day,
    to: day,
    items: items(HEADER_IDS),
    sections: list(
      object({
        number: text,
        ...caption,
        entries: list(
          object({
            effective: text,
            action: text,
            caption: object(caption),
            document: textOrNull,
            fields: list(object({ name: text, ...caption, value: VALUE })),
            ...MARK,
          }),
        ),
      }),
    ),
  }),
  Completeness: record({
    status: oneOf(STATUSES),
    complete: { type: ['boolean', 'null'], description: 'null: không còn công tác / not in service' },
    lacks: list(object(LACK)),
  }),
  Deadlines: record({ duties: list(object(DUTY)) }),
  Dues: record({ dues: list(object(DUE)) }),
};
