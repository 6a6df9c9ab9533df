import { execFile } from 'node:child_process';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { readBag, TAG_MANIFEST, tagFiles } from '../../src/archive/bag.js';
import { digestOf } from '../../src/archive/digest.js';
import { verifyBag } from '../../src/archive/verifyBag.js';
import { openDossier } from '../../src/dossier/openDossier.js';
import { personStream } from '../../src/recording/codec.js';
import { damage } from '../archive/support.js';
import { SIGNER } from '../evidence/support.js';
import { personId } from '../projecting/support.js';
import { CAREER } from '../record/careerStory.js';
import { opened, record } from '../support/record.js';
import { City, filesOf, keysIn, PASSPHRASE, PERSON } from './support.js';

const VERIFIER = fileURLToPath(new URL('../../src/verifier/hosoVerify.js', import.meta.url));
const run = promisify(execFile);
const TRUSTED = { trusted: [SIGNER.verifier] };

/** Makes the tag files of a bag anew, as a forger would. */
async function refit(directory: string): Promise<void> {
  const { info } = await readBag(directory);
  const files = [...(await filesOf(directory))].filter(([path]) => path.startsWith('data/'));
  const payload = new Map(files.map(([path, bytes]) => [path, digestOf(bytes)]));
  const told = [...info].filter(([label]) => label !== 'Payload-Oxum');
  for (const [name, text] of tagFiles(payload, told)) await writeFile(join(directory, name), text);
}

