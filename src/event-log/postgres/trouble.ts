import pg from 'pg';
import { LogUnavailable } from '../port.js';

/** Starts over after trouble that passes: between half and all of 25 ms, 50 ms … 2 s. Jitter keeps processes apart. */
export function backOff(attempt: number): number {
  return Math.min(2000, 25 * 2 ** Math.min(attempt, 10)) * (0.5 + Math.random() / 2);
}

/** SQLSTATEs that pass: connection, resources, operator's intervention; waited too long for a lock; deadlock. */
const PASSING = /^(08|53|57|55P03$|25P03$|40001$|40P01$)/;

/**
 * Whether the same call may well succeed later, the database being restarted, overloaded or out of reach. What has no
 * SQLSTATE comes from the socket or the client, and is about the connection; programming errors are not.
 */
export function passes(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return error.code !== undefined && PASSING.test(error.code);
  return !(error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError);
}

/** For the caller: the log's own errors as they are, anything else wrapped. Never carries a value from an event. */
export function unavailable(error: unknown): Error {
  if (error instanceof LogUnavailable) return error;
  const code = error instanceof pg.DatabaseError ? ` (SQLSTATE ${error.code ?? '?'})` : '';
  const text = error instanceof Error ? error.message : String(error);
  return new LogUnavailable(`the event log's PostgreSQL: ${text}${code}`, { cause: error });
}
