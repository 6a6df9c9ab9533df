import { Column, Entity, Index } from '../../src/projecting/entities.js';
import { PersonRow } from '../../src/projecting/rows.js';

/** A correction or rescission as a row of `fact` tells it. */
export interface ChangeView {
  readonly event: string;
  readonly sequence: number | null;
  readonly recordedAt: string;
  readonly standing: boolean;
  readonly reason: string;
  readonly approval?: object;
  readonly account: string | null;
  readonly unit: string | null;
}

@Entity({
  name: 'fact',
  comment:
    'Every fact ever recorded of a person, one row each, with what stands of it now: the latest standing correction, else the original. In order of recording.',
})
@Index('fact_fact', ['fact'])
@Index('fact_disputed', ['fact'], { where: `disputed <> '{}'` })
@Index('fact_action', ['action', 'effectiveFirst'])
@Index('fact_recorded', ['recordedAt'])
export class FactRow extends PersonRow {
  @Column({ type: 'uuid', comment: 'Id of the fact: of the event that recorded it.' })
  fact!: string;

  @Column({ type: 'integer', comment: 'Revision of that event in the record.' })
  revision!: number;

  @Column({ type: 'bigint', comment: 'Sequence of that event.' })
  sequence!: number;

  @Column({ type: 'timestamptz', comment: 'When it was recorded.' })
  recordedAt!: string;

  @Column({
    type: 'text',
    collation: 'C',
    comment: 'Name of the personnel action (việc): recruited, transferred …',
  })
  action!: string;

  @Column({ type: 'text', comment: 'Effective date as the paper has it: 1998, 1998-03 or 1998-03-15.' })
  effective!: string;

  @Column({ type: 'date', comment: 'First day that the effective date can mean.' })
  effectiveFirst!: string;

  @Column({ type: 'date', comment: 'Last day that the effective date can mean.' })
  effectiveLast!: string;

  @Column({ type: 'integer', nullable: true, comment: 'Explicit order within the day.' })
  ordinal!: number | null;

  @Column({
    type: 'integer',
    nullable: true,
    comment: 'Place among the standing facts in effective order, from 0; null: out of force.',
  })
  place!: number | null;

  @Column({
    type: 'integer',
    comment:
      'Days from the effective date (its last) to the day of recording in Vietnam; negative: recorded ahead.',
  })
  delayDays!: number;

  @Column({ type: 'boolean', comment: 'Whether it is in force: false when rescinded.' })
  standing!: boolean;

  @Column({ type: 'boolean', comment: 'Whether a standing correction replaces what was first recorded.' })
  corrected!: boolean;

  @Column({ type: 'boolean', comment: 'Whether the record as a whole is withdrawn now.' })
  recordWithdrawn!: boolean;

  @Column({
    type: 'text',
    nullable: true,
    comment: 'Type of the deciding document: code of the list document_type.',
  })
  documentType!: string | null;

  @Column({ type: 'text', nullable: true, comment: 'Number of the deciding document.' })
  documentNumber!: string | null;

  @Column({ type: 'date', nullable: true, comment: 'Day on which it was signed.' })
  documentSigned!: string | null;

  @Column({
    type: 'date',
    nullable: true,
    comment: 'Day on which the document takes effect, where it is not the fact’s own.',
  })
  documentEffective!: string | null;

  @Column({ type: 'uuid', nullable: true, comment: 'Unit that issued it, when it is one of ours.' })
  documentUnit!: string | null;

  @Column({ type: 'text', nullable: true, comment: '[group history] Agency that issued it.' })
  documentAgency!: string | null;

  @Column({ type: 'text', nullable: true, comment: '[group history] Who signed it.' })
  documentSigner!: string | null;

  @Column({ type: 'text', nullable: true, comment: '[group history] The signer’s position.' })
  documentSignerPosition!: string | null;

  @Column({ type: 'text', nullable: true, comment: '[group history] Summary (trích yếu).' })
  documentSummary!: string | null;

  @Column({ type: 'text', nullable: true, comment: 'SHA-256 of the attachment.' })
  documentHash!: string | null;

  @Column({
    type: 'uuid',
    nullable: true,
    comment: 'Unit that the fact names: of recruitment, transfer (to), reinstatement or post.',
  })
  unit!: string | null;

  @Column({ type: 'uuid', nullable: true, comment: 'Transfer: the unit left.' })
  fromUnit!: string | null;

  @Column({ type: 'text', nullable: true, comment: 'Position: code of the list standard_position.' })
  position!: string | null;

  @Column({ type: 'text', nullable: true, comment: 'Grade: code of the list grade_name (ngạch).' })
  grade!: string | null;

