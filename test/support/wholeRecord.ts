import type { FactContent } from '../../src/record/action.js';
import { fact, graded, hired, opened } from './record.js';

/** Facts of a record that is complete by design.md §10, as of soon after the reconciliation. */
export function wholeRecord(
  reconciledOn: string,
  { grade = graded('2013-01-01'), hire = hired('2010-01-01', { category: 'cong_chuc' }) } = {},
): FactContent[] {
  const declared = (action: string, data: object) => fact(action, '2012-10-05', data, { number: null });
  return [
    {
      ...opened(),
      data: { ...opened().data, dateOfBirth: '1985-03-15', sex: 'male', kind: 'initial_load' },
    },
    hire,
    grade,
    declared('personal_info_changed', {
      placeOfBirth: 'Xã Hòa Châu, huyện Hòa Vang, Đà Nẵng',
      hometown: 'Xã Hòa Châu, huyện Hòa Vang, Đà Nẵng',
      ethnicity: '01',
      religion: 'khong',
      permanentAddress: '1 Đường Mẫu, Đà Nẵng',
      currentAddress: '1 Đường Mẫu, Đà Nẵng',
      occupationAtRecruitment: 'Sinh viên',
      mainDuty: 'Tổng hợp',
      healthStatus: 'tot',
      idCardNumber: '201234567',
      socialInsuranceNumber: '4801234567',
    }),
    declared('qualification_recorded', { field: 'qualification_level', level: 'dh' }),
    declared('family_relation_recorded', { relation: 'me', name: 'Trần Thị Mẹ' }),
    fact('reconciled_with_paper', reconciledOn, { revision: 5, result: 'matches' }),
  ];
}
