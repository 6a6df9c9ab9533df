import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { OperatorError } from './operatorError.js';
import { BadEventStoreDbUrl, checkEventStoreDbUrl } from './event-log/eventstoredb/url.js';
import type { ConnectionSettings } from './postgres/connection.js';
import { BadDatabaseUrl, parseDatabaseUrl } from './postgres/url.js';

/** Everything the operator may set, read once from the environment. */
export interface Config {
  /** Absolute. Holds the embedded PostgreSQL, its passwords and its logs. */
  readonly dataDir: string;
  /** PostgreSQL of your own; absent: the embedded one. */
  readonly databaseUrl?: string;
  /** A login that may make roles, where that of databaseUrl may not. */
  readonly databaseOwnerUrl?: string;
  /** EventStoreDB that keeps the log; absent: PostgreSQL keeps it. */
  readonly eventStoreDbUrl?: string;
  /** What the names of this deployment's streams begin with there. */
  readonly eventStoreDbPrefix: string;
  /** Where the keys live; absent: `<database>_keys` on the same server. */
  readonly keysDatabaseUrl?: string;
  /** Absolute; outside dataDir. */
  readonly masterKeyFile: string;
  /** Absolute; outside dataDir. The key that signs checkpoints. */
  readonly evidenceKeyFile: string;
  /** Names the log when that key is made; absent: a random name. */
  readonly evidenceOrigin?: string;
  /** Seconds between checkpoints; 0: only on demand. */
  readonly checkpointSeconds: number;
  readonly host: string;
  /** How what travels is kept secret: by the service itself, by a proxy in front, or not at all (loopback only). */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | 'proxy' | null;
  /** Addresses of proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** Requests a minute and address; 0: any number. */
  readonly rateLimit: number;
  /** 0 takes any free port. */
  readonly port: number;
  /** Largest request body, in bytes. */
  readonly bodyLimit: number;
  /** Largest scan, in bytes. */
  readonly attachmentLimit: number;
  readonly logLevel: LogLevel;
  /** How long a reconciliation with the paper file makes a record complete, in months. */
  readonly reconciledWithinMonths: number;
  /** So many overdue duties of its agency still let a proposal pass. */
  readonly mostOverdue: number;
  /** Whether a proposal that would go over a unit's establishment is refused. */
  readonly refuseOverEstablishment: boolean;
  /** So many days back one person alone may correct what is recorded; null: any number. */
  readonly correctionsAloneDays: number | null;
}

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A setting that cannot be: names the variable, its rule and the remedy; never repeats a value that may be secret. */
export class ConfigError extends OperatorError {
  override readonly name = 'ConfigError';
  constructor(
    readonly variable: string,
    rule: string,
    remedy: string,
  ) {
    super(`${variable}: ${rule}.`, remedy);
  }
}

/** One line of the configuration table, as README and `hoso --help` print it. */
export interface ConfigHelp {
  readonly name: string;
  readonly default: string;
  readonly meaning: { readonly en: string; readonly vi: string };
}

