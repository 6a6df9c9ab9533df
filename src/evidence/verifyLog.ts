import { BEGINNING, type EventLog, type Position, type RecordedEvent } from '../event-log/port.js';
import { openCheckpoint, type Checkpoint } from './checkpoint.js';
import { IdSet } from './idSet.js';
import { eventLeaf } from './leaf.js';
import { BadNote, type Verifier } from './note.js';
import type { Published, Register } from './register.js';
import { tilePath } from './tilePaths.js';
import type { TileStore } from './tileStore.js';
import { HASH_BYTES, TILE_WIDTH, Tree, type Tile } from './tree.js';

export type FaultRule =
  | 'event_altered'
  | 'sequence_missing'
  | 'sequence_repeated'
  | 'revision'
  | 'id_repeated'
  | 'time_falls'
  | 'head'
  | 'cut'
  | 'root_differs'
  | 'tile_missing'
  | 'tile_damaged'
  | 'checkpoint_forged'
  | 'attachment_missing'
  | 'attachment_altered';

/** What is wrong, from which sequence on, and up to which where more than one is concerned. */
export interface LogFault {
  readonly rule: FaultRule;
  readonly sequence: number;
  readonly to?: number;
  readonly vi: string;
  readonly en: string;
}

export interface VerifyOptions {
  readonly log: Pick<EventLog, 'head' | 'readAll'>;
  readonly tiles: TileStore;
  readonly register: Pick<Register, 'after' | 'last'>;
  readonly origin: string;
  readonly verifiers: readonly Verifier[];
  /** Checkpoints of this log that were kept elsewhere, their signatures checked. */
  readonly against?: readonly Checkpoint[];
  /** Where an interrupted run stopped; not used where a checkpoint to compare with lies before. */
  readonly resume?: VerifyState;
  /** Scans that events name: each is looked at too. */
  readonly attachments?: AttachmentCheck;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, of: number) => void;
}

/** How stored scans are checked. */
export interface AttachmentCheck {
  /** Those that an event names, by the hash of their stored bytes. */
  namedIn(event: RecordedEvent): readonly string[];
  check(attachment: string): Promise<'whole' | 'missing' | 'altered'>;
}

export interface VerifyReport {
  readonly outcome: 'intact' | 'broken' | 'interrupted';
  /** What is wrong, the first sequence first; where something is, the log was not read further than needed. */
  readonly faults: readonly LogFault[];
  /** Events read, from the first. */
  readonly events: number;
  /** Up to here the tree's tiles and checkpoints go. */
  readonly covered: number;
  /** Checkpoints, those kept elsewhere too, that agree with the log. */
  readonly checkpoints: number;
  readonly streams: number;
  /** Root of the tree over the events read. */
  readonly root: Buffer;
  /** Where to go on, after an interruption. */
  readonly state: VerifyState | null;
}

/** A checkpoint to compare with that does not come from the register. */
interface Noted {
  readonly size: number;
  readonly root: Buffer;
  readonly elsewhere: boolean;
}

/** Where a run stopped, as JSON. It trusts what was read before: a run from the start trusts nothing. */
export interface VerifyState {
  readonly origin: string;
  readonly size: number;
  readonly position: string;
  readonly recordedAt: string;
  readonly agreed: number;
  /** The same of checkpoints kept elsewhere alone; missing in states of earlier releases. */
  readonly agreedElsewhere?: number;
  readonly checkpoints: number;
  readonly edge: readonly string[];
  readonly streams: readonly (readonly [string, number])[];
  readonly ids: string;
}

const PAGE = 5_000;
const ROWS = 1_000;

/**
 * Reads the whole log again and recomputes its tree: every leaf against the tiles, every root against the checkpoints
 * published and those kept elsewhere; sequences, revisions, ids, times and the head besides. Writes nothing. Answers the
 * first bad sequence: exactly where the tiles are whole, else between two checkpoints. Where one kept elsewhere does not
 * agree, the other of the two is one kept elsewhere too, or the beginning: ours may have been made anew over the change.
 */
