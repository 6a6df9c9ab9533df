import { Column, Entity, Index } from '../../src/projecting/entities.js';
import { PersonRow } from '../../src/projecting/rows.js';

@Entity({
  name: 'duty',
  comment:
    'Duties of QĐ 8060/QĐ-UBND Đ.10, 11 on a record: a clock started by one fact and stopped by another. As known now.',
})
@Index('duty_open', ['owes', 'due', 'disputed'], { where: 'done_on IS NULL' })
@Index('duty_owes', ['owes', 'due'])
@Index('duty_due', ['due', 'owes', 'rule', 'doneOn', 'trigger'])
export class DutyRow extends PersonRow {
  @Column({ type: 'text', collation: 'C', comment: 'Rule of the decision: R-10.1b, R-10.2b, R-11.1, …' })
  rule!: string;

  @Column({ type: 'uuid', comment: 'The fact that started it.' })
  fact!: string;

  @Column({ type: 'text', collation: 'C', comment: 'Action of that fact.' })
  action!: string;

  @Column({ type: 'date', comment: 'Day from which it is counted; that day itself does not count.' })
  trigger!: string;

  @Column({ type: 'date', comment: 'Last day on which it is done in time.' })
  due!: string;

  @Column({ type: 'date', nullable: true, comment: 'Day on which it was done; null: open.' })
  doneOn!: string | null;

  @Column({ type: 'uuid', nullable: true, comment: 'The event that stopped it.' })
  doneBy!: string | null;

  @Column({ type: 'uuid', nullable: true, comment: 'Account that recorded that event.' })
  doneAccount!: string | null;

  @Column({ type: 'integer', comment: 'Calendar days too late, of a duty that is done; 0: in time.' })
  daysLate!: number;

  @Column({ type: 'uuid', nullable: true, comment: 'Agency that owes it; null: the record names none.' })
  owes!: string | null;

  @Column({
    type: 'uuid',
    array: true,
    comment: 'Open disputes about the fact that started it: while there are any, no gate counts it.',
  })
  disputed!: readonly string[];
}

@Entity({
  name: 'due',
  comment:
    'What falls due for a person while a state holds: steps, beyond-frame, disciplines lapsing, retirement, ends. As known now; only states that hold on the last recording day or later.',
})
@Index('due_day', ['kind', 'due'])
@Index('due_unit', ['unit', 'kind', 'due'])
export class DueRow extends PersonRow {
  @Column({
    type: 'text',
    collation: 'C',
    comment: 'regular_step, beyond_frame, discipline_lapse, retirement, contract_end, term_end, …',
  })
  kind!: string;

  @Column({ type: 'uuid', comment: 'The fact from which it follows.' })
  fact!: string;

  @Column({ type: 'date', comment: 'First day of the state from which it follows.' })
  effectiveFrom!: string;

  @Column({ type: 'date', nullable: true, comment: 'First day of the next state; null: it goes on.' })
  effectiveTo!: string | null;

  @Column({
    type: 'date',
    nullable: true,
    comment: '[group pay_tax] [group identity] The day; null: it cannot come while this state holds.',
  })
  due!: string | null;

  @Column({
    type: 'date',
    nullable: true,
    comment: '[group pay_tax] [group identity] The day without what lengthened it.',
  })
  earliest!: string | null;

  @Column({ type: 'text', nullable: true, comment: 'Why it cannot come: step_unknown, away, disputed.' })
  blocked!: string | null;

  @Column({
    type: 'jsonb',
    comment: '[group pay_tax] What lengthened it: [{by, kind, months}], by the id of the fact.',
  })
  reasons!: readonly object[];

  @Column({
    type: 'text',
    nullable: true,
    comment:
      '[group identity] [group pay_tax] [group history] Grade and step, month of retirement, post, allowance, contract or host unit.',
  })
  subject!: string | null;

  @Column({
    type: 'text',
    nullable: true,
    comment: '[group identity] Of a retirement: eligible, notified or postponed.',
  })
  stage!: string | null;

  @Column({ type: 'uuid', nullable: true, comment: 'Unit in which the person is.' })
  unit!: string | null;
}
