import { expect } from 'chai';
import { cityOfDaNang } from '../../src/organisation/city.js';
import { agencyOn, chainOn, successorOn, unitOn, unitsOn } from '../../src/organisation/tree.js';
import { World, record } from './support.js';

describe('the organisation of Đà Nẵng', function () {
  this.timeout(30_000);
  const world = new World();
  const facts = cityOfDaNang((code) => code);
  before(() => {
    for (const { unit, fact } of facts) world.given(unit, record(fact));
  });

  const count = (day: string, ...types: string[]) =>
    unitsOn(world, day).filter((u) => types.includes(u.type)).length;

  it('can be recorded fact by fact, none refused', () => {
    expect(facts.length).to.be.greaterThan(300);
  });

  it('had 8 districts and 56 communes in 2012, 47 communes from 2025-01-01, 94 and no district from 2025-07-01', () => {
    const at = (day: string) => [
      count(day, 'ubnd_quan', 'ubnd_huyen'),
      count(day, 'ubnd_phuong', 'ubnd_xa', 'ubnd_dac_khu'),
    ];
    expect(at('2012-10-03')).to.deep.equal([8, 56]);
    expect(at('2024-12-31')).to.deep.equal([8, 56]);
    expect(at('2025-06-30')).to.deep.equal([8, 47]);
    expect(at('2025-07-01')).to.deep.equal([0, 94]);
  });

  it('has one home-affairs department on every day, also across the merger of 2025-03-01', () => {
    for (const day of ['2012-10-03', '2025-02-28', '2025-03-01', '2026-01-01'])
      expect(unitsOn(world, day).filter((u) => u.level === 3).length, day).to.equal(1);
    expect(successorOn(world, 'so_ld_tb_xh', '2025-03-01')).to.equal('so_noi_vu_2025');
    expect(agencyOn(world, 'bp_so_noi_vu_phong_1', '2025-03-01')).to.equal('so_noi_vu_2025');
  });

  it('takes a ward through two mergers, and splits Hòa Liên', () => {
    expect(successorOn(world, 'ubnd_cx_20239', '2025-01-01')).to.equal('ubnd_cx_20236_2025');
    expect(unitOn(world, successorOn(world, 'ubnd_cx_20239', '2025-07-01')!, '2025-07-01')?.name).to.equal(
      'Ủy ban nhân dân phường Hải Châu',
    );
    const parts = facts.filter((f) => f.unit === 'ubnd_cx_20296' || f.fact.type === 'unit_split');
    expect(parts.filter((f) => f.fact.effective === '2025-07-01').length).to.be.greaterThan(1);
  });

  it('moves a school under a commune without a fact of its staff', () => {
    expect(chainOn(world, 'mau_truong_thcs_492_1', '2025-06-30').map((u) => u.id)).to.deep.equal([
      'mau_truong_thcs_492_1',
      'ubnd_quan_492',
      'ubnd_tp',
    ]);
    expect(chainOn(world, 'mau_truong_thcs_492_1', '2025-07-01').map((u) => u.id)).to.deep.equal([
      'mau_truong_thcs_492_1',
      'ubnd_cx_20242_202507',
      'ubnd_tp',
    ]);
  });
});
