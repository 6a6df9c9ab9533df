import { Column, Entity, Index } from '../../src/projecting/entities.js';
import { ProposalRow } from '../../src/projecting/rows.js';
import type { PastChange } from '../../src/proposals/pastChange.js';
import type { ProposalStatus } from '../../src/proposals/proposal.js';

@Entity({
  name: 'proposal',
  comment:
    'Every proposal, one row each: for whom, what, by which agency, and how it stands. What it says of the person stays sealed in the log.',
})
@Index('proposal_person', ['person', 'sequence'])
@Index('proposal_agency', ['agency', 'status', 'sequence'])
@Index('proposal_status', ['status', 'sequence'])
export class ProposalStanding extends ProposalRow {
  @Column({ type: 'uuid', comment: 'Id of the record of the person concerned.' })
  person!: string;

  @Column({
    type: 'text',
    collation: 'C',
    comment:
      'Personnel action proposed: step_raised_regular, …; of a change of the past, that of the fact concerned.',
  })
  action!: string;

  @Column({ type: 'text', comment: 'Effective date proposed, or decided: 2016-06-15.' })
  effective!: string;

  @Column({
    type: 'text',
    collation: 'C',
    nullable: true,
    comment: 'What of the past it would change: correct, rescind, withdraw, restore; null: it is a new fact.',
  })
  change!: PastChange['kind'] | null;

  @Column({ type: 'uuid', nullable: true, comment: 'Agency that proposes; null: the record names none.' })
  agency!: string | null;

  @Column({
    type: 'text',
    collation: 'C',
    comment: 'proposed, checked, decided, declined, recorded or failed.',
  })
  status!: ProposalStatus;

  @Column({ type: 'bigint', comment: 'Sequence as of which the gates were last judged.' })
  judgedAt!: number;

  @Column({ type: 'bigint', comment: 'Sequence of the event that made it.' })
  sequence!: number;

  @Column({ type: 'integer', comment: 'Its revision: the ETag is this in quotes.' })
  revision!: number;

  @Column({ type: 'timestamptz', comment: 'When it was made.' })
  madeAt!: string;

  @Column({ type: 'timestamptz', comment: 'When something last happened to it.' })
  changedAt!: string;

  @Column({ type: 'uuid', nullable: true, comment: 'Account that made it.' })
  account!: string | null;

  @Column({ type: 'uuid', nullable: true, comment: 'The event that it became; null: none.' })
  fact!: string | null;

  @Column({ type: 'text', array: true, comment: 'Rules by which the record refused it, when it failed.' })
  rules!: readonly string[];
}
