/** Lower case, without tone marks and other diacritics: "Đặng Thị Ánh" gives "dang thi anh". */
export function unaccented(text: string): string {
  return text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd');
}

/** A word as the search index keeps it, lower case. */
export interface SearchWord {
  /** Without accents. */
  readonly word: string;
  /** As written, decomposed (NFD), so that "nguyê", typed half, is a beginning of "nguyễn". */
  readonly accented: string;
}

/** The words of some names, each once, in a fixed order. */
export function searchWords(names: readonly string[]): SearchWord[] {
  const words = new Set(
    names.flatMap(
      (n) =>
        n
          .normalize('NFD')
          .toLowerCase()
          .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [],
    ),
  );
  return [...words].sort().map((accented) => ({ word: unaccented(accented), accented }));
}