/** Every environment variable the service reads. */
export const CONFIG_HELP: readonly ConfigHelp[] = [
  {
    name: 'HOSO_DATA_DIR',
    default: './data; as root /var/lib/hoso',
    meaning: {
      en: 'Data of the embedded PostgreSQL, its passwords and logs.',
      vi: 'Thư mục dữ liệu của PostgreSQL đi kèm, mật khẩu và nhật ký của nó.',
    },
  },
  {
    name: 'DATABASE_URL',
    default: 'none: embedded PostgreSQL',
    meaning: {
      en: 'PostgreSQL 15 or newer: postgresql://login:password@host:5432/database. The login makes the roles hoso_owner, hoso_log, hoso_projector, hoso_keys and hoso_reporting (CREATEROLE) and the key database (CREATEDB).',
      vi: 'PostgreSQL 15 trở lên: postgresql://tài-khoản:mật-khẩu@máy-chủ:5432/cơ-sở-dữ-liệu. Tài khoản này tạo các vai trò hoso_… (cần CREATEROLE) và cơ sở dữ liệu khóa (cần CREATEDB).',
    },
  },
  {
    name: 'DATABASE_OWNER_URL',
    default: 'none',
    meaning: {
      en: 'A login with CREATEROLE and CREATEDB for the same database, where that of DATABASE_URL has none. Needed at the first start and when a release adds roles.',
      vi: 'Tài khoản có CREATEROLE và CREATEDB trên cùng cơ sở dữ liệu, khi tài khoản của DATABASE_URL không có. Cần ở lần chạy đầu và khi bản mới thêm vai trò.',
    },
  },
  {
    name: 'EVENTSTOREDB_URL',
    default: 'none: PostgreSQL keeps the log',
    meaning: {
      en: 'EventStoreDB that keeps the log: esdb://host:2113, esdb://a:2113,b:2113,c:2113 or esdb+discover://name:2113. PostgreSQL keeps everything else. See docker/eventstoredb.md.',
      vi: 'EventStoreDB giữ nhật ký: esdb://máy-chủ:2113, esdb://a:2113,b:2113,c:2113 hoặc esdb+discover://tên:2113. PostgreSQL giữ mọi thứ khác.',
    },
  },
  {
    name: 'EVENTSTOREDB_PREFIX',
    default: 'hoso_',
    meaning: {
      en: 'What the names of this deployment’s streams begin with in EventStoreDB. Never changes once there are events.',
      vi: 'Tiền tố tên luồng của hệ thống này trong EventStoreDB. Không đổi khi đã có sự kiện.',
    },
  },
  {
    name: 'HOSO_KEYS_DATABASE_URL',
    default: '<database>_keys on the same server',
    meaning: {
      en: 'The database of the sealing keys, where it lives on another server. Its login needs CREATEROLE there.',
      vi: 'Cơ sở dữ liệu chứa khóa niêm phong, nếu đặt ở máy chủ khác. Tài khoản cần CREATEROLE ở đó.',
    },
  },
  {
    name: 'HOSO_MASTER_KEY_FILE',
    default: '~/.config/hoso/<data directory>-<hash>.master.key; as root under /etc/hoso',
    meaning: {
      en: 'The master key that wraps all sealing keys, outside the data directory. Back it up: without it sealed values cannot be read. In a container, put it on a volume or secret of its own.',
      vi: 'Khóa chính bọc mọi khóa niêm phong, nằm ngoài thư mục dữ liệu. Hãy sao lưu: mất khóa này thì không đọc được dữ liệu đã niêm phong. Trong container, đặt trên volume hoặc secret riêng.',
    },
  },
  {
    name: 'HOSO_EVIDENCE_KEY_FILE',
    default: 'beside the master key: <name>.evidence.key',
    meaning: {
      en: 'The key that signs checkpoints of the log, outside the data directory; made at the first start. Back it up. Several lines: several keys, each signs.',
      vi: 'Khóa ký các xác nhận của nhật ký, ngoài thư mục dữ liệu; tạo ở lần chạy đầu. Hãy sao lưu. Nhiều dòng: nhiều khóa cùng ký.',
    },
  },
  {
    name: 'HOSO_EVIDENCE_ORIGIN',
    default: 'hoso.local/<random>',
    meaning: {
      en: 'Name of the log in its checkpoints, an address without its scheme; fixed when the evidence key is made.',
      vi: 'Tên của nhật ký trong các xác nhận, là địa chỉ không có giao thức; cố định khi tạo khóa ký.',
    },
  },
  {
    name: 'HOSO_CHECKPOINT_SECONDS',
    default: '60',
    meaning: {
      en: 'How often a checkpoint of what has come is signed, in seconds; 0: only when asked for.',
      vi: 'Bao lâu thì ký xác nhận một lần, tính bằng giây; 0: chỉ khi được yêu cầu.',
    },
  },
  {
    name: 'HOST',
    default: '127.0.0.1',
    meaning: {
      en: 'Address the HTTP service listens on.',
      vi: 'Địa chỉ mà dịch vụ HTTP lắng nghe.',
    },
  },
  {
    name: 'PORT',
    default: '3000',
    meaning: {
      en: 'Port the HTTP service listens on; 0 takes any free one.',
      vi: 'Cổng mà dịch vụ HTTP lắng nghe; 0 là cổng trống bất kỳ.',
    },
  },
  {
    name: 'HOSO_BODY_LIMIT',
    default: '1000000',
    meaning: {
      en: 'Largest request body in bytes; a larger one is refused with 413.',
      vi: 'Kích thước tối đa của thân yêu cầu, tính bằng byte; lớn hơn bị từ chối với mã 413.',
    },
  },
  {
    name: 'HOSO_ATTACHMENT_LIMIT',
    default: '20000000',
    meaning: {
      en: 'Largest scan of a decision in bytes (PDF, JPEG, PNG); a larger one is refused with 413.',
      vi: 'Kích thước tối đa của bản quét văn bản (PDF, JPEG, PNG), tính bằng byte; lớn hơn bị từ chối với mã 413.',
    },
  },
  {
    name: 'HOSO_RATE_LIMIT',
    default: '12000',
    meaning: {
      en: 'Requests that one address may send in a minute, in each process; more are answered with 429. 0: any number.',
      vi: 'Số yêu cầu một địa chỉ được gửi trong một phút, ở mỗi tiến trình; quá số đó bị trả lời 429. 0: không giới hạn.',
    },
  },
  {
    name: 'HOSO_TLS',
    default: 'none',
    meaning: {
      en: 'none, or proxy: a proxy in front of the service does TLS. Beyond loopback the service starts only with this or with HOSO_TLS_CERT_FILE.',
      vi: 'none, hoặc proxy: máy chủ trung gian phía trước làm TLS. Ngoài loopback, dịch vụ chỉ chạy khi có khai báo này hoặc HOSO_TLS_CERT_FILE.',
    },
  },
  {
    name: 'HOSO_TLS_CERT_FILE',
    default: '-',
    meaning: {
      en: 'Certificate chain (PEM) with which the service itself speaks TLS; beside HOSO_TLS_KEY_FILE.',
      vi: 'Chuỗi chứng thư (PEM) để dịch vụ tự làm TLS; cùng với HOSO_TLS_KEY_FILE.',
    },
  },
  {
    name: 'HOSO_TLS_KEY_FILE',
    default: '-',
    meaning: { en: 'Private key (PEM) of that certificate.', vi: 'Khóa riêng (PEM) của chứng thư đó.' },
  },
  {
    name: 'HOSO_TRUSTED_PROXIES',
    default: '-',
    meaning: {
      en: 'Addresses or networks, by comma, of proxies whose X-Forwarded-For is believed: else all callers behind one share its limits.',
      vi: 'Địa chỉ hoặc mạng, cách nhau bằng dấu phẩy, của máy chủ trung gian mà X-Forwarded-For được tin; nếu không, mọi người gọi qua nó dùng chung giới hạn.',
    },
  },
  {
    name: 'HOSO_LOG_LEVEL',
    default: 'info',
    meaning: { en: LOG_LEVELS.join(', ') + '.', vi: `Mức nhật ký: ${LOG_LEVELS.join(', ')}.` },
  },
  {
    name: 'HOSO_RECONCILED_MONTHS',
    default: '12',
    meaning: {
      en: 'How long a reconciliation with the paper file counts, in months; a record reconciled longer ago is not complete (Điều 15.5đ).',
      vi: 'Số tháng một lần đối chiếu với hồ sơ giấy còn giá trị; đối chiếu lâu hơn thì hồ sơ chưa đầy đủ (Điều 15.5đ).',
    },
  },
  {
    name: 'HOSO_MOST_OVERDUE',
    default: '0',
    meaning: {
      en: 'So many overdue duties of its agency still let a proposal pass; one more, and it is refused (Điều 18.4e).',
      vi: 'Số việc cập nhật quá hạn của cơ quan mà đề nghị vẫn được nhận; hơn số đó thì bị từ chối (Điều 18.4e).',
    },
  },
  {
    name: 'HOSO_OVER_ESTABLISHMENT',
    default: 'refuse',
    meaning: {
      en: 'refuse or allow: what becomes of a proposal that would go over the establishment decided for a unit. Issued decisions are always recorded, and show as over.',
      vi: 'refuse hoặc allow: đề nghị vượt biên chế được giao bị từ chối hay được nhận. Quyết định đã ban hành luôn được ghi và hiện là vượt.',
    },
  },
  {
    name: 'HOSO_CORRECTIONS_ALONE_DAYS',
    default: 'none: any number',
    meaning: {
      en: 'How many days back one person alone may correct or rescind a fact, or withdraw a record; what lies further back is proposed, and decided by a second person (Điều 13.2). New facts and imports are never held up.',
      vi: 'Số ngày trở về trước mà một người được tự đính chính, hủy bỏ một việc hoặc loại bỏ hồ sơ; xa hơn thì phải đề nghị và người thứ hai quyết định (Điều 13.2). Việc mới và nhập quá trình không bị chặn.',
    },
  },
];

