/** Laws of whole careers: the legal minimum, the order of import, and a correction taken back. */
import { expect } from 'chai';
import fc from 'fast-check';
import { plusDays, plusMonths, type Day } from '../../src/dates.js';
import type { FactContent } from '../../src/record/action.js';
import { nextRegularStep } from '../../src/record/nextStep.js';
import { ACTIONS } from '../../src/record/registry.js';
import { timeline, type Timeline } from '../../src/record/timeline.js';
import type { ReferenceView } from '../../src/reference/view.js';
import { CAREER } from '../record/careerStory.js';
import { daNang } from '../support/city.js';
import {
  correct,
  disciplined,
  evaluated,
  eventId,
  fact,
  graded,
  hired,
  lawfulWorld,
  opened,
  raised,
  raisedEarly,
  record,
  recorded,
  rescind,
  Scenario,
} from '../support/record.js';

const MONTHS_PER_STEP = 36;
const MOST_EARLY = 12;
const REPRIMAND = 6;
const LAST_STEP = 9;

/** Something that an office might want to record, so many days after the last thing. */
interface Wish {
  readonly after: number;
  readonly what: 'raise' | 'raise_early' | 'reprimand' | 'undone' | 'unpaid' | 'maternity' | 'suspended';
  readonly days: number;
}

const wish: fc.Arbitrary<Wish> = fc.record({
  after: fc.integer({ min: 1, max: 700 }),
  what: fc.oneof(
    { weight: 4, arbitrary: fc.constant('raise' as const) },
    fc.constantFrom('raise_early', 'reprimand', 'undone', 'unpaid', 'maternity', 'suspended'),
  ),
  days: fc.integer({ min: 1, max: 400 }),
});

function wished({ what, days }: Wish, day: Day, step: number): FactContent {
  const until = plusDays(day, days);
  switch (what) {
    case 'raise':
      return raised(day, step + 1);
    case 'raise_early':
      return raisedEarly(day, step + 1);
    case 'reprimand':
      return disciplined(day);
    case 'undone':
      return evaluated(day, Number(day.slice(0, 4)), 'cc_khong');
    case 'unpaid':
    case 'maternity':
      return fact('leave_taken', day, { kind: what, until });
    case 'suspended':
      return fact('suspended', day, { kind: 'work', until });
    default:
      return what satisfies never;
  }
}

/** A career in which every fact is recorded without a finding: what would bring one is left out. */
function orderly(wishes: readonly Wish[]): Scenario {
  let career = Scenario.under(
    lawfulWorld,
    opened(),
    hired('2013-08-01', { category: 'cong_chuc' }),
    graded('2013-08-01'),
  );
  let day: Day = '2013-08-01';
  for (const one of wishes) {
    day = plusDays(day, one.after);
    const change = record(wished(one, day, career.at(day).grade?.step ?? 1));
    const { decision } = career.when(change);
    if (decision.kind === 'accepted' && decision.after.findings.length === 0) career = career.and(change);
  }
  return career;
}

/** Facts imported under their own ids and references, in the order given. */
function imported(
  facts: readonly (readonly [number, FactContent])[],
  reference: ReferenceView | typeof lawfulWorld,
): Timeline {
  const events = facts.map(([n, content]) => ({
    id: eventId(n),
    body: { kind: 'fact' as const, content, origin: { source: 's', ref: String(n).padStart(4, '0') } },
  }));
  return timeline(recorded(events), reference);
}

const numbered = (facts: readonly FactContent[]) => facts.map((f, i) => [i + 1, f] as const);
/** What a timeline says, without where its events stand in the log. */
const said = (t: Timeline) => ({ facts: t.lines.map((l) => l.fact), states: t.states, findings: t.findings });

