#!/usr/bin/env node
import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import pg from 'pg';
import { PROJECTIONS } from '../projections/all.js';
import { asOfDay, knownAt, today } from './api/times.js';
import { addArchiveCommands } from './cli/archive.js';
import { catalogueText } from './cli/catalogueText.js';
import { addDossierCommands } from './cli/dossier.js';
import { addEvidenceCommands } from './cli/evidence.js';
import { complain, EXIT } from './cli/exits.js';
import { historyText } from './cli/historyText.js';
import { completenessText, deadlinesText, duesText, unitsOf } from './cli/listText.js';
import {
  auditDirect,
  operatorOf,
  requireCity,
  requireHistory,
  requireReach,
  type OperatorOptions,
} from './cli/operator.js';
import { columns, ProgressLine } from './cli/output.js';
import { addSqlLoginCommands } from './cli/sqlLogins.js';
import { CONFIG_HELP, readConfig } from './config.js';
import { openCore, type Core } from './core.js';
import { scrub } from './destruction/scrub.js';
import { importFile } from './importing/importFile.js';
import { rejectsIn } from './importing/rejects.js';
import { importSchema } from './importing/line.js';
import { makeLogger } from './observability/logging.js';
import { openProjections } from './openProjections.js';
import { OperatorError } from './operatorError.js';
import { rotatedNote } from './sealing/masterKey.js';
import { destroyedSinceRotation, rotateMasterKey } from './sealing/rotateMasterKey.js';
import { foldingThreads } from './projecting/foldingThreads.js';
import { projectingMigrations } from './projecting/migrations.js';
import type { Projections } from './projecting/projections.js';
import { threadOrder } from './projecting/threadOrder.js';
import { stateAt } from './record/timeline.js';
import { eventSchemas } from './recording/eventSchemas.js';
import { personOf } from './recording/codec.js';

/** How long a list waits for the read models, in milliseconds: without a running service they are read up first. */
const CATCH_UP = 300_000;

// The HTTP service and the other engine are loaded by the commands that need them: the others start in half the time.
const program = new Command('hoso')
  .description('Hồ sơ cán bộ, công chức, viên chức / The personnel record of civil servants')
  .addHelpText(
    'after',
    `\nBiến môi trường / environment:\n${columns(CONFIG_HELP.map((c) => [`  ${c.name}`, c.meaning.vi, c.default]).map(([n = '', , d = '']) => [n, d]))}
\nMã thoát / exit codes: 0 xong/done, 1 bị từ chối/refused, 2 sai cách dùng/usage, 3 không kết nối được/unavailable, 130 Ctrl-C`,
  )
  .exitOverride();

program
  .command('serve')
  .description('chạy dịch vụ / run the service')
  .option('--demo', 'nạp mẫu nhỏ hư cấu vào nhật ký trống / load a small invented sample on an empty log')
  .action(async (options: { demo?: boolean }) => (await import('./cli/serve.js')).serve(options));

program
  .command('import')
  .argument('<file>', 'JSON Lines, một việc mỗi dòng / one fact a line')
  .description('nhập quá trình từ hệ thống khác / import past histories')
  .option('--check', 'chỉ kiểm tra, không ghi / check only')
  .option('--skip-bad', 'nạp dòng đúng, ghi dòng sai ra tệp / load the good lines, keep the bad in a file')
  .option('--account <name>', 'tài khoản thực hiện / account that does this (HOSO_ACCOUNT)')
  .action((file: string, options: OperatorOptions & { check?: boolean; skipBad?: boolean }) =>
    withCore(async (core, signal) => {
      await core.shipLaw();
      const operator = await operatorOf(core.access, options);
      requireCity(operator, core.access, 'any');
      const line = new ProgressLine('import');
      const report = await importFile(
        { log: core.log, sealer: core.sealer, codec: core.codec, reference: core.references.at() },
        {
          file,
          actor: { account: operator.caller.account, unit: operator.caller.unit, client: 'hoso import' },
          correlation: randomUUID(),
          check: options.check ?? false,
          skipBad: options.skipBad ?? false,
          rejects: rejectsIn(core.config),
          signal,
          onProgress: ({ phase, done, of }) => {
            line.show(done, of, phase);
          },
        },
      );
      line.end();
      for (const f of report.faults.slice(0, 100))
        console.error(
          `dòng/line ${f.line} ${f.pointer} [${f.rule}] ${f.vi} / ${f.en}${f.because === undefined ? '' : ` ← ${f.because.join('; ')}`}`,
        );
      const { lines, persons, loaded, repeated, bad, findings, rejects, interrupted } = report;
      console.log(
        columns([
          ['dòng / lines', String(lines)],
          ['người / persons', String(persons)],
          ['đã nạp / loaded', String(loaded)],
          ['đã có / repeated', String(repeated)],
          ['sai / bad', String(bad)],
          ...Object.entries(findings).map(([rule, n]) => [`vấn đề / finding ${rule}`, String(n)]),
        ]),
      );
      if (rejects !== null) console.log(`dòng sai / rejects: ${rejects}`);
      if (interrupted) {
        console.error(
          'Đã dừng. Chạy lại cùng lệnh để tiếp tục / stopped; run the same command again to go on.',
        );
        return EXIT.interrupted;
      }
      return bad > 0 ? EXIT.refused : EXIT.done;
    }),
  );

