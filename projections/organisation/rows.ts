import { Column, Entity, Index } from '../../src/projecting/entities.js';
import { UnitRow } from '../../src/projecting/rows.js';

@Entity({
  name: 'unit',
  comment: 'Units: the days on which each exists, as known now. One row for each unit that ever was.',
})
export class UnitSpan extends UnitRow {
  @Column({ type: 'date', comment: 'First day on which it exists; -infinity where none is known.' })
  effectiveFrom!: string;

  @Column({ type: 'date', nullable: true, comment: 'First day on which it is no more; null: it goes on.' })
  effectiveTo!: string | null;

  @Column({
    type: 'uuid',
    nullable: true,
    comment: 'The unit into which it passed whole when it ended; null: none.',
  })
  successor!: string | null;

  @Column({ type: 'integer', comment: 'Last revision of the unit’s stream.' })
  revision!: number;

  @Column({ type: 'bigint', comment: 'Sequence of the stream’s last event.' })
  sequence!: number;
}

@Entity({
  name: 'quota',
  comment: 'Decisions on the establishment of a unit (biên chế) that stand, as known now.',
})
export class QuotaRow extends UnitRow {
  @Column({ type: 'integer', comment: 'Year for which it is decided.' })
  year!: number;

  @Column({
    type: 'text',
    collation: 'C',
    comment: 'Kind of place: civil_servants, public_employees, contract_68 or other_contracts.',
  })
  kind!: string;

  @Column({ type: 'integer', comment: 'How many there may be.' })
  count!: number;

  @Column({
    type: 'date',
    comment: 'First day on which the decision counts; the latest of a year and kind does.',
  })
  effectiveFrom!: string;

  @Column({ type: 'uuid', comment: 'The fact that says so.' })
  fact!: string;

  @Column({ type: 'text', nullable: true, comment: 'Number of the decision.' })
  documentNumber!: string | null;
}

@Entity({
  name: 'period',
  comment:
    'Periods in which a unit’s code, names, type, level and parent stayed the same, as known now. Without gaps.',
})
@Index('period_parent', ['parent'])
@Index('period_code', ['code'])
export class UnitPeriodRow extends UnitRow {
  @Column({ type: 'date', comment: 'First day of the period; -infinity where none is known.' })
  effectiveFrom!: string;

  @Column({ type: 'date', nullable: true, comment: 'First day after the period; null: open.' })
  effectiveTo!: string | null;

  @Column({ type: 'text', collation: 'C', comment: 'Code of the unit. It passes from unit to unit: no key.' })
  code!: string;

  @Column({ type: 'text', comment: 'Name of the unit (tên đơn vị).' })
  name!: string;

  @Column({ type: 'text', nullable: true, comment: 'English name of the unit.' })
  nameEn!: string | null;

  @Column({ type: 'text', comment: 'Type: code of the list unit_type.' })
  type!: string;

  @Column({
    type: 'integer',
    nullable: true,
    comment:
      'Level of Điều 6: 0 city, 1 base, 2 department or district, 3 home affairs; null: a section inside an agency.',
  })
  level!: number | null;

  @Column({ type: 'uuid', nullable: true, comment: 'The unit above it.' })
  parent!: string | null;
}
