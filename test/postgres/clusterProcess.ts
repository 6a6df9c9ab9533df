import { spawn, type ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A line that the process prints; see cluster.process.ts. */
export interface Line {
  readonly event: 'ready' | 'restart' | 'lost' | 'closed' | 'finished' | 'rows' | 'error' | 'refused';
  readonly [field: string]: unknown;
}

/** An account for tests of the ordinary user while they run as root: it exists nearly everywhere, and has a name. */
export const NOBODY = { uid: 65_534, gid: 65_534 };

/** A running cluster.process. */
export class ClusterProcess {
  readonly lines: Line[] = [];
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  #awake: (() => void)[] = [];
  #ended = false;
  #errors = '';

  constructor(
    dataDir: string,
    mode: 'service' | 'join-or-start',
    account: { uid?: number; gid?: number } = {},
  ) {
    const extension = extname(fileURLToPath(import.meta.url));
    const script = fileURLToPath(new URL(`./cluster.process${extension}`, import.meta.url));
    const loader = extension === '.ts' ? ['--import=@swc-node/register/esm-register'] : [];
    this.#child = spawn(process.execPath, [...loader, script, JSON.stringify({ dataDir, mode })], {
      ...account,
      detached: true, // a group of its own, so that a test can send it what Ctrl-C sends
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, HOME: '/nonexistent' },
    });
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      this.lines.push(JSON.parse(line) as Line);
      this.#wake();
    });
    this.#child.stderr!.on('data', (text: Buffer) => (this.#errors += text.toString()));
    this.#exited = new Promise((resolve) =>
      this.#child.once('close', () => {
        this.#ended = true;
        this.#wake();
        resolve();
      }),
    );
  }

  /** The next line of one of these kinds, from the first not yet waited for. */
  async next(...events: Line['event'][]): Promise<Line> {
    for (;;) {
      const at = this.lines.findIndex(({ event }) => events.includes(event));
      if (at >= 0) return this.lines.splice(0, at + 1).at(-1)!;
      if (this.#ended)
        throw new Error(
          `ended before ${events.join(' or ')}: ${JSON.stringify(this.lines)} ${this.#errors.slice(0, 2000)}`,
        );
      await new Promise<void>((resolve) => this.#awake.push(resolve));
    }
  }

  /** Runs a statement as the owner in the process. */
  async query(sql: string): Promise<unknown> {
    this.#child.stdin!.write(`${sql}\n`);
    const { event, rows, message } = await this.next('rows', 'error');
    if (event === 'error') throw new Error(String(message));
    return rows;
  }

  async close(): Promise<void> {
    this.#child.stdin!.write('close\n');
    await this.next('closed');
    await this.#exited;
  }

  /** What Ctrl-C sends: the signal to the whole group. */
  interrupt(): void {
    process.kill(-this.#child.pid!, 'SIGINT');
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  #wake(): void {
    const awake = this.#awake;
    this.#awake = [];
    for (const resolve of awake) resolve();
  }
}
