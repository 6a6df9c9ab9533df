/**
 * Arrays in PostgreSQL's binary format, which pg sends as it is given: no escaping here, no parsing there. As text, a
 * batch of events costs both sides about as much as the append itself.
 */

const OID = { bigint: 20, integer: 23, text: 25, uuid: 2950 } as const;
const HEADER = 20;

export function textArray(values: readonly string[]): Buffer {
  const sizes = values.map((value) => Buffer.byteLength(value));
  const array = start(
    OID.text,
    values.length,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  let at = HEADER;
  values.forEach((value, i) => {
    at = array.writeInt32BE(sizes[i] as number, at);
    at += array.write(value, at);
  });
  return array;
}

/** UUIDs in their usual form, 8-4-4-4-12 digits. */
export function uuidArray(values: readonly string[]): Buffer {
  const array = start(OID.uuid, values.length, values.length * 16);
  let at = HEADER;
  for (const value of values) {
    at = array.writeInt32BE(16, at);
    at += array.write(value.replaceAll('-', ''), at, 'hex');
  }
  return array;
}

export function integerArray(values: readonly number[]): Buffer {
  const array = start(OID.integer, values.length, values.length * 4);
  let at = HEADER;
  for (const value of values) at = array.writeInt32BE(value, array.writeInt32BE(4, at));
  return array;
}

export function bigintArray(values: readonly (number | bigint)[]): Buffer {
  const array = start(OID.bigint, values.length, values.length * 8);
  let at = HEADER;
  for (const value of values) at = array.writeBigInt64BE(BigInt(value), array.writeInt32BE(8, at));
  return array;
}

/** One dimension, no nulls, numbered from 1; then each value with its length. */
function start(oid: number, count: number, bytes: number): Buffer {
  const array = Buffer.allocUnsafe(HEADER + 4 * count + bytes);
  array.writeInt32BE(1, 0);
  array.writeInt32BE(0, 4);
  array.writeInt32BE(oid, 8);
  array.writeInt32BE(count, 12);
  array.writeInt32BE(1, 16);
  return array;
}
