import { expect } from 'chai';
import { crash } from './crash.js';

describe('kill -9 under load', () => {
  it('loses nothing that was acknowledged, repeats nothing, leaks nothing (small version of npm run test:crash)', async function () {
    this.timeout(180_000);
    const report = await crash(
      { service: 2, postmaster: 2, callers: 32, acknowledged: 1_000 },
      () => undefined,
    );
    expect(report.kills).to.deep.equal({ service: 2, postmaster: 2 });
    expect(report.acknowledged).to.be.at.least(1_000);
    expect(report).to.deep.include({ lost: [], twice: [], leaks: [] });
    expect(report.log.count).to.equal(report.log.head);
    expect(report.log.max).to.equal(report.log.head);
  });
});
