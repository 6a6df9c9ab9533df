import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { chunksOfFile, linesOf } from '../../src/importing/chunks.js';

describe('The lines of an import file', () => {
  let home: string;
  let file: string;

  const read = async (content: string | Buffer): Promise<(readonly [number, string])[]> => {
    await writeFile(file, content);
    const lines: (readonly [number, string])[] = [];
    for await (const chunk of chunksOfFile(file))
      linesOf(chunk).forEach(({ text }, i) => lines.push([chunk.first + i, text]));
    return lines;
  };

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'hoso-chunks-'));
    file = join(home, 'lines');
  });
  after(() => rm(home, { recursive: true }));

  it('are numbered from 1, empty ones too, with or without an end to the last', async () => {
    expect(await read('a\n\nb')).to.deep.equal([
      [1, 'a'],
      [2, ''],
      [3, 'b'],
    ]);
    expect(await read('a\nb\n')).to.deep.equal([
      [1, 'a'],
      [2, 'b'],
    ]);
    expect(await read('')).to.deep.equal([]);
  });

  it('may end as on Windows; a line separator of Unicode within a text ends none', async () => {
    expect(await read('a\r\n"\u2028"\r\n')).to.deep.equal([
      [1, 'a'],
      [2, '"\u2028"'],
    ]);
  });

  it('are whole wherever the file is cut to be read, long ones and letters of several bytes too', async () => {
    const lengths = [10, 300_000, 1, 262_143, 262_144, 7, 900_000, 3];
    const texts = Array.from({ length: 4_000 }, (_, i) => 'ệ'.repeat((i * 37) % 211));
    for (const [i, length] of lengths.entries()) texts.splice(i * 500, 0, 'ơ'.repeat(length));
    const lines = await read(texts.join('\n'));
    expect(lines.map(([line]) => line)).to.deep.equal(texts.map((_, i) => i + 1));
    expect(lines.every(([, text], i) => text === texts[i])).to.equal(true);
  });
});
