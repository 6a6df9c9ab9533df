import type { Action } from '../record/action.js';
import { fieldsOf, type FieldClass, type FieldInfo } from '../record/fields.js';

/** Codes that the shipped lists have, by list. */
const CODES: Readonly<Record<string, string>> = {
  grade_name: '01.003',
  document_type: 'quyet_dinh',
  sex: 'female',
};

/** Values that say what a field is for, by the field's name. */
const VALUES: Readonly<Record<string, unknown>> = {
  familyName: 'Nguyễn Thị',
  givenName: 'Mẫu',
  otherName: 'Hoa',
  dateOfBirth: '1985-03',
  amount: '5000000',
  number: '15/QĐ-SNV',
  code: 'SNV',
  name: 'Sở Nội vụ',
  signerName: 'Trần Văn Ví Dụ',
  salaryDate: '2013-01-01',
};

const UNIT = '22222222-2222-4222-8222-222222222222';

/** A body that the form of an action takes, with its required fields and those that explain themselves. */
export function exampleOf(action: Action): object {
  return {
    effective: '2013-01-01',
    ...(action.type === 'record_opened'
      ? {}
      : { document: { number: '15/QĐ-SNV', signedDate: '2012-12-20' } }),
    data: dataExample(action.fields),
  };
}

/** Example values of the fields that are required, or that speak for themselves. */
export function dataExample(fields: FieldClass): object {
  const shown = fieldsOf(fields).filter(
    (f) => !f.optional || f.name in VALUES || f.unit === true || f.list === 'sex',
  );
  return Object.fromEntries(shown.map((f) => [f.name, example(f)]));
}

function example({ name, schema, list, unit }: FieldInfo): unknown {
  if (name in VALUES) return VALUES[name];
  if (list !== undefined) return CODES[list] ?? 'ma_1';
  if (unit === true || schema['format'] === 'uuid') return UNIT;
  if (schema['format'] === 'date') return '2013-01-01';
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  if (schema['type'] === 'integer') return Math.max(1, Number(schema['minimum']));
  if (typeof schema['pattern'] === 'string') return schema['pattern'].startsWith('^\\d{4}') ? '2013' : '2.34';
  return 'ví dụ';
}
