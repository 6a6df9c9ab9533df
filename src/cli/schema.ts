import type { Command } from 'commander';
import { importSchema } from '../importing/line.js';
import { OperatorError } from '../operatorError.js';
import { eventSchemas } from '../recording/eventSchemas.js';

/** The JSON Schemas of what is stored and of what is imported. */
export function addSchemaCommand(program: Command): void {
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
}
