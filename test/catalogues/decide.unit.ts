import { expect } from 'chai';
import { decideCatalogue } from '../../src/catalogues/decide.js';
import type { CatalogueBody, CatalogueEvent, EntryContent } from '../../src/catalogues/facts.js';
import { validateEntry } from '../../src/catalogues/facts.js';
import { catalogueList } from '../../src/catalogues/list.js';
import { CALENDAR_LIST } from '../../src/rules/workingDays.js';
import { CATALOGUE_RULES, type CatalogueRule } from '../../src/catalogues/ruleBook.js';

function entry(code: string, more: Partial<EntryContent> = {}): EntryContent {
  return { code, name: 'Tên', source: 'design', confirmed: false, ...more };
}
function recorded(code: string, more: Partial<EntryContent> = {}): CatalogueBody {
  return { kind: 'catalogue_entry_recorded', entry: entry(code, more) };
}
function rescinded(target: string): CatalogueBody {
  return { kind: 'catalogue_fact_rescinded', target };
}
function ended(target: string, validTo: string): CatalogueBody {
  return { kind: 'catalogue_entry_ended', target, validTo, source: 'NĐ' };
}
/** Events with the ids e0, e1 … */
function events(...bodies: readonly CatalogueBody[]): CatalogueEvent[] {
  return bodies.map((body, revision) => ({
    id: `e${String(revision)}`,
    revision,
    sequence: revision + 1,
    recordedAt: '',
    body,
  }));
}

const LIST = 'l';

interface Specification {
  readonly given: readonly CatalogueBody[];
  readonly breaks: CatalogueBody;
  readonly holds: CatalogueBody;
  /** Default: any. */
  readonly list?: string;
}

const SPECIFICATIONS: Record<CatalogueRule, Specification> = {
  entry_overlaps: {
    given: [recorded('01.004', { validTo: '2021-07-31' })],
    breaks: recorded('01.004', { name: 'Khác', validFrom: '2021-07-31' }),
    holds: recorded('01.004', { name: 'Khác', validFrom: '2021-08-01' }),
  },
  entry_dates_reversed: {
    given: [],
    breaks: recorded('a', { validFrom: '2020-01-02', validTo: '2020-01-01' }),
    holds: recorded('a', { validFrom: '2020-01-01', validTo: '2020-01-01' }),
  },
  entry_end_not_within: {
    given: [recorded('a', { validFrom: '2020-01-01', validTo: '2020-12-31' })],
    breaks: ended('e0', '2021-01-01'),
    holds: ended('e0', '2020-12-30'),
  },
  calendar_day_invalid: {
    list: CALENDAR_LIST,
    given: [],
    breaks: recorded('2027-02-30', { attributes: { kind: 'holiday' } }),
    holds: recorded('2027-02-28', { attributes: { kind: 'holiday' } }),
  },
  catalogue_target_unknown: {
    given: [recorded('a')],
    breaks: rescinded('x'),
    holds: rescinded('e0'),
  },
  catalogue_target_not_standing: {
    given: [recorded('a'), rescinded('e0')],
    breaks: ended('e0', '2020-01-01'),
    holds: rescinded('e1'),
  },
  catalogue_target_not_an_entry: {
    given: [recorded('a'), ended('e0', '2020-01-01')],
    breaks: { kind: 'catalogue_entry_corrected', target: 'e1', entry: entry('a') },
    holds: { kind: 'catalogue_entry_corrected', target: 'e0', entry: entry('b') },
  },
};

