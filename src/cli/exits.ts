import { ConfigError } from '../config.js';
import { LogUnavailable } from '../event-log/port.js';
import { OperatorError } from '../operatorError.js';
import { NotForOperator } from './notForOperator.js';

/** Exit codes of every command. */
export const EXIT = {
  done: 0,
  /** Bad lines, an unknown person, a refused command. */
  refused: 1,
  /** Wrong words or settings. */
  usage: 2,
  /** A server that is not there, or a data directory that cannot be used. */
  unavailable: 3,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

/** Says that a command was stopped and how it goes on. Gives the exit code. */
export function stopped(): number {
  console.error('Đã dừng. Chạy lại cùng lệnh để tiếp tục / stopped; run the same command again to go on.');
  return EXIT.interrupted;
}

/** Says what went wrong, one line and its remedy; the stack only with HOSO_DEBUG=1. Gives the exit code. */
export function complain(error: unknown): number {
  if (process.env['HOSO_DEBUG'] === '1') console.error(error);
  else if (error instanceof OperatorError) console.error(`hoso: ${error.problem}\n      ${error.remedy}`);
  else if (error instanceof Error)
    console.error(`hoso: ${error.name}: ${error.message}\n      HOSO_DEBUG=1 shows where.`);
  else console.error('hoso: failed');
  if (error instanceof ConfigError) return EXIT.usage;
  if (error instanceof NotForOperator) return EXIT.refused;
  return error instanceof OperatorError || error instanceof LogUnavailable ? EXIT.unavailable : EXIT.refused;
}
