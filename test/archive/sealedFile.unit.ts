import { readFile, stat, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { readPassphrase, sealedLines, SealedWriter, type Opener } from '../../src/archive/sealedFile.js';
import { OperatorError } from '../../src/operatorError.js';
import { MasterKey } from '../../src/sealing/masterKey.js';
import { workplace } from './support.js';

const LINES = Array.from({ length: 3_000 }, (_, i) => `${i} ệ ${'x'.repeat(i % 90)}`);

describe('A sealed file', () => {
  const place = workplace();
  const passphrase: Opener = { passphrase: 'đúng mật khẩu này' };
  const master: Opener = { master: new MasterKey(Buffer.alloc(32, 7)) };

  const write = async (name: string, opener: Opener): Promise<string> => {
    const writer = await SealedWriter.create(place.at(name), opener);
    for (const line of LINES) await writer.write(`${line}\n`);
    await writer.end();
    return place.at(name);
  };
  const read = async (file: string, opener: Opener): Promise<string[] | string> => {
    const lines: string[] = [];
    try {
      for await (const line of sealedLines(file, opener)) lines.push(line);
    } catch (error) {
      expect(error).to.be.instanceOf(OperatorError);
      return (error as OperatorError).problem;
    }
    return lines;
  };

  it('opens with what it was sealed with, and with nothing else', async () => {
    const one = await write('passphrase', passphrase);
    const other = await write('master', master);
    expect(await read(one, passphrase)).to.deep.equal(LINES);
    expect(await read(other, master)).to.deep.equal(LINES);
    expect((await readFile(one)).includes('xxxx')).to.equal(false);
    expect((await stat(one)).mode & 0o777).to.equal(0o600);
    expect(await read(one, { passphrase: 'đúng mật khẩu nay' })).to.include('does not open');
    expect(await read(one, master)).to.include('is sealed with a passphrase');
    expect(await read(other, passphrase)).to.include('does not open');
    const next: Opener = { master: new MasterKey(Buffer.alloc(32, 8)) };
    expect(await read(other, next)).to.include('is sealed under the master key');
  });

  it('does not open when a byte is another, when it is cut at any place, or its pieces stand in another order', async () => {
    const bytes = await readFile(await write('whole', master));
    const first = bytes.indexOf(10) + 1;
    const second = first + 4 + bytes.readUInt32BE(first);
    const third = second + 4 + bytes.readUInt32BE(second);
    expect(third).to.be.lessThan(bytes.length);
    const bad = async (what: Buffer): Promise<void> => {
      await writeFile(place.at('bad'), what);
      expect(await read(place.at('bad'), master)).to.be.a('string');
    };
    for (const at of [20, first + 2, first + 40, second + 100, bytes.length - 1]) {
      const one = Buffer.from(bytes);
      one[at] = (one[at] ?? 0) ^ 1;
      await bad(one);
    }
    for (const end of [first, second, third, second + 2, bytes.length - 5]) await bad(bytes.subarray(0, end));
    const parts = [bytes.subarray(0, first), bytes.subarray(second, third), bytes.subarray(first, second)];
    await bad(Buffer.concat([...parts, bytes.subarray(third)]));
  });

  it('takes no short passphrase', async () => {
    await writeFile(place.at('short'), 'ngắn\n');
    expect(await readPassphrase(place.at('short')).catch((e: unknown) => String(e))).to.include(
      'fewer than 12',
    );
    await writeFile(place.at('long'), 'đủ dài để dùng\nnhận xét');
    expect(await readPassphrase(place.at('long'))).to.equal('đủ dài để dùng');
  });
});
