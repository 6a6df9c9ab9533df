import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { readCheckpoint } from '../../src/evidence/checkpoint.js';
import type { ConsistencyFile, ProofFile } from '../../src/evidence/proofFile.js';
import { leafHash, perfectRoot } from '../../src/evidence/tree.js';
import { memoryService, WHO, type MemoryService } from '../support/api.js';

const VERIFIER = fileURLToPath(new URL('../../src/verifier/hosoVerify.js', import.meta.url));

describe('Evidence over HTTP, and hoso-verify', () => {
  let service: MemoryService;
  let directory: string;
  let person: string;
  let proof: ProofFile;
  let consistency: ConsistencyFile;
  let early: string;

  before(async () => {
    service = await memoryService();
    directory = mkdtempSync(join(tmpdir(), 'hoso-verify-'));
    early = (await service.client.get('/v1/evidence/checkpoint')).text;
    person = await service.client.open();
    await service.client.fact(person, 'recruited', '2013-01-01');
    proof = JSON.parse((await service.client.get(`/v1/persons/${person}/proof`)).text) as ProofFile;
    const size = readCheckpoint(early).size;
    const answer = await service.client.get(`/v1/evidence/consistency?from=${size}`);
    consistency = JSON.parse(answer.text) as ConsistencyFile;
  });
  after(async () => {
    rmSync(directory, { recursive: true });
    await service.stop();
  });

  const file = (name: string, content: unknown): string => {
    const path = join(directory, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  async function verify(...args: string[]): Promise<{ code: number; said: string }> {
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [VERIFIER, ...args]);
      return { code: 0, said: stdout };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, said: stdout + stderr };
    }
  }

  it('a person’s whole history is proven without a server, in both languages', async () => {
    const path = file('proof.json', proof);
    const { code, said } = await verify(path);
    expect(code, said).to.equal(0);
    expect(said).to.include('2 sự kiện').and.include('2 events').and.include('record_opened');
    expect(said).to.include('không thiếu sự kiện nào ở giữa').and.include('MIND: the keys are the file');
    const known = await verify(path, '--key', proof.keys[0]!);
    expect(known.code).to.equal(0);
    expect(known.said).to.not.include('MIND');
  });

  it('and refused when anything of it is another', async () => {
    const [opened, recruited] = proof.events;
    const event = (change: object) => ({ ...proof, events: [opened, { ...recruited, ...change }] });
    const bad: Record<string, unknown> = {
      data: event({ data: recruited!.data.replace('{', '{ ') }),
      meta: event({ meta: '{}' }),
      type: event({ type: 'died' }),
      recordedAt: event({ recordedAt: '2013-01-01T00:00:00.000Z' }),
      sequence: event({ sequence: recruited!.sequence - 1 }),
      fraction: event({ sequence: recruited!.sequence - 0.5 }),
      inclusion: event({ inclusion: recruited!.inclusion.slice(1) }),
      gap: { ...proof, events: [recruited] },
      none: { ...proof, events: [] },
      checkpoint: { ...proof, checkpoint: proof.checkpoint.replace(/\n\d+\n/, '\n9999\n') },
      keys: { ...proof, keys: [] },
      form: { ...proof, format: 'hoso-proof-2' },
      malformed: { format: 'hoso-proof-1', keys: proof.keys, checkpoint: proof.checkpoint, stream: null },
      text: 'no JSON',
    };
    const answers = Object.entries(bad).map(async ([name, content]) => {
      const { code, said } = await verify(file(`${name}.json`, content));
      expect(code, `${name}: ${said}`).to.equal(1);
      expect(said, name).to.include('KHÔNG ĐÚNG / IT DOES NOT HOLD');
    });
    await Promise.all(answers);
    const stranger = 'hoso.example/test+00000000+AAAA';
    expect((await verify(file('proof.json', proof), '--key', stranger)).code).to.equal(2);
    expect((await verify()).code).to.equal(2);
  });

  it('a checkpoint kept elsewhere is led to by the proof of consistency, and by nothing less', async () => {
    const kept = file('early.txt', early);
    const whole = [file('proof.json', proof), file('consistency.json', consistency)];
    const { code, said } = await verify(...whole, '--checkpoint', kept);
    expect(code, said).to.equal(0);
    expect(said).to.include('was only added to').and.include('agrees');
    expect((await verify(whole[0]!, '--checkpoint', kept)).code).to.equal(1);
    const other = { ...consistency, proof: [...consistency.proof].reverse() };
    expect((await verify(file('other.json', other))).said).to.include('KHÔNG tiếp nối');
  });

  it('one event is proven by its id', async () => {
    const { id } = proof.events[1]!;
    const answer = await service.client.get(`/v1/persons/${person}/proof?event=${id}`);
    const one = JSON.parse(answer.text) as ProofFile;
    expect(one.events.map((e) => e.id)).to.deep.equal([id]);
    expect((await verify(file('one.json', one))).code).to.equal(0);
  });

  it('the tree’s tiles are served as they are, and hold what the checkpoint says', async () => {
    const { size } = readCheckpoint(early);
    expect(size).to.be.greaterThan(256);
    const full = await fetch(`${service.url}/v1/evidence/tile/0/000`, { headers: WHO });
    expect(full.headers.get('cache-control')).to.include('immutable');
    const hashes = Buffer.from(await full.arrayBuffer());
    const above = await fetch(`${service.url}/v1/evidence/tile/1/000.p/${Math.floor(size / 256)}`, {
      headers: WHO,
    });
    expect(Buffer.from(await above.arrayBuffer()).subarray(0, 32)).to.deep.equal(perfectRoot(hashes));
    expect(hashes.subarray(0, 32)).to.not.deep.equal(leafHash(''));
  });

  it('what is not there is a problem, never an error of the server', async () => {
    const status = async (path: string) => (await service.client.get(path)).status;
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect(await status(`/v1/persons/${nobody}/proof`)).to.equal(404);
    expect(await status('/v1/persons/x/proof')).to.equal(404);
    expect(await status(`/v1/persons/${person}/proof?event=${nobody}`)).to.equal(404);
    expect(await status('/v1/evidence/consistency?from=1')).to.equal(404);
    expect(await status('/v1/evidence/consistency')).to.equal(422);
    expect(await status('/v1/evidence/consistency?from=x')).to.equal(422);
    expect(await status('/v1/evidence/tile/0/999')).to.equal(404);
    expect(await status('/v1/evidence/tile/../state.json')).to.equal(404);
    expect(await status('/v1/evidence/tile/0/..%2f..%2fstate.json')).to.equal(404);
    expect((await service.client.send('GET', '/v1/evidence/checkpoint')).status).to.equal(401);
  });
});