export async function verifyLog(options: VerifyOptions): Promise<VerifyReport> {
  const head = await options.log.head();
  const run = await Run.begin(options, head.sequence);
  const { signal, onProgress = () => undefined } = options;
  if (run.size === 0) await run.compareRoots();
  let next = run.size < head.sequence ? options.log.readAll(run.position, PAGE) : Promise.resolve([]);
  while (run.size < head.sequence && !run.isOver()) {
    const page = await next;
    const last = page.at(-1);
    if (last === undefined) {
      run.ends();
      break;
    }
    if (signal?.aborted === true) return run.report('interrupted');
    // Read ahead: PostgreSQL works while we hash.
    next = last.position < head.position ? options.log.readAll(last.position, PAGE) : Promise.resolve([]);
    next.catch(() => undefined); // met where it is awaited
    for (const event of page) {
      if (run.size === head.sequence) break;
      if (run.needsTile) await run.openTile();
      run.take(event);
      if (run.isOver()) break;
      if (run.meetsCheckpoint) await run.compareRoots();
      const named = options.attachments?.namedIn(event) ?? [];
      if (named.length > 0) await run.checkAttachments(named);
    }
    onProgress(run.size, head.sequence);
  }
  await next.catch(() => undefined);
  if (!run.isOver()) await run.finish(head.recordedAt, options.log);
  return run.report(run.isOver() ? 'broken' : 'intact');
}

class Run {
  readonly faults: LogFault[] = [];
  position: Position = BEGINNING;
  private tree = new Tree();
  private streams = new Map<string, number>();
  private ids = new IdSet();
  private recordedAt = '';
  /** The largest size whose root agreed with a checkpoint. */
  private agreed = 0;
  /** The same of those kept elsewhere alone. */
  private agreedElsewhere = 0;
  private checkpoints = 0;
  private covered = 0;
  private readonly higher: { readonly tile: Tile; readonly hashes: Buffer }[] = [];
  /** What the tile at hand holds; null: there is none to compare with. */
  private expected: Buffer | null = null;
  private expectedPath = '';
  /** The first event that is not what its tile says; the next checkpoint tells which of the two is wrong. */
  private suspect: { readonly sequence: number; readonly path: string } | null = null;
  private rows: Published[] = [];
  /** Those kept elsewhere, and our file. */
  private readonly noted: Noted[];
  private over = false;

  private constructor(
    private readonly options: VerifyOptions,
    private readonly end: number,
  ) {
    this.noted = (options.against ?? []).map(({ size, root }) => ({ size, root, elsewhere: true }));
  }

  static async begin(options: VerifyOptions, end: number): Promise<Run> {
    const run = new Run(options, end);
    const onTile = (tile: Tile, hashes: Buffer) => {
      if (tile.level > 0) run.higher.push({ tile, hashes });
    };
    const { resume, tiles, register, origin, against = [] } = options;
    const goesOn =
      resume?.origin === origin && resume.size <= end && against.every(({ size }) => size > resume.size);
    if (!goesOn) run.tree = new Tree(onTile);
    else {
      const edge = resume.edge.map((text) => Buffer.from(text, 'base64'));
      let at = 0;
      run.tree = Tree.from(resume.size, () => edge[at++] ?? Buffer.alloc(0), onTile);
      run.position = BigInt(resume.position);
      run.recordedAt = resume.recordedAt;
      run.agreed = resume.agreed;
      run.agreedElsewhere = resume.agreedElsewhere ?? 0;
      run.checkpoints = resume.checkpoints;
      run.streams = new Map(resume.streams);
      run.ids = IdSet.from(Buffer.from(resume.ids, 'base64'));
    }
    const last = await register.last(origin);
    run.covered = last?.size ?? 0;
    const note = await tiles.read('checkpoint');
    if (note !== undefined)
      try {
        const { size, root } = openCheckpoint(note.toString(), options.verifiers);
        run.noted.push({ size, root, elsewhere: false });
        run.covered = Math.max(run.covered, size);
      } catch (error) {
        if (!(error instanceof BadNote)) throw error;
        run.forged(0, error.message);
      }
    run.noted.sort((a, b) => a.size - b.size);
    while ((run.noted[0]?.size ?? Infinity) <= run.size && run.size > 0) run.noted.shift();
    await run.moreRows(run.size === 0 ? -1 : run.size);
    if (run.size % TILE_WIDTH !== 0) await run.openTile();
    return run;
  }

