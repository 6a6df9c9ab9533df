import { ChoiceField, IntegerField } from '../fields.js';
import { defineAction } from '../action.js';

const KINDS = ['first', 'supplement', 'yearly', 'personnel_work'] as const;

class AssetDeclared {
  @IntegerField({ vi: 'Năm', en: 'Year', secrecy: 'pay_tax', min: 1990, max: 2199 })
  year!: number;

  @ChoiceField(KINDS, {
    vi: 'Loại kê khai (lần đầu, bổ sung, hằng năm, phục vụ công tác cán bộ)',
    en: 'Kind (first, supplement, yearly, for personnel work)',
    secrecy: 'pay_tax',
  })
  kind!: (typeof KINDS)[number];
}

/** Only that the declaration against corruption was filed: what it says is no part of the personnel record. */
export const assetDeclared = defineAction<AssetDeclared>({
  type: 'asset_declared',
  version: 1,
  fields: AssetDeclared,
  check: () => [],
  evolve: (state) => state,
  caption: { vi: 'Đã nộp kê khai tài sản, thu nhập', en: 'Asset declaration filed' },
  source: 'Luật Phòng, chống tham nhũng 2018 Đ.34, 36; NĐ 130/2020/NĐ-CP',
  deadline: null,
  gate: false,
  rank: 72,
  needs: 'life',
});
