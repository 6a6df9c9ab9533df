import { Column, Entity, Index } from '../../src/projecting/entities.js';
import { UnitRow } from '../../src/projecting/rows.js';

@Entity({
  name: 'duty',
  comment:
    'Reports and monthly checks that agencies owe themselves (QĐ 8060/QĐ-UBND Đ.14, 15.4), up to 2050. As known now.',
})
@Index('unit_duty_due', ['due'])
export class UnitDutyRow extends UnitRow {
  @Column({ type: 'text', collation: 'C', comment: 'Rule of the decision: R-14.1, R-14.2 or R-15.4.' })
  rule!: string;

  @Column({ type: 'date', comment: 'Due day before: it runs from the day after.' })
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
}
