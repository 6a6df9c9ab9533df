import { expect } from 'chai';
import { fieldsOf } from '../../../src/record/fields.js';
import { actionOf } from '../../../src/record/registry.js';
import { correct, eventId, fact, hired, opened, record, Scenario } from '../../support/record.js';

const told = (effective: string, data: object) =>
  record(fact('personal_info_changed', effective, data, { number: null }));

describe('Personal information declared or changed', () => {
  const base = Scenario.given(opened('2012-10-03', { dateOfBirth: '1980' }), hired());

  it('sets the items given, each with the fact that said it, and leaves the others', () => {
    const person = base
      .and(told('2012-10-05', { ethnicity: '01', phone: '0236 1', heightCm: 158 }))
      .and(told('2014-01-01', { phone: '0236 2' }));
    expect(person.at('2014-01-01').personal).to.deep.equal({
      ethnicity: { value: '01', by: eventId(3), since: '2012-10-05' },
      heightCm: { value: 158, by: eventId(3), since: '2012-10-05' },
      phone: { value: '0236 2', by: eventId(4), since: '2014-01-01' },
    });
    expect(person.at('2013-12-31').personal.phone?.value).to.equal('0236 1');
  });

  it('changes the identity, also from a day before the record was opened: the opening takes nothing back', () => {
    const person = base.and(told('2005-03-01', { givenName: 'Mới', dateOfBirth: '1980-04-30' }));
    const after = {
      by: eventId(3),
      since: '2005-03-01',
      familyName: 'Nguyễn Thị',
      givenName: 'Mới',
      dateOfBirth: '1980-04-30',
      sex: 'female',
    };
    expect(person.at('2005-03-01').identity).to.deep.equal(after);
    expect(person.at('2020-01-01').identity).to.deep.equal(after);
    expect(person.at('2005-02-28').identity?.givenName).to.equal('Mẫu');
    expect(person.rules()).to.deep.equal([]);
    person.when(record(opened('2013-01-01'))).refusedBy('opened_twice');
  });

  it('a new card or place leaves nothing of the old one behind; a missing part is added to what stands', () => {
    const person = base
      .and(
        told('2012-10-05', {
          idCardNumber: '200000001',
          idCardPlace: 'CA Đà Nẵng',
          hometown: 'Hòa Vang',
          hometownCode: '497',
        }),
      )
      .and(told('2013-01-01', { idCardDate: '1998-05-20' }))
      .and(told('2021-07-01', { idCardNumber: '048180000001', hometown: 'Điện Bàn, Quảng Nam' }));
    const values = (day: string) =>
      Object.fromEntries(Object.entries(person.at(day).personal).map(([item, { value }]) => [item, value]));
    expect(values('2013-01-01')).to.include({ idCardNumber: '200000001', idCardDate: '1998-05-20' });
    expect(values('2021-07-01')).to.deep.equal({
      idCardNumber: '048180000001',
      hometown: 'Điện Bàn, Quảng Nam',
    });
  });

  it('one that says nothing is refused, also as a correction', () => {
    const person = base.and(told('2012-10-05', { phone: '0236 1' }));
    base.when(told('2013-01-01', {})).refusedBy('personal_info_empty');
    person.when(correct(3, fact('personal_info_changed', '2012-10-05'))).refusedBy('personal_info_empty');
  });

  it('needs no deciding document; codes are checked on its day, and a sealed one is not repeated', () => {
    const { findings } = base
      .when(told('2013-01-01', { religion: 'unlisted_faith' }))
      .then('personal_info_changed');
    expect(findings).to.have.length(1);
    expect(findings[0]).to.deep.include({
      rule: 'code_unverified',
      field: 'religion',
      params: { list: 'religion' },
    });
  });

  it('every item is sealed, in the group of what it tells', () => {
    const groups = Object.fromEntries(
      fieldsOf(actionOf('personal_info_changed').fields).map((f) => [f.name, f.secrecy]),
    );
    expect(Object.values(groups)).to.not.include('open');
    expect(groups).to.include({
      familyName: 'identity',
      idCardNumber: 'identity',
      ethnicity: 'political',
      religion: 'political',
      bloodType: 'health',
      maritalStatus: 'family',
      mainDuty: 'history',
      personalHistoryA: 'political',
    });
  });
});
