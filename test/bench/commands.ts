/** Commands as an operator gives them, each in a process of its own, with the memory that each needed at its peak. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { timed, type Plan } from './harness.js';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
/** Milliseconds between two looks at a process's memory. */
const LOOK = 50;

export interface Ran {
  readonly seconds: number;
  /** Megabytes, resident, at the most; of the process itself, PostgreSQL not among it. */
  readonly peak: number;
  readonly said: string;
}

/** A folder for data and keys that PostgreSQL can reach: as root, it runs under another account. */
export async function newHome(name: string): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), `hoso-${name}-`));
  await chmod(home, 0o755);
  return home;
}

/** Settings of a deployment in a folder of that home; its keys are those of all deployments there. */
export function settingsIn(home: string, place: string): NodeJS.ProcessEnv {
  return {
    HOSO_DATA_DIR: join(home, place),
    HOSO_MASTER_KEY_FILE: join(home, 'keys', 'master.key'),
    HOSO_EVIDENCE_KEY_FILE: join(home, 'keys', 'evidence.key'),
    HOSO_LOG_LEVEL: 'silent',
    HOSO_ACCOUNT: 'admin',
    PORT: '0',
  };
}

/** `hoso …` until it ends. Rejects when it fails. */
export async function hoso(
  args: readonly string[],
  settings: NodeJS.ProcessEnv,
  say: Plan['say'],
): Promise<Ran> {
  say(`hoso ${args[0] ?? ''}`);
  const ran = await run([CLI, ...args], settings);
  say(`hoso ${args[0] ?? ''}: ${ran.seconds.toFixed(1)} s, ${Math.round(ran.peak)} MB`);
  return ran;
}

/** A script of ours until it ends. Rejects when it fails. */
export async function run(args: readonly string[], settings: NodeJS.ProcessEnv): Promise<Ran> {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [said, complaint, peak] = ['', '', 0];
  child.stdout.on('data', (text) => (said += String(text)));
  child.stderr.on('data', (text) => (complaint = (complaint + String(text)).slice(-2_000)));
  const looking = setInterval(() => {
    readFile(`/proc/${child.pid}/status`, 'utf8').then(
      (status) => (peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024)),
      () => undefined,
    );
  }, LOOK);
  const { ms, value } = await timed(async () => (await once(child, 'close'))[0] as number);
  clearInterval(looking);
  if (value !== 0) throw new Error(`${args.join(' ')} ended with ${value}: ${complaint}`);
  return { seconds: ms / 1000, peak, said };
}
