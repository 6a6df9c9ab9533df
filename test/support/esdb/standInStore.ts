/** What an EventStoreDB node does with appends and deletions, in memory: the behaviour measured on a real one (23.10). */

export interface Kept {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly custom: Uint8Array;
  /** Ticks of 100 ns since 1970. */
  readonly created: bigint;
}

export type Given = Pick<Kept, 'id' | 'type' | 'contentType' | 'data' | 'custom'>;
export type Expectation = number | 'none' | 'any' | 'exists';

export type Verdict =
  | { readonly kind: 'success'; readonly revision: number; readonly position: bigint }
  | { readonly kind: 'wrong'; readonly actual: number | null; readonly expected: Expectation }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'tooLarge' };

const MAX_APPEND = 1_048_576;
const FOR_EVER = 9223372036854775807n;

export class StandInStore {
  readonly all: Kept[] = [];
  private readonly streams = new Map<string, Kept[]>();
  private readonly tombstones = new Set<string>();
  private readonly recent = new Map<string, Kept>();
  private end = 1_000n;
  private listeners = new Set<() => void>();

  constructor(private readonly clock: () => number = Date.now) {
    // As on a real node, the first events are the system's own.
    this.append('$scavenges', 'any', [given('$scavengeIndexInitialized', '{}')]);
  }

  onAppend(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  append(stream: string, expected: Expectation, events: readonly Given[]): Verdict {
    if (this.tombstones.has(stream)) return { kind: 'deleted' };
    if (events.reduce((sum, e) => sum + e.data.length + e.custom.length + 2 * e.type.length, 0) > MAX_APPEND)
      return { kind: 'tooLarge' };
    const own = this.streams.get(stream) ?? [];
    const last = own.at(-1)?.revision ?? null;
    const isDeleted = last !== null && this.truncatedBefore(stream) === FOR_EVER;
    const actual = isDeleted ? null : last;
    if (this.stands(expected, actual)) {
      const first = events[0];
      const known = first === undefined ? undefined : this.recent.get(`${stream} ${first.id}`);
      // With `any` a node remembers recent ids only, in memory.
      if ((expected === 'any' || expected === 'exists') && known !== undefined)
        return { kind: 'success', revision: known.revision, position: known.position };
      if (isDeleted) this.write(`$$${stream}`, [given('$metadata', `{"$tb":${last + 1}}`)]);
      return this.write(stream, events);
    }
    if (typeof expected === 'number' || expected === 'none') {
      const from = expected === 'none' ? 0 : expected + 1;
      const repeated = events.map((e, i) => (own[from + i]?.id === e.id ? own[from + i] : undefined));
      const first = repeated.at(-1);
      // Ids alone decide, and a beginning of an earlier append is as good as all of it.
      if (first !== undefined && repeated.every((e) => e !== undefined))
        return { kind: 'success', revision: first.revision, position: first.position };
    }
    return { kind: 'wrong', actual, expected };
  }

  /** Null: there is no such stream, or it was soft-deleted. */
  read(stream: string): readonly Kept[] | 'deleted' | null {
    if (this.tombstones.has(stream)) return 'deleted';
    const before = this.truncatedBefore(stream);
    const own = this.streams.get(stream)?.filter((e) => BigInt(e.revision) >= before);
    return own === undefined || own.length === 0 ? null : own;
  }

  softDelete(stream: string): void {
    this.write(`$$${stream}`, [given('$metadata', `{"$tb":${FOR_EVER}}`)]);
  }

  tombstone(stream: string): void {
    this.write(stream, [given('$streamDeleted', '')]);
    this.tombstones.add(stream);
  }

  /** What a restart forgets. */
  forget(): void {
    this.recent.clear();
  }

  private stands(expected: Expectation, actual: number | null): boolean {
    switch (expected) {
      case 'any':
        return true;
      case 'exists':
        return actual !== null;
      case 'none':
        return actual === null;
      default:
        return actual === expected;
    }
  }

  private write(stream: string, events: readonly Given[]): Verdict {
    const own = this.streams.get(stream) ?? [];
    // An append of nothing moves the log's end, and tells of revision 0.
    if (events.length === 0) this.end += 100n;
    for (const event of events) {
      this.end += BigInt(100 + event.data.length + event.custom.length);
      const kept: Kept = {
        ...event,
        stream,
        revision: own.length,
        position: this.end,
        created: BigInt(this.clock()) * 10_000n + BigInt(own.length % 10_000),
      };
      own.push(kept);
      this.all.push(kept);
      this.recent.set(`${stream} ${event.id}`, kept);
    }
    this.streams.set(stream, own);
    for (const listener of this.listeners) listener();
    return { kind: 'success', revision: own.at(-1)?.revision ?? 0, position: this.end };
  }

  private truncatedBefore(stream: string): bigint {
    const last = this.streams.get(`$$${stream}`)?.at(-1);
    const found = last === undefined ? null : /"\$tb":(\d+)/.exec(Buffer.from(last.data).toString());
    return found === null ? 0n : BigInt(found[1] ?? 0);
  }
}

let made = 0;

function given(type: string, json: string): Given {
  made += 1;
  const id = `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`;
  return { id, type, contentType: 'application/json', data: Buffer.from(json), custom: Buffer.from('') };
}
