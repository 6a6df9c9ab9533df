/** Exact decimals as text with at most four places (DecimalField), compared and added without floating point. */

const PLACES = 4;

/** In ten-thousandths. */
export function units(decimal: string): bigint {
  const [whole = '0', part = ''] = decimal.split('.');
  return BigInt(whole + part.padEnd(PLACES, '0'));
}
