import type { Command } from 'commander';
import { PROJECTIONS } from '../../projections/all.js';
import { asOfDay } from '../api/times.js';
import { scrub } from '../destruction/scrub.js';
import { rotatedNote } from '../sealing/masterKey.js';
import { destroyedSinceRotation, rotateMasterKey } from '../sealing/rotateMasterKey.js';
import { catalogueText } from './catalogueText.js';
import { EXIT, stopped } from './exits.js';
import { columns, ProgressLine } from './output.js';
import { withCore, withProjections } from './withCore.js';

/** The commands about how the deployment is and what it knows: status, rebuild, catalogues, rotate-master-key, scrub. */
export function addOperatingCommands(program: Command): void {
  program
    .command('status')
    .description('nhật ký và các mô hình đọc / the log and the read models')
    .option('--json')
    .action((options: { json?: boolean }) =>
      withCore(async (core) => {
        const head = await core.log.head();
        const models = await withProjections(core, (projections) => projections.health());
        const keysDestroyed = await destroyedSinceRotation(core.database.keysOwner);
        if (options.json === true)
          console.log(
            JSON.stringify({ sequence: head.sequence, recordedAt: head.recordedAt, models, keysDestroyed }),
          );
        else
          console.log(
            columns([
              ['nhật ký / log', String(head.sequence), head.recordedAt ?? ''],
              ...models.map((m) => [
                m.name,
                m.serving === null ? '-' : String(m.serving.sequence),
                m.stopped === null ? `${m.lagEvents} events, ${m.lagSeconds} s behind` : 'STOPPED',
              ]),
              ...(keysDestroyed === 0
                ? []
                : [
                    [
                      'khóa đã hủy từ lần thay khóa chính / keys destroyed since the last rotation',
                      String(keysDestroyed),
                      'hoso rotate-master-key, hoso scrub',
                    ],
                  ]),
            ]),
          );
        return EXIT.done;
      }),
    );

  program
    .command('rebuild')
    .argument(
      '[projection]',
      `${PROJECTIONS.map((p) => p.name).join(', ')}; không nêu: tất cả, đọc nhật ký một lần / none: all, in one reading of the log`,
    )
    .description('dựng lại mô hình đọc / rebuild read models beside the running ones')
    .action((name: string | undefined) =>
      withCore((core, signal) =>
        withProjections(core, async (projections) => {
          const names = name === undefined ? PROJECTIONS.map((p) => p.name) : [name];
          const line = new ProgressLine(name ?? 'rebuild');
          const built = await projections.rebuild(names, {
            signal,
            onProgress: ({ done, total }) => {
              line.show(done, total);
            },
          });
          line.end();
          if (!built) return stopped();
          for (const projection of names) console.log(`${projection}: đã dựng lại / rebuilt`);
          const dropped = await projections.dropRetired(name);
          console.log(`đã xóa bản cũ / old ones dropped: ${dropped.join(', ') || '–'}`);
          return EXIT.done;
        }),
      ),
    );

  program
    .command('catalogues')
    .argument('[list]', 'một danh mục / one list')
    .description('các danh mục và số mục / the lists and how many entries they have, or one list')
    .option('--as-of <day>', 'các mục có hiệu lực vào ngày / entries valid on a day')
    .action((list: string | undefined, options: { asOf?: string }) =>
      withCore(async (core) => {
        await core.shipLaw();
        const view = core.references.at();
        console.log(catalogueText(view, asOfDay(options.asOf), list));
        return EXIT.done;
      }),
    );

  program
    .command('rotate-master-key')
    .description(
      'thay khóa chính: khóa cũ không còn mở được gì / exchange the master key, so that the old one opens nothing; run again to go on',
    )
    .action(() =>
      withCore(async ({ database, config: { masterKeyFile } }, signal) => {
        const line = new ProgressLine('rotate');
        const { from, to, keys, interrupted } = await rotateMasterKey({
          connection: database.keysOwner,
          masterKeyFile,
          signal,
          onProgress: (done, of) => {
            line.show(done, of);
          },
        });
        line.end();
        if (interrupted) return stopped();
        console.log(
          columns([
            ['khóa chính cũ / old', from],
            ['khóa chính mới / new', to],
            ['khóa đã bọc lại / keys wrapped anew', String(keys)],
          ]),
        );
        console.log(rotatedNote(masterKeyFile));
        return EXIT.done;
      }),
    );

  program
    .command('scrub')
    .description(
      'sau khi hủy nội dung: ghi lại bảng và nhật ký WAL để tệp không còn dấu vết / after a destruction: rewrite tables and WAL, so that no file holds the values',
    )
    .action(() =>
      withCore(async ({ database }) => {
        await scrub(database);
        console.log(
          'Đã ghi lại. Bản sao lưu cũ vẫn còn dữ liệu: hãy hủy chúng, hoặc xoay khóa chính / rewritten. Older backups still hold the values: destroy them, or rotate the master key.',
        );
        return EXIT.done;
      }),
    );
}
