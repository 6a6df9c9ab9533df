import { expect } from 'chai';
import { excellentShare, mostExcellent, shareStanding } from '../../src/rules/evaluation.js';
import { LAW } from './support.js';

describe('the share of the excellent', () => {
  it('is limited among civil servants from 2026-01-01 (NĐ 335/2025), public employees from 2026-07-01 (NĐ 233/2026)', () => {
    const share = (category: string, day: string) => {
      const found = excellentShare(LAW, category, day);
      return found && [found.excellent, found.good, found.percent, found.percentOutstanding];
    };
    expect(share('cong_chuc', '2025-12-31')).to.equal(null);
    expect(share('cong_chuc', '2026-01-01')).to.deep.equal(['cc_xuat_sac', 'cc_tot', 20, 25]);
    expect(share('vien_chuc', '2026-06-30')).to.equal(null);
    expect(share('vien_chuc', '2026-07-01')).to.deep.equal(['vc_xuat_sac', 'vc_tot', 20, 25]);
    expect(share('can_bo', '2026-12-31')).to.equal(null);
  });

  it('is one in five of the good, one in four where the unit is outstanding itself', () => {
    expect(mostExcellent(14, 20)).to.equal(2);
    const law = excellentShare(LAW, 'cong_chuc', '2026-12-31')!;
    const standing = (excellent: number, good: number) => shareStanding(law, excellent, good);
    expect(standing(4, 20)).to.equal('within');
    expect(standing(5, 20)).to.equal('outstanding_only');
    expect(standing(6, 20)).to.equal('over');
    expect(standing(0, 0)).to.equal('within');
    expect(standing(1, 3)).to.equal('over');
  });
});
