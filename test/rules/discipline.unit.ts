import { expect } from 'chai';
import {
  BARRED,
  barsOn,
  effectFrom,
  formsFor,
  lapseDay,
  levelsFor,
  type Barred,
} from '../../src/rules/discipline.js';
import { LAW } from './support.js';

const codes = (entries: readonly { readonly code: string }[]) => entries.map((e) => e.code).sort();
const forms = (category: string, day: string, leader = true) =>
  codes(formsFor(LAW, category, day, { leader }));

describe('forms of discipline', () => {
  /** domain-rules §2.5: category, day, leader or not, forms. */
  const FORMS: readonly [string, string, boolean, string][] = [
    ['can_bo', '2012-10-03', true, 'bai_nhiem cach_chuc canh_cao khien_trach'],
    [
      'cong_chuc',
      '2012-10-03',
      true,
      'buoc_thoi_viec cach_chuc canh_cao giang_chuc ha_bac_luong khien_trach',
    ],
    ['cong_chuc', '2012-10-03', false, 'buoc_thoi_viec canh_cao ha_bac_luong khien_trach'],
    ['cong_chuc', '2020-12-01', true, 'buoc_thoi_viec cach_chuc canh_cao giang_chuc khien_trach'],
    ['cong_chuc', '2020-12-01', false, 'buoc_thoi_viec canh_cao ha_bac_luong khien_trach'],
    ['cong_chuc', '2025-06-30', true, 'buoc_thoi_viec cach_chuc canh_cao giang_chuc khien_trach'],
    ['cong_chuc', '2025-07-01', true, 'buoc_thoi_viec cach_chuc canh_cao khien_trach'],
    ['cong_chuc', '2025-07-01', false, 'buoc_thoi_viec canh_cao khien_trach'],
    ['vien_chuc', '2012-10-03', true, 'buoc_thoi_viec cach_chuc canh_cao khien_trach'],
    ['vien_chuc', '2012-10-03', false, 'buoc_thoi_viec canh_cao khien_trach'],
    ['vien_chuc', '2026-07-01', true, 'buoc_thoi_viec cach_chuc canh_cao khien_trach'],
  ];
  const prefix: Readonly<Record<string, string>> = { can_bo: 'cb_', cong_chuc: 'cc_', vien_chuc: 'vc_' };
  for (const [category, day, leader, expected] of FORMS)
    it(`of ${category} on ${day}, ${leader ? 'with' : 'without'} a post`, () => {
      expect(forms(category, day, leader)).to.deep.equal(
        expected.split(' ').map((form) => `${prefix[category] ?? ''}${form}`),
      );
    });
  it('workers under NĐ 68/2000 have those of the labour code', () => {
    expect(forms('contract_nd68', '2012-10-03')).to.deep.equal(forms('contract_labour_code', '2012-10-03'));
  });
});

describe('levels of the yearly evaluation', () => {
  const LEVELS: readonly [string, string, string][] = [
    ['cong_chuc', '2012-12-31', 'cc_han_che cc_khong cc_tot cc_xuat_sac'],
    ['cong_chuc', '2020-06-30', 'cc_han_che cc_khong cc_tot cc_xuat_sac'],
    ['cong_chuc', '2020-07-01', 'cc_hoan_thanh cc_khong cc_tot cc_xuat_sac'],
    ['cong_chuc', '2026-01-01', 'cc_hoan_thanh cc_khong cc_tot cc_xuat_sac'],
    ['can_bo', '2012-12-31', 'cb_han_che cb_khong cb_tot cb_xuat_sac'],
    ['can_bo', '2021-12-31', 'cb_hoan_thanh cb_khong cb_tot cb_xuat_sac'],
    ['vien_chuc', '2012-12-31', 'vc_hoan_thanh vc_khong vc_tot vc_xuat_sac'],
    ['vien_chuc', '2026-07-01', 'vc_hoan_thanh vc_khong vc_tot vc_xuat_sac'],
  ];
  for (const [category, day, expected] of LEVELS)
    it(`of ${category} on ${day}`, () => {
      expect(codes(levelsFor(LAW, category, day))).to.deep.equal(expected.split(' '));
    });
  it('have their points: of civil servants from 2026-01-01, of public employees from 2026-07-01', () => {
    const points = (category: string, day: string) =>
      levelsFor(LAW, category, day)
        .map((e) => e.attributes?.['points_from'] ?? null)
        .sort();
    const [byPoints, none] = [
      ['0', '50', '70', '90'],
      [null, null, null, null],
    ];
    expect(points('cong_chuc', '2025-12-31')).to.deep.equal(none);
    expect(points('cong_chuc', '2026-01-01')).to.deep.equal(byPoints);
    expect(points('vien_chuc', '2026-06-30')).to.deep.equal(none);
    expect(points('vien_chuc', '2026-07-01')).to.deep.equal(byPoints);
  });
});

