import { expect } from 'chai';
import { RULES, type RuleCode } from '../../src/record/ruleBook.js';
import type { FactContent } from '../../src/record/action.js';
import type { Change } from '../../src/record/decide.js';
import {
  appointed,
  correct,
  deceased,
  disciplined,
  dismissed,
  evaluated,
  eventId,
  fact,
  graded,
  hired,
  lawfulWorld,
  opened,
  raised,
  raisedEarly,
  rewarded,
  record,
  rescind,
  restore,
  Scenario,
  transfer,
  UNIT,
  withdraw,
  world,
} from '../support/record.js';

/** A command that breaks the rule, and one that stops just short of it. */
interface Specification {
  readonly given: readonly FactContent[];
  readonly and?: readonly Change[];
  readonly breaks: readonly Change[];
  readonly keeps: readonly Change[];
  /** Where the record that keeps the rule differs from the one that breaks it. */
  readonly givenKeeps?: readonly FactContent[];
  readonly andKeeps?: readonly Change[];
  /** First day of which one person alone may change what is recorded. */
  readonly aloneSince?: string;
  /** Judged by the law as shipped, not by that of the little world. */
  readonly lawful?: true;
}

const inService = [opened(), hired()];
/** By the record's fourth fact, the discipline. */
const lowered = (effective: string, step: number) =>
  fact('step_lowered', effective, { grade: '01.003', step, discipline: eventId(4) });
const extended = (effective: string, cause: number) =>
  fact('step_raise_extended', effective, { months: 6, cause: 'discipline', causedBy: eventId(cause) });
const beyondFrame = (effective: string, percent: string, what: 'granted' | 'raised' = 'granted') =>
  fact(`beyond_frame_${what}`, effective, { percent });
const onNotice = (effective: string) => raisedEarly(effective, 2, { reason: 'retirement_notice' });
const notified = (effective: string, retirement: string, data: object = {}) =>
  fact('retirement_notified', effective, { retirement, ...data });
/** A discipline of a public employee by the state, on the law of 2026-07-01. */
const employeeDisciplined = (data: object, document: object = { number: '9/QĐ' }): Change =>
  record({
    ...fact('disciplined', '2026-08-01', { side: 'state', form: 'vc_khien_trach', ...data }),
    document,
  });
const FATHER = { relation: 'cha', name: 'Nguyễn Văn Cha' };
const sent = (effective: string, follows?: string) =>
  fact('record_sent', effective, {
    from: UNIT.homeAffairs,
    to: UNIT.finance,
    ...(follows === undefined ? {} : { transfer: follows }),
  });
const settle = (rule: RuleCode, n: number): Change => ({
  kind: 'settle',
  finding: { rule, fact: eventId(n), others: [] },
  reason: 'đã xác minh',
});

/** As a dossier of another authority told it. */
const fromElsewhere = (content: FactContent): Change => ({
  kind: 'record',
  content,
  origin: { source: 'hoso.example/elsewhere/events', ref: eventId(90), dossier: 'ab'.repeat(32) },
});
const HOLD: Change = { kind: 'hold', reason: 'Thanh tra yêu cầu', approval: { number: '7/TTr' } };
const DESTROY: Change = {
  kind: 'destroy',
  groups: ['health'],
  keys: [{ group: 'health', use: 'facts', id: eventId(90) }],
  destruction: eventId(91),
  decision: { number: '9/QĐ-LT', signerName: 'Người Ký' },
};

