/**
 * Which of several is the highest, where the form asks for it. The lists carry no order, so it stands here, highest
 * first; codes side by side are equal, then the later one counts. A code that is not named is lower than all named.
 */
type Ranks = readonly (string | readonly string[])[];

/** 2C item 15.2, in the order of its own caption; specialist physicians beside the degrees that practice takes as equal. */
export const QUALIFICATIONS: Ranks = [
  'tskh',
  'ts',
  'bs_ck2',
  ['ths', 'bs_ck1', 'bs_noi_tru'],
  ['cu_nhan', 'ky_su', 'bac_si', 'duoc_si', 'kien_truc_su'],
  'cao_dang',
  'trung_cap',
  'so_cap',
  'chua_dao_tao',
];

/** 2C item 15.1: the classes of the ten-year system stand beside those of the twelve-year one that they led to. */
export const GENERAL_EDUCATION: Ranks = [
  ['12_12', '10_10', 'bo_tuc_12_12'],
  '11_12',
  '10_12',
  ['9_12', '7_10'],
  '5_12',
];

/** 2C item 15.3. */
export const POLITICAL_THEORY: Ranks = [
  ['cao_cap', 'cu_nhan'],
  ['trung_cap', 'tuong_duong'],
  'so_cap',
  'chua_qua',
];

/** 2C item 15.4; the courses for leaders stand beside the grade that such leaders have. */
export const STATE_MANAGEMENT: Ranks = [
  ['cvcc', 'lanh_dao_so'],
  ['cvc', 'lanh_dao_phong'],
  'cv',
  'cs',
  'chua_qua',
];

/** 2C item 15.5: degrees above certificates; the six levels beside A–D as practice equates them. */
export const FOREIGN_LANGUAGE: Ranks = [
  'sau_dai_hoc',
  'dai_hoc',
  'cao_dang',
  'b6_6',
  'b5_6',
  ['b4_6', 'D'],
  ['b3_6', 'C'],
  ['b2_6', 'B'],
  ['b1_6', 'A'],
];

/** 2C item 15.6. */
export const INFORMATICS: Ranks = [
  'sau_dai_hoc',
  'dai_hoc',
  'cao_dang',
  'trung_cap',
  ['nang_cao', 'C'],
  ['co_ban', 'B'],
  'A',
];

export const ACADEMIC_TITLES: Ranks = ['gs', 'pgs'];

/** 2C item 19: heroes, then “nhân dân”, then “ưu tú” (Luật Thi đua, khen thưởng 2003). */
export const HONORARY_TITLES: Ranks = [
  ['ba_me_vn_anh_hung', 'ah_llvtnd', 'ah_lao_dong'],
  ['nha_giao_nhan_dan', 'thay_thuoc_nhan_dan', 'nghe_si_nhan_dan', 'nghe_nhan_nhan_dan'],
  ['nha_giao_uu_tu', 'thay_thuoc_uu_tu', 'nghe_si_uu_tu', 'nghe_nhan_uu_tu'],
];

/**
 * 2C item 21: orders, medals, prizes and certificates in the order of Luật Thi đua, khen thưởng 2003 Đ.8. The
 * emulation titles stand above the certificate of the level that gives them. Commemorative medals stand low though
 * the law names them earlier: they mark a length of service, not an achievement.
 */
export const REWARDS: Ranks = [
  'hc_sao_vang',
  'hc_ho_chi_minh',
  'hc_doc_lap_1',
  'hc_doc_lap_2',
  'hc_doc_lap_3',
  'hc_quan_cong_1',
  'hc_quan_cong_2',
  'hc_quan_cong_3',
  'hc_lao_dong_1',
  'hc_lao_dong_2',
  'hc_lao_dong_3',
  'hc_bao_ve_to_quoc_1',
  'hc_bao_ve_to_quoc_2',
  'hc_bao_ve_to_quoc_3',
  'hc_chien_cong_1',
  'hc_chien_cong_2',
  'hc_chien_cong_3',
  'hc_dai_doan_ket',
  'hc_dung_cam',
  'hc_huu_nghi',
  'huy_chuong_quan_ky',
  'huy_chuong_vant',
  'huy_chuong_csvv_1',
  'huy_chuong_csvv_2',
  'huy_chuong_csvv_3',
  'huy_chuong_tnxp',
  'huy_chuong_huu_nghi',
  'gt_ho_chi_minh',
  'gt_nha_nuoc',
  'cstd_toan_quoc',
  'bk_thu_tuong',
  ['cstd_cap_bo_tinh', 'cstd_bo_tinh_2022'],
  'bk_cap_bo_tinh',
  'cstd_co_so',
  'giay_khen',
  ['ky_niem_chuong', 'huy_hieu'],
  ['lao_dong_tien_tien', 'chien_si_tien_tien'],
];

/** 2C item 22: from leaving the service or the Party down to the reprimand (Luật CBCC 2008 Đ.78, 79). */
export const DISCIPLINES: Ranks = [
  ['cc_buoc_thoi_viec', 'vc_buoc_thoi_viec', 'ld_sa_thai', 'dang_khai_tru', 'cb_bai_nhiem'],
  ['cb_cach_chuc', 'cc_cach_chuc', 'vc_cach_chuc', 'ld_cach_chuc', 'dang_cach_chuc'],
  ['cc_giang_chuc', 'cc_ha_ngach'],
  ['cc_ha_bac_luong', 'ld_chuyen_viec', 'ld_keo_dai_nang_luong'],
  ['cb_canh_cao', 'cc_canh_cao', 'vc_canh_cao', 'dang_canh_cao'],
  ['cb_khien_trach', 'cc_khien_trach', 'vc_khien_trach', 'ld_khien_trach', 'dang_khien_trach'],
];

/** 2C item 18; the navy's admirals stand beside the generals (Luật Sĩ quan QĐND Việt Nam 1999 Đ.10). */
export const MILITARY_RANKS: Ranks = [
  'dai_tuong',
  ['thuong_tuong', 'do_doc'],
  ['trung_tuong', 'pho_do_doc'],
  ['thieu_tuong', 'chuan_do_doc'],
  'dai_ta',
  'thuong_ta',
  'trung_ta',
  'thieu_ta',
  'dai_uy',
  'thuong_uy',
  'trung_uy',
  'thieu_uy',
  'chuan_uy',
  'thuong_si',
  'trung_si',
  'ha_si',
  'binh_nhat',
  'binh_nhi',
];

/** The place of a code, 0 the highest; one that is not named is lower than all named. */
export function rankOf(code: string | undefined, ranks: Ranks): number {
  const rank = ranks.findIndex((r) =>
    typeof r === 'string' ? r === code : code !== undefined && r.includes(code),
  );
  return rank === -1 ? ranks.length : rank;
}

/** The highest of some things, by the code of each; of equal ones the last. Undefined: there are none. */
export function highest<T>(
  things: readonly T[],
  codeOf: (thing: T) => string | undefined,
  ranks: Ranks,
): T | undefined {
  const rankOfThing = (thing: T) => rankOf(codeOf(thing), ranks);
  return things.reduce<T | undefined>(
    (best, thing) => (best === undefined || rankOfThing(thing) <= rankOfThing(best) ? thing : best),
    undefined,
  );
}
