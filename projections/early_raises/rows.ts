import { Column, Entity, Index } from '../../src/projecting/entities.js';
import { PlacesRow } from '../../src/projecting/rows.js';

@Entity({
  name: 'place',
  comment:
    'Places that early raises for achievement take of an agency’s 10 % of a year (TT 08/2013/TT-BNV Đ.3.1), in their order. As known now; one that was freed is gone.',
})
@Index('place_agency', ['agency', 'year'])
@Index('place_person', ['person'])
export class PlaceRow extends PlacesRow {
  @Column({ type: 'uuid', comment: 'The agency; zeros: the record names none.' })
  agency!: string;

  @Column({ type: 'integer', comment: 'Year of the raise.' })
  year!: number;

  @Column({ type: 'uuid', comment: 'Id of the record of the person raised.' })
  person!: string;

  @Column({ type: 'text', collation: 'C', comment: 'proposal, or fact: an issued raise.' })
  holder!: string;

  @Column({ type: 'uuid', comment: 'The proposal, or the fact of the raise.' })
  fact!: string;

  @Column({
    type: 'integer',
    nullable: true,
    comment: 'How many places there are; null: no payroll is known.',
  })
  quota!: number | null;

  @Column({ type: 'boolean', comment: 'Whether the raise was recorded over the limit.' })
  over!: boolean;
}
