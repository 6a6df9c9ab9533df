import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { OperatorError } from '../operatorError.js';
import type { Actor } from '../recording/metadata.js';
import { nfc } from '../sealing/canonical.js';
import type { JsonObject } from '../sealing/port.js';
import { chunksOfFile, linesOf, type Chunk, type GivenLine } from './chunks.js';
import { alone, inOrder, threads, type Crew, type CrewParts } from './crew.js';
import type { LineFault } from './line.js';
import { rejectsFile, type RejectedLine } from './rejects.js';
import { SeenRefs } from './seenRefs.js';
import { openSpill, removeSpill } from './spill.js';
import {
  grouped,
  REF_WORDS,
  withoutMark,
  type DecidedBatch,
  type DecidedPart,
  type PartTask,
  type ReadLines,
} from './work.js';

export type ImportParts = CrewParts;

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
  /** Threads that share the work; 0: this one does it. Default: two for a large file, if the machine has as many cores, else 0. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ImportProgress) => void;
}

export interface ImportProgress {
  readonly phase: 'reading' | 'checking' | 'loading';
  /** Bytes while reading, then lines, then events. */
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

/** Bytes of a file whose persons are decided at a time by one thread, and most parts of it. */
const PART_BYTES = 1_000_000;
const MOST_PARTS = 256;
/** From so many bytes on threads are worth their start. */
const LARGE = 4_000_000;
/** Each needs some 200 MB, and the references of millions of lines as much: two stay below 1 GB. */
const MOST_THREADS = 2;
const FAULTS_SHOWN = 1_000;

/**
 * Imports past facts from a file of JSON Lines: everything is checked before anything is written; what the log holds
 * already is left alone, so a second run, also of an interrupted one, only adds what is missing. Memory stays bounded.
 * The same file gives the same events in the same order, however many threads work on it.
 */
