/**
 * The commands that run for long, each as an operator gives it, in a process of its own: import, archive, verify beside
 * reading the log with a SHA-256 of each event alone, restore, rebuild; with the memory that each needed at its peak.
 */
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { timed, type Plan } from '../harness.js';
import type { BenchRow } from '../report.js';
import { FACTS_A_PERSON, writeCity } from '../workload.js';
import { openUnits } from './importing.js';

const CLI = fileURLToPath(new URL('../../../src/cli.js', import.meta.url));
const HASHING = fileURLToPath(new URL('../hashLog.js', import.meta.url));
/** Milliseconds between two looks at a process's memory. */
const LOOK = 50;

interface Ran {
  readonly seconds: number;
  /** Megabytes, resident, at the most. */
  readonly peak: number;
  readonly said: string;
}

export async function archiveRows({ events, say }: Plan): Promise<BenchRow[]> {
  const home = await mkdtemp(join(tmpdir(), 'hoso-archive-'));
  await chmod(home, 0o755);
  const settings = (name: string) => ({
    HOSO_DATA_DIR: join(home, name),
    HOSO_MASTER_KEY_FILE: join(home, 'keys', 'master.key'),
    HOSO_EVIDENCE_KEY_FILE: join(home, 'keys', 'evidence.key'),
    HOSO_LOG_LEVEL: 'silent',
    HOSO_ACCOUNT: 'admin',
    PORT: '0',
  });
  const hoso = async (what: string, place: string, ...args: string[]): Promise<Ran> => {
    say(what);
    const ran = await run([CLI, ...args], settings(place));
    say(`${what}: ${Math.round(ran.seconds)} s, ${Math.round(ran.peak)} MB`);
    return ran;
  };
  try {
    const persons = Math.ceil(events / FACTS_A_PERSON);
    await openUnits(settings('first'), persons);
    const file = join(home, 'city.jsonl');
    await writeCity(file, persons);
    const bag = join(home, 'bag');
    const imported = await hoso('import', 'first', 'import', file);
    const archived = await hoso('archive', 'first', 'archive', bag);
    const hashed = await run([HASHING], settings('first'));
    const verified = await hoso('verify', 'first', 'verify', '--json');
    const checked = await hoso('verify of the bag', 'first', 'verify', '--bag', bag);
    const restored = await hoso('restore', 'second', 'restore', bag);
    const rebuilt = await hoso('rebuild', 'first', 'rebuild');
    const { count } = JSON.parse(hashed.said) as { count: number };
    const rate = ({ seconds }: Ran) => count / seconds;
    const rooted = (ran: Ran) => /[A-Za-z0-9+/]{43}=/.exec(ran.said)?.[0];
    return [
      {
        what: `commands over a log of ${count} events`,
        figures: Object.fromEntries(
          Object.entries({ imported, archived, hashed, verified, checked, restored, rebuilt }).flatMap(
            ([name, ran]) => [
              [`${name} s`, ran.seconds],
              [`${name} MB`, ran.peak],
            ],
          ),
        ),
        ratios: [
          {
            of: 'verify : reading and SHA-256',
            value: rate(verified) / rate(hashed),
            reach: { atLeast: 0.5 },
          },
          { of: 'import MB', value: imported.peak, reach: { atMost: 1_000 } },
          { of: 'rebuild MB', value: rebuilt.peak, reach: { atMost: 1_000 } },
          { of: 'verify MB', value: verified.peak, reach: { atMost: 1_000 } },
        ],
        correct: { 'the root of the archive is the root restored': rooted(archived) === rooted(restored) },
      },
    ];
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** A script of ours until it ends. Rejects when it fails. */
async function run(args: readonly string[], settings: NodeJS.ProcessEnv): Promise<Ran> {
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
