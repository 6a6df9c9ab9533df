import { fault } from './query.js';

/** The opaque token by which a read waits for a write: the engine's position. */
export function tokenOf(position: bigint): string {
  return Buffer.from(`p${position.toString(36)}`).toString('base64url');
}

/** The position in a token. Throws Problem (422) for what is no token of ours. */
export function positionOf(token: string, parameter: string): bigint {
  const text = Buffer.from(token, 'base64url').toString();
  if (!/^p[0-9a-z]{1,25}$/.test(text))
    throw fault(parameter, 'token', 'không phải mã do dịch vụ này cấp', 'is not a token of this service');
  let position = 0n;
  for (const digit of text.slice(1)) position = position * 36n + BigInt(Number.parseInt(digit, 36));
  return position;
}
