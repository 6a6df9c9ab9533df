import { FactField, UnitField } from '../fields.js';
import { defineAction, type Fact } from '../action.js';
import { keep, outOfOrder, pendingOf } from '../custody.js';
import type { Trouble } from '../ruleBook.js';
import type { State } from '../state.js';

class RecordSent {
  @UnitField({ vi: 'Cơ quan chuyển hồ sơ', en: 'Sending agency', secrecy: 'open' })
  from!: string;

  @UnitField({ vi: 'Cơ quan nhận hồ sơ', en: 'Receiving agency', secrecy: 'open' })
  to!: string;

  @FactField({
    vi: 'Quyết định điều động, luân chuyển',
    en: 'The transfer that it follows',
    secrecy: 'open',
    optional: true,
  })
  transfer?: string;
}

/** First step of the movement of a record: the superior agency sends it to the new agency (R-11.2a). */
export const recordSent = defineAction<RecordSent>({
  type: 'record_sent',
  version: 1,
  fields: RecordSent,
  check: checkSending,
  evolve: (state, fact) => {
    const { from, to, transfer = null } = fact.data;
    return keep(state, fact, { keeper: from, pending: { step: 'sent', from, to, transfer } });
  },
  caption: { vi: 'Điều chuyển hồ sơ', en: 'Record sent' },
  source: 'QĐ 8060/QĐ-UBND Đ.11.2a',
  deadline: null,
  gate: false,
  rank: 35,
  needs: 'nothing',
});

/** Nothing is under way, but what was refused; and the transfer named stands in the record. */
function checkSending({ data: { transfer } }: Fact<RecordSent>, before: State): Trouble[] {
  const pending = pendingOf(before);
  const troubles = pending === null || pending.step === 'refused' ? [] : outOfOrder(pending);
  if (transfer === undefined || before.moves.some((m) => m.by === transfer)) return troubles;
  return [...troubles, { rule: 'transfer_unknown', field: 'transfer', others: [transfer] }];
}
