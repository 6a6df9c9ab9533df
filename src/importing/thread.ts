/** A thread of an import: does what it is told, and asks the main thread for what only that can reach. */
import { parentPort, workerData } from 'node:worker_threads';
import { destroyedByLog, RecordCodec } from '../recording/codec.js';
import { ReferenceData } from '../reference/referenceData.js';
import type { Keyring, LiveKey } from '../sealing/keyring.js';
import { KeyringSealer } from '../sealing/sealer.js';
import type { Asked, FromThread, ThreadStart, ToThread } from './crew.js';
import type { Chunk } from './chunks.js';
import { ImportWork, type DecidedBatch, type PartTask } from './work.js';

/** A person's keys are needed for one batch only. */
const KEYS_KEPT = 5_000;

if (parentPort === null) throw new Error('this file is for a thread of an import');
const port = parentPort;
const { terms, place, indexKey, reference } = workerData as ThreadStart;

const answers = new Map<number, (value: unknown) => void>();
let questions = 0;

function ask<What extends keyof Asked>(
  what: What,
  args: Parameters<Asked[What]>[0],
): ReturnType<Asked[What]> {
  return new Promise<unknown>((resolve) => {
    const id = ++questions;
    answers.set(id, resolve);
    tell({ kind: 'ask', id, what, args });
  }) as ReturnType<Asked[What]>;
}

function tell(message: FromThread): void {
  port.postMessage(message);
}

/** The main thread's keyring. What is destroyed goes through the sealer there, which forgets it too. */
const keyring: Keyring = {
  obtain: async (names) => (await ask('obtain', names)).map(asBuffer),
  find: async (ids) => (await ask('find', ids)).map((key) => (key?.key == null ? key : asBuffer(key))),
  inUse: () => Promise.reject(new Error('an import destroys no keys')),
  destroy: (keys) => ask('destroy', keys),
  indexKey: () => Buffer.from(indexKey),
  close: () => Promise.resolve(),
};

/** Bytes lose their kind on the way between threads. */
function asBuffer(key: LiveKey): LiveKey {
  return { ...key, key: Buffer.from(key.key) };
}

const readStream = (stream: string) => ask('readStream', stream);
const sealer = new KeyringSealer(keyring, KEYS_KEPT, destroyedByLog({ readStream }));
const data = new ReferenceData();
data.feed(reference.events);
data.advance(reference.position, reference.sequence);
const work = new ImportWork(
  {
    log: {
      readStreams: (streams) => ask('readStreams', streams),
      readEvents: (ids) => ask('readEvents', ids),
    },
    sealer,
    codec: new RecordCodec(sealer),
    reference: data.at(reference.sequence),
  },
  terms,
  place,
);

function done({ name, task }: Extract<ToThread, { kind: 'work' }>): unknown {
  switch (name) {
    case 'read':
      return work.read(task as Chunk);
    case 'finishReading':
      work.finishReading();
      return null;
    case 'decide':
      return work.decide(task as PartTask);
    case 'seal':
      return work.seal(task as DecidedBatch);
    default:
      return name satisfies never;
  }
}

async function hear(message: ToThread): Promise<void> {
  const { id } = message;
  if (message.kind === 'answer') {
    answers.get(id)?.(message.value);
    answers.delete(id);
    return;
  }
  try {
    tell({ kind: 'done', id, value: await done(message) });
  } catch (error) {
    const { name, message: why } = error instanceof Error ? error : new Error(String(error));
    tell({ kind: 'failed', id, name, message: why });
  }
}

port.on('message', (message: ToThread) => {
  void hear(message);
});
