import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { stateAt } from '../../src/record/timeline.js';
import { ACTOR, TestDesk } from '../support/desk.js';
import { fact, hired, opened, record, transfer, UNIT } from '../support/record.js';

const A = '00000000-0000-4000-8000-00000000000a';
const B = '00000000-0000-4000-8000-00000000000b';

describe('The record desk', () => {
  let t: TestDesk;
  beforeEach(() => {
    t = new TestDesk();
  });

  it('appends what was decided, and answers with receipts, revision and findings', async () => {
    const answer = await t.done(A, [record(opened()), record(fact('recruited', '2013-01-01'))]);
    expect(answer).to.include({ revision: 1, sequence: 2, replayed: false });
    expect(answer.events.map((e) => [e.type, e.revision, e.sequence])).to.deep.equal([
      ['record_opened', 0, 1],
      ['recruited', 1, 2],
    ]);
    expect(answer.findings.map((f) => f.rule)).to.deep.equal(['hire_without_unit']);
  });

  it('keeps personal values out of the log’s text', async () => {
    await t.done(A, [record(opened())]);
    const [event] = await t.log.readStream(`person-${A}`);
    expect(event?.data).to.not.match(/Nguyễn|Mẫu|female/u);
    expect(event?.data).to.include('12/QĐ-UBND');
    expect((await t.desk.load(A)).events[0]?.body).to.nested.include({
      'content.data.familyName': 'Nguyễn Thị',
    });
  });

  it('cites the reference data that it decided on, and who acted for whom', async () => {
    await t.done(A, [record(opened())]);
    const meta = JSON.parse((await t.log.readStream(`person-${A}`))[0]!.meta) as object;
    expect(meta).to.deep.include({ actor: ACTOR, refs: [{ stream: 'catalogue-sex', revision: 1 }] });
  });

  it('answers a repeated key with the first answer, also when the record has moved on since', async () => {
    const key = randomUUID();
    const first = await t.done(A, [record(opened())], { key });
    await t.done(A, [record(hired())]);
    const again = await t.done(A, [record(opened())], { key, expected: 'none' });
    expect(again).to.deep.equal({ ...first, replayed: true });
    expect((await t.log.head()).sequence).to.equal(2);
  });

  it('refuses a key that was used for another body', async () => {
    const key = randomUUID();
    await t.done(A, [record(opened())], { key });
    const other = await t.send(A, [record(opened('2012-11-01'))], { key, expected: 'none' });
    expect(other.kind).to.equal('keyReused');
  });

  it('two callers racing with one key: one copy, two equal answers', async () => {
    const key = randomUUID();
    const answers = await Promise.all(
      [1, 2, 3].map(() => t.done(A, [record(opened())], { key, expected: 'none' })),
    );
    expect(new Set(answers.map((a) => a.events[0]?.id)).size).to.equal(1);
    expect((await t.log.head()).sequence).to.equal(1);
  });

  it('a record that moved on is stale: it says what happened in between', async () => {
    await t.done(A, [record(opened())]);
    await t.done(A, [record(hired())]);
    const answer = await t.send(A, [record(transfer('2013-01-01'))], { expected: 0 });
    expect(answer).to.deep.include({ kind: 'stale', actual: 1 });
    expect(answer.kind === 'stale' && answer.since.map((e) => e.type)).to.deep.equal(['recruited']);
  });

  it('an unknown record is not found, and nothing is written', async () => {
    expect((await t.send(A, [record(hired())], { expected: 0 })).kind).to.equal('notFound');
    expect((await t.log.head()).sequence).to.equal(0);
  });

  it('a refusal writes nothing', async () => {
    await t.done(A, [record(opened())]);
    const answer = await t.send(A, [record(hired('2010-01-01', { unit: UNIT.unknown }))]);
    expect(answer.kind === 'refused' && answer.refusals[0]).to.include({
      rule: 'unit_invalid',
      field: 'unit',
    });
    expect((await t.log.head()).sequence).to.equal(1);
  });

  it('a dry run shows what would come, and writes nothing', async () => {
    await t.done(A, [record(opened())]);
    const answer = await t.send(A, [record(hired())], { dryRun: true });
    expect(answer.kind === 'preview' && answer.changes.newSpells.map((s) => s.kind)).to.deep.equal([
      'service',
      'unit',
    ]);
    expect((await t.log.head()).sequence).to.equal(1);
  });

  it('as known at K answers the same for ever', async () => {
    await t.done(A, [record(opened()), record(hired('2010-01-01'))]);
    const before = await t.desk.timelineOf(await t.desk.load(A), 2);
    const target = (await t.desk.load(A)).events[1]!.id;
    const { action: _, ...content } = hired('2011-01-01');
    await t.done(A, [{ kind: 'correct', target, content, reason: 'ghi sai' }]);
    const loaded = await t.desk.load(A);
    expect(await t.desk.timelineOf(loaded, 2)).to.deep.equal(before);
    expect(stateAt(await t.desk.timelineOf(loaded), '2010-06-01').state.service).to.equal(null);
  });
});

describe('Merging a duplicate', () => {
  it('re-records its facts in the other with their origin, withdraws it, and can be repeated', async () => {
    const t = new TestDesk();
    await t.done(A, [record(opened()), record(hired('2010-01-01'))]);
    await t.done(B, [record(opened()), record(hired('2010-01-01')), record(transfer('2013-01-01'))]);
    const merge = (dryRun = false) =>
      t.desk.merge({
        record: B,
        into: A,
        expected: 2,
        reason: 'một người hai hồ sơ',
        actor: ACTOR,
        idempotencyKey: 'merge-1',
        body: '{}',
        dryRun,
      });
    expect((await merge(true)).kind).to.equal('preview');
    expect((await t.log.head()).sequence).to.equal(5);
    const first = await merge();
    expect(first).to.include({ kind: 'done', record: B, replayed: false });
    const survivor = await t.desk.timelineOf(await t.desk.load(A));
    // The hire stood there already; only the transfer is new.
    expect(survivor.lines.map((l) => l.fact.action)).to.deep.equal([
      'recruited',
      'record_opened',
      'transferred',
    ]);
    expect(survivor.lines[2]?.origin?.record).to.equal(B);
    expect((await t.desk.timelineOf(await t.desk.load(B))).withdrawal?.mergedInto).to.equal(A);
    const again = await merge();
    expect(again).to.deep.equal({ ...first, replayed: true });
    expect((await t.log.head()).sequence).to.equal(7);
  });
});
