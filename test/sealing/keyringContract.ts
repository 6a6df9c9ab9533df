import { expect } from 'chai';
import type { FieldGroup } from '../../src/fieldGroups.js';
import type { Keyring, KeyName } from '../../src/sealing/keyring.js';

export interface KeyringUnderTest {
  readonly keyring: Keyring;
  /** What a lawful destruction does. */
  readonly destroy: (name: KeyName) => Promise<void> | void;
}

/** What every keyring promises; runs on each of them. */
export function keyringContract(name: string, make: () => Promise<KeyringUnderTest>): void {
  describe(`A keyring: ${name}`, () => {
    let keyring: Keyring;
    let destroy: (name: KeyName) => Promise<void> | void;
    const one = (owner: string, group: FieldGroup = 'identity'): KeyName => ({ owner, group });

    beforeEach(async () => {
      ({ keyring, destroy } = await make());
    });
    afterEach(() => keyring.close());

    it('makes a key of 32 bytes for each name, each its own', async () => {
      const names = [one('person-1'), one('person-1', 'health'), one('person-2')];
      const keys = await keyring.obtain(names);
      expect(keys.map(({ owner, group }) => ({ owner, group }))).to.deep.equal(names);
      expect(keys.map(({ key }) => key.length)).to.deep.equal([32, 32, 32]);
      expect(new Set(keys.map(({ key }) => key.toString('hex'))).size).to.equal(3);
      expect(new Set(keys.map(({ keyId }) => keyId)).size).to.equal(3);
    });

    it('gives the same key again, whatever the order and also twice in one question', async () => {
      const names = Array.from({ length: 50 }, (_, i) => one(`person-${i}`, i % 2 ? 'health' : 'pay_tax'));
      const keys = await keyring.obtain(names);
      expect(await keyring.obtain(names.toReversed())).to.deep.equal(keys.toReversed());
      expect(await keyring.obtain([...names, one('person-new'), one('person-new'), ...names])).to.satisfy(
        (again: unknown[]) => {
          expect(again.slice(0, 50)).to.deep.equal(keys);
          expect(again.slice(52)).to.deep.equal(keys);
          expect(again[50]).to.deep.equal(again[51]);
          return true;
        },
      );
      expect(await keyring.obtain([])).to.deep.equal([]);
    });

    it('finds keys by their ids, in the order asked', async () => {
      const [a, b] = await keyring.obtain([one('person-1'), one('person-2')]);
      const unknown = '00000000-0000-4000-8000-000000000000';
      expect(await keyring.find([b!.keyId, unknown, a!.keyId, b!.keyId])).to.deep.equal([b, undefined, a, b]);
      expect(await keyring.find([])).to.deep.equal([]);
    });

    it('of a destroyed key keeps only what it was for, and makes a new one for new values', async () => {
      const name = one('person-1', 'health');
      const [old, other] = await keyring.obtain([name, one('person-1')]);
      await destroy(name);
      const [fresh] = await keyring.obtain([name]);
      expect(fresh!.keyId).to.not.equal(old!.keyId);
      expect(fresh!.key.equals(old!.key)).to.equal(false);
      expect(await keyring.find([old!.keyId, fresh!.keyId, other!.keyId])).to.deep.equal([
        { ...name, keyId: old!.keyId, key: null },
        fresh,
        other,
      ]);
    });

    it('has one index key', () => {
      expect(keyring.indexKey().length).to.equal(32);
      expect(keyring.indexKey().equals(keyring.indexKey())).to.equal(true);
    });
  });
}
