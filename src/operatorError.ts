/** A trouble the operator can end: what is wrong, and what to do about it. Printed without a stack. */
export class OperatorError extends Error {
  override readonly name: string = 'OperatorError';
  constructor(
    /** What is wrong, one sentence. */
    readonly problem: string,
    /** What to do about it, one sentence. */
    readonly remedy: string,
    options?: ErrorOptions,
  ) {
    super(`${problem} ${remedy}`, options);
  }
}
