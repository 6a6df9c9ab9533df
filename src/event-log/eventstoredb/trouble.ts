import { setTimeout as sleep } from 'node:timers/promises';
import { OperatorError } from '../../operatorError.js';
import { LogUnavailable } from '../port.js';
import { backOff } from '../postgres/trouble.js';
import { StoreRefused } from './answers.js';
import type { Store } from './client.js';
import { LogDamaged } from './wire.js';

export interface Patience {
  readonly store: Store;
  /** How long a call is tried again. Milliseconds. */
  readonly retryFor: number;
  readonly onTrouble: (error: unknown) => void;
}

/** After so many failures in a row the connection itself is in doubt. */
const DOUBTFUL = 2;

/**
 * Tries again until it is answered: a reader changes nothing by it, an append goes with the same ids. Rejects with
 * LogUnavailable when the time is up, with LogDamaged for what no retry mends.
 */
export function patiently<T>(patience: Patience, call: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + patience.retryFor;
  // Nearly all are answered at once: only what is not goes the long way.
  return call().catch((error: unknown) => again(patience, call, deadline, error));
}

async function again<T>(
  { store, onTrouble }: Patience,
  call: () => Promise<T>,
  deadline: number,
  first: unknown,
): Promise<T> {
  let error = first;
  for (let attempt = 0; ; attempt += 1) {
    if (error instanceof StoreRefused || error instanceof OperatorError) throw forCaller(error);
    if (error instanceof TypeError || Date.now() >= deadline) throw forCaller(error);
    onTrouble(error);
    if (attempt + 1 >= DOUBTFUL) store.renew();
    await sleep(backOff(attempt));
    try {
      return await call();
    } catch (next) {
      error = next;
    }
  }
}

/** The log's own errors as they are, anything else wrapped. Never carries a value from an event. */
export function forCaller(error: unknown): Error {
  if (error instanceof LogUnavailable || error instanceof OperatorError) return error;
  if (error instanceof StoreRefused)
    return error.reason === 'deleted'
      ? new LogDamaged(
          `${error.message}.`,
          'Nothing of this service deletes: find out who did, and restore the store from a backup.',
          { cause: error },
        )
      : new LogUnavailable(error.message, { cause: error });
  return new LogUnavailable(`EventStoreDB: ${textOf(error)}`, { cause: error });
}

/** The library's errors often have no message, and its raw ones a code alone. */
export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { type, code } = error as { type?: string; code?: number | string };
  return [
    error.message === '' ? error.name : error.message,
    type,
    code === undefined ? undefined : `code ${code}`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}
