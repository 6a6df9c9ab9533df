import type { Command } from 'commander';
import type { Core } from '../core.js';
import { FIELD_GROUPS, type FieldGroup } from '../fieldGroups.js';
import { unitByCode } from '../organisation/tree.js';
import { OperatorError } from '../operatorError.js';
import { createReportingLogin } from '../projecting/reportingLogin.js';
import { EXIT } from './exits.js';
import { ACCOUNT, operatorOf, requireCity, type OperatorOptions } from './operator.js';
import { columns } from './output.js';
import { withCore } from './withCore.js';

interface LoginOptions extends OperatorOptions {
  readonly document: string;
  readonly until?: string;
  readonly from?: string;
  readonly unit?: readonly string[];
  readonly city?: boolean;
  readonly groups?: string;
  readonly withdraw?: boolean;
}

/** The commands about SQL logins: to make one or take it back, and to see what they asked. */
export function addSqlLoginCommands(program: Command): void {
  program
    .command('sql-login')
    .argument('<name>')
    .description(
      'tạo tài khoản SQL chỉ đọc các khung nhìn báo cáo / make a login that reads the reporting views only',
    )
    .requiredOption('--document <number>', 'số văn bản đồng ý / number of the written consent (Đ.7.3)')
    .option('--until <day>', 'đến hết ngày, nhiều nhất một năm / last day, at most a year away')
    .option('--from <day>', 'từ ngày, mặc định hôm nay / first day, default today')
    .option('--unit <code...>', 'các đơn vị, kể cả trực thuộc / units by code or id, with those below')
    .option('--city', 'toàn thành phố / the whole city')
    .option(
      '--groups <names>',
      `nhóm trường được xem, mặc định không / field groups shown, default none: ${FIELD_GROUPS.join(',')}`,
    )
    .option('--withdraw', 'thu hồi / take it back')
    .option(...ACCOUNT)
    .action((name: string, options: LoginOptions) =>
      withCore(async (core) => {
        await make(core, name, options);
        return EXIT.done;
      }),
    );

  program
    .command('sql-statements')
    .argument('[name]', 'một tài khoản / one login; none: all')
    .description(
      'các tài khoản SQL đã hỏi gì (không rõ đã đọc người nào) / what SQL logins asked; which persons they read is not known',
    )
    .option(...ACCOUNT)
    .action((name: string | undefined, options: OperatorOptions) =>
      withCore(async ({ access }) => {
        requireCity(await operatorOf(access, options), access, 'administer');
        await access.sqlLogins.count();
        const asked = await access.sqlLogins.asked(name ?? null, MOST);
        console.log(
          columns(
            asked.map((a) => [
              a.at,
              a.login,
              `${a.calls}×`,
              `${a.rows} rows`,
              a.views.join(','),
              a.statement,
            ]),
          ),
        );
        return EXIT.done;
      }),
    );
}

const MOST = 1_000;

async function make(
  { access, database, references }: Core,
  name: string,
  options: LoginOptions,
): Promise<void> {
  const operator = await operatorOf(access, options);
  await references.sync();
  requireCity(operator, access, 'administer');
  const { account } = operator.caller;
  const { today } = access.gate;
  const { document, until, from = today, groups = '', city = false, unit } = options;
  if (options.withdraw === true) {
    await access.sqlLogins.takeBack(name, document, account, today);
    return;
  }
  if ((unit === undefined) === !city || until === undefined)
    throw new OperatorError(
      'A reporting login has a scope and a last day.',
      'Give either --unit <code…> or --city, and --until <day>.',
    );
  const units = unit?.map((one) => {
    const id = unitByCode(access.gate.units, one, today)?.id ?? access.gate.units.history(one)?.id;
    if (id !== undefined) return id;
    throw new OperatorError(`There is no unit ${one}.`, 'Name a unit by its code or its id.');
  });
  await access.sqlLogins.requireCounting();
  const url = await createReportingLogin(database.admin, database.reporting, name, { document, until });
  await access.sqlLogins.give(
    name,
    { document, units: units ?? null, groups: groupsOf(groups), from, until },
    account,
  );
  console.log(url);
}

function groupsOf(text: string): FieldGroup[] {
  const names = text.split(',').filter((n) => n !== '');
  const known = FIELD_GROUPS.filter((g) => names.includes(g));
  if (known.length === new Set(names).size) return known;
  throw new OperatorError('There is no such field group.', `Name some of: ${FIELD_GROUPS.join(', ')}.`);
}
