import { Column, Entity, Index } from '../../src/projecting/entities.js';
import { ListRow } from '../../src/projecting/rows.js';

@Entity({
  name: 'entry',
  comment:
    'Entries of the catalogue lists (danh mục), each with its days of validity, as known now. A code is unique on any one day.',
})
@Index('entry_code', ['list', 'code'])
export class EntryRow extends ListRow {
  @Column({ type: 'uuid', comment: 'The event that recorded the entry.' })
  entry!: string;

  @Column({ type: 'text', collation: 'C', comment: 'Code of the entry.' })
  code!: string;

  @Column({ type: 'text', comment: 'Name in Vietnamese.' })
  name!: string;

  @Column({ type: 'text', nullable: true, comment: 'Name in English.' })
  nameEn!: string | null;

  @Column({ type: 'date', comment: 'First day of validity; -infinity where none is known.' })
  validFrom!: string;

  @Column({ type: 'date', nullable: true, comment: 'First day after its validity; null: open.' })
  validUntil!: string | null;

  @Column({ type: 'text', comment: 'Law or paper that shows the value.' })
  source!: string;

  @Column({ type: 'boolean', comment: 'Whether the value was compared with its source.' })
  confirmed!: boolean;

  @Column({ type: 'jsonb', comment: 'What the list says beyond the common columns, by column.' })
  attributes!: Readonly<Record<string, string>>;
}

@Entity({
  name: 'coverage',
  comment:
    'Days for which a list declares that it holds every code: within them a code that it lacks is refused.',
})
export class CoverageRow extends ListRow {
  @Column({ type: 'date', comment: 'First day; -infinity where there is no limit.' })
  coveredFrom!: string;

  @Column({ type: 'date', nullable: true, comment: 'First day after; null: open.' })
  coveredUntil!: string | null;

  @Column({
    type: 'text',
    nullable: true,
    comment: 'Only among codes that begin with this; null: among all.',
  })
  scope!: string | null;

  @Column({ type: 'text', comment: 'Law or paper that the claim rests on.' })
  source!: string;

  @Column({ type: 'text', nullable: true, comment: 'Why the list is held to be complete.' })
  why!: string | null;
}
