import { expect } from 'chai';
import fc from 'fast-check';
import { Cursors } from '../../src/api/cursors.js';
import { Problem } from '../../src/api/problem.js';
import { positionOf, tokenOf } from '../../src/api/tokens.js';
import { memorySealer } from '../../src/sealing/sealer.js';

describe('Cursors and tokens', () => {
  const cursors = new Cursors(memorySealer('cursors'));

  it('a cursor comes back for its own question, and shows nothing of the name it holds', () => {
    const after = { givenKey: 'mau', familyKey: 'nguyen thi' };
    const cursor = cursors.seal('persons {}', after);
    expect(cursors.open('persons {}', cursor)).to.deep.equal(after);
    expect(Buffer.from(cursor, 'base64url').toString('latin1')).to.not.match(/mau|nguyen/);
  });

  it('is refused for another question, when altered, and when made by another service', () => {
    const cursor = cursors.seal('persons {}', { n: 1 });
    const altered = (cursor.startsWith('A') ? 'B' : 'A') + cursor.slice(1);
    expect(() => cursors.open('persons {"name":"x"}', cursor)).to.throw(Problem);
    expect(() => cursors.open('persons {}', altered)).to.throw(Problem);
    expect(() => new Cursors(memorySealer('other')).open('persons {}', cursor)).to.throw(Problem);
    for (const text of ['', 'x', '🙂', 'AAAA'.repeat(20)])
      expect(() => cursors.open('persons {}', text), text).to.throw(Problem);
  });

  it('a token gives its position back; any other text is refused', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 63n - 1n), (position) => {
        expect(positionOf(tokenOf(position), 'token')).to.equal(position);
      }),
    );
    const beyond = Buffer.from(`p${(2n ** 63n).toString(36)}`).toString('base64url');
    for (const text of ['', 'x', beyond, `${tokenOf(5n)}=`, Buffer.from('p-1').toString('base64url')])
      expect(() => positionOf(text, 'token'), text).to.throw(Problem);
  });
});
