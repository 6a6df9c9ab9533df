import { Column, Entity, Index } from '../../src/projecting/entities.js';
import { PersonRow } from '../../src/projecting/rows.js';

@Entity({ name: 'person', comment: 'One row for each record: what does not change from day to day.' })
@Index('person_external', ['externalId', 'externalSource'])
export class PersonProfile extends PersonRow {
  @Column({
    type: 'text',
    nullable: true,
    comment: '[group identity] System that the external id comes from.',
  })
  externalSource!: string | null;

  @Column({ type: 'text', nullable: true, comment: '[group identity] Id of the person in that system.' })
  externalId!: string | null;

  @Column({ type: 'date', nullable: true, comment: 'Day on which the record was opened.' })
  openedOn!: string | null;

  @Column({ type: 'boolean', comment: 'Whether the record is withdrawn: opened by mistake, or a duplicate.' })
  withdrawn!: boolean;

  @Column({ type: 'uuid', nullable: true, comment: 'Of a withdrawn duplicate: the record that stays.' })
  mergedInto!: string | null;

  @Column({ type: 'integer', comment: 'Revision of the record (its ETag): number of its events, less one.' })
  revision!: number;

  @Column({ type: 'bigint', comment: 'Sequence of the record’s last event.' })
  sequence!: number;

  @Column({ type: 'timestamptz', comment: 'When the record’s first event was recorded.' })
  firstRecordedAt!: string;

  @Column({ type: 'timestamptz', comment: 'When the record’s last event was recorded.' })
  lastRecordedAt!: string;
}

@Entity({
  name: 'segment',
  comment:
    'Who the person is, day by day: one row for each stretch of days on which nothing changes, as known now. Future-dated facts are in it with their days.',
})
@Index('segment_unit', ['unit', 'givenKey', 'familyKey', 'person'], { where: 'unit IS NOT NULL' })
@Index('segment_record_unit', ['recordUnit', 'givenKey', 'familyKey', 'person'], {
  where: 'record_unit IS NOT NULL',
})
@Index('segment_keeper', ['keeper', 'givenKey', 'familyKey', 'person'], { where: 'keeper IS NOT NULL' })
@Index('segment_name', ['givenKey', 'familyKey', 'person'])
@Index('segment_disputed', ['person'], { where: `disputed <> '{}'` })
@Index('segment_grade', ['grade'], { where: 'grade IS NOT NULL' })
export class Segment extends PersonRow {
  @Column({ type: 'date', comment: 'First day; -infinity for the days before the first fact.' })
  effectiveFrom!: string;

  @Column({ type: 'date', nullable: true, comment: 'First day after; null: open.' })
  effectiveTo!: string | null;

  @Column({
    type: 'date',
    nullable: true,
    comment:
      'A fact with a partial date (1998) may have been in force only from this day; null: nothing is uncertain.',
  })
  uncertainUntil!: string | null;

  @Column({
    type: 'text',
    nullable: true,
    comment: '[group identity] Family and middle names (họ và tên đệm).',
  })
  familyName!: string | null;

  @Column({ type: 'text', nullable: true, comment: '[group identity] Given name (tên).' })
  givenName!: string | null;

  @Column({ type: 'text', nullable: true, comment: '[group identity] Other name (tên gọi khác).' })
  otherName!: string | null;

  @Column({
    type: 'text',
    nullable: true,
    comment: '[group identity] Date of birth: 1975, 1975-03 or 1975-03-15.',
  })
  dateOfBirth!: string | null;

  @Column({ type: 'text', nullable: true, comment: '[group identity] Sex: code of the list sex.' })
  sex!: string | null;

  @Column({
    type: 'text',
    collation: 'C',
    comment:
      'Status: not_in_service, in_service, retired, left, moved_to_party_bloc, moved_out_of_city or died.',
  })
  status!: string;

