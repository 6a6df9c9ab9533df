import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import type { AppendRequest, EventLog } from '../event-log/port.js';
import { OperatorError } from '../operatorError.js';
import type { FactContent } from '../record/action.js';
import { decide, type Change, type Command, type Refusal } from '../record/decide.js';
import type { Origin, RecordEvent } from '../record/events.js';
import { RULES } from '../record/ruleBook.js';
import type { RecordCodec } from '../recording/codec.js';
import { personStream, withoutGroups } from '../recording/codec.js';
import type { Actor } from '../recording/metadata.js';
import { tracked, type ReferenceView } from '../reference/view.js';
import { canonicalJson, nfc } from '../sealing/canonical.js';
import type { Json, JsonObject, Sealer } from '../sealing/port.js';
import { readLine, type ImportLine, type LineFault, type LineOrigin } from './line.js';
import { rejectsFile, type RejectedLine } from './rejects.js';
import { Spill } from './spill.js';

export interface ImportParts {
  readonly log: EventLog;
  readonly sealer: Sealer;
  readonly codec: RecordCodec;
  /** Reference data, caught up to the log's head. */
  readonly reference: ReferenceView;
}

/** A line that does not come from a file of ours. */
export interface GivenLine {
  readonly text: string;
  readonly origin: LineOrigin;
}

export interface ImportOptions {
  /** The file; with `given`, only what names their rejects. */
  readonly file: string;
  /** Lines of another source, in place of a file's. */
  readonly given?: readonly GivenLine[];
  /** The record that takes all of them; default: one for each person of a source. */
  readonly into?: string;
  /** Stored scans that the lines may name; default: none. */
  readonly attachments?: ReadonlySet<string>;
  readonly actor: Actor;
  /** Names this import in the events' metadata. */
  readonly correlation: string;
  /** Check only, write nothing. */
  readonly check?: boolean;
  /** Load the good lines and write the bad ones to a file of rejects; else one bad line stops all of them. */
  readonly skipBad?: boolean;
  /** Directory of the files of rejects. */
  readonly rejects: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ImportProgress) => void;
}

export interface ImportProgress {
  readonly phase: 'reading' | 'checking' | 'loading';
  /** Bytes while reading, lines afterwards. */
  readonly done: number;
  readonly of: number;
}

export interface ImportReport {
  readonly lines: number;
  readonly persons: number;
  readonly loaded: number;
  /** Lines that the log holds already. */
  readonly repeated: number;
  readonly bad: number;
  /** The first thousand; all of them are in the rejects' file. */
  readonly faults: readonly LineFault[];
  /** Findings of the lines loaded or checked, by rule. */
  readonly findings: Readonly<Record<string, number>>;
  readonly interrupted: boolean;
  readonly rejects: string | null;
}

/** A line together with the ids that it becomes. */
interface Spilled extends ImportLine {
  readonly record: string;
  readonly event: string;
}

const PART_BYTES = 16_000_000;
const PERSONS_AT_ONCE = 250;
const CHUNK_EVENTS = 2_000;
const FAULTS_SHOWN = 1_000;

/**
 * Imports past facts from a file of JSON Lines: everything is checked before anything is written; what the log holds
 * already is left alone, so a second run, also of an interrupted one, only adds what is missing. Memory stays bounded.
 */
export async function importFile(parts: ImportParts, options: ImportOptions): Promise<ImportReport> {
  const size =
    options.given === undefined
      ? await sizeOf(options.file)
      : options.given.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  const spill = await Spill.open<Spilled>(tmpdir(), Math.min(256, Math.ceil((size + 1) / PART_BYTES)));
  const work = new Import(parts, options, spill);
  try {
    await work.read(size);
    await work.pass('checking');
    const stops = work.bad > 0 && options.skipBad !== true;
    if (options.check !== true && !stops) await work.pass('loading');
    return await work.report();
  } finally {
    await spill.remove();
  }
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch((cause: unknown) => {
    throw new OperatorError(
      `Không đọc được tệp / the file cannot be read: ${file}.`,
      'Kiểm tra đường dẫn và quyền đọc / check its path and that you may read it.',
      { cause },
    );
  });
  return found.size;
}

