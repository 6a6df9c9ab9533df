import { plusDays, plusMonths, type Day } from '../dates.js';
import type { Diary } from './diary.js';
import { LAST } from './life.js';
import type { Places } from './places.js';

interface Posting {
  readonly from: Day;
  readonly unit: string;
}

interface HeldPost {
  readonly position: string;
  readonly since: Day;
}

const REFORM: Day = '2025-07-01';
/** Who sends the records of those whose agency is no more. */
const HOME_AFFAIRS = 'so_noi_vu';
const COMMUNES = ['ubnd_phuong', 'ubnd_xa', 'ubnd_dac_khu'];
const TERM_MONTHS = 60;

/** Where somebody works, unit after unit, and what posts are held there. */
export class Postings {
  private readonly start: Posting;
  private readonly postings: Posting[];
  private held: HeldPost[] = [];

  constructor(
    private readonly diary: Diary,
    private readonly places: Places,
    private readonly types: readonly string[],
    hired: Day,
  ) {
    this.start = { from: hired, unit: diary.random.of(places.standing(hired, ...types)) };
    this.postings = [this.start];
  }

  /** The id of the unit on a day, as it then stands. */
  unitId(day: Day): string {
    return this.diary.life.ids.unit(this.unit(day));
  }

  agencyId(day: Day): string {
    return this.diary.life.ids.unit(this.agency(day));
  }

  /** Transfers until the end: by wish of the service, and wherever a unit is dissolved. */
  move(end: Day, isPlain: boolean): void {
    const { random } = this.diary;
    if (!isPlain && random.percent(24)) this.transferSome(end);
    for (;;) {
      const last = this.postings.at(-1) as Posting;
      const day = this.places.dissolved(last.unit);
      if (day === null || day >= end || day > LAST || day <= last.from) break;
      this.go(
        day,
        this.successor(day),
        'transferred',
        { reason: 'Sắp xếp tổ chức bộ máy' },
        this.places.current(HOME_AFFAIRS, day),
      );
    }
    if (!isPlain && random.percent(2)) this.ahead(end);
    if (!isPlain && random.percent(2)) this.second(end);
  }

  /** A post for some: appointed or elected for a term, then again. */
  lead(posts: readonly string[], isElected: boolean, end: Day): void {
    const { diary } = this;
    const { random } = diary;
    if (posts.length === 0 || !random.percent(isElected ? 90 : 22)) return;
    const position = random.of(posts);
    const first = this.start;
    let since = plusMonths(first.from > '2010-01-01' ? first.from : '2010-01-01', random.between(24, 96));
    // The posts of districts and of the communes before 2025 ended with them.
    const stop = [
      end,
      this.moveAfter(since),
      position.startsWith('cx_') || position.endsWith('quan_huyen') ? REFORM : end,
    ].reduce((a, b) => (a < b ? a : b));
    if (since >= stop || since > LAST) return;
    const unit = this.unitId(since);
    if (random.percent(12) && since > diary.opened) {
      const acting = plusMonths(since, -3);
      diary.decide('acting_assigned', acting, {
        position,
        unit: this.unitId(acting),
        kind: random.of(['acting', 'in_charge']),
        until: plusDays(since, -1),
      });
    }
    diary.decide(isElected ? 'elected' : 'appointed_to_position', since, {
      position,
      unit,
      termEnds: plusDays(plusMonths(since, TERM_MONTHS), -1),
    });
    const allowance = random.percent(80)
      ? diary.decide('allowance_granted', since, {
          type: 'chuc_vu',
          coefficient: random.of(['0.2', '0.25', '0.3', '0.5']),
        })
      : '';
    this.held.push({ position, since });
    for (
      since = plusMonths(since, TERM_MONTHS);
      since < stop && since <= LAST;
      since = plusMonths(since, TERM_MONTHS)
    )
      diary.decide('reappointed', since, {
        position,
        termEnds: plusDays(plusMonths(since, TERM_MONTHS), -1),
      });
    if (stop < end && stop <= LAST) {
      this.endPosts(stop);
      diary.decide('allowance_ended', stop, { allowance });
    }
  }

  /** Ends what posts are held. */
  endPosts(day: Day): void {
    for (const { position } of this.held)
      this.diary.decide(this.diary.random.percent(88) ? 'dismissed_from_post' : 'resigned_post', day, {
        position,
      });
    this.held = [];
  }

  private unit(day: Day): string {
    const { unit } = this.postings.findLast((p) => p.from <= day) ?? this.start;
    return this.places.current(unit, day);
  }

  private agency(day: Day): string {
    return this.places.current(this.places.agencyOf(this.unit(day)), day);
  }

  private moveAfter(day: Day): Day {
    return this.postings.find((p) => p.from > day)?.from ?? '9999-12-31';
  }

