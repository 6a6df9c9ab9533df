import { randomUUID } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { withLog } from '../crash/crash.js';
import { ServiceProcess } from '../crash/serviceProcess.js';
import { Client } from '../support/api.js';
import { freePort } from '../support/freePort.js';
import { ServerEvents } from '../support/serverEvents.js';

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const OPENING = { effective: '2012-10-03', data: { familyName: 'Zyxwvutnguyễn', givenName: 'Kínđáo' } };

describe('The service process', function () {
  this.timeout(240_000);
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'hoso-process-'));
    chmodSync(directory, 0o755);
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it('answers what is in flight when asked to stop, ends its streams, exits with 0, and logs nothing personal', async () => {
    const port = await freePort();
    const log = join(directory, 'service.log');
    const service = new ServiceProcess(join(directory, 'data'), port, log);
    await service.start();
    await service.signIn();
    const client = new Client(service.url, service.who);
    const id = await client.open(OPENING.data);
    await client.post('/v1/persons/search', { name: 'Kínđáo' });
    await client.act(id, 'actions/recruited', { effective: 'Kínđáo' });
    const { body } = await client.get('/v1/feed?limit=1000');
    const stream = await ServerEvents.open(`${service.url}/v1/feed/stream?after=${body.next}`, service.who);
    const sent = Array.from({ length: 40 }, () =>
      client.post('/v1/persons', OPENING, { 'if-none-match': '*' }),
    );
    // The first answer shows that the others are under way.
    await Promise.race(sent);
    const code = service.stop();
    const answers = await Promise.allSettled(sent);
    const done = answers.filter((a) => a.status === 'fulfilled' && a.value.status === 201);
    const turnedAway = answers.filter((a) => a.status === 'fulfilled' && a.value.status === 503);
    const cutOff = answers.filter((a) => a.status === 'rejected');
    expect(done.length + turnedAway.length + cutOff.length).to.equal(40);
    expect(done.length).to.be.greaterThan(0);
    const asked = Date.now();
    await stream.ended;
    expect(await code).to.equal(0);
    // Connections kept alive by callers must not keep the service alive.
    expect(Date.now() - asked).to.be.lessThan(20_000);
    await client.close();

    const text = readFileSync(log, 'utf8');
    expect(text).to.not.match(/Zyxwvut|Kínđáo|K%C3%ADn/u);
    const lines = text
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const recruited = lines.find((l) => l['route'] === '/v1/persons/:id/actions/recruited');
    expect(recruited).to.include({ status: 422, method: 'POST' });
    expect(recruited?.['account']).to.match(/^[0-9a-f-]{36}$/);
    expect(recruited).to.include.keys('requestId', 'ms', 'time');

    // What was answered as done is there after a restart.
    await service.start();
    const again = new Client(service.url, service.who);
    for (const answer of done)
      if (answer.status === 'fulfilled')
        expect((await again.get(`/v1/persons/${answer.value.body.id}`)).status).to.equal(200);
    await again.close();
    expect(await service.stop()).to.equal(0);
  });

  it('killed amid a decision about many persons, it goes on under the same key: all have it, nobody twice', async function () {
    this.timeout(240_000);
    const service = new ServiceProcess(
      join(directory, 'data'),
      await freePort(),
      join(directory, 'service.log'),
    );
    await service.start();
    await service.signIn();
    const client = new Client(service.url, service.who);
    const ids = await Promise.all(Array.from({ length: 200 }, () => client.open()));
    const headers = { 'idempotency-key': randomUUID() };
    const changes = [{ kind: 'record', action: 'recruited', effective: '2013-01-01', data: {} }];
    const persons = ids.map((id) => ({ id, revision: 0, changes }));
    const body = { document: { number: '7/QĐ-SNV' }, persons };
    const [before, cut] = await withLog(service, async (log) => {
      const head = async () =>
        Number((await log.query<{ position: string }>('SELECT position FROM log.head')).rows[0]?.position);
      const start = await head();
      const sent = client.post('/v1/decisions', body, headers).catch(() => null);
      // The key's own event comes first, then the persons'.
      while ((await head()) < start + 2);
      await service.kill();
      return [start, await sent] as const;
    });
    expect(cut).to.equal(null);
    await client.close();

    await service.start();
    const again = new Client(service.url, service.who);
    const written = async () =>
      (await again.get(`/v1/persons/${ids[0]!}/status`)).body.knownAt.sequence - before;
    expect(await written()).to.be.within(2, 200);
    const { body: answer } = await again.must(200, again.post('/v1/decisions', body, headers));
    expect(answer).to.deep.include({ done: 200 });
    expect(answer.results.map((r) => r.revision)).to.deep.equal(ids.map(() => 1));
    expect(await written()).to.equal(201);
    await again.close();
    expect(await service.stop()).to.equal(0);
  });

  it('says what to do when its port is taken, before it makes anything, and exits with another code than 0', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const service = new ServiceProcess(join(directory, 'data'), port, join(directory, 'service.log'));
    try {
      const second = spawn(process.execPath, [MAIN], {
        env: service.environment,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      second.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
      const [code] = (await once(second, 'close')) as [number];
      expect(code).to.not.equal(0);
      expect(said).to.include(String(port)).and.include('PORT');
      expect(said).to.not.match(/\n\s+at /);
      expect(existsSync(service.dataDir)).to.equal(false);
    } finally {
      other.close();
    }
  });
});
