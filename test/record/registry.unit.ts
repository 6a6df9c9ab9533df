import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { fieldsOf, schemaOf, validateFields } from '../../src/record/fields.js';
import { DocumentBlock } from '../../src/record/document.js';
import { ACTIONS, actionOf, UnknownAction } from '../../src/record/registry.js';

describe('The registry of personnel actions', () => {
  it('has each type and each rank once', () => {
    expect(new Set(ACTIONS.map((a) => a.type)).size).to.equal(ACTIONS.length);
    expect(new Set(ACTIONS.map((a) => a.rank)).size).to.equal(ACTIONS.length);
  });

  for (const action of ACTIONS) {
    const file = action.type.replace(/_(.)/g, (_, c: string) => c.toUpperCase());

    it(`${action.type} has captions in both languages, a source, and a specification of its own`, () => {
      expect(action.caption.vi).to.not.equal(action.caption.en);
      expect(action.source).to.not.equal('');
      const spec = ['ts', 'js'].some((e) =>
        existsSync(new URL(`./actions/${file}.unit.${e}`, import.meta.url)),
      );
      expect(spec, `test/record/actions/${file}.unit.ts`).to.equal(true);
    });

    it(`${action.type} seals every free text`, () => {
      for (const field of fieldsOf(action.fields))
        if (field.schema['type'] === 'string' && 'maxLength' in field.schema)
          expect(field.secrecy, field.name).to.not.equal('open');
    });
  }

  it('stops at a type that it does not know', () => {
    expect(() => actionOf('promoted_to_heaven')).to.throw(UnknownAction);
  });
});

describe('The fields of an action', () => {
  const rules = (value: unknown, type = 'appointed_to_grade') =>
    validateFields(actionOf(type).fields, value).map((e) => `${e.pointer} ${e.rule}`);

  it('accept what the form knows', () => {
    expect(rules({ grade: '01.003', step: 3, coefficient: '3.00', salaryDate: '2013-01-01' })).to.deep.equal(
      [],
    );
  });

  it('name the missing, the unknown and the malformed field, and the rule', () => {
    expect(rules({})).to.have.members(['/grade required', '/step required']);
    expect(rules({ grade: '01.003', step: 3, salary: '1' })).to.deep.equal(['/salary unknown_field']);
    expect(rules({ grade: '01.003', step: '3' })).to.deep.equal(['/step integer']);
    expect(rules({ grade: '01.003', step: 3, coefficient: 3.33 })).to.deep.equal(['/coefficient decimal']);
    expect(rules({ grade: '01.003', step: 3, salaryDate: '2013-02-29' })).to.deep.equal(['/salaryDate day']);
    expect(rules({ grade: '', step: 3 })).to.deep.equal(['/grade code']);
    expect(rules([], 'died')).to.deep.equal([' object']);
    expect(rules(null, 'died')).to.deep.equal([' object']);
    expect(rules({ place: 'a\u202eb' }, 'died')).to.deep.equal(['/place text']);
    expect(rules({ place: '   ' }, 'died')).to.deep.equal(['/place text']);
    expect(rules(JSON.parse('{"__proto__": {"place": "x"}}'), 'died')).to.deep.equal([
      '/__proto__ unknown_field',
    ]);
    expect(rules({ constructor: 1 }, 'died')).to.deep.equal(['/constructor unknown_field']);
  });

  it('null is not a value', () => {
    expect(rules({ grade: null, step: 3 })).to.deep.equal(['/grade required']);
  });

  it('give a JSON Schema with captions, and without further properties', () => {
    const schema = schemaOf(actionOf('appointed_to_grade').fields);
    expect(schema).to.deep.include({
      type: 'object',
      additionalProperties: false,
      required: ['grade', 'step'],
    });
    expect(schema['properties']).to.have.nested.property('step.title', 'Bậc');
  });

  it('the document block keeps number and dates open, names and summary sealed', () => {
    const secrecy = Object.fromEntries(fieldsOf(DocumentBlock).map((f) => [f.name, f.secrecy]));
    expect(secrecy).to.include({
      number: 'open',
      signedDate: 'open',
      signerName: 'history',
      summary: 'history',
    });
  });
});
