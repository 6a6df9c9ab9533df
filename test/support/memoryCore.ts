/** The core over the log in memory: everything but PostgreSQL, for fast tests of what runs on it. */
import { ship } from '../../src/catalogues/ship.js';
import { deskReferences, type Core } from '../../src/core.js';
import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import { RecordCodec } from '../../src/recording/codec.js';
import { RecordDesk } from '../../src/recording/recordDesk.js';
import { ReferenceRecorder } from '../../src/reference/recorder.js';
import { ReferenceService } from '../../src/reference/service.js';
import { shippedLaw } from './shippedLaw.js';
import { memorySealer } from '../../src/sealing/sealer.js';

export type MemoryCore = Pick<
  Core,
  'log' | 'sealer' | 'codec' | 'references' | 'recorder' | 'desk' | 'shipLaw' | 'close'
>;

export async function memoryCore(log: MemoryLog = new MemoryLog(), seed = 'test'): Promise<MemoryCore> {
  const sealer = memorySealer(seed);
  const references = new ReferenceService(log);
  await references.start();
  return {
    log,
    sealer,
    codec: new RecordCodec(sealer),
    references,
    recorder: new ReferenceRecorder(log, references),
    desk: new RecordDesk(log, sealer, deskReferences(references)),
    shipLaw: async (options = {}) => {
      await ship(log, { data: shippedLaw(), ...options });
      await references.sync();
    },
    close: () => references.stop(),
  };
}
