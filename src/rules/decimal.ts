/**
 * Exact decimals as text, for money and coefficients: never floating point. Inside, whole ten-thousandths in a bigint,
 * which is all that coefficients (two places) and percentages of them (two more) need.
 */
const PLACES = 4;
const ONE = 10n ** BigInt(PLACES);

const DECIMAL = /^\d+(\.\d{1,4})?$/;

/** In ten-thousandths. The text has no sign and at most four places (DecimalField). */
export function units(decimal: string): bigint {
  if (!DECIMAL.test(decimal)) throw new RangeError('not a decimal of at most four places');
  const [whole = '0', part = ''] = decimal.split('.');
  return BigInt(whole + part.padEnd(PLACES, '0'));
}

/** Ten-thousandths as text without needless zeros. */
export function textOf(value: bigint): string {
  const digits = value.toString().padStart(PLACES + 1, '0');
  const part = digits.slice(-PLACES).replace(/0+$/, '');
  return part === '' ? digits.slice(0, -PLACES) : `${digits.slice(0, -PLACES)}.${part}`;
}

/** The product of two values in ten-thousandths, rounded half up to ten-thousandths. */
export function times(a: bigint, b: bigint): bigint {
  return (a * b + ONE / 2n) / ONE;
}

/** So many percent (in ten-thousandths of a percent) of a value. */
export function percentOf(value: bigint, percent: bigint): bigint {
  return (times(value, percent) + 50n) / 100n;
}

/** So many percent of a coefficient, in dong at so much a unit: rounded once, half up. All in ten-thousandths. */
export function percentInDong(coefficient: bigint, percent: bigint, perUnit: bigint): bigint {
  const scale = 100n * ONE ** 3n;
  return (coefficient * percent * perUnit + scale / 2n) / scale;
}

/** A value in ten-thousandths rounded half up to hundredths, as a kept difference of coefficients is. */
export function hundredths(value: bigint): bigint {
  return ((value + 50n) / 100n) * 100n;
}

/** A value in ten-thousandths rounded half up to whole units: dong have no parts. */
export function whole(value: bigint): bigint {
  return (value + ONE / 2n) / ONE;
}