/** Where and as whom the process runs; tests give their own. */
export interface Machine {
  readonly cwd: string;
  /** Undefined where the system has no user ids (Windows). */
  readonly uid: number | undefined;
  /** Directory for the user's configuration (~/.config), or undefined where there is none. */
  readonly configHome: string | undefined;
}

/** The configuration of this process. Rejects bad values with ConfigError; an empty variable counts as unset. */
export function readConfig(
  environment: NodeJS.ProcessEnv = process.env,
  machine: Machine = { cwd: process.cwd(), uid: process.getuid?.(), configHome: configHome() },
): Config {
  const read = (name: string): string | undefined => {
    const value = environment[name]?.trim();
    return value === '' ? undefined : value;
  };
  const root = machine.uid === 0;
  const dataDir = resolve(machine.cwd, read('HOSO_DATA_DIR') ?? (root ? '/var/lib/hoso' : 'data'));
  const databaseUrl = url('DATABASE_URL', read('DATABASE_URL'));
  const databaseOwnerUrl = url('DATABASE_OWNER_URL', read('DATABASE_OWNER_URL'));
  const keysDatabaseUrl = url('HOSO_KEYS_DATABASE_URL', read('HOSO_KEYS_DATABASE_URL'));
  for (const [name, value] of Object.entries({
    DATABASE_OWNER_URL: databaseOwnerUrl,
    HOSO_KEYS_DATABASE_URL: keysDatabaseUrl,
  }))
    if (value !== undefined && databaseUrl === undefined)
      throw new ConfigError(
        name,
        'has a meaning only beside DATABASE_URL',
        `Set DATABASE_URL, or unset ${name}.`,
      );
  const keyFile = masterKeyFile(read('HOSO_MASTER_KEY_FILE'), dataDir, machine);
  const evidenceOrigin = read('HOSO_EVIDENCE_ORIGIN');
  const config = {
    dataDir,
    masterKeyFile: keyFile,
    evidenceKeyFile: evidenceKeyFile(read('HOSO_EVIDENCE_KEY_FILE'), keyFile, dataDir, machine),
    checkpointSeconds: wholeNumber('HOSO_CHECKPOINT_SECONDS', read('HOSO_CHECKPOINT_SECONDS'), 60, 0, 86_400),
    host: read('HOST') ?? '127.0.0.1',
    tls: tlsOf(read),
    trustedProxies: (read('HOSO_TRUSTED_PROXIES') ?? '')
      .split(',')
      .map((a) => a.trim())
      .filter((a) => a !== ''),
    rateLimit: wholeNumber('HOSO_RATE_LIMIT', read('HOSO_RATE_LIMIT'), 12_000, 0, 10_000_000),
    port: wholeNumber('PORT', read('PORT'), 3000, 0, 65_535),
    bodyLimit: wholeNumber('HOSO_BODY_LIMIT', read('HOSO_BODY_LIMIT'), 1_000_000, 1_000, 100_000_000),
    attachmentLimit: wholeNumber(
      'HOSO_ATTACHMENT_LIMIT',
      read('HOSO_ATTACHMENT_LIMIT'),
      20_000_000,
      1_000,
      1_000_000_000,
    ),
    eventStoreDbPrefix: prefix(read('EVENTSTOREDB_PREFIX')),
    logLevel: oneOf('HOSO_LOG_LEVEL', read('HOSO_LOG_LEVEL'), LOG_LEVELS, 'info'),
    reconciledWithinMonths: wholeNumber(
      'HOSO_RECONCILED_MONTHS',
      read('HOSO_RECONCILED_MONTHS'),
      12,
      1,
      1_200,
    ),
    mostOverdue: wholeNumber('HOSO_MOST_OVERDUE', read('HOSO_MOST_OVERDUE'), 0, 0, 1_000_000),
    refuseOverEstablishment:
      oneOf('HOSO_OVER_ESTABLISHMENT', read('HOSO_OVER_ESTABLISHMENT'), ['refuse', 'allow'], 'refuse') ===
      'refuse',
    correctionsAloneDays: wholeNumber(
      'HOSO_CORRECTIONS_ALONE_DAYS',
      read('HOSO_CORRECTIONS_ALONE_DAYS'),
      null,
      0,
      100_000,
    ),
  };
  if (!isLoopback(config.host) && config.tls === null)
    throw new ConfigError(
      'HOST',
      'lets others in without TLS: records and passwords would travel in the open',
      'Set HOSO_TLS_CERT_FILE and HOSO_TLS_KEY_FILE, or HOSO_TLS=proxy where a proxy in front does TLS, or listen on 127.0.0.1.',
    );
  const eventStoreDbUrl = storeUrl(read('EVENTSTOREDB_URL'));
  return {
    ...config,
    ...(eventStoreDbUrl === undefined ? {} : { eventStoreDbUrl }),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(databaseOwnerUrl === undefined ? {} : { databaseOwnerUrl }),
    ...(keysDatabaseUrl === undefined ? {} : { keysDatabaseUrl }),
    ...(evidenceOrigin === undefined ? {} : { evidenceOrigin }),
  };
}

