import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { openDatabase, type Database } from '../../src/postgres/database.js';
import { quietLogger } from '../support/logger.js';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

describe('The hoso command', function () {
  this.timeout(240_000);
  let home: string;
  let database: Database | undefined;

  const hoso = (...words: string[]): Promise<Ran> => hosoOn('data', ...words);

  /** The command on a data directory of that name; the keys are the same, but for another city. */
  const hosoOn = (data: string, ...words: string[]): Promise<Ran> =>
    new Promise((resolve) => {
      const env = {
        ...process.env,
        HOSO_DATA_DIR: join(home, data),
        HOSO_EVIDENCE_KEY_FILE: join(home, `${cityOf(data)}evidence.key`),
        HOSO_MASTER_KEY_FILE: join(home, `${cityOf(data)}master.key`),
        HOSO_ACCOUNT: 'admin',
      };
      execFile(process.execPath, [CLI, ...words], { env }, (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code), out, err });
      });
    });

  const line = (ref: string, action: string, effective: string, data: object) =>
    JSON.stringify({
      source: 'hrm',
      ref,
      person: 'NV-1',
      action,
      effective,
      document: { number: '1/QĐ' },
      data,
    });

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'hoso-cli-'));
    await chmod(home, 0o755);
  });
  after(async () => {
    await database?.close();
    await rm(home, { recursive: true, force: true });
  });

  it('helps in Vietnamese and English, and refuses unknown words with code 2', async () => {
    const help = await hoso('--help');
    expect(help.code).to.equal(0);
    expect(help.out).to.include('chạy dịch vụ / run the service').and.include('HOSO_DATA_DIR');
    expect((await hoso('fly')).code).to.equal(2);
  });

  it('prints the schema of import lines and of every event', async () => {
    const schema = JSON.parse((await hoso('schema', 'import')).out) as { oneOf: unknown[] };
    expect(schema.oneOf.length).to.be.greaterThan(10);
    expect(JSON.parse((await hoso('schema', 'died')).out)).to.include({ type: 'died', version: 1 });
    const unknown = await hoso('schema', 'flying');
    expect(unknown.code).to.equal(3);
    expect(unknown.err).to.include('There is no schema flying').and.not.include('    at ');
  });

  it('starts the database itself; checks, imports, repeats, and shows the history', async () => {
    const file = join(home, 'lines.jsonl');
    await writeFile(
      file,
      [
        line('2', 'recruited', '1998', {}),
        line('1', 'record_opened', '2012-10-03', { familyName: 'Trần Văn', givenName: 'Thử', sex: 'male' }),
        line('3', 'left_service', '2010-05-01', { reason: 'nguyen_vong' }),
      ].join('\n'),
    );
    const check = await hoso('import', file, '--check');
    expect(check.code, check.err).to.equal(0);
    expect(check.out).to.match(/loaded +0/);
    const loaded = await hoso('import', file);
    expect(loaded.out)
      .to.match(/loaded +3/)
      .and.to.match(/finding hire_without_unit +1/);
    expect((await hoso('import', file)).out)
      .to.match(/loaded +0/)
      .and.to.match(/repeated +3/);
    expect((await hoso('status')).out).to.match(/nhật ký \/ log +\d+/);
    const rebuilt = await hoso('rebuild', 'profile');
    expect(rebuilt.out).to.include('profile: đã dựng lại / rebuilt').and.to.include('old ones dropped: –');
    expect(await hoso('history', '00000000-0000-4000-8000-000000000000')).to.include({ code: 1 });
    // From here on the server stays up, as beside a service: what follows joins it, which takes half the time.
    database = await openDatabase(
      { dataDir: join(home, 'data') },
      { mode: 'join-or-start', logger: quietLogger },
    );
  });

  it('a SQL login has a scope, a document and a last day; what it asks is shown', async () => {
    const grant = ['--document', '7/CV', '--until', tomorrow()];
    const wide = await hoso('sql-login', 'report_1', ...grant);
    expect(wide).to.include({ code: 3, out: '' });
    expect(wide.err).to.include('--city');
    const made = await hoso('sql-login', 'report_1', ...grant, '--city', '--groups', 'identity');
    expect(made.out.trim(), made.err).to.match(/^postgresql:\/\/report_1:/);
    expect(await hoso('sql-statements', 'report_1')).to.include({ code: 0, err: '' });
    expect(await hoso('sql-login', 'report_1', '--document', '8/CV', '--withdraw')).to.include({ code: 0 });
  });

  it('who reads persons is an account in use, says what for, and is found in the audit of reads', async () => {
    const nobody = await hoso('dues', '--account', '');
    expect(nobody).to.include({ code: 1, out: '' });
    expect(nobody.err).to.include('HOSO_ACCOUNT');
    expect((await hoso('dues', '--account', 'khong_co')).err).to.include('no such account');
    expect((await hoso('dues')).err).to.include('--purpose');
    const read = await hoso('dues', '--purpose', 'kiểm tra quý IV');
    expect(read.code, read.err).to.equal(0);
  });

  it('tells what is owed of a past day too; of what the lists hold for today on, a past day is refused', async () => {
    const asked = ['--as-of', '2013-01-31', '--purpose', 'kiểm tra quý I'];
    const past = await hoso('deadlines', ...asked);
    expect(past.code, past.err).to.equal(0);
    expect(past.out).to.include('THỜI HẠN / DUTY');
    for (const name of ['dues', 'completeness']) {
      const refused = await hoso(name, ...asked);
      expect(refused, name).to.include({ code: 2, out: '' });
      expect(refused.err).to.include('chỉ từ hôm nay trở đi / for today and later only');
    }
  });

  it('a backup comes back on a new machine: the log, its keys, who read what; then signing goes on', async () => {
    const [backup, keys, kept] = ['backup', 'keys.sealed', 'kept.txt'].map((name) => join(home, name));
    const made = await hoso('backup', backup!, '--keys', keys!);
    expect(made.code, made.err).to.equal(0);
    expect((await hoso('checkpoint', '--out', kept!)).code).to.equal(0);
    const checked = await hoso('verify', '--bag', backup!);
    expect(checked.out.match(/INTACT/g), checked.out).to.have.length(2);
    const restored = await hosoOn('other', 'restore', backup!, '--keys', keys!);
    expect(restored.code, restored.err).to.equal(0);
    expect(restored.out).to.match(/lần xem \/ reads +[1-9]/);
    const resumed = await hosoOn('other', 'resume', '--against', kept!);
    expect(resumed.out.match(/the log extends/g), resumed.err).to.have.length(2);
  });

  it('a person’s dossier goes to another city, which takes it in once; this one refuses its own', async () => {
    const [bag, keys, passphrase] = ['dossier', 'dossier.keys', 'pass'].map((name) => join(home, name));
    await writeFile(passphrase!, 'bốn từ không ai đoán\n');
    const id = await personIn(join(home, 'backup', 'log'));
    const sealed = ['--keys', keys!, '--passphrase-file', passphrase!];
    const asked = ['archive', '--person', id, bag!, ...sealed];
    expect((await hoso(...asked)).err).to.include('--purpose');
    const made = await hoso(...asked, '--purpose', 'chuyển công tác');
    expect(made.code, made.err).to.equal(0);
    const key = (await hoso('checkpoint', '--keys')).out.trim();
    expect((await hoso('verify', '--bag', bag!, '--key', key)).out).to.include('INTACT');
    const received = ['receive', bag!, '--key', key, ...sealed];
    expect((await hoso(...received)).err).to.include('of this very log');
    const first = await hosoOn('elsewhere', ...received);
    expect(first.code, first.err).to.equal(0);
    expect(first.out).to.match(/loaded +3/);
    const again = await hosoOn('elsewhere', ...received);
    expect(again.out, again.err)
      .to.match(/loaded +0/)
      .and.to.match(/repeated +3/);
  });

  it('a bad line is named by line, field and rule, and nothing is loaded', async () => {
    const file = join(home, 'bad.jsonl');
    await writeFile(file, [line('9', 'transferred', '2013-02-30', { toUnit: 'x' }), 'not JSON'].join('\n'));
    const ran = await hoso('import', file);
    expect(ran.code).to.equal(1);
    expect(ran.err).to.include('dòng/line 1 /effective [partial_date]').and.include('dòng/line 2');
    expect(ran.out).to.match(/loaded +0/);
  });

  it('names the remedy when the server cannot be reached, without a stack', async () => {
    process.env['DATABASE_URL'] = 'postgresql://x:y@127.0.0.1:1/hoso';
    try {
      const ran = await hoso('status');
      expect(ran.code).to.equal(3);
      expect(ran.err).to.include('DATABASE_URL').and.not.include('    at ').and.not.include('x:y');
    } finally {
      delete process.env['DATABASE_URL'];
    }
  });
});

/** What the keys of a city begin with. */
function cityOf(data: string): string {
  return data === 'elsewhere' ? 'elsewhere.' : '';
}

/** The record that the log in a bag tells of. */
async function personIn(bag: string): Promise<string> {
  const directory = join(bag, 'data', 'events');
  const [segment = ''] = await readdir(directory);
  const text = gunzipSync(await readFile(join(directory, segment))).toString();
  return /"stream":"person-([0-9a-f-]+)"/.exec(text)?.[1] ?? '';
}

function tomorrow(): string {
  return new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
}
