import { CodeField, TextField } from '../fields.js';
import { defineAction } from '../action.js';
import { checkContract, ContractFields, sign } from '../contract.js';

class LabourContractSigned extends ContractFields {
  @TextField({ vi: 'Công việc', en: 'Job', secrecy: 'history', optional: true })
  job?: string;

  @CodeField('salary_entitlement', {
    vi: 'Chế độ hưởng lương',
    en: 'Basis of pay',
    secrecy: 'pay_tax',
    optional: true,
  })
  pay?: string;
}

/** Hợp đồng lao động, under NĐ 68/2000/NĐ-CP and its successors or the Labour Code. */
export const labourContractSigned = defineAction<LabourContractSigned>({
  type: 'labour_contract_signed',
  version: 1,
  fields: LabourContractSigned,
  check: checkContract,
  evolve: sign('labour'),
  caption: { vi: 'Ký hợp đồng lao động', en: 'Labour contract signed' },
  source: 'QĐ 8060/QĐ-UBND Đ.15.5đ; NĐ 68/2000, 161/2018, 111/2022/NĐ-CP; Bộ luật Lao động',
  deadline: 'R-10.2b',
  // 15.5d names labour contracts, not those of public employees.
  gate: true,
  rank: 12,
  needs: 'service',
});
