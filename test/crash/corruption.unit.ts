import { expect } from 'chai';
import { corrupt } from './corruption.js';

describe('A corrupted copy of the log', () => {
  it('is found out whatever was done to it (small version of npm run test:corruption)', async function () {
    this.timeout(60_000);
    const report = await corrupt({ persons: 20, flips: 15 }, () => undefined);
    expect(report.wrong).to.deep.equal([]);
    expect(report).to.deep.include({ flips: 15, flipsFound: 15 });
    expect(Object.keys(report.kinds)).to.have.length(14);
    expect(report.events).to.be.greaterThan(500);
  });
});