class Import {
  bad = 0;
  private lines = 0;
  private loaded = 0;
  private repeated = 0;
  private readonly persons = new Set<string>();
  private readonly badLines = new Set<number>();
  private readonly faults: LineFault[] = [];
  private readonly findings: Record<string, number> = {};
  private readonly refs = new Map<string, { readonly line: number; readonly same: string }>();

  constructor(
    private readonly parts: ImportParts,
    private readonly options: ImportOptions,
    private readonly spill: Spill<Spilled>,
  ) {}

  /** First pass: every line in itself; parted by person. */
  async read(size: number): Promise<void> {
    const { sealer, reference } = this.parts;
    let line = 0;
    for await (const { text, origin, bytesRead } of linesOf(this.options)) {
      if (this.stopped) break;
      line++;
      if (text.trim() === '') continue;
      this.lines++;
      const read = readLine(text.replace(/^\ufeff/, ''), line, reference, origin);
      if (Array.isArray(read)) this.reject(read);
      else {
        const record = this.options.into ?? sealer.indexId('person', [read.source, read.person]);
        const event = sealer.indexId('import', [read.source, read.ref]);
        if (this.isRepeated(event, record, read)) continue;
        await this.spill.add(sealer.index('part', [record]), { ...read, record, event });
      }
      if (line % 1_000 === 0) this.options.onProgress?.({ phase: 'reading', done: bytesRead, of: size });
    }
    await this.spill.finish();
    this.refs.clear();
  }

  /** Second and third pass: person by person, against what the log holds. */
  async pass(phase: 'checking' | 'loading'): Promise<void> {
    let done = 0;
    for await (const part of this.spill.parts()) {
      const byPerson = grouped(part, (l) => l.record);
      const records = [...byPerson.keys()];
      for (let i = 0; i < records.length && !this.stopped; i += PERSONS_AT_ONCE) {
        const some = records.slice(i, i + PERSONS_AT_ONCE).map((r) => byPerson.get(r) ?? []);
        await this.people(some, phase);
        done += some.reduce((sum, l) => sum + l.length, 0);
        this.options.onProgress?.({ phase, done, of: this.lines });
      }
    }
  }

  async report(): Promise<ImportReport> {
    const { file, skipBad } = this.options;
    const rejects = this.bad > 0 && skipBad === true ? await rejectsFile(this.options.rejects, file) : null;
    if (rejects !== null) await this.writeRejects(rejects);
    return {
      lines: this.lines,
      persons: this.persons.size,
      loaded: this.loaded,
      repeated: this.repeated,
      bad: this.bad,
      faults: this.faults,
      findings: this.findings,
      interrupted: this.stopped,
      rejects,
    };
  }

  private get stopped(): boolean {
    return this.options.signal?.aborted === true;
  }

  private async people(
    people: readonly (readonly Spilled[])[],
    phase: 'checking' | 'loading',
  ): Promise<void> {
    const { log, codec } = this.parts;
    const all = people.map((lines) => lines.filter((l) => !this.badLines.has(l.line)));
    const streams = all.flatMap(([first]) => (first === undefined ? [] : [personStream(first.record)]));
    const stored = await log.readStreams(streams);
    const decoded = await codec.decode(stored);
    const known = new Map<string, RecordEvent[]>();
    stored.forEach((e, i) => {
      const list = known.get(e.stream);
      if (list === undefined) known.set(e.stream, [decoded[i] as RecordEvent]);
      else list.push(decoded[i] as RecordEvent);
    });
    const elsewhere = await this.elsewhere(all.flat());
    const requests: AppendRequest[] = [];
    for (const lines of all) {
      if (lines.length === 0) continue;
      const request = await this.person(
        lines,
        known.get(personStream(lines[0]?.record ?? '')) ?? [],
        elsewhere,
        phase,
      );
      if (request !== null) requests.push(request);
    }
    if (phase === 'loading') await this.load(requests);
  }

