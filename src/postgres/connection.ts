/** What it takes to connect as one role; the shape pg.Client and pg.Pool take. Never log it: it holds a password. */
export interface ConnectionSettings {
  /** A host name or address, or the directory of a unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password?: string;
  readonly ssl?: boolean | { readonly rejectUnauthorized: boolean; readonly ca?: string };
  /** Server settings of the session: `jit=off`, without which group commit slows down a hundredfold. */
  readonly options: string;
  readonly application_name?: string;
}

/** The session settings every connection of the service carries. */
export const SESSION_OPTIONS = '-c jit=off';
