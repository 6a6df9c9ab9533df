import { TextField } from '../fields.js';
import { defineAction } from '../action.js';
import { checkEntered } from '../card.js';

class ServiceNumberIssued {
  @TextField({ vi: 'Số hiệu công chức, viên chức', en: 'Service number', secrecy: 'identity', max: 50 })
  number!: string;
}

export const serviceNumberIssued = defineAction<ServiceNumberIssued>({
  type: 'service_number_issued',
  version: 1,
  fields: ServiceNumberIssued,
  check: checkEntered,
  evolve: (state) => state,
  caption: { vi: 'Cấp số hiệu công chức, viên chức', en: 'Service number issued' },
  source: 'QĐ 8060/QĐ-UBND Đ.10.2a',
  deadline: 'R-10.2b',
  // Starting it has a gate of its own: R-10.2a.
  gate: false,
  rank: 18,
  needs: 'service',
});
