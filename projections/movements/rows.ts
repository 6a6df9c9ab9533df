import { Column, Entity, Index } from '../../src/projecting/entities.js';
import { PersonRow } from '../../src/projecting/rows.js';

@Entity({
  name: 'step',
  comment:
    'Records on their way from agency to agency (QĐ 8060/QĐ-UBND Đ.11.2): each stretch of days on which one waits for its next step. As known now.',
})
@Index('step_from', ['fromUnit'])
@Index('step_to', ['toUnit'])
export class MovementStepRow extends PersonRow {
  @Column({
    type: 'text',
    collation: 'C',
    comment: 'sent: to be accepted; accepted: to be forwarded; refused: sent back, to be sent anew.',
  })
  step!: string;

  @Column({ type: 'uuid', nullable: true, comment: 'Agency that sent it.' })
  fromUnit!: string | null;

  @Column({ type: 'uuid', comment: 'Agency to which it was sent.' })
  toUnit!: string;

  @Column({ type: 'uuid', nullable: true, comment: 'The transfer that it follows.' })
  transfer!: string | null;

  @Column({ type: 'uuid', comment: 'The fact of this step.' })
  fact!: string;

  @Column({ type: 'date', comment: 'First day on which it waits.' })
  effectiveFrom!: string;

  @Column({ type: 'date', nullable: true, comment: 'First day no longer; null: it still waits.' })
  effectiveTo!: string | null;

  @Column({ type: 'uuid', array: true, comment: 'Open disputes about the step or its transfer.' })
  disputed!: readonly string[];
}