  get size(): number {
    return this.tree.size;
  }

  isOver(): boolean {
    return this.over;
  }

  get needsTile(): boolean {
    return this.size % TILE_WIDTH === 0;
  }

  get meetsCheckpoint(): boolean {
    const { size } = this;
    return (
      size === this.rows[0]?.size ||
      size === this.noted[0]?.size ||
      size === this.covered ||
      this.higher.length > 0
    );
  }

  /** Loads the tile that the next event's leaf stands in. */
  async openTile(): Promise<void> {
    const index = Math.floor(this.size / TILE_WIDTH);
    const width = Math.min(TILE_WIDTH, this.covered - index * TILE_WIDTH);
    this.expected = null;
    if (width <= 0) return;
    this.expectedPath = tilePath({ level: 0, index, width });
    this.expected = await this.tile({ level: 0, index, width });
    if (this.expected !== null) return;
    const [from, to] = [index * TILE_WIDTH + 1, index * TILE_WIDTH + width];
    this.fault(
      'tile_missing',
      from,
      `thiếu hoặc hỏng tệp ${this.expectedPath}, chứa mã băm của các sự kiện ${from}–${to}`,
      `${this.expectedPath} is missing or too short; it holds the hashes of events ${from} to ${to}`,
      to,
    );
  }

  /** Takes the next event in, in its place. */
  take(event: RecordedEvent): void {
    const { sequence, stream, revision, id, recordedAt } = event;
    const due = this.size + 1;
    if (sequence !== due) {
      this.outOfPlace(sequence ?? 0, due);
      return;
    }
    const leaf = eventLeaf(event);
    const at = ((due - 1) % TILE_WIDTH) * HASH_BYTES;
    if (
      this.suspect === null &&
      this.expected !== null &&
      at < this.expected.length &&
      leaf.compare(this.expected, at, at + HASH_BYTES) !== 0
    )
      this.suspect = { sequence: due, path: this.expectedPath };
    const wanted = this.streams.get(stream) ?? 0;
    if (revision !== wanted) {
      this.stop(
        'revision',
        due,
        `sự kiện ${due} có số hiệu ${revision} trong luồng ${stream}, lẽ ra là ${wanted}`,
        `event ${due} is revision ${revision} of ${stream}; ${wanted} is due`,
      );
      return;
    }
    if (!this.ids.add(id)) {
      this.stop(
        'id_repeated',
        due,
        `mã của sự kiện ${due} đã có trước đó`,
        `the id of event ${due} has come before`,
      );
      return;
    }
    if (recordedAt < this.recordedAt) {
      this.stop(
        'time_falls',
        due,
        `sự kiện ${due} được ghi trước sự kiện đứng trước nó`,
        `event ${due} was recorded before the one before it`,
      );
      return;
    }
    this.streams.set(stream, revision + 1);
    this.recordedAt = recordedAt;
    this.position = event.position;
    this.tree.append(leaf);
  }

  /** Where the tree has the size of a checkpoint, or a tile above the leaves is full. */
  async compareRoots(): Promise<void> {
    for (const { tile, hashes } of this.higher.splice(0)) await this.compareTile(tile, hashes);
    const { size } = this;
    if (size === this.covered)
      for (const { tile, hashes } of this.tree.edge())
        if (tile.level > 0) await this.compareTile(tile, hashes);
    // Those kept elsewhere first: one of ours that agrees must not acquit the event that they convict.
    while (this.noted[0]?.size === size) {
      const [checkpoint] = this.noted.splice(0, 1);
      if (checkpoint !== undefined) this.compareRoot(checkpoint.root, checkpoint.elsewhere);
    }
    while (this.rows[0]?.size === size) {
      const [row] = this.rows.splice(0, 1);
      if (row !== undefined) this.compareRow(row);
      if (this.rows.length === 0) await this.moreRows(size);
    }
  }

