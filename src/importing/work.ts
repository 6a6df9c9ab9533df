import type { EventLog, AppendRequest, RecordedEvent } from '../event-log/port.js';
import type { FactContent } from '../record/action.js';
import { decide, type Change, type Command, type Refusal } from '../record/decide.js';
import type { NewEvent, Origin, RecordEvent } from '../record/events.js';
import { RULES } from '../record/ruleBook.js';
import { personStream, withoutGroups, type RecordCodec } from '../recording/codec.js';
import type { Actor, Citation } from '../recording/metadata.js';
import { trackedOnce, type ReferenceView } from '../reference/view.js';
import { canonicalJson } from '../sealing/canonical.js';
import type { Json, Sealer } from '../sealing/port.js';
import { linesOf, type Chunk } from './chunks.js';
import { readLine, type ImportLine, type LineFault } from './line.js';
import { idWords } from './seenRefs.js';
import { BlockSpill, PartedSpill, type BlockPlace, type Kept, type SpillPlace } from './spill.js';

export interface WorkParts {
  readonly log: Pick<EventLog, 'readStreams' | 'readEvents'>;
  readonly sealer: Pick<Sealer, 'indexId'>;
  readonly codec: RecordCodec;
  /** Reference data, caught up to the log's head. */
  readonly reference: ReferenceView;
}

/** What holds for every line of an import. */
export interface WorkTerms {
  /** The record that takes all of them; default: one for each person of a source. */
  readonly into?: string | undefined;
  /** Stored scans that the lines may name; default: none. */
  readonly attachments?: ReadonlySet<string> | undefined;
  readonly actor: Actor;
  /** Names this import in the events' metadata. */
  readonly correlation: string;
}

/** Where what was read and decided is kept until it is taken up again. */
export interface WorkPlace extends SpillPlace {
  /** How many parts the persons are parted into. */
  readonly parts: number;
  /** Names of all who work, this one's first. */
  readonly workers: readonly [string, ...string[]];
}

/** What came of a chunk of lines. */
export interface ReadLines {
  /** Lines that are not empty. */
  readonly lines: number;
  readonly faults: readonly LineFault[];
  /** REF_WORDS numbers for each good line: words of its event's id, the line, the part. */
  readonly refs: Uint32Array;
}

export const REF_WORDS = 5;

/** A part to be decided. */
export interface PartTask {
  readonly part: number;
  /** Lines whose reference stood in an earlier line, and that line. */
  readonly again: readonly (readonly [line: number, first: number])[];
}

/** What came of the persons of a part. */
export interface DecidedPart {
  readonly lines: number;
  readonly persons: number;
  /** Lines that the log holds already, or an earlier line. */
  readonly repeated: number;
  readonly faults: readonly LineFault[];
  readonly findings: Readonly<Record<string, number>>;
  /** What is to be appended. */
  readonly batches: readonly DecidedBatch[];
}

/** Whole appends of some persons, of as many events. */
export interface DecidedBatch {
  readonly place: BlockPlace;
  readonly events: number;
}

/** A line together with the ids that it becomes. */
interface IdentifiedLine extends ImportLine {
  readonly record: string;
  readonly event: string;
}

/** A line as it was kept. */
function identified({ owner, id, text }: Kept): IdentifiedLine {
  return Object.assign(JSON.parse(text) as ImportLine, { record: owner, event: id });
}

/** What one person's lines become; the values in clear, so it is kept in a spill only. */
interface DecidedAppend {
  readonly stream: string;
  readonly expected: AppendRequest['expected'];
  readonly events: readonly NewEvent[];
  readonly refs: readonly Citation[];
}

/** Persons are asked for, decided, sealed and appended together up to so many lines: as the log takes them at once. */
const BATCH_LINES = 500;
/** Most persons whose ids are remembered from line to line. */
const IDS_KEPT = 20_000;

/**
 * The work of an import on lines and persons: all of it but the file, the count and the writing. It needs nothing of
 * what others do at the same time, so that several threads can share it.
 */
export class ImportWork {
  private readonly lines: PartedSpill;
  private readonly decided: BlockSpill<DecidedAppend>;
  private readonly ids = new Map<string, string>();

  constructor(
    private readonly parts: WorkParts,
    private readonly terms: WorkTerms,
    private readonly place: WorkPlace,
  ) {
    const [own] = place.workers;
    this.lines = new PartedSpill(place, own);
    this.decided = new BlockSpill(place, own);
  }

