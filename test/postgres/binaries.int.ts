import { expect } from 'chai';
import { chmodSync, cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findBinaries } from '../../src/postgres/binaries.js';

describe('the PostgreSQL binaries', () => {
  const account = process.getuid?.() === 0 ? { uid: 58_432, gid: 58_432 } : undefined;
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'hoso-binaries-'));
    chmodSync(directory, 0o755);
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it('are copied once when they cannot be run where they lie, with the library links that npm left out', () => {
    const installed = join(dirname(findBinaries(undefined, directory).postgres), '..');
    // As below a folder that only root can enter, installed without install scripts.
    const closed = join(directory, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const native = join(closed, 'native');
    const isLink = (path: string): boolean => lstatSync(path).isSymbolicLink();
    cpSync(installed, native, { recursive: true, filter: (path) => !isLink(path) && !path.endsWith('.a') });
    const data = join(directory, 'data');
    mkdirSync(data, { mode: 0o755 });

    const found = findBinaries(account, data, { native, version: '18.4.0' });
    expect(found.postgres).to.equal(join(data, 'postgresql-18.4.0/bin/postgres'));
    expect(found.major).to.equal(18);
    const made = lstatSync(found.postgres).ctimeMs;
    expect(findBinaries(account, data, { native, version: '18.4.0' })).to.deep.equal(found);
    expect(lstatSync(found.postgres).ctimeMs, 'not copied again').to.equal(made);
    expect(readdirSync(data)).to.deep.equal(['postgresql-18.4.0']);
  });
});
