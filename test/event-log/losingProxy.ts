import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { ConnectionSettings } from '../../src/postgres/connection.js';

/** The end of every answer of PostgreSQL: ReadyForQuery, not in a transaction. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

export interface LosingProxy {
  /** Where to connect instead. */
  readonly address: { readonly host: string; readonly port: number };
  /** How many answers have been lost. */
  lost(): number;
  close(): Promise<void>;
}

/**
 * Stands between a client and PostgreSQL, and loses the first answer to a call that carries this event: the server has
 * committed, the connection breaks, and the client cannot know.
 */
export async function losesFirstAnswer(server: ConnectionSettings, eventId: string): Promise<LosingProxy> {
  const sign = Buffer.from(eventId.replaceAll('-', ''), 'hex');
  const sockets = new Set<Socket>();
  let lost = 0;
  const proxy = createServer((client) => {
    const upstream = server.host.startsWith('/')
      ? connect(`${server.host}/.s.PGSQL.${server.port}`)
      : connect(server.port, server.host);
    let losing = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (data) => {
      losing ||= lost === 0 && data.includes(sign);
      upstream.write(data);
    });
    upstream.on('data', (data) => {
      if (!losing) client.write(data);
      else if (data.includes(READY)) {
        lost += 1;
        client.destroy();
      }
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    address: { host: '127.0.0.1', port: (proxy.address() as AddressInfo).port },
    lost: () => lost,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) =>
        proxy.close(() => {
          resolve();
        }),
      );
    },
  };
}
