import { OperatorError } from '../operatorError.js';

/** An account or a purpose is missing, or the account may not do this. */
export class NotForOperator extends OperatorError {
  override readonly name = 'NotForOperator';
}