  /** First pass: every line in itself; kept by person. */
  read(chunk: Chunk): ReadLines {
    const faults: LineFault[] = [];
    const refs: number[] = [];
    let [line, lines] = [chunk.first - 1, 0];
    for (const { text, origin } of linesOf(chunk)) {
      line++;
      if (text.trim() === '') continue;
      lines++;
      const read = readLine(withoutMark(text), line, this.parts.reference, origin);
      if (Array.isArray(read)) faults.push(...read);
      else {
        const record = this.terms.into ?? this.recordOf(read);
        const event = this.parts.sealer.indexId('import', [read.source, read.ref]);
        const words = idWords(event);
        const part = idWords(record)[0] % this.place.parts;
        this.lines.add(part, { owner: record, id: event, order: line, text: JSON.stringify(read) });
        refs.push(...words, line, part);
      }
    }
    return { lines, faults, refs: Uint32Array.from(refs) };
  }

  /** Ends the first pass: what was kept may be taken up. */
  finishReading(): void {
    this.lines.finish();
  }

  /** Second pass: the persons of a part, against what the log holds; what they become is kept. */
  async decide({ part, again }: PartTask): Promise<DecidedPart> {
    const lines = this.lines.read(part, this.place.workers);
    const result = new PartResult();
    const repeats = new Map(again);
    for (const batch of batches([...grouped(lines, ({ owner }) => owner).values()])) {
      const met = { known: await this.known(batch.flat()), repeats, result };
      const appends: Uint8Array[] = [];
      let events = 0;
      for (const own of batch) {
        // Taken out of their text only now, and kept as bytes at once: what lives on beside others costs the collector.
        const append = this.person(own.map(identified), met);
        if (append === null) continue;
        events += append.events.length;
        appends.push(this.decided.bytesOf(append));
      }
      if (events > 0) result.batches.push({ place: this.decided.add(appends), events });
    }
    return { lines: lines.length, ...result };
  }

  /** Third pass: what was decided, sealed. Keys are made here and not before: a check makes none. */
  async seal({ place }: DecidedBatch): Promise<AppendRequest[]> {
    const appends = this.decided.read(place);
    const { actor, correlation } = this.terms;
    const events = await this.parts.codec.encodeMany(
      appends.map(({ stream, events, refs }) => ({ stream, events, meta: { actor, correlation, refs } })),
    );
    return appends.map(({ stream, expected }, i) => ({ stream, expected, events: events[i] ?? [] }));
  }

  /** A person's lines mostly stand together. */
  private recordOf({ source, person }: ImportLine): string {
    const key = `${source.length} ${source}${person}`;
    let record = this.ids.get(key);
    if (record !== undefined) return record;
    record = this.parts.sealer.indexId('person', [source, person]);
    if (this.ids.size >= IDS_KEPT) this.ids.clear();
    this.ids.set(key, record);
    return record;
  }

  /** What the log holds of these persons, and the stream of each of these references, whomever it belongs to. */
  private async known(lines: readonly Kept[]): Promise<Known> {
    const { log, codec } = this.parts;
    const streams = [...new Set(lines.map(({ owner }) => personStream(owner)))];
    const [stored, there] = await Promise.all([
      log.readStreams(streams),
      log.readEvents(lines.map(({ id }) => id)),
    ]);
    const decoded = await codec.decode(stored);
    const events = stored.map((event, i) => [event, decoded[i] as RecordEvent] as const);
    return {
      events: grouped(events, ([{ stream }]) => stream),
      elsewhere: new Map(there.map(({ id, stream }) => [id, stream])),
    };
  }

  /** Decides one person's lines; null when there is nothing to write. */
  private person(lines: readonly IdentifiedLine[], met: Met): DecidedAppend | null {
    const { result } = met;
    const { record } = lines[0] as IdentifiedLine;
    const stream = personStream(record);
    const events = (met.known.events.get(stream) ?? []).map(([, event]) => event);
    result.persons++;
    let left = lines.filter((line) => isFirst(line, lines, met) && isNew(line, events, stream, met));
    // A record is opened before anything is told of it, wherever its line stands in the file.
    left = left.toSorted((a, b) => opens(b) - opens(a) || a.line - b.line);
    while (left.length > 0) {
      const reference = trackedOnce(this.parts.reference);
      const changes = left.map((l): Change => ({ kind: 'record', content: l.content, origin: originOf(l) }));
      const eventId = (i: number) => (left[i] as IdentifiedLine).event;
      const unfit: Command['unfit'] = (_, { attachment }) =>
        this.terms.attachments?.has(attachment) === true ? null : {};
      const decision = decide({ changes, eventId, unfit }, { id: record, events }, reference);
      if (decision.kind === 'accepted') {
        for (const { rule } of decision.findings) result.findings[rule] = (result.findings[rule] ?? 0) + 1;
        const expected = events.at(-1)?.revision ?? 'none';
        return { stream, expected, events: decision.events, refs: reference.citations() };
      }
      const faults = decision.refusals.map((refusal) => refusalFault(refusal, left));
      result.faults.push(...faults);
      const fallen = new Set(faults.map((f) => f.line));
      left = left.filter((l) => !fallen.has(l.line));
    }
    return null;
  }
}

