import { TextField } from '../fields.js';
import { defineAction, type Fact } from '../action.js';
import type { Trouble } from '../ruleBook.js';
import type { State } from '../state.js';

class ContractEnded {
  @TextField({ vi: 'Lý do', en: 'Reason', secrecy: 'history', optional: true })
  reason?: string;
}

/** A contract ended before its term. Whoever leaves with it leaves by a fact of its own. */
export const contractEnded = defineAction<ContractEnded>({
  type: 'contract_ended',
  version: 1,
  fields: ContractEnded,
  check: checkRunning,
  evolve: (state) => ({ ...state, contract: null }),
  caption: { vi: 'Chấm dứt hợp đồng', en: 'Contract ended' },
  source: 'Luật Viên chức 2010 Đ.28, 29; Bộ luật Lao động',
  deadline: 'R-10.2b',
  gate: false,
  // Before the next one is signed.
  rank: 1,
  needs: 'life',
});

function checkRunning({ range }: Fact<ContractEnded>, { contract }: State): Trouble[] {
  if (contract === null) return [{ rule: 'contract_not_running' }];
  if (contract.until === undefined || contract.until >= range.first) return [];
  return [{ rule: 'contract_not_running', others: [contract.by] }];
}