/** The service's own TLS, or the statement that a proxy does it. */
function tlsOf(read: (name: string) => string | undefined): Config['tls'] {
  const said = oneOf('HOSO_TLS', read('HOSO_TLS'), ['none', 'proxy'], 'none');
  const certFile = read('HOSO_TLS_CERT_FILE');
  const keyFile = read('HOSO_TLS_KEY_FILE');
  if (certFile === undefined && keyFile === undefined) return said === 'proxy' ? 'proxy' : null;
  if (certFile === undefined || keyFile === undefined)
    throw new ConfigError(
      certFile === undefined ? 'HOSO_TLS_CERT_FILE' : 'HOSO_TLS_KEY_FILE',
      'is missing beside the other of the two',
      'Name the certificate and its key, or neither.',
    );
  return { certFile: resolve(certFile), keyFile: resolve(keyFile) };
}

/** Whether only this machine reaches an address. */
function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host);
}

const LEAST_PASSWORD = 12;

/** A password that can be guessed over the network opens everything: every other one follows from it. */
function refuseWeakPassword(variable: string, { host, password = '' }: ConnectionSettings): void {
  if (host.startsWith('/') || isLoopback(host) || password.length >= LEAST_PASSWORD) return;
  throw new ConfigError(
    variable,
    `has a password of fewer than ${LEAST_PASSWORD} characters for a server on the network`,
    'Give the login a longer, random password.',
  );
}

