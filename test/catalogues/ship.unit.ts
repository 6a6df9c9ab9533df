import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { expect } from 'chai';
import { decideCatalogue } from '../../src/catalogues/decide.js';
import { decodeCatalogueEvent, encodeCatalogueEvent } from '../../src/catalogues/codec.js';
import {
  catalogueStream,
  validateEntry,
  type CoverageContent,
  type EntryContent,
} from '../../src/catalogues/facts.js';
import { catalogueList } from '../../src/catalogues/list.js';
import { ship } from '../../src/catalogues/ship.js';
import { EDITION, loadShipped, type ShippedData } from '../../src/catalogues/shipped.js';
import { MemoryLog } from '../../src/event-log/memory/memoryLog.js';
import { BEGINNING, DEMO_MARK, type EventLog } from '../../src/event-log/port.js';
import { fieldsOf } from '../../src/record/fields.js';
import { ACTIONS } from '../../src/record/registry.js';
import { ReferenceData } from '../../src/reference/referenceData.js';
import { overlap, spanOf, type Span } from '../../src/reference/span.js';

/** Điều 9.1 a–h, list by list; agencies, their sections and subordinate units (điểm e) are units, not codes. */
const ARTICLE_9_1 = [
  ...['agency_block', 'recruitment_method', 'recruitment_position', 'recruitment_source', 'record_status'],
  ...['retirement_type', 'professional_work', 'strength'],
  ...['standard_position', 'party_position', 'mass_organisation_position', 'military_position'],
  ...['field', 'salary_raise_type', 'grade_promotion_type', 'allowance_type', 'other_allowance_calculation'],
  ...['salary_payment_method', 'beyond_frame_seniority_type', 'grade_group', 'grade_name'],
  ...['professional_title', 'grade_step_coefficient', 'salary_table'],
  ...['organisation_position_relation', 'organisation_salary_relation'],
  ...['training_form', 'training_major', 'qualification_level', 'graduation_type', 'degree_certificate_type'],
  ...['training_institution', 'training_funding_source', 'research_level', 'research_field'],
  ...['taxable_income', 'personal_income_tax'],
  ...['war_invalid_class', 'health_status', 'blood_type', 'marital_status', 'ethnicity', 'religion'],
  ...['family_class_origin', 'policy_beneficiary', 'honorary_title', 'family_relation', 'emulation_title'],
  ...['reward_form', 'discipline_form', 'disability'],
];

function entry(code: string, name: string, more: Partial<EntryContent> = {}): EntryContent {
  return { code, name, source: 'design', confirmed: true, ...more };
}

/** An edition of one list, named `l`. */
function edition(number: number, entries: EntryContent[], coverage: CoverageContent[] = []): ShippedData {
  return { edition: number, lists: [{ list: 'l', entries, coverage }] };
}

async function listIn(log: EventLog): Promise<string[]> {
  const events = (await log.readStream(catalogueStream('l'))).map(decodeCatalogueEvent);
  const { entries, coverage } = catalogueList(events);
  return [
    ...entries.map((e) => `${e.code}=${e.name}`),
    ...coverage.map((c) => `complete ${c.content.source}`),
  ].sort();
}

const FIRST = edition(
  1,
  [entry('a', 'A'), entry('b', 'B sai'), entry('c', 'C')],
  [{ source: 's1', to: '2020-12-31' }],
);
const SECOND = edition(2, [entry('a', 'A'), entry('b', 'B đúng'), entry('d', 'D')], [{ source: 's2' }]);