describe('a decision on a catalogue list', () => {
  for (const [rule, { given, breaks, holds, list = LIST }] of Object.entries(SPECIFICATIONS)) {
    it(`is refused by ${rule}: ${CATALOGUE_RULES[rule as CatalogueRule].en}`, () => {
      const decision = decideCatalogue({ list, body: breaks, eventId: 'new' }, events(...given));
      expect(decision).to.include({ kind: 'refused', rule });
    });
    it(`is accepted just inside ${rule}`, () => {
      const decision = decideCatalogue({ list, body: holds, eventId: 'new' }, events(...given));
      expect(decision).to.deep.equal({ kind: 'accepted', events: [{ id: 'new', body: holds }] });
    });
  }

  it('refuses a rescission of what is rescinded already', () => {
    const decision = decideCatalogue(
      { list: LIST, body: rescinded('e0'), eventId: 'new' },
      events(recorded('a'), rescinded('e0')),
    );
    expect(decision).to.include({ kind: 'refused', rule: 'catalogue_target_not_standing' });
  });

  it('refuses to bring back by rescission what meanwhile has another entry in its place', () => {
    const decision = decideCatalogue(
      { list: LIST, body: rescinded('e1'), eventId: 'new' },
      events(recorded('a'), rescinded('e0'), recorded('a', { name: 'Khác' })),
    );
    expect(decision).to.deep.equal({ kind: 'refused', rule: 'entry_overlaps', facts: ['e0', 'e2'] });
  });

  it('makes no event of what stands already, nor of its own retry', () => {
    const there = events(recorded('a'), { kind: 'catalogue_coverage_declared', coverage: { source: 's' } });
    for (const body of [
      recorded('a'),
      { kind: 'catalogue_coverage_declared', coverage: { source: 's' } },
    ] as const)
      expect(decideCatalogue({ list: LIST, body, eventId: 'new' }, there)).to.deep.equal({
        kind: 'accepted',
        events: [],
      });
    expect(decideCatalogue({ list: LIST, body: recorded('b'), eventId: 'e0' }, there)).to.deep.equal({
      kind: 'accepted',
      events: [],
    });
  });
});

describe('a catalogue list', () => {
  it('holds what the latest standing statement says of each entry', () => {
    const list = (...bodies: CatalogueBody[]) =>
      catalogueList(events(recorded('a'), ...bodies)).entries.map((e) => [e.code, e.validTo ?? null]);
    const corrected: CatalogueBody = { kind: 'catalogue_entry_corrected', target: 'e0', entry: entry('b') };
    expect(list(corrected)).to.deep.equal([['b', null]]);
    expect(list(corrected, rescinded('e1'))).to.deep.equal([['a', null]]);
    expect(list(ended('e0', '2020-01-01'))).to.deep.equal([['a', '2020-01-01']]);
    expect(list(ended('e0', '2020-01-01'), rescinded('e1'))).to.deep.equal([['a', null]]);
    expect(list(ended('e0', '2020-01-01'), rescinded('e1'), rescinded('e2'))).to.deep.equal([
      ['a', '2020-01-01'],
    ]);
    expect(list(rescinded('e0'), corrected)).to.deep.equal([]);
  });

  it('is not complete any more once the declaration is rescinded', () => {
    const declared: CatalogueBody = { kind: 'catalogue_coverage_declared', coverage: { source: 's' } };
    expect(catalogueList(events(declared)).coverage).to.have.length(1);
    expect(catalogueList(events(declared, rescinded('e0'))).coverage).to.deep.equal([]);
  });

  it('refuses to fold a statement about nothing', () => {
    expect(() => catalogueList(events(rescinded('x')))).to.throw('targets x');
  });
});

describe('an entry from outside', () => {
  it('is checked field by field', () => {
    expect(validateEntry(entry('01.003', { attributes: { steps: '9' } }))).to.deep.equal([]);
    const wrong = { ...entry('có dấu cách'), validFrom: '2020', extra: 1 };
    expect(validateEntry(wrong).map((e) => e.pointer)).to.deep.equal(['/extra']);
    expect(
      validateEntry(entry('có dấu cách', { validFrom: '2020', attributes: { Bậc: '1', step: '' } })).map(
        (e) => e.pointer,
      ),
    ).to.deep.equal(['/code', '/validFrom', '/attributes/Bậc', '/attributes/step']);
  });
});
