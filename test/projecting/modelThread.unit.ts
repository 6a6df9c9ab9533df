import { expect } from 'chai';
import { ModelThread } from '../../src/projecting/modelThread.js';
import type { Step } from '../../src/projecting/projections.js';
import type { ThreadOrder } from '../../src/projecting/threadOrder.js';
import { until } from '../support/until.js';

/** Nothing of it is used: the threads below do no work. */
const ORDER = {} as ThreadOrder;

/** A thread that runs this text. */
function running(text: string) {
  const lines: { fields: object; message: string }[] = [];
  const say = (fields: object, message: string) => lines.push({ fields, message });
  const thread = new ModelThread({
    logger: { info: say, warn: say, error: say },
    work: new URL(
      `data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads';\n${text}`)}`,
    ),
  });
  const steps: Step[] = [];
  thread.on(ORDER).start((step) => steps.push(step));
  return { thread, steps, lines };
}

const STEP = `parentPort.postMessage({ kind: 'step', projection: 'profile', reached: 7n });`;
const STATE = `parentPort.postMessage({ kind: 'state', projection: 'profile', state: { phase: 'following', trouble: null } });`;
const UNTIL_STOPPED = `parentPort.on('message', ({ kind }) => { if (kind === 'stop') parentPort.close(); });`;
const DIES = `parentPort.on('message', ({ kind }) => { if (kind === 'hurry') throw new TypeError('Nguyễn Thị Mẫu'); });`;

describe('The thread of the read models', () => {
  it('tells of its steps and of what its runners are at, until it is stopped', async () => {
    const { thread, steps } = running(STEP + STATE + UNTIL_STOPPED);
    await until(() => thread.stateOf('profile').phase === 'following');
    expect(steps.map(({ projection, reached }) => [projection, reached])).to.deep.equal([['profile', 7n]]);
    expect(thread.keepsEnding).to.equal(false);
    await thread.stop();
    expect(thread.stateOf('profile').phase).to.equal('idle');
  });

  it('is started anew when it dies: the log says where it happened, and no value', async () => {
    const { thread, steps, lines } = running(STEP + UNTIL_STOPPED + DIES);
    await until(() => steps.length === 1);
    thread.hurry();
    await until(() => lines.length === 1);
    expect(thread.stateOf('profile')).to.deep.include({ phase: 'retrying' });
    await until(() => steps.length === 2);
    expect(thread.stateOf('profile')).to.deep.include({ phase: 'idle', trouble: null });
    expect(JSON.stringify(lines)).to.include('TypeError').and.not.include('Mẫu');
    // Once is no news for health.
    expect(thread.keepsEnding).to.equal(false);
    thread.hurry();
    await until(() => lines.length === 2);
    expect(thread.keepsEnding).to.equal(true);
    await thread.stop();
  });

  it('ends at once while it waits for a new start', async () => {
    const { thread, lines } = running(`throw new TypeError('at once');`);
    await until(() => lines.length === 3);
    const asked = Date.now();
    await thread.stop();
    expect(Date.now() - asked).to.be.lessThan(300);
  });
});
