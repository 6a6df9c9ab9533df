import { setImmediate as breathe } from 'node:timers/promises';
import type { EventLog, Position, RecordedEvent } from '../event-log/port.js';
import { parseMetadata, type Metadata } from '../recording/metadata.js';
import type { ReferenceView } from '../reference/view.js';
import { copyText } from './copyText.js';
import { CATEGORY, decodeEvents, type Decoder } from './decoding.js';
import { foldSubject } from './folding.js';
import type { Projection, Subject, SubjectKind } from './projection.js';
import type { Point } from './register.js';
import type { SharedReference } from './sharedReference.js';
import { tablesOf } from './tables.js';
import { passes } from './trouble.js';

/** A read model that wants a set of streams folded, whole up to its target. */
export interface Order {
  readonly projection: string;
  readonly target: Point;
}

/** A set of streams, to be read and decoded once, and who wants it folded. */
export interface Task {
  readonly streams: readonly string[];
  readonly orders: readonly Order[];
}

/** What came of an order: for each table of the model its rows as COPY takes them; or why they cannot be folded. */
export type Yield = { readonly texts: readonly Buffer[] } | { readonly error: unknown };

export interface FolderParts {
  readonly log: EventLog;
  readonly decoder: Decoder;
  readonly reference: SharedReference;
  readonly projections: readonly Projection[];
}

/** Streams of a task that are in memory at once: their events, states and rows; what came of the others is bytes. */
const FEW = 4;

/** Folds whole streams into the rows of several read models. */
export class Folder {
  /** How many tasks it does at once. */
  readonly width: number = 1;
  private readonly projections: ReadonlyMap<string, Projection>;

  constructor(private readonly parts: FolderParts) {
    this.projections = new Map(parts.projections.map((p) => [p.name, p]));
  }

  /** In the order of the task's orders. Rejects only with what passes: log or keys out of reach. */
  async fold({ streams, orders }: Task): Promise<Yield[]> {
    const views = new Map<number, ReferenceView>();
    const yields = orders.map(() => new GrowingYield());
    for (let i = 0; i < streams.length; i += FEW) {
      const few = await this.foldFew(streams.slice(i, i + FEW), orders, views);
      for (const [o, one] of few.entries()) yields[o]?.add(one);
      // The rows of the set before are on their way to the database meanwhile.
      await breathe();
    }
    return yields.map((one) => one.whole());
  }

  private async foldFew(
    streams: readonly string[],
    orders: readonly Order[],
    views: Map<number, ReferenceView>,
  ): Promise<Yield[]> {
    const upTo = orders.reduce((last, { target }) => max(last, target.position), 0n);
    const read = await orError(this.read(streams, upTo));
    const kinds = new Map<SubjectKind, Promise<Whole[] | Failure>>();
    const yields: Yield[] = [];
    for (const order of orders) {
      const projection = this.named(order.projection);
      const kind = projection.of;
      if (!kinds.has(kind))
        kinds.set(kind, read instanceof Map ? orError(this.decode(kind, read)) : Promise.resolve(read));
      const wholes = (await kinds.get(kind)) as Whole[] | Failure;
      yields.push(
        Array.isArray(wholes) ? await orError(this.rows(projection, order.target, wholes, views)) : wholes,
      );
    }
    return yields;
  }

  private async read(streams: readonly string[], upTo: Position): Promise<Map<string, RecordedEvent[]>> {
    const read = new Map<string, RecordedEvent[]>(streams.map((stream) => [stream, []]));
    for (const event of await this.parts.log.readStreams(streams, upTo)) read.get(event.stream)?.push(event);
    return read;
  }

  private async decode(
    kind: SubjectKind,
    read: ReadonlyMap<string, readonly RecordedEvent[]>,
  ): Promise<Whole[]> {
    const own = [...read].filter(([stream]) => stream.startsWith(CATEGORY[kind]));
    const decoded = await decodeEvents(
      kind,
      own.flatMap(([, events]) => events),
      this.parts.decoder,
    );
    const metas = metadataReader();
    let next = 0;
    return own.map(([stream, events]) => ({
      id: stream.slice(CATEGORY[kind].length),
      events: decoded.slice(next, (next += events.length)),
      metas: events.map((e) => metas(e.meta)),
      positions: events.map((e) => e.position),
    }));
  }

  private async rows(
    projection: Projection,
    target: Point,
    wholes: readonly Whole[],
    views: Map<number, ReferenceView>,
  ): Promise<Yield> {
    const reference = projection.usesReference ? await this.reference(target, views) : null;
    const folded = wholes
      .map((whole) => cutAt(whole, target.position))
      .filter(({ events }) => events.length > 0)
      .map((subject) => foldSubject(projection, subject, reference));
    return { texts: tablesOf(projection).map((shape) => Buffer.from(copyText(shape, folded))) };
  }

  /** One view for all orders with this target, so that what one fold worked out is remembered for the next. */
  private async reference(target: Point, views: Map<number, ReferenceView>): Promise<ReferenceView> {
    await this.parts.reference.upTo(target);
    let view = views.get(target.sequence);
    if (view === undefined) {
      view = this.parts.reference.at(target.sequence);
      views.set(target.sequence, view);
    }
    return view;
  }

  private named(name: string): Projection {
    const projection = this.projections.get(name);
    if (projection === undefined) throw new Error(`no projection ${name}`);
    return projection;
  }
}

/** What came of an order, a few streams at a time. */
class GrowingYield {
  private readonly parts: (readonly Buffer[])[] = [];
  private failure: Failure | null = null;

  add(part: Yield): void {
    if ('error' in part) this.failure ??= part;
    else this.parts.push(part.texts);
  }

  /** The texts of all of them, table by table; or what could not be folded first. */
  whole(): Yield {
    if (this.failure !== null) return this.failure;
    const [first = []] = this.parts;
    return { texts: first.map((_, table) => Buffer.concat(this.parts.map((p) => p[table] as Buffer))) };
  }
}

interface Whole extends Subject<unknown> {
  readonly positions: readonly Position[];
}

interface Failure {
  readonly error: unknown;
}

/** What cannot be read or folded is an answer; what passes is not. */
async function orError<T>(work: Promise<T>): Promise<T | Failure> {
  try {
    return await work;
  } catch (error) {
    if (passes(error)) throw error;
    return { error };
  }
}

/** The subject as it was at a position; whole, it is the same object, of which much is remembered. */
function cutAt(whole: Whole, position: Position): Subject<unknown> {
  const length = whole.positions.findLastIndex((p) => p <= position) + 1;
  if (length === whole.positions.length) return whole;
  return { id: whole.id, events: whole.events.slice(0, length), metas: whole.metas.slice(0, length) };
}

/** Neighbours mostly carry the same metadata: an import's are all alike. */
function metadataReader(): (text: string) => Metadata {
  let last: { readonly text: string; readonly meta: Metadata } | null = null;
  return (text) => {
    if (last?.text !== text) last = { text, meta: parseMetadata(text) };
    return last.meta;
  };
}

function max(a: Position, b: Position): Position {
  return a > b ? a : b;
}
