import { outOfService, type Fact } from './action.js';
import { dayRange } from '../dates.js';
import { DocumentBlock } from './document.js';
import { fieldsOf, type FieldClass, type FieldInfo } from './fields.js';
import { remembered, type Reference, type Standing } from './reference.js';
import { actionOf } from './registry.js';
import type { Trouble } from './ruleBook.js';
import type { State } from './state.js';

/** Every rule that a fact breaks, given the state just before it: first what holds for all actions, then its own. */
export function troublesOf(fact: Fact, before: State, reference: Reference): readonly Trouble[] {
  return remembered(reference, fact, before, (asked) => troublesAnew(fact, before, asked));
}

function troublesAnew(fact: Fact, before: State, reference: Reference): Trouble[] {
  const action = actionOf(fact.action);
  const death = before.death;
  const dead = death !== null && action.needs !== 'nothing' && fact.range.first > death.range.last;
  return [
    ...referenceTroubles(action.fields, fact.data, '', fact, reference),
    ...(fact.document === undefined
      ? []
      : referenceTroubles(DocumentBlock, fact.document, 'document.', fact, reference)),
    ...documentTroubles(fact),
    ...birthTroubles(fact, before),
    ...(dead ? [{ rule: 'after_death' as const, others: [death.by] }] : []),
    ...(action.needs === 'service' && !dead ? outOfService(before) : []),
    ...action.check(fact, before, reference),
  ];
}

const naming = new WeakMap<FieldClass, readonly FieldInfo[]>();

/** The fields of a form that name a unit or a code: few of many. */
function namingFields(fields: FieldClass): readonly FieldInfo[] {
  let known = naming.get(fields);
  if (known === undefined) {
    known = fieldsOf(fields).filter((f) => f.unit || f.list !== undefined || f.listBy !== undefined);
    naming.set(fields, known);
  }
  return known;
}

/** Codes and units must be in force on the fact's own date. */
function referenceTroubles(
  fields: FieldClass,
  values: object,
  prefix: string,
  fact: Fact,
  reference: Reference,
): Trouble[] {
  return namingFields(fields).flatMap((field): Trouble[] => {
    const value = (values as Record<string, unknown>)[field.name];
    if (typeof value !== 'string') return [];
    const at = { field: prefix + field.name };
    if (field.unit) {
      const standing = reference.unit(value, fact.range);
      const rule = standing === 'invalid' ? 'unit_invalid' : 'unit_unverified';
      return standing === 'valid' ? [] : [{ rule, ...at, params: { unit: value } }];
    }
    const list = field.list ?? (values as Record<string, unknown>)[field.listBy ?? ''];
    if (typeof list !== 'string') return [];
    // The code of a sealed field is personal: it is named by its field only.
    const params = {
      ...(field.list === undefined ? {} : { list: field.list }),
      ...(field.secrecy === 'open' ? { code: value } : {}),
    };
    const standing = reference.code(list, value, fact.range);
    const other = field.orList === undefined ? standing : reference.code(field.orList, value, fact.range);
    return codeTrouble(better(standing, other), { ...at, params });
  });
}

/** A code that may stand in two lists is as good as the better of the two says, and refused only by both. */
function better(one: Standing, other: Standing): Standing {
  if (one === 'valid' || other === 'valid') return 'valid';
  return one === 'invalid' && other === 'invalid' ? 'invalid' : 'unverified';
}

function codeTrouble(standing: Standing, at: Omit<Trouble, 'rule'>): Trouble[] {
  if (standing === 'valid') return [];
  return [{ rule: standing === 'invalid' ? 'code_invalid' : 'code_unverified', ...at }];
}

function documentTroubles(fact: Fact): Trouble[] {
  // Where no duty counts from a document, none decides the fact: a declaration, a lapse by law itself.
  return fact.document?.number === undefined && actionOf(fact.action).deadline !== null
    ? [{ rule: 'document_missing' }]
    : [];
}

function birthTroubles(fact: Fact, before: State): Trouble[] {
  const born = before.identity?.dateOfBirth;
  if (born === undefined || dayRange(born).first <= fact.range.last) return [];
  return [{ rule: 'before_birth', others: [before.identity?.by ?? ''] }];
}
