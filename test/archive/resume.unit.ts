import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { MemoryReads } from '../../src/access/reads/memoryReads.js';
import { READS } from '../../src/access/reads/readsLog.js';
import { openOrigin, resumeAgainst } from '../../src/archive/resume.js';
import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import { readCheckpoint } from '../../src/evidence/checkpoint.js';
import { Evidence, EvidenceSuspended } from '../../src/evidence/evidence.js';
import { openSigners } from '../../src/evidence/keyFile.js';
import { makeSigner } from '../../src/evidence/note.js';
import { eventLeaves } from '../../src/evidence/source.js';
import { MemoryTiles } from '../../src/evidence/tileStore.js';
import { evidenceOf, grow, SIGNER, type Kept } from '../evidence/support.js';
import { workplace } from './support.js';

describe('After a restore', () => {
  const place = workplace();
  /** Published of the log while it had so many events. */
  let notes: Map<number, string>;
  let events: Awaited<ReturnType<MemoryLog['readAll']>>;

  before(async () => {
    const log = new MemoryLog();
    const kept = evidenceOf(log);
    notes = new Map();
    for (const size of [300, 500, 700]) {
      await grow(log, size - (await log.head()).sequence);
      notes.set(size, (await kept.evidence.publish()).note);
    }
    events = await log.readAll(0n, 700);
  });

  /** The log as restored from the archive of 500 events. */
  async function restored(): Promise<Kept> {
    const log = new MemoryLog();
    await log.appendBulk(
      events.slice(0, 500).map((e) => ({ stream: e.stream, expected: 'any' as const, events: [{ ...e }] })),
    );
    const kept = evidenceOf(log);
    const note = notes.get(500) ?? '';
    const { origin, size, root } = readCheckpoint(note);
    await kept.register.addTurn('events', { kind: 'restored', origin, size, root, note });
    return kept;
  }
  const noteOf = (size: number): string => notes.get(size) ?? '';
  const resume = (kept: Kept, note: string) =>
    resumeAgainst(note, { log: kept.log, register: kept.register, origin: kept.evidence.origin });

  it('nothing is signed until the operator names the last checkpoint that was published', async () => {
    const kept = await restored();
    expect(await kept.evidence.publish().catch((e: unknown) => e)).to.be.instanceOf(EvidenceSuspended);
    // The times of the copy are its own, so its root is another than that of the log it came from.
    expect(await resume(kept, noteOf(500))).to.deep.equal({ kind: 'differs', size: 500 });
    expect(await kept.evidence.publish().catch((e: unknown) => e)).to.be.instanceOf(EvidenceSuspended);
  });

  it('a newer checkpoint tells exactly which sequences are missing', async () => {
    const kept = await restored();
    expect(await resume(kept, noteOf(700))).to.deep.equal({ kind: 'shorter', from: 501, to: 700 });
    expect(await kept.evidence.publish().catch((e: unknown) => e)).to.be.instanceOf(EvidenceSuspended);
  });

  it('the same origin goes on where the log extends the last checkpoint', async () => {
    const log = new MemoryLog();
    await grow(log, 400);
    const kept = evidenceOf(log);
    const { note, origin, size, root } = await kept.evidence.publish();
    await grow(log, 50);
    await kept.register.addTurn('events', { kind: 'restored', origin, size, root, note });
    expect(await resume(kept, note)).to.deep.equal({ kind: 'extends', size: 400 });
    expect((await kept.evidence.publish()).size).to.equal(450);
  });

  it('a checkpoint of another key, or another origin, resumes nothing', async () => {
    const kept = await restored();
    const problem = (note: string) => resume(kept, note).catch((e: unknown) => String(e));
    const other = makeSigner('hoso.example/other');
    const stranger = evidenceOf(kept.log);
    const foreign = new Evidence({ source: eventLeaves(kept.log), ...stranger, signers: [other] });
    await stranger.register.addSigner(other.verifier.text);
    const { note } = await foreign.publish();
    expect(await problem(note)).to.include('no key that is known here');
    await kept.register.addSigner(other.verifier.text);
    expect(await problem(note)).to.include('signs for hoso.example/test/events');
  });

  it('a new origin names the old checkpoint in every one of its own, signed by both keys', async () => {
    const kept = await restored();
    const keyFile = place.at('evidence.key');
    await writeFile(keyFile, `${SIGNER.text}\n`, { mode: 0o600 });
    const [reads, readsTiles] = [new MemoryReads(), new MemoryTiles()];
    const ofReads = { source: eventLeaves(reads, READS), tiles: readsTiles, register: kept.register };
    const before = await new Evidence({ ...ofReads, signers: [SIGNER] }).publish();
    const old = await openOrigin('hoso.example/second', [noteOf(700)], { ...kept, readsTiles, keyFile });
    expect(old.size).to.equal(700);
    const signers = await openSigners(keyFile, kept.register);
    expect(signers.map(({ verifier }) => verifier.name)).to.deep.equal([
      'hoso.example/second',
      'hoso.example/test',
    ]);
    const evidence = new Evidence({ source: eventLeaves(kept.log), ...kept, signers });
    for (const more of [0, 20]) {
      await grow(kept.log, more);
      const { origin, size, extensions, note } = await evidence.publish();
      expect([origin, size]).to.deep.equal(['hoso.example/second/events', 500 + more]);
      expect(extensions).to.deep.equal([
        `follows hoso.example/test/events 700 ${old.root.toString('base64')}`,
      ]);
      expect(note.match(/^— /gm)).to.have.length(2);
    }
    const after = await new Evidence({ ...ofReads, signers }).publish();
    expect(after, 'the audit of reads goes with it').to.deep.include({
      origin: 'hoso.example/second/reads',
      extensions: [`follows hoso.example/test/reads 0 ${before.root.toString('base64')}`],
    });
    expect(await readFile(keyFile, 'utf8')).to.include(SIGNER.text);
    const again = await openOrigin('hoso.example/test', [noteOf(700)], {
      ...kept,
      readsTiles: new MemoryTiles(),
      keyFile,
    }).catch(String);
    expect(again).to.include('is the name that the log had');
  });
});
