/** Scans of decisions as a client of the API meets them, over a log and a keyring in memory and files on disk. */
import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { AttachmentStore } from '../../src/attachments/store.js';
import { AccessUnavailable } from '../../src/access/login/port.js';
import { DownloadCut, whileAllowed } from '../../src/api/attachments.js';
import { namedIn } from '../../src/attachments/named.js';
import {
  memoryEvidence,
  ATTACHMENT_LIMIT,
  memoryService,
  signIn,
  WHO,
  type Answer,
  type MemoryService,
} from '../support/api.js';
import { verifyLog } from '../../src/evidence/verifyLog.js';

const SECOND_TOKEN = 'test-token-of-a-second-administrator';
const MARK = 'Nguyen_Thi_Bi_Mat';

const pdf = (length = 70_000) => Buffer.concat([Buffer.from(`%PDF-1.7\n${MARK}\n`), randomBytes(length)]);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

interface Stored {
  readonly attachment: string;
  readonly attachmentHash: string;
}

describe('A scan of a decision', () => {
  let service: MemoryService;
  let person: string;
  before(async () => {
    service = await memoryService();
    await signIn(service.access, '33333333-3333-4333-8333-333333333333', SECOND_TOKEN);
  });
  after(() => service.stop());
  beforeEach(async () => {
    person = await service.client.open({ sex: 'female' });
  });

  const post = (bytes: Buffer, query = '', type = 'application/pdf', of = person) =>
    service.client.send(
      'POST',
      `/v1/persons/${of}/attachments${query}`,
      { ...WHO, 'content-type': type },
      bytes,
    );
  const upload = async (bytes: Buffer, query = '?groups=discipline'): Promise<Stored> =>
    (await service.client.must(201, post(bytes, query))).body as unknown as Stored;
  const disciplined = (document: object, data: object = { side: 'state', form: 'cc_khien_trach' }) =>
    service.client.act(person, 'actions/disciplined', {
      effective: '2014-01-01',
      document: { number: '5/QĐ', ...document },
      data,
    });
  const proven = async (bytes: Buffer): Promise<Stored> => {
    const { attachment, attachmentHash } = await upload(bytes);
    await service.client.must(200, disciplined({ attachment, attachmentHash }));
    return { attachment, attachmentHash };
  };
  const fetched = async (attachment: string, of = person) => {
    const response = await fetch(`${service.url}/v1/persons/${of}/attachments/${attachment}`, {
      headers: WHO,
    });
    return { response, bytes: Buffer.from(await response.arrayBuffer()) };
  };
  const rules = (answer: Answer) => answer.body.errors.map((e) => e.rule);
  const files = () =>
    readdirSync(service.attachmentsIn, { recursive: true, encoding: 'utf8' })
      .map((name) => join(service.attachmentsIn, name))
      .filter((file) => statSync(file).isFile());
  const fileOf = (attachment: string) => files().find((file) => file.endsWith(attachment))!;

  it('is stored once under the hash of its sealed bytes, named by an event, and given out as a file', async () => {
    const bytes = pdf();
    const { attachment, attachmentHash } = await proven(bytes);
    expect(attachmentHash).to.equal(sha256(bytes));
    expect(sha256(readFileSync(fileOf(attachment)))).to.equal(attachment);
    expect((await service.client.must(200, post(bytes, '?groups=discipline'))).body).to.deep.include({
      attachment,
    });
    const { response, bytes: got } = await fetched(attachment);
    expect(got.equals(bytes)).to.equal(true);
    expect(Object.fromEntries(response.headers)).to.deep.include({
      'content-type': 'application/pdf',
      'content-length': String(bytes.length),
      'content-disposition': `attachment; filename="${attachment.slice(0, 12)}.pdf"`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    const [event] = (await service.log.readStream(`person-${person}`)).slice(-1);
    expect(event!.data).to.include(attachment).and.not.include(attachmentHash);
    const history = await service.client.get(`/v1/persons/${person}/history`);
    expect(history.text).to.include(attachment).and.include(attachmentHash);
  });

  it('leaves nothing of its content on disk, in the log or beside it', async () => {
    await proven(pdf());
    for (const file of files()) expect(readFileSync(file).includes(MARK), file).to.equal(false);
    expect(files().filter((file) => file.includes('draft'))).to.deep.equal([]);
  });

  it('is a PDF, JPEG or PNG by its content, whatever it is called, and of a stated size', async () => {
    const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(100)]);
    const took = await service.client.must(201, post(png, '', 'application/octet-stream'));
    expect(took.body).to.deep.include({ type: 'image/png', size: 108 });
    expect(rules(await post(Buffer.from('<script>alert(1)</script>')))).to.deep.equal(['attachment_type']);
    expect((await post(Buffer.alloc(0))).status).to.be.oneOf([415, 422]);
    expect((await post(pdf(ATTACHMENT_LIMIT))).status).to.equal(413);
    expect((await post(pdf(), '', 'text/html')).status).to.equal(415);
    expect((await service.client.post(`/v1/persons/${person}/attachments`, { a: 1 })).status).to.equal(415);
    expect((await post(pdf(), '?groups=secrets')).status).to.equal(422);
    expect(
      (await post(pdf(), '', 'application/pdf', '99999999-9999-4999-8999-999999999999')).status,
    ).to.equal(404);
    expect(files().filter((file) => file.includes('draft'))).to.deep.equal([]);
  });

  it('no other route takes such a body', async () => {
    for (const path of [`persons/${person}/actions/disciplined`, 'persons', 'sessions', 'decisions'])
      expect(
        (
          await service.client.send(
            'POST',
            `/v1/${path}`,
            { ...WHO, 'content-type': 'application/pdf' },
            pdf(),
          )
        ).status,
        path,
      ).to.equal(415);
  });

  it('is named only where it proves: of this record, with this hash, for all groups that the fact fills', async () => {
    const bytes = pdf();
    const { attachment, attachmentHash } = await upload(bytes);
    const none = 'a'.repeat(64);
    const few = await upload(pdf(), '?groups=health');
    const other = await service.client.open();
    const theirs = (
      await service.client.must(201, post(pdf(), '?groups=discipline', 'application/pdf', other))
    ).body as unknown as Stored;
    for (const document of [
      { attachment: none, attachmentHash },
      { attachment },
      { attachment, attachmentHash: none },
      { attachment: few.attachment, attachmentHash: few.attachmentHash },
      { attachment: theirs.attachment, attachmentHash: theirs.attachmentHash },
    ]) {
      const answer = await disciplined(document);
      expect(rules(answer), JSON.stringify(document)).to.deep.equal(['attachment_unfit']);
      expect(answer.body.errors[0]).to.deep.include({ pointer: '/document/attachment' });
    }
    expect(
      (await disciplined({ attachment: few.attachment, attachmentHash: few.attachmentHash })).text,
    ).to.include('"groups":"discipline"');
    expect((await fetched(attachment)).response.status).to.equal(404);
    await service.client.must(200, disciplined({ attachment, attachmentHash }));
    expect((await fetched(attachment, other)).response.status).to.equal(404);
  });

  it('is read under the policy of the record, leaves a line in the audit, and shows nothing where a group is withheld', async () => {
    const { attachment } = await proven(pdf());
    await fetched(attachment);
    await service.access.reads.flush();
    const told = service.reads.lines.filter((l) => l.person === person && l.route.includes('attachments'));
    expect(told.map((l) => [l.route, l.status])).to.deep.equal([
      ['GET /v1/persons/:id/attachments/:attachment', 200],
    ]);
    const { accounts, logins } = service.access;
    const id = accounts.idOf('reader');
    const actor = { account: id, unit: id, client: 'test' };
    const account = await accounts.record(
      id,
      [
        { type: 'account_created', data: { kind: 'person', name: 'reader' } },
        {
          type: 'consent_given',
          data: {
            document: '1/CV',
            person,
            groups: ['identity', 'history'],
            from: '2020-01-01',
            until: '2099-12-31',
          },
        },
      ],
      'made',
      { actor },
    );
    const { token } = await logins.begin(account, null, 'full');
    const answer = await service.client.get(`/v1/persons/${person}/attachments/${attachment}`, {
      authorization: `Bearer ${token}`,
    });
    expect(answer.status).to.equal(403);
    expect((await fetch(`${service.url}/v1/persons/${person}/attachments/${attachment}`)).status).to.equal(
      401,
    );
  });

  it('waits for its line in the audit: without it nothing of the file is given out', async () => {
    const { attachment } = await proven(pdf());
    service.reads.failure = new AccessUnavailable('away');
    try {
      const { response, bytes } = await fetched(attachment);
      expect(response.status).to.equal(503);
      expect(response.headers.get('content-disposition')).to.equal(null);
      expect(bytes.toString()).to.include('urn:hoso:problem:unavailable').and.not.include(MARK);
    } finally {
      service.reads.failure = null;
    }
    expect((await fetched(attachment)).response.status).to.equal(200);
  });

  it('on its way it is cut as soon as the right to it ends', async () => {
    async function* pieces() {
      for (const piece of ['a', 'b', 'c']) yield await Promise.resolve(Buffer.from(piece));
    }
    let isAllowed = true;
    const given: string[] = [];
    const reading = async () => {
      for await (const piece of whileAllowed(pieces(), () => Promise.resolve(isAllowed))) {
        given.push(Buffer.from(piece).toString());
        isAllowed = given.length < 2;
      }
    };
    expect(await reading().catch((e: unknown) => e)).to.be.instanceOf(DownloadCut);
    expect(given).to.deep.equal(['a', 'b']);
  });

  it('moves with a merger, and is then the staying record’s too', async () => {
    const bytes = pdf();
    const { attachment } = await proven(bytes);
    const into = await service.client.open();
    await service.client.must(200, service.client.act(person, 'merge', { into, reason: 'trùng' }));
    expect((await fetched(attachment, into)).bytes.equals(bytes)).to.equal(true);
  });

  it('dies with the first of its groups that is destroyed; the proof of it stays', async () => {
    const { attachment, attachmentHash } = await proven(pdf());
    const kept = await upload(pdf(), '?groups=health');
    const proposed = await service.client.must(
      201,
      service.client.post(
        '/v1/destructions',
        { record: person, groups: ['discipline'], decision: { number: '9/QĐ-LT' }, reason: 'hết hạn' },
        { 'if-none-match': '*' },
      ),
    );
    const second = { authorization: `Bearer ${SECOND_TOKEN}`, 'if-match': '"0"' };
    await service.client.must(
      200,
      service.client.post(`/v1/destructions/${proposed.body.id}/approval`, {}, second),
    );
    const gone = await service.client.get(`/v1/persons/${person}/attachments/${attachment}`);
    expect([gone.status, gone.body.type]).to.deep.equal([410, 'urn:hoso:problem:erased']);
    expect(rules(await disciplined({ attachment, attachmentHash }))).to.deep.equal(['attachment_unfit']);
    expect(await service.attachments.about(kept.attachment)).to.deep.include({ record: person });
    expect((await verified()).outcome).to.equal('intact');
  });

  async function verified() {
    const evidence = await memoryEvidence(service.log);
    await evidence.publish();
    const store = new AttachmentStore(service.attachmentsIn);
    return verifyLog({
      ...evidence.parts,
      log: service.log,
      verifiers: await evidence.verifiers(),
      attachments: { namedIn, check: (hash) => store.check(hash) },
    });
  }

  it('exchanged, altered or missing, it is found by a verification, and not given out', async () => {
    const [one, two] = [await proven(pdf()), await proven(pdf())];
    const { sequence } = await service.log.head();
    const [file, other] = [fileOf(two.attachment), fileOf(one.attachment)];
    const whole = readFileSync(file);
    const status = async () => (await fetched(two.attachment)).response.status;
    const altered = Buffer.from(whole);
    altered.writeUInt8(altered.readUInt8(whole.length - 5) ^ 1, whole.length - 5);
    for (const spoilt of [readFileSync(other), altered, null]) {
      if (spoilt === null) rmSync(file);
      else writeFileSync(file, spoilt);
      const { outcome, faults } = await verified();
      expect(outcome).to.equal('broken');
      expect(faults.map((f) => f.sequence)).to.deep.equal([sequence]);
      expect(faults[0]?.rule).to.match(/^attachment_(missing|altered)$/);
      expect(await status()).to.equal(503);
    }
    writeFileSync(file, whole);
    expect((await verified()).outcome).to.equal('intact');
    expect(await status()).to.equal(200);
  });

  it('that no event names is removed after a day; named ones are settled, and half written ones swept', async () => {
    const named = await proven(pdf());
    const orphan = await upload(pdf());
    const draft = join(service.attachmentsIn, 'draft', 'left-by-a-kill');
    writeFileSync(draft, 'x');
    const old = new Date(Date.now() - 25 * 3_600_000);
    const young = await upload(pdf());
    for (const file of [fileOf(named.attachment), fileOf(orphan.attachment), draft])
      utimesSync(file, old, old);
    expect(await service.attachments.tidy()).to.equal(1);
    expect(fileOf(named.attachment)).to.include('settled');
    expect(fileOf(orphan.attachment)).to.equal(undefined);
    expect(fileOf(young.attachment)).to.include('new');
    expect(files()).to.not.include(draft);
    expect((await fetched(named.attachment)).response.status).to.equal(200);
    utimesSync(fileOf(young.attachment), old, old);
    // A command that names it gives it another day.
    await service.client.must(
      200,
      disciplined({ attachment: young.attachment, attachmentHash: young.attachmentHash }),
    );
    expect(await service.attachments.tidy()).to.equal(0);
  });

  it('a caller that goes away in the middle leaves nothing behind', async () => {
    const before = files().length;
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    socket.write(
      `POST /v1/persons/${person}/attachments HTTP/1.1\r\nHost: x\r\nAuthorization: ${WHO.authorization}\r\n` +
        'Content-Type: application/pdf\r\nContent-Length: 100000\r\n\r\n%PDF-1.7\n',
    );
    const drafts = () => files().filter((file) => file.includes('draft')).length;
    for (let i = 0; i < 500 && drafts() === 0; i++) await new Promise((r) => setTimeout(r, 5));
    expect(drafts()).to.equal(1);
    socket.destroy();
    for (let i = 0; i < 500 && drafts() > 0; i++) await new Promise((r) => setTimeout(r, 5));
    expect(files()).to.have.length(before);
  });
});
