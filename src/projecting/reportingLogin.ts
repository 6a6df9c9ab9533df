import type { ConnectionSettings } from '../postgres/connection.js';
import { makeReportingLogin, type ReportingGrant } from '../postgres/roles.js';

/** Where a reporting login connects. */
export interface ReportingServer {
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

/**
 * Makes a login that can read the views of schema `reporting` and nothing else, or gives an existing one a new password;
 * answers its connection string (`postgresql://…`, with the password: show it once, keep it nowhere).
 * @param admin a login that may make roles
 * @param name lower-case letters, digits and `_`
 * @param grant the written consent, and its last day
 */
export async function createReportingLogin(
  admin: ConnectionSettings,
  server: ReportingServer,
  name: string,
  grant: ReportingGrant,
): Promise<string> {
  const { user, password } = await makeReportingLogin(admin, name, grant);
  const { host, port, database } = server;
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  // A directory is a unix socket, an address with colons IPv6.
  if (host.startsWith('/'))
    return `postgresql://${login}@/${encodeURIComponent(database)}?host=${encodeURIComponent(host)}&port=${port}`;
  const place = host.includes(':') ? `[${host}]` : host;
  return `postgresql://${login}@${place}:${port}/${encodeURIComponent(database)}`;
}
