import { expect } from 'chai';
import type pg from 'pg';
import type { Folded } from '../../src/projecting/folding.js';
import type { TableShape } from '../../src/projecting/tables.js';
import { Writer } from '../../src/projecting/writer.js';

class Post {
  title = '';
}

const columns = ['person', 'n', 'title', 'units', 'data'].map((name) => ({
  name,
  property: name,
  type: name === 'person' ? 'uuid' : 'text',
  comment: '',
}));
const POSTS: TableShape = { entity: Post, name: 'post', comment: '', owner: 'person', columns };

/** What a set of statements wrote: rows as subject, number and title, and up to where subjects were cut. */
class Database {
  written: string[] = [];
  cut: string[] = [];
  query({ name, values }: { readonly name: string; readonly values: readonly unknown[] }): Promise<void> {
    if (name === 'upsert post') {
      const rows = JSON.parse(values[0] as string) as { person: string; n: number; title: string }[];
      this.written.push(...rows.map(({ person, n, title }) => `${person} ${n} ${title}`));
    } else {
      const [ids, lengths] = values as [string[], number[]];
      this.cut.push(...ids.map((id, i) => `${id} ${lengths[i] ?? ''}`));
    }
    return Promise.resolve();
  }
}

function posts(subject: string, ...rows: readonly object[]): Folded {
  return { subject, rows: [{ table: Post, rows }] };
}

function post(title: string, more: object = {}) {
  return { title, units: ['u1', 'u2'], data: { a: [1, { b: null }] }, ...more };
}

describe('The writer of a read model', () => {
  let database: Database;
  let writer: Writer;
  const merge = async (...set: readonly Folded[]) => {
    database = new Database();
    await writer.merge(database as unknown as pg.ClientBase, set);
  };
  beforeEach(async () => {
    writer = new Writer('schema', [POSTS]);
    writer.assume([posts('p', post('clerk'), post('head'))]);
    await merge(posts('p', post('clerk'), post('head')));
  });

  it('writes nothing of rows that say the same, though they are other objects', () => {
    expect(database).to.deep.include({ written: [], cut: [] });
  });

  it('writes the rows that differ, and those that are more', async () => {
    await merge(posts('p', post('clerk'), post('chief'), post('expert')));
    expect(database).to.deep.include({ written: ['p 1 chief', 'p 2 expert'], cut: [] });
  });

  for (const [what, more] of Object.entries({
    'an item of a list': { units: ['u1', 'u3'] },
    'the length of a list': { units: ['u1'] },
    'a value within': { data: { a: [1, { b: 0 }] } },
    'a field within that is gone': { data: {} },
    'the order of fields, which is another text': { units: [], data: { b: 1, a: 2 } },
    'a value that is left out': { units: undefined },
  }))
    it(`takes for another row what differs in ${what}`, async () => {
      await merge(posts('p', post('clerk', { units: [], data: { a: 2, b: 1 } }), post('head')));
      await merge(posts('p', post('clerk', more), post('head')));
      expect(database.written).to.deep.equal(['p 0 clerk']);
    });

  it('takes a value left out for null', async () => {
    await merge(posts('p', post('clerk', { data: null }), post('head')));
    await merge(posts('p', post('clerk', { data: undefined }), post('head')));
    expect(database.written).to.deep.equal([]);
  });

  it('deletes rows that are too many', async () => {
    await merge(posts('p', post('clerk')));
    expect(database).to.deep.include({ written: [], cut: ['p 1'] });
  });

  it('compares with what was committed, not with what was rolled back', async () => {
    writer.committed();
    await merge(posts('p', post('chief'), post('head')));
    writer.rolledBack();
    await merge(posts('p', post('chief'), post('head')));
    expect(database.written).to.deep.equal(['p 0 chief']);
  });

  it('writes all rows of a subject that it was told to forget, or never met', async () => {
    writer.forget('p');
    expect(writer.knows('p')).to.equal(false);
    await merge(posts('p', post('clerk')), posts('q', post('guard')));
    expect(database).to.deep.include({ written: ['p 0 clerk', 'q 0 guard'], cut: ['p 1', 'q 1'] });
  });
});