  /** Decides one person's lines; the append that they make, or null when there is nothing to write. */
  private async person(
    lines: readonly Spilled[],
    history: readonly RecordEvent[],
    elsewhere: ReadonlyMap<string, string>,
    phase: 'checking' | 'loading',
  ): Promise<AppendRequest | null> {
    const { record } = lines[0] as Spilled;
    const stream = personStream(record);
    this.persons.add(record);
    let left = lines.filter((l) => this.isNew(l, history, elsewhere, stream, phase));
    // A record is opened before anything is told of it, wherever its line stands in the file.
    left = left.toSorted((a, b) => opens(b) - opens(a) || a.line - b.line);
    while (left.length > 0) {
      const reference = tracked(this.parts.reference);
      const changes = left.map((l): Change => ({
        kind: 'record',
        content: l.content,
        origin: this.originOf(l),
      }));
      const eventId = (i: number) => (left[i] as Spilled).event;
      const unfit: Command['unfit'] = (_, { attachment }) =>
        this.options.attachments?.has(attachment) === true ? null : {};
      const decision = decide({ changes, eventId, unfit }, { id: record, events: history }, reference);
      if (decision.kind === 'accepted') {
        if (phase === 'checking') {
          for (const f of decision.findings) this.findings[f.rule] = (this.findings[f.rule] ?? 0) + 1;
          return null;
        }
        const { actor, correlation } = this.options;
        const refs = reference.citations();
        const events = await this.parts.codec.encode({
          stream,
          events: decision.events,
          meta: { actor, correlation, refs },
        });
        return { stream, expected: history.at(-1)?.revision ?? 'none', events };
      }
      const faults = decision.refusals.map((r) => this.refusalFault(r, left));
      this.reject(faults);
      const fallen = new Set(faults.map((f) => f.line));
      left = left.filter((l) => !fallen.has(l.line));
    }
    return null;
  }

  private refusalFault(
    { rule, change, field, facts, params }: Refusal,
    lines: readonly Spilled[],
  ): LineFault {
    const { vi, en } = RULES[rule];
    const at = lines[change] as Spilled;
    const others = facts.filter((id) => id !== at.event);
    const because = others.map((id) => {
      const line = lines.find((l) => l.event === id)?.line;
      return line === undefined ? `event ${id}` : `line ${line}`;
    });
    return {
      line: at.line,
      pointer: field === undefined ? '' : `/data/${field}`,
      rule,
      vi,
      en:
        Object.keys(params).length === 0
          ? en
          : `${en} (${Object.entries(params)
              .map(([k, v]) => `${k} ${v}`)
              .join(', ')})`,
      ...(because.length === 0 ? {} : { because }),
    };
  }

  /** Whether the log lacks this reference; one that stands there with other content, or elsewhere, is bad. */
  private isNew(
    line: Spilled,
    history: readonly RecordEvent[],
    elsewhere: ReadonlyMap<string, string>,
    stream: string,
    phase: 'checking' | 'loading',
  ): boolean {
    const there = elsewhere.get(line.event);
    if (there === undefined) return true;
    if (there !== stream)
      this.reject([
        {
          line: line.line,
          pointer: '/ref',
          rule: 'ref_of_another',
          vi: 'tham chiếu này đã được nhập cho người khác',
          en: 'this reference was imported for another person',
          because: [`${there}, event ${line.event}`],
        },
      ]);
    else {
      const body = history.find((e) => e.id === line.event)?.body;
      const content = body?.kind === 'fact' ? body.content : undefined;
      if (content !== undefined && saysTheSame(content, line.content)) {
        if (phase === 'checking') this.repeated++;
      } else
        this.reject([
          {
            line: line.line,
            pointer: '/ref',
            rule: 'ref_differs',
            vi: 'tham chiếu này đã được nhập với nội dung khác',
            en: 'this reference was imported with other content',
            because: [`event ${line.event}: ${text(content)}`, `line ${line.line}: ${text(line.content)}`],
          },
        ]);
    }
    return false;
  }

  /** The stream of each reference that the log holds, whomever it belongs to. */
  private async elsewhere(lines: readonly Spilled[]): Promise<Map<string, string>> {
    const found = await this.parts.log.readEvents(lines.map((l) => l.event));
    return new Map(found.map((e) => [e.id, e.stream]));
  }

