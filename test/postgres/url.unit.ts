import { expect } from 'chai';
import { parseDatabaseUrl } from '../../src/postgres/url.js';

describe('a database URL', () => {
  it('gives host, port, database, login and decoded password', () => {
    expect(parseDatabaseUrl('postgresql://an:p%40ss%2F%3A@db.local:6543/nhan_su')).to.deep.equal({
      host: 'db.local',
      port: 6543,
      database: 'nhan_su',
      user: 'an',
      password: 'p@ss/:',
      options: '-c jit=off',
    });
  });
  it('takes 5432 where no port is named, and a unix socket as libpq writes it', () => {
    expect(parseDatabaseUrl('postgres://an@/d?host=/run/postgresql')).to.deep.include({
      host: '/run/postgresql',
      port: 5432,
    });
    expect(parseDatabaseUrl('postgres://an@h/d')).not.to.have.property('password');
  });
  it('understands sslmode: encrypted without a check, or checked', () => {
    const ssl = (mode: string): unknown => parseDatabaseUrl(`postgresql://an@h/d?sslmode=${mode}`).ssl;
    expect(ssl('require')).to.deep.equal({ rejectUnauthorized: false });
    expect(ssl('verify-full')).to.deep.equal({ rejectUnauthorized: true });
    expect(ssl('disable')).to.equal(false);
  });
  for (const text of [
    '',
    'nonsense',
    'http://an@h/d',
    'postgresql://h/d',
    'postgresql://an@h/',
    'postgresql://an:%zz@h/d',
  ])
    it(`refuses "${text}"`, () => {
      expect(() => parseDatabaseUrl(text)).to.throw();
    });
});
