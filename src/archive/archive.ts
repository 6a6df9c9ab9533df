import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BEGINNING, type Position } from '../event-log/port.js';
import { EvidenceBroken, type SignedCheckpoint } from '../evidence/evidence.js';
import type { Verifier } from '../evidence/note.js';
import { tilePath } from '../evidence/tilePaths.js';
import { edgeOf, TILE_WIDTH, Tree, type Tile } from '../evidence/tree.js';
import { OperatorError } from '../operatorError.js';
import { BadBag, DECLARATION, readBag, TAG_FILES, tagFiles, type BagInfo, type BagRead } from './bag.js';
import { digestOf, type Digest } from './digest.js';
import { removeFiles, replaceFile, syncDirectory, writeDurably } from './files.js';
import { GzipFile, type GzipDigest } from './gzipFile.js';
import {
  CHECKPOINT,
  FORMAT,
  LABEL,
  parsePlainSums,
  plainSums,
  plainSumsPath,
  SEGMENT_BYTES,
  SEGMENT_EVENTS,
  segmentPath,
  TILES,
  type Segment,
} from './layout.js';
import { SegmentReader } from './segmentReader.js';
import type { Archivable, Entry } from './source.js';

export interface ArchiveOptions {
  /** Where the bag is, or is to be. */
  readonly directory: string;
  readonly source: Archivable;
  /** Up to which the log is archived. */
  readonly checkpoint: SignedCheckpoint;
  /** The published checkpoint of a size: what is in the bag already must be a beginning of the same log. */
  readonly published: (size: number) => Promise<SignedCheckpoint | undefined>;
  readonly keys: readonly Verifier[];
  /** Further files by path, given the kinds of entries (`type/version`) that the bag holds: README, schemas, lists. */
  readonly companions: (kinds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** Default: SEGMENT_EVENTS. Tests make small ones. */
  readonly segmentEvents?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, of: number) => void;
}

export interface ArchiveReport {
  readonly interrupted: boolean;
  /** Entries that the bag holds now, or, interrupted, that are ready for it. */
  readonly entries: number;
  /** Files that came or changed, and files that stayed as they were. */
  readonly written: number;
  readonly kept: number;
}

/** A segment and what its gzip file unpacks to. */
type SummedSegment = Segment & { readonly plain: string };

/** What is ready of an interrupted run; the files lie in the work directory. */
interface Draft {
  readonly origin: string;
  /** Entries that the bag kept when the run began. */
  readonly base: number;
  readonly size: number;
  readonly last: string;
  readonly recordedAt: string;
  readonly edge: readonly string[];
  readonly kinds: readonly string[];
  readonly segments: readonly SummedSegment[];
  readonly files: readonly (readonly [string, Digest])[];
}

/** What turns the work directory into the bag; once it is written, the run is as good as done. */
interface Commit {
  readonly moves: readonly string[];
  readonly removes: readonly string[];
}

const WORK = '.hoso';
const PAGE = 2_000;

/**
 * Writes, or brings up to date, the bag of a log: the same log up to the same checkpoint gives the same bytes. Finished
 * segments and full tiles are never written again; everything new is made beside the bag and then moved in, so that a
 * run cut short leaves the bag as it was, and the next one goes on. Rejects with an OperatorError, EvidenceBroken.
 */
export async function archive(options: ArchiveOptions): Promise<ArchiveReport> {
  await mkdir(options.directory, { recursive: true });
  await finishCommit(options.directory);
  const run = await Run.begin(options);
  const { signal, checkpoint, onProgress = () => undefined } = options;
  while (run.size < checkpoint.size) {
    if (signal?.aborted === true) return run.interrupt();
    await run.take(await options.source.after(run.position, PAGE));
    onProgress(run.size, checkpoint.size);
  }
  return run.finish();
}

class Run {
  position: Position = BEGINNING;
  private tree = new Tree();
  private readonly kinds = new Set<string>();
  private readonly segments: SummedSegment[] = [];
  /** What the bag will hold, and of it, what lies in the work directory. */
  private readonly payload = new Map<string, Digest>();
  private readonly drafted = new Set<string>();
  private open: { readonly file: GzipFile; readonly first: number } | null = null;
  private full: { readonly tile: Tile; readonly hashes: Buffer }[] = [];
  private last: Pick<Entry, 'id' | 'recordedAt'> | null = null;
  private base = 0;

  private constructor(
    private readonly options: ArchiveOptions,
    private readonly old: BagRead | null,
  ) {}

