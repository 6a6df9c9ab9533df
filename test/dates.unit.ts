import { expect } from 'chai';
import fc from 'fast-check';
import { daysBetween, plusDays } from '../src/dates.js';

const DAYS = fc
  .date({ min: new Date('1850-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe('Days between two days', () => {
  it('are counted over leap days and centuries, and negative backwards', () => {
    expect(daysBetween('2024-02-28', '2024-03-01')).to.equal(2);
    expect(daysBetween('1900-02-28', '1900-03-01')).to.equal(1);
    expect(daysBetween('1850-01-01', '2199-12-31')).to.equal(127_834);
    expect(daysBetween('1975-06-14', '1975-06-12')).to.equal(-2);
  });

  it('are as many as lead from one to the other (property)', () => {
    fc.assert(
      fc.property(DAYS, DAYS, (from, to) => {
        expect(plusDays(from, daysBetween(from, to))).to.equal(to);
      }),
    );
  });
});
