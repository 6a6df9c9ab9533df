import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { archivableEvents } from '../../src/archive/source.js';
import { verifyBag } from '../../src/archive/verifyBag.js';
import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import { makeSigner } from '../../src/evidence/note.js';
import { OperatorError } from '../../src/operatorError.js';
import { evidenceOf, grow, SIGNER, type Kept } from '../evidence/support.js';
import { archived, contents, damage, workplace } from './support.js';

describe('The archive of a log', () => {
  const place = workplace();
  let log: MemoryLog;
  let kept: Kept;

  before(async () => {
    log = new MemoryLog();
    kept = evidenceOf(log);
    await grow(log, 2_600);
    await archived(kept, place.at('first'));
  });

  const faults = async (directory: string): Promise<string[]> => {
    const { faults: found } = await verifyBag(directory);
    return found.map(({ file, rule }) => `${rule} ${file}`);
  };

  it('is a bag that verifies, with every event in it, byte for byte', async () => {
    const report = await verifyBag(place.at('first'), { trusted: [SIGNER.verifier] });
    expect(report).to.deep.include({ outcome: 'intact', faults: [], log: 'events', entries: 2_600 });
    expect(report.checkpoint?.root).to.deep.equal((await kept.evidence.latest())?.root);
    const names = (await readdir(place.at('first/data/events'))).sort();
    expect(names).to.deep.equal([
      '000000000001-000000001000.jsonl.gz',
      '000000001001-000000002000.jsonl.gz',
      '000000002001-000000002600.jsonl.gz',
    ]);
    const packed = await readFile(place.at('first/data/events/000000001001-000000002000.jsonl.gz'));
    expect([...packed.subarray(4, 10)], 'no time, no system').to.deep.equal([0, 0, 0, 0, 0, 255]);
    const lines = gunzipSync(packed).toString().split('\n').slice(0, -1);
    const events = await log.readAll(1_000n, 1_000);
    expect(lines).to.have.length(1_000);
    lines.forEach((line, i) => {
      const { position: _, ...event } = events[i]!;
      expect(JSON.parse(line)).to.deep.equal(event);
    });
  });

  it('passes sha256sum, and the Python of its README finds the root that was signed', async function () {
    if (!existsSync('/usr/bin/sha256sum') || !existsSync('/usr/bin/python3')) this.skip();
    const cwd = place.at('first');
    for (const manifest of ['manifest-sha256.txt', 'tagmanifest-sha256.txt'])
      execFileSync('sha256sum', ['-c', '--quiet', '--strict', manifest], { cwd });
    execFileSync('sha512sum', ['-c', '--quiet', '--strict', 'manifest-sha512.txt'], { cwd });
    const readme = await readFile(join(cwd, 'data/README.txt'), 'utf8');
    const [, script = ''] = /--- Python 3 -+\n([\s\S]*)--- >8/.exec(readme) ?? [];
    const run = (): string => execFileSync('python3', ['-c', script], { cwd }).toString();
    const root = (await kept.evidence.latest())?.root.toString('base64') ?? '';
    expect(run()).to.equal(`2600 ${root}\nOK\n`);
  });

  it('has the same bytes when it is made again, at once or night by night', async () => {
    const own = new MemoryLog();
    const evidence = evidenceOf(own);
    for (const more of [700, 300, 513, 1_000, 87]) {
      await grow(own, more);
      await archived(evidence, place.at('nightly'));
    }
    await archived(evidence, place.at('at once'));
    expect(await contents(place.at('nightly'))).to.deep.equal(await contents(place.at('at once')));
  });

  it('leaves finished segments and full tiles alone', async () => {
    const own = new MemoryLog();
    const evidence = evidenceOf(own);
    await grow(own, 1_300);
    await archived(evidence, place.at('growing'));
    const before = await contents(place.at('growing'));
    await grow(own, 1_300);
    const report = await archived(evidence, place.at('growing'));
    const after = await contents(place.at('growing'));
    expect(report.kept).to.be.greaterThan(7);
    for (const [path, bytes] of before) {
      const isLast = path.includes('0000001001-000000001300');
      const changes = /^[^/]+$|-sha256\.txt$|checkpoint$|\.p\//.test(path) || isLast;
      if (!changes) expect(after.get(path), path).to.equal(bytes);
    }
    expect([...after.keys()]).to.not.include('data/events/000000001001-000000001300.jsonl.gz');
    expect((await verifyBag(place.at('growing'))).outcome).to.equal('intact');
  });

  it('goes on where it was interrupted, and the bag stays what it was until it is done', async () => {
    const own = new MemoryLog();
    const evidence = evidenceOf(own);
    await grow(own, 500);
    await archived(evidence, place.at('cut'));
    const before = await contents(place.at('cut'));
    await grow(own, 9_500);
    const stop = new AbortController();
    const report = await archived(evidence, place.at('cut'), {
      signal: stop.signal,
      onProgress: (done) => {
        if (done >= 4_000) stop.abort();
      },
    });
    expect(report).to.include({ interrupted: true });
    expect(report.entries).to.be.greaterThan(2_000);
    expect(await contents(place.at('cut'))).to.deep.equal(before);
    let read = 0;
    const source = archivableEvents(own);
    const counting = {
      ...source,
      after: async (...args: Parameters<typeof source.after>) => {
        const page = await source.after(...args);
        read += page.length;
        return page;
      },
    };
    await archived(evidence, place.at('cut'), { source: counting });
    expect(read).to.be.lessThan(8_001);
    await archived(evidence, place.at('uncut'));
    expect(await contents(place.at('cut'))).to.deep.equal(await contents(place.at('uncut')));
  });

  it('is finished by the next run when it was killed while the new files were moved in', async () => {
    const own = new MemoryLog();
    const evidence = evidenceOf(own);
    await grow(own, 1_500);
    await archived(evidence, place.at('killed'));
    await archived(evidence, place.at('whole'));
    // As a kill leaves it: some files moved, the tag files of the bag not yet.
    const work = place.at('killed/.hoso');
    const moves = [...(await contents(place.at('killed'))).keys()].filter((path) => path.startsWith('data/'));
    await mkdir(join(work, 'data/tiles/tile/0'), { recursive: true });
    await mkdir(join(work, 'data/events'), { recursive: true });
    for (const path of [
      'data/tiles/tile/0/000',
      'data/events/000000000001-000000001000.jsonl.gz',
      'bag-info.txt',
    ]) {
      await writeFile(join(work, path), await readFile(place.at(`killed/${path}`)));
      await rm(place.at(`killed/${path}`));
    }
    await writeFile(join(work, 'commit.json'), JSON.stringify({ moves, removes: ['data/none'] }));
    await archived(evidence, place.at('killed'));
    expect(await contents(place.at('killed'))).to.deep.equal(await contents(place.at('whole')));
    expect(existsSync(work)).to.equal(false);
  });

  it('names the file that is damaged, missing, or not its own, of every kind', async () => {
    const paths = [...(await contents(place.at('first'))).keys()];
    const kinds = [
      'bagit',
      'bag-info',
      'manifest-sha256',
      'manifest-sha512',
      'tagmanifest',
      'README',
      'schemas/',
    ];
    const more = ['1001-000000002000', 'events-sha256', 'tile/0/000', '.p/', 'tile/1', 'checkpoint', 'keys/'];
    for (const kind of [...kinds, ...more]) {
      const path = paths.find((p) => p.includes(kind)) ?? '';
      const bag = await place.copy(place.at('first'), 'bad');
      await damage(join(bag, path));
      expect((await faults(bag)).join(), `damaged ${path}`).to.include(
        kind === 'tagmanifest' ? 'bag ' : path,
      );
      await rm(join(bag, path));
      expect((await faults(bag)).join(), `missing ${path}`).to.include(path);
      await rm(bag, { recursive: true });
    }
    const bag = await place.copy(place.at('first'), 'bad');
    await writeFile(join(bag, 'data/events/note.txt'), 'x');
    expect(await faults(bag)).to.deep.equal(['unlisted data/events/note.txt']);
    await rm(bag, { recursive: true });
  });

  it('is found out when its manifests were made to fit what was changed', async () => {
    const bag = await place.copy(place.at('first'), 'forged');
    const forge = async (path: string, change: (text: Buffer) => Buffer): Promise<void> => {
      await writeFile(join(bag, path), change(await readFile(join(bag, path))));
      const fit = `p=${path}; for k in 256 512; do s=$(sha\${k}sum $p | cut -d' ' -f1); sed -i "s#^.*  $p\\$#$s  $p#" manifest-sha$k.txt; done
        o=$(find data -type f -printf '%s\\n' | awk '{b+=$1;n+=1} END {printf "%d.%d",b,n}'); sed -i "s#^Payload-Oxum.*#Payload-Oxum: $o#" bag-info.txt
        sha256sum bag-info.txt bagit.txt manifest-sha256.txt manifest-sha512.txt > tagmanifest-sha256.txt`;
      await new Promise((resolve) => execFile('sh', ['-c', fit], { cwd: bag }, resolve));
    };
    await forge('data/tiles/tile/0/001', (bytes) => bytes.fill(1, 0, 1));
    expect(await faults(bag)).to.deep.equal(['tile data/tiles/tile/0/001']);
    const last = 'data/events/000000002001-000000002600.jsonl.gz';
    const { gzipSync } = await import('node:zlib');
    await forge(last, (bytes) => gzipSync(gunzipSync(bytes).toString().replace('recruited', 'recruitex')));
    expect((await faults(bag)).at(-1)).to.equal(`entry ${last}`);
    const other = await verifyBag(place.at('first'), {
      trusted: [makeSigner('hoso.example/other').verifier],
    });
    expect(other.faults[0]).to.include({ file: 'data/checkpoint', rule: 'checkpoint' });
  });

  it('is refused a directory that holds something else, another log’s bag, or a further one', async () => {
    const refusal = (directory: string, by: Kept) =>
      archived(by, directory).then(
        () => 'archived',
        (error: unknown) => {
          expect(error).to.be.instanceOf(OperatorError);
          return (error as OperatorError).problem;
        },
      );
    await mkdir(place.at('full'));
    await writeFile(place.at('full/letter.txt'), 'x');
    expect(await refusal(place.at('full'), kept)).to.include('is not empty, and no archive');
    const other = evidenceOf(new MemoryLog());
    await grow(other.log, 100);
    expect(await refusal(place.at('first'), other)).to.include('goes up to 2600, further than 100');
    await grow(other.log, 3_000);
    expect(await refusal(place.at('first'), other)).to.include('has another checkpoint of 2600');
  });

  it('of an empty log is a bag too', async () => {
    await archived(evidenceOf(new MemoryLog()), place.at('empty'));
    expect(await verifyBag(place.at('empty'))).to.deep.include({ outcome: 'intact', entries: 0 });
  });
});