  static async begin(options: ArchiveOptions): Promise<Run> {
    const old = await existingBag(options);
    const run = new Run(options, old);
    if (old !== null) await run.keepOf(old);
    run.base = run.size;
    await run.resume();
    return run;
  }

  get size(): number {
    return this.tree.size;
  }

  /** Takes over what never changes of the bag there is: its finished segments and full tiles. */
  private async keepOf(old: BagRead): Promise<void> {
    const { directory, source, segmentEvents = SEGMENT_EVENTS } = this.options;
    const sums = await readFile(join(directory, plainSumsPath(source.name)), 'utf8').then(parsePlainSums);
    if (sums === undefined) throw damaged(plainSumsPath(source.name));
    // How full the last one is in bytes is not known here: unless it is full in entries, it is written again.
    const kept = sums.filter((s, i) => i < sums.length - 1 || s.last - s.first + 1 === segmentEvents);
    const size = kept.at(-1)?.last ?? 0;
    for (const path of old.payload.keys())
      if (isFullTile(path) || kept.some((s) => segmentPath(source.name, s) === path))
        await this.keep(path, old);
    this.segments.push(...kept);
    for (const path of old.payload.keys()) {
      const [, kind] = /^data\/schemas\/(.+)\.schema\.json$/.exec(path) ?? [];
      if (kind !== undefined) this.kinds.add(kind);
    }
    if (size > 0) await this.goOnFrom(size, segmentPath(source.name, kept.at(-1) as Segment));
  }

  private async keep(path: string, old: BagRead): Promise<void> {
    const found = await stat(join(this.options.directory, path)).catch(() => {
      throw damaged(path);
    });
    const hashes = old.payload.get(path);
    if (hashes !== undefined) this.payload.set(path, { bytes: found.size, ...hashes });
  }

  /** The tree of the kept segments, from the tiles of the bag; and the place of their last entry in the log. */
  private async goOnFrom(size: number, segment: string): Promise<void> {
    const { directory, source } = this.options;
    const hashes = new Map<Tile, Buffer>();
    for (const tile of edgeOf(size)) hashes.set(tile, await tileIn(join(directory, TILES), tile));
    this.tree = Tree.from(size, (tile) => find(hashes, tile), this.onTile);
    let line = '';
    for await (const page of new SegmentReader(join(directory, segment)).pages()) line = page.at(-1) ?? line;
    const { id } = JSON.parse(line) as { id: string };
    const entry = await source.find(id);
    if (entry?.line !== line || entry.sequence !== size)
      throw new OperatorError(
        `The bag in ${directory} is of another log: it has event ${id} at sequence ${size}.`,
        'Name an empty directory.',
      );
    this.position = entry.position;
    this.last = entry;
  }

  private readonly onTile = (tile: Tile, hashes: Buffer): void => {
    this.full.push({ tile, hashes });
  };

  /** What an interrupted run has left in the work directory, where it fits the bag as it is. */
  private async resume(): Promise<void> {
    if (this.base === 0) this.tree = new Tree(this.onTile);
    const { source, checkpoint } = this.options;
    const draft = await readDraft(this.work('draft.json'));
    const fits =
      draft !== null &&
      draft.origin === checkpoint.origin &&
      draft.base === this.base &&
      draft.size <= checkpoint.size;
    const entry = fits ? await source.find(draft.last) : undefined;
    if (!fits || entry?.sequence !== draft.size) {
      await rm(this.work(), { recursive: true, force: true });
      return;
    }
    const edge = draft.edge.map((text) => Buffer.from(text, 'base64'));
    let at = 0;
    this.tree = Tree.from(draft.size, () => edge[at++] ?? Buffer.alloc(0), this.onTile);
    this.position = entry.position;
    this.last = entry;
    for (const kind of draft.kinds) this.kinds.add(kind);
    this.segments.push(...draft.segments);
    for (const [path, digest] of draft.files) {
      this.payload.set(path, digest);
      this.drafted.add(path);
    }
  }

