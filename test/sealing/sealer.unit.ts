import { createDecipheriv, createHmac, hkdfSync, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { FIELD_GROUPS, type FieldGroup } from '../../src/fieldGroups.js';
import { canonicalJson } from '../../src/sealing/canonical.js';
import { MemoryKeyring } from '../../src/sealing/memoryKeyring.js';
import { SealBroken, type GroupedValues, type Json, type SealedPayload } from '../../src/sealing/port.js';
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

const group = fc.constantFrom(...FIELD_GROUPS);
const part = fc.dictionary(
  fc.stringMatching(/^[a-z]{1,8}$/),
  fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 200 }),
    fc.integer(),
    fc.constant<Json>([null, { a: true }]),
  ),
  { noNullPrototype: true },
);

describe('Sealing', () => {
  it('gives back what was sealed, and shows nothing of it', async () => {
    const sealer = memorySealer();
    const sealed = await sealer.seal(owner, context, values);
    expect(Object.keys(sealed)).to.deep.equal(['identity', 'pay_tax']);
    const bytes = Object.values(sealed).map((text) => Buffer.from(text.split('.')[2]!, 'base64url'));
    for (const word of ['Nguy', 'familyName', '5000000'])
      expect(Buffer.concat([Buffer.from(JSON.stringify(sealed)), ...bytes]).includes(word)).to.equal(false);
    expect(await sealer.unsealMany([{ owner, context, sealed }])).to.deep.equal([{ values, erased: [] }]);
  });

  it('any value of any group comes back, and gives the same bytes again (property)', async () => {
    const sealer = memorySealer();
    await fc.assert(
      fc.asyncProperty(group, part, fc.uuid(), async (g, value, eventId) => {
        const at = { stream: owner, eventId };
        const sealed = await sealer.seal(owner, at, { [g]: value });
        expect(await sealer.seal(owner, at, { [g]: value })).to.deep.equal(sealed);
        expect((await sealer.unsealMany([{ owner, context: at, sealed }]))[0]?.values[g]).to.deep.equal(
          value,
        );
      }),
    );
  });

  it('the order of an object’s fields is not part of its value', async () => {
    const sealer = memorySealer();
    expect(await sealer.seal(owner, context, { identity: { a: 1, b: 2 } })).to.deep.equal(
      await sealer.seal(owner, context, { identity: { b: 2, a: 1 } }),
    );
  });

  it('gives other bytes, nonce and all, for another value, event, stream, group, owner or key', async () => {
    const sealer = memorySealer();
    const seal = async (of = owner, at = context, what: GroupedValues = values, by = sealer) =>
      Object.values(await by.seal(of, at, what))[0]!
        .split('.')[2]!
        .slice(0, 16);
    const nonces = [
      await seal(),
      await seal(owner, { ...context, eventId: randomUUID() }),
      await seal(owner, { ...context, stream: 'person-2' }),
      await seal(owner, context, { identity: { ...values.identity, givenName: 'Mâu' } }),
      await seal(owner, context, { history: values.identity }),
      await seal('person-2'),
      await seal(owner, context, values, memorySealer()),
    ];
    expect(new Set(nonces).size).to.equal(nonces.length);
    expect(await seal()).to.equal(nonces[0]);
  });

  it('many at once are what they are one by one, in the order given', async () => {
    const sealer = memorySealer();
    const items = Array.from({ length: 40 }, (_, i) => {
      const of = `person-${i % 7}`;
      const groups = FIELD_GROUPS.filter((_g, j) => (i + j) % 3 === 0);
      return {
        owner: of,
        context: { stream: of, eventId: randomUUID() },
        values: Object.fromEntries(groups.map((g) => [g, { i, g }])),
      };
    });
    items.push({ ...items[0]!, values: {} });
    const sealed = await sealer.sealMany(items);
    for (const [i, item] of items.entries())
      expect(sealed[i]).to.deep.equal(await sealer.seal(item.owner, item.context, item.values));
    const opened = await sealer.unsealMany(items.map((item, i) => ({ ...item, sealed: sealed[i]! })));
    expect(opened).to.deep.equal(items.map((item) => ({ values: item.values, erased: [] })));
    expect(await sealer.sealMany([])).to.deep.equal([]);
    expect(await sealer.unsealMany([])).to.deep.equal([]);
  });

  it('hides the length of a value within steps of 64 bytes (property)', async () => {
    const sealer = memorySealer();
    await fc.assert(
      fc.asyncProperty(group, part, async (g, value) => {
        const sealed = await sealer.seal(owner, context, { [g]: value });
        const bytes = Buffer.from(sealed[g]!.split('.')[2]!, 'base64url').length - 12 - 16;
        const needed = Buffer.byteLength(canonicalJson(value)) + 4;
        expect(bytes % 64).to.equal(0);
        expect(bytes - needed).to.be.within(0, 63);
      }),
    );
  });

  it('refuses a value that canonical JSON cannot carry', async () => {
    const bad = { identity: { name: undefined } } as unknown as GroupedValues;
    expect(String(await rejection(memorySealer().seal(owner, context, bad)))).to.match(
      /NotCanonical.*\/name/,
    );
  });
});

