import type { Command } from 'commander';
import { readConfig } from '../config.js';
import { moveLog, renumber } from '../moving/moveLog.js';
import { makeLogger } from '../observability/logging.js';
import { EXIT } from './exits.js';
import { columns, ProgressLine } from './output.js';

/** The commands about where the log is: move, renumber. */
export function addMovingCommands(program: Command): void {
  program
    .command('move')
    .requiredOption('--from <log>', 'postgresql | esdb://…')
    .requiredOption('--to <log>', 'postgresql | esdb://…')
    .description('chuyển nhật ký sang nơi khác / move the log; stop every service first; run again to go on')
    .action(async (options: { from: string; to: string }) => {
      const line = new ProgressLine('move');
      const stop = new AbortController();
      process.once('SIGINT', () => {
        stop.abort();
      });
      const report = await moveLog(readConfig(), makeLogger('warn'), {
        ...options,
        signal: stop.signal,
        onProgress: (done, of) => {
          line.show(done, of);
        },
      });
      line.end();
      console.log(
        columns([
          ['đã có / found', String(report.found)],
          ['đã chép / copied', String(report.copied)],
          ['đã đối chiếu / compared', String(report.verified)],
          ['mô hình đọc / read models', String(report.models)],
        ]),
      );
      process.exitCode = report.interrupted ? EXIT.interrupted : EXIT.done;
    });

  program
    .command('renumber')
    .description(
      'đánh số lại nhật ký trong EventStoreDB / forget and count again the numbering of EventStoreDB’s log',
    )
    .action(async () => {
      const sequence = await renumber(readConfig(), makeLogger('warn'));
      console.log(`${sequence} events`);
    });
}
