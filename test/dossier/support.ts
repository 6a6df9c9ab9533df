/** A city on real PostgreSQL with one long career in it, and what is handed over of it. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AttachmentDesk } from '../../src/attachments/attachmentDesk.js';
import { AttachmentStore } from '../../src/attachments/store.js';
import { filesBelow, TAG_FILES } from '../../src/archive/bag.js';
import { sealedLines } from '../../src/archive/sealedFile.js';
import { ship } from '../../src/catalogues/ship.js';
import type { KeysLine } from '../../src/dossier/layout.js';
import { writeDossier, type DossierReport } from '../../src/dossier/writeDossier.js';
import type { FieldGroup } from '../../src/fieldGroups.js';
import { cityOfDaNang } from '../../src/organisation/city.js';
import type { FactContent } from '../../src/record/action.js';
import { personStream } from '../../src/recording/codec.js';
import { memorySealer } from '../../src/sealing/sealer.js';
import { evidenceOf, type Kept } from '../evidence/support.js';
import { World } from '../projecting/support.js';
import { CAREER, idOf, nameOf } from '../record/careerStory.js';
import { unitId } from '../support/city.js';
import { ACTOR } from '../support/desk.js';
import { shippedLaw } from '../support/shippedLaw.js';

export const PASSPHRASE = { passphrase: 'bốn từ không ai đoán' };
export const PERSON = '00000000-0000-4000-b000-000000000001';
export const PDF = Buffer.from('%PDF-1.7 quyết định số một (hư cấu)');

/** Where the career took place. */
const UNITS = [
  'ubnd_tp',
  'so_tai_chinh',
  'so_noi_vu',
  'so_tai_chinh_2025',
  'so_noi_vu_2025',
  'ubnd_quan_492',
  'bp_492_tai_chinh_ke_hoach',
  'ubnd_cx_20227',
  'ubnd_cx_20242_202507',
];

export class City {
  readonly attachments: AttachmentStore;
  readonly scans: AttachmentDesk;
  readonly kept: Kept;

  private constructor(
    readonly world: World,
    readonly home: string,
  ) {
    this.attachments = new AttachmentStore(join(home, 'attachments'));
    this.scans = new AttachmentDesk(world.log, world.sealer, this.attachments, 1_000_000);
    this.kept = evidenceOf(world.log);
  }

  /** With the law of this release, and no unit. */
  static async open(seed: string): Promise<City> {
    const world = await World.open(() => memorySealer(seed));
    await world.references.start();
    await ship(world.log, { data: shippedLaw() });
    await world.references.sync();
    return new City(world, await mkdtemp(join(tmpdir(), 'hoso-dossier-')));
  }

  async close(): Promise<void> {
    await this.world.close();
    await rm(this.home, { recursive: true, force: true });
  }

  at(name: string): string {
    return join(this.home, name);
  }

  /** Opens the units of the career. */
  async units(): Promise<void> {
    for (const { unit, fact } of cityOfDaNang(unitId))
      if (UNITS.includes(unit)) await this.world.unit(unitId(unit), { kind: 'record', fact });
  }

  /** Records the career of the story under the ids of the story; one fact has a scan. */
  async career(person = PERSON): Promise<void> {
    const scan = await this.scans.upload(person, ['history'], bytesOf(PDF));
    const { attachment, attachmentHash } = scan!;
    const facts = CAREER.map((content, i): { id: string; content: FactContent } => ({
      id: idOf(nameOf(`00000000-0000-4000-9000-${String(i + 1).padStart(12, '0')}`)),
      content:
        i === 5 ? { ...content, document: { ...content.document, attachment, attachmentHash } } : content,
    }));
    const { codec, log } = this.world;
    const stream = personStream(person);
    const events = facts.map(({ id, content }) => ({ id, body: { kind: 'fact' as const, content } }));
    const meta = { actor: ACTOR, refs: [] };
    const encoded = await codec.encode({ stream, events, meta });
    await log.append({ stream, expected: 'none', events: encoded });
  }

  /** The city that sends: units and the career, in which the hometown was wrong at first. */
  static async sending(): Promise<City> {
    const city = await City.open('gửi');
    await city.units();
    await city.career();
    await city.world.done(PERSON, {
      kind: 'correct',
      target: idOf('declared'),
      content: { ...CAREER[1]!, data: { ...CAREER[1]!.data, hometown: 'Điện Bàn, Đà Nẵng' } },
      reason: 'ghi sai',
    });
    return city;
  }

  /** Destroys the keys of some groups of a record, as an approved destruction does. */
  async destroy(person: string, groups: readonly FieldGroup[]): Promise<void> {
    const owner = personStream(person);
    const keys = await this.world.sealer.keysInUse(groups.map((group) => ({ owner, group })));
    await this.world.done(person, {
      kind: 'destroy',
      groups,
      keys: keys.map(({ group, keyId }) => ({ group, use: 'facts' as const, id: keyId })),
      destruction: randomUUID(),
      decision: { number: '9/QĐ-LT' },
    });
    await this.world.desk.load(person);
  }

  /** Writes the person's dossier to `name`, its keys to `name.keys`. */
  handOver(name: string, person = PERSON): Promise<DossierReport> {
    const { log, codec, sealer, references } = this.world;
    const reference = async (k: number) => {
      await references.sync();
      return references.at(k);
    };
    const { evidence } = this.kept;
    return writeDossier(
      { log, codec, sealer, evidence, attachments: this.attachments, reference },
      {
        person,
        directory: this.at(name),
        keys: { file: this.at(`${name}.keys`), opener: PASSPHRASE },
      },
    );
  }
}

/** Every file of a bag, as bytes. */
export async function filesOf(directory: string): Promise<Map<string, Buffer>> {
  const paths = [...(await filesBelow(directory)).sort(), ...TAG_FILES];
  return new Map(
    await Promise.all(paths.map(async (path) => [path, await readFile(join(directory, path))] as const)),
  );
}

/** The lines of a file of keys after its header. */
export async function keysIn(file: string): Promise<KeysLine[]> {
  const lines: KeysLine[] = [];
  for await (const line of sealedLines(file, PASSPHRASE))
    if (line !== '') lines.push(JSON.parse(line) as KeysLine);
  return lines.slice(1);
}

export async function* bytesOf(content: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(content);
}
