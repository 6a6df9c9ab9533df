/** What the service needs at rest, as a process of its own. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ServiceProcess } from '../../crash/serviceProcess.js';
import { freePort } from '../../support/freePort.js';
import { newHome } from '../commands.js';
import type { Plan } from '../harness.js';
import type { BenchRow } from '../report.js';

const MEGABYTE = 1024;
/** Milliseconds until what the start has left is collected: V8 does it once nothing has happened for a while. */
const REST = 120_000;

export async function memoryRows({ say, quick }: Plan): Promise<BenchRow[]> {
  say('the service at rest');
  const home = await newHome('memory');
  const service = new ServiceProcess(join(home, 'data'), await freePort(), join(home, 'service.log'));
  await service.start();
  await pause(5_000);
  const started = await residentOf(service.pid);
  if (!quick) await pause(REST);
  const resident = await residentOf(service.pid);
  await service.stop();
  await rm(home, { recursive: true, force: true });
  return [
    {
      what: 'the service at rest, on an empty log',
      figures: { 'resident MB': resident, 'MB just started': started },
      ratios: [{ of: 'MB', value: resident, reach: { atMost: 250 } }],
      correct: {},
    },
  ];
}

/** Resident memory of a process in MB, as Linux tells it. */
async function residentOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? NaN) / MEGABYTE;
}
