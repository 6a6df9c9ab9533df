import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));
/** What `npm start` tells Node. */
const FLAGS = startFlags();
const START_DEADLINE_MS = 180_000;

/** The service as its users run it: a process of its own, on a data directory of its own. */
export class ServiceProcess {
  private child: ChildProcess | null = null;
  private token = '';

  constructor(
    readonly dataDir: string,
    readonly port: number,
    private readonly logFile: string,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Who speaks: the first administrator, once `signIn` was there. */
  get who(): { readonly authorization: string } {
    return { authorization: `Bearer ${this.token}` };
  }

  /** Logs in as an operator would: with the one-time code that the first start prints. */
  async signIn(): Promise<void> {
    const password = 'a long one of no person';
    let code: string | undefined;
    // It is printed a moment after the service has become ready.
    for (let tries = 0; code === undefined && tries < 100; tries++) {
      code = /^ {2}admin {2}(\S+)$/m.exec(await readFile(this.logFile, 'utf8'))?.[1];
      if (code === undefined) await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const send = (path: string, body: object) =>
      fetch(this.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'admin', password, ...body }),
      });
    const set = await send('/v1/sessions/password', { code });
    if (set.status !== 204) throw new Error(`no password could be set: ${set.status} ${await set.text()}`);
    this.token = ((await (await send('/v1/sessions', {})).json()) as { token: string }).token;
  }

  /** Process id while it runs. */
  get pid(): number {
    return this.child?.pid ?? NaN;
  }

  get environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      HOSO_DATA_DIR: this.dataDir,
      HOSO_MASTER_KEY_FILE: `${this.dataDir}.master.key`,
      PORT: String(this.port),
    };
  }

  /** Starts it and waits until it is ready. Rejects when it ends instead, or takes longer than three minutes (on a busy machine it takes one). */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [...FLAGS, MAIN], {
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    const log = createWriteStream(this.logFile, { flags: 'a' });
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    const deadline = Date.now() + START_DEADLINE_MS;
    for (;;) {
      if (child.exitCode !== null)
        throw new Error(`the service ended with ${child.exitCode}; see ${this.logFile}`);
      if (Date.now() > deadline)
        throw new Error(`the service is not ready after three minutes; see ${this.logFile}`);
      if (await this.isReady()) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** kill -9, as a power cut or the kernel's OOM killer would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Asks it to stop, and gives its exit code. */
  async stop(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  /** kill -9 of its PostgreSQL server. */
  async killPostmaster(): Promise<void> {
    process.kill(await this.postmaster(), 'SIGKILL');
  }

  async isReady(): Promise<boolean> {
    return fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(1000) }).then(
      (response) => response.ok,
      () => false,
    );
  }

  private async postmaster(): Promise<number> {
    const file = await readFile(join(this.dataDir, 'postgresql', 'data', 'postmaster.pid'), 'utf8');
    return Number(file.split('\n')[0]);
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.child;
    if (child === null || child.exitCode !== null) return child?.exitCode ?? null;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    this.child = null;
    return child.exitCode;
  }
}

function startFlags(): string[] {
  const manifest = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  const { start } = (JSON.parse(manifest) as { scripts: { start: string } }).scripts;
  return start.split(' ').filter((word) => word.startsWith('--'));
}
