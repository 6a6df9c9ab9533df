import { expect } from 'chai';
import fc from 'fast-check';
import type { CatalogueBody, EntryContent } from '../../src/catalogues/facts.js';
import { BehindTheLog, ReferenceData } from '../../src/reference/referenceData.js';
import { UnknownReferenceEvent } from '../../src/reference/payload.js';
import { tracked, type ReferenceView } from '../../src/reference/view.js';
import { closed, opened, renamed, reparented, section } from '../organisation/support.js';
import { Script, idOf, on } from './support.js';

function entry(code: string, more: Partial<EntryContent> = {}): CatalogueBody {
  return {
    kind: 'catalogue_entry_recorded',
    entry: { code, name: code, source: 'design', confirmed: false, ...more },
  };
}
function coverage(from?: string, to?: string, scope?: string): CatalogueBody {
  return {
    kind: 'catalogue_coverage_declared',
    coverage: {
      source: 's',
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(scope === undefined ? {} : { scope }),
    },
  };
}
function fed(script: Script): ReferenceData {
  const data = new ReferenceData();
  data.feed(script.events);
  return data;
}

describe('a code in a list', () => {
  const list = () =>
    fed(
      new Script()
        .catalogue('l', entry('cũ', { validTo: '2021-07-31' }))
        .catalogue('l', entry('mới', { validFrom: '2021-08-01' }))
        .catalogue('l', coverage('2010-01-01', '2021-12-31')),
    ).at();

  it('is valid within its own days, whether or not the list is complete', () => {
    expect(list().code('l', 'cũ', on('1950-01-01'))).to.equal('valid');
    expect(list().code('l', 'cũ', on('2021-07-31'))).to.equal('valid');
    expect(list().code('l', 'mới', on('2030-01-01'))).to.equal('valid');
  });

  it('is invalid outside them where the list declares itself complete', () => {
    expect(list().code('l', 'cũ', on('2021-08-01'))).to.equal('invalid');
    expect(list().code('l', 'lạ', on('2010-01-01'))).to.equal('invalid');
    expect(list().code('l', 'lạ', on('2021-12-31'))).to.equal('invalid');
  });

  it('is unverified where the list makes no such claim, also when it has the code for other days', () => {
    expect(list().code('l', 'lạ', on('2009-12-31'))).to.equal('unverified');
    expect(list().code('l', 'cũ', on('2022-01-01'))).to.equal('unverified');
    expect(list().code('không có', 'lạ', on('2020-01-01'))).to.equal('unverified');
  });

  it('of a partial date is valid when any day fits, and invalid only if every day is', () => {
    const year = (y: string) => ({ first: `${y}-01-01`, last: `${y}-12-31` });
    expect(list().code('l', 'cũ', year('2021'))).to.equal('valid');
    expect(list().code('l', 'lạ', year('2021'))).to.equal('invalid');
    expect(list().code('l', 'lạ', { first: '2009-06-01', last: '2010-06-01' })).to.equal('unverified');
    expect(list().code('l', 'lạ', { first: '2021-06-01', last: '2022-06-01' })).to.equal('unverified');
  });

  it('is complete over two declarations that meet, not over a gap between them', () => {
    const two = (from: string) =>
      fed(
        new Script()
          .catalogue('l', coverage('2010-01-01', '2010-06-30'))
          .catalogue('l', coverage(from, '2010-12-31')),
      )
        .at()
        .code('l', 'lạ', { first: '2010-01-01', last: '2010-12-31' });
    expect(two('2010-07-01')).to.equal('invalid');
    expect(two('2010-07-02')).to.equal('unverified');
  });

  it('is judged by a scoped declaration only when it begins so', () => {
    const data = fed(new Script().catalogue('l', coverage(undefined, undefined, 't2.'))).at();
    expect(data.code('l', 't2.lạ', on('2020-01-01'))).to.equal('invalid');
    expect(data.code('l', 't5.lạ', on('2020-01-01'))).to.equal('unverified');
  });

  it('has the names of its day', () => {
    expect(list().entry('l', 'cũ', '2021-07-31')?.name).to.equal('cũ');
    expect(list().entry('l', 'cũ', '2021-08-01')).to.be.null;
    expect(
      list()
        .entriesOn('l', '2021-08-01')
        .map((e) => e.code),
    ).to.deep.equal(['mới']);
    expect(list().listNames()).to.deep.equal(['l']);
  });
});