  /** The scans that the last event names are there, and what they were. */
  async checkAttachments(named: readonly string[]): Promise<void> {
    for (const hash of named) {
      const found = await this.options.attachments?.check(hash);
      if (found === 'missing')
        this.fault(
          'attachment_missing',
          this.size,
          `thiếu bản quét ${hash} mà sự kiện ${this.size} nêu`,
          `the scan ${hash} that event ${this.size} names is missing`,
        );
      if (found === 'altered')
        this.fault(
          'attachment_altered',
          this.size,
          `bản quét ${hash} mà sự kiện ${this.size} nêu đã bị thay đổi hoặc tráo`,
          `the scan ${hash} that event ${this.size} names was altered or exchanged`,
        );
    }
  }

  /** The log ended before its head. */
  ends(): void {
    this.outOfPlace(this.end + 1, this.size + 1);
  }

  /** What there is to say once every event was read. */
  async finish(headTime: string | null, log: VerifyOptions['log']): Promise<void> {
    this.blameSuspect();
    const missing = Math.max(this.covered, this.noted.at(-1)?.size ?? 0);
    if (missing > this.size)
      this.stop(
        'cut',
        this.size + 1,
        `nhật ký hết ở ${this.size}, nhưng đã có xác nhận cho ${missing} sự kiện: thiếu ${this.size + 1}–${missing}`,
        `the log ends at ${this.size}, yet a checkpoint covers ${missing} events: ${this.size + 1} to ${missing} are missing`,
        missing,
      );
    if (this.size > 0 && headTime !== this.recordedAt) this.headDiffers();
    const [beyond] = await log.readAll(this.position, 1);
    if (beyond === undefined) return;
    const head = await log.head();
    if (head.position < beyond.position) this.headDiffers();
  }

  report(outcome: VerifyReport['outcome']): VerifyReport {
    if (outcome === 'interrupted' && this.suspect !== null) this.blameSuspect();
    return {
      outcome: this.faults.length > 0 && outcome === 'intact' ? 'broken' : outcome,
      faults: this.faults.sort((a, b) => a.sequence - b.sequence),
      events: this.size,
      covered: this.covered,
      checkpoints: this.checkpoints,
      streams: this.streams.size,
      root: this.tree.root(),
      state: outcome === 'interrupted' ? this.state() : null,
    };
  }

  private state(): VerifyState {
    return {
      origin: this.options.origin,
      size: this.size,
      position: String(this.position),
      recordedAt: this.recordedAt,
      agreed: this.agreed,
      agreedElsewhere: this.agreedElsewhere,
      checkpoints: this.checkpoints,
      edge: this.tree.edge().map(({ hashes }) => hashes.toString('base64')),
      streams: [...this.streams],
      ids: this.ids.bytes().toString('base64'),
    };
  }

  private compareRow({ size, root, note }: Published): void {
    try {
      const checkpoint = openCheckpoint(note, this.options.verifiers);
      const isIt =
        checkpoint.origin === this.options.origin && checkpoint.size === size && checkpoint.root.equals(root);
      if (!isIt) throw new BadNote('it says something else than its row');
    } catch (error) {
      if (!(error instanceof BadNote)) throw error;
      this.forged(size, error.message);
      return;
    }
    this.compareRoot(root, false);
  }

  private compareRoot(root: Buffer, elsewhere: boolean): void {
    const { size } = this;
    if (root.equals(this.tree.root())) {
      this.checkpoints += 1;
      this.agreed = size;
      if (elsewhere) this.agreedElsewhere = size;
      if (this.suspect === null) return;
      const { sequence, path } = this.suspect;
      this.suspect = null;
      this.fault(
        'tile_damaged',
        sequence,
        `tệp ${path} hỏng ở sự kiện ${sequence}; nhật ký thì đúng với xác nhận ${size}`,
        `${path} is damaged at event ${sequence}; the log itself agrees with the checkpoint of ${size}`,
      );
      return;
    }
    this.blameSuspect();
    if (this.over) return;
    const from = (elsewhere ? this.agreedElsewhere : this.agreed) + 1;
    const [vi, en] = elsewhere
      ? [
          ' được giữ ở nơi khác; xác nhận của chính hệ thống không cho biết chỗ nào trong đó',
          ' kept elsewhere; where among them, our own checkpoints cannot tell',
        ]
      : ['', ''];
    this.stop(
      'root_differs',
      from,
      `các sự kiện ${from}–${size} không phải những gì đã được xác nhận ở ${size}${vi}`,
      `events ${from} to ${size} are not those of the checkpoint of ${size}${en}`,
      size,
    );
  }

