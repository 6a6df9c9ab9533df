import { expect } from 'chai';
import type { FieldGroup } from '../../src/fieldGroups.js';
import type { Keyring, KeyName } from '../../src/sealing/keyring.js';

/** What every keyring promises; runs on each of them. */
export function keyringContract(name: string, make: () => Promise<Keyring>): void {
  describe(`A keyring: ${name}`, () => {
    let keyring: Keyring;
    const one = (owner: string, group: FieldGroup = 'identity'): KeyName => ({ owner, group });

    beforeEach(async () => {
      keyring = await make();
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
      await keyring.destroy(await keyring.inUse([name]));
      const [fresh] = await keyring.obtain([name]);
      expect(fresh!.keyId).to.not.equal(old!.keyId);
      expect(fresh!.key.equals(old!.key)).to.equal(false);
      expect(await keyring.find([old!.keyId, fresh!.keyId, other!.keyId])).to.deep.equal([
        { ...name, keyId: old!.keyId, key: null },
        fresh,
        other,
      ]);
    });

    it('tells which keys are in use, and makes none for that', async () => {
      const [key] = await keyring.obtain([one('person-1')]);
      const asked = [one('person-1'), one('person-1', 'health'), one('person-2')];
      const told = { ...one('person-1'), keyId: key!.keyId };
      expect(await keyring.inUse(asked)).to.deep.equal([told]);
      expect(await keyring.inUse(asked)).to.deep.equal([told]);
    });

    it('destroys the keys named, again without harm, and no key of another owner or group', async () => {
      const name = one('person-1', 'health');
      const [key, other] = await keyring.obtain([name, one('person-2', 'health')]);
      await keyring.destroy([
        { ...name, keyId: other!.keyId },
        { ...one('person-1'), keyId: key!.keyId },
      ]);
      expect(await keyring.find([key!.keyId, other!.keyId])).to.deep.equal([key, other]);
      for (let i = 0; i < 2; i++) await keyring.destroy([{ ...name, keyId: key!.keyId }]);
      expect(await keyring.find([key!.keyId])).to.deep.equal([{ ...name, keyId: key!.keyId, key: null }]);
      const [fresh] = await keyring.obtain([name]);
      await keyring.destroy([{ ...name, keyId: key!.keyId }]);
      expect(await keyring.obtain([name])).to.deep.equal([fresh]);
    });

    it('a key that it never saw is destroyed for good when a destruction names it', async () => {
      const lost = { ...one('person-1'), keyId: '00000000-0000-4000-8000-00000000000a' };
      await keyring.destroy([lost]);
      expect(await keyring.find([lost.keyId])).to.deep.equal([{ ...lost, key: null }]);
    });

    it('has one index key', () => {
      expect(keyring.indexKey().length).to.equal(32);
      expect(keyring.indexKey().equals(keyring.indexKey())).to.equal(true);
    });
  });
}
