/** The least text after all that begin with a prefix of ASCII, as the collation "C" sorts them. */
export function nextPrefix(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}
