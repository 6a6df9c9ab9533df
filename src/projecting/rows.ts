import { Column, Entity, Index, PrimaryColumn } from './entities.js';

/** What every table of a model of persons begins with. */
export abstract class PersonRow {
  @PrimaryColumn({ type: 'uuid', comment: 'Id of the person’s record.' })
  person!: string;

  @PrimaryColumn({
    type: 'integer',
    comment: 'Number of the row among the person’s rows of this table, from 0.',
  })
  n!: number;
}

/** What every table of a model of units begins with. */
export abstract class UnitRow {
  @PrimaryColumn({ type: 'uuid', comment: 'Id of the unit.' })
  unit!: string;

  @PrimaryColumn({
    type: 'integer',
    comment: 'Number of the row among the unit’s rows of this table, from 0.',
  })
  n!: number;
}

/** What every table of a model of catalogue lists begins with. */
export abstract class ListRow {
  @PrimaryColumn({ type: 'text', collation: 'C', comment: 'Name of the list.' })
  list!: string;

  @PrimaryColumn({
    type: 'integer',
    comment: 'Number of the row among the list’s rows of this table, from 0.',
  })
  n!: number;
}

/** What every table of a model of proposals begins with. */
export abstract class ProposalRow {
  @PrimaryColumn({ type: 'uuid', comment: 'Id of the proposal.' })
  proposal!: string;

  @PrimaryColumn({
    type: 'integer',
    comment: 'Number of the row among the proposal’s rows of this table, from 0.',
  })
  n!: number;
}

/** What every table of a model of an agency's places for early raises begins with. */
export abstract class PlacesRow {
  @PrimaryColumn({ type: 'text', collation: 'C', comment: 'The agency’s places of a year: <agency>-<year>.' })
  places!: string;

  @PrimaryColumn({ type: 'integer', comment: 'Number of the place among those taken, from 0.' })
  n!: number;
}

const USED_TABLE = {
  name: 'used_reference',
  comment:
    'What reference data each subject’s rows were folded with: an event that touches one of the keys folds them again.',
};
const USED_KEYS = {
  type: 'text',
  array: true,
  comment:
    'unit-<id>, catalogue-<list>#<code>, catalogue-<list>#<attribute>=<value>, catalogue-<list>#* for all entries, catalogue-<list># for the coverage.',
} as const;

/** Written by the runner for every projection of persons that uses reference data. */
@Entity(USED_TABLE)
export class UsedReference extends PersonRow {
  @Index('used_reference_keys', { type: 'gin' })
  @Column(USED_KEYS)
  keys!: readonly string[];
}

/** As UsedReference, of units. */
@Entity(USED_TABLE)
export class UsedByUnit extends UnitRow {
  @Index('used_reference_keys', { type: 'gin' })
  @Column(USED_KEYS)
  keys!: readonly string[];
}

/** As UsedReference, of an agency's places for early raises. */
@Entity(USED_TABLE)
export class UsedByPlaces extends PlacesRow {
  @Index('used_reference_keys', { type: 'gin' })
  @Column(USED_KEYS)
  keys!: readonly string[];
}
