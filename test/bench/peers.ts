/** The peers' packages, which only the bench has: installed below test/bench/peers with `npm run bench:peers`. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import type { ConnectionSettings } from '../../src/postgres/connection.js';

/** What of emmett's event store the bench uses. */
export interface Emmett {
  appendToStream(
    stream: string,
    events: readonly { readonly type: string; readonly data: object }[],
    options: { readonly expectedStreamVersion: string | bigint },
  ): Promise<unknown>;
  /** Builds the documents `bench_profile` anew from all events: a person's latest data of each type, and their number. */
  rebuild(): Promise<void>;
  close(): Promise<void>;
}

/** A document of it: what is comparable to a person's current state. */
interface Profile {
  readonly events: number;
  readonly latest: Readonly<Record<string, object>>;
}

interface Package {
  getPostgreSQLEventStore(url: string): Omit<Emmett, 'rebuild'>;
  pongoSingleStreamProjection(options: object): object;
  rebuildPostgreSQLProjections(options: object): { start(): Promise<void>; close(): Promise<void> };
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
  const module = (await import(pathToFileURL(entry).href)) as Package;
  const url = urlOf(connection);
  const store = module.getPostgreSQLEventStore(url);
  return {
    appendToStream: (stream, events, options) => store.appendToStream(stream, events, options),
    rebuild: () => rebuild(module, url),
    close: () => store.close(),
  };
}

async function rebuild(module: Package, url: string): Promise<void> {
  const projection = module.pongoSingleStreamProjection({
    collectionName: 'bench_profile',
    canHandle: await typesIn(url),
    initialState: (): Profile => ({ events: 0, latest: {} }),
    evolve: ({ events, latest }: Profile, { type, data }: { type: string; data: object }): Profile => ({
      events: events + 1,
      latest: { ...latest, [type]: data },
    }),
  });
  const consumer = module.rebuildPostgreSQLProjections({ connectionString: url, projections: [projection] });
  await consumer.start();
  await consumer.close();
}

async function typesIn(url: string): Promise<string[]> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query<{ type: string }>(
    'SELECT DISTINCT message_type AS type FROM emt_messages',
  );
  await client.end();
  return rows.map((row) => row.type);
}

/** A connection as an address; a unix socket's directory stands in the query. */
export function urlOf({ host, port, database, user, password = '' }: ConnectionSettings): string {
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return host.startsWith('/')
    ? `postgresql://${login}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`
    : `postgresql://${login}@${host}:${port}/${database}`;
}
