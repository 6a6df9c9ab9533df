import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { backUpWarning, loadMasterKey, makeMasterKey, MasterKey } from '../../src/sealing/masterKey.js';
import { MasterKeyRefused } from '../../src/sealing/port.js';

describe('The master key file', () => {
  let home: string;
  let file: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'hoso-master-'));
    file = join(home, 'etc', 'hoso', 'master.key');
  });
  afterEach(() => rm(home, { recursive: true }));

  const refusal = async (): Promise<string> =>
    loadMasterKey(file).then(
      () => 'it was accepted',
      (error: unknown) => {
        expect(error).to.be.instanceOf(MasterKeyRefused);
        return String(error);
      },
    );

  it('is made once, readable by its user alone, with nothing left beside it', async () => {
    const made = await makeMasterKey(file);
    const text = await readFile(file, 'utf8');
    expect((await stat(file)).mode & 0o777).to.equal(0o600);
    expect(await readdir(dirname(file))).to.deep.equal(['master.key']);
    expect((await makeMasterKey(file)).id).to.equal(made.id);
    expect((await loadMasterKey(file)).id).to.equal(made.id);
    expect(await readFile(file, 'utf8')).to.equal(text);
  });

  it('is one, also when many processes make it at once', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => makeMasterKey(file)));
    expect(new Set(keys.map(({ id }) => id)).size).to.equal(1);
    expect(await readdir(dirname(file))).to.deep.equal(['master.key']);
  });

  it('may be a link to where secrets are mounted', async () => {
    const { id } = await makeMasterKey(join(home, 'secret'));
    await symlink(join(home, 'secret'), join(home, 'link'));
    expect((await makeMasterKey(join(home, 'link'))).id).to.equal(id);
  });

  it('is refused when it is missing, naming where it should be', async () => {
    expect(await refusal()).to.match(/master\.key is missing.*Restore it.*HOSO_MASTER_KEY_FILE/s);
  });

  it('is refused when others may read it, and good again after the remedy it names', async () => {
    await makeMasterKey(file);
    for (const mode of [0o604, 0o602, 0o660, 0o644]) {
      await chmod(file, mode);
      expect(await refusal(), mode.toString(8)).to.include(`chmod 600 ${file}`);
    }
    await chmod(file, 0o600);
    expect((await loadMasterKey(file)).id).to.match(/^[0-9a-f]{16}$/);
    await chmod(file, 0o400);
    expect((await loadMasterKey(file)).id).to.match(/^[0-9a-f]{16}$/);
  });

  for (const [what, text] of [
    ['empty', ''],
    ['something else', 'hello\n'],
    ['cut short', `hoso master key 1\n${'a'.repeat(63)}\n`],
    ['of a newer release', `hoso master key 2\n${'a'.repeat(64)}\n`],
  ] as const)
    it(`is refused when it is ${what}, without repeating what it says`, async () => {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text, { mode: 0o600 });
      expect(await refusal())
        .to.match(/is not a master key.*HOSO_MASTER_KEY_FILE/s)
        .and.not.include('aaa');
    });

  it('keeps its value with the line ends of another system', async () => {
    const { id } = await makeMasterKey(file);
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll('\n', '\r\n'), { mode: 0o600 });
    expect((await loadMasterKey(file)).id).to.equal(id);
  });

  it('is refused with a remedy where no file can be made, or a directory stands', async () => {
    await writeFile(join(home, 'etc'), '');
    const error = await makeMasterKey(file).catch((e: unknown) => e);
    expect(error).to.be.instanceOf(MasterKeyRefused);
    expect(String(error)).to.match(/cannot be made in .*HOSO_MASTER_KEY_FILE/s);
    file = home;
    expect(await refusal()).to.match(/cannot be read \(EISDIR\)/);
  });

  it('is to be backed up: said in both languages, naming the file', () => {
    const text = backUpWarning('/etc/hoso/x.master.key');
    expect(text)
      .to.match(/Back it up/)
      .and.to.match(/sao lưu/);
    expect(text.split('/etc/hoso/x.master.key').length).to.equal(3);
  });
});

describe('Wrapping by the master key', () => {
  const master = new MasterKey(Buffer.alloc(32, 7));
  const key = Buffer.alloc(32, 9);
  const place = ['id', 'person-1', 'health'];

  it('gives the key back in its place only, and to the same master key only', () => {
    const wrapped = master.wrap(place, key);
    expect(wrapped.includes(key)).to.equal(false);
    expect(master.unwrap(place, wrapped)?.equals(key)).to.equal(true);
    expect(master.unwrap(['id', 'person-2', 'health'], wrapped)).to.equal(undefined);
    expect(new MasterKey(Buffer.alloc(32, 8)).unwrap(place, wrapped)).to.equal(undefined);
    expect(master.unwrap(place, wrapped.subarray(0, 20))).to.equal(undefined);
    for (let i = 0; i < wrapped.length; i++) {
      const altered = Buffer.from(wrapped);
      altered[i]! ^= 1;
      expect(master.unwrap(place, altered), `byte ${i}`).to.equal(undefined);
    }
  });

  it('never twice with the same bytes, and tells nothing of the key in its id', () => {
    expect(master.wrap(place, key).equals(master.wrap(place, key))).to.equal(false);
    expect(master.id).to.not.equal(new MasterKey(Buffer.alloc(32, 8)).id);
    expect('07'.repeat(32)).to.not.include(master.id);
  });
});
