/**
 * A test double of an EventStoreDB node, not a log: it speaks the calls that our client makes, over the client's own
 * stubs, keeps events in memory, and fails in the ways a real node or a network does. Never shipped, never offered.
 */
import { createRequire } from 'node:module';
import * as grpc from '@grpc/grpc-js';
import type * as GossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import type * as Gossip from '@eventstore/db-client/generated/gossip_pb.js';
import type * as FeaturesGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type * as Features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type * as Shared from '@eventstore/db-client/generated/shared_pb.js';
import type * as StatusPb from '@eventstore/db-client/generated/status_pb.js';
import type * as StreamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type * as Streams from '@eventstore/db-client/generated/streams_pb.js';
import type * as AnyPb from 'google-protobuf/google/protobuf/any_pb.js';
import type * as EmptyPb from 'google-protobuf/google/protobuf/empty_pb.js';
import { StandInStore, type Expectation, type Given, type Kept, type Verdict } from './standInStore.js';

const load = createRequire(import.meta.url);
const stubs = (name: string): unknown => load(`@eventstore/db-client/generated/${name}.js`);
const gossipGrpc = stubs('gossip_grpc_pb') as typeof GossipGrpc;
const gossip = stubs('gossip_pb') as typeof Gossip;
const featuresGrpc = stubs('serverfeatures_grpc_pb') as typeof FeaturesGrpc;
const features = stubs('serverfeatures_pb') as typeof Features;
const shared = stubs('shared_pb') as typeof Shared;
const status = stubs('status_pb') as typeof StatusPb;
const streamsGrpc = stubs('streams_grpc_pb') as typeof StreamsGrpc;
const streams = stubs('streams_pb') as typeof Streams;
const { Any } = load('google-protobuf/google/protobuf/any_pb.js') as typeof AnyPb;
const { Empty: PlainEmpty } = load('google-protobuf/google/protobuf/empty_pb.js') as typeof EmptyPb;

/** What goes wrong; each may be set and taken back at any time. Numbers: so many times from now on. */
export interface Faults {
  /** The node is too old to know the call for batches of appends. */
  noBatchAppend: boolean;
  /** Takes appends and says nothing; nothing is written. */
  silentAppends: boolean;
  /** Reads bring nothing and do not end. */
  silentReads: boolean;
  /** Subscriptions stay open and bring nothing. */
  silentSubscriptions: boolean;
  /** Each batch append is answered once more a little later. */
  answerTwice: boolean;
  /** The batch stream is ended instead of an answer. */
  closeBatch: number;
  /** The call fails with `not-leader`, naming this node as the leader. */
  notLeader: number;
  /** Written, and the answer never comes. */
  dropAnswers: number;
  /** Appends wait so many milliseconds before they are written. */
  delay: number;
  /** An append answers as if it were too large. */
  overSize: number;
  /** A live subscription is dropped as too slow, after its next event. */
  tooSlow: number;
  /** Once live, checkpoints repeat the first one. */
  staleCheckpoints: boolean;
}

const NO_FAULTS: Faults = {
  noBatchAppend: false,
  silentAppends: false,
  silentReads: false,
  silentSubscriptions: false,
  answerTwice: false,
  closeBatch: 0,
  notLeader: 0,
  dropAnswers: 0,
  delay: 0,
  overSize: 0,
  tooSlow: 0,
  staleCheckpoints: false,
};

type BatchCall = grpc.ServerDuplexStream<Streams.BatchAppendReq, Streams.BatchAppendResp>;
type ReadCall = grpc.ServerWritableStream<Streams.ReadReq, Streams.ReadResp>;

/** An append as its parts come in. */
interface Incoming {
  readonly stream: string;
  readonly expected: Expectation;
  readonly events: Given[];
}

export class StandIn {
  readonly faults: Faults = { ...NO_FAULTS };
  /** Appends that came in so far. */
  appends = 0;
  reads = 0;
  subscriptions = 0;
  private server: grpc.Server | null = null;
  private port = 0;