describe('A ciphertext', () => {
  const sealer = memorySealer('fixed');
  const event = { stream: owner, eventId: '00000000-0000-4000-8000-000000000001' };
  let sealed: SealedPayload['sealed'];
  before(async () => {
    sealed = await sealer.seal(owner, event, values);
  });
  const open = (text: unknown, at = event, g: FieldGroup = 'identity', of = owner) =>
    rejection(sealer.unsealMany([{ owner: of, context: at, sealed: { [g]: text as string } }]));

  it('is what the format says, for as long as logs are kept', async () => {
    const [key] = await new MemoryKeyring('fixed').obtain([{ owner, group: 'identity' }]);
    const derive = (use: string) => Buffer.from(hkdfSync('sha256', key!.key, '', `hoso seal h1 ${use}`, 32));
    const [format, keyId, body] = sealed.identity!.split('.') as [string, string, string];
    expect([format, keyId]).to.deep.equal(['h1', key!.keyId]);

    const prefixed = (text: string) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(Buffer.byteLength(text));
      return Buffer.concat([length, Buffer.from(text)]);
    };
    const place = Buffer.concat([event.stream, event.eventId, 'identity'].map(prefixed));
    const text = prefixed('{"familyName":"Nguyễn Thị","givenName":"Mẫu"}');
    const plaintext = Buffer.concat([text, Buffer.alloc(64 - (text.length % 64))]);
    const nonce = createHmac('sha256', derive('nonce')).update(place).update(plaintext).digest();

    const bytes = Buffer.from(body, 'base64url');
    expect(bytes.subarray(0, 12).equals(nonce.subarray(0, 12))).to.equal(true);
    const decipher = createDecipheriv('aes-256-gcm', derive('cipher'), bytes.subarray(0, 12));
    decipher.setAAD(place).setAuthTag(bytes.subarray(-16));
    const opened = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
    expect(opened.equals(plaintext)).to.equal(true);
    // One text, written down: a change of the format cannot pass by changing this test's arithmetic too.
    expect(sealed.identity).to.equal(GOLDEN);
  });

  it('does not open when any bit of it was changed', async () => {
    const [format, keyId, body] = sealed.identity!.split('.') as [string, string, string];
    const bytes = Buffer.from(body, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = Buffer.from(bytes);
      altered[bit >> 3]! ^= 1 << (bit & 7);
      expect(
        await open(`${format}.${keyId}.${altered.toString('base64url')}`),
        `bit ${bit}`,
      ).to.be.instanceOf(SealBroken);
    }
  });

  it('does not open when any character of it was changed, taken away or added (property)', async () => {
    const text = sealed.identity!;
    const character = fc.constantFrom(...'ABZaz059-_.=+/ \n', 'ê');
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.option(character), fc.boolean(), async (at, c, insert) => {
        const altered = text.slice(0, at) + (c ?? '') + text.slice(insert && c !== null ? at : at + 1);
        fc.pre(altered !== text);
        expect(await open(altered)).to.be.instanceOf(SealBroken);
      }),
      { numRuns: 500 },
    );
    expect(await open(text + '=')).to.be.instanceOf(SealBroken);
  });

  it('opens in its stream, event and group, and for its owner, and nowhere else', async () => {
    expect(await open(sealed.identity, { ...event, stream: 'person-2' })).to.be.instanceOf(SealBroken);
    expect(await open(sealed.identity, { ...event, eventId: randomUUID() })).to.be.instanceOf(SealBroken);
    expect(await open(sealed.pay_tax)).to.be.instanceOf(SealBroken);
    expect(await open(sealed.identity, event, 'pay_tax')).to.be.instanceOf(SealBroken);
    expect(await open(sealed.identity, event, 'identity', 'person-2')).to.be.instanceOf(SealBroken);
  });

  it('is refused by name when its format is not ours, whatever stands there', async () => {
    for (const text of ['', 'h1', 'h1.', 'h9.x.y', 'h1.not-a-key-id.AAAA', 'h1..', null, 5, {}])
      expect(await open(text), JSON.stringify(text)).to.be.instanceOf(SealBroken);
    expect(String(await open('h2.x.y'))).to.match(/newer release/);
  });

  it('says which event and part do not open, and no value', async () => {
    expect(String(await open(sealed.identity, { ...event, stream: 'person-2' })))
      .to.include(event.eventId)
      .and.to.include('identity')
      .and.not.to.match(/Nguy|Mẫu/);
  });
});

