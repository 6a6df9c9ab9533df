/** Everything of SQL that holds other characters than it means: comments, strings, quoted names, numbers, words. */
const TOKEN = new RegExp(
  [
    String.raw`(?<comment>--[^\n]*|/\*[\s\S]*?(?:\*/|$))`,
    String.raw`(?<dollar>\$(?<tag>[\p{L}_][\p{L}\p{N}_]*|)\$[\s\S]*?(?:\$\k<tag>\$|$))`,
    String.raw`(?<escaped>[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$))`,
    String.raw`(?<text>(?:[uU]&|[bBxXnN])?'(?:[^']|'')*(?:'|$))`,
    String.raw`(?<kept>"(?:[^"]|"")*(?:"|$)|\$\d+|[\p{L}_][\p{L}\p{N}_$]*)`,
    String.raw`(?<number>\d[\w.]*|\.\d\w*)`,
  ].join('|'),
  'gu',
);

/**
 * A statement with `?` for every literal, and without comments: what it asked, not about whom. PostgreSQL does the same
 * to what it can prepare; this also covers the rest (DO, SET, DECLARE).
 */
export function withoutLiterals(statement: string): string {
  return statement
    .replace(TOKEN, (token, ...rest) => {
      const groups = rest.at(-1) as Readonly<Record<string, string | undefined>>;
      if (groups['kept'] !== undefined) return token;
      return groups['comment'] === undefined ? '?' : ' ';
    })
    .replace(/\s+/g, ' ')
    .trim();
}

/** Which of these views a statement names, with or without their schema. */
export function viewsNamed(statement: string, views: Iterable<string>): string[] {
  const words = new Set(statement.toLowerCase().match(/[\p{L}_][\p{L}\p{N}_$]*/gu));
  return [...views].filter((view) => words.has(view)).sort();
}
