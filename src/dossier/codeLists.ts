import { DocumentBlock } from '../record/document.js';
import { fieldsOf, type FieldClass } from '../record/fields.js';
import { findAction } from '../record/registry.js';

/** What the salary of a grade is found by. */
const SALARY = ['grade_group', 'grade_step_coefficient'];

/**
 * The lists whose codes facts of these actions can hold, sorted. By their forms, never by what the facts say: a list of
 * the codes in use would tell sealed values.
 */
export function codeListsOf(actions: Iterable<string>): string[] {
  const forms: FieldClass[] = [DocumentBlock];
  for (const type of actions) {
    const action = findAction(type);
    if (action !== undefined) forms.push(action.fields);
  }
  const lists = new Set(forms.flatMap(listsOf));
  if (lists.has('grade_name')) for (const list of SALARY) lists.add(list);
  return [...lists].sort();
}

function listsOf(form: FieldClass): string[] {
  const fields = fieldsOf(form);
  return fields.flatMap(({ list, orList, listBy }) => {
    const named = fields.find(({ name }) => name === listBy)?.schema['enum'];
    return [list, orList, ...(Array.isArray(named) ? (named as string[]) : [])].filter(
      (l) => l !== undefined,
    );
  });
}