/** Every rule code there is: the compiler refuses a rule without its specification. */
const SPECIFICATIONS: Readonly<Record<RuleCode, Specification>> = {
  after_death: {
    given: [...inService, deceased('2013-05-01')],
    breaks: [record(transfer('2013-05-02'))],
    keeps: [record(transfer('2013-05-01'))],
  },
  died_twice: {
    given: [...inService, deceased('2013-05-01')],
    breaks: [record(deceased('2013-05-01'))],
    keeps: [correct(3, deceased('2013-05-02'))],
  },
  opened_twice: {
    given: inService,
    breaks: [record(opened('2013-01-01'))],
    keeps: [correct(1, opened('2013-01-01'))],
  },
  code_invalid: {
    given: inService,
    breaks: [record(fact('left_service', '2013-01-01', { reason: 'khong_co' }))],
    keeps: [record(fact('left_service', '2013-01-01', { reason: 'nguyen_vong' }))],
  },
  unit_invalid: {
    given: inService,
    breaks: [record(transfer('2015-01-01', UNIT.dissolved))],
    keeps: [record(transfer('2014-12-31', UNIT.dissolved))],
  },
  step_invalid: {
    given: inService,
    breaks: [record(graded('2013-01-01', 10))],
    keeps: [record(graded('2013-01-01', 9))],
  },
  code_unverified: {
    given: inService,
    breaks: [record(appointed('2013-01-01', 'unlisted_post'))],
    keeps: [record(appointed('2013-01-01', 'truong_phong'))],
  },
  unit_unverified: {
    given: inService,
    breaks: [fromElsewhere(transfer('2013-01-01', UNIT.unknown))],
    keeps: [fromElsewhere(transfer('2013-01-01', UNIT.finance))],
  },
  step_unverified: {
    given: [opened(), hired('2000-01-01')],
    breaks: [record(graded('2004-09-30'))],
    keeps: [record(graded('2004-10-01'))],
  },
  document_missing: {
    given: inService,
    breaks: [record(fact('transferred', '2013-01-01', { toUnit: UNIT.finance }, { number: null }))],
    keeps: [record(fact('transferred', '2013-01-01', { toUnit: UNIT.finance }, { number: '1' }))],
  },
  before_hire: {
    given: [opened(), hired('2010-01-01')],
    breaks: [record(appointed('2009-12-31'))],
    keeps: [record(appointed('2010-01-01'))],
  },
  after_leaving: {
    given: [...inService, fact('retired', '2013-06-01')],
    breaks: [record(transfer('2013-06-02'))],
    keeps: [record(transfer('2013-06-01'))],
  },
  hired_twice: {
    given: [...inService, fact('left_service', '2013-06-01')],
    breaks: [record(hired('2013-05-31'))],
    keeps: [record(hired('2013-06-02'))],
  },
  hire_without_unit: {
    given: [opened()],
    breaks: [record(fact('recruited', '2012-01-01'))],
    keeps: [record(fact('recruited', '2012-01-01', { unit: UNIT.finance }))],
  },
  reinstated_in_service: {
    given: [...inService, fact('left_service', '2013-06-01')],
    breaks: [record(fact('reinstated', '2013-05-31', { unit: UNIT.finance }))],
    keeps: [record(fact('reinstated', '2013-06-02', { unit: UNIT.finance }))],
  },
  post_held: {
    given: [...inService, appointed('2013-01-01', 'truong_phong', { unit: UNIT.finance })],
    breaks: [record(appointed('2013-01-02', 'truong_phong', { unit: UNIT.finance }))],
    keeps: [record(appointed('2013-01-02', 'truong_phong', { unit: UNIT.homeAffairs }))],
  },
  post_not_held: {
    given: [...inService, appointed('2013-01-02')],
    breaks: [record(dismissed('2013-01-01'))],
    keeps: [record(dismissed('2013-01-03'))],
  },
  post_open_after_leaving: {
    given: [...inService, appointed('2013-01-01')],
    breaks: [record(fact('left_service', '2013-06-01'))],
    keeps: [record(dismissed('2013-06-01')), record(fact('left_service', '2013-06-01'))],
  },
  already_in_unit: {
    given: inService,
    breaks: [record(transfer('2013-01-01', UNIT.homeAffairs))],
    keeps: [record(transfer('2013-01-01', UNIT.officialsSection))],
  },
  from_unit_differs: {
    given: inService,
    breaks: [record(transfer('2013-01-01', UNIT.finance, { fromUnit: UNIT.officialsSection }))],
    keeps: [record(transfer('2013-01-01', UNIT.finance, { fromUnit: UNIT.homeAffairs }))],
  },
  grade_missing: {
    given: inService,
    breaks: [record(raised('2013-01-01', 2))],
    keeps: [record(graded('2010-01-01')), record(raised('2013-01-01', 2))],
  },
  grade_differs: {
    given: [...inService, graded('2010-01-01')],
    breaks: [record(fact('step_raised_regular', '2013-01-01', { grade: '01.004', step: 2 }))],
    keeps: [record(fact('step_raised_regular', '2013-01-01', { grade: '01.003', step: 2 }))],
  },
  step_not_next: {
    given: [...inService, graded('2010-01-01')],
    breaks: [record(raised('2013-01-01', 3))],
    keeps: [record(raised('2013-01-01', 2))],
  },
  step_too_early: {
    given: [...inService, graded('2010-01-01')],
    breaks: [record(raised('2012-12-31', 2))],
    keeps: [record(raised('2013-01-01', 2))],
  },
  coefficient_differs: {
    given: inService,
    breaks: [record(graded('2013-01-01', 1, { coefficient: '2.35' }))],
    keeps: [record(graded('2013-01-01', 1, { coefficient: '2.340' }))],
  },
  early_over_limit: {
    given: [...inService, rewarded(), graded('2010-01-01')],
    breaks: [record(raisedEarly('2011-12-31', 2))],
    keeps: [record(raisedEarly('2012-01-01', 2))],
  },
  early_at_last_step: {
    given: [...inService, rewarded(), graded('2010-01-01', 9)],
    breaks: [record(raisedEarly('2012-06-01', 9))],
    givenKeeps: [...inService, rewarded(), graded('2010-01-01', 8)],
    keeps: [record(raisedEarly('2012-06-01', 9))],
  },
  early_twice: {
    given: [...inService, rewarded(), graded('2010-01-01'), raisedEarly('2012-06-01', 2)],
    breaks: [record(raisedEarly('2015-01-01', 3))],
    givenKeeps: [...inService, rewarded(), graded('2010-01-01'), raised('2013-01-01', 2)],
    keeps: [record(raisedEarly('2015-01-01', 3))],
  },
  early_without_achievement: {
    given: [...inService, rewarded('2009-12-31'), graded('2013-01-01')],
    breaks: [record(raisedEarly('2016-01-01', 2))],
    keeps: [record(raisedEarly('2015-12-31', 2))],
  },
  early_lacks_too_much: {
    given: [...inService, rewarded(), graded('2010-01-01')],
    breaks: [record(raisedEarly('2011-12-20', 2, { salaryDate: '2012-01-01' }))],
    keeps: [record(raisedEarly('2012-01-01', 2, { salaryDate: '2012-01-01' }))],
  },
  early_notice_missing: {
    given: [...inService, graded('2013-01-01')],
    breaks: [record(onNotice('2015-01-01'))],
    givenKeeps: [...inService, graded('2013-01-01'), notified('2014-11-01', '2015-06')],
    keeps: [record(onNotice('2015-01-01'))],
  },
  early_notice_day: {
    given: [...inService, graded('2013-01-01'), notified('2014-11-01', '2015-06')],
    breaks: [record(onNotice('2015-02-01'))],
    keeps: [record(onNotice('2015-01-01'))],
  },
  early_notice_of_early_leaver: {
    given: [
      ...inService,
      graded('2023-03-01'),
      notified('2025-01-10', '2025-08', { basis: 'sap_xep_nd178' }),
    ],
    breaks: [record(onNotice('2025-03-01'))],
    givenKeeps: [
      ...inService,
      graded('2023-03-01'),
      notified('2025-01-10', '2025-08', { basis: 'dung_tuoi' }),
    ],
    keeps: [record(onNotice('2025-03-01'))],
    lawful: true,
  },
  early_notice_not_law: {
    given: [...inService, graded('2010-01-01')],
    breaks: [record(raisedEarly('2012-04-30', 2, { reason: 'retirement_notice' }))],
    keeps: [record(raisedEarly('2012-05-01', 2, { reason: 'retirement_notice' }))],
  },
  early_notice_lacks_too_much: {
    given: [
      ...inService,
      graded('2013-01-01'),
      fact('retirement_notified', '2014-06-30', { retirement: '2014-12-31' }),
    ],
    breaks: [record(raisedEarly('2015-01-01', 2, { reason: 'retirement_notice' }))],
    givenKeeps: [
      ...inService,
      graded('2013-01-01'),
      fact('retirement_notified', '2014-08-01', { retirement: '2015-01-01' }),
    ],
    keeps: [record(raisedEarly('2015-01-01', 2, { reason: 'retirement_notice' }))],
  },
  step_not_lower: {
    given: [...inService, graded('2010-01-01', 3), disciplined('2013-01-01', 'cc_ha_bac_luong')],
    breaks: [record(lowered('2013-01-01', 1))],
    keeps: [record(lowered('2013-01-01', 2))],
  },
  step_lowering_not_law: {
    given: [...inService, graded('2024-01-01', 3)],
    breaks: [record(lowered('2025-07-01', 2))],
    keeps: [record(lowered('2025-06-30', 2))],
  },
  step_lowered_without_discipline: {
    given: [...inService, graded('2010-01-01', 3), disciplined('2013-01-01', 'cc_canh_cao')],
    breaks: [record(lowered('2013-01-01', 2))],
    givenKeeps: [...inService, graded('2010-01-01', 3), disciplined('2013-01-01', 'cc_ha_bac_luong')],
    keeps: [record(lowered('2013-01-01', 2))],
  },
  step_lowered_beyond_frame: {
    given: [...inService, graded('2010-01-01', 9), beyondFrame('2013-01-01', '5')],
    breaks: [record(lowered('2013-01-02', 8))],
    keeps: [record(lowered('2012-12-31', 8))],
  },
  extension_without_cause: {
    given: [...inService, disciplined('2013-02-01')],
    breaks: [record(extended('2013-01-31', 3))],
    keeps: [record(extended('2013-02-01', 3))],
  },
  beyond_frame_not_last_step: {
    given: [...inService, graded('2010-01-01', 8)],
    breaks: [record(beyondFrame('2013-01-01', '5'))],
    givenKeeps: [...inService, graded('2010-01-01', 9)],
    keeps: [record(beyondFrame('2013-01-01', '5'))],
  },
  beyond_frame_percent: {
    given: [...inService, graded('2010-01-01', 9), beyondFrame('2013-01-01', '5')],
    breaks: [record(beyondFrame('2014-01-01', '7', 'raised'))],
    keeps: [record(beyondFrame('2014-01-01', '6', 'raised'))],
  },
  beyond_frame_too_early: {
    given: [...inService, graded('2010-01-01', 9)],
    breaks: [record(beyondFrame('2012-12-31', '5'))],
    keeps: [record(beyondFrame('2013-01-01', '5'))],
  },
  beyond_frame_missing: {
    given: [...inService, graded('2010-01-01', 9), beyondFrame('2013-01-01', '5')],
    breaks: [record(beyondFrame('2012-12-31', '6', 'raised'))],
    keeps: [record(beyondFrame('2014-01-01', '6', 'raised'))],
  },
  grade_same: {
    given: [...inService, graded('2010-01-01')],
    breaks: [record(fact('grade_changed', '2013-01-01', { grade: '01.003', step: 1 }))],
    keeps: [record(fact('grade_changed', '2013-01-01', { grade: '06.031', step: 1 }))],
  },
  grade_not_higher: {
    given: [...inService, graded('2010-01-01')],
    breaks: [record(fact('grade_promoted', '2013-01-01', { grade: 'V.07.05.15', step: 1 }))],
    keeps: [record(fact('grade_promoted', '2013-01-01', { grade: '01.002', step: 1 }))],
  },
  grade_placement: {
    given: [...inService, graded('2010-01-01', 7)],
    breaks: [record(fact('grade_promoted', '2013-01-01', { grade: '01.002', step: 2 }))],
    keeps: [record(fact('grade_promoted', '2013-01-01', { grade: '01.002', step: 1 }))],
    lawful: true,
  },
  allowance_measure: {
    given: inService,
    breaks: [
      record(
        fact('allowance_granted', '2013-01-01', { type: 'chuc_vu', coefficient: '0.50', amount: '500000' }),
      ),
    ],
    keeps: [record(fact('allowance_granted', '2013-01-01', { type: 'chuc_vu', coefficient: '0.50' }))],
  },
  allowance_not_held: {
    given: [
      ...inService,
      fact('allowance_granted', '2013-01-01', { type: 'khu_vuc', coefficient: '0.1', until: '2013-06-30' }),
    ],
    breaks: [record(fact('allowance_ended', '2013-07-01', { type: 'khu_vuc' }))],
    keeps: [record(fact('allowance_ended', '2013-06-30', { type: 'khu_vuc' }))],
  },
  training_not_open: {
    given: [...inService, fact('sent_to_training', '2013-01-01')],
    breaks: [record(fact('training_completed', '2014-01-01', { sending: eventId(2) }))],
    keeps: [record(fact('training_completed', '2014-01-01', { sending: eventId(3) }))],
  },
  qualification_field_missing: {
    given: inService,
    breaks: [record(fact('qualification_recorded', '2009-06-01', { level: 'ths' }))],
    keeps: [
      record(fact('qualification_recorded', '2009-06-01', { level: 'ths', field: 'qualification_level' })),
    ],
  },
  title_not_personal: {
    given: inService,
    breaks: [record(fact('emulation_title_awarded', '2013-01-01', { title: 'tap_the_lao_dong_xuat_sac' }))],
    keeps: [record(fact('emulation_title_awarded', '2013-01-01', { title: 'lao_dong_tien_tien' }))],
  },
  evaluated_twice: {
    given: [...inService, evaluated('2013-12-31', 2013)],
    breaks: [record(evaluated('2014-01-15', 2013))],
    keeps: [record(evaluated('2014-12-31', 2014))],
  },
  evaluation_despite_discipline: {
    given: [
      ...inService,
      fact('disciplined', '2026-03-01', { side: 'state', form: 'cc_khien_trach', concerns: 'duties' }),
    ],
    breaks: [record(evaluated('2026-12-15', 2026, 'cc_hoan_thanh'))],
    keeps: [record(evaluated('2026-12-15', 2026, 'cc_khong'))],
    lawful: true,
  },
  evaluation_level_category: {
    given: [opened(), hired('2010-01-01', { category: 'cong_chuc' })],
    breaks: [record(evaluated('2013-12-31', 2013, 'vc_tot'))],
    keeps: [record(evaluated('2013-12-31', 2013, 'cc_tot'))],
  },
  discipline_form_category: {
    given: [opened(), hired('2010-01-01', { category: 'contract_nd68' })],
    breaks: [record(disciplined('2013-01-01', 'cc_khien_trach'))],
    keeps: [record(disciplined('2013-01-01', 'ld_khien_trach'))],
  },
  discipline_form_post: {
    given: [...inService, appointed('2013-01-01')],
    breaks: [record(disciplined('2012-12-31', 'cc_cach_chuc'))],
    keeps: [record(disciplined('2013-01-02', 'cc_cach_chuc'))],
  },
  party_discipline_unknown: {
    given: [...inService, disciplined('2026-07-10', 'dang_khien_trach', 'party')],
    breaks: [employeeDisciplined({ partyDiscipline: eventId(2) })],
    keeps: [employeeDisciplined({ partyDiscipline: eventId(3) })],
    lawful: true,
  },
  dismissal_not_from_signing: {
    given: inService,
    breaks: [
      employeeDisciplined({ form: 'vc_buoc_thoi_viec' }, { number: '9/QĐ', signedDate: '2026-07-31' }),
    ],
    keeps: [employeeDisciplined({ form: 'vc_buoc_thoi_viec' }, { number: '9/QĐ', signedDate: '2026-08-01' })],
    lawful: true,
  },
  discipline_not_running: {
    given: [
      ...inService,
      disciplined('2013-01-01'),
      fact('discipline_lapsed', '2014-01-01', { discipline: eventId(3) }),
    ],
    breaks: [record(fact('discipline_lapsed', '2014-02-01', { discipline: eventId(3) }))],
    keeps: [record(fact('discipline_revoked', '2014-02-01', { discipline: eventId(3) }))],
  },
  barred_by_discipline: {
    given: [...inService, disciplined('2013-05-01')],
    breaks: [record(appointed('2014-04-30'))],
    keeps: [record(appointed('2014-05-01'))],
  },
  personal_info_empty: {
    given: inService,
    breaks: [record(fact('personal_info_changed', '2013-01-01'))],
    keeps: [record(fact('personal_info_changed', '2013-01-01', { phone: '0236 0000000' }))],
  },
  relative_side: {
    given: inService,
    breaks: [record(fact('family_relation_recorded', '2013-01-01', { ...FATHER, side: 'spouse' }))],
    keeps: [record(fact('family_relation_recorded', '2013-01-01', { ...FATHER, side: 'self' }))],
  },
  relative_unknown: {
    given: [...inService, fact('family_relation_recorded', '2013-01-01', FATHER)],
    breaks: [record(fact('family_relation_changed', '2014-01-01', { relative: eventId(2) }))],
    keeps: [record(fact('family_relation_changed', '2014-01-01', { relative: eventId(3) }))],
  },
  party_joined_twice: {
    given: [opened(), fact('party_joined', '2008-02-03'), fact('party_left', '2010-02-03')],
    breaks: [record(fact('party_joined', '2010-02-02'))],
    keeps: [record(fact('party_joined', '2010-02-04'))],
  },
  party_official_twice: {
    given: [opened(), fact('party_joined', '2008-02-03'), fact('party_official', '2009-02-03')],
    breaks: [record(fact('party_official', '2009-02-04'))],
    givenKeeps: [opened(), fact('party_joined', '2008-02-03')],
    keeps: [record(fact('party_official', '2009-02-04'))],
  },
  party_not_member: {
    given: [opened(), fact('party_joined', '2008-02-03')],
    breaks: [record(fact('party_official', '2008-02-02'))],
    keeps: [record(fact('party_official', '2008-02-03'))],
  },
  period_reversed: {
    given: inService,
    breaks: [record(fact('foreign_travel', '2013-05-02', { country: 'Lào', until: '2013-05-01' }))],
    keeps: [record(fact('foreign_travel', '2013-05-02', { country: 'Lào', until: '2013-05' }))],
  },
  dispute_without_target: {
    given: inService,
    breaks: [record(fact('disputed', '2013-01-01'))],
    keeps: [record(fact('disputed', '2013-01-01', { item: 'hometown' }))],
  },
  dispute_not_open: {
    given: [...inService, fact('disputed', '2013-01-01', { item: 'hometown' })],
    breaks: [record(fact('dispute_resolved', '2012-12-31', { dispute: eventId(3), outcome: 'rejected' }))],
    keeps: [record(fact('dispute_resolved', '2013-01-01', { dispute: eventId(3), outcome: 'rejected' }))],
  },
  ends_before_start: {
    given: inService,
    breaks: [record(fact('seconded', '2013-05-01', { hostUnit: UNIT.finance, until: '2013-04-30' }))],
    keeps: [record(fact('seconded', '2013-05-01', { hostUnit: UNIT.finance, until: '2013-05-01' }))],
  },
  contract_not_running: {
    given: [
      ...inService,
      fact('work_contract_signed', '2013-01-01', { type: 'hdlv_xac_dinh', until: '2015-12-31' }),
    ],
    breaks: [record(fact('contract_ended', '2016-01-01'))],
    keeps: [record(fact('contract_ended', '2015-12-31'))],
  },
  probation_not_open: {
    given: [...inService, fact('probation_started', '2013-01-01')],
    breaks: [record(fact('probation_completed', '2012-12-31', { result: 'passed' }))],
    keeps: [record(fact('probation_completed', '2013-01-02', { result: 'passed' }))],
  },
  not_same_agency: {
    given: inService,
    breaks: [record(fact('reassigned_internally', '2013-01-01', { toUnit: UNIT.finance }))],
    keeps: [record(fact('reassigned_internally', '2013-01-01', { toUnit: UNIT.officialsSection }))],
  },
  secondment_running: {
    given: [...inService, fact('seconded', '2013-01-01', { hostUnit: UNIT.finance, until: '2013-12-31' })],
    breaks: [record(fact('seconded', '2013-12-31', { hostUnit: UNIT.officialsSection }))],
    keeps: [record(fact('seconded', '2014-01-01', { hostUnit: UNIT.officialsSection }))],
  },
  secondment_not_open: {
    given: [...inService, fact('seconded', '2013-01-01', { hostUnit: UNIT.finance })],
    breaks: [record(fact('secondment_ended', '2012-12-31'))],
    keeps: [record(fact('secondment_ended', '2013-01-02'))],
  },
  secondment_too_long: {
    given: inService,
    breaks: [record(fact('seconded', '2013-01-01', { hostUnit: UNIT.finance, until: '2016-01-01' }))],
    keeps: [record(fact('seconded', '2013-01-01', { hostUnit: UNIT.finance, until: '2015-12-31' }))],
  },
  transfer_unknown: {
    given: [...inService, transfer('2013-01-01')],
    breaks: [record(sent('2013-01-10', eventId(2)))],
    keeps: [record(sent('2013-01-10', eventId(3)))],
  },
  record_step_order: {
    given: [...inService, transfer('2013-01-01'), sent('2013-01-10')],
    breaks: [record(fact('record_forwarded', '2013-01-11', { to: UNIT.finance }))],
    keeps: [
      record(fact('record_accepted', '2013-01-11', { agency: UNIT.finance })),
      record(fact('record_forwarded', '2013-01-11', { to: UNIT.finance })),
    ],
  },
  record_wrong_agency: {
    given: [...inService, transfer('2013-01-01'), sent('2013-01-10')],
    breaks: [record(fact('record_accepted', '2013-01-11', { agency: UNIT.homeAffairs }))],
    keeps: [record(fact('record_accepted', '2013-01-11', { agency: UNIT.finance }))],
  },
  record_not_to_user: {
    given: [...inService, transfer('2013-01-01', UNIT.officialsSection)],
    breaks: [record(fact('record_forwarded', '2013-01-11', { to: UNIT.homeAffairs }))],
    keeps: [record(fact('record_forwarded', '2013-01-11', { to: UNIT.officialsSection }))],
  },
  absence_running: {
    given: [...inService, fact('leave_taken', '2013-01-01', { kind: 'unpaid', until: '2013-03-31' })],
    breaks: [record(fact('leave_taken', '2013-03-31', { kind: 'sick' }))],
    keeps: [record(fact('leave_taken', '2013-04-01', { kind: 'sick' }))],
  },
  absence_not_open: {
    given: [...inService, fact('suspended', '2013-01-01', { kind: 'work' })],
    breaks: [record(fact('suspension_ended', '2012-12-31', { outcome: 'other' }))],
    keeps: [record(fact('suspension_ended', '2013-01-15', { outcome: 'other' }))],
  },
  returned_late: {
    given: [...inService, fact('leave_taken', '2013-01-01', { kind: 'unpaid', until: '2013-03-31' })],
    breaks: [record(fact('leave_ended', '2013-04-02'))],
    keeps: [record(fact('leave_ended', '2013-04-01'))],
  },
  card_before_entry: {
    given: inService,
    breaks: [record(fact('card_issued', '2012-10-03', { serial: 'M-1' }))],
    keeps: [record(fact('card_issued', '2012-10-02', { serial: 'M-1' }))],
  },
  retirement_notice_late: {
    given: inService,
    breaks: [record(fact('retirement_notified', '2013-03-02', { retirement: '2013-08' }))],
    keeps: [record(fact('retirement_notified', '2013-03-01', { retirement: '2013-08' }))],
  },
  postponed_too_long: {
    given: [...inService, fact('retirement_notified', '2013-01-01', { retirement: '2013-08' })],
    breaks: [record(fact('postponed_retirement', '2013-07-01', { until: '2014-03-02' }))],
    keeps: [record(fact('postponed_retirement', '2013-07-01', { until: '2014-03-01' }))],
  },
  retired_before_age: {
    given: [opened('2012-10-03', { dateOfBirth: '1968-10-20' }), hired()],
    breaks: [record(fact('retired', '2025-06-29'))],
    keeps: [record(fact('retired', '2025-06-30'))],
    lawful: true,
  },
  pension_day: {
    given: inService,
    breaks: [record(fact('retired', '2025-06-30', { pensionFrom: '2025-06-30' }))],
    keeps: [record(fact('retired', '2025-06-30', { pensionFrom: '2025-07-01' }))],
  },
  retired_past_age: {
    given: [opened('2012-10-03', { dateOfBirth: '1968-10-20' }), hired()],
    breaks: [record(fact('retired', '2030-07-02', { type: 'keo_dai_tuoi' }))],
    keeps: [record(fact('retired', '2030-07-01', { type: 'keo_dai_tuoi' }))],
    lawful: true,
  },
  dismissal_without_discipline: {
    given: [...inService, disciplined('2013-05-01', 'cc_buoc_thoi_viec')],
    breaks: [record(fact('dismissed_from_service', '2013-05-01', { discipline: eventId(2) }))],
    keeps: [record(fact('dismissed_from_service', '2013-05-01', { discipline: eventId(3) }))],
  },
  before_birth: {
    given: [opened('2012-10-03', { dateOfBirth: '1995-03' })],
    breaks: [record(hired('1995-02-28'))],
    keeps: [record(hired('1995-03-01'))],
  },
  not_opened: {
    given: [],
    breaks: [record(hired())],
    keeps: [record(opened()), record(hired())],
  },
  withdrawn: {
    given: inService,
    and: [withdraw],
    breaks: [record(transfer('2013-01-01'))],
    andKeeps: [withdraw, restore],
    keeps: [record(transfer('2013-01-01'))],
  },
  not_withdrawn: {
    given: inService,
    breaks: [restore],
    andKeeps: [withdraw],
    keeps: [restore],
  },
  merged: {
    given: inService,
    and: [{ kind: 'withdraw', reason: 'trùng', mergedInto: eventId(99) }],
    breaks: [restore],
    andKeeps: [withdraw],
    keeps: [restore],
  },
  merge_into_itself: {
    given: inService,
    breaks: [{ kind: 'withdraw', reason: 'trùng', mergedInto: '00000000-0000-4000-8000-000000000001' }],
    keeps: [{ kind: 'withdraw', reason: 'trùng', mergedInto: '00000000-0000-4000-8000-000000000002' }],
  },
  target_unknown: {
    given: inService,
    breaks: [rescind(3)],
    keeps: [rescind(2)],
  },
  target_not_a_fact: {
    given: inService,
    and: [correct(2, hired('2010-02-01'))],
    breaks: [correct(3, hired('2010-03-01'))],
    keeps: [correct(2, hired('2010-03-01'))],
  },
  target_not_standing: {
    given: inService,
    and: [rescind(2)],
    breaks: [rescind(2)],
    keeps: [rescind(3)],
  },
  opening_stays: {
    given: inService,
    breaks: [rescind(1)],
    keeps: [rescind(2)],
  },
  under_hold: {
    given: inService,
    and: [HOLD],
    breaks: [DESTROY],
    andKeeps: [HOLD, { kind: 'lift', hold: eventId(3), reason: 'vụ việc đã kết thúc' }],
    keeps: [DESTROY],
  },
  attachment_unfit: {
    given: inService,
    breaks: [record({ ...transfer('2013-01-01'), document: { attachment: 'a'.repeat(64) } })],
    keeps: [record({ ...transfer('2013-01-01'), document: { attachmentHash: 'a'.repeat(64) } })],
  },
  second_person_needed: {
    aloneSince: '2012-06-01',
    given: [opened(), hired('2010-01-01'), transfer('2012-06-01')],
    breaks: [rescind(2)],
    keeps: [rescind(3)],
  },
  hold_unknown: {
    given: inService,
    and: [HOLD],
    breaks: [{ kind: 'lift', hold: eventId(2), reason: 'vụ việc đã kết thúc' }],
    keeps: [{ kind: 'lift', hold: eventId(3), reason: 'vụ việc đã kết thúc' }],
  },
  finding_unknown: {
    given: [opened(), fact('recruited', '2012-01-01')],
    breaks: [settle('before_hire', 2)],
    keeps: [
      {
        ...settle('hire_without_unit', 2),
        finding: { rule: 'hire_without_unit', fact: eventId(2), others: [], field: 'unit' },
      } as Change,
    ],
  },
};