/**
 * Outside the data directory, so that a copy of the data alone opens nothing; named after it, so that two services of
 * one user do not share a key by accident.
 */
function masterKeyFile(given: string | undefined, dataDir: string, machine: Machine): string {
  const variable = 'HOSO_MASTER_KEY_FILE';
  if (given !== undefined) return outsideData(variable, given, dataDir, machine);
  const real = realPath(dataDir);
  const hash = createHash('sha256').update(real).digest('hex').slice(0, 12);
  const file = `${basename(real).replace(/[^\w.-]/g, '_')}-${hash}.master.key`;
  if (machine.uid === 0) return join('/etc/hoso', file);
  if (machine.configHome === undefined)
    throw new ConfigError(
      variable,
      'has no default here, for this user has no home directory',
      `Set ${variable} to a file outside ${dataDir} that is kept and backed up.`,
    );
  return join(machine.configHome, 'hoso', file);
}

/** Beside the master key: whoever may write the data must not be able to sign what was made of it. */
function evidenceKeyFile(
  given: string | undefined,
  masterKey: string,
  dataDir: string,
  machine: Machine,
): string {
  if (given !== undefined) return outsideData('HOSO_EVIDENCE_KEY_FILE', given, dataDir, machine);
  return `${masterKey.replace(/(\.master)?\.key$/, '')}.evidence.key`;
}

