import { Column, Entity, Index } from '../../src/projecting/entities.js';
import { PersonRow } from '../../src/projecting/rows.js';

/** Who was where in which status: one row per spell and stretch of knowledge. */
@Entity({
  name: 'spell',
  comment:
    'Spells of service, unit, post, grade and pay, on two axes: in force from effective_from up to, not including, effective_to; known from sequence known_from up to, not including, known_to. What was derived from a withdrawn record or a fact out of force has ended to be known.',
})
// Who was in a unit is answered from it alone: the rows of its people lie all over the table.
@Index(
  'spell_unit',
  ['unit', 'kind', 'effectiveFrom', 'effectiveTo', 'knownFrom', 'knownTo', 'person', 'fact', 'fromLast'],
  { where: 'unit IS NOT NULL' },
)
@Index('spell_unit_now', ['unit', 'kind', 'effectiveFrom'], {
  where: 'known_to IS NULL AND unit IS NOT NULL',
})
@Index('spell_now', ['kind', 'effectiveFrom'], { where: 'known_to IS NULL' })
export class SpellRow extends PersonRow {
  @Column({
    type: 'text',
    collation: 'C',
    comment: 'What the spell is of: service, unit, post, grade, pay, or seat: a place in an establishment.',
  })
  kind!: string;

  @Column({ type: 'uuid', comment: 'The fact that began it.' })
  fact!: string;

  @Column({ type: 'date', comment: 'First day (of a partial date: the first that it can mean).' })
  effectiveFrom!: string;

  @Column({ type: 'text', comment: 'First day as the paper has it: 1998, 1998-03 or 1998-03-15.' })
  fromText!: string;

  @Column({
    type: 'date',
    comment: 'Last day on which it can have begun; later than effective_from for a partial date.',
  })
  fromLast!: string;

  @Column({
    type: 'date',
    nullable: true,
    comment:
      'First day on which it no longer held; null: open. Equal to effective_from for a spell of zero length.',
  })
  effectiveTo!: string | null;

  @Column({ type: 'uuid', nullable: true, comment: 'The fact that ended it; null: open.' })
  endedBy!: string | null;

  @Column({
    type: 'text',
    nullable: true,
    comment: 'Service: in_service, retired, left, moved_to_party_bloc, moved_out_of_city or died.',
  })
  status!: string | null;

  @Column({
    type: 'uuid',
    nullable: true,
    comment: 'Unit and seat: where the person is placed. Post: where the post is held.',
  })
  unit!: string | null;

  @Column({
    type: 'text',
    nullable: true,
    comment: '[group history] Seat: category of the person, code of the list person_category.',
  })
  category!: string | null;

  @Column({ type: 'text', nullable: true, comment: 'Post: code of the list standard_position.' })
  position!: string | null;

  @Column({ type: 'text', nullable: true, comment: 'Grade: code of the list grade_name (ngạch).' })
  grade!: string | null;

  @Column({ type: 'integer', nullable: true, comment: 'Grade: step (bậc).' })
  step!: number | null;

  @Column({
    type: 'numeric',
    nullable: true,
    comment: '[group pay_tax] Grade: salary coefficient (hệ số) on the paper.',
  })
  coefficient!: string | null;

  @Column({ type: 'numeric', nullable: true, comment: '[group pay_tax] Pay: sum of money, in đồng.' })
  amount!: string | null;

  @Column({ type: 'text', nullable: true, comment: '[group pay_tax] Pay: the sum is per month or per year.' })
  per!: string | null;

  @Column({ type: 'bigint', comment: 'Sequence of the event since which it is known so.' })
  knownFrom!: number;

  @Column({ type: 'timestamptz', comment: 'When that event was recorded.' })
  knownFromAt!: string;

  @Column({
    type: 'bigint',
    nullable: true,
    comment: 'Sequence of the event since which it is no longer known so; null: it still is.',
  })
  knownTo!: number | null;

  @Column({ type: 'timestamptz', nullable: true, comment: 'When that event was recorded.' })
  knownToAt!: string | null;
}