describe('A key’s life', () => {
  it('a destroyed key erases its part, and only that', async () => {
    const keyring = new MemoryKeyring();
    const sealed = await new KeyringSealer(keyring).seal(owner, context, values);
    await keyring.destroy(await keyring.inUse([{ owner, group: 'identity' }]));
    const [read] = await new KeyringSealer(keyring).unsealMany([{ owner, context, sealed }]);
    expect(read).to.deep.equal({ values: { pay_tax: values.pay_tax }, erased: ['identity'] });
  });

  it('nobody makes a part look erased by naming another’s destroyed key', async () => {
    const keyring = new MemoryKeyring();
    const sealer = new KeyringSealer(keyring);
    const theirs = (await sealer.seal('person-2', context, values)).identity!;
    await keyring.destroy(await keyring.inUse([{ owner: 'person-2', group: 'identity' }]));
    const error = await rejection(
      new KeyringSealer(keyring).unsealMany([{ owner, context, sealed: { identity: theirs } }]),
    );
    expect(error).to.be.instanceOf(SealBroken);
  });

  it('a key that is missing though nobody destroyed it is an alarm', async () => {
    const sealed = await memorySealer().seal(owner, context, values);
    const error = await rejection(memorySealer().unsealMany([{ owner, context, sealed }]));
    expect(error).to.be.instanceOf(SealBroken);
    expect(String(error)).to.match(/missing from the keyring.*backup/);
  });

  it('a destroyed key is an alarm, not an erased part, until the log says that it was destroyed', async () => {
    const keyring = new MemoryKeyring();
    const sealed = await new KeyringSealer(keyring).seal(owner, context, values);
    const [key] = await keyring.inUse([{ owner, group: 'identity' }]);
    await keyring.destroy([key!]);
    const told = new Set<string>();
    const sealer = new KeyringSealer(keyring, 10, (of) => Promise.resolve(of === owner ? told : new Set()));
    const read = () => sealer.unsealMany([{ owner, context, sealed }]);
    const error = await rejection(read());
    expect(error).to.be.instanceOf(SealBroken);
    expect(String(error)).to.match(/no event in the log destroyed it.*backup/);
    told.add(key!.keyId);
    expect((await read())[0]?.erased).to.deep.equal(['identity']);
  });

  it('a sealer that was told to forget an owner seals new values under the new key', async () => {
    const keyring = new MemoryKeyring();
    const sealer = new KeyringSealer(keyring);
    const before = await sealer.seal(owner, context, values);
    await keyring.destroy(await keyring.inUse([{ owner, group: 'identity' }]));
    sealer.forget(owner);
    const after = await sealer.seal(owner, context, values);
    expect(after.identity).to.not.equal(before.identity);
    expect(after.pay_tax).to.equal(before.pay_tax);
    expect(
      await sealer.unsealMany([
        { owner, context, sealed: before },
        { owner, context, sealed: after },
      ]),
    ).to.deep.equal([
      { values: { pay_tax: values.pay_tax }, erased: ['identity'] },
      { values, erased: [] },
    ]);
  });

  it('the keyring is asked once for all that a batch lacks, and not again soon after', async () => {
    const keyring = new MemoryKeyring();
    const asked: number[] = [];
    const sealer = new KeyringSealer({
      obtain: (names) => (asked.push(names.length), keyring.obtain(names)),
      find: (ids) => (asked.push(ids.length), keyring.find(ids)),
      inUse: (names) => keyring.inUse(names),
      destroy: (keys) => keyring.destroy(keys),
      indexKey: () => keyring.indexKey(),
      close: () => keyring.close(),
    });
    const items = [owner, 'person-2', owner].map((of) => ({ owner: of, context, values }));
    const sealed = await sealer.sealMany(items);
    await sealer.sealMany(items);
    await sealer.unsealMany(items.map((item, i) => ({ ...item, sealed: sealed[i]! })));
    expect(asked).to.deep.equal([4]);
  });
});

