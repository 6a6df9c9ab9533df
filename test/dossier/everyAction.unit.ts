import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { AttachmentDesk } from '../../src/attachments/attachmentDesk.js';
import { AttachmentStore } from '../../src/attachments/store.js';
import { everyAction } from '../../src/demo/everyAction.js';
import type { Ids, Step } from '../../src/demo/life.js';
import { openDossier } from '../../src/dossier/openDossier.js';
import { receiveDossier } from '../../src/dossier/receiveDossier.js';
import { writeDossier } from '../../src/dossier/writeDossier.js';
import { ACTIONS } from '../../src/record/registry.js';
import { stateAt, timeline, type Timeline } from '../../src/record/timeline.js';
import { personStream } from '../../src/recording/codec.js';
import { evidenceOf, SIGNER } from '../evidence/support.js';
import { personId } from '../projecting/support.js';
import { unitId } from '../support/city.js';
import { ACTOR } from '../support/desk.js';
import { memoryCore, type MemoryCore } from '../support/memoryCore.js';
import { eventId } from '../support/record.js';
import { PASSPHRASE } from './support.js';

const STAGES = {
  department: 'so_noi_vu',
  sections: ['van_phong', 'phong'] as [string, string],
  other: 'so_tai_chinh',
  school: 'thpt',
};
const IDS: Ids = { unit: unitId, event: (person, n) => eventId(1_000 * (person + 1) + n) };

describe('Every personnel action in dossiers', function () {
  this.timeout(60_000);
  let home: string;
  let from: MemoryCore;
  let to: MemoryCore;

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'hoso-dossier-'));
    [from, to] = [await memoryCore(undefined, 'gửi'), await memoryCore(undefined, 'nhận')];
    for (const core of [from, to]) await core.shipLaw();
  });
  after(async () => {
    await Promise.all([from.close(), to.close()]);
    await rm(home, { recursive: true });
  });

  const scansOf = (core: MemoryCore) => new AttachmentStore(join(home, core === from ? 'sent' : 'received'));

  /** Records a life as it was told, whatever a desk would say of it. */
  const told = async (steps: readonly Step[], person: string): Promise<void> => {
    const events = steps.flatMap(({ changes }) =>
      changes.flatMap(({ id, change }) =>
        change.kind === 'record' ? [{ id, body: { kind: 'fact' as const, content: change.content } }] : [],
      ),
    );
    const stream = personStream(person);
    const encoded = await from.codec.encode({ stream, events, meta: { actor: ACTOR, refs: [] } });
    await from.log.append({ stream, expected: 'none', events: encoded });
  };

  const handedOver = async (person: string, name: string) => {
    const place = { directory: join(home, name), keysFile: join(home, `${name}.keys`) };
    const { evidence } = evidenceOf(from.log);
    const reference = () => Promise.resolve(from.references.at());
    await writeDossier(
      { ...from, evidence, attachments: scansOf(from), reference },
      { person, directory: place.directory, keys: { file: place.keysFile, opener: PASSPHRASE } },
    );
    const dossier = await openDossier({ ...place, opener: PASSPHRASE, trusted: [SIGNER.verifier] });
    if (dossier.kind === 'broken') throw new Error(JSON.stringify(dossier.report.faults));
    return dossier;
  };

  const read = async ({ desk, references }: MemoryCore, record: string): Promise<Timeline> =>
    timeline((await desk.load(record)).events, references.at());

  it('three long careers with all of them read in a city that knows none of their units as they do at home', async () => {
    const seen = new Set<string>();
    for (const [n, steps] of everyAction(0, IDS, STAGES).entries()) {
      const person = personId(n + 1);
      await told(steps, person);
      const dossier = await handedOver(person, `life-${n}`);
      const attachments = new AttachmentDesk(to.log, to.sealer, scansOf(to), 1_000_000);
      const report = await receiveDossier(
        dossier,
        { ...to, attachments, reference: to.references.at(), origin: 'hoso.example/b/events' },
        { actor: ACTOR, correlation: 'nhận', rejects: join(home, 'rejects'), namesakes: null },
      );
      expect(report.faults).to.deep.equal([]);
      expect(report).to.include({ bad: 0, loaded: steps.length });
      expect(report.units.every(({ here }) => here === null)).to.equal(true);

      const [there, here] = [await read(from, person), await read(to, report.record)];
      const ids = new Map(here.lines.map(({ event, origin }) => [origin?.ref ?? '', event.id]));
      const days = new Set(there.lines.map(({ fact }) => fact.range.last));
      for (const day of days) {
        const translated: unknown = JSON.parse(JSON.stringify(stateAt(there, day)), (_, inner: unknown) =>
          typeof inner === 'string' ? (ids.get(inner) ?? inner) : inner,
        );
        expect(JSON.parse(JSON.stringify(stateAt(here, day))), `${person} ${day}`).to.deep.equal(translated);
      }
      for (const { fact } of there.lines) seen.add(fact.action);
    }
    expect([...seen].sort()).to.deep.equal(ACTIONS.map(({ type }) => type).sort());
  });
});
