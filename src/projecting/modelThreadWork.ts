/** The thread of the read models (ModelThread): opens what they need, runs them, tells of their steps. */
import { parentPort } from 'node:worker_threads';
import { PROJECTIONS } from '../../projections/all.js';
import { foldingThreads } from './foldingThreads.js';
import type { FromThread, ToThread } from './modelThread.js';
import { Projections } from './projections.js';
import { openTools, type ThreadOrder } from './threadOrder.js';

interface Running {
  readonly projections: Projections;
  stop(): Promise<void>;
}

const send = (message: FromThread): void => parentPort?.postMessage(message);
let running: Promise<Running> | null = null;

async function run(order: ThreadOrder): Promise<Running> {
  const { close, ...tools } = await openTools(order);
  const projections = new Projections({
    ...tools,
    projections: PROJECTIONS,
    connection: order.database.projector,
    threads: foldingThreads(order),
    onStep: (step) => {
      send({ kind: 'step', ...step });
    },
    onState: (projection, state) => {
      send({ kind: 'state', projection, state });
    },
  });
  projections.start();
  const stop = async () => {
    await projections.stop();
    await close();
  };
  return { projections, stop };
}

// What goes wrong here is nobody's to catch: it ends the thread, which is started anew.
parentPort?.on('message', (message: ToThread) => {
  switch (message.kind) {
    case 'start':
      running = run(message.order);
      return;
    case 'hurry':
      void running?.then(({ projections }) => {
        projections.hurry();
      });
      return;
    case 'resume':
      void running?.then(({ projections }) => {
        projections.resume(message.projection);
      });
      return;
    case 'stop':
      void Promise.resolve(running)
        .then((all) => all?.stop())
        .then(() => parentPort?.close());
      return;
    default:
      message satisfies never;
  }
});
