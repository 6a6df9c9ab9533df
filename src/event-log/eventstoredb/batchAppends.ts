import { randomBytes } from 'node:crypto';
import {
  convertToCommandError,
  AccessDeniedError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  WrongExpectedVersionError,
  type EventStoreDBClient,
} from '@eventstore/db-client';
import { unpackToCommandError } from '@eventstore/db-client/dist/streams/appendToStream/unpackError.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import { OperatorError } from '../../operatorError.js';
import { inTime, noAnswer, StoreRefused, type StoreAnswer, type StoreProposal } from './answers.js';

type Duplex = ReturnType<StreamsClient['batchAppend']>;

/** What the library keeps for its own calls: the connection with its reconnecting, and what a call is given. */
interface Inner {
  GRPCStreamCreator(
    grpcClient: typeof StreamsClient,
    name: string,
    create: (client: StreamsClient) => Duplex,
    cache: WeakMap<StreamsClient, Duplex>,
  ): () => Promise<Duplex>;
  callArguments(
    options: { readonly requiresLeader: boolean },
    callOptions: { readonly deadline: number },
  ): Parameters<StreamsClient['batchAppend']>;
  supports(method: unknown): Promise<boolean>;
}

/**
 * Appends over one lasting call of BatchAppend, which takes many without waiting for the answers.
 *
 * The connection, the stubs and the errors are the library's; its appendToStream() is not used: it keeps what waits for
 * answers in one table of the process, so that an answer that comes twice (a real server does so to a bad id) throws
 * inside an event emitter and ends the process; a write that waits for room when the call breaks is rejected where
 * nobody listens; an append is given a deadline by this machine's clock, which the server holds against its own; and it
 * writes each event out twice.
 */
export class BatchAppends {
  readonly #inner: Inner;
  readonly #lines = new WeakMap<Duplex, Line>();
  readonly #open = new WeakMap<StreamsClient, Duplex>();
  #reaching: Promise<Line> | null = null;
  /** Until the end of the turn of the event loop: it is not looked up for each append. */
  #line: Line | null = null;

  constructor(client: EventStoreDBClient) {
    this.#inner = client as unknown as Inner;
  }

  /** Throws an OperatorError when the server has no such call. */
  async check(): Promise<void> {
    if (await this.#inner.supports(streamsGrpc.StreamsService.batchAppend)) return;
    throw new OperatorError(
      'This EventStoreDB has no call for batches of appends.',
      'Bring the server to version 21.10 or later.',
    );
  }

  /**
   * Appends at an explicit revision. Rejects with StoreRefused for good, with anything else where the outcome is
   * unknown; with Silence after so many milliseconds.
   */
  append(
    stream: string,
    expected: 'none' | number,
    events: readonly StoreProposal[],
    milliseconds: number,
  ): Promise<StoreAnswer> {
    if (this.#line !== null) return this.#line.append(stream, expected, events, milliseconds);
    this.#reaching ??= inTime(this.#reach(), milliseconds, 'append').finally(() => {
      this.#reaching = null;
    });
    return this.#reaching.then((line) => line.append(stream, expected, events, milliseconds));
  }

  async #reach(): Promise<Line> {
    const create = (client: StreamsClient): Duplex => {
      const duplex = client.batchAppend(
        ...this.#inner.callArguments({ requiresLeader: true }, { deadline: Infinity }),
      );
      const line = new Line(duplex, () => this.#open.delete(client));
      this.#lines.set(duplex, line);
      return duplex;
    };
    const reach = this.#inner.GRPCStreamCreator(
      streamsGrpc.StreamsClient,
      'appendToStream',
      create,
      this.#open,
    );
    const line = this.#lines.get(await reach()) as Line;
    this.#line = line;
    setImmediate(() => {
      this.#line = null;
    });
    return line;
  }
}

interface Waiting {
  readonly stream: string;
  readonly until: number;
  readonly milliseconds: number;
  readonly resolve: (answer: StoreAnswer) => void;
  readonly reject: (error: unknown) => void;
}

const NOTHING = new shared.Empty();