describe('shipping reference data', () => {
  it('brings every entry and coverage into an empty log, one stream a list, coverage last', async () => {
    const log = new MemoryLog();
    expect(await ship(log, { data: FIRST })).to.deep.equal({ appended: 4, present: 0, leftToNewer: [] });
    expect(await listIn(log)).to.deep.equal(['a=A', 'b=B sai', 'c=C', 'complete s1']);
    const events = await log.readStream('catalogue-l');
    expect(events.at(-1)?.type).to.equal('catalogue_coverage_declared');
    expect(JSON.parse(events[0]!.data)).to.have.all.keys('open', 'sealed');
    expect(events[0]!.id).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('adds nothing the second time', async () => {
    const log = new MemoryLog();
    await ship(log, { data: FIRST });
    expect(await ship(log, { data: FIRST })).to.deep.equal({ appended: 0, present: 4, leftToNewer: [] });
    expect((await log.head()).sequence).to.equal(4);
  });

  it('reads only lists of which something is missing, or something else was said', async () => {
    const log = new MemoryLog();
    await ship(log, { data: FIRST });
    const read: string[][] = [];
    const watched: EventLog = Object.assign(Object.create(log) as EventLog, {
      readStreams: (streams: string[]) => (read.push(streams), log.readStreams(streams)),
    });
    const known = async () => {
      const data = new ReferenceData();
      data.feed(await log.readAll(BEGINNING, 100));
      return data;
    };
    const same = await ship(watched, { data: FIRST, known: await known() });
    expect(same).to.deep.equal({ appended: 0, present: 4, leftToNewer: [] });
    expect(read.flat()).to.deep.equal([]);
    expect((await ship(watched, { data: SECOND, known: await known() })).appended).to.equal(5);
    expect((await ship(watched, { data: SECOND, known: await known() })).appended).to.equal(0);
    expect(read.flat()).to.deep.equal(['catalogue-l', 'catalogue-l']);
  });

  it('a newer release corrects what changed, rescinds what is gone, records what is new', async () => {
    const log = new MemoryLog();
    await ship(log, { data: FIRST });
    expect(await ship(log, { data: SECOND })).to.deep.equal({ appended: 5, present: 1, leftToNewer: [] });
    expect(await listIn(log)).to.deep.equal(['a=A', 'b=B đúng', 'complete s2', 'd=D']);
    expect(await ship(log, { data: SECOND })).to.deep.equal({ appended: 0, present: 4, leftToNewer: [] });
  });

  it('an older release beside a newer one adds nothing, also on a log that the newer one began', async () => {
    for (const before of [[SECOND], [FIRST, SECOND]]) {
      const log = new MemoryLog();
      for (const data of before) await ship(log, { data });
      const head = await log.head();
      expect(await ship(log, { data: FIRST })).to.deep.equal({ appended: 0, present: 0, leftToNewer: ['l'] });
      expect(await log.head()).to.deep.equal(head);
      expect(await listIn(log)).to.deep.equal(['a=A', 'b=B đúng', 'complete s2', 'd=D']);
    }
  });

  it('never sends again what an officer changed since', async () => {
    const log = new MemoryLog();
    await ship(log, { data: FIRST });
    const events = (await log.readStream('catalogue-l')).map(decodeCatalogueEvent);
    const target = catalogueList(events).entries.find((e) => e.code === 'a')!.id;
    const decision = decideCatalogue(
      {
        list: 'l',
        body: { kind: 'catalogue_entry_corrected', target, entry: entry('a', 'A của sở') },
        eventId: '00000000-0000-4000-8000-000000000001',
      },
      events,
    );
    if (decision.kind === 'refused') throw new Error(decision.rule);
    const own = decision.events.map((e) => encodeCatalogueEvent(e, { actor: 'officer' }));
    await log.append({ stream: 'catalogue-l', expected: events.length - 1, events: own });
    expect((await ship(log, { data: FIRST })).appended).to.equal(0);
    await ship(log, { data: SECOND });
    expect(await listIn(log)).to.include('a=A của sở');
  });

  it('leaves an officer’s own entries alone', async () => {
    const log = new MemoryLog();
    await log.append({
      stream: 'catalogue-l',
      expected: 'none',
      events: [
        encodeCatalogueEvent(
          {
            id: '00000000-0000-4000-8000-000000000001',
            body: { kind: 'catalogue_entry_recorded', entry: entry('riêng', 'Của sở') },
          },
          {},
        ),
      ],
    });
    await ship(log, { data: FIRST });
    await ship(log, { data: SECOND });
    expect(await listIn(log)).to.include('riêng=Của sở');
  });

  it('moves an entry to another first day: the old one goes, the new one comes', async () => {
    const log = new MemoryLog();
    await ship(log, { data: edition(1, [entry('a', 'A')]) });
    await ship(log, {
      data: edition(2, [
        entry('a', 'A', { validFrom: '2000-01-01', validTo: '2009-12-31' }),
        entry('a', 'A mới', { validFrom: '2010-01-01' }),
      ]),
    });
    expect(await listIn(log)).to.deep.equal(['a=A', 'a=A mới']);
  });

  it('takes up an interrupted shipment where it broke off', async () => {
    const log = new MemoryLog();
    const [list] = FIRST.lists;
    await ship(log, {
      data: { edition: 1, lists: [{ ...list!, entries: list!.entries.slice(0, 1), coverage: [] }] },
    });
    expect((await ship(log, { data: FIRST })).appended).to.equal(3);
    expect(await listIn(log)).to.deep.equal(['a=A', 'b=B sai', 'c=C', 'complete s1']);
  });

  it('is safe when several processes ship at once, the same edition or not, whoever is first', async () => {
    for (const editions of [
      [FIRST, FIRST, FIRST],
      [FIRST, SECOND, FIRST],
      [SECOND, FIRST, SECOND],
    ]) {
      const log = new MemoryLog();
      const reports = await Promise.all(editions.map((data) => ship(log, { data })));
      const { sequence } = await log.head();
      expect(reports.reduce((sum, r) => sum + r.appended, 0)).to.equal(sequence);
      const ids = (await log.readAll(BEGINNING, 100)).map((e) => e.id);
      expect(new Set(ids).size).to.equal(ids.length);
      const newest = editions.includes(SECOND)
        ? ['a=A', 'b=B đúng', 'complete s2', 'd=D']
        : ['a=A', 'b=B sai', 'c=C', 'complete s1'];
      expect(await listIn(log)).to.deep.equal(newest);
    }
  });

  it('ships at the time of a scripted clock on a demonstration log', async () => {
    const log = new MemoryLog();
    const recordedAt = '2012-10-03T00:00:00.000Z';
    await log.append(
      {
        stream: 'log-demo',
        expected: 'none',
        events: [
          { id: '00000000-0000-4000-8000-000000000001', type: DEMO_MARK, version: 1, data: '{}', meta: '{}' },
        ],
      },
      { recordedAt },
    );
    await ship(log, { data: FIRST, recordedAt });
    const times = (await log.readStream('catalogue-l')).map((e) => e.recordedAt);
    expect(new Set(times)).to.deep.equal(new Set([recordedAt]));
  });
});

describe('the data of this release', () => {
  const data = loadShipped();

  it('has every list of Article 9.1 that is a list of codes, and every list that an action uses', () => {
    const shipped = data.lists.map((l) => l.list);
    const used = ACTIONS.flatMap((a) => fieldsOf(a.fields)).flatMap((f) => f.list ?? []);
    expect(shipped).to.include.members([...ARTICLE_9_1, ...used]);
    expect(data.lists.find((l) => l.list === 'grade_step_coefficient')?.entries).to.have.length(277);
  });

  it('has no empty list, and every entry in good form', () => {
    for (const { list, entries } of data.lists) {
      expect(entries, list).to.not.be.empty;
      for (const entry of entries) expect(validateEntry(entry), `${list} ${entry.code}`).to.deep.equal([]);
    }
  });

  it('has each code once on any one day', () => {
    for (const { list, entries } of data.lists) {
      const byCode = new Map<string, Span[]>();
      for (const { code, validFrom, validTo } of entries) {
        const span = spanOf(validFrom, validTo);
        const others = byCode.get(code) ?? [];
        for (const other of others) expect(overlap(span, other), `${list} ${code}`).to.be.false;
        byCode.set(code, [...others, span]);
      }
    }
  });

  it('claims completeness only for lists that are there, each time with its source', () => {
    const text = readFileSync(new URL('../../src/catalogues/data/coverage.csv', import.meta.url), 'utf8');
    const named = new Set(
      text
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',')[0]),
    );
    const declared = data.lists.filter((l) => l.coverage.length > 0).map((l) => l.list);
    expect([...named].sort()).to.deep.equal(declared);
    for (const { coverage } of data.lists)
      for (const c of coverage) expect(c.source).to.match(/^(Mẫu|QĐ|NĐ)/);
  });

  it('cannot change without a new edition', () => {
    const folder = new URL('../../src/catalogues/data/', import.meta.url);
    const hash = createHash('sha256');
    for (const name of readdirSync(folder).sort())
      if (name.endsWith('.csv')) hash.update(name).update(readFileSync(new URL(name, folder)));
    // Changed a file? Raise EDITION in shipped.ts and write the new pair here.
    expect({ edition: EDITION, sha256: hash.digest('hex') }).to.deep.equal({
      edition: 8,
      sha256: '53f7e8b96e4741c755af7017d6fbba7887e4b2358e63652c891c3a3abe2d6ba8',
    });
  });
});