  private async compareTile(tile: Tile, hashes: Buffer): Promise<void> {
    const span = TILE_WIDTH ** tile.level;
    const width = Math.min(tile.width, Math.floor(this.covered / span) - tile.index * TILE_WIDTH);
    if (width <= 0 || this.suspect !== null) return;
    const found = await this.tile({ ...tile, width });
    const path = tilePath({ ...tile, width });
    const bad = Array.from({ length: width }, (_, i) => i * HASH_BYTES).find(
      (at) => found === null || found.compare(hashes, at, at + HASH_BYTES, at, at + HASH_BYTES) !== 0,
    );
    if (bad === undefined) return;
    const from = (tile.index * TILE_WIDTH + bad / HASH_BYTES) * span + 1;
    this.fault(
      found === null ? 'tile_missing' : 'tile_damaged',
      from,
      `tệp ${path} ${found === null ? 'thiếu' : 'hỏng'} (từ sự kiện ${from})`,
      `${path} is ${found === null ? 'missing' : 'damaged'} (from event ${from} on)`,
    );
  }

  private async tile(tile: Tile): Promise<Buffer | null> {
    const { tiles } = this.options;
    const hashes =
      (await tiles.read(tilePath(tile))) ?? (await tiles.read(tilePath({ ...tile, width: TILE_WIDTH })));
    return hashes === undefined || hashes.length < tile.width * HASH_BYTES ? null : hashes;
  }

  private async moreRows(after: number): Promise<void> {
    const { register, origin } = this.options;
    this.rows = await register.after(origin, after, ROWS);
  }

  private outOfPlace(found: number, due: number): void {
    if (found > due)
      this.stop(
        'sequence_missing',
        due,
        `thiếu sự kiện ${due}${found > due + 1 ? `–${found - 1}` : ''}`,
        `event ${due}${found > due + 1 ? ` to ${found - 1}` : ''} is missing`,
        found - 1,
      );
    else
      this.stop(
        'sequence_repeated',
        due,
        `sau sự kiện ${due - 1} lại là ${found}`,
        `event ${found} follows event ${due - 1}`,
      );
  }

  private headDiffers(): void {
    this.stop(
      'head',
      this.size,
      `đầu nhật ký không khớp với sự kiện cuối (${this.size})`,
      `the log's head does not fit its last event (${this.size})`,
    );
  }

  private blameSuspect(): void {
    if (this.suspect === null) return;
    const { sequence, path } = this.suspect;
    this.suspect = null;
    this.over = true;
    this.fault(
      'event_altered',
      sequence,
      `sự kiện ${sequence} không phải những gì đã được ghi (khác mã băm trong ${path})`,
      `event ${sequence} is not what was recorded (its hash in ${path} is another)`,
    );
  }

  private forged(size: number, why: string): void {
    this.fault(
      'checkpoint_forged',
      size,
      `xác nhận ${size === 0 ? 'mới nhất' : size} không có chữ ký đúng`,
      `the ${size === 0 ? 'last checkpoint' : `checkpoint of ${size}`} is not signed: ${why}`,
    );
  }

  private stop(rule: FaultRule, sequence: number, vi: string, en: string, to?: number): void {
    this.blameSuspect();
    this.over = true;
    this.fault(rule, sequence, vi, en, to);
  }

  private fault(rule: FaultRule, sequence: number, vi: string, en: string, to?: number): void {
    this.faults.push({ rule, sequence, vi, en, ...(to === undefined ? {} : { to }) });
  }
}
