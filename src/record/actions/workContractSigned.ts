import { CodeField } from '../fields.js';
import { defineAction } from '../action.js';
import { checkContract, ContractFields, sign } from '../contract.js';

class WorkContractSigned extends ContractFields {
  @CodeField('professional_work', {
    vi: 'Vị trí việc làm',
    en: 'Work position',
    secrecy: 'history',
    optional: true,
  })
  position?: string;
}

/** Hợp đồng làm việc of a public employee (viên chức). */
export const workContractSigned = defineAction<WorkContractSigned>({
  type: 'work_contract_signed',
  version: 1,
  fields: WorkContractSigned,
  check: checkContract,
  evolve: sign('work'),
  caption: { vi: 'Ký hợp đồng làm việc', en: 'Working contract signed' },
  source: 'Luật Viên chức 2010 Đ.25',
  deadline: 'R-10.2b',
  gate: false,
  rank: 11,
  needs: 'service',
});
