import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openCheckpoint, type Checkpoint } from '../evidence/checkpoint.js';
import { eventLeaf } from '../evidence/leaf.js';
import { BadNote, readVerifier, type Verifier } from '../evidence/note.js';
import { tilePath } from '../evidence/tilePaths.js';
import { Tree, type Tile } from '../evidence/tree.js';
import { BadBag, filesBelow, INFO, readBag, sorted, type BagRead } from './bag.js';
import { digestOfFile } from './digest.js';
import { BadLine, parseEventLine } from './eventLine.js';
import {
  CHECKPOINT,
  FORMAT,
  LABEL,
  parsePlainSums,
  plainSumsPath,
  segmentPath,
  TILES,
  type LogName,
  type Segment,
} from './layout.js';
import { checkDossier } from '../dossier/checkDossier.js';
import { DOSSIER_FORMAT } from '../dossier/layout.js';
import { BadSegment, SegmentReader } from './segmentReader.js';

export type BagRule = 'bag' | 'missing' | 'unlisted' | 'damaged' | 'entry' | 'tile' | 'checkpoint';

/** What is wrong with a bag: which file, and how. */
export interface BagFault {
  readonly file: string;
  readonly rule: BagRule;
  readonly vi: string;
  readonly en: string;
}

export interface BagReport {
  readonly outcome: 'intact' | 'broken' | 'interrupted';
  readonly faults: readonly BagFault[];
  /** Which log it is of: `events`, `reads`, or `person`, a dossier; empty where the bag does not tell. */
  readonly log: string;
  /** Entries read, from the first. */
  readonly entries: number;
  readonly files: number;
  /** As signed; null where it does not hold. */
  readonly checkpoint: Checkpoint | null;
  readonly note: string;
  /** The public keys in the bag. */
  readonly keys: readonly Verifier[];
}

export interface VerifyBagOptions {
  /** Keys that were published elsewhere, one of which must have signed; none: those in the bag are taken as they are. */
  readonly trusted?: readonly Verifier[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, of: number) => void;
}

/** Logs whose bags are known. */
const LOGS: readonly string[] = ['events', 'reads'] satisfies LogName[];

/**
 * Checks a bag with nothing but itself: every file against both manifests, every entry, the tree over them against the
 * tiles and the signed checkpoint. Names every file that is missing, unlisted or damaged. Writes nothing.
 */
export async function verifyBag(directory: string, options: VerifyBagOptions = {}): Promise<BagReport> {
  const check = new Check(directory, options);
  try {
    await check.all();
  } catch (error) {
    if (!(error instanceof BadBag)) throw error;
    check.fault(
      error.file,
      'bag',
      `${error.file} không phải của một gói đúng`,
      `${error.file} ${error.message}`,
    );
  }
  return check.report();
}

class Check {
  private readonly faults: BagFault[] = [];
  private readonly tree: Tree;
  private readonly made: { readonly tile: Tile; readonly hashes: Buffer }[] = [];
  private readonly expected = new Set<string>();
  private bag: BagRead | null = null;
  private checkpoint: Checkpoint | null = null;
  private note = '';
  private keys: Verifier[] = [];
  private interrupted = false;
  /** Events of a dossier that are proven. */
  private proven = 0;

  constructor(
    private readonly directory: string,
    private readonly options: VerifyBagOptions,
  ) {
    this.tree = new Tree((tile, hashes) => this.made.push({ tile, hashes }));
  }

  async all(): Promise<void> {
    this.bag = await readBag(this.directory);
    await this.checkFiles(this.bag);
    if (this.faults.length > 0 || this.isAborted()) return;
    const { info } = this.bag;
    const format = info.get(LABEL.format);
    if (format !== FORMAT && format !== DOSSIER_FORMAT)
      throw new BadBag(INFO, `is of no form that this release reads (${FORMAT}, ${DOSSIER_FORMAT})`);
    await this.openCheckpoint();
    if (format === DOSSIER_FORMAT) return this.checkDossier(this.bag);
    await this.checkEntries(this.log, Number(info.get(LABEL.entries)));
  }

  get log(): string {
    return this.bag?.info.get(LABEL.log) ?? '';
  }

  /** Every file against the manifests, and no file beside them. */
  private async checkFiles({ payload, oxum }: BagRead): Promise<void> {
    const found = new Set(await filesBelow(this.directory));
    for (const path of sorted(found))
      if (!payload.has(path))
        this.fault(path, 'unlisted', `${path} không có trong danh mục`, `${path} is in no manifest`);
    let bytes = 0;
    for (const [path, { sha256, sha512 }] of payload) {
      if (this.isAborted()) return;
      if (!found.has(path)) {
        this.fault(path, 'missing', `thiếu ${path}`, `${path} is missing`);
        continue;
      }
      const digest = await digestOfFile(join(this.directory, path));
      bytes += digest.bytes;
      if (digest.sha256 !== sha256 || digest.sha512 !== sha512)
        this.fault(path, 'damaged', `${path} bị hỏng hoặc bị sửa`, `${path} is damaged or was altered`);
    }
    if (this.faults.length === 0 && (bytes !== oxum.bytes || payload.size !== oxum.files))
      throw new BadBag(INFO, 'has a Payload-Oxum that is not that of the payload');
  }

