import { expect } from 'chai';
import { fieldsOf } from '../../../src/record/fields.js';
import { actionOf } from '../../../src/record/registry.js';
import {
  appointed,
  disciplined,
  eventId,
  fact,
  hired,
  opened,
  record,
  Scenario,
} from '../../support/record.js';

describe('Disciplined', () => {
  const officer = Scenario.given(opened(), hired('2010-01-01', { category: 'cong_chuc' }));
  const employee = Scenario.given(opened(), hired('2010-01-01', { category: 'vien_chuc' }));

  it('is kept with form, side and the category on that day, for the law differs by it', () => {
    expect(officer.and(record(disciplined('2013-03-01'))).at('2013-03-01').disciplines).to.deep.equal([
      {
        by: eventId(3),
        since: '2013-03-01',
        side: 'state',
        form: 'cc_khien_trach',
        category: 'cong_chuc',
        lapsedBy: null,
        revokedBy: null,
      },
    ]);
  });

  it('a form for another category: recorded with its finding', () => {
    officer.when(record(disciplined('2013-03-01', 'cc_khien_trach'))).withFindings();
    officer
      .when(record(disciplined('2013-03-01', 'vc_khien_trach')))
      .withFindings('discipline_form_category');
    employee.when(record(disciplined('2013-03-01', 'vc_khien_trach'))).withFindings();
  });

  it('by the Party with a Party form, by a mass organisation with any: in order, in service or not', () => {
    officer.when(record(disciplined('2013-03-01', 'dang_khien_trach', 'party'))).withFindings();
    officer.when(record(disciplined('2009-03-01', 'dang_khien_trach', 'party'))).withFindings();
    officer.when(record(disciplined('2013-03-01', 'unlisted_form', 'union'))).withFindings('code_unverified');
  });

  it('a Party form by the state, or a state form by the Party: recorded with its finding', () => {
    officer
      .when(record(disciplined('2013-03-01', 'dang_khien_trach')))
      .withFindings('discipline_form_category');
    officer
      .when(record(disciplined('2013-03-01', 'cc_khien_trach', 'party')))
      .withFindings('discipline_form_category');
  });

  it('removal from office needs a post on that day', () => {
    officer.when(record(disciplined('2013-03-01', 'cc_cach_chuc'))).withFindings('discipline_form_post');
    officer
      .and(record(appointed('2013-01-01')))
      .when(
        record(fact('dismissed_from_post', '2013-03-01', { position: 'truong_phong' })),
        record(disciplined('2013-03-01', 'cc_cach_chuc')),
      )
      .withFindings();
  });

  it('by the state before any hire: recorded with its finding', () => {
    officer.when(record(disciplined('2009-03-01'))).withFindings('before_hire');
  });

  it('side, form, body and violation are sealed in the group of discipline', () => {
    const secrecy = fieldsOf(actionOf('disciplined').fields).map((f) => f.secrecy);
    expect(new Set(secrecy)).to.deep.equal(new Set(['discipline']));
  });
});
