/** A thread that folds (FoldingThreads): opens log and keys for itself, folds what it is given, one task after another. */
import { parentPort, workerData } from 'node:worker_threads';
import { PROJECTIONS } from '../../projections/all.js';
import { openLog } from '../event-log/openLog.js';
import { makeLogger } from '../observability/logging.js';
import { destroyedByLog, RecordCodec } from '../recording/codec.js';
import { openSealer } from '../sealing/sealer.js';
import type { Answered, Asked, ThreadOrder } from './foldingThreads.js';
import { Folder } from './folder.js';
import { SharedReference } from './sharedReference.js';
import { tell } from './trouble.js';

if (parentPort === null) throw new Error('this file is for a thread');
const port = parentPort;
const { config, database } = workerData as ThreadOrder;
const log = await openLog(config, database, { logger: makeLogger(config.logLevel) });
const { sealer } = await openSealer({
  connection: database.keys,
  masterKeyFile: config.masterKeyFile,
  // Whoever begins a thread has opened the keyring before.
  mayBegin: false,
  toldDestroyed: destroyedByLog(log),
});
const folder = new Folder({
  log,
  decoder: new RecordCodec(sealer),
  reference: new SharedReference(log),
  projections: PROJECTIONS,
});

async function answer({ id, task }: Extract<Asked, { kind: 'fold' }>): Promise<void> {
  try {
    const yields = await folder.fold(task);
    const texts = yields.map((one) => ('texts' in one ? one.texts.map(transferable) : null));
    port.postMessage(
      { kind: 'folded', id, texts } satisfies Answered,
      texts.flatMap((of) => of ?? []).map((text) => text.buffer),
    );
  } catch (error) {
    port.postMessage({ kind: 'away', id, trouble: tell(error) } satisfies Answered);
  }
}

/** Bytes that can pass to another thread as they are: small buffers lie in a pool, which cannot. */
function transferable(bytes: Buffer): Uint8Array<ArrayBuffer> {
  return bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength && bytes.byteLength > 0
    ? (bytes as Uint8Array<ArrayBuffer>)
    : new Uint8Array(bytes);
}

port.on('message', (asked: Asked) => {
  if (asked.kind === 'fold') void answer(asked);
  else
    void Promise.all([sealer.close(), log.close()]).finally(() => {
      port.close();
    });
});
port.postMessage({ kind: 'ready' } satisfies Answered);
