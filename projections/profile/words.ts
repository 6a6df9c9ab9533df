/** Lower case, without tone marks and other diacritics: "Đặng Thị Ánh" gives "dang thi anh". */
export function unaccented(text: string): string {
  return text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd');
}

/** The words of a name, lower case, accents kept, in NFC. */
export function wordsOf(name: string): string[] {
  return (
    name
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  );
}

/** A word as the search index keeps it: without accents, and as written. */
export interface SearchWord {
  readonly word: string;
  readonly accented: string;
}

/** The words of some names, each once, in a fixed order. */
export function searchWords(names: readonly string[]): SearchWord[] {
  const words = new Set(names.flatMap(wordsOf));
  return [...words].sort().map((accented) => ({ word: unaccented(accented), accented }));
}
