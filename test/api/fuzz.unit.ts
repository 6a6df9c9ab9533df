import { expect } from 'chai';
import { memoryService, type MemoryService } from '../support/api.js';
import { fuzz, fuzzLine } from './fuzzing.js';

/** `npm run test:fuzz` sends 20,000, over PostgreSQL with all read models. */
const RUNS = Number(process.env['HOSO_FUZZ_RUNS'] ?? 250);

describe('Whatever is sent', () => {
  let service: MemoryService;
  before(async () => {
    service = await memoryService();
  });
  after(() => service.stop());

  it(`${RUNS} requests get no 5xx, show nothing to strangers, and every refusal is a problem of a known type`, async function () {
    this.timeout(Math.max(120_000, RUNS * 100));
    const report = await fuzz({ ...service, hasModels: false }, RUNS);
    console.log(`      ${fuzzLine(report)}`);
    // Worth something only if it reaches behind the first checks.
    expect(report.commands.accepted / report.commands.sent, 'commands').to.be.at.least(0.3);
    expect(report.reads.accepted / report.reads.sent, 'reads').to.be.at.least(0.3);
    expect(report.statuses[422] ?? 0).to.be.greaterThan(RUNS / 20);
  });
});