/** What the log holds of some persons. */
interface Known {
  readonly events: ReadonlyMap<string, readonly (readonly [RecordedEvent, RecordEvent])[]>;
  readonly elsewhere: ReadonlyMap<string, string>;
}

/** What a person's lines are held against, and where it is told what came of them. */
interface Met {
  readonly known: Known;
  /** By line: the earlier one that brought its reference. */
  readonly repeats: ReadonlyMap<number, number>;
  readonly result: PartResult;
}

class PartResult {
  persons = 0;
  repeated = 0;
  readonly faults: LineFault[] = [];
  readonly findings: Record<string, number> = {};
  readonly batches: DecidedBatch[] = [];
}

/** The same reference twice in one file: the same content changes nothing, other content is bad. */
function isFirst(line: IdentifiedLine, lines: readonly IdentifiedLine[], { repeats, result }: Met): boolean {
  const first = repeats.get(line.line);
  if (first === undefined) return true;
  const before = lines.find((l) => l.line === first);
  if (before !== undefined && textOf(before.content) === textOf(line.content)) result.repeated++;
  else
    result.faults.push({
      line: line.line,
      pointer: '/ref',
      rule: 'ref_twice',
      vi: 'tham chiếu này đã có ở dòng trước với nội dung khác',
      en: 'this reference stands in an earlier line with other content',
      because: [`line ${first}`],
    });
  return false;
}

/** Whether the log lacks this reference; one that stands there with other content, or elsewhere, is bad. */
function isNew(
  line: IdentifiedLine,
  history: readonly RecordEvent[],
  stream: string,
  { known, result }: Met,
): boolean {
  const there = known.elsewhere.get(line.event);
  if (there === undefined) return true;
  if (there !== stream)
    result.faults.push({
      line: line.line,
      pointer: '/ref',
      rule: 'ref_of_another',
      vi: 'tham chiếu này đã được nhập cho người khác',
      en: 'this reference was imported for another person',
      because: [`${there}, event ${line.event}`],
    });
  else {
    const body = history.find((e) => e.id === line.event)?.body;
    const content = body?.kind === 'fact' ? body.content : undefined;
    if (content !== undefined && saysTheSame(content, line.content)) result.repeated++;
    else
      result.faults.push({
        line: line.line,
        pointer: '/ref',
        rule: 'ref_differs',
        vi: 'tham chiếu này đã được nhập với nội dung khác',
        en: 'this reference was imported with other content',
        because: [`event ${line.event}: ${textOf(content)}`, `line ${line.line}: ${textOf(line.content)}`],
      });
  }
  return false;
}

function refusalFault(
  { rule, change, field, facts, params }: Refusal,
  lines: readonly IdentifiedLine[],
): LineFault {
  const { vi, en } = RULES[rule];
  const at = lines[change] as IdentifiedLine;
  const others = facts.filter((id) => id !== at.event);
  const because = others.map((id) => {
    const line = lines.find((l) => l.event === id)?.line;
    return line === undefined ? `event ${id}` : `line ${line}`;
  });
  const said = Object.entries(params).map(([k, v]) => `${k} ${v}`);
  return {
    line: at.line,
    pointer: field === undefined ? '' : `/data/${field}`,
    rule,
    vi,
    en: said.length === 0 ? en : `${en} (${said.join(', ')})`,
    ...(because.length === 0 ? {} : { because }),
  };
}

function originOf({ source, ref, event, origin }: IdentifiedLine): Origin {
  return { source, ref, refKey: event.replaceAll('-', '').slice(0, 16), ...origin };
}

/** Some persons together, each whole. */
function* batches(persons: readonly (readonly Kept[])[]): Generator<(readonly Kept[])[]> {
  let batch: (readonly Kept[])[] = [];
  let size = 0;
  for (const lines of persons) {
    if (batch.length > 0 && size + lines.length > BATCH_LINES) {
      yield batch;
      [batch, size] = [[], 0];
    }
    batch.push(lines);
    size += lines.length;
  }
  if (batch.length > 0) yield batch;
}

/** Values by a key, in order of arrival. */
export function grouped<K, V>(values: readonly V[], keyOf: (value: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}

/** A line without the byte order mark that some programs begin a file with. */
export function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function opens(line: ImportLine): number {
  return line.content.action === 'record_opened' ? 1 : 0;
}

/** Values lawfully destroyed compare as equal, whatever the line still says of them: they are not brought back. */
function saysTheSame({ erased = [], ...recorded }: FactContent, given: FactContent): boolean {
  return textOf(recorded) === textOf(erased.length === 0 ? given : withoutGroups(given, erased));
}

function textOf(content: unknown): string {
  return content === undefined ? '' : canonicalJson(content as Json);
}