  private transferSome(end: Day): void {
    const { random } = this.diary;
    const { from, unit } = this.start;
    const day = plusDays(from > '2013-06-01' ? plusMonths(from, 14) : '2013-07-01', random.below(3400));
    const dissolved = this.places.dissolved(unit);
    if (day >= end || day > '2024-06-30' || (dissolved !== null && dissolved <= day)) return;
    const here = this.unit(day);
    const there = this.places.standing(day, ...this.types).filter((u) => u !== here);
    // Another section of the same agency, where it is a section.
    const near = there.filter((u) => this.places.agencyOf(u) === this.places.agencyOf(here));
    if (near.length > 0 && random.percent(60)) this.go(day, random.of(near), 'reassigned_internally', {});
    else if (random.percent(20)) this.rotate(day, random.of(there), end);
    else this.go(day, random.of(there), 'transferred', {});
  }

  /** To another unit for three years, and back where both still stand. */
  private rotate(day: Day, unit: string, end: Day): void {
    const { places } = this;
    const home = this.unit(day);
    const back = plusMonths(day, 36);
    this.go(day, unit, 'rotated', { until: plusDays(back, -1) });
    const stands = (one: string) => (places.dissolved(one) ?? '9999-12-31') > back;
    // What was merged meanwhile stands in another.
    const there = places.current(home, back);
    const isAway = there !== places.current(unit, back) && stands(there);
    if (back < end && back <= LAST && stands(unit) && stands(home) && isAway)
      this.go(back, there, 'transferred', { reason: 'Hết thời hạn luân chuyển' });
  }

  private successor(day: Day): string {
    const { unit } = this.postings.at(-1) as Posting;
    const parts = this.places.partsOf(unit);
    const { random } = this.diary;
    return random.of(parts.length > 0 ? parts : this.places.standing(day, ...COMMUNES));
  }

  /** To another unit, with the record after it. */
  private go(day: Day, unit: string, action: string, more: object, sender?: string): void {
    const { diary } = this;
    const ids = diary.life.ids;
    const from = this.unitId(plusDays(day, -1));
    const sent = this.agency(plusDays(day, -1));
    const stillThere = sender === undefined;
    const move = diary.decide(action, day, {
      toUnit: ids.unit(unit),
      ...(stillThere ? { fromUnit: from } : {}),
      ...more,
    });
    this.postings.push({ from: day, unit });
    const to = this.agency(day);
    const isWithin = sent === to;
    if (isWithin || day < diary.opened) return;
    const sending = { from: ids.unit(sender ?? sent), to: ids.unit(to), transfer: move };
    // One in thirty of the last reform is on its way for long.
    const [days, steps] =
      diary.random.percent(3) && day > '2025-01-01' ? [4, 1] : [diary.random.between(3, 9), 3];
    diary.declare('record_sent', plusDays(day, days), sending);
    if (diary.random.percent(4)) {
      diary.declare('record_refused', plusDays(day, days + 3), { reason: 'Thiếu thành phần hồ sơ' });
      diary.declare('record_sent', plusDays(day, days + 5), sending);
    }
    if (steps < 3) return;
    diary.declare('record_accepted', plusDays(day, days + 7), { agency: ids.unit(to) });
    diary.declare('record_forwarded', plusDays(day, days + 9), { to: ids.unit(unit) });
  }

  /** A transfer that is decided and not in force on the last day; or one in June whose record has not arrived. */
  private ahead(end: Day): void {
    const { diary } = this;
    const { random } = diary;
    if (end <= '2027-01-01') return;
    const here = this.unit('2026-06-01');
    const type = this.places.typeOf(here);
    const there = this.places.standing('2026-06-01', type).filter((u) => u !== here);
    if (there.length === 0) return;
    const to = diary.life.ids.unit(random.of(there));
    const isFuture = random.percent(60);
    const effective = isFuture ? random.of(['2026-08-01', '2026-09-01', '2026-12-01']) : '2026-06-08';
    const document = {
      type: 'quyet_dinh',
      number: `${String(random.between(1, 999))}/QĐ-HC-2026`,
      signedDate: '2026-06-05',
    };
    const transfer = diary.enter(
      {
        action: 'transferred',
        effective,
        document,
        data: { toUnit: to, fromUnit: this.unitId('2026-06-01') },
      },
      '2026-06-12',
    );
    if (!isFuture)
      diary.declare('record_sent', '2026-06-15', { from: this.agencyId('2026-06-01'), to, transfer });
  }

  private second(end: Day): void {
    const { diary, places } = this;
    const { random } = diary;
    const day = `${String(random.between(2014, 2023))}-03-01`;
    const { from } = this.start;
    if (day <= plusMonths(from, 12) || plusMonths(day, 24) >= end) return;
    const hosts = places.standing(day, 'so').filter((u) => u !== this.unit(day));
    diary.decide('seconded', day, {
      hostUnit: diary.life.ids.unit(random.of(hosts)),
      until: plusDays(plusMonths(day, 24), -1),
      task: 'Tăng cường theo đề án',
    });
    diary.decide('secondment_ended', plusMonths(day, 24), {});
  }
}