describe('what follows a discipline', () => {
  it('it lapses after twelve months, of a worker by the labour code', () => {
    const lapse = (form: string, since: string) => lapseDay(LAW, { form, since });
    expect(lapse('cc_khien_trach', '2013-03-01')).to.equal('2014-03-01');
    expect(lapse('cc_cach_chuc', '2024-02-29')).to.equal('2025-02-28');
    expect(lapse('vc_canh_cao', '2026-08-01')).to.equal('2027-08-01');
    expect(lapse('ld_khien_trach', '2022-03-01')).to.equal('2022-06-01');
    expect(lapse('cc_buoc_thoi_viec', '2013-03-01')).to.equal(null);
  });

  it('its months count from the Party’s decision where the law says so: of public employees from 2026-07-01', () => {
    const from = (form: string, since: string, party: string | null = '2026-05-01') =>
      effectFrom(LAW, { form, since }, party);
    for (const form of ['vc_khien_trach', 'vc_canh_cao', 'vc_cach_chuc']) {
      expect(from(form, '2026-07-01'), form).to.equal('2026-05-01');
      expect(from(form, '2026-06-30'), form).to.equal('2026-06-30');
      expect(from(form, '2026-07-01', null), form).to.equal('2026-07-01');
    }
    expect(from('vc_buoc_thoi_viec', '2026-07-01')).to.equal('2026-07-01');
    expect(from('cc_canh_cao', '2026-07-01')).to.equal('2026-07-01');
    expect(lapseDay(LAW, { form: 'vc_canh_cao', since: '2026-07-01', from: '2026-05-01' })).to.equal(
      '2027-05-01',
    );
  });

  const bars = (form: string, since: string, what: Barred, day: string) =>
    barsOn(LAW, [{ by: form, form, since }], what, day).map((b) => b.until);
  /** Form, day of effect, last day of the bar. */
  const BARS: readonly [string, string, string][] = [
    ['cc_khien_trach', '2013-03-01', '2014-02-28'],
    ['cc_canh_cao', '2021-03-01', '2022-02-28'],
    ['cc_ha_bac_luong', '2021-03-01', '2022-02-28'],
    ['cc_cach_chuc', '2020-06-30', '2021-06-29'],
    ['cc_cach_chuc', '2020-07-01', '2022-06-30'],
    ['cc_giang_chuc', '2025-06-30', '2027-06-29'],
    ['vc_cach_chuc', '2026-07-01', '2028-06-30'],
    ['cb_canh_cao', '2012-10-03', '2013-10-02'],
  ];
  for (const [form, since, until] of BARS)
    it(`${form} of ${since} bars appointment up to ${until}`, () => {
      expect(bars(form, since, 'appointment', since)).to.deep.equal([until]);
      expect(bars(form, since, 'appointment', until)).to.deep.equal([until]);
      expect(bars(form, since, 'appointment', `${Number(until.slice(0, 4)) + 1}-01-01`)).to.deep.equal([]);
      expect(bars(form, since, 'appointment', '2010-01-01')).to.deep.equal([]);
    });
  it('of a civil servant it bars all four, of a public employee no promotion of grade', () => {
    const what = (form: string) => BARRED.filter((w) => bars(form, '2022-01-01', w, '2022-06-01').length > 0);
    expect(what('cc_canh_cao')).to.deep.equal([...BARRED]);
    expect(what('vc_canh_cao')).to.deep.equal(['appointment', 'planning', 'training']);
    expect(what('ld_khien_trach')).to.deep.equal([]);
    expect(what('dang_canh_cao')).to.deep.equal([]);
  });
  it('of several the longest comes first', () => {
    const two = [
      { by: 'a', form: 'cc_canh_cao', since: '2022-06-01' },
      { by: 'b', form: 'cc_cach_chuc', since: '2022-01-01' },
    ];
    expect(barsOn(LAW, two, 'training', '2022-07-01').map((b) => b.by)).to.deep.equal(['b', 'a']);
  });
});