program
  .command('history')
  .argument('<person>', 'mã hồ sơ / id of the record')
  .description('toàn bộ quá trình của một người / a person’s whole history')
  .option('--as-of <day>', 'trạng thái vào ngày / the state on a day')
  .option('--known-at <k>', 'theo những gì đã biết (số thứ tự, ngày, thời điểm) / as known at')
  .option('--account <name>', 'tài khoản thực hiện / account that does this (HOSO_ACCOUNT)')
  .option(
    '--purpose <text>',
    'để làm gì, ghi vào nhật ký xem / what for, kept in the audit of reads (HOSO_PURPOSE)',
  )
  .action((person: string, options: OperatorOptions & { asOf?: string; knownAt?: string }) =>
    withCore(async (core) => {
      const operator = await operatorOf(core.access, options);
      const day = asOfDay(options.asOf);
      const asked = knownAt(options.knownAt);
      const head = await core.log.head();
      const k =
        asked === null
          ? undefined
          : Math.min(
              head.sequence,
              'sequence' in asked ? asked.sequence : await core.log.sequenceAt(asked.moment),
            );
      const record = await core.desk.timelineOf(await core.desk.load(personOf(person) ?? person), k);
      if (record.last === null) {
        console.error('hoso: không có hồ sơ này / there is no such record');
        return EXIT.refused;
      }
      await core.references.sync();
      await requireHistory(operator, core.access, person);
      await auditDirect(operator, core.access, options, {
        command: 'hoso history',
        person: personOf(person) ?? person,
        asOf: day,
        knownAt: k ?? null,
      });
      const { state } = stateAt(record, day);
      console.log(`${state.identity?.familyName ?? ''} ${state.identity?.givenName ?? ''}  ${person}`);
      console.log(
        `vào ngày / as of ${day}, số thứ tự / sequence ${record.last.sequence ?? '?'}: ${state.service?.status ?? 'not_in_service'}\n`,
      );
      console.log(historyText(record));
      return EXIT.done;
    }),
  );

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
        if (!built) {
          console.error(
            'Đã dừng. Chạy lại cùng lệnh để tiếp tục / stopped; run the same command again to go on.',
          );
          return EXIT.interrupted;
        }
        for (const projection of names) console.log(`${projection}: đã dựng lại / rebuilt`);
        const dropped = await projections.dropRetired(name);
        console.log(`đã xóa bản cũ / old ones dropped: ${dropped.join(', ') || '–'}`);
        return EXIT.done;
      }),
    ),
  );

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
    const { moveLog } = await import('./moving/moveLog.js');
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
    const { renumber } = await import('./moving/moveLog.js');
    const sequence = await renumber(readConfig(), makeLogger('warn'));
    console.log(`${sequence} events`);
  });

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