describe('Laws of a career', function () {
  this.timeout(30_000);
  let reference: ReferenceView;
  before(async () => {
    reference = await daNang();
  });

  it('without findings, no step comes before the legal minimum, nor is due before it', () => {
    let raises = 0;
    fc.assert(
      fc.property(fc.array(wish, { minLength: 4, maxLength: 14 }), (wishes) => {
        const { lines, states, findings } = orderly(wishes).timeline();
        expect(findings).to.deep.equal([]);
        for (const [i, { fact: said }] of lines.entries()) {
          const [before, after] = [states[i - 1], states[i]];
          const reprimands = lines.filter(
            ({ fact: f }) =>
              f.action === 'disciplined' &&
              f.range.first >= (before?.grade?.nextStepFrom ?? '9999') &&
              f.range.first < plusMonths(before?.grade?.nextStepFrom ?? '2013-08-01', MONTHS_PER_STEP) &&
              f.range.first < said.range.first,
          ).length;
          const served = plusMonths(
            before?.grade?.nextStepFrom ?? '2013-08-01',
            MONTHS_PER_STEP + REPRIMAND * reprimands,
          );
          if (said.action === 'step_raised_regular') expect(said.effective >= served).to.equal(true);
          if (said.action === 'step_raised_early')
            expect(said.effective >= plusMonths(served, -MOST_EARLY)).to.equal(true);
          if (said.action.startsWith('step_raised')) raises += 1;
          const grade = after?.grade;
          if (after === undefined || grade == null || grade.step === LAST_STEP) continue;
          const { due, earliest } = nextRegularStep(after, said.range.last, lawfulWorld);
          expect(earliest).to.equal(plusMonths(grade.nextStepFrom, MONTHS_PER_STEP));
          expect((due ?? '') >= plusMonths(grade.nextStepFrom, MONTHS_PER_STEP)).to.equal(true);
        }
      }),
      { numRuns: 60 },
    );
    expect(raises).to.be.greaterThan(0);
  });

  it('the same facts imported in any order give the same timeline', () => {
    const whole = numbered(CAREER);
    const expected = said(imported(whole, reference));
    fc.assert(
      fc.property(fc.shuffledSubarray(whole, { minLength: whole.length }), (shuffled) => {
        expect(said(imported(shuffled, reference))).to.deep.equal(expected);
      }),
      { numRuns: 15 },
    );
  });

  it('within a day the order is by ordinal, then rank, then source and reference', () => {
    const rankOf = (f: FactContent) => ACTIONS.find((a) => a.type === f.action)?.rank ?? 0;
    const sameDay = fc.constantFrom(
      ...['personal_info_changed', 'party_joined', 'union_joined', 'remarked', 'rewarded', 'foreign_travel'],
    );
    const facts = fc.array(fc.tuple(sameDay, fc.integer({ min: -2, max: 2 })), {
      minLength: 2,
      maxLength: 8,
    });
    const shuffled = facts
      .map((list) => numbered(list.map(([action, ordinal]) => fact(action, '2014-03-01', {}, { ordinal }))))
      .chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray([...list], { minLength: list.length })),
      );
    fc.assert(
      fc.property(shuffled, ([list, order]) => {
        const expected = [...list].sort(
          ([n, a], [m, b]) => (a.ordinal ?? 0) - (b.ordinal ?? 0) || rankOf(a) - rankOf(b) || n - m,
        );
        expect(imported(order, lawfulWorld).lines.map((l) => l.fact.id)).to.deep.equal(
          expected.map(([n]) => eventId(n)),
        );
      }),
    );
  });

  it('a fact of a career corrected and corrected back, or the correction rescinded, gives the original', () => {
    const career = Scenario.under(reference, ...CAREER);
    const original = said(career.timeline());
    const wholeDays = numbered(CAREER)
      .filter(([n, f]) => n > 1 && f.effective.length === 10)
      .map(([n]) => n);
    const some = fc.tuple(fc.constantFrom(...wholeDays), fc.integer({ min: -400, max: 400 }));
    let corrected = 0;
    fc.assert(
      fc.property(some, ([n, days]) => {
        const content = CAREER[n - 1] as FactContent;
        const moved = correct(n, { ...content, effective: plusDays(content.effective, days) });
        if (days === 0 || career.when(moved).decision.kind === 'refused') return;
        corrected += 1;
        const changed = career.and(moved);
        expect(said(changed.timeline())).to.not.deep.equal(original);
        expect(said(changed.and(correct(n, content)).timeline())).to.deep.equal(original);
        expect(said(changed.and(rescind(CAREER.length + 1)).timeline())).to.deep.equal(original);
      }),
      { numRuns: 8 },
    );
    expect(corrected).to.be.greaterThan(0);
  });
});
