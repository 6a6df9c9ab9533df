/**
 * The employees of test/fixtures as import lines, and back: what comes out of Hoso is set beside the publishers' own
 * check values.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';

const FOLDER = new URL('../fixtures/employees-1000/', import.meta.url);
const OPEN = '9999-01-01';
export const SOURCE = 'employees-1000';
export const MANAGER = 'Manager';

type Csv = Readonly<Record<string, string>>;

function table(name: string): Csv[] {
  return parse(readFileSync(new URL(`${name}.csv`, FOLDER)), { columns: true, skip_empty_lines: true });
}

/** The publishers' check of each table. */
export const CHECKS = JSON.parse(readFileSync(new URL('checks.json', FOLDER), 'utf8')) as Readonly<
  Record<string, { readonly rows: number; readonly md5: string; readonly fields: readonly string[] }>
>;

/** The departments, which become units with these codes. */
export function departments(): { code: string; name: string }[] {
  return table('departments').map((d) => ({ code: d['dept_no'] ?? '', name: d['dept_name'] ?? '' }));
}

/** Every fact of every employee, one import line each. */
export function importLines(): object[] {
  const spells = grouped(table('dept_emp'));
  const titles = grouped(table('titles'));
  const salaries = grouped(table('salaries'));
  const managers = grouped(table('dept_manager'));
  return table('employees').flatMap((employee) => {
    const no = employee['emp_no'] ?? '';
    const hired = employee['hire_date'] ?? '';
    const line = (action: string, key: string, effective: string, data: object) => ({
      source: SOURCE,
      ref: `${action}:${no}:${key}`,
      person: no,
      action,
      effective,
      data,
    });
    const units = spells.get(no) ?? [];
    const [first] = units;
    // The hire names its unit only when the first department spell begins that day.
    const withUnit = first?.['from_date'] === hired;
    const last = units.at(-1)?.['to_date'] ?? OPEN;
    return [
      line('record_opened', 'x', hired, {
        familyName: employee['last_name'],
        givenName: employee['first_name'],
        dateOfBirth: employee['birth_date'],
        sex: employee['gender'] === 'M' ? 'male' : 'female',
      }),
      line('recruited', 'x', hired, withUnit ? { unit: first['dept_no'] } : {}),
      ...units.slice(withUnit ? 1 : 0).map((s) =>
        line('transferred', `${s['dept_no'] ?? ''}:${s['from_date'] ?? ''}`, s['from_date'] ?? '', {
          toUnit: s['dept_no'],
        }),
      ),
      ...(titles.get(no) ?? []).flatMap((t) => post(line, t, { position: codeOf(t['title'] ?? '') })),
      ...(managers.get(no) ?? []).flatMap((m) => post(line, m, { position: MANAGER, unit: m['dept_no'] })),
      ...(salaries.get(no) ?? []).map((s) =>
        line('paid_by_amount', s['from_date'] ?? '', s['from_date'] ?? '', {
          amount: s['amount'],
          per: 'year',
        }),
      ),
      ...(last === OPEN ? [] : [line('left_service', 'x', last, {})]),
    ];
  });
}

/** A position from its own appointment to its own dismissal. */
function post(
  line: (action: string, key: string, effective: string, data: object) => object,
  spell: Csv,
  data: object,
): object[] {
  const [from = '', to = OPEN] = [spell['from_date'], spell['to_date']];
  const key = `${JSON.stringify(data)}:${from}`;
  return [
    line('appointed_to_position', key, from, data),
    ...(to === OPEN ? [] : [line('dismissed_from_post', key, to, data)]),
  ];
}

/** A title as a position code: "Senior Engineer" → "Senior_Engineer". */
function codeOf(title: string): string {
  return title.replaceAll(' ', '_');
}

/** What comes out: a person, and the intervals derived for that person. */
export interface OutPerson {
  readonly externalId: string;
  readonly familyName: string;
  readonly givenName: string;
  readonly dateOfBirth: string;
  readonly sex: string;
  readonly hiredOn: string;
}
export interface OutSpell {
  readonly externalId: string;
  readonly kind: string;
  readonly from: string;
  readonly to: string | null;
  /** Code of the unit on that day. */
  readonly unit: string | null;
  readonly position: string | null;
  readonly amount: string | null;
}

/** The six tables again, recomputed from what came out; each in its publishers' order, with their chained MD5. */
export function recompute(
  units: readonly { code: string; name: string }[],
  persons: readonly OutPerson[],
  spells: readonly OutSpell[],
): Record<string, { rows: number; md5: string }> {
  const ofKind = (kind: string, isManager = false) =>
    spells.filter((s) => s.kind === kind && (kind !== 'post' || (s.position === MANAGER) === isManager));
  const end = (to: string | null) => to ?? OPEN;
  const rows: Record<string, string[][]> = {
    employees: persons.map((p) => [
      p.externalId,
      p.dateOfBirth,
      p.givenName,
      p.familyName,
      p.sex === 'male' ? 'M' : 'F',
      p.hiredOn,
    ]),
    departments: units.map((u) => [u.code, u.name]),
    dept_manager: ofKind('post', true).map((s) => [s.unit ?? '', s.externalId, s.from, end(s.to)]),
    dept_emp: ofKind('unit').map((s) => [s.unit ?? '', s.externalId, s.from, end(s.to)]),
    titles: ofKind('post').map((s) => [
      s.externalId,
      (s.position ?? '').replaceAll('_', ' '),
      s.from,
      end(s.to),
    ]),
    salaries: ofKind('pay').map((s) => [s.externalId, s.amount ?? '', s.from, end(s.to)]),
  };
  const orders: Record<string, number[]> = {
    employees: [0],
    departments: [0],
    dept_manager: [0, 1],
    dept_emp: [0, 1],
    titles: [0, 1, 2],
    salaries: [0, 2, 3],
  };
  return Object.fromEntries(
    Object.entries(rows).map(([name, list]) => {
      const by = orders[name] ?? [];
      const sorted = list.toSorted((a, b) => by.reduce((c, i) => c || compare(a[i] ?? '', b[i] ?? ''), 0));
      return [name, { rows: sorted.length, md5: chained(sorted) }];
    }),
  );
}

function compare(a: string, b: string): number {
  if (/^\d+$/.test(a) && /^\d+$/.test(b)) return Number(a) - Number(b);
  return a < b ? -1 : a > b ? 1 : 0;
}

function chained(rows: readonly (readonly string[])[]): string {
  return rows.reduce(
    (last, row) =>
      createHash('md5')
        .update([last, ...row].join('#'))
        .digest('hex'),
    '',
  );
}

function grouped(rows: readonly Csv[]): Map<string, Csv[]> {
  const groups = new Map<string, Csv[]>();
  for (const row of rows) {
    const no = row['emp_no'] ?? '';
    groups.set(no, [...(groups.get(no) ?? []), row]);
  }
  for (const list of groups.values())
    list.sort((a, b) => compare(a['from_date'] ?? '', b['from_date'] ?? ''));
  return groups;
}
