import { expect } from 'chai';
import { openCheckpoint, readCheckpoint, signCheckpoint } from '../../src/evidence/checkpoint.js';
import {
  BadNote,
  makeSigner,
  openNote,
  readSigner,
  readVerifier,
  signNote,
} from '../../src/evidence/note.js';
import { leafHash } from '../../src/evidence/tree.js';

// The example of the format's first implementation.
const KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const TEXT =
  'If you think cryptography is the answer to your problem,\nthen you don’t know what your problem is.\n'.replace(
    '’',
    "'",
  );
const NOTE = `${TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;

describe('Signed notes', () => {
  const signer = makeSigner('hoso.example/log', Buffer.alloc(32, 7));
  const other = makeSigner('hoso.example/log', Buffer.alloc(32, 8));

  it('open as those of others do', () => {
    expect(openNote(NOTE, [readVerifier(KEY)]).text).to.equal(TEXT);
  });

  it('are signed by every key, and hold by any of them', () => {
    const note = signNote(TEXT, [signer, other]);
    expect(openNote(note, [other.verifier]).by).to.deep.equal([other.verifier]);
    expect(openNote(note, [signer.verifier, other.verifier]).by).to.have.length(2);
  });

  it('are refused when no known key signed, when a known one did not sign this, or when cut', () => {
    const note = signNote(TEXT, [signer]);
    expect(() => openNote(note, [other.verifier])).to.throw(BadNote, /no key that is known/);
    expect(() => openNote(note.replace('think', 'thank'), [signer.verifier])).to.throw(
      BadNote,
      /does not hold/,
    );
    for (const bad of ['', 'x', '\n\n', TEXT, note.slice(0, -1), `${TEXT}\n`, `${TEXT}\nx\n`])
      expect(() => openNote(bad, [signer.verifier]), JSON.stringify(bad)).to.throw(BadNote);
  });

  it('keep their keys as text, which says what kind of key it is', () => {
    const again = readSigner(signer.text);
    expect(again.verifier.text).to.equal(signer.verifier.text);
    expect(readVerifier(signer.verifier.text).id).to.equal(signer.verifier.id);
    expect(signNote(TEXT, [again])).to.equal(signNote(TEXT, [signer]));
    for (const bad of ['', 'x', `${signer.text}A`, signer.text.replace('hoso', 'hosu'), signer.verifier.text])
      expect(() => readSigner(bad), bad).to.throw(BadNote);
    for (const bad of ['', `${KEY}A`, KEY.replace('Peter', 'Petra'), signer.text])
      expect(() => readVerifier(bad), bad).to.throw(BadNote);
    expect(() => makeSigner('with space')).to.throw(BadNote);
  });
});

describe('Checkpoints', () => {
  const signer = makeSigner('hoso.example/log', Buffer.alloc(32, 7));
  const checkpoint = { origin: 'hoso.example/log', size: 12, root: leafHash('x'), extensions: ['e 1'] };

  it('are read as they were signed', () => {
    const note = signCheckpoint(checkpoint, [signer]);
    expect(openCheckpoint(note, [signer.verifier])).to.deep.equal(checkpoint);
    expect(note.split('\n').slice(0, 3)).to.deep.equal([
      'hoso.example/log',
      '12',
      checkpoint.root.toString('base64'),
    ]);
  });

  it('are refused when they are none', () => {
    for (const text of [
      'a\n',
      'a\n1\n',
      'a\n01\nAAAA\n',
      'a\n1\nAAAA\n',
      `\n1\n${checkpoint.root.toString('base64')}\n`,
    ])
      expect(() => readCheckpoint(signNote(text, [signer])), text).to.throw(BadNote);
  });
});
