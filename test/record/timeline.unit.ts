import { expect } from 'chai';
import fc from 'fast-check';
import type { FactContent } from '../../src/record/action.js';
import { preview } from '../../src/record/decide.js';
import type { RecordEvent } from '../../src/record/events.js';
import { spellsOf } from '../../src/record/spells.js';
import { stateAt, timeline } from '../../src/record/timeline.js';
import {
  appointed,
  correct,
  deceased,
  dismissed,
  eventId,
  fact,
  graded,
  hired,
  opened,
  raised,
  record,
  recorded,
  rescind,
  Scenario,
  transfer,
  UNIT,
  world,
} from '../support/record.js';

const unitOn = (s: Scenario, day: string, k?: number) => s.at(day, k).unit?.unit;

describe('Change, correction and rescission are three things', () => {
  const base = Scenario.given(opened(), hired('2010-01-01'), transfer('2013-03-01'));

  it('a new fact changes the future from its date', () => {
    expect(unitOn(base, '2013-02-28')).to.equal(UNIT.homeAffairs);
    expect(unitOn(base, '2013-03-01')).to.equal(UNIT.finance);
  });

  it('a correction replaces what a fact says; what was known before it stays readable', () => {
    const corrected = base.and(correct(3, transfer('2013-04-01')));
    expect(unitOn(corrected, '2013-03-15')).to.equal(UNIT.homeAffairs);
    expect(unitOn(corrected, '2013-03-15', 3)).to.equal(UNIT.finance);
    expect(corrected.timeline().lines[2]?.original.effective).to.equal('2013-03-01');
  });

  it('the latest standing correction wins; rescinding it lets the one before it stand again', () => {
    const twice = base.and(correct(3, transfer('2013-04-01'))).and(correct(3, transfer('2013-05-01')));
    expect(unitOn(twice, '2013-04-15')).to.equal(UNIT.homeAffairs);
    expect(unitOn(twice.and(rescind(5)), '2013-04-15')).to.equal(UNIT.finance);
    expect(unitOn(twice.and(rescind(5)).and(rescind(4)), '2013-03-15')).to.equal(UNIT.finance);
  });

  it('a rescission takes a fact with all its corrections out of force, and may itself be rescinded', () => {
    const gone = base.and(correct(3, transfer('2013-04-01'))).and(rescind(3));
    expect(unitOn(gone, '2014-01-01')).to.equal(UNIT.homeAffairs);
    expect(gone.timeline().rescinded.map((l) => l.event.id)).to.deep.equal([eventId(3)]);
    const back = gone.and(rescind(5));
    expect(unitOn(back, '2013-04-15')).to.equal(UNIT.finance);
    expect(unitOn(back.and(rescind(6)), '2014-01-01')).to.equal(UNIT.homeAffairs);
  });

  it('a correction of a rescinded fact cannot be rescinded alone', () => {
    const gone = base.and(correct(3, transfer('2013-04-01'))).and(rescind(3));
    gone.when(rescind(4)).refusedBy('target_not_standing');
  });

  it('a correction that says what stands already is nothing to do', () => {
    base.when(correct(3, transfer('2013-03-01'))).then();
  });

  it('promote, promote again, rescind the first: the present post is unchanged and all three lines stay', () => {
    const s = Scenario.given(
      opened(),
      hired(),
      appointed('2011-01-01', 'pho'),
      appointed('2013-01-01', 'truong'),
    ).and(rescind(3));
    expect(s.at('2014-01-01').posts.map((p) => p.position)).to.deep.equal(['truong']);
    expect(s.timeline().rescinded).to.have.length(1);
  });
});

describe('Several things in one command', () => {
  it('are decided together: one decision appoints, grades and places', () => {
    const outcome = Scenario.given(opened()).when(
      record(hired('2013-01-01')),
      record(graded('2013-01-01')),
      record(appointed('2013-01-01')),
    );
    outcome.then('recruited', 'appointed_to_grade', 'appointed_to_position');
    outcome.withFindings();
  });

  it('one impossible fact refuses all of them, naming the change', () => {
    const refusal = Scenario.given(opened(), hired())
      .when(record(appointed('2013-01-01')), record(transfer('2013-01-01', UNIT.unknown)))
      .refusedBy('unit_invalid');
    expect(refusal).to.include({ change: 1, field: 'toUnit' });
  });
});