  /** Takes the next entries in. */
  async take(page: readonly Entry[]): Promise<void> {
    const { checkpoint, segmentEvents = SEGMENT_EVENTS } = this.options;
    if (page.length === 0) throw new EvidenceBroken(`sequence ${this.size + 1} is missing`);
    let lines: string[] = [];
    let bytes = 0;
    const flush = async (): Promise<void> => {
      if (lines.length > 0) await this.open?.file.write(`${lines.join('\n')}\n`);
      [lines, bytes] = [[], 0];
    };
    for (const entry of page) {
      if (this.size === checkpoint.size) break;
      if (entry.sequence !== this.size + 1)
        throw new EvidenceBroken(`sequence ${this.size + 1} is missing: ${entry.sequence} follows`);
      const length = Buffer.byteLength(entry.line) + 1;
      const { open } = this;
      if (
        open !== null &&
        (this.size - open.first + 1 >= segmentEvents || open.file.bytes + bytes + length > SEGMENT_BYTES)
      ) {
        await flush();
        await this.endSegment();
      }
      if (this.open === null) await this.beginSegment();
      lines.push(entry.line);
      bytes += length;
      this.tree.append(entry.leaf);
      if (entry.kind !== null) this.kinds.add(entry.kind);
      this.position = entry.position;
      this.last = entry;
    }
    await flush();
    await this.writeTiles(this.full.splice(0));
  }

  private async beginSegment(): Promise<void> {
    await mkdir(this.work(), { recursive: true });
    this.open = { file: new GzipFile(this.work('segment.gz')), first: this.size + 1 };
  }

  private async endSegment(): Promise<void> {
    const { open } = this;
    if (open === null) return;
    const digest = await open.file.end();
    const segment = { first: open.first, last: this.size };
    const path = segmentPath(this.options.source.name, segment);
    await mkdir(dirname(this.work(path)), { recursive: true });
    await rename(this.work('segment.gz'), this.work(path));
    this.segments.push({ ...segment, plain: digest.plain });
    this.note(path, bare(digest));
    this.open = null;
    await this.writeTiles(this.full.splice(0));
    await this.keepDraft();
  }

  private async writeTiles(
    tiles: readonly { readonly tile: Tile; readonly hashes: Buffer }[],
  ): Promise<void> {
    for (const { tile, hashes } of tiles) await this.draft(`${TILES}/${tilePath(tile)}`, hashes);
  }

  private async draft(path: string, content: string | Buffer): Promise<void> {
    const bytes = Buffer.from(content);
    const digest = digestOf(bytes);
    const standing = this.old?.payload.get(path);
    if (standing?.sha256 === digest.sha256) {
      this.payload.set(path, digest);
      return;
    }
    await writeDurably(this.work(path), bytes);
    this.note(path, digest);
  }

  private note(path: string, digest: Digest): void {
    this.payload.set(path, digest);
    this.drafted.add(path);
  }

  private async keepDraft(): Promise<void> {
    const draft: Draft = {
      origin: this.options.checkpoint.origin,
      base: this.base,
      size: this.size,
      last: this.last?.id ?? '',
      recordedAt: this.last?.recordedAt ?? '',
      edge: this.tree.edge().map(({ hashes }) => hashes.toString('base64')),
      kinds: [...this.kinds],
      segments: this.segments.filter(({ first }) => first > this.base),
      files: [...this.drafted].map((path) => [path, this.payload.get(path) as Digest] as const),
    };
    await replaceFile(this.work('draft.json'), JSON.stringify(draft));
  }

  async interrupt(): Promise<ArchiveReport> {
    await this.open?.file.abandon();
    return {
      interrupted: true,
      entries: this.segments.at(-1)?.last ?? 0,
      written: this.drafted.size,
      kept: this.payload.size - this.drafted.size,
    };
  }

  async finish(): Promise<ArchiveReport> {
    const { directory, source, checkpoint, keys, companions } = this.options;
    await this.endSegment();
    if (!this.tree.root().equals(checkpoint.root))
      throw new EvidenceBroken(
        `what was read for the archive is not what the checkpoint of ${checkpoint.size} was signed of; run hoso verify`,
      );
    await this.writeTiles(this.tree.edge());
    await this.draft(plainSumsPath(source.name), plainSums(this.segments));
    await this.draft(CHECKPOINT, checkpoint.note);
    for (const { text, id } of keys)
      await this.draft(`data/keys/${id.toString(16).padStart(8, '0')}.pub`, `${text}\n`);
    for (const [path, text] of await companions([...this.kinds].sort())) await this.draft(path, text);
    const tags = tagFiles(this.payload, this.info());
    for (const [name, text] of tags) await writeDurably(this.work(name), text);
    const commit: Commit = {
      moves: [...this.drafted],
      removes: [...(this.old?.payload.keys() ?? [])].filter((path) => !this.payload.has(path)),
    };
    await replaceFile(this.work('commit.json'), JSON.stringify(commit));
    await finishCommit(directory);
    return {
      interrupted: false,
      entries: this.size,
      written: this.drafted.size,
      kept: this.payload.size - this.drafted.size,
    };
  }

