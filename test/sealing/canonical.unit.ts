import canonicalize from 'canonicalize';
import { expect } from 'chai';
import fc from 'fast-check';
import { lengthPrefixed, uuidOf } from '../../src/sealing/bytes.js';
import { canonicalJson, nfc, NotCanonical } from '../../src/sealing/canonical.js';
import type { Json } from '../../src/sealing/port.js';

/** Any value that our rules allow. */
const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }).map((n) => n + 0),
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('value')),
    fc.dictionary(fc.stringMatching(/^[a-zà-ỹ][\w.]{0,7}$/), tie('value')),
  ),
})).value;

function nested(depth: number): Json {
  let value: Json = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

describe('Canonical JSON', () => {
  it('sorts keys and keeps no white space (RFC 8785)', () => {
    expect(canonicalJson({ b: [1, 2.5, 'é', -0, 1e20 / 1e20], a: { z: null, y: true } })).to.equal(
      '{"a":{"y":true,"z":null},"b":[1,2.5,"é",0,1]}',
    );
  });

  it('says the same value in one way, which reads as that value (property)', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value);
        const read = JSON.parse(text) as Json;
        expect(read).to.deep.equal(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(read)).to.equal(text);
      }),
    );
  });

  it('is what another program of the RFC writes (property)', () => {
    fc.assert(fc.property(json, (value) => canonicalJson(value) === canonicalize(value)));
  });

  it('writes text and keys as JSON does: quotes, controls, surrogate pairs', () => {
    const text = '"\\/\u0000\n\u001f\u007f\u2028\ufeffé😀';
    expect(canonicalJson([text, { [text]: text }])).to.equal(JSON.stringify([text, { [text]: text }]));
  });

  const holes: unknown[] = [];
  holes[1] = 1;
  const cyclic: Record<string, unknown> = {};
  cyclic['a'] = { b: cyclic };
  const refused: readonly (readonly [string, unknown])[] = [
    ['undefined', undefined],
    ['an undefined field', { a: undefined }],
    ['an undefined item', [undefined]],
    ['a hole', holes],
    ['NaN', NaN],
    ['Infinity', -Infinity],
    ['an integer beyond 2^53', 2 ** 53],
    ['a bigint', 1n],
    ['a function', [() => 1]],
    ['a symbol', Symbol('a')],
    ['a date', new Date(0)],
    ['bytes', Buffer.from('a')],
    ['a map', new Map([['a', 1]])],
    ['half a character', 'a\ud800'],
    ['half a character in a key', { '\udc00': 1 }],
    ['a key that looks like an integer', { a: { '10': 1 } }],
    ['the key __proto__', JSON.parse('{"__proto__": 1}')],
    ['a value in itself', cyclic],
    ['a value too deep', nested(20_000)],
  ];
  for (const [what, value] of refused)
    it(`refuses ${what}`, () => {
      expect(() => canonicalJson(value as Json)).to.throw(NotCanonical);
    });

  it('carries what is just inside: 2^53 - 1, 100 levels, keys that only begin like a number', () => {
    const value = { '01': Number.MAX_SAFE_INTEGER, '1a': nested(99) };
    expect(JSON.parse(canonicalJson(value))).to.deep.equal(value);
  });

  it('names the place of a bad value and never the value', () => {
    expect(() => canonicalJson({ pay: [{ amount: 'x' }, { amount: 'secret\ud800' }] }))
      .to.throw(NotCanonical, '/pay/1/amount')
      .with.property('message')
      .that.does.not.include('secret');
  });
});

describe('NFC', () => {
  it('joins what was typed apart, in keys too', () => {
    expect(nfc({ ['e\u0301']: ['o\u0302\u0301', 1, null, true] })).to.deep.equal({
      é: ['ố', 1, null, true],
    });
  });

  it('changes nothing the second time (property)', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(nfc(nfc(value))).to.deep.equal(nfc(value));
      }),
    );
  });

  it('refuses two keys that become one, and a value too deep', () => {
    expect(() => nfc({ ['e\u0301']: 1, é: 2 })).to.throw(NotCanonical);
    expect(() => nfc(nested(20_000))).to.throw(NotCanonical);
  });
});

describe('Length-prefixed parts', () => {
  it('differ whenever the parts differ (property)', () => {
    const parts = fc.array(fc.string({ unit: fc.constantFrom('a', 'ê', '\0', '\x01'), maxLength: 3 }), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        expect(lengthPrefixed(a).equals(lengthPrefixed(b))).to.equal(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });

  it('have lengths in bytes, big-endian', () => {
    expect(lengthPrefixed(['ê', '']).toString('hex')).to.equal('00000002c3aa00000000');
  });

  it('refuse half a character, which would read as any other half', () => {
    expect(() => lengthPrefixed(['\ud800'])).to.throw(NotCanonical);
  });
});

describe('A UUID of bytes', () => {
  it('is of version 8 and keeps the other 122 bits', () => {
    expect(uuidOf(Buffer.alloc(32, 0xff))).to.equal('ffffffff-ffff-8fff-bfff-ffffffffffff');
    expect(uuidOf(Buffer.alloc(32, 0x00))).to.equal('00000000-0000-8000-8000-000000000000');
  });
});
