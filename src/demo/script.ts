import { plusDays, plusMonths, type Day } from '../dates.js';
import { career } from './career.js';
import { Diary } from './diary.js';
import { everyAction } from './everyAction.js';
import { Life, type Ids, type Step } from './life.js';
import { open } from './people.js';
import type { Places } from './places.js';
import { Random } from './random.js';
import type { Worker } from './worker.js';

/** How many persons the demonstration invents, beside the careers told by hand. */
export const PERSONS = 2000;
const SEED = 8060;
/** From this day on nothing is entered in a record that a duplicate is merged into. */
const MERGE_DAY: Day = '2026-06-12';
/** One in so many records is a duplicate of the one before it. */
const DUPLICATE_EVERY = 250;

/** Persons with a story of their own; the loader’s tour names some. */
export const STORY = {
  corrected: 0,
  original: 1,
  merged: 2,
  future: 3,
  rescinded: 4,
  restored: 5,
  partial: 6,
} as const;

/** The script of the whole city: asked person by person, always the same. */
export class Script {
  /** Of the persons invented from the seed; those told by hand come after them. */
  readonly persons: number;

  constructor(
    private readonly ids: Ids,
    private readonly places: Places,
    private readonly invented = PERSONS,
  ) {
    this.persons = invented + Object.keys(this.byHand()).length;
  }

  /** All steps of one person, in the order of the clock. */
  stepsOf(person: number): Step[] {
    if (person >= this.invented) return this.byHand()[person - this.invented] ?? [];
    return this.lifeOf(person).steps();
  }

  private byHand(): Step[][] {
    return everyAction(this.invented, this.ids, {
      department: 'so_noi_vu',
      sections: ['bp_so_noi_vu_van_phong', 'bp_so_noi_vu_phong_1'],
      other: 'so_tu_phap',
      school: 'mau_thpt_1',
    });
  }

  private lifeOf(person: number): Life {
    const { ids, places } = this;
    switch (person) {
      case STORY.corrected:
        return correctedLate(career(person, ids, places, SEED, { plain: true, hired: '2018-02-01' }));
      case STORY.future:
        return movesInDecember(career(person, ids, places, SEED, { plain: true, hired: '2006-05-01' }));
      case STORY.rescinded:
        return rescindedTwice(career(person, ids, places, SEED, { plain: true, hired: '2004-11-01' }));
      case STORY.restored:
        return withdrawnAndRestored(career(person, ids, places, SEED, { plain: true, hired: '2015-09-01' }));
      case STORY.partial:
        return onlyTheYearIsKnown(career(person, ids, places, SEED, { plain: true, hired: '1998-01-01' }));
    }
    const place = person % DUPLICATE_EVERY;
    if (place === STORY.original)
      return career(person, ids, places, SEED, { plain: true, quietFrom: MERGE_DAY }).diary.life;
    if (place === STORY.merged) return this.duplicateOf(person - 1, person);
    return career(person, ids, places, SEED).diary.life;
  }

  /** A second record of the same person, opened by another office: little stands in it. */
  private duplicateOf(original: number, person: number): Life {
    const { ids, places } = this;
    const { person: who, hired, trade, postings } = career(original, ids, places, SEED, { plain: true });
    const opened = hired < '2013-01-01' ? '2013-02-01' : plusMonths(hired, 2);
    const life = new Life(person, ids);
    const diary = new Diary(life, new Random(SEED - person), opened, { late: 0 });
    open(diary, who, hired < '2012-10-03');
    diary.decide('recruited', hired, { category: trade.category, unit: postings.unitId(hired) });
    diary.decide('rewarded', '2019-11-20', { form: 'giay_khen', year: 2019 });
    life.merge(MERGE_DAY, original, 'Một người có hai hồ sơ');
    return life;
  }
}

function correctedLate({ diary }: Worker): Life {
  const grade = diary.idsOf('appointed_to_grade')[0] ?? '';
  const content = diary.contentOf(grade);
  if (content !== undefined)
    diary.life.correct(
      '2026-06-01',
      grade,
      { ...content, data: { grade: '01.003', step: 2 } },
      'Quyết định ghi bậc 2, đã nhập nhầm bậc 1',
    );
  return diary.life;
}

function movesInDecember({ diary, postings }: Worker): Life {
  const toUnit = diary.life.ids.unit('thanh_tra_tp');
  const document = { type: 'quyet_dinh', number: '620/QĐ-HC-2026', signedDate: '2026-06-18' };
  const data = { toUnit, fromUnit: postings.unitId('2026-12-01') };
  diary.enter({ action: 'transferred', effective: '2026-12-01', document, data }, '2026-06-19');
  return diary.life;
}

function rescindedTwice({ diary }: Worker): Life {
  const last = diary.idsOf('evaluated').at(-1) ?? '';
  const rescission = diary.life.rescind('2026-06-02', last, 'Ghi nhầm người');
  diary.life.rescind('2026-06-09', rescission, 'Đã xác minh: đúng người');
  return diary.life;
}

function withdrawnAndRestored({ diary }: Worker): Life {
  const after = plusDays('2026-06-26', 1);
  diary.life.withdraw(after, 'Tưởng là hồ sơ lập trùng');
  diary.life.restore(plusDays(after, 3), 'Không trùng với hồ sơ nào');
  return diary.life;
}

/** Old papers know only the year. */
function onlyTheYearIsKnown({ diary }: Worker): Life {
  const hire = diary.idsOf('recruited')[0] ?? '';
  const content = diary.contentOf(hire);
  if (content !== undefined)
    diary.life.correct('2014-03-07', hire, { ...content, effective: '1998' }, 'Hồ sơ giấy chỉ ghi năm');
  return diary.life;
}