  private info(): BagInfo {
    const { source, checkpoint } = this.options;
    const at = this.last?.recordedAt ?? '1970-01-01T00:00:00.000Z';
    return [
      ['Bagging-Date', at.slice(0, 10)],
      ['External-Description', `Hoso: ${source.name}, 1 to ${this.size}, as recorded; see data/README.txt`],
      ['External-Identifier', `${checkpoint.origin}/${this.size}`],
      [LABEL.format, FORMAT],
      [LABEL.log, source.name],
      [LABEL.origin, checkpoint.origin],
      [LABEL.entries, String(this.size)],
      [LABEL.lastRecordedAt, at],
    ];
  }

  private work(path = ''): string {
    return join(this.options.directory, WORK, path);
  }
}

/** The bag that a directory holds already; null: none yet. Rejects where it holds anything else, or another log's. */
async function existingBag({
  directory,
  source,
  checkpoint,
  published,
}: ArchiveOptions): Promise<BagRead | null> {
  const names = (await readdir(directory)).filter((name) => name !== WORK);
  if (names.length === 0) return null;
  const remedy = 'Name an empty directory, or that of an earlier archive of this log.';
  if (!names.includes(DECLARATION))
    throw new OperatorError(`The directory ${directory} is not empty, and no archive.`, remedy);
  const old = await readBag(directory).catch((error: unknown) => {
    if (error instanceof BadBag) throw damaged(error.file);
    throw error;
  });
  const isOurs = old.info.get(LABEL.format) === FORMAT && old.info.get(LABEL.log) === source.name;
  if (!isOurs || old.info.get(LABEL.origin) !== checkpoint.origin)
    throw new OperatorError(
      `The bag in ${directory} is of ${old.info.get(LABEL.origin) ?? 'something else'}, not of ${checkpoint.origin}.`,
      remedy,
    );
  const size = Number(old.info.get(LABEL.entries));
  if (size > checkpoint.size)
    throw new OperatorError(
      `The bag in ${directory} goes up to ${size}, further than ${checkpoint.size}.`,
      remedy,
    );
  const standing = await published(size);
  const note = await readFile(join(directory, CHECKPOINT), 'utf8').catch(() => '');
  if (standing?.note !== note)
    throw new OperatorError(
      `The bag in ${directory} has another checkpoint of ${size} than was published here.`,
      'Run hoso verify --against its data/checkpoint; archive into an empty directory.',
    );
  return old;
}

function damaged(path: string): OperatorError {
  return new OperatorError(
    `The bag there is damaged: ${path}.`,
    'Restore the bag from its copy, or archive into an empty directory.',
  );
}

/** Moves what a finished run has made into the bag; what was moved before a crash is passed over. */
async function finishCommit(directory: string): Promise<void> {
  const work = join(directory, WORK);
  const text = await readFile(join(work, 'commit.json'), 'utf8').catch(() => null);
  if (text === null) return;
  const { moves, removes } = JSON.parse(text) as Commit;
  const directories = new Set<string>();
  for (const path of [...moves, ...TAG_FILES]) {
    const to = join(directory, path);
    if (!directories.has(dirname(to))) await mkdir(dirname(to), { recursive: true });
    directories.add(dirname(to));
    await rename(join(work, path), to).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
  }
  await removeFiles(directory, removes);
  for (const one of directories) await syncDirectory(one).catch(() => undefined);
  await rm(work, { recursive: true, force: true });
}

async function readDraft(file: string): Promise<Draft | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as Draft);
}

function isFullTile(path: string): boolean {
  return path.startsWith(`${TILES}/`) && !path.includes('.p/');
}

/** A tile of a bag: as the bag has it, wider where the tree has grown since. */
async function tileIn(tiles: string, tile: Tile): Promise<Buffer> {
  const full = tilePath({ ...tile, width: TILE_WIDTH });
  const whole = await readFile(join(tiles, full)).catch(() => null);
  if (whole !== null) return whole;
  const widths = await readdir(join(tiles, `${full}.p`)).catch(() => []);
  const width = widths.map(Number).find((w) => w >= tile.width);
  if (width === undefined) throw damaged(`${TILES}/${full}`);
  return readFile(join(tiles, `${full}.p`, String(width)));
}

function find(hashes: ReadonlyMap<Tile, Buffer>, { level }: Tile): Buffer {
  for (const [tile, bytes] of hashes) if (tile.level === level) return bytes;
  return Buffer.alloc(0);
}

function bare({ bytes, sha256, sha512 }: GzipDigest): Digest {
  return { bytes, sha256, sha512 };
}
