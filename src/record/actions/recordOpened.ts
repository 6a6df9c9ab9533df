import { ChoiceField, CodeField, PartialDateField, TextField } from '../fields.js';
import { defineAction, type Fact } from '../action.js';
import type { State } from '../state.js';

class RecordOpened {
  @TextField({ vi: 'Họ và tên đệm', en: 'Family and middle names', secrecy: 'identity', max: 100 })
  familyName!: string;

  @TextField({ vi: 'Tên', en: 'Given name', secrecy: 'identity', max: 100 })
  givenName!: string;

  @TextField({ vi: 'Tên gọi khác', en: 'Other name', secrecy: 'identity', optional: true, max: 100 })
  otherName?: string;

  @PartialDateField({ vi: 'Ngày sinh', en: 'Date of birth', secrecy: 'identity', optional: true })
  dateOfBirth?: string;

  @CodeField('sex', { vi: 'Giới tính', en: 'Sex', secrecy: 'identity', optional: true })
  sex?: string;

  @TextField({
    vi: 'Hệ thống nguồn của mã ngoài',
    en: 'Source system of the external id',
    secrecy: 'identity',
    optional: true,
    max: 100,
  })
  externalSource?: string;

  @TextField({
    vi: 'Mã ở hệ thống nguồn',
    en: 'Id in the source system',
    secrecy: 'identity',
    optional: true,
    max: 100,
  })
  externalId?: string;

  @ChoiceField(['initial_load', 'new'], {
    vi: 'Lập lần đầu (nhập dữ liệu ban đầu) hay hồ sơ mới',
    en: 'Initial load or a new record',
    secrecy: 'open',
    optional: true,
  })
  kind?: 'initial_load' | 'new';
}

export const recordOpened = defineAction<RecordOpened>({
  type: 'record_opened',
  version: 1,
  fields: RecordOpened,
  check: ({ id }, before) =>
    before.opening === null || before.opening === id
      ? []
      : [{ rule: 'opened_twice', others: [before.opening] }],
  evolve: open,
  caption: { vi: 'Lập hồ sơ', en: 'Record opened' },
  source: 'QĐ 8060/QĐ-UBND Đ.10.1',
  deadline: null,
  gate: false,
  rank: 0,
  needs: 'nothing',
});

/** The person's identity holds from the start, so that at its own day the opening takes nothing back. */
function open(state: State, { id, range, data }: Fact<RecordOpened>): State {
  if (state.opening === id) return state;
  const { familyName, givenName, otherName, dateOfBirth, sex } = data;
  return {
    ...state,
    opening: id,
    identity: {
      by: id,
      since: range.first,
      familyName,
      givenName,
      ...(otherName === undefined ? {} : { otherName }),
      ...(dateOfBirth === undefined ? {} : { dateOfBirth }),
      ...(sex === undefined ? {} : { sex }),
    },
  };
}
