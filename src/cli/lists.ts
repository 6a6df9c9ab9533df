import type { Command } from 'commander';
import { asOfDay, today } from '../api/times.js';
import { EXIT } from './exits.js';
import { completenessText, deadlinesText, duesText, unitsOf } from './listText.js';
import { ACCOUNT, PURPOSE, auditDirect, operatorOf, requireReach, type OperatorOptions } from './operator.js';
import { withCore, withReadModels } from './withCore.js';

/** The lists of a unit: dues, deadlines, completeness. */
export function addListCommands(program: Command): void {
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
      .option(...ACCOUNT)
      .option(...PURPOSE)
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
        await withCore(async (core) => {
          const operator = await operatorOf(core.access, options);
          await core.references.sync();
          const units = unit === undefined ? null : unitsOf(core.references.at(), unit, day);
          requireReach(operator, core.access, units?.[0] ?? null);
          const filter = unit === undefined ? 'the city' : `unit ${units?.[0] ?? ''}`;
          const read = { command: `hoso ${name}`, person: null, asOf: day, filter };
          await auditDirect(operator, core.access, options, read);
          const models = ['organisation', 'deadlines', 'completeness', 'unit_duties'];
          await withReadModels(core, models, async (db) => {
            console.log(await text(db, { day, units }));
          });
          return EXIT.done;
        });
      });
}

/** Before every day. */
function anyDay(): string {
  return '';
}
