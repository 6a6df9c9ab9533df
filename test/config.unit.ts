import { expect } from 'chai';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONFIG_HELP, ConfigError, readConfig, type Machine } from '../src/config.js';

const user: Machine = { cwd: '/srv/hoso', uid: 1000, configHome: '/home/an/.config' };
const root: Machine = { cwd: '/srv/hoso', uid: 0, configHome: '/root/.config' };

describe('the configuration', () => {
  it('of an ordinary user: data beside, key in the home, loopback', () => {
    const config = readConfig({}, user);
    expect(config).to.deep.include({
      dataDir: '/srv/hoso/data',
      host: '127.0.0.1',
      port: 3000,
      logLevel: 'info',
    });
    expect(config.masterKeyFile).to.match(/^\/home\/an\/\.config\/hoso\/data-[0-9a-f]{12}\.master\.key$/);
    expect(config).not.to.have.any.keys('databaseUrl', 'databaseOwnerUrl', 'keysDatabaseUrl');
  });

  it('of root: data under /var/lib, key under /etc', () => {
    const config = readConfig({}, root);
    expect(config.dataDir).to.equal('/var/lib/hoso');
    expect(config.masterKeyFile).to.match(/^\/etc\/hoso\/hoso-[0-9a-f]{12}\.master\.key$/);
  });

  it('gives each data directory a key file of its own, and one directory under two names the same', () => {
    const directory = mkdtempSync(join(tmpdir(), 'hoso-config-'));
    try {
      symlinkSync(directory, `${directory}-link`);
      const keyOf = (path: string): string => readConfig({ HOSO_DATA_DIR: path }, user).masterKeyFile;
      expect(keyOf(`${directory}-link/data`)).to.equal(keyOf(`${directory}/data`));
      expect(keyOf(`${directory}/other`)).not.to.equal(keyOf(`${directory}/data`));
    } finally {
      rmSync(`${directory}-link`);
      rmSync(directory, { recursive: true });
    }
  });

  it('takes relative paths from the working directory, and an empty variable as unset', () => {
    const config = readConfig(
      { HOSO_DATA_DIR: 'x/y', HOSO_MASTER_KEY_FILE: '../key', PORT: '', DATABASE_URL: ' ' },
      user,
    );
    expect(config).to.deep.include({ dataDir: '/srv/hoso/x/y', masterKeyFile: '/srv/key', port: 3000 });
  });

  it('one person may correct alone however old, unless a number of days is set; 0 means today only', () => {
    expect(readConfig({}, user).correctionsAloneDays).to.equal(null);
    expect(readConfig({ HOSO_CORRECTIONS_ALONE_DAYS: '0' }, user).correctionsAloneDays).to.equal(0);
    expect(readConfig({ HOSO_CORRECTIONS_ALONE_DAYS: '30' }, user).correctionsAloneDays).to.equal(30);
  });

  it('puts the key that signs checkpoints beside the master key', () => {
    expect(readConfig({}, user).evidenceKeyFile).to.match(
      /^\/home\/an\/\.config\/hoso\/data-[0-9a-f]{12}\.evidence\.key$/,
    );
    const given = { HOSO_MASTER_KEY_FILE: '/k/master.key' };
    expect(readConfig(given, user).evidenceKeyFile).to.equal('/k/master.evidence.key');
    const own = { ...given, HOSO_EVIDENCE_KEY_FILE: '../sign', HOSO_EVIDENCE_ORIGIN: 'hoso.example' };
    expect(readConfig(own, user)).to.deep.include({
      evidenceKeyFile: '/srv/sign',
      evidenceOrigin: 'hoso.example',
    });
  });

  const bad: [string, NodeJS.ProcessEnv, RegExp][] = [
    ['PORT', { PORT: '80a' }, /whole number from 0 to 65535, not "80a"/],
    ['PORT', { PORT: '65536' }, /whole number/],
    ['PORT', { PORT: '-1' }, /whole number/],
    ['HOSO_BODY_LIMIT', { HOSO_BODY_LIMIT: '1e6' }, /whole number/],
    ['HOSO_RECONCILED_MONTHS', { HOSO_RECONCILED_MONTHS: '0' }, /whole number from 1 to 1200/],
    ['HOSO_MOST_OVERDUE', { HOSO_MOST_OVERDUE: 'all' }, /whole number from 0/],
    ['HOSO_CORRECTIONS_ALONE_DAYS', { HOSO_CORRECTIONS_ALONE_DAYS: 'none' }, /whole number from 0/],
    ['HOST', { HOST: '0.0.0.0' }, /without TLS/],
    ['HOSO_TLS_KEY_FILE', { HOSO_TLS_CERT_FILE: '/c.pem' }, /missing beside/],
    ['HOSO_RATE_LIMIT', { HOSO_RATE_LIMIT: '-1' }, /whole number from 0/],
    ['HOSO_OVER_ESTABLISHMENT', { HOSO_OVER_ESTABLISHMENT: 'maybe' }, /one of refuse, allow/],
    ['DATABASE_URL', { DATABASE_URL: 'postgresql://u:geheim@db.example/d' }, /fewer than 12 characters/],
    ['HOSO_LOG_LEVEL', { HOSO_LOG_LEVEL: 'loud' }, /one of fatal, error/],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://u:geheim@h/d' }, /postgresql:\/\/ URL/],
    ['DATABASE_URL', { DATABASE_URL: 'postgresql://u:geheim@h' }, /login and a database/],
    ['DATABASE_URL', { DATABASE_URL: 'postgresql://u:geheim@h/d?sslmode=perhaps' }, /sslmode/],
    [
      'DATABASE_OWNER_URL',
      { DATABASE_OWNER_URL: 'postgresql://u:geheim-geheim@h/d' },
      /only beside DATABASE_URL/,
    ],
    ['HOSO_CHECKPOINT_SECONDS', { HOSO_CHECKPOINT_SECONDS: '-1' }, /whole number/],
    ['HOSO_EVIDENCE_KEY_FILE', { HOSO_EVIDENCE_KEY_FILE: 'data/key' }, /outside HOSO_DATA_DIR/],
    ['HOSO_MASTER_KEY_FILE', { HOSO_MASTER_KEY_FILE: 'data/key' }, /outside HOSO_DATA_DIR/],
  ];
  for (const [variable, environment, rule] of bad)
    it(`refuses ${JSON.stringify(environment).replace('geheim', '…')}, naming variable, rule and remedy`, () => {
      try {
        readConfig(environment, user);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        expect(error.variable).to.equal(variable);
        expect(error.message).to.contain(`${variable}: `).and.match(rule);
        expect(error.remedy).to.have.length.above(10);
        expect(error.message).not.to.contain('geheim');
        return;
      }
      throw new Error('expected a refusal');
    });

  it('without a home needs a place for the master key', () => {
    const nowhere = { ...user, configHome: undefined };
    expect(() => readConfig({}, nowhere)).to.throw(ConfigError, /HOSO_MASTER_KEY_FILE/);
    expect(readConfig({ HOSO_MASTER_KEY_FILE: '/keys/k' }, nowhere).masterKeyFile).to.equal('/keys/k');
  });

  it('has one line of help for every variable it reads', () => {
    const read = new Set<string>();
    const environment = new Proxy<NodeJS.ProcessEnv>(
      {},
      {
        get: (_, name) => {
          read.add(String(name));
          return undefined;
        },
      },
    );
    readConfig(environment, user);
    expect(CONFIG_HELP.map(({ name }) => name)).to.have.members([...read]);
  });
});
