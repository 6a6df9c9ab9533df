/** A thread that folds (FoldingThreads): opens log and keys for itself, folds what it is given, one task after another. */
import { parentPort, workerData } from 'node:worker_threads';
import { PROJECTIONS } from '../../projections/all.js';
import type { Answered, Asked } from './foldingThreads.js';
import { Folder } from './folder.js';
import { SharedReference } from './sharedReference.js';
import { openTools, type ThreadOrder } from './threadOrder.js';
import { tell } from './trouble.js';

if (parentPort === null) throw new Error('this file is for a thread');
const port = parentPort;
const { log, decoder, close } = await openTools(workerData as ThreadOrder);
const reference = new SharedReference(log);
const folder = new Folder({ log, decoder, reference, projections: PROJECTIONS });

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
    void close().finally(() => {
      port.close();
    });
});
port.postMessage({ kind: 'ready' } satisfies Answered);
