import { expect } from 'chai';
import type { Fact } from '../../src/record/action.js';
import { FIELD_GROUPS } from '../../src/fieldGroups.js';
import { dayRange } from '../../src/dates.js';
import { fieldsOf, type FieldInfo } from '../../src/record/fields.js';
import { troublesOf } from '../../src/record/findings.js';
import { ACTIONS } from '../../src/record/registry.js';
import { evolve, fold } from '../../src/record/timeline.js';
import { eventId, graded, hired, opened, world } from '../support/record.js';

/** An open value that keeps the field's rule. */
function openValue({ name, schema, unit }: FieldInfo): unknown {
  if (name === 'grade') return '01.003';
  if (unit === true || schema['format'] === 'uuid') return eventId(1);
  if (schema['type'] === 'integer') return 2;
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  return schema['format'] === 'date' ? '2013-05-01' : 'ma_1';
}

/** A fact of an action whose seven keys were all destroyed: only its open values are left. */
function bare(type: string, effective: string, n: number): Fact {
  const action = ACTIONS.find((a) => a.type === type)!;
  const open = fieldsOf(action.fields).filter((f) => f.secrecy === 'open');
  return {
    id: eventId(n),
    action: type,
    effective,
    range: dayRange(effective),
    data: Object.fromEntries(open.map((f) => [f.name, openValue(f)])),
    erased: FIELD_GROUPS,
  };
}

describe('After a lawful destruction', () => {
  const standing = [opened(), hired(), graded('2010-01-01')].map((content, i) => ({
    ...content,
    id: eventId(i + 1),
    range: dayRange(content.effective),
  }));
  const before = fold(standing).at(-1)!;
  const bareFacts = ACTIONS.map((a, i) => bare(a.type, '2013-05-01', 100 + i));

  for (const fact of bareFacts)
    it(`${fact.action}: its rules and its effect bear that every sealed value is gone`, () => {
      expect(() => troublesOf(fact, before, world)).to.not.throw();
      const after = evolve(before, fact);
      expect(after.erased).to.deep.equal(FIELD_GROUPS);
      // Whatever comes next, itself gone bare or not, bears the state that is left.
      for (const next of [...standing, ...bareFacts])
        expect(() => [troublesOf(next, after, world), evolve(after, next)], next.action).to.not.throw();
    });
});
