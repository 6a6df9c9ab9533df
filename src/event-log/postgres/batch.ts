import type { QueryArrayConfig } from 'pg';
import type { AppendOutcome, AppendRequest } from '../port.js';
import { bigintArray, integerArray, textArray, uuidArray } from './binaryArrays.js';
import { moment } from './rows.js';

const ONE = 'SELECT * FROM log.append_one($1, $2, $3, $4, $5, $6, $7)';
const FRESH = 'SELECT * FROM log.append_fresh($1, $2, $3, $4, $5, $6, $7, $8, $9)';
const SQL = 'SELECT * FROM log.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)';

/** The shorter call for one event alone, by the clock; null where the requests are more than that. */
export function loneCall(
  requests: readonly AppendRequest[],
  scripted: string | null,
): QueryArrayConfig | null {
  const [request] = requests;
  const [event] = request?.events ?? [];
  if (request === undefined || event === undefined || scripted !== null) return null;
  if (requests.length > 1 || request.events.length > 1) return null;
  const { id, type, version, data, meta } = event;
  return {
    name: 'append_one',
    text: ONE,
    rowMode: 'array',
    values: [request.stream, revisionOf(request.expected), id, type, version, data, meta],
  };
}

/** Whether log.append_one leaves the answer to log.append. */
export function isLeftOpen([kind]: AnswerRow): boolean {
  return kind === 'k';
}

/** The call for requests that are all new and as expected; null where they cannot be, or where it cannot be told. */
export function freshCall(
  requests: readonly AppendRequest[],
  scripted: string | null,
): QueryArrayConfig | null {
  if (scripted !== null || requests.some(({ expected }) => expected === 'any')) return null;
  if (new Set(requests.map(({ stream }) => stream)).size < requests.length) return null;
  const events = requests.flatMap((request) => request.events);
  return {
    name: 'append_fresh',
    text: FRESH,
    rowMode: 'array',
    values: [
      textArray(requests.map(({ stream }) => stream)),
      bigintArray(requests.map(({ expected }) => revisionOf(expected))),
      integerArray(requests.flatMap(({ events }, i) => events.map(() => i + 1))),
      bigintArray(
        requests.flatMap(({ events, expected }) => events.map((_, i) => revisionOf(expected) + 1 + i)),
      ),
      ...contents(events),
    ],
  };
}

/** A row of log.append_fresh's answer: nulls where it leaves the batch to log.append. */
export type FreshRow = readonly [position: string | null, recorded: string | null];

/** The outcomes of requests that were all new and as expected; null where they were not. */
export function freshOutcomes(
  requests: readonly AppendRequest[],
  [position, recorded]: FreshRow,
): AppendOutcome[] | null {
  if (position === null || recorded === null) return null;
  const recordedAt = moment(recorded);
  let at = Number(position) - requests.reduce((sum, { events }) => sum + events.length, 0);
  return requests.map(({ stream, expected, events }) => {
    at += events.length;
    const last = revisionOf(expected);
    return {
      kind: 'appended',
      stream,
      firstRevision: last + 1,
      lastRevision: last + events.length,
      position: BigInt(at),
      sequence: at,
      recordedAt,
    };
  });
}

/** One call of log.append; no id may stand in it twice. */
export function appendCall(requests: readonly AppendRequest[], scripted: string | null): QueryArrayConfig {
  const events = requests.flatMap((request) => request.events);
  return {
    name: 'append',
    text: SQL,
    rowMode: 'array',
    values: [
      textArray(requests.map(({ stream }) => stream)),
      bigintArray(requests.map(({ expected }) => revisionOf(expected))),
      integerArray(requests.map(({ events }) => events.length)),
      integerArray(priors(requests)),
      integerArray(requests.flatMap(({ events }, i) => events.map(() => i + 1))),
      ...contents(events),
      scripted,
    ],
  };
}

function contents(events: AppendRequest['events']): Buffer[] {
  return [
    uuidArray(events.map(({ id }) => id)),
    textArray(events.map(({ type }) => type)),
    integerArray(events.map(({ version }) => version)),
    textArray(events.map(({ data }) => data)),
    textArray(events.map(({ meta }) => meta)),
  ];
}

function revisionOf(expected: AppendRequest['expected']): number {
  return expected === 'none' ? -1 : expected === 'any' ? -2 : expected;
}

/** For each request the number, from 1, of the one before it on the same stream; 0 if there is none. */
function priors(requests: readonly AppendRequest[]): number[] {
  const latest = new Map<string, number>();
  return requests.map(({ stream }, i) => {
    const prior = latest.get(stream) ?? 0;
    latest.set(stream, i + 1);
    return prior;
  });
}

/** A row of log.append's answer: the outcome of one request. */
export type AnswerRow = readonly [
  kind: string,
  first: string | null,
  last: string | null,
  position: string | null,
  recorded: string | null,
  differing: string | null,
];

export function outcome({ stream }: AppendRequest, row: AnswerRow): AppendOutcome {
  const [kind, first, last, position, recorded, differing] = row;
  if (kind === 'w') return { kind: 'wrongRevision', stream, actual: last === null ? null : Number(last) };
  if (kind === 'd') return { kind: 'contentDiffers', stream, eventId: differing ?? '' };
  if (position === null || recorded === null) throw new TypeError('log.append answered no position');
  return {
    kind: kind === 'a' ? 'appended' : 'alreadyAppended',
    stream,
    firstRevision: Number(first),
    lastRevision: Number(last),
    position: BigInt(position),
    sequence: Number(position),
    recordedAt: moment(recorded),
  };
}
