import { MemoryKeyring } from '../../src/sealing/memoryKeyring.js';
import { keyringContract } from './keyringContract.js';

for (const seed of [undefined, 'a seed'])
  keyringContract(seed === undefined ? 'in memory' : 'in memory, from a seed', () =>
    Promise.resolve(new MemoryKeyring(seed)),
  );
