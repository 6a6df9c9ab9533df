import { unitHistory } from '../../src/organisation/history.js';
import { rowsOf, type ProjectionOf } from '../../src/projecting/projection.js';
import { QuotaRow, UnitPeriodRow, UnitSpan } from './rows.js';

/** The tree of units on any day, as known now: joined in views, so that a merger of units rewrites no person. */
export const organisation: ProjectionOf<'unit'> = {
  name: 'organisation',
  version: 3,
  of: 'unit',
  tables: [UnitSpan, UnitPeriodRow, QuotaRow],
  usesReference: false,
  views: new URL('./views/', import.meta.url),
  fold: ({ id, events }) => {
    const history = unitHistory(id, events);
    const last = events.at(-1);
    if (history === null || last === undefined) return [];
    const { span, periods, successor, lines } = history;
    const extent = { effectiveFrom: dayOf(span.from), effectiveTo: span.until };
    return [
      rowsOf(UnitSpan, 'unit', [
        { ...extent, successor, revision: last.revision, sequence: last.sequence as number },
      ]),
      rowsOf(
        UnitPeriodRow,
        'unit',
        periods.map(({ from, until, attributes }) => ({
          effectiveFrom: dayOf(from),
          effectiveTo: until,
          ...attributes,
        })),
      ),
      rowsOf(
        QuotaRow,
        'unit',
        lines.flatMap(({ id: fact, fact: { type, effective, document, data } }) =>
          type === 'quota_decided'
            ? [
                {
                  ...data,
                  effectiveFrom: dayOf(effective ?? ''),
                  fact,
                  documentNumber: document?.number ?? null,
                },
              ]
            : [],
        ),
      ),
    ];
  },
};

/** A first day that is not known lies before every day. */
function dayOf(from: string): string {
  return from === '' ? '-infinity' : from;
}
