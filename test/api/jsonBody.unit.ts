import { expect } from 'chai';
import fc from 'fast-check';
import { readJsonBody } from '../../src/api/jsonBody.js';
import { Problem } from '../../src/api/problem.js';

const read = (text: string | Buffer) => readJsonBody(Buffer.from(text));

function refused(text: string | Buffer): string {
  try {
    read(text);
  } catch (error) {
    expect(error).to.be.instanceOf(Problem);
    expect((error as Problem).status).to.equal(400);
    return (error as Problem).faults[0]?.en ?? '';
  }
  throw new Error('was read');
}

/** The same without members that are null, as the reader leaves them out. */
function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutNulls);
  const kept = Object.entries(value).filter(([, v]) => v !== null);
  return Object.fromEntries(kept.map(([k, v]) => [k, withoutNulls(v)]));
}

describe('Reading a JSON body', () => {
  it('reads what JSON.stringify writes, but for members that are null', () => {
    const key = fc
      .string({ unit: 'binary' })
      .filter((k) => k.isWellFormed() && !/\0|^(__proto__|constructor|prototype)$/.test(k));
    const text = fc.string({ unit: 'grapheme' }).filter((s) => s.isWellFormed() && !s.includes('\0'));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(tree, fc.nat(2), (value, indent) => {
        expect(read(JSON.stringify(value, null, indent))).to.deep.equal(withoutNulls(value));
      }),
      { numRuns: 300 },
    );
  });

  it('refuses a key that stands twice in one object, and only there', () => {
    expect(refused('{"a":1,"b":{},"a":2}')).to.equal('a key stands twice in one object');
    expect(refused('{"x":[{"a":null,"a":1}]}')).to.equal('a key stands twice in one object');
    expect(refused(String.raw`{"a":1,"\u0061":2}`)).to.equal('a key stands twice in one object');
    expect(read(String.raw`{"a":{"a":":"},"b":"\\\":{\"a\":"}`)).to.deep.equal({
      a: { a: ':' },
      b: '\\":{"a":',
    });
  });

  it('refuses bytes that are no UTF-8, half surrogates and U+0000', () => {
    expect(refused(Buffer.from([0x22, 0xc3, 0x28, 0x22]))).to.equal('the body is not valid UTF-8');
    expect(refused(String.raw`{"a":"\ud800"}`)).to.equal('a text holds half a surrogate pair');
    expect(refused(String.raw`{"a":"\u0000"}`)).to.equal('a text holds U+0000');
  });

  it('refuses reserved keys, empty bodies, bottomless nesting and what is no JSON, without repeating it', () => {
    expect(refused('{"__proto__":{"admin":true}}')).to.equal('a key is reserved');
    expect(refused('{"a":{"constructor":1}}')).to.equal('a key is reserved');
    expect(refused('  ')).to.equal('the body is empty');
    expect(refused(`${'['.repeat(5000)}${']'.repeat(5000)}`)).to.equal('nested too deeply');
    expect(refused('{"familyName":"Nguyễn"')).to.equal('the body is not valid JSON');
  });
});