function outsideData(variable: string, given: string, dataDir: string, machine: Machine): string {
  const file = resolve(machine.cwd, given);
  if (`${realPath(file)}/`.startsWith(`${realPath(dataDir)}/`))
    throw new ConfigError(
      variable,
      'must lie outside HOSO_DATA_DIR, or a copy of the data would carry its own key',
      `Move the file out of ${dataDir} and set ${variable} to its new place.`,
    );
  return file;
}

/** The directory for a user's configuration, or undefined for a user without a home (many containers). */
function configHome(): string | undefined {
  const xdg = process.env['XDG_CONFIG_HOME'];
  if (xdg !== undefined && xdg !== '') return xdg;
  try {
    const home = homedir();
    return home === '' || home === '/' || home === '/nonexistent' ? undefined : join(home, '.config');
  } catch {
    return undefined; // an account without an entry and without HOME
  }
}

/** The path with symbolic links resolved as far as it exists, so that one directory has one name. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}

function url(variable: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  try {
    refuseWeakPassword(variable, parseDatabaseUrl(value));
  } catch (error) {
    if (!(error instanceof BadDatabaseUrl)) throw error;
    throw new ConfigError(
      variable,
      error.rule,
      `Write ${variable}=postgresql://login:password@host:5432/database, with special characters of the password percent-encoded.`,
    );
  }
  return value;
}

function storeUrl(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const variable = 'EVENTSTOREDB_URL';
  try {
    checkEventStoreDbUrl(value);
  } catch (error) {
    if (!(error instanceof BadEventStoreDbUrl)) throw error;
    throw new ConfigError(
      variable,
      error.rule,
      `Write ${variable}=esdb://login:password@host:2113?tls=true, or unset it for a log kept in PostgreSQL.`,
    );
  }
  return value;
}

function prefix(value = 'hoso_'): string {
  const variable = 'EVENTSTOREDB_PREFIX';
  if (/^[a-z][a-z0-9_]{0,30}_$/.test(value)) return value;
  throw new ConfigError(
    variable,
    'must be lower-case letters, digits and _, beginning with a letter and ending with _',
    `Set it to such a text, or unset it for hoso_.`,
  );
}

function wholeNumber<Standard extends number | null>(
  variable: string,
  value: string | undefined,
  standard: Standard,
  least: number,
  most: number,
): number | Standard {
  if (value === undefined) return standard;
  const number = /^\d{1,10}$/.test(value) ? Number(value) : NaN;
  if (!(number >= least && number <= most))
    throw new ConfigError(
      variable,
      `must be a whole number from ${least} to ${most}, not "${value.slice(0, 40)}"`,
      `Set it to such a number, or unset it for ${standard ?? 'any number'}.`,
    );
  return number;
}

function oneOf<T extends string>(
  variable: string,
  value: string | undefined,
  allowed: readonly T[],
  standard: T,
): T {
  if (value === undefined) return standard;
  const found = allowed.find((one) => one === value.toLowerCase());
  if (found === undefined)
    throw new ConfigError(
      variable,
      `must be one of ${allowed.join(', ')}, not "${value.slice(0, 40)}"`,
      `Set it to one of them, or unset it for ${standard}.`,
    );
  return found;
}
