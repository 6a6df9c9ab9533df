import { TextField } from '../fields.js';
import { defineAction } from '../action.js';
import { checkAfter, keep, pendingOf } from '../custody.js';

class RecordRefused {
  @TextField({ vi: 'Lý do trả lại', en: 'Reason', secrecy: 'history' })
  reason!: string;
}

/** Sent back instead of accepted: the sender has it again, and has to send it anew. */
export const recordRefused = defineAction<RecordRefused>({
  type: 'record_refused',
  version: 1,
  fields: RecordRefused,
  check: (_fact, before) => checkAfter('sent', before),
  evolve: (state, fact) => {
    const pending = pendingOf(state);
    if (pending === null) return state;
    const { from, to, transfer } = pending;
    return keep(state, fact, { keeper: from, pending: { step: 'refused', from, to, transfer } });
  },
  caption: { vi: 'Trả lại hồ sơ', en: 'Record refused and sent back' },
  source: 'QĐ 8060/QĐ-UBND Đ.11.2',
  deadline: null,
  gate: false,
  rank: 36,
  needs: 'nothing',
});