describe('A person’s dossier', function () {
  this.timeout(60_000);
  let city: City;

  before(async () => {
    city = await City.sending();
    await city.world.done(PERSON, { kind: 'hold', reason: 'đang thanh tra' });
    const duplicate = personId(2);
    await city.world.done(duplicate, record(opened('2012-10-04', { givenName: 'Thử Trùng' })));
    await city.world.done(
      duplicate,
      record({ action: 'foreign_travel', effective: '2013-02-01', data: { country: 'Nước Bịa' } }),
    );
    const merged = await city.world.merge(duplicate, PERSON);
    if (merged.kind !== 'done') throw new Error(JSON.stringify(merged));
    await city.handOver('bag');
  });
  after(() => city.close());

  it('holds the whole history, proven: hoso verify, hoso-verify and sha256sum say so, and that a hold is no bar', async () => {
    const report = await verifyBag(city.at('bag'), TRUSTED);
    expect(report.faults).to.deep.equal([]);
    expect(report).to.include({ outcome: 'intact', log: 'person', entries: CAREER.length + 3 + 3 });
    const proofs = [PERSON, personId(2)].map((id) =>
      join(city.at('bag'), `data/proofs/${personStream(id)}.json`),
    );
    const told = await run(process.execPath, [VERIFIER, ...proofs, '--key', SIGNER.verifier.text]);
    expect(told.stdout).to.include(personStream(PERSON));
    const cwd = city.at('bag');
    await run('sha256sum', ['-c', '--strict', 'manifest-sha256.txt', 'tagmanifest-sha256.txt'], { cwd });
    await run('sha512sum', ['-c', '--strict', 'manifest-sha512.txt'], { cwd });
  });

  it('tells nothing that is sealed in the log; the file of keys does, event by event and as form 2C', async () => {
    const sealed = [
      'Trần Văn',
      'Ba Thử',
      'Điện Bàn',
      '1965-01-20',
      'Thử Trùng',
      'Nước Bịa',
      'ghi sai',
      'thanh tra',
    ];
    const all = Buffer.concat([...(await filesOf(city.at('bag'))).values()]).toString();
    const lines = await keysIn(city.at('bag.keys'));
    const clear = JSON.stringify(lines);
    for (const value of sealed) {
      expect(all, value).not.to.include(value);
      expect(clear, value).to.include(value);
    }
    const form = lines.find((line) => line.kind === 'form');
    expect(form?.form.items.hometown.value).to.include({ text: 'Điện Bàn, Đà Nẵng' });
    expect(lines.filter((line) => line.kind === 'event')).to.have.length(CAREER.length + 6);
  });

  it('the same log gives the same bytes; what came to others meanwhile changes only what proves it', async () => {
    await city.handOver('again');
    expect(await filesOf(city.at('again'))).to.deep.equal(await filesOf(city.at('bag')));
    expect((await readdir(city.home)).filter((name) => name.endsWith('.part'))).to.deep.equal([]);
  });

  it('a bit turned in any of its files is named', async () => {
    await cp(city.at('bag'), city.at('bad'), { recursive: true });
    // Of the many schemas and lists, one each.
    const many = /^data\/(schemas|catalogues)\/(?!recruited|units)/;
    const files = [...(await filesOf(city.at('bag')))].filter(
      // A wrong list of the tag files accuses what it lists.
      ([path]) => !many.test(path) && path !== TAG_MANIFEST,
    );
    expect(files.length).to.be.greaterThan(12);
    for (const [path, whole] of files) {
      await damage(join(city.at('bad'), path));
      const { outcome, faults } = await verifyBag(city.at('bad'), TRUSTED);
      expect(outcome, path).to.equal('broken');
      expect(
        faults.map(({ file }) => file),
        path,
      ).to.include(path);
      await writeFile(join(city.at('bad'), path), whole);
    }
  });

  it('manifests made to fit what was altered are found out: by the proofs, and of what no proof covers by the keys', async () => {
    await cp(city.at('bag'), city.at('forged'), { recursive: true });
    const forge = async (path: string, alter: (text: string) => string) => {
      const file = join(city.at('forged'), path);
      const whole = await readFile(file, 'utf8');
      await writeFile(file, alter(whole));
      await refit(city.at('forged'));
      return async () => {
        await writeFile(file, whole);
        await refit(city.at('forged'));
      };
    };
    const events = `data/events/${personStream(PERSON)}.jsonl`;
    const undo = await forge(events, (text) => text.replace('"revision":1,', '"revision":2,'));
    const found = await verifyBag(city.at('forged'), TRUSTED);
    expect(found.faults.map(({ file, rule }) => [file, rule])).to.deep.equal([[events, 'entry']]);
    await undo();
    await forge('data/catalogues/units.csv', (text) => text.replaceAll('Sở Tài chính', 'Sở Khác'));
    expect(await verifyBag(city.at('forged'), TRUSTED)).to.include({ outcome: 'intact' });
    const refused = await openDossier({
      directory: city.at('forged'),
      keysFile: city.at('bag.keys'),
      opener: PASSPHRASE,
      ...TRUSTED,
    }).catch((e: unknown) => String(e));
    expect(refused).to.include('those of another dossier');
  });

  it('a group that was lawfully destroyed stays so: told as destroyed, opened by nothing that is handed over', async () => {
    const person = personId(3);
    await city.world.done(person, record(opened('2012-10-03', { givenName: 'Đã Xóa' })));
    await city.world.done(
      person,
      record({ action: 'foreign_travel', effective: '2013-02-01', data: { country: 'Nhật Bản' } }),
    );
    await city.destroy(person, ['history']);
    const { keys } = await city.handOver('destroyed', person);
    expect(keys).to.equal(1);
    expect(await verifyBag(city.at('destroyed'), TRUSTED)).to.include({ outcome: 'intact', entries: 3 });
    const clear = JSON.stringify(await keysIn(city.at('destroyed.keys')));
    expect(clear).to.include('Đã Xóa').and.include('"erased":["history"]').and.not.include('Nhật Bản');
  });

  it('is refused for a record that is not there, that was merged, and into a directory that holds something', async () => {
    const refused = (name: string, person: string) =>
      city.handOver(name, person).catch((e: unknown) => String(e));
    expect(await refused('none', personId(9))).to.include('no such record');
    expect(await refused('none', personId(2))).to.include(PERSON);
    expect(await refused('bag', PERSON)).to.include('is not empty');
    expect(await readdir(city.home))
      .not.to.include('none')
      .and.not.to.include('none.keys');
  });
});