describe('reference data as known at K', () => {
  const script = new Script()
    .unit('u', { kind: 'fact', fact: opened('2010-01-01', { code: 'sai' }) })
    .person()
    .unit('u', { kind: 'fact', fact: closed('2018-01-01') })
    .unit('u', {
      kind: 'unit_fact_corrected',
      target: idOf(1),
      fact: opened('2010-01-01', { code: 'đúng' }),
    })
    .catalogue('l', coverage())
    .catalogue('l', entry('x'))
    .catalogue('l', { kind: 'catalogue_fact_rescinded', target: idOf(6) })
    .unit('u', { kind: 'unit_fact_rescinded', target: idOf(3) });
  const data = fed(script);

  it('does not see a retroactive closing before it was recorded, nor after it was rescinded', () => {
    const standing = (k: number) => data.at(k).unit('u', on('2020-01-01'));
    expect([0, 1, 2, 3, 7, 8].map(standing)).to.deep.equal([
      'invalid',
      'valid',
      'valid',
      'invalid',
      'invalid',
      'valid',
    ]);
  });

  it('does not see a corrected code before its correction', () => {
    const codes = (k: number) => [...data.at(k).all()].map((h) => h.periods[0]?.attributes.code);
    expect(codes(3)).to.deep.equal(['sai']);
    expect(codes(4)).to.deep.equal(['đúng']);
    expect([...data.at(3).withCode('đúng')].map((h) => h.id)).to.deep.equal(['u']);
  });

  it('does not see an entry before it was recorded, nor after it was rescinded', () => {
    const standing = (k: number) => data.at(k).code('l', 'x', on('2020-01-01'));
    expect([4, 5, 6, 7].map(standing)).to.deep.equal(['unverified', 'invalid', 'valid', 'invalid']);
  });

  it('refuses a K that it has not read', () => {
    expect(() => data.at(9)).to.throw(BehindTheLog);
    expect(data.at().sequence).to.equal(8);
  });

  it('passes over what it took before, and over what it need not read', () => {
    data.feed(script.events);
    expect(data.sequence).to.equal(8);
  });

  it('stops at an event that it does not know, and stays before it', () => {
    for (const stream of ['unit-v', 'catalogue-l', 'unit-'] as const) {
      const broken = new Script()
        .person()
        .take(stream, { id: idOf(2), type: 'unit_teleported', version: 1, data: '{"open":{}}', meta: '{}' });
      const fresh = new ReferenceData();
      expect(() => {
        fresh.feed(broken.events);
      }).to.throw(UnknownReferenceEvent, 'upgrade');
      expect(fresh.sequence).to.equal(1);
    }
    const newer = new Script().unit('u', { kind: 'fact', fact: opened(null) });
    const future = { ...newer.events[0]!, version: 2 };
    expect(() => {
      new ReferenceData().feed([future]);
    }).to.throw(UnknownReferenceEvent, 'version 2');
  });

  it('refuses an event that has no sequence yet', () => {
    const [event] = new Script().person().events;
    expect(() => {
      new ReferenceData().feed([{ ...event!, sequence: null }]);
    }).to.throw('numbering');
  });
});