  private async load(requests: readonly AppendRequest[]): Promise<void> {
    let chunk: AppendRequest[] = [];
    let events = 0;
    for (const request of [...requests, null]) {
      if (chunk.length > 0 && (request === null || events + request.events.length > CHUNK_EVENTS)) {
        if (this.stopped) return;
        const outcomes = await this.parts.log.appendBulk(chunk);
        outcomes.forEach((outcome, i) => {
          if (outcome.kind === 'appended') this.loaded += chunk[i]?.events.length ?? 0;
          else if (outcome.kind !== 'alreadyAppended')
            throw new Error(
              `record ${outcome.stream} was changed during the import; run it again, what is loaded stays`,
            );
        });
        [chunk, events] = [[], 0];
      }
      if (request === null) return;
      chunk.push(request);
      events += request.events.length;
    }
  }

  /** The same reference twice in one file: the same content changes nothing, other content is bad. */
  private isRepeated(event: string, record: string, line: ImportLine): boolean {
    const same = this.parts.sealer
      .index('content', [record, text(line.content)])
      .toString('base64url')
      .slice(0, 16);
    const first = this.refs.get(event);
    if (first === undefined) {
      this.refs.set(event, { line: line.line, same });
      return false;
    }
    if (first.same === same) this.repeated++;
    else
      this.reject([
        {
          line: line.line,
          pointer: '/ref',
          rule: 'ref_twice',
          vi: 'tham chiếu này đã có ở dòng trước với nội dung khác',
          en: 'this reference stands in an earlier line with other content',
          because: [`line ${first.line}`],
        },
      ]);
    return true;
  }

  private originOf({ source, ref, event, origin }: Spilled): Origin {
    return { source, ref, refKey: event.replaceAll('-', '').slice(0, 16), ...origin };
  }

  private reject(faults: readonly LineFault[]): void {
    for (const fault of faults) {
      if (!this.badLines.has(fault.line)) this.bad++;
      this.badLines.add(fault.line);
      if (this.faults.length < FAULTS_SHOWN) this.faults.push(fault);
    }
  }

  /** The bad lines as they came, each with why: readable by this user only. */
  private async writeRejects(rejects: string): Promise<void> {
    const out = createWriteStream(rejects, { mode: 0o600 });
    const why = grouped(this.faults, (f) => f.line);
    let line = 0;
    for await (const { text: given } of linesOf(this.options)) {
      line++;
      if (!this.badLines.has(line)) continue;
      const rejected: RejectedLine = {
        line,
        record: this.recordOf(given),
        faults: why.get(line) ?? [],
        given,
      };
      out.write(`${JSON.stringify(rejected)}\n`);
    }
    await new Promise<void>((resolve) => out.end(resolve));
  }

  /** Whose record a bad line speaks of; null: it cannot be told. */
  private recordOf(given: string): string | null {
    try {
      if (this.options.into !== undefined) return this.options.into;
      const { source, person } = nfc(JSON.parse(given.replace(/^\ufeff/, '')) as JsonObject);
      if (typeof source !== 'string' || typeof person !== 'string') return null;
      return this.parts.sealer.indexId('person', [source, person]);
    } catch {
      return null;
    }
  }
}

/** The lines of the file, or those that are given. */
async function* linesOf({
  file,
  given,
}: ImportOptions): AsyncGenerator<
  Partial<GivenLine> & { readonly text: string; readonly bytesRead: number }
> {
  if (given !== undefined) {
    let bytesRead = 0;
    for (const line of given) yield { ...line, bytesRead: (bytesRead += Buffer.byteLength(line.text)) };
    return;
  }
  const input = createReadStream(file);
  for await (const text of createInterface({ input, crlfDelay: Infinity }))
    yield { text, bytesRead: input.bytesRead };
}

function grouped<K, V>(values: readonly V[], keyOf: (value: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}

function opens(line: ImportLine): number {
  return line.content.action === 'record_opened' ? 1 : 0;
}

/** Values lawfully destroyed compare as equal, whatever the line still says of them: they are not brought back. */
function saysTheSame({ erased = [], ...recorded }: FactContent, given: FactContent): boolean {
  return text(recorded) === text(erased.length === 0 ? given : withoutGroups(given, erased));
}

function text(content: unknown): string {
  return content === undefined ? '' : canonicalJson(content as Json);
}