  @Column({ type: 'date', nullable: true, comment: 'Day since which the status holds.' })
  statusSince!: string | null;

  @Column({
    type: 'uuid',
    nullable: true,
    comment: 'Unit in which the person is placed; null out of service.',
  })
  unit!: string | null;

  @Column({ type: 'date', nullable: true, comment: 'Day since which the person is in the unit.' })
  unitSince!: string | null;

  @Column({
    type: 'uuid',
    nullable: true,
    comment: 'Unit that keeps the record: the last in which the person was placed (Điều 12.3).',
  })
  recordUnit!: string | null;

  @Column({
    type: 'uuid',
    nullable: true,
    comment:
      'Unit that keeps the record that day: where its last movement left it, else the last placement, else the unit for which it was opened. The right to the record rests on it.',
  })
  keeper!: string | null;

  @Column({ type: 'text', array: true, comment: 'Positions held: codes of the list standard_position.' })
  positions!: readonly string[];

  @Column({ type: 'jsonb', comment: 'Posts held: position, unit, since, and the fact that appointed (by).' })
  posts!: readonly object[];

  @Column({ type: 'text', nullable: true, comment: 'Grade: code of the list grade_name (ngạch).' })
  grade!: string | null;

  @Column({ type: 'integer', nullable: true, comment: 'Step of the grade (bậc).' })
  step!: number | null;

  @Column({
    type: 'numeric',
    nullable: true,
    comment: '[group pay_tax] Salary coefficient (hệ số) on the paper.',
  })
  coefficient!: string | null;

  @Column({
    type: 'date',
    nullable: true,
    comment: '[group pay_tax] Day from which the step is paid (ngày hưởng).',
  })
  salaryDate!: string | null;

  @Column({
    type: 'date',
    nullable: true,
    comment: '[group pay_tax] Day from which the wait for the next step counts (mốc tính nâng bậc lần sau).',
  })
  nextStepFrom!: string | null;

  @Column({ type: 'numeric', nullable: true, comment: '[group pay_tax] Pay by amount: the sum, in đồng.' })
  amount!: string | null;

  @Column({ type: 'text', nullable: true, comment: '[group pay_tax] Pay by amount: per month or year.' })
  per!: string | null;

  @Column({ type: 'date', nullable: true, comment: 'Day of the last recruitment.' })
  hireDate!: string | null;

  @Column({ type: 'uuid', nullable: true, comment: 'Unit that recruited.' })
  hireAgency!: string | null;

  @Column({
    type: 'text',
    nullable: true,
    comment: '[group history] Category of person: code of the list person_category.',
  })
  category!: string | null;

  @Column({
    type: 'text',
    array: true,
    comment: 'Field groups lawfully destroyed in a fact that this rests on.',
  })
  erased!: readonly string[];

  @Column({
    type: 'text',
    array: true,
    comment:
      'Values that are in dispute now, whatever the day: identity, status, hire, unit, posts, grade or pay. Not to be used unmarked (Luật CNTT 67/2006/QH11 Đ.21.2d).',
  })
  disputed!: readonly string[];

  @Column({
    type: 'text',
    collation: 'C',
    comment: '[group identity] Given name for sorting: lower case, without accents.',
  })
  givenKey!: string;

  @Column({
    type: 'text',
    collation: 'C',
    comment: '[group identity] Family name for sorting: lower case, without accents.',
  })
  familyKey!: string;
}

@Entity({
  name: 'name_word',
  comment: 'Words of all names that a person bears or bore, for search by beginnings of words.',
})
@Index('name_word_word', ['word', 'person'])
export class NameWord extends PersonRow {
  @Column({
    type: 'text',
    collation: 'C',
    comment: '[group identity] The word, lower case, without accents.',
  })
  word!: string;

  @Column({
    type: 'text',
    collation: 'C',
    comment: '[group identity] The word, lower case, with its accents, decomposed (NFD).',
  })
  accented!: string;
}