export async function importFile(parts: ImportParts, options: ImportOptions): Promise<ImportReport> {
  const size =
    options.given === undefined
      ? await sizeOf(options.file)
      : options.given.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  const count = Math.min(MOST_PARTS, Math.ceil((size + 1) / PART_BYTES));
  const spill = await openSpill(tmpdir());
  try {
    const crew = await crewOf(parts, options, size, { ...spill, parts: count });
    try {
      const work = new Import(parts, options, crew);
      await work.read(size);
      await work.decide(count);
      const stops = work.bad > 0 && options.skipBad !== true;
      if (options.check !== true && !stops) await work.load();
      return await work.report();
    } finally {
      await crew.close();
    }
  } finally {
    await removeSpill(spill);
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

function crewOf(
  parts: ImportParts,
  options: ImportOptions,
  size: number,
  place: Parameters<typeof alone>[2],
): Crew | Promise<Crew> {
  const { into, attachments, actor, correlation } = options;
  const terms = { into, attachments, actor, correlation };
  const count = options.threads ?? (size < LARGE ? 0 : Math.min(MOST_THREADS, availableParallelism()));
  return count === 0 ? alone(parts, terms, place) : threads(count, parts, terms, place);
}

/** Reads the file, counts, and writes: what is done once, in order. The rest the crew does. */
class Import {
  bad = 0;
  private lines = 0;
  private persons = 0;
  private loaded = 0;
  private repeated = 0;
  private readonly badLines = new Set<number>();
  private readonly faults: LineFault[] = [];
  private readonly findings: Record<string, number> = {};
  /** By part: lines whose reference stood in an earlier one. */
  private readonly again = new Map<number, [line: number, first: number][]>();
  private readonly batches: DecidedBatch[] = [];

  constructor(
    private readonly parts: ImportParts,
    private readonly options: ImportOptions,
    private readonly crew: Crew,
  ) {}

  /** First pass: every line in itself; parted by person. */
  async read(size: number): Promise<void> {
    const seen = new SeenRefs();
    for await (const { task, result } of inOrder(this.crew, 'read', this.chunks())) {
      this.lines += result.lines;
      this.reject(result.faults);
      this.meet(result, seen);
      this.options.onProgress?.({ phase: 'reading', done: task.end, of: size });
      if (this.stopped) break;
    }
    await this.crew.finishReading();
  }

  /** Second pass: person by person, against what the log holds. Nothing is written. */
  async decide(parts: number): Promise<void> {
    const tasks = Array.from({ length: this.stopped ? 0 : parts }, (_, part): PartTask => ({
      part,
      again: this.again.get(part) ?? [],
    }));
    let done = 0;
    for await (const { result } of inOrder(this.crew, 'decide', tasks)) {
      this.take(result);
      done += result.lines;
      this.options.onProgress?.({ phase: 'checking', done, of: this.lines });
      if (this.stopped) return;
    }
  }

  /** Third pass: seals what was decided, and appends it. */
  async load(): Promise<void> {
    const batches = this.stopped ? [] : this.batches;
    const of = batches.reduce((sum, { events }) => sum + events, 0);
    for await (const { result } of inOrder(this.crew, 'seal', batches)) {
      const outcomes = await this.parts.log.appendBulk(result);
      outcomes.forEach((outcome, i) => {
        if (outcome.kind === 'appended') this.loaded += result[i]?.events.length ?? 0;
        else if (outcome.kind !== 'alreadyAppended')
          throw new Error(
            `record ${outcome.stream} was changed during the import; run it again, what is loaded stays`,
          );
      });
      this.options.onProgress?.({ phase: 'loading', done: this.loaded, of });
      if (this.stopped) return;
    }
  }

  async report(): Promise<ImportReport> {
    const { file, skipBad } = this.options;
    const rejects = this.bad > 0 && skipBad === true ? await rejectsFile(this.options.rejects, file) : null;
    if (rejects !== null) await this.writeRejects(rejects);
    return {
      lines: this.lines,
      persons: this.persons,
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

  /** The lines of the file, or those that are given. */
  private chunks(): AsyncIterable<Chunk> | readonly Chunk[] {
    const { file, given } = this.options;
    return given === undefined ? chunksOfFile(file) : [{ first: 1, lines: given, end: 0 }];
  }

  /** Notes which references stood in an earlier line: another person's, perhaps. */
  private meet({ refs }: ReadLines, seen: SeenRefs): void {
    for (let at = 0; at < refs.length; at += REF_WORDS) {
      const [a = 0, b = 0, c = 0, line = 0, part = 0] = refs.subarray(at, at + REF_WORDS);
      const first = seen.first([a, b, c], line);
      if (first === null) continue;
      const known = this.again.get(part);
      if (known === undefined) this.again.set(part, [[line, first]]);
      else known.push([line, first]);
    }
  }

  private take({ persons, repeated, faults, findings, batches }: DecidedPart): void {
    this.persons += persons;
    this.repeated += repeated;
    this.reject(faults);
    for (const [rule, n] of Object.entries(findings)) this.findings[rule] = (this.findings[rule] ?? 0) + n;
    this.batches.push(...batches);
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
    for await (const chunk of this.chunks()) {
      let line = chunk.first - 1;
      for (const { text: given } of linesOf(chunk)) {
        line++;
        if (!this.badLines.has(line)) continue;
        const rejected: RejectedLine = {
          line,
          record: this.recordOf(given),
          faults: why.get(line) ?? [],
          given,
        };
        if (!out.write(`${JSON.stringify(rejected)}\n`)) await once(out, 'drain');
      }
    }
    await new Promise<void>((resolve) => out.end(resolve));
  }

  /** Whose record a bad line speaks of; null: it cannot be told. */
  private recordOf(given: string): string | null {
    try {
      if (this.options.into !== undefined) return this.options.into;
      const { source, person } = nfc(JSON.parse(withoutMark(given)) as JsonObject);
      if (typeof source !== 'string' || typeof person !== 'string') return null;
      return this.parts.sealer.indexId('person', [source, person]);
    } catch {
      return null;
    }
  }
}
