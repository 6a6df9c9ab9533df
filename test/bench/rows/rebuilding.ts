/** Rebuilds of read models, as `hoso rebuild` does them beside a service. */
import { foldingThreads } from '../../../src/projecting/foldingThreads.js';
import { openProjections } from '../../../src/openProjections.js';
import { threadOrder } from '../../../src/projecting/threadOrder.js';
import { quietLogger } from '../../support/logger.js';
import type { TestService } from '../../support/service.js';
import type { Plan } from '../harness.js';

/** As `hoso rebuild` does beside a service. */
export async function rebuild(
  { core, config }: Pick<TestService, 'core' | 'config'>,
  names: readonly string[],
  say: Plan['say'],
): Promise<void> {
  const projections = openProjections(core, {
    threads: foldingThreads(threadOrder(config, core.database)),
    logger: quietLogger,
  });
  let shown = 0;
  await projections.rebuild(names, {
    onProgress: ({ done, total }) => {
      if (Date.now() - shown < 5_000) return;
      shown = Date.now();
      say(`rebuild: ${done} of ${total}`);
    },
  });
  await projections.stop();
}
