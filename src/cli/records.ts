import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { asOfDay, knownAt } from '../api/times.js';
import { importFile } from '../importing/importFile.js';
import { rejectsIn } from '../importing/rejects.js';
import { stateAt } from '../record/timeline.js';
import { personOf } from '../recording/codec.js';
import { EXIT, stopped } from './exits.js';
import { historyText } from './historyText.js';
import {
  ACCOUNT,
  PURPOSE,
  auditDirect,
  operatorOf,
  requireCity,
  requireHistory,
  type OperatorOptions,
} from './operator.js';
import { columns, ProgressLine } from './output.js';
import { withCore } from './withCore.js';

/** The commands about persons' records: import and history. */
export function addRecordCommands(program: Command): void {
  program
    .command('import')
    .argument('<file>', 'JSON Lines, một việc mỗi dòng / one fact a line')
    .description('nhập quá trình từ hệ thống khác / import past histories')
    .option('--check', 'chỉ kiểm tra, không ghi / check only')
    .option('--skip-bad', 'nạp dòng đúng, ghi dòng sai ra tệp / load the good lines, keep the bad in a file')
    .option(...ACCOUNT)
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
        if (interrupted) return stopped();
        return bad > 0 ? EXIT.refused : EXIT.done;
      }),
    );

  program
    .command('history')
    .argument('<person>', 'mã hồ sơ / id of the record')
    .description('toàn bộ quá trình của một người / a person’s whole history')
    .option('--as-of <day>', 'trạng thái vào ngày / the state on a day')
    .option('--known-at <k>', 'theo những gì đã biết (số thứ tự, ngày, thời điểm) / as known at')
    .option(...ACCOUNT)
    .option(...PURPOSE)
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
}