describe('Refuse only what the command newly makes impossible', () => {
  it('an old impossibility elsewhere does not bar a new fact', () => {
    const defective = Scenario.given(opened(), hired(), deceased('2012-01-01'), transfer('2013-01-01'));
    expect(defective.rules()).to.include('after_death');
    defective.when(record(fact('recruited', '2009-01-01', { unit: UNIT.finance }))).then('recruited');
  });

  it('a retroactive death that strands a later transfer is refused, naming the transfer', () => {
    const refusal = Scenario.given(opened(), hired(), transfer('2013-03-01'))
      .when(record(deceased('2013-02-01')))
      .refusedBy('after_death');
    expect(refusal.facts).to.deep.equal([eventId(3), eventId(4)]);
  });

  it('rescinding the death, or correcting it later, is accepted', () => {
    const dead = Scenario.given(opened(), hired(), deceased('2013-02-01'));
    dead.when(rescind(3), record(transfer('2013-03-01'))).then('rescinded', 'transferred');
    dead
      .when(correct(3, deceased('2013-04-01')), record(transfer('2013-03-01')))
      .then('corrected', 'transferred');
  });

  it('a correction that is itself impossible is refused though the fact was so before', () => {
    const bad = Scenario.given(opened(), hired(), transfer('2013-03-01', UNIT.unknown));
    bad.when(correct(3, transfer('2013-03-02', UNIT.unknown))).refusedBy('unit_invalid');
  });
});

describe('Order within a day', () => {
  it('follows the rank of the actions: graded before raised, paid before leaving', () => {
    const s = Scenario.given(
      opened(),
      fact('left_service', '2013-01-01'),
      fact('paid_by_amount', '2013-01-01', { amount: '1', per: 'year' }),
      hired(),
    );
    expect(spellsOf(s.timeline().lines).find((x) => x.kind === 'pay')).to.include({
      from: '2013-01-01',
      to: '2013-01-01',
    });
    expect(s.rules()).to.deep.equal([]);
  });

  it('an explicit ordinal comes before the rank', () => {
    const s = Scenario.given(
      opened(),
      hired(),
      transfer('2013-01-01', UNIT.finance, {}),
      fact('transferred', '2013-01-01', { toUnit: UNIT.officialsSection }, { ordinal: -1 }),
    );
    expect(unitOn(s, '2013-01-01')).to.equal(UNIT.finance);
  });

  it('imported facts of one day follow (source, reference), however they were recorded', () => {
    const events = (refs: string[]): RecordEvent[] =>
      recorded([
        { id: eventId(1), body: { kind: 'fact', content: hired() } },
        ...refs.map((ref, i) => ({
          id: eventId(i + 2),
          body: {
            kind: 'fact' as const,
            content: transfer('2013-01-01', ref === 'a' ? UNIT.finance : UNIT.officialsSection),
            origin: { source: 'hrm', ref },
          },
        })),
      ]);
    for (const refs of [
      ['a', 'b'],
      ['b', 'a'],
    ])
      expect(stateAt(timeline(events(refs), world), '2013-01-01').state.unit?.unit).to.equal(
        UNIT.officialsSection,
      );
  });
});

describe('Partial dates', () => {
  it('sort at the first day of the range and read as uncertain within it', () => {
    const s = Scenario.given(opened(), hired('1998'), transfer('2003-05'));
    expect(stateAt(s.timeline(), '1998-06-01')).to.deep.include({ uncertain: [eventId(2)] });
    expect(stateAt(s.timeline(), '1998-12-31').uncertain).to.deep.equal([]);
    expect(stateAt(s.timeline(), '1997-12-31').state.service).to.equal(null);
  });

  it('are in conflict only if no day of the range fits', () => {
    Scenario.given(opened(), hired('1998-03-01'))
      .when(record(appointed('1998')))
      .withFindings();
    Scenario.given(opened(), hired('1998-03-01'))
      .when(record(appointed('1998-02')))
      .withFindings('before_hire');
    Scenario.given(opened(), hired('1998-03-01'), deceased('2010'))
      .when(record(transfer('2010-06-01')))
      .withFindings();
    Scenario.given(opened(), hired('1998-03-01'), deceased('2010'))
      .when(record(transfer('2011-01-01')))
      .refusedBy('after_death');
  });

  it('a unit that existed on some day of the range is a unit of that range', () => {
    Scenario.given(opened(), hired())
      .when(record(transfer('2014', UNIT.dissolved)))
      .withFindings();
    Scenario.given(opened(), hired())
      .when(record(transfer('2015', UNIT.dissolved)))
      .refusedBy('unit_invalid');
  });
});