describe('what a decision used', () => {
  const data = fed(
    new Script()
      .unit('so', { kind: 'fact', fact: opened('2000-01-01', { code: 's' }) })
      .unit('phong', { kind: 'fact', fact: section('2000-01-01', 'so', 'p') })
      .catalogue('l', entry('x'))
      .catalogue('l', coverage())
      .unit('so', { kind: 'fact', fact: renamed('2001-01-01', 'Tên') }),
  );

  it('is cited with the revision known at K', () => {
    const reference = tracked(data.at(4));
    reference.agencyOf('phong', '2010-01-01');
    reference.code('l', 'x', on('2010-01-01'));
    reference.unit('nobody', on('2010-01-01'));
    expect(reference.citations()).to.deep.equal([
      { stream: 'catalogue-l', revision: 1 },
      { stream: 'unit-phong', revision: 0 },
      { stream: 'unit-so', revision: 0 },
    ]);
    const now = tracked(data.at());
    now.agencyOf('phong', '2010-01-01');
    expect(now.citations()).to.deep.include({ stream: 'unit-so', revision: 1 });
  });

  it('what depends on all entries of a list has a key that every entry touches, and no coverage', () => {
    const script = new Script().catalogue('l', entry('x'));
    const data = fed(script);
    const reference = tracked(data.at());
    reference.everyEntry('l');
    const keys = reference.keys();
    const next = (body: CatalogueBody) => {
      const [event] = script.catalogue('l', body).events.slice(-1);
      data.feed([event!]);
      return data.touched(event!);
    };
    expect(next(entry('y')).filter((key) => keys.includes(key))).to.deep.equal(['catalogue-l#*']);
    expect(next(coverage('2020-01-01')).filter((key) => keys.includes(key))).to.deep.equal([]);
  });

  it('has keys: the coverage only where the answer depended on it', () => {
    const reference = tracked(data.at());
    reference.code('l', 'x', on('2010-01-01'));
    reference.unit('nobody', on('2010-01-01'));
    expect(reference.keys()).to.deep.equal(['catalogue-l#x', 'unit-nobody']);
    reference.code('l', 'y', on('2010-01-01'));
    expect(reference.keys()).to.include.members(['catalogue-l#y', 'catalogue-l#']);
  });

  it('is touched by an entry that moves to another code or group, under the old key and the new', () => {
    const one = fed(new Script().catalogue('l', entry('x', { attributes: { grade_group_code: 'g' } })));
    const moved = new Script()
      .catalogue('l', entry('x', { attributes: { grade_group_code: 'g' } }))
      .catalogue('l', {
        kind: 'catalogue_entry_corrected',
        target: idOf(1),
        entry: { code: 'y', name: 'y', source: 's', confirmed: true, attributes: { grade_group_code: 'h' } },
      });
    one.feed(moved.events);
    expect([...one.touched(moved.events[1]!)].sort()).to.deep.equal([
      'catalogue-l#*',
      'catalogue-l#grade_group_code=g',
      'catalogue-l#grade_group_code=h',
      'catalogue-l#x',
      'catalogue-l#y',
    ]);
  });
});

const DAYS = ['2001-01-01', '2002-02-02', '2003-03-03'] as const;
const CODES = ['a', 'b', 'c'] as const;
const day = fc.constantFrom(...DAYS);
const code = fc.constantFrom(...CODES);

/** A random log: units and lists, corrections and rescissions of anything said before in the stream. */
const anyScript = fc
  .array(fc.tuple(fc.nat(10), day, code, code, fc.nat(20)), { maxLength: 25 })
  .map((steps) => {
    const script = new Script();
    for (const [kind, when, one, other, back] of steps) {
      const own = (stream: string) => script.events.filter((e) => e.stream === stream);
      const unitEvents = own(`unit-${one}`);
      const listEvents = own('catalogue-l');
      const unitTarget = unitEvents[back % Math.max(unitEvents.length, 1)];
      const entryTarget = listEvents.filter((e) => e.type === 'catalogue_entry_recorded').at(-1);
      const anyTarget = listEvents[back % Math.max(listEvents.length, 1)];
      if (kind === 0) script.person();
      else if (kind === 1)
        script.unit(one, { kind: 'fact', fact: opened(when, { code: other, parent: other }) });
      else if (kind === 2) script.unit(one, { kind: 'fact', fact: closed(when) });
      else if (kind === 3) script.unit(one, { kind: 'fact', fact: renamed(when, 'Tên', other) });
      else if (kind === 4) script.unit(one, { kind: 'fact', fact: reparented(when, other) });
      else if (kind === 5 && unitTarget !== undefined)
        script.unit(one, { kind: 'unit_fact_rescinded', target: unitTarget.id });
      else if (kind === 6) script.catalogue('l', entry(one, { validFrom: when }));
      else if (kind === 7 && entryTarget !== undefined)
        script.catalogue('l', {
          kind: 'catalogue_entry_ended',
          target: entryTarget.id,
          validTo: when,
          source: 's',
        });
      else if (kind === 8 && anyTarget !== undefined)
        script.catalogue('l', { kind: 'catalogue_fact_rescinded', target: anyTarget.id });
      else if (kind === 10 && entryTarget !== undefined)
        script.catalogue('l', {
          kind: 'catalogue_entry_corrected',
          target: entryTarget.id,
          entry: { code: other, name: when, source: 's', confirmed: true },
        });
      else if (kind === 9) script.catalogue('l', coverage(when, undefined, one));
    }
    return script;
  });

