import { MOST_ROWS, type PersonFilter } from '../projecting/queries/persons.js';
import { DayField, IntegerField, TextField, type JsonSchema } from '../record/fields.js';
import type { ServiceStatus } from '../record/state.js';
import { nfc } from '../sealing/canonical.js';
import type { JsonObject } from '../sealing/port.js';
import { Checker } from './checker.js';
import { propertiesOf } from './schemas.js';

/** Every status there is, for filters. */
export const STATUSES: readonly ServiceStatus[] = [
  'not_in_service',
  'in_service',
  'retired',
  'left',
  'moved_to_party_bloc',
  'moved_out_of_city',
  'died',
];

/** How many rows a page has. */
export const LIMIT = { standard: 50, most: MOST_ROWS } as const;
const MOST_CHOICES = 500;

/** Which persons, on which day, which page. */
export interface Search extends Omit<PersonFilter, 'scope'> {
  /** With the units below those named. */
  readonly below: boolean;
  /** Whose tree says what stands below, and what was merged: of the day asked for (default), or of today. */
  readonly tree?: 'that_day' | 'today';
  readonly asOf?: string;
  readonly cursor?: string;
  readonly token?: string;
  readonly limit: number;
}

class SearchForm {
  @TextField({
    vi: 'Tên, có dấu hoặc không dấu',
    en: 'Name, with or without accents',
    secrecy: 'identity',
    optional: true,
    max: 200,
  })
  name?: string;

  @DayField({ vi: 'Vào ngày', en: 'In force on', secrecy: 'open', optional: true })
  asOf?: string;

  @TextField({ vi: 'Trang tiếp theo', en: 'Next page', secrecy: 'open', optional: true, max: 4000 })
  cursor?: string;

  @TextField({ vi: 'Chờ lần ghi này', en: 'Wait for this write', secrecy: 'open', optional: true, max: 100 })
  token?: string;

  @IntegerField({ vi: 'Số dòng', en: 'Rows', secrecy: 'open', optional: true, min: 1, max: LIMIT.most })
  limit?: number;
}

/** `{name?, units?, below?, tree?, unplaced?, statuses?, grades?, asOf?, cursor?, limit?, token?}`. Throws Problem (422). */
export function searchOf(body: unknown): Search {
  const check = new Checker();
  const lists = ['units', 'statuses', 'grades'];
  const names = Object.keys(propertiesOf(SearchForm));
  if (!check.object(body, '', [...names, ...lists, 'below', 'tree', 'unplaced'], [])) return check.fail();
  const { units, statuses, grades, below = false, unplaced = false, tree = 'that_day', ...form } = body;
  check.fields(SearchForm, form, '');
  for (const [name, flag] of Object.entries({ below, unplaced }))
    if (typeof flag !== 'boolean')
      check.fault(`/${name}`, 'boolean', 'phải là true hoặc false', 'must be true or false');
  if (tree !== 'that_day' && tree !== 'today')
    check.fault('/tree', 'choice', 'phải là that_day hoặc today', 'must be that_day or today');
  const list = (name: string, value: unknown, holds: (one: string) => boolean) => {
    if (value === undefined) return;
    const isList = Array.isArray(value) && value.length <= MOST_CHOICES;
    if (!isList || !value.every((one) => typeof one === 'string' && holds(one)))
      check.fault(
        `/${name}`,
        'choice',
        'phải là một mảng các giá trị hợp lệ',
        'must be an array of values that exist',
      );
  };
  list('units', units, (one) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(one));
  list('statuses', statuses, (one) => (STATUSES as readonly string[]).includes(one));
  list('grades', grades, (one) => one.length <= 64);
  check.done();
  return { limit: LIMIT.standard, ...nfc(body as JsonObject), below } as unknown as Search;
}

export const SEARCH_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...propertiesOf(SearchForm),
    units: { type: 'array', items: { type: 'string', format: 'uuid' }, maxItems: MOST_CHOICES },
    below: { type: 'boolean', description: 'Kể cả các đơn vị trực thuộc / with the units below' },
    tree: {
      type: 'string',
      enum: ['that_day', 'today'],
      description:
        'Gộp theo cây tổ chức của ngày được hỏi (mặc định) hay của hôm nay / grouped by the tree of the day asked for (default), or by today’s',
    },
    unplaced: {
      type: 'boolean',
      description: 'Chỉ người chưa được xếp vào đơn vị nào / only those placed in no unit yet',
    },
    statuses: { type: 'array', items: { type: 'string', enum: STATUSES }, maxItems: MOST_CHOICES },
    grades: { type: 'array', items: { type: 'string' }, maxItems: MOST_CHOICES },
  },
  examples: [{ name: 'nguyen mau', statuses: ['in_service'], limit: 20 }],
};
