import type { Day } from '../dates.js';
import type { Diary } from './diary.js';
import type { Job } from './pay.js';
import type { Duty, Person } from './people.js';
import type { Postings } from './postings.js';
import type { Random } from './random.js';

/** What kind of work a person does, and for whom. */
export interface Trade {
  readonly category: 'can_bo' | 'cong_chuc' | 'vien_chuc' | 'contract_nd68' | 'contract_labour_code';
  /** The units in which it is done. */
  readonly types: readonly string[];
  /** Null: paid by a sum of money. */
  readonly job: Job | null;
  readonly duty: Duty;
  /** What was recruited for; a code of `recruitment_position`. */
  readonly position: string;
  /** The posts that can be reached; none where the last list is empty. */
  readonly posts: readonly string[];
}

/** Somebody at work: what the parts of a career are written from. */
export interface Worker {
  readonly diary: Diary;
  readonly random: Random;
  readonly person: Person;
  readonly trade: Trade;
  readonly hired: Day;
  /** The first day out of service; a day that never comes where it is not planned. */
  readonly end: Day;
  readonly postings: Postings;
  /** A disciplined person waits longer for the next step. */
  readonly delay: { readonly on: Day; readonly months: number } | undefined;
}
