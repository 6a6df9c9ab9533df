import pg from 'pg';

/**
 * A connection to hold a lock by: `lost` is aborted when the server or the network takes it away, for then the lock is
 * gone too. Rejects as pg does when the server is out of reach for 10 seconds.
 */
export async function connectWatched(
  config: pg.ClientConfig,
): Promise<{ readonly client: pg.Client; readonly lost: AbortSignal }> {
  const gone = new AbortController();
  const client = new pg.Client({ ...config, keepAlive: true, connectionTimeoutMillis: 10_000 });
  const end = () => {
    gone.abort();
  };
  client.on('error', end);
  client.on('end', end);
  await client.connect();
  return { client, lost: gone.signal };
}
