import type { Logger } from '../../src/postgres/embedded.js';

/** Says nothing. */
export const quietLogger: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
