/** The peers' packages, which only the bench has: installed below test/bench/peers with `npm run bench:peers`. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { ConnectionSettings } from '../../src/postgres/connection.js';

/** What of emmett's event store the bench uses. */
export interface Emmett {
  appendToStream(
    stream: string,
    events: readonly { readonly type: string; readonly data: object }[],
    options: { readonly expectedStreamVersion: string | bigint },
  ): Promise<unknown>;
  close(): Promise<void>;
}

// From dist/test/bench as from test/bench.
const HOMES = ['./peers/package.json', '../../../test/bench/peers/package.json'];

/** @event-driven-io/emmett-postgresql on a database; null where it is not installed. */
export async function openEmmett(connection: ConnectionSettings): Promise<Emmett | null> {
  const home = HOMES.map((path) => new URL(path, import.meta.url)).find((url) =>
    existsSync(new URL('./node_modules', url)),
  );
  if (home === undefined) return null;
  const entry = createRequire(home).resolve('@event-driven-io/emmett-postgresql');
  const module = (await import(pathToFileURL(entry).href)) as {
    getPostgreSQLEventStore(url: string): Emmett;
  };
  return module.getPostgreSQLEventStore(urlOf(connection));
}

/** A connection as an address; a unix socket's directory stands in the query. */
export function urlOf({ host, port, database, user, password = '' }: ConnectionSettings): string {
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return host.startsWith('/')
    ? `postgresql://${login}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`
    : `postgresql://${login}@${host}:${port}/${database}`;
}
