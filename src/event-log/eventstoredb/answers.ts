/** An event on its way into the store: bytes, so that they come back as they went. */
export interface StoreProposal {
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
}

/** What the store said to an append. Anything it did not say is a rejection, and the outcome unknown. */
export type StoreAnswer =
  | { readonly kind: 'written'; readonly lastRevision: number; readonly position: bigint | null }
  | { readonly kind: 'wrongRevision'; readonly actual: number | null };

/** A refusal that no retry will change. */
export class StoreRefused extends Error {
  override readonly name = 'StoreRefused';
  constructor(
    readonly reason: 'deleted' | 'denied' | 'tooLarge',
    text: string,
    options?: ErrorOptions,
  ) {
    super(text, options);
  }
}

/** No word came in time. */
export class Silence extends Error {
  override readonly name = 'Silence';
}

export function noAnswer(what: string, milliseconds: number): Silence {
  return new Silence(`EventStoreDB did not answer (${what}) within ${milliseconds} ms`);
}

/** The promise, or Silence after so many milliseconds: several of the library's calls know no deadline of their own. */
export function inTime<T>(promise: Promise<T>, milliseconds: number, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(noAnswer(what, milliseconds));
    }, milliseconds);
    promise.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}
