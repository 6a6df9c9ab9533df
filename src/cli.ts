#!/usr/bin/env node
import { Command } from 'commander';
import { complain, EXIT } from './cli/exits.js';
import { columns } from './cli/output.js';
import { CONFIG_HELP } from './config.js';

const program = new Command('hoso')
  .description('Hồ sơ cán bộ, công chức, viên chức / The personnel record of civil servants')
  .addHelpText(
    'after',
    `\nBiến môi trường / environment:\n${columns(CONFIG_HELP.map((c) => [`  ${c.name}`, c.meaning.vi, c.default]).map(([n = '', , d = '']) => [n, d]))}
\nMã thoát / exit codes: 0 xong/done, 1 bị từ chối/refused, 2 sai cách dùng/usage, 3 không kết nối được/unavailable, 130 Ctrl-C`,
  )
  .exitOverride();

/** Which file adds which commands. A command that is named nowhere here is found as well, only later. */
const COMMANDS: readonly {
  readonly names: readonly string[];
  readonly load: () => Promise<(program: Command) => void>;
}[] = [
  { names: ['serve'], load: () => Promise.resolve(addServe) },
  { names: ['import', 'history'], load: async () => (await import('./cli/records.js')).addRecordCommands },
  {
    names: ['status', 'rebuild', 'catalogues', 'rotate-master-key', 'scrub'],
    load: async () => (await import('./cli/operating.js')).addOperatingCommands,
  },
  {
    names: ['dues', 'deadlines', 'completeness'],
    load: async () => (await import('./cli/lists.js')).addListCommands,
  },
  { names: ['schema'], load: async () => (await import('./cli/schema.js')).addSchemaCommand },
  { names: ['move', 'renumber'], load: async () => (await import('./cli/moving.js')).addMovingCommands },
  {
    names: ['sql-login', 'sql-statements'],
    load: async () => (await import('./cli/sqlLogins.js')).addSqlLoginCommands,
  },
  {
    names: ['checkpoint', 'proof', 'consistency', 'verify'],
    load: async () => (await import('./cli/evidence.js')).addEvidenceCommands,
  },
  {
    names: ['archive', 'backup', 'restore', 'resume', 'origin'],
    load: async () => (await import('./cli/archive.js')).addArchiveCommands,
  },
  { names: ['receive'], load: async () => (await import('./cli/dossier.js')).addDossierCommands },
];

function addServe(to: Command): void {
  to.command('serve')
    .description('chạy dịch vụ / run the service')
    .option('--demo', 'nạp mẫu nhỏ hư cấu vào nhật ký trống / load a small invented sample on an empty log')
    .action(async (options: { demo?: boolean }) => (await import('./cli/serve.js')).serve(options));
}

/** A command loads its own file, and what that needs; help, which shows them all, loads all. */
async function addCommands(word: string | undefined): Promise<void> {
  const asked = COMMANDS.filter(({ names }) => word !== undefined && names.includes(word));
  for (const { load } of asked.length > 0 ? asked : COMMANDS) (await load())(program);
}

addCommands(process.argv[2])
  .then(() => program.parseAsync())
  .catch((error: unknown) => {
    const code = (error as { code?: unknown }).code;
    if (typeof code === 'string' && code.startsWith('commander.'))
      process.exitCode = (error as { exitCode: number }).exitCode === 0 ? EXIT.done : EXIT.usage;
    else process.exitCode = complain(error);
  });