  @Column({ type: 'integer', nullable: true, comment: 'Step (bậc).' })
  step!: number | null;

  @Column({
    type: 'numeric',
    nullable: true,
    comment: '[group pay_tax] Salary coefficient on the paper (hệ số).',
  })
  coefficient!: string | null;

  @Column({ type: 'date', nullable: true, comment: '[group pay_tax] Paid from (ngày hưởng).' })
  salaryDate!: string | null;

  @Column({ type: 'numeric', nullable: true, comment: '[group pay_tax] Pay by amount: the sum, in đồng.' })
  amount!: string | null;

  @Column({ type: 'text', nullable: true, comment: '[group pay_tax] Pay by amount: per month or year.' })
  per!: string | null;

  @Column({ type: 'jsonb', comment: '[all groups of the action] What stands of the fact’s own fields.' })
  data!: object;

  @Column({
    type: 'jsonb',
    nullable: true,
    comment: '[all groups of the action] What was first recorded, where a correction stands; else null.',
  })
  original!: object | null;

  @Column({
    type: 'jsonb',
    comment:
      '[all groups of the action] Every correction: event, sequence, time, whether it stands, what it says, reason, who.',
  })
  corrections!: readonly (ChangeView & { readonly content: object })[];

  @Column({
    type: 'jsonb',
    comment:
      '[all groups of the action] Every rescission of the fact or its corrections: event, sequence, time, target, whether it stands, reason, who.',
  })
  rescissions!: readonly (ChangeView & { readonly target: string })[];

  @Column({ type: 'text', nullable: true, comment: 'System that an imported fact came from.' })
  originSource!: string | null;

  @Column({ type: 'text', nullable: true, comment: '[group history] Its reference there.' })
  originRef!: string | null;

  @Column({ type: 'uuid', nullable: true, comment: 'Of a merger: the record that it was first recorded on.' })
  originRecord!: string | null;

  @Column({ type: 'uuid', nullable: true, comment: 'Of a merger: the event that first recorded it.' })
  originEvent!: string | null;

  @Column({ type: 'uuid', nullable: true, comment: 'Account that recorded it.' })
  actorAccount!: string | null;

  @Column({ type: 'uuid', nullable: true, comment: 'Unit that the account acted for.' })
  actorUnit!: string | null;

  @Column({
    type: 'uuid',
    array: true,
    comment:
      'Open disputes about it: not to be used unmarked until they are resolved (Luật CNTT 67/2006/QH11 Đ.21.2d).',
  })
  disputed!: readonly string[];

  @Column({ type: 'text', array: true, comment: 'Field groups of it that were lawfully destroyed.' })
  erased!: readonly string[];

  @Column({
    type: 'text',
    array: true,
    comment: 'Field groups that the values of its action, of its document and of its reasons are of.',
  })
  groups!: readonly string[];
}

@Entity({
  name: 'finding',
  comment:
    'Rules that standing facts break, by today’s knowledge of facts and of reference data; open until settled. A withdrawn record has none.',
})
@Index('finding_rule', ['rule'])
@Index('finding_unit', ['unit'])
@Index('finding_record_unit', ['recordUnit'])
export class FindingRow extends PersonRow {
  @Column({ type: 'text', collation: 'C', comment: 'Code of the rule.' })
  rule!: string;

  @Column({ type: 'text', collation: 'C', comment: 'impossible, irregular or unverified.' })
  kind!: string;

  @Column({ type: 'uuid', comment: 'The fact that breaks it.' })
  fact!: string;

  @Column({ type: 'uuid', array: true, comment: 'Other facts concerned.' })
  others!: readonly string[];

  @Column({ type: 'text', nullable: true, comment: 'Field of the fact at fault.' })
  field!: string | null;

  @Column({ type: 'jsonb', comment: 'What the rule’s text is filled with; nothing personal.' })
  params!: Readonly<Record<string, string>>;

  @Column({ type: 'date', comment: 'First day of the fact.' })
  effectiveFirst!: string;

  @Column({
    type: 'uuid',
    nullable: true,
    comment: 'Unit of the person at that fact: in force with it, else the last before.',
  })
  unit!: string | null;

  @Column({ type: 'uuid', nullable: true, comment: 'The last unit in the record, whatever its day.' })
  recordUnit!: string | null;

  @Column({ type: 'boolean', comment: 'Whether it is settled.' })
  settled!: boolean;

  @Column({ type: 'uuid', nullable: true, comment: 'The event that settled it.' })
  settledBy!: string | null;

  @Column({ type: 'timestamptz', nullable: true, comment: 'When that was recorded.' })
  settledAt!: string | null;

  @Column({ type: 'text', nullable: true, comment: '[group history] Why it is settled.' })
  settledReason!: string | null;
}