  private async openCheckpoint(): Promise<void> {
    try {
      for (const path of sorted(this.bag?.payload.keys() ?? []))
        if (path.startsWith('data/keys/')) this.keys.push(readVerifier((await this.text(path)).trim()));
      this.note = await this.text(CHECKPOINT);
      const checkpoint = openCheckpoint(this.note, this.options.trusted ?? this.keys);
      if (checkpoint.origin !== this.bag?.info.get(LABEL.origin))
        throw new BadNote(`it is of ${checkpoint.origin}`);
      this.checkpoint = checkpoint;
    } catch (error) {
      if (!(error instanceof BadNote)) throw error;
      this.fault(
        CHECKPOINT,
        'checkpoint',
        `${CHECKPOINT} không có chữ ký đúng`,
        `${CHECKPOINT} does not hold: ${error.message}`,
      );
    }
  }

  /** One person's part of a log, which is proven event by event. */
  private async checkDossier(bag: BagRead): Promise<void> {
    if (this.checkpoint === null) return;
    this.proven = await checkDossier(this.directory, {
      bag,
      checkpoint: this.checkpoint,
      note: this.note,
      fault: (file, vi, en) => {
        this.fault(file, 'entry', vi, en);
      },
    });
  }

  private async checkEntries(log: string, count: number): Promise<void> {
    const sums = parsePlainSums(await this.text(plainSumsPath(log)));
    if (!LOGS.includes(log) || sums === undefined || (sums.at(-1)?.last ?? 0) !== count)
      throw new BadBag(INFO, `tells of ${count} ${log}, and the segments of something else`);
    this.expect('data/README.txt', CHECKPOINT, plainSumsPath(log));
    for (const segment of sums) {
      this.expect(segmentPath(log, segment));
      if (!(await this.checkSegment(log, segment, count))) return;
    }
    await this.compareTiles(this.tree.edge());
    for (const path of this.bag?.payload.keys() ?? [])
      if (path.startsWith(`${TILES}/`) && !this.expected.has(path))
        this.fault(path, 'tile', `${path} không thuộc cây băm`, `${path} is no tile of this tree`);
    this.compareRoot(count);
  }

  /** False: what follows cannot be placed any more, or is not wanted. */
  private async checkSegment(
    log: string,
    segment: Segment & { readonly plain: string },
    count: number,
  ): Promise<boolean> {
    const path = segmentPath(log, segment);
    const reader = new SegmentReader(join(this.directory, path));
    try {
      for await (const page of reader.pages()) {
        if (this.isAborted()) return false;
        for (const line of page) {
          const entry = parseEventLine(line);
          const { sequence } = entry;
          if (sequence !== this.tree.size + 1)
            throw new BadLine(`sequence ${sequence} stands where ${this.tree.size + 1} is due`);
          this.tree.append(eventLeaf(entry));
        }
        await this.compareTiles(this.made.splice(0));
        this.options.onProgress?.(this.tree.size, count);
      }
      if (this.tree.size !== segment.last) throw new BadLine(`it ends at ${this.tree.size}`);
      if (reader.sums?.plain !== segment.plain)
        throw new BadSegment(`unpacked it is not what ${plainSumsPath(log)} says`);
      return true;
    } catch (error) {
      if (!(error instanceof BadLine || error instanceof BadSegment)) throw error;
      const at = this.tree.size + 1;
      this.fault(
        path,
        'entry',
        `${path} sai ở mục ${at}`,
        `${path} is wrong at entry ${at}: ${error.message}`,
      );
      return false;
    }
  }

  private async compareTiles(
    tiles: readonly { readonly tile: Tile; readonly hashes: Buffer }[],
  ): Promise<void> {
    for (const { tile, hashes } of tiles) {
      const path = `${TILES}/${tilePath(tile)}`;
      this.expect(path);
      const there = await readFile(join(this.directory, path)).catch(() => null);
      if (there?.equals(hashes) !== true)
        this.fault(path, 'tile', `${path} không khớp với các mục`, `${path} does not fit the entries`);
    }
  }

  private compareRoot(count: number): void {
    const { checkpoint } = this;
    if (checkpoint === null) return;
    if (checkpoint.size === count && checkpoint.root.equals(this.tree.root())) return;
    this.fault(
      CHECKPOINT,
      'checkpoint',
      `các mục không phải những gì ${CHECKPOINT} đã xác nhận`,
      `the entries are not those that ${CHECKPOINT} was signed of`,
    );
  }

  private expect(...paths: readonly string[]): void {
    for (const path of paths) this.expected.add(path);
  }

  private text(path: string): Promise<string> {
    return readFile(join(this.directory, path), 'utf8').catch(() => {
      throw new BadBag(path, 'is missing');
    });
  }

  private isAborted(): boolean {
    this.interrupted ||= this.options.signal?.aborted === true;
    return this.interrupted;
  }

  fault(file: string, rule: BagRule, vi: string, en: string): void {
    this.faults.push({ file, rule, vi, en });
  }

  report(): BagReport {
    return {
      outcome: this.faults.length > 0 ? 'broken' : this.interrupted ? 'interrupted' : 'intact',
      faults: this.faults,
      log: this.log,
      entries: this.tree.size + this.proven,
      files: this.bag?.payload.size ?? 0,
      checkpoint: this.checkpoint,
      note: this.note,
      keys: this.keys,
    };
  }
}
