import { CodeField, DayField } from './fields.js';
import type { Fact } from './action.js';
import type { Trouble } from './ruleBook.js';
import type { Contract, State } from './state.js';
import { checkLastDay, untilOf } from './term.js';

/** What every contract says. Its first day is the fact's own. */
export class ContractFields {
  @CodeField('contract_type', { vi: 'Loại hợp đồng', en: 'Type of contract', secrecy: 'history' })
  type!: string;

  @DayField({
    vi: 'Đến hết ngày (không ghi: không xác định thời hạn)',
    en: 'Last day (absent: indefinite)',
    secrecy: 'history',
    optional: true,
  })
  until?: string;
}

/** A contract does not end before it begins. */
export function checkContract({ data, range }: Fact<ContractFields>): Trouble[] {
  return checkLastDay(range, 'until', data.until);
}

/** The state under this contract; it takes the place of the one before. */
export function sign<Data extends ContractFields>(
  kind: Contract['kind'],
): (state: State, fact: Fact<Data>) => State {
  return (state, { id, range, data }) => {
    // Erased, it is of no known type.
    const type = data.type as string | undefined;
    return {
      ...state,
      contract: {
        by: id,
        since: range.first,
        kind,
        ...(type === undefined ? {} : { type }),
        ...untilOf(data.until),
      },
    };
  };
}