describe('Posts', () => {
  it('several at once are ordinary, each ended by its own fact', () => {
    const s = Scenario.given(
      opened(),
      hired(),
      appointed('2011-01-01', 'truong_phong'),
      appointed('2012-01-01', 'bi_thu'),
      dismissed('2013-01-01', 'truong_phong'),
    );
    expect(s.at('2012-06-01').posts).to.have.length(2);
    expect(s.at('2013-01-01').posts.map((p) => p.position)).to.deep.equal(['bi_thu']);
  });

  it('a post still open after leaving is a finding, is not held, and its interval stays open', () => {
    const s = Scenario.given(opened(), hired(), appointed('2011-01-01'), fact('left_service', '2013-01-01'));
    expect(s.rules()).to.deep.equal(['post_open_after_leaving']);
    expect(s.at('2013-01-01').posts).to.deep.equal([]);
    expect(spellsOf(s.timeline().lines).find((x) => x.kind === 'post')).to.include({
      to: null,
      endedBy: null,
    });
    const ended = s.and(record(dismissed('2013-02-01')));
    expect(spellsOf(ended.timeline().lines).find((x) => x.kind === 'post')).to.include({ to: '2013-02-01' });
  });

  it('a reinstated person does not hold the old post again', () => {
    const s = Scenario.given(
      opened(),
      hired(),
      appointed('2011-01-01'),
      fact('left_service', '2013-01-01'),
      fact('reinstated', '2014-01-01', { unit: UNIT.finance }),
    );
    expect(s.at('2014-01-01')).to.deep.include({ posts: [] });
    expect(s.at('2014-01-01').unit?.unit).to.equal(UNIT.finance);
  });
});

describe('A record', () => {
  it('keeps the last unit and grade readable after leaving (Điều 12.3)', () => {
    const s = Scenario.given(opened(), hired(), graded('2010-01-01'), fact('retired', '2013-01-01'));
    expect(s.at('2013-01-01')).to.deep.include({ unit: null, grade: null });
    expect(s.at('2013-01-01').lastUnit?.unit).to.equal(UNIT.homeAffairs);
    expect(s.at('2013-01-01').lastGrade?.step).to.equal(1);
  });

  it('knows the person before the day of its opening', () => {
    expect(
      Scenario.given(opened('2012-10-03'), hired('1998-01-01')).at('1990-01-01').identity?.givenName,
    ).to.equal('Mẫu');
  });

  it('a finding that is settled stays, marked', () => {
    const s = Scenario.given(opened(), fact('recruited', '2012-01-01')).and({
      kind: 'settle',
      finding: { rule: 'hire_without_unit', fact: eventId(2), others: [], field: 'unit' },
      reason: 'đã xác minh với cơ quan',
    });
    expect(s.timeline().findings[0]?.settled?.event.id).to.equal(eventId(3));
  });

  it('preview names what changes later: the raise that becomes too early, the interval that moves', () => {
    const s = Scenario.given(opened(), hired(), graded('2010-01-01'), raised('2013-01-01', 2));
    const decision = s.when(correct(3, graded('2010-06-01'))).then('corrected');
    const changes = preview(decision);
    expect(changes.newFindings.map((f) => [f.rule, f.fact])).to.deep.equal([['step_too_early', eventId(4)]]);
    expect(changes.endedSpells.map((x) => x.from)).to.deep.equal(['2010-01-01']);
    expect(changes.newSpells.map((x) => x.from)).to.deep.equal(['2010-06-01']);
  });
});