/** Everything that a record may ask, as one value. */
function answers(reference: ReferenceView): unknown {
  return DAYS.flatMap((d) =>
    CODES.flatMap((c) => [
      reference.code('l', c, on(d)),
      reference.unit(c, on(d)),
      reference.agencyOf(c, d),
      reference.entry('l', c, d),
      reference.revisionOf(`unit-${c}`),
      [...reference.withCode(c)]
        .filter((h) => h.periods.some((p) => p.attributes.code === c))
        .map((h) => h.id)
        .sort(),
    ]),
  );
}

describe('laws of reference data', () => {
  it('as of K, what came later does not count: the same as a log that ends at K', () => {
    fc.assert(
      fc.property(anyScript, fc.nat(25), (script, cut) => {
        const k = Math.min(cut, script.events.length);
        const short = new ReferenceData();
        short.feed(script.events.slice(0, k));
        expect(answers(fed(script).at(k))).to.deep.equal(answers(short.at()));
      }),
    );
  });

  it('batches and repeats do not matter', () => {
    fc.assert(
      fc.property(anyScript, fc.array(fc.nat(25), { maxLength: 5 }), (script, cuts) => {
        const data = new ReferenceData();
        for (const cut of [...cuts].sort((a, b) => a - b)) data.feed(script.events.slice(0, cut));
        data.feed(script.events.slice(Math.max(0, Number(data.position) - 2)));
        expect(answers(data.at())).to.deep.equal(answers(fed(script).at()));
      }),
    );
  });

  it('an event that touches none of the keys used leaves the answer as it is', () => {
    fc.assert(
      fc.property(anyScript, fc.nat(25), day, code, (script, cut, d, c) => {
        const data = new ReferenceData();
        data.feed(script.events.slice(0, cut));
        const ask = (reference: ReferenceView) => [
          reference.code('l', c, on(d)),
          reference.unit(c, on(d)),
          reference.agencyOf(c, d),
        ];
        const before = tracked(data.at());
        const first = ask(before);
        const used = new Set(before.keys());
        for (const event of script.events.slice(cut)) {
          data.feed([event]);
          if (data.touched(event).some((key) => used.has(key))) return;
          expect(ask(data.at())).to.deep.equal(first);
        }
      }),
    );
  });
});

describe('an answer that was remembered', () => {
  const [fact, state] = [{}, {}];
  const ask = (view: ReferenceView) => view.remember(fact, state, (r) => r.code('l', 'a', on('2020-01-01')));

  it('is found again with what it rests on, until reference data changes', () => {
    const script = new Script().catalogue('l', coverage()).person();
    const data = fed(script);
    const [first, second] = [tracked(data.at(1)), tracked(data.at())];
    expect([ask(first), ask(second)]).to.deep.equal(['invalid', 'invalid']);
    expect(second.keys()).to.deep.equal(first.keys()).and.deep.equal(['catalogue-l#', 'catalogue-l#a']);
    expect(second.citations()).to.deep.equal([{ stream: 'catalogue-l', revision: 0 }]);
    data.feed(script.catalogue('l', entry('a')).events);
    expect(ask(data.at())).to.equal('valid');
    expect(ask(data.at(2))).to.equal('invalid');
    expect(ask(data.at())).to.equal('valid');
  });

  it('is not that of another state', () => {
    const view = fed(new Script().person()).at();
    expect(view.remember(fact, state, () => 1)).to.equal(1);
    expect(view.remember(fact, state, () => 2)).to.equal(1);
    expect(view.remember(fact, {}, () => 3)).to.equal(3);
  });
});
