import { validateFields, type FieldClass, type FieldError } from '../record/fields.js';
import { isId } from './headers.js';
import { Problem, type Fault } from './problem.js';

/** A JSON object whose members are not known yet. */
export type Plain = Readonly<Record<string, unknown>>;

/** Gathers what is wrong with a body, so that a caller learns everything at once. */
export class Checker {
  readonly faults: Fault[] = [];

  fields(fields: FieldClass, value: unknown, at: string): void {
    this.add(validateFields(fields, value), at);
  }

  /** An object with these members and no others; the ones named are required. */
  object(value: unknown, at: string, known: readonly string[], required: readonly string[]): value is Plain {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.fault(at, 'object', 'phải là một đối tượng JSON', 'must be a JSON object');
      return false;
    }
    for (const name of Object.keys(value))
      if (!known.includes(name))
        this.fault(
          `${at}/${escaped(name)}`,
          'unknown_field',
          'trường này không có trong biểu mẫu',
          'this field is not part of the form',
        );
    for (const name of required)
      if ((value as Plain)[name] === undefined)
        this.fault(`${at}/${name}`, 'required', 'bắt buộc phải có', 'is required');
    return true;
  }

  fault(pointer: string, rule: string, vi: string, en: string): void {
    this.faults.push({ pointer, rule, vi, en });
  }

  /** A text that is one of our ids. */
  id(value: unknown, at: string): string {
    if (value !== undefined && !(typeof value === 'string' && isId(value)))
      this.fault(at, 'uuid', 'phải là mã (UUID viết thường)', 'must be an id (a lower-case UUID)');
    return value as string;
  }

  /** Throws Problem (422) with all that was found wrong. */
  done(): void {
    if (this.faults.length > 0) this.fail();
  }

  fail(): never {
    throw new Problem('invalid', this.faults);
  }

  /** Whether nothing was found wrong so far. */
  get isWell(): boolean {
    return this.faults.length === 0;
  }

  /** Errors found in the object at a pointer. */
  add(errors: readonly FieldError[], at: string): void {
    this.faults.push(...errors.map(({ pointer, ...rest }) => ({ pointer: at + pointer, ...rest })));
  }
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
