import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { copyAttachments } from '../../src/archive/attachmentBackup.js';
import { damage, workplace } from './support.js';

describe('Attachments in a backup', () => {
  const place = workplace();
  const names: string[] = [];

  before(async () => {
    for (const [i, part] of ['settled', 'settled', 'new'].entries()) {
      const bytes = Buffer.alloc(1_000, i);
      const name = createHash('sha256').update(bytes).digest('hex');
      const file = join(place.at('data'), part, ...(part === 'new' ? [] : [name.slice(0, 2)]), name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, bytes);
      names.push(name);
    }
    await mkdir(place.at('data/draft'));
    await writeFile(place.at('data/draft/abc'), 'half written');
  });

  it('are copied once each, and come back where a service finds them', async () => {
    expect(await copyAttachments(place.at('data'), place.at('backup'))).to.equal(3);
    expect(await copyAttachments(place.at('data'), place.at('backup'))).to.equal(0);
    expect(await copyAttachments(place.at('backup'), place.at('other/settled'))).to.equal(3);
    for (const name of names) {
      const back = await readFile(place.at(`other/settled/${name.slice(0, 2)}/${name}`));
      expect(createHash('sha256').update(back).digest('hex')).to.equal(name);
    }
    expect(await copyAttachments(place.at('none'), place.at('backup'))).to.equal(0);
  });

  it('that are damaged are refused by name, and no copy gets that name', async () => {
    const [name = ''] = names;
    const file = place.at(`backup/${name.slice(0, 2)}/${name}`);
    await damage(file);
    const refused = await copyAttachments(place.at('backup'), place.at('third')).catch((e: unknown) =>
      String(e),
    );
    expect(refused).to.include(`${file} is damaged`);
    const copies = await readdir(place.at(`third/${name.slice(0, 2)}`));
    expect(copies).to.not.include(name);
  });
});
