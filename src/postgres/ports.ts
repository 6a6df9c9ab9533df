import { createServer } from 'node:net';
import { OperatorError } from '../operatorError.js';

/** The HTTP port cannot be had. */
export class PortRefused extends OperatorError {
  override readonly name = 'PortRefused';
}

/** Whether the port can be listened on now; rejects with the system's error otherwise. */
async function tryPort(host: string, port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}

/** Makes sure that the service can listen there, before anything else is started. Rejects with PortRefused. */
export async function checkPort(host: string, port: number): Promise<void> {
  try {
    await tryPort(host, port);
  } catch (error) {
    throw portTrouble(error, host, port);
  }
}

/** What an error of listen() means to the operator; any other error unchanged. */
export function portTrouble(error: unknown, host: string, port: number): Error {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new PortRefused(
        `Port ${port} on ${host} is taken by another program.`,
        `End that program, or set PORT to another port (PORT=${port + 1} npm start).`,
        { cause: error },
      );
    case 'EACCES':
      return new PortRefused(
        `This user may not listen on port ${port}.`,
        'Set PORT to a number from 1024 on.',
        { cause: error },
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new PortRefused(
        `HOST ${host} is no address of this machine.`,
        'Set HOST to 127.0.0.1, or to 0.0.0.0 for all of the machine’s addresses.',
        { cause: error },
      );
    default:
      return error as Error;
  }
}

/** The first free port of loopback from `preferred` on, below those that systems hand out to clients. */
export async function freePort(preferred: number): Promise<number> {
  for (let port = preferred; port < preferred + 1000; port += 1) {
    try {
      await tryPort('127.0.0.1', port);
      return port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  throw new OperatorError(
    `No free port on 127.0.0.1 from ${preferred} to ${preferred + 999}.`,
    'End some of the programs that listen there.',
  );
}