  constructor(readonly store: StandInStore = new StandInStore()) {}

  static async start(store?: StandInStore): Promise<StandIn> {
    const standIn = new StandIn(store);
    await standIn.start();
    return standIn;
  }

  get url(): string {
    return `esdb://127.0.0.1:${this.port}?tls=false`;
  }

  /** By name, as a cluster is asked for. */
  get discoverUrl(): string {
    return `esdb+discover://127.0.0.1:${this.port}?tls=false&gossipTimeout=2`;
  }

  /** Starts, or starts again on the same port with what it kept. */
  async start(): Promise<void> {
    // The library's default of 4 MiB is lower than a real node's.
    const server = new grpc.Server({ 'grpc.max_receive_message_length': 16 * 1024 * 1024 });
    server.addService(featuresGrpc.ServerFeaturesService, {
      getSupportedMethods: this.getSupportedMethods.bind(this),
    });
    server.addService(gossipGrpc.GossipService, { read: this.readGossip.bind(this) });
    server.addService(streamsGrpc.StreamsService, {
      read: this.read.bind(this),
      batchAppend: this.batchAppend.bind(this),
      append: refuse,
      delete: refuse,
      tombstone: refuse,
    });
    this.port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${this.port}`, grpc.ServerCredentials.createInsecure(), (error, port) => {
        if (error === null) resolve(port);
        else reject(error);
      });
    });
    this.server = server;
  }

  /** As kill -9: every call breaks, nothing is said. What was written stays. */
  kill(): void {
    this.server?.forceShutdown();
    this.server = null;
    this.store.forget();
  }

  async restart(): Promise<void> {
    this.kill();
    await this.start();
  }

  private getSupportedMethods(
    _call: unknown,
    answer: (error: null, value: Features.SupportedMethods) => void,
  ): void {
    const names = [
      'read',
      'append',
      'delete',
      'tombstone',
      ...(this.faults.noBatchAppend ? [] : ['batchappend']),
    ];
    const methods = new features.SupportedMethods();
    methods.setEventStoreServerVersion('23.10.0');
    for (const name of names) {
      const method = new features.SupportedMethod();
      method.setMethodName(name);
      method.setServiceName('event_store.client.streams.streams');
      methods.addMethods(method);
    }
    answer(null, methods);
  }

  private readGossip(_call: unknown, answer: (error: null, value: Gossip.ClusterInfo) => void): void {
    const endPoint = new gossip.EndPoint();
    endPoint.setAddress('127.0.0.1');
    endPoint.setPort(this.port);
    const member = new gossip.MemberInfo();
    member.setInstanceId(uuid('00000000-0000-4000-8000-000000000001'));
    member.setTimeStamp('0');
    member.setState(gossip.MemberInfo.VNodeState.LEADER);
    member.setIsAlive(true);
    member.setHttpEndPoint(endPoint);
    const cluster = new gossip.ClusterInfo();
    cluster.addMembers(member);
    answer(null, cluster);
  }

  private batchAppend(call: BatchCall): void {
    const incoming = new Map<string, Incoming>();
    call.on('error', () => undefined);
    call.on('data', (request: Streams.BatchAppendReq) => {
      const question = request.getCorrelationId();
      const correlation = keyOf(question);
      const options = request.getOptions();
      if (options !== undefined)
        incoming.set(correlation, {
          stream: nameOf(options.getStreamIdentifier()),
          expected: options.hasStreamPosition()
            ? Number(options.getStreamPosition())
            : options.hasNoStream()
              ? 'none'
              : options.hasAny()
                ? 'any'
                : 'exists',
          events: [],
        });
      const one = incoming.get(correlation);
      if (one === undefined) return;
      one.events.push(...request.getProposedMessagesList().map(givenOf));
      if (!request.getIsFinal()) return;
      incoming.delete(correlation);
      void this.take(one, call, (verdict) => {
        const answer = () => {
          call.write(batchAnswer(question, one.stream, verdict));
        };
        answer();
        if (this.faults.answerTwice) setTimeout(answer, 20);
      });
    });
    call.on('end', () => {
      call.end();
    });
  }

  /** One append with whatever fault is due. */
  private async take(one: Incoming, call: BatchCall, answer: (verdict: Verdict) => void): Promise<void> {
    const { faults } = this;
    this.appends += 1;
    if (faults.silentAppends) return;
    if (this.isDue('notLeader')) {
      call.emit('error', this.notLeaderError());
      return;
    }
    if (this.isDue('closeBatch')) {
      call.end();
      return;
    }
    if (this.isDue('overSize')) {
      answer({ kind: 'tooLarge' });
      return;
    }
    if (faults.delay > 0) await new Promise((resolve) => setTimeout(resolve, faults.delay));
    if (this.server === null) return;
    const verdict = this.store.append(one.stream, one.expected, one.events);
    if (this.isDue('dropAnswers')) return;
    answer(verdict);
  }

  private isDue(fault: 'notLeader' | 'closeBatch' | 'dropAnswers' | 'overSize' | 'tooSlow'): boolean {
    if (this.faults[fault] === 0) return false;
    this.faults[fault] -= 1;
    return true;
  }

  private notLeaderError(): grpc.ServiceError {
    const metadata = new grpc.Metadata();
    metadata.set('exception', 'not-leader');
    metadata.set('leader-endpoint-host', '127.0.0.1');
    metadata.set('leader-endpoint-port', String(this.port));
    return Object.assign(new Error('not leader'), {
      code: grpc.status.NOT_FOUND,
      details: 'Leader info available',
      metadata,
    });
  }

  private read(call: ReadCall): void {
    const options = call.request.getOptions();
    call.on('error', () => undefined);
    if (options === undefined) {
      call.end();
      return;
    }
    if (options.hasSubscription()) {
      this.subscriptions += 1;
      if (!this.faults.silentSubscriptions) void this.subscribe(call, options);
      return;
    }
    this.reads += 1;
    if (this.faults.silentReads) return;
    const found = options.hasStream() ? this.readStream(call, options) : readAll(this.store.all, options);
    if (found === null) return;
    const backwards = options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
    const count = Number(options.getCount());
    const ordered = backwards ? found.slice(-count).reverse() : found.slice(0, count);
    void send(call, ordered).then(() => {
      call.end();
    });
  }

  /** The events within the bounds, in order; null: the call is answered already. */
  private readStream(call: ReadCall, options: Streams.ReadReq.Options): readonly Kept[] | null {
    const asked = options.getStream();
    const stream = nameOf(asked?.getStreamIdentifier());
    const own = this.store.read(stream);
    if (own === 'deleted') {
      const metadata = new grpc.Metadata();
      metadata.set('exception', 'stream-deleted');
      metadata.set('stream-name', stream);
      call.emit('error', { code: grpc.status.FAILED_PRECONDITION, details: 'deleted', metadata });
      return null;
    }
    if (own === null) {
      const notFound = new streams.ReadResp.StreamNotFound();
      notFound.setStreamIdentifier(identifier(stream));
      const answer = new streams.ReadResp();
      answer.setStreamNotFound(notFound);
      call.write(answer);
      call.end();
      return null;
    }
    const backwards = options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
    const from = asked?.hasRevision() === true ? Number(asked.getRevision()) : backwards ? Infinity : 0;
    return own.filter((e) => (backwards ? e.revision <= from : e.revision >= from));
  }

  /** Catches up, then follows; pauses while the reader does not take what was sent. */
  private async subscribe(call: ReadCall, options: Streams.ReadReq.Options): Promise<void> {
    const position = options.getAll()?.getPosition();
    const after = position === undefined ? -1n : BigInt(position.getCommitPosition());
    const filter = options.getFilter();
    const matches = matcher(filter);
    const every = (filter?.getMax() ?? 32) * (filter?.getCheckpointintervalmultiplier() ?? 1);
    const confirmation = new streams.ReadResp.SubscriptionConfirmation();
    confirmation.setSubscriptionId('stand-in');
    const confirmed = new streams.ReadResp();
    confirmed.setConfirmation(confirmation);
    call.write(confirmed);
    let wake: () => void = () => undefined;
    const forget = this.store.onAppend(() => {
      wake();
    });
    call.on('cancelled', () => {
      wake();
    });
    let next = firstFrom(this.store.all, after + 1n);
    let scanned = 0;
    let live = false;
    let firstCheckpoint: bigint | null = null;
    while (!call.cancelled && !call.destroyed) {
      const event = this.store.all[next];
      if (event === undefined) {
        if (!live) {
          live = true;
          const caughtUp = new streams.ReadResp();
          caughtUp.setCaughtUp(new streams.ReadResp.CaughtUp());
          call.write(caughtUp);
        }
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      next += 1;
      scanned += 1;
      if (matches(event)) {
        await send(call, [event]);
        if (live && this.isDue('tooSlow')) {
          call.emit('error', {
            code: grpc.status.ABORTED,
            details:
              'Operation timed out: Consumer too slow to handle event while live. Client resubscription required.',
            metadata: new grpc.Metadata(),
          });
          break;
        }
      }
      if (filter !== undefined && scanned % every === 0) {
        firstCheckpoint ??= event.position;
        const at = live && this.faults.staleCheckpoints ? firstCheckpoint : event.position;
        const checkpoint = new streams.ReadResp.Checkpoint();
        checkpoint.setCommitPosition(String(at));
        checkpoint.setPreparePosition(String(at));
        const told = new streams.ReadResp();
        told.setCheckpoint(checkpoint);
        call.write(told);
      }
    }
    forget();
  }
}

function refuse(_call: unknown, answer: (error: Partial<grpc.ServiceError>) => void): void {
  answer({ code: grpc.status.UNIMPLEMENTED, details: 'the stand-in deletes nothing for a client' });
}

function readAll(all: readonly Kept[], options: Streams.ReadReq.Options): readonly Kept[] {
  const position = options.getAll()?.getPosition();
  if (position === undefined) return all;
  const from = BigInt(position.getCommitPosition());
  const backwards = options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
  // Forwards the event at the position is in; backwards it is not.
  const border = firstFrom(all, from);
  return backwards ? all.slice(0, border) : all.slice(border);
}

/** Index of the first event at a position or after it. */
function firstFrom(all: readonly Kept[], position: bigint): number {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle] as Kept).position < position) low = middle + 1;
    else high = middle;
  }
  return low;
}

function matcher(filter: Streams.ReadReq.Options.FilterOptions | undefined): (event: Kept) => boolean {
  if (filter === undefined) return () => true;
  const byStream = filter.getStreamIdentifier();
  const expression = byStream ?? filter.getEventType();
  const prefixes = expression?.getPrefixList() ?? [];
  const regex = expression?.getRegex() ?? '';
  const isMatch = (text: string) =>
    prefixes.length > 0 ? prefixes.some((p) => text.startsWith(p)) : new RegExp(regex).test(text);
  return (event) => isMatch(byStream === undefined ? event.type : event.stream);
}

/** What a writer that waits for room hears of. */
const ENOUGH = ['drain', 'cancelled', 'close'] as const;

async function send(call: ReadCall, events: readonly Kept[]): Promise<void> {
  for (const event of events) {
    if (call.cancelled || call.destroyed) return;
    if (call.write(readAnswer(event))) continue;
    await new Promise<void>((resolve) => {
      const done = () => {
        for (const name of ENOUGH) call.off(name, done);
        resolve();
      };
      for (const name of ENOUGH) call.on(name, done);
    });
  }
}

/** Answers by event, each with its bytes: a log is read many times. */
const answers = new WeakMap<Kept, Streams.ReadResp>();

function readAnswer(event: Kept): Streams.ReadResp {
  const known = answers.get(event);
  if (known !== undefined) return known;
  const answer = makeReadAnswer(event);
  const bytes = answer.serializeBinary();
  answer.serializeBinary = () => bytes;
  answers.set(event, answer);
  return answer;
}

function makeReadAnswer(event: Kept): Streams.ReadResp {
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(uuid(event.id));
  recorded.setStreamIdentifier(identifier(event.stream));
  recorded.setStreamRevision(String(event.revision));
  recorded.setCommitPosition(String(event.position));
  recorded.setPreparePosition(String(event.position));
  recorded.getMetadataMap().set('type', event.type);
  recorded.getMetadataMap().set('content-type', event.contentType);
  recorded.getMetadataMap().set('created', String(event.created));
  recorded.setCustomMetadata(event.custom);
  recorded.setData(event.data);
  const read = new streams.ReadResp.ReadEvent();
  read.setEvent(recorded);
  read.setCommitPosition(String(event.position));
  const answer = new streams.ReadResp();
  answer.setEvent(read);
  return answer;
}

function batchAnswer(
  question: Shared.UUID | undefined,
  stream: string,
  verdict: Verdict,
): Streams.BatchAppendResp {
  const answer = new streams.BatchAppendResp();
  answer.setCorrelationId(question);
  answer.setStreamIdentifier(identifier(stream));
  if (verdict.kind === 'success') {
    const position = new shared.AllStreamPosition();
    position.setCommitPosition(String(verdict.position));
    position.setPreparePosition(String(verdict.position));
    const success = new streams.BatchAppendResp.Success();
    success.setCurrentRevision(String(verdict.revision));
    success.setPosition(position);
    answer.setSuccess(success);
    return answer;
  }
  const [name, detail] = errorOf(verdict);
  const any = new Any();
  any.pack(detail.serializeBinary(), `event_store.client.${name}`);
  const error = new status.Status();
  error.setMessage(name);
  error.setDetails(any);
  answer.setError(error);
  return answer;
}

function errorOf(
  verdict: Exclude<Verdict, { kind: 'success' }>,
): [string, { serializeBinary(): Uint8Array }] {
  switch (verdict.kind) {
    case 'deleted':
      return ['StreamDeleted', new shared.StreamDeleted()];
    case 'tooLarge': {
      const tooLarge = new shared.MaximumAppendSizeExceeded();
      tooLarge.setMaxappendsize(1_048_576);
      return ['MaximumAppendSizeExceeded', tooLarge];
    }
    case 'wrong': {
      const wrong = new shared.WrongExpectedVersion();
      if (verdict.actual === null) wrong.setCurrentNoStream(new PlainEmpty());
      else wrong.setCurrentStreamRevision(String(verdict.actual));
      if (typeof verdict.expected === 'number') wrong.setExpectedStreamPosition(String(verdict.expected));
      else if (verdict.expected === 'none') wrong.setExpectedNoStream(new PlainEmpty());
      else wrong.setExpectedStreamExists(new PlainEmpty());
      return ['WrongExpectedVersion', wrong];
    }
    default:
      return verdict satisfies never;
  }
}

function givenOf(message: Streams.BatchAppendReq.ProposedMessage): Given {
  const metadata = message.getMetadataMap();
  return {
    id: message.getId()?.getString() ?? '',
    type: metadata.get('type') ?? '',
    contentType: metadata.get('content-type') ?? '',
    data: message.getData_asU8(),
    custom: message.getCustomMetadata_asU8(),
  };
}

/** A question's name, in either form that a client may give. */
function keyOf(id: Shared.UUID | undefined): string {
  const halves = id?.getStructured();
  return halves === undefined
    ? (id?.getString() ?? '')
    : `${halves.getMostSignificantBits()}:${halves.getLeastSignificantBits()}`;
}

function nameOf(id: Shared.StreamIdentifier | undefined): string {
  return Buffer.from(id?.getStreamName_asU8() ?? []).toString('utf8');
}

function identifier(stream: string): Shared.StreamIdentifier {
  const id = new shared.StreamIdentifier();
  id.setStreamName(Buffer.from(stream).toString('base64'));
  return id;
}

function uuid(text: string): Shared.UUID {
  const id = new shared.UUID();
  id.setString(text);
  return id;
}