/** One call, and who waits for its answers. */
class Line {
  readonly #waiting = new Map<string, Waiting>();
  /** The first half of what names a question; the second is its number. */
  readonly #name = String(randomBytes(6).readUIntBE(0, 6));
  #count = 0;
  #broken: Error | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly duplex: Duplex,
    private readonly leave: () => void,
  ) {
    duplex.on('data', this.#take);
    duplex.on('error', (error) => {
      this.#break(convertToCommandError(error));
    });
    duplex.on('end', () => {
      this.#break(new Error('the server ended the call'));
      duplex.end();
    });
  }

  append(
    stream: string,
    expected: 'none' | number,
    events: readonly StoreProposal[],
    milliseconds: number,
  ): Promise<StoreAnswer> {
    if (this.#broken !== null) return Promise.reject(this.#broken);
    const number = String((this.#count += 1));
    const request = requestOf(stream, expected, events);
    request.setCorrelationId(nameOf(this.#name, number));
    return new Promise((resolve, reject) => {
      const until = performance.now() + milliseconds;
      this.#waiting.set(number, { stream, until, milliseconds, resolve, reject });
      this.#timer ??= setInterval(this.#look, milliseconds / 10);
      // Whoever appends bounds what is under way: so nothing waits for room here.
      this.duplex.write(request);
    });
  }

  readonly #take = (answer: BatchAppendResp): void => {
    const number = answer.getCorrelationId()?.getStructured()?.getLeastSignificantBits() ?? '';
    const waiting = this.#waiting.get(number);
    // An answer to a question that is answered already, or given up: there is nobody left to tell.
    if (waiting === undefined) return;
    this.#waiting.delete(number);
    try {
      waiting.resolve(answerOf(answer, waiting.stream));
    } catch (error) {
      waiting.reject(error);
    }
  };

  #break(error: Error): void {
    this.#broken ??= error;
    this.leave();
    for (const { stream, reject } of this.#waiting.values()) reject(refused(error, stream) ?? error);
    this.#waiting.clear();
  }

  /** One timer for all: looked at some times within the time allowed, so kept within a tenth of it. */
  readonly #look = (): void => {
    const now = performance.now();
    for (const [number, { until, milliseconds, reject }] of this.#waiting)
      if (until <= now) {
        this.#waiting.delete(number);
        reject(noAnswer('append', milliseconds));
      }
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  };
}

function requestOf(
  stream: string,
  expected: 'none' | number,
  events: readonly StoreProposal[],
): BatchAppendReq {
  const options = new streams.BatchAppendReq.Options();
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(bytesOf(stream));
  options.setStreamIdentifier(identifier);
  if (expected === 'none') options.setNoStream(NOTHING);
  else options.setStreamPosition(String(expected));
  const request = new streams.BatchAppendReq();
  request.setOptions(options);
  for (const { id, type, data, metadata } of events) {
    const message = new streams.BatchAppendReq.ProposedMessage();
    const uuid = new shared.UUID();
    uuid.setString(id);
    message.setId(uuid);
    message.getMetadataMap().set('type', type).set('content-type', 'application/octet-stream');
    message.setData(bytesOf(data));
    message.setCustomMetadata(bytesOf(metadata));
    request.addProposedMessages(message);
  }
  request.setIsFinal(true);
  return request;
}

function nameOf(first: string, second: string) {
  const halves = new shared.UUID.Structured();
  halves.setMostSignificantBits(first);
  halves.setLeastSignificantBits(second);
  const uuid = new shared.UUID();
  uuid.setStructured(halves);
  return uuid;
}

/** Throws what the store did not say of the stream. */
function answerOf(answer: BatchAppendResp, stream: string): StoreAnswer {
  const failure = answer.getError();
  if (failure !== undefined) return notWritten(unpackToCommandError(failure, stream), stream);
  const success = answer.getSuccess();
  if (success === undefined) throw new Error('an answer to an append that is neither success nor failure');
  const position = success.getPosition();
  return {
    kind: 'written',
    lastRevision: Number(success.getCurrentRevision()),
    position: position === undefined ? null : BigInt(position.getCommitPosition()),
  };
}

function notWritten(error: unknown, stream: string): StoreAnswer {
  if (!(error instanceof WrongExpectedVersionError)) throw refused(error, stream) ?? error;
  const { actualVersion } = error;
  return { kind: 'wrongRevision', actual: typeof actualVersion === 'bigint' ? Number(actualVersion) : null };
}

/** The refusal that an error of the library stands for; null: another try may go well. */
export function refused(error: unknown, stream: string): StoreRefused | null {
  if (error instanceof StreamDeletedError)
    return new StoreRefused('deleted', `stream ${stream} was tombstoned in EventStoreDB`, { cause: error });
  if (error instanceof AccessDeniedError)
    return new StoreRefused('denied', `EventStoreDB denies access to stream ${stream}`, { cause: error });
  if (error instanceof MaxAppendSizeExceededError)
    return new StoreRefused('tooLarge', 'the append is larger than EventStoreDB takes', { cause: error });
  return null;
}

/** UTF-8 as a plain Uint8Array, which protobuf asks for; made by Buffer, which is faster than TextEncoder here. */
function bytesOf(text: string): Uint8Array {
  const { buffer, byteOffset, byteLength } = Buffer.from(text, 'utf8');
  return new Uint8Array(buffer, byteOffset, byteLength);
}
