import { plusDays, plusMonths, type Day } from '../dates.js';
import type { Worker } from './worker.js';
import { fridayFrom } from './diary.js';
import { LAST } from './life.js';

/** What becomes of a record afterwards: corrections, rescissions, disputes, a withdrawal. Most have none. */
export function laterFate(worker: Worker): void {
  const { random } = worker;
  const roll = random.below(1000);
  if (roll < 70) correct(worker);
  else if (roll < 85) rescind(worker);
  else if (roll < 110) dispute(worker);
  else if (roll < 116) withdraw(worker);
  else if (roll < 122) hold(worker);
}

const CORRECTABLE = [
  'step_raised_regular',
  'evaluated',
  'rewarded',
  'emulation_title_awarded',
  'training_completed',
];

/** A wrong document number, found months or years later; one in eight correction is taken back. */
function correct({ diary, random }: Worker): void {
  const ids = diary.idsOf(...CORRECTABLE);
  if (ids.length === 0) return;
  const target = random.of(ids);
  const content = diary.contentOf(target);
  if (content === undefined) return;
  const on = afterwards(diary.dayOf(target), random.between(30, 900));
  const document = {
    ...content.document,
    number: `${String(random.between(2000, 2999))}/QĐ-HC-${content.effective.slice(0, 4)}`,
  };
  const correction = diary.life.correct(on, target, { ...content, document }, 'Nhập sai số quyết định');
  if (correction !== '' && random.percent(12))
    diary.life.rescind(afterwards(on, 40), correction, 'Số quyết định ban đầu là đúng');
}

function rescind({ diary, random }: Worker): void {
  const ids = diary.idsOf('rewarded', 'emulation_title_awarded', 'qualification_recorded', 'foreign_travel');
  if (ids.length === 0) return;
  const target = random.of(ids);
  const on = afterwards(diary.dayOf(target), random.between(20, 400));
  const rescission = diary.life.rescind(on, target, 'Ghi nhầm người');
  if (rescission !== '' && random.percent(25))
    diary.life.rescind(afterwards(on, 30), rescission, 'Đã xác minh: đúng người');
}

/** A request to check a fact or an item; a third is still open on the last day. */
function dispute({ diary, random }: Worker): void {
  const ids = diary.idsOf('step_raised_regular', 'evaluated', 'qualification_recorded');
  const isOpen = random.percent(33);
  const day = isOpen ? plusDays('2026-05-04', random.below(50)) : plusDays('2018-02-01', random.below(2500));
  const known = ids.filter((id) => diary.dayOf(id) < day);
  const target =
    known.length > 0 && random.percent(70)
      ? { fact: random.of(known) }
      : { item: random.of(['date_of_birth', 'highest_qualification', 'hometown']) };
  const request = diary.declare('disputed', day, {
    ...target,
    requester: 'Người trong hồ sơ (hư cấu)',
    request: 'Đề nghị kiểm tra lại',
  });
  if (!isOpen)
    diary.declare('dispute_resolved', plusDays(day, 21), {
      dispute: request,
      outcome: random.of(['rejected', 'upheld', 'corrected']),
      reason: 'Đã đối chiếu hồ sơ gốc',
    });
}

/** Thought to be a duplicate; most are restored when that proves wrong. Nothing else is entered after it. */
function withdraw({ diary, random }: Worker): void {
  const on = plusDays('2026-06-27', random.below(2));
  diary.life.withdraw(on, 'Nghi lập trùng hồ sơ');
  if (random.percent(60)) diary.life.restore(LAST, 'Không trùng với hồ sơ nào');
}

/** Proceedings under way: nothing of the record may be destroyed. A third of the holds still stands. */
function hold({ diary, random }: Worker): void {
  const day = plusDays('2023-01-05', random.below(1100));
  const on = fridayFrom(day > diary.opened ? day : plusDays(diary.opened, 30));
  const placed = diary.life.hold(on, 'Phục vụ giải quyết khiếu nại (hư cấu)');
  if (random.percent(67)) diary.life.lift(afterwards(on, 120), placed, 'Đã giải quyết xong');
}

function afterwards(day: Day, days: number): Day {
  const on = fridayFrom(plusDays(day, days));
  return on < '2026-06-26' ? on : plusMonths(LAST, 1);
}