describe('Every rule of the record has a case that breaks it and one just inside the limit', () => {
  for (const [code, rule] of Object.entries(RULES)) {
    const spec = SPECIFICATIONS[code as RuleCode];
    const refuses = rule.kind === 'impossible' || rule.kind === 'command';

    it(`${code}: ${refuses ? 'refused' : 'recorded with the finding'} — ${rule.en}`, () => {
      const outcome = scenario(spec, spec.given, spec.and).when(...spec.breaks);
      expect(outcome.decision.kind).to.equal(refuses ? 'refused' : 'accepted');
      expect(outcome.rules).to.include(code);
    });

    it(`${code}: just inside the limit it does not speak`, () => {
      const given = spec.givenKeeps ?? spec.given;
      const outcome = scenario(spec, given, spec.andKeeps ?? spec.and).when(...spec.keeps);
      expect(outcome.decision.kind).to.equal('accepted');
      expect(outcome.rules).to.not.include(code);
    });
  }

  it('names its rule in Vietnamese and English, with a source', () => {
    for (const [code, rule] of Object.entries(RULES))
      for (const text of [rule.vi, rule.en, rule.source]) expect(text.length, code).to.be.greaterThan(4);
  });
});

function scenario(
  { lawful, aloneSince }: Specification,
  given: Specification['given'],
  and: readonly Change[] = [],
): Scenario {
  const before = Scenario.under(lawful ? lawfulWorld : world, ...given);
  const record = and.reduce((s, change) => s.and(change), before);
  return aloneSince === undefined ? record : record.aloneSince(aloneSince);
}
