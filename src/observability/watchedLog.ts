import type { AppendOutcome, EventLog } from '../event-log/port.js';

/** The log, telling of every append that met another revision than expected: somebody else was quicker. */
export function watchConflicts<Log extends EventLog>(log: Log, onConflict: () => void): Log {
  const told = (outcome: AppendOutcome): AppendOutcome => {
    if (outcome.kind === 'wrongRevision') onConflict();
    return outcome;
  };
  const watched: Partial<EventLog> = {
    append: async (request, options) => told(await log.append(request, options)),
    appendBulk: async (requests, options) => (await log.appendBulk(requests, options)).map(told),
  };
  const methods = new Map<string | symbol, unknown>(Object.entries(watched));
  // Everything else goes straight to the engine, whatever the port grows.
  return new Proxy(log, {
    get: (target, name) => {
      let method = methods.get(name);
      if (method === undefined) {
        const own: unknown = Reflect.get(target, name, target);
        if (typeof own !== 'function') return own;
        method = own.bind(target) as unknown;
        methods.set(name, method);
      }
      return method;
    },
  });
}
