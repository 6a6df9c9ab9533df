import { Column, Entity, Index } from '../../src/projecting/entities.js';
import { PersonRow } from '../../src/projecting/rows.js';

abstract class StretchRow extends PersonRow {
  @Column({
    type: 'date',
    comment: 'First day. Only days from the last recording of the record on: of earlier ones ask the record.',
  })
  effectiveFrom!: string;

  @Column({ type: 'date', nullable: true, comment: 'First day no longer; null: it goes on.' })
  effectiveTo!: string | null;

  @Column({ type: 'uuid', nullable: true, comment: 'Unit in which the person is: it keeps the record.' })
  unit!: string | null;
}

@Entity({
  name: 'standing',
  comment:
    'Stretches of days in service, with how much is missing of the record (design.md §10). As known now.',
})
@Index('standing_unit', ['unit'])
export class StandingRow extends StretchRow {
  @Column({ type: 'integer', comment: 'How many things are missing; 0: the record is complete.' })
  lacks!: number;

  @Column({
    type: 'text',
    array: true,
    comment: 'Codes of what is missing, each once: for counting how many lack what.',
  })
  codes!: readonly string[];
}

@Entity({
  name: 'lack',
  comment: 'What is missing of the record of somebody in service, or stands against it. As known now.',
})
@Index('lack_unit', ['unit', 'person'])
export class LackRow extends StretchRow {
  @Column({
    type: 'text',
    collation: 'C',
    comment:
      'item_<identifier> of form 2C, not_reconciled, reconciliation_differs, open_dispute, severe_finding or overdue_duty.',
  })
  code!: string;

  @Column({ type: 'text', nullable: true, comment: 'Number of the item on form 2C, where it is one.' })
  item!: string | null;

  @Column({ type: 'uuid', array: true, comment: 'Facts concerned.' })
  facts!: readonly string[];

  @Column({ type: 'text', nullable: true, comment: 'Rule of the finding or duty concerned.' })
  rule!: string | null;
}
