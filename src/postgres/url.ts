import { readFileSync } from 'node:fs';
import type { ConnectionSettings } from './connection.js';
import { SESSION_OPTIONS } from './connection.js';

/** A URL that is no PostgreSQL connection; `rule` says what it must be. Never holds the URL: it may hold a password. */
export class BadDatabaseUrl extends Error {
  override readonly name = 'BadDatabaseUrl';
  constructor(readonly rule: string) {
    super(rule);
  }
}

const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'no-verify', 'verify-ca', 'verify-full'];

/**
 * Reads `postgresql://login:password@host:5432/database`. Also understood: `?host=/run/postgresql` for a unix socket
 * (the host may then be empty), `sslmode` and `sslrootcert`. Rejects with BadDatabaseUrl.
 */
export function parseDatabaseUrl(text: string): ConnectionSettings {
  // WHATWG refuses an empty host beside a login, which is how libpq writes a socket
  const completed = text.replace(/^(postgres(?:ql)?:\/\/[^/]*@)\//, '$1localhost/');
  const url = URL.canParse(completed) ? new URL(completed) : undefined;
  if (url === undefined || !['postgres:', 'postgresql:'].includes(url.protocol))
    throw new BadDatabaseUrl('must be a postgresql:// URL');
  const option = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  const user = option('user') ?? decode(url.username);
  const database = decode(url.pathname.slice(1));
  if (user === '' || database === '') throw new BadDatabaseUrl('must name a login and a database');
  const password = option('password') ?? decode(url.password);
  const ssl = sslOf(option('sslmode'), option('sslrootcert'));
  return {
    host: option('host') ?? (decode(url.hostname) || 'localhost'),
    port: Number(option('port') ?? (url.port || 5432)),
    database,
    user,
    options: SESSION_OPTIONS,
    ...(password === '' ? {} : { password }),
    ...(ssl === undefined ? {} : { ssl }),
  };
}

function sslOf(mode: string | undefined, rootCertificate: string | undefined): ConnectionSettings['ssl'] {
  if (mode !== undefined && !SSL_MODES.includes(mode))
    throw new BadDatabaseUrl(`must have an sslmode of ${SSL_MODES.join(', ')}`);
  if (rootCertificate !== undefined) {
    try {
      return { rejectUnauthorized: true, ca: readFileSync(rootCertificate, 'utf8') };
    } catch {
      throw new BadDatabaseUrl('must name a readable file as sslrootcert');
    }
  }
  switch (mode) {
    case undefined:
      return undefined;
    case 'disable':
    case 'allow':
    case 'prefer':
      return false;
    case 'require':
    case 'no-verify':
      return { rejectUnauthorized: false };
    default:
      return { rejectUnauthorized: true };
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new BadDatabaseUrl('must have its special characters percent-encoded');
  }
}