describe('Keyed ids and look-ups', () => {
  it('hang on the key, the purpose and each part, and no two lists of parts meet', () => {
    const [a, b] = [memorySealer('a'), memorySealer('b')];
    const all = [
      a.index('x', ['1', '23']),
      a.index('x', ['12', '3']),
      a.index('x', ['123']),
      a.index('x1', ['23']),
      a.index('y', ['1', '23']),
      b.index('x', ['1', '23']),
    ];
    expect(new Set(all.map((hash) => hash.toString('hex'))).size).to.equal(all.length);
    expect(all.map((hash) => hash.length)).to.deep.equal([32, 32, 32, 32, 32, 32]);
    expect(a.index('x', ['1', '23']).equals(all[0]!)).to.equal(true);
  });

  it('an id is a UUID of version 8', () => {
    const sealer = memorySealer('a');
    for (let i = 0; i < 100; i++)
      expect(sealer.indexId('x', [String(i)])).to.match(
        /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
  });

  it('the hash of a body hangs on the keys of the groups it touches', async () => {
    const sealer = memorySealer('s');
    const hash = async (groups: readonly FieldGroup[], body = 'b', of = owner) =>
      (await sealer.bodyHash(of, groups, body)).toString('hex');
    expect(await hash(['identity', 'pay_tax'])).to.equal(await hash(['pay_tax', 'identity', 'pay_tax']));
    const all = [
      await hash([]),
      await hash(['identity']),
      await hash(['pay_tax']),
      await hash(['identity', 'pay_tax']),
      await hash(['identity'], 'c'),
      await hash(['identity'], 'b', 'person-2'),
    ];
    expect(new Set(all).size).to.equal(all.length);
    expect(all.map(({ length }) => length)).to.deep.equal([64, 64, 64, 64, 64, 64]);
  });

  it('and dies with them', async () => {
    const keyring = new MemoryKeyring();
    const hash = (groups: readonly FieldGroup[]) => new KeyringSealer(keyring).bodyHash(owner, groups, 'b');
    const [both, other] = [await hash(['identity', 'health']), await hash(['identity'])];
    await keyring.destroy(await keyring.inUse([{ owner, group: 'health' }]));
    expect((await hash(['identity', 'health'])).equals(both)).to.equal(false);
    expect((await hash(['identity'])).equals(other)).to.equal(true);
  });
});

/** The identity part above, sealed by the first release. */
const GOLDEN =
  'h1.20b08e0c-21b3-86fb-b211-10ea3929b1a0.pmG7rH95mc9RLti4AIZzG2IobKp7IrQwLQDAcjUwiARbso87AqqnMf_vxLfm-5kMZQW-lGW_A7xg6RVFgKxDdJEau8PCzYxbs751MfUL1dO9R2NO3TqaeZIsed0';
