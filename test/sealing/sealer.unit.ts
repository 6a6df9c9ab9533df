import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { FIELD_GROUPS } from '../../src/fieldGroups.js';
import { canonicalJson, nfc, NotCanonical } from '../../src/sealing/canonical.js';
import { MemoryKeyring } from '../../src/sealing/keyring.js';
import { SealBroken, type GroupedValues, type Json } from '../../src/sealing/port.js';
import { KeyringSealer, memorySealer } from '../../src/sealing/sealer.js';

const owner = 'person-1';
const context = { stream: owner, eventId: randomUUID() };
const values = { identity: { familyName: 'Nguyễn Thị', givenName: 'Mẫu' }, pay_tax: { amount: '5000000' } };

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('it was accepted');
    },
    (error: unknown) => error,
  );
}

describe('Sealing', () => {
  it('gives back what was sealed, and shows nothing of it', async () => {
    const sealer = memorySealer();
    const sealed = await sealer.seal(owner, context, values);
    expect(JSON.stringify(sealed)).to.not.match(/Nguy|5000000/);
    expect(Object.keys(sealed)).to.deep.equal(['identity', 'pay_tax']);
    expect(await sealer.unsealMany([{ owner, context, sealed }])).to.deep.equal([{ values, erased: [] }]);
  });

  it('gives the same bytes for the same values in the same place, and others anywhere else', async () => {
    const sealer = memorySealer();
    const seal = (at = context, what: GroupedValues = values) => sealer.seal(owner, at, what);
    expect(await seal()).to.deep.equal(await seal());
    expect((await seal({ ...context, eventId: randomUUID() })).identity).to.not.equal(
      (await seal()).identity,
    );
    expect((await seal(context, { identity: { givenName: 'Mâu' } })).identity).to.not.equal(
      (await seal()).identity,
    );
  });

  it('any value of any group comes back (property)', async () => {
    const sealer = memorySealer();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...FIELD_GROUPS),
        fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string({ unit: 'grapheme' })),
        async (group, part) => {
          const sealed = await sealer.seal(owner, context, { [group]: part });
          expect((await sealer.unsealMany([{ owner, context, sealed }]))[0]?.values[group]).to.deep.equal({
            ...part,
          });
        },
      ),
    );
  });

  it('does not open when a bit was changed, or when it was moved to another place or group (property)', async () => {
    const sealer = memorySealer();
    const sealed = await sealer.seal(owner, context, values);
    const text = sealed.identity!;
    const open = (identity: string, at = context) =>
      rejection(sealer.unsealMany([{ owner, context: at, sealed: { identity } }]));
    const [format, keyId, body] = text.split('.') as [string, string, string];
    await fc.assert(
      fc.asyncProperty(fc.nat(body.length * 6 - 1), async (bit) => {
        const bytes = Buffer.from(body, 'base64url');
        bytes[Math.floor(bit / 8) % bytes.length]! ^= 1 << (bit % 8);
        expect(await open(`${format}.${keyId}.${bytes.toString('base64url')}`)).to.be.instanceOf(SealBroken);
      }),
    );
    expect(await open(text, { ...context, stream: 'person-2' })).to.be.instanceOf(SealBroken);
    expect(await open(text, { ...context, eventId: randomUUID() })).to.be.instanceOf(SealBroken);
    expect(await open(sealed.pay_tax!)).to.be.instanceOf(SealBroken);
    expect(await open('h9.x.y')).to.be.instanceOf(SealBroken);
    expect(await open(`${format}.${keyId}.AAAA`)).to.be.instanceOf(SealBroken);
  });

  it('hides the length of a value within steps of 64 bytes', async () => {
    const sealer = memorySealer();
    const length = async (n: number) =>
      (await sealer.seal(owner, context, { identity: { a: 'x'.repeat(n) } })).identity!.length;
    expect(await length(1)).to.equal(await length(50));
    expect(await length(60)).to.be.greaterThan(await length(50));
  });

  it('a destroyed key gives an erased marker; a missing one is an alarm', async () => {
    const keyring = new MemoryKeyring();
    const sealed = await new KeyringSealer(keyring).seal(owner, context, values);
    keyring.destroy({ owner, group: 'identity' });
    const [read] = await new KeyringSealer(keyring).unsealMany([{ owner, context, sealed }]);
    expect(read).to.deep.equal({ values: { pay_tax: values.pay_tax }, erased: ['identity'] });
    const other = new KeyringSealer(new MemoryKeyring());
    expect(await rejection(other.unsealMany([{ owner, context, sealed }]))).to.be.instanceOf(SealBroken);
  });

  it('ids and look-ups are keyed, and no two lists of parts meet', () => {
    const [a, b] = [memorySealer('a'), memorySealer('b')];
    expect(a.indexId('x', ['1', '23'])).to.equal(a.indexId('x', ['1', '23']));
    const others = [a.indexId('x', ['12', '3']), a.indexId('y', ['1', '23']), b.indexId('x', ['1', '23'])];
    expect(others).to.not.include(a.indexId('x', ['1', '23']));
    expect(a.indexId('x', ['1'])).to.match(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it('the hash of a body hangs on the keys of the groups it touches', async () => {
    const sealer = memorySealer('s');
    const hash = async (groups: readonly ('identity' | 'pay_tax')[], body = 'b', of = owner) =>
      (await sealer.bodyHash(of, groups, body)).toString('hex');
    expect(await hash(['identity', 'pay_tax'])).to.equal(await hash(['pay_tax', 'identity']));
    const all = [
      await hash([]),
      await hash(['identity']),
      await hash(['pay_tax']),
      await hash(['identity'], 'c'),
      await hash(['identity'], 'b', 'person-2'),
    ];
    expect(new Set(all).size).to.equal(all.length);
  });
});

describe('Canonical JSON', () => {
  it('sorts keys and keeps no white space (RFC 8785)', () => {
    expect(canonicalJson({ b: [1, 2.5, 'é'], a: { z: null, y: true } })).to.equal(
      '{"a":{"y":true,"z":null},"b":[1,2.5,"é"]}',
    );
  });

  it('refuses what it cannot carry without loss', () => {
    const bad: unknown[] = [
      undefined,
      { a: undefined },
      NaN,
      Infinity,
      2 ** 53,
      '\ud800',
      { '\ud800': 1 },
      { '10': 1 },
      [() => 1],
      1n,
    ];
    for (const value of bad) expect(() => canonicalJson(value as Json)).to.throw(NotCanonical);
  });

  it('NFC joins what was typed apart, in keys too', () => {
    expect(nfc({ ['e\u0301']: ['o\u0302\u0301', 1] })).to.deep.equal({ é: ['ố', 1] });
  });
});
