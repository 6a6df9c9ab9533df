import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { IdFilter } from '../../../src/event-log/eventstoredb/idFilter.js';
import { KnownIds } from '../../../src/event-log/eventstoredb/knownIds.js';
import { until } from '../../support/until.js';

describe('The ids that the log holds', () => {
  it('the filter forgets none, and errs for less than one in a hundred others', () => {
    const filter = new IdFilter();
    const ids = Array.from({ length: 600_000 }, () => randomUUID());
    for (const id of ids) filter.add(id);
    expect(ids.every((id) => filter.mayHold(id))).to.equal(true);
    const wrong = Array.from({ length: 20_000 }, () => randomUUID()).filter((id) => filter.mayHold(id));
    expect(wrong.length).to.be.lessThan(200);
  });

  /** A numbering of another process: what is in the array is numbered. */
  function beside(numbered: string[]) {
    const asked = { ids: 0 };
    const known = new KnownIds({
      lastSequence: () => numbered.length,
      numbered: (ids) => {
        asked.ids += ids.length;
        return Promise.resolve(
          ids
            .filter((id) => numbered.includes(id))
            .map((id) => ({ id, position: 1n, sequence: 1, stream: 's-1', revision: 0, recordedAt: '' })),
        );
      },
      idsAfter: (sequence, most) => Promise.resolve(numbered.slice(sequence, sequence + most)),
    });
    return { known, asked };
  }

  it('are asked of PostgreSQL until the filter holds them all, and then for those alone that may be there', async () => {
    const old = Array.from({ length: 50 }, () => randomUUID());
    const { known, asked } = beside(old);
    expect(known.areNew([randomUUID()])).to.equal(false);
    await until(() => known.areNew([randomUUID()]));
    expect(known.areNew([randomUUID(), old[7]!])).to.equal(false);
    expect([...(await known.among([randomUUID(), old[7]!]))]).to.deep.equal([old[7]]);
    expect(asked.ids).to.equal(1);
  });

  it('of another process are known as soon as this one knows how far it has numbered', async () => {
    const log = [randomUUID()];
    const { known } = beside(log);
    await until(() => known.areNew([randomUUID()]));
    log.push(randomUUID());
    expect([...(await known.among(log))]).to.deep.equal(log);
  });

  it('that this process wrote are known before they are numbered, and after', async () => {
    const log: string[] = [];
    const { known, asked } = beside(log);
    const id = randomUUID();
    known.saw(id, 5n);
    expect([...(await known.among([id]))]).to.deep.equal([id]);
    log.push(id);
    known.numbered(5n, [id]);
    expect([...(await known.among([id]))]).to.deep.equal([id]);
    expect(asked.ids).to.equal(1);
    expect(known.areNew([randomUUID()])).to.equal(true);
  });
});