describe('Laws of the timeline', () => {
  const day = fc
    .integer({ min: 0, max: 1500 })
    .map((n) => new Date(Date.UTC(2010, 0, 1 + n)).toISOString().slice(0, 10));
  const anyFact: fc.Arbitrary<FactContent> = fc.oneof(
    day.map((d) => hired(d)),
    fc.tuple(day, fc.constantFrom(...Object.values(UNIT).slice(0, 3))).map(([d, u]) => transfer(d, u)),
    fc.tuple(day, fc.integer({ min: 1, max: 9 })).map(([d, s]) => graded(d, s)),
    fc.tuple(day, fc.integer({ min: 2, max: 9 })).map(([d, s]) => raised(d, s)),
    fc.tuple(day, fc.constantFrom('a', 'b')).map(([d, p]) => appointed(d, p)),
    fc.tuple(day, fc.constantFrom('a', 'b')).map(([d, p]) => dismissed(d, p)),
    day.map((d) => fact('left_service', d)),
    day.map((d) => fact('retired', d.slice(0, 7))),
    day.map((d) => deceased(d)),
  );
  const facts = fc.array(anyFact, { minLength: 1, maxLength: 12 });

  it('the same facts recorded in any order give the same states and findings', () => {
    const imported = (list: readonly (readonly [number, FactContent])[]) =>
      timeline(
        recorded(
          list.map(([n, content]) => ({
            id: eventId(n),
            body: {
              kind: 'fact' as const,
              content,
              origin: { source: 's', ref: String(n).padStart(3, '0') },
            },
          })),
        ),
        world,
      );
    fc.assert(
      fc.property(
        facts.map((list) => list.map((f, i) => [i + 1, f] as const)),
        fc.infiniteStream(fc.nat()),
        (list, random) => {
          const shuffled = [...list]
            .map((x) => [random.next().value ?? 0, x] as const)
            .sort((a, b) => a[0] - b[0])
            .map(([, x]) => x);
          const [a, b] = [imported(list), imported(shuffled)];
          expect(b.states).to.deep.equal(a.states);
          expect(b.findings).to.deep.equal(a.findings);
        },
      ),
    );
  });

  it('correcting a fact and correcting it back gives the original states', () => {
    fc.assert(
      fc.property(facts, fc.nat(), anyFact, (list, at, other) => {
        const s = Scenario.given(opened(), ...list);
        const n = (at % list.length) + 2;
        const original = list[n - 2] as FactContent;
        const there = s.when(correct(n, { ...other, action: original.action, data: original.data }));
        if (there.decision.kind === 'refused') return;
        const changed = s.and(correct(n, { ...other, action: original.action, data: original.data }));
        const back = changed.when(correct(n, original));
        // Correcting back can be refused only for an impossibility that stood in the original.
        if (back.decision.kind === 'refused') return;
        expect(changed.and(correct(n, original)).timeline().states).to.deep.equal(s.timeline().states);
      }),
    );
  });

  it('a rescission and its own rescission leave everything as it was', () => {
    fc.assert(
      fc.property(facts, fc.nat(), (list, at) => {
        const s = Scenario.given(opened(), ...list);
        const n = (at % list.length) + 2;
        const outcome = s.when(rescind(n));
        if (outcome.decision.kind === 'refused') return;
        const gone = s.and(rescind(n));
        if (gone.when(rescind(list.length + 2)).decision.kind === 'refused') return;
        const back = gone.and(rescind(list.length + 2)).timeline();
        expect(back.states).to.deep.equal(s.timeline().states);
        expect(back.findings).to.deep.equal(s.timeline().findings);
      }),
    );
  });

  it('as known at K is the timeline of the first K events, whatever came later', () => {
    fc.assert(
      fc.property(facts, fc.nat(), (list, at) => {
        const s = Scenario.given(opened(), ...list);
        const k = at % (list.length + 2);
        expect(s.timeline(k)).to.deep.equal(timeline(s.events.slice(0, k), world));
      }),
    );
  });

  it('an accepted command adds no impossibility', () => {
    fc.assert(
      fc.property(facts, anyFact, (list, one) => {
        const s = Scenario.given(opened(), ...list);
        const { decision } = s.when(record(one));
        if (decision.kind === 'refused') return;
        const impossible = (t: typeof decision.before) =>
          t.findings.filter((f) => f.kind === 'impossible').length;
        expect(impossible(decision.after)).to.be.at.most(impossible(decision.before));
      }),
    );
  });

  it('intervals of one kind but posts never overlap, and none ends before it begins', () => {
    fc.assert(
      fc.property(facts, (list) => {
        const spells = spellsOf(Scenario.given(opened(), ...list).timeline().lines);
        for (const kind of ['service', 'unit', 'grade', 'pay']) {
          const own = spells.filter((x) => x.kind === kind);
          own.forEach((x, i) => {
            if (x.to !== null) expect(x.to >= x.from).to.equal(true);
            const next = own[i + 1];
            if (next) expect(x.to !== null && x.to <= next.from).to.equal(true);
          });
        }
      }),
    );
  });
});

describe('A history that somebody goes on writing', () => {
  it('is gathered anew once it has grown', () => {
    const all = recorded(
      [opened(), hired(), transfer('2013-01-01')].map((content, i) => ({
        id: eventId(i + 1),
        body: { kind: 'fact', content },
      })),
    );
    const growing: RecordEvent[] = [];
    for (const [i, event] of all.entries()) {
      growing.push(event);
      expect(timeline(growing, world)).to.deep.equal(timeline(all.slice(0, i + 1), world));
      expect(timeline(growing, world).lines).to.have.length(i + 1);
    }
  });
});
