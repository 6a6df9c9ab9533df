import { ApiQuery } from '@nestjs/swagger';
import type { ApiCore } from './apiCore.js';
import type { ScopePoint } from '../access/scopeChanges.js';
import { BEGINNING, type EventLog, type Position, type RecordedEvent } from '../event-log/port.js';
import type { Sealer } from '../sealing/port.js';
import { NotYet } from '../projecting/projections.js';
import type { ReadModels } from '../projecting/readModels.js';
import { ReferenceTooLate } from '../reference/service.js';
import { Problem } from './problem.js';
import { fault, textOf } from './query.js';

export const TOKEN = ApiQuery({
  name: 'token',
  required: false,
  description:
    'Chờ đến khi thấy lần ghi này (token của câu trả lời), tối đa 5 giây / wait until this write is seen (the token of its answer), 5 s at most',
  schema: { type: 'string' },
});

/** How long a read waits for the write it asks for, in milliseconds. */
export const PATIENCE_MS = 5_000;

/**
 * Waits until this process has read the log up to the token of the question, if it names one. Throws Problem (503, with
 * how far it has come) when that does not happen in time.
 */
export async function awaitToken(
  query: Readonly<Record<string, unknown>>,
  { references }: ApiCore,
): Promise<void> {
  const token = textOf(query, 'token');
  if (token === undefined) return;
  const position = positionOf(token, 'token');
  const late = () => new Problem('behind', [], { reached: tokenOf(references.current().position) });
  await references.caughtUpTo(position, PATIENCE_MS).catch((error: unknown) => {
    throw error instanceof ReferenceTooLate ? late() : error;
  });
}

/** The opaque token by which a read waits for a write: the engine's position. */
export function tokenOf(position: bigint): string {
  return Buffer.from(`p${position.toString(36)}`).toString('base64url');
}

/** As awaitToken, for answers from read models. */
export async function awaitModels(token: string | undefined, models: ReadModels): Promise<void> {
  if (token === undefined) return;
  const position = positionOf(token, 'token');
  try {
    await models.until(position, PATIENCE_MS);
  } catch (error) {
    if (!(error instanceof NotYet)) throw error;
    throw new Problem('behind', [], { lagEvents: await models.lag() });
  }
}

/** The position in a token. Throws Problem (422) for what is no token of ours. */
export function positionOf(token: string, parameter: string): bigint {
  const text = Buffer.from(token, 'base64url').toString();
  const position = /^p[0-9a-z]{1,13}$/.test(text) ? fromBase36(text.slice(1)) : FURTHEST + 1n;
  if (position <= FURTHEST && tokenOf(position) === token) return position;
  throw fault(parameter, 'token', 'không phải mã do dịch vụ này cấp', 'is not a token of this service');
}

/** A place in the feed. */
export interface FeedPlace {
  readonly position: Position;
  /** The event that it stands after; null: it is the beginning, or the place of a write's token. */
  readonly event: RecordedEvent | null;
  /** What the reader's scope was last told as of; null: when the event before this place was recorded. */
  readonly scope: ScopePoint | null;
}

/** A cursor that also says what the scope was last told as of. Nobody can make one up: it tells whose persons were whose. */
export function scopedCursorOf(
  sequence: number,
  mark: string,
  scope: ScopePoint,
  sealer: Pick<Sealer, 'index'>,
): string {
  const { sequence: known, day, actsFor } = scope;
  const said = `${placeText(sequence, mark)}.${known.toString(36)}.${day}.${actsFor ?? ''}`;
  return Buffer.from(`${said}.${proofOf(said, sealer)}`).toString('base64url');
}

function proofOf(said: string, sealer: Pick<Sealer, 'index'>): string {
  return sealer.index('feed cursor', [said]).toString('base64url').slice(0, 22);
}

/**
 * The place that a cursor of the feed names, or the token of a write. Throws Problem (422) for what is neither, and for
 * what is of a log that has since been restored to an older state: events would be missed.
 */
export async function feedPlaceOf(
  cursor: string,
  { log, sealer }: Pick<ApiCore, 'log' | 'sealer'>,
): Promise<FeedPlace> {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [, said, place, known, day, unit = '', proof] =
    /^((s[0-9a-z]{1,11}(?:\.[0-9a-f]{8})?)\.([0-9a-z]{1,11})\.(\d{4}-\d{2}-\d{2})\.([0-9a-f-]*))\.([\w-]{22})$/.exec(
      text,
    ) ?? [];
  if (said === undefined || proofOf(said, sealer) !== proof)
    return { ...(await placeIn(log, text, cursor)), scope: null };
  const scope = {
    sequence: Number.parseInt(known ?? '', 36),
    day: day ?? '',
    actsFor: unit === '' ? null : unit,
  };
  return { ...(await placeIn(log, place ?? '', cursor)), scope };
}

/** What a cursor says of the event that it stands after, so that another event in its place is noticed. */
export function markOf(event: Pick<RecordedEvent, 'id'> | null | undefined): string {
  return event?.id.slice(0, 8) ?? '';
}

/**
 * Where a reader of the feed has come to: the sequence of an event, which names the same place after a move or a
 * restore, and its mark. Sequence 0: before the first.
 */
export function cursorOf(sequence: number, mark: string): string {
  return Buffer.from(placeText(sequence, mark)).toString('base64url');
}

function placeText(sequence: number, mark: string): string {
  return sequence === 0 ? 's0' : `s${sequence.toString(36)}.${mark}`;
}

async function placeIn(log: EventLog, text: string, cursor: string): Promise<Omit<FeedPlace, 'scope'>> {
  const [, digits = '', mark = ''] = /^s([0-9a-z]{1,11})(?:\.([0-9a-f]{8}))?$/.exec(text) ?? [];
  const sequence = Number.parseInt(digits, 36);
  if (!(Number.isSafeInteger(sequence) && placeText(sequence, mark) === text)) {
    const position = positionOf(cursor, 'after');
    if (position <= (await log.head()).position) return { position, event: null };
  } else if (sequence === 0) return { position: BEGINNING, event: null };
  else {
    const event = await eventAt(log, sequence);
    if (event !== undefined && markOf(event) === mark) return { position: event.position, event };
  }
  throw fault(
    'after',
    'token',
    'không còn trong nhật ký: nhật ký đã được khôi phục về trạng thái cũ hơn; hãy đọc lại từ đầu hoặc từ một con trỏ cũ hơn',
    'is of events that this log does not hold: it was restored to an older state, or is another; read from the beginning or an earlier cursor',
  );
}

/** The event of a sequence from 1 on; undefined beyond the end. */
export async function eventAt(log: EventLog, sequence: number): Promise<RecordedEvent | undefined> {
  const before = await log.positionAt(sequence - 1);
  return before === null ? undefined : (await log.readAll(before, 1))[0];
}

/** No engine's position is further: 64 bits with a sign. */
const FURTHEST = 2n ** 63n - 1n;

function fromBase36(digits: string): bigint {
  let number = 0n;
  for (const digit of digits) number = number * 36n + BigInt(Number.parseInt(digit, 36));
  return number;
}
