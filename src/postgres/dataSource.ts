import type { DataSource, DataSourceOptions } from 'typeorm';
import type { ConnectionSettings } from './connection.js';

type Options = Partial<Omit<Extract<DataSourceOptions, { type: 'postgres' }>, 'type'>>;

/**
 * TypeORM on a connection, connected; whoever asks destroys it. It says nothing of itself: a failure is thrown. With all
 * its drivers it takes half a second to load, and 10 MB: it is loaded by the first who asks.
 */
export async function openDataSource(connection: ConnectionSettings, options: Options): Promise<DataSource> {
  const { DataSource } = await import('typeorm');
  const { host, port, database, user, password, ssl, ...extra } = connection;
  const source = new DataSource({
    type: 'postgres',
    host,
    port,
    database,
    username: user,
    installExtensions: false,
    logger: 'debug',
    poolSize: 2,
    extra,
    ...(password === undefined ? {} : { password }),
    ...(ssl === undefined ? {} : { ssl }),
    ...options,
  });
  return source.initialize();
}