for (const [name, about, text, first] of [
  ['dues', 'những gì đến hạn trong 12 tháng / what falls due within 12 months', duesText, today],
  ['deadlines', 'các thời hạn của Quyết định 8060 / what is owed by Decision 8060', deadlinesText, anyDay],
  ['completeness', 'hồ sơ còn thiếu gì / what is missing of the records', completenessText, today],
] as const)
  program
    .command(name)
    .argument('[unit]', 'mã đơn vị, kể cả trực thuộc / unit code or id, with those below; none: the city')
    .description(about)
    .option(
      '--as-of <day>',
      first === today
        ? 'vào ngày, từ hôm nay / on a day, from today on'
        : 'vào ngày / on a day, as known now',
    )
    .option('--account <name>', 'tài khoản thực hiện / account that does this (HOSO_ACCOUNT)')
    .option(
      '--purpose <text>',
      'để làm gì, ghi vào nhật ký xem / what for, kept in the audit of reads (HOSO_PURPOSE)',
    )
    .action(async (unit: string | undefined, options: OperatorOptions & { asOf?: string }) => {
      const day = asOfDay(options.asOf);
      // The read model holds today and later: of a past day it would tell too little.
      if (day < first()) {
        console.error(
          `hoso: ${name}: chỉ từ hôm nay trở đi / for today and later only; a past day: GET /v1/persons/<id>/${name}?asOf=${day}`,
        );
        process.exitCode = EXIT.usage;
        return;
      }
      await withCore((core) =>
        withProjections(core, async (projections) => {
          const operator = await operatorOf(core.access, options);
          await core.references.sync();
          const units = unit === undefined ? null : unitsOf(core.references.at(), unit, day);
          requireReach(operator, core.access, units?.[0] ?? null);
          const filter = unit === undefined ? 'the city' : `unit ${units?.[0] ?? ''}`;
          const read = { command: `hoso ${name}`, person: null, asOf: day, filter };
          await auditDirect(operator, core.access, options, read);
          projections.start();
          const { position } = await core.log.head();
          for (const model of ['organisation', 'deadlines', 'completeness', 'unit_duties'])
            await projections.until(model, position, CATCH_UP);
          const db = new pg.Pool({ ...core.database.projector, max: 1 });
          try {
            console.log(await text(db, { day, units }));
          } finally {
            await db.end();
          }
          return EXIT.done;
        }),
      );
    });

program
  .command('schema')
  .argument('[what]', 'import | events | <event type>', 'events')
  .description('lược đồ JSON / JSON Schemas')
  .action((what: string) => {
    const all = eventSchemas();
    // The latest version: an older one lacks only fields that came later.
    const one = all.findLast((s) => s.type === what);
    if (what !== 'import' && what !== 'events' && one === undefined)
      throw new OperatorError(
        `There is no schema ${what}.`,
        `Name import, events or one of: ${[...new Set(all.map((s) => s.type))].join(', ')}.`,
      );
    console.log(JSON.stringify(what === 'import' ? importSchema() : (one ?? all), null, 2));
  });

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
      if (interrupted) {
        console.error(
          'Đã dừng. Chạy lại cùng lệnh để tiếp tục / stopped; run the same command again to go on.',
        );
        return EXIT.interrupted;
      }
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

addSqlLoginCommands(program, withCore);
addEvidenceCommands(program, withCore);
addArchiveCommands(program, withCore);
addDossierCommands(program, { withCore, withProjections });

/** Before every day. */
function anyDay(): string {
  return '';
}

/** Joins the running service’s database, or starts it for this command; Ctrl-C stops after the step at hand. */
async function withCore(work: (core: Core, signal: AbortSignal) => Promise<number>): Promise<void> {
  const stop = new AbortController();
  process.once('SIGINT', () => {
    stop.abort();
  });
  const core = await openCore(readConfig(), {
    mode: 'join-or-start',
    logger: makeLogger('warn'),
    migrations: { projecting: projectingMigrations },
  });
  try {
    if (core.masterKeyWarning !== null) console.error(core.masterKeyWarning);
    process.exitCode = await work(core, stop.signal);
  } finally {
    await core.close();
  }
}

async function withProjections<T>(core: Core, work: (projections: Projections) => Promise<T>): Promise<T> {
  const projections = openProjections(core, {
    threads: foldingThreads(threadOrder(core.config, core.database)),
    logger: makeLogger('warn'),
  });
  try {
    return await work(projections);
  } finally {
    await projections.stop();
  }
}

program.parseAsync().catch((error: unknown) => {
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && code.startsWith('commander.'))
    process.exitCode = (error as { exitCode: number }).exitCode === 0 ? EXIT.done : EXIT.usage;
  else process.exitCode = complain(error);
});
