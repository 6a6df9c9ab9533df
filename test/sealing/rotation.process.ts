/** Rotates the master key in a process of its own, which a test kills: prints a line for each batch, waits for one. */
import { createInterface } from 'node:readline';
import { rotateMasterKey, type RotationOptions } from '../../src/sealing/rotateMasterKey.js';

const options = JSON.parse(process.argv[2] ?? '') as RotationOptions;
createInterface({ input: process.stdin }); // ends with the test that started it
process.stdin.on('close', () => process.exit(1));
const report = await rotateMasterKey({
  ...options,
  onProgress: (done, of) => {
    process.stdout.write(`${done} ${of}\n`);
  },
});
process.stdout.write(`end ${JSON.stringify(report)}\n`);
process.exit(0);
