import pg from 'pg';
import { ReferenceTooLate } from '../reference/service.js';
import { UnknownReferenceEvent } from '../reference/payload.js';
import { LogUnavailable } from '../event-log/port.js';
import { OperatorError } from '../operatorError.js';
import { UnknownAction } from '../record/registry.js';
import { UnknownEvent } from '../recording/codec.js';
import { SealBroken } from '../sealing/port.js';

/** SQLSTATEs that pass: connection, resources, operator's intervention; waited too long for a lock; deadlock. */
const PASSING = /^(08|53|57|55P03$|25P03$|40001$|40P01$)/;

/** Errors of Node's sockets. */
const SOCKET = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|ENOENT|EAI_)/;

/** Whether the same may well succeed later: the database or the log is out of reach, restarted or overloaded. */
export function passes(error: unknown): boolean {
  if (error instanceof LogUnavailable || error instanceof ReferenceTooLate) return true;
  if (error instanceof pg.DatabaseError) return error.code !== undefined && PASSING.test(error.code);
  if (!(error instanceof Error)) return false;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return (
    SOCKET.test(code) ||
    /^(Connection terminated|Client (was closed|has encountered)|timeout exceeded)/.test(error.message)
  );
}

/** What may be told of an error: messages of our own, which hold no personal value; of others, name and place only. */
export function tell(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const ours = [UnknownEvent, UnknownReferenceEvent, UnknownAction, SealBroken, OperatorError];
  if (ours.some((c) => error instanceof c)) return `${error.name}: ${error.message}`;
  if (error instanceof pg.DatabaseError)
    return ['PostgreSQL', error.code, error.table, error.column, error.constraint].filter(Boolean).join(' ');
  const place = /(?:projections|src)\/[\w./-]+:\d+/.exec(error.stack ?? '')?.[0];
  return place === undefined ? error.name : `${error.name} at ${place}`;
}
