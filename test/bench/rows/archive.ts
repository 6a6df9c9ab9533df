/**
 * The commands that run for long, each as an operator gives it, in a process of its own: import, archive, verify beside
 * reading the log with a SHA-256 of each event alone, restore, rebuild; with the memory that each needed at its peak.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hoso, newHome, run, settingsIn, type Ran } from '../commands.js';
import type { Plan } from '../harness.js';
import type { BenchRow } from '../report.js';
import { FACTS_A_PERSON, writeCity } from '../workload.js';
import { openUnits } from './importing.js';

const HASHING = fileURLToPath(new URL('../hashLog.js', import.meta.url));
export async function archiveRows({ events, say }: Plan): Promise<BenchRow[]> {
  const home = await newHome('archive');
  const settings = (place: string) => settingsIn(home, place);
  const at = (place: string, ...args: string[]) => hoso(args, settings(place), say);
  try {
    const persons = Math.ceil(events / FACTS_A_PERSON);
    await openUnits(settings('first'), persons);
    const file = join(home, 'city.jsonl');
    await writeCity(file, persons);
    const bag = join(home, 'bag');
    const imported = await at('first', 'import', file);
    const archived = await at('first', 'archive', bag);
    const hashed = await run([HASHING], settings('first'));
    const verified = await at('first', 'verify', '--json');
    const checked = await at('first', 'verify', '--bag', bag);
    const restored = await at('second', 'restore', bag);
    const rebuilt = await at('first', 'rebuild');
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
