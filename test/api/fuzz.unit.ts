import { expect } from 'chai';
import fc from 'fast-check';
import { exampleOf } from '../../src/api/examples.js';
import { PROBLEMS } from '../../src/api/problem.js';
import { ACTIONS } from '../../src/record/registry.js';
import { raise, wholePerson } from '../support/wholePerson.js';
import { memoryService, OFFICE, WHO, type MemoryService } from '../support/api.js';

/** A longer run is asked for by name. */
const RUNS = Number(process.env['HOSO_FUZZ_RUNS'] ?? 1_000);

/** Values that have broken services before. */
const NASTY: readonly unknown[] = [
  null,
  '',
  ' ',
  '0',
  0,
  -0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  true,
  [],
  {},
  [[]],
  { a: { a: {} } },
  '2013-02-30',
  '9999-12-31',
  '0001-01-01',
  '2013-13',
  '1850',
  'null',
  'undefined',
  '\u202e',
  'a'.repeat(3000),
  '😀',
  'Nguyễn'.normalize('NFD'),
  '../..',
  "'; DROP TABLE events; --",
  '<script>',
  OFFICE,
  OFFICE.toUpperCase(),
  { toString: 1 },
  { length: 1e9 },
  { then: 'x' },
  { toJSON: 1 },
  { '0': 1 },
  { '': 1 },
  { '/': 1 },
  { '~': 1 },
  'hasOwnProperty',
  '%00',
  '\ud7ff',
  '\u0001',
];

const pick = <T>(values: readonly T[]) => fc.constantFrom(...values);
const anything = fc.oneof(
  { weight: 4, arbitrary: pick(NASTY) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

/** A body that is nearly right: an example with some members gone, replaced, or added. */
const nearly = (example: unknown): fc.Arbitrary<unknown> =>
  fc
    .array(fc.tuple(fc.nat(), fc.constantFrom('drop', 'set', 'add'), anything, fc.string({ maxLength: 5 })), {
      maxLength: 3,
    })
    .map((edits) =>
      edits.reduce<unknown>((value, [at, how, put, name]) => edited(value, at, how, put, name), example),
    );

function edited(value: unknown, at: number, how: string, put: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return how === 'set' ? put : value;
  const entries = Object.entries(value);
  if (how === 'add') return { ...value, [name]: put };
  const [key, inner] = entries[at % Math.max(1, entries.length)] ?? [];
  if (key === undefined) return value;
  const rest = Object.fromEntries(entries.filter(([k]) => k !== key));
  if (how === 'drop') return rest;
  const deeper = at % 3 > 0 && typeof inner === 'object' && inner !== null;
  return { ...rest, [key]: deeper ? edited(inner, Math.trunc(at / 3), how, put, name) : put };
}

describe('Whatever is sent', () => {
  let service: MemoryService;
  let person: string;
  let fact: string;
  let unit: string;
  /** Where people are hired: no request is about it, so that none can close it. */
  let home: string;
  let proposal: string;
  before(async () => {
    service = await memoryService();
    unit = await service.client.openUnit('F1');
    home = await service.client.openUnit('F2');
    ({ person, fact } = await hired());
    const made = await service.client.post('/v1/proposals', raise(await wholePerson(service.client, unit)));
    proposal = made.body.id;
  });

  async function hired(): Promise<{ person: string; fact: string }> {
    const id = await service.client.open({ sex: 'female' });
    const recruited = await service.client.fact(id, 'recruited', '2013-01-01', { unit: home });
    await service.client.fact(id, 'appointed_to_grade', '2013-01-01', { grade: '01.003', step: 1 });
    return { person: id, fact: recruited.body.events[0]!.id };
  }

  after(() => service.stop());

  it(`${RUNS} requests get no 5xx, and every refusal is a problem of a known type`, async function () {
    this.timeout(120_000);
    const paper = { number: '1/QĐ' };
    const content = { effective: '2013-02-01', document: paper, data: {} };
    const examples: readonly (readonly [string, unknown])[] = [
      ['persons', exampleOf(ACTIONS[0]!)],
      ...ACTIONS.slice(1).map((a) => [`persons/${person}/actions/${a.type}`, exampleOf(a)] as const),
      [
        `persons/${person}/decisions`,
        {
          document: paper,
          changes: [
            { kind: 'record', action: 'appointed_to_position', effective: '2014', data: { position: 'x' } },
            { kind: 'correct', target: fact, content, reason: 'x' },
            { kind: 'rescind', target: fact, reason: 'x' },
          ],
        },
      ],
      [`persons/${person}/corrections`, { target: fact, content, reason: 'x', approval: paper }],
      [`persons/${person}/rescissions`, { target: fact, reason: 'x' }],
      [`persons/${person}/withdrawal`, { reason: 'x' }],
      [`persons/${person}/restoration`, { reason: 'x' }],
      [`persons/${person}/merge`, { into: person, reason: 'x' }],
      [`persons/${person}/findings/settlements`, { rule: 'document_missing', fact, others: [], reason: 'x' }],
      ['proposals', raise(person)],
      [`proposals/${proposal}/check`, {}],
      [
        `proposals/${proposal}/decide`,
        { document: paper, effective: '2027-01-01', data: { grade: '01.003', step: 2 } },
      ],
      [`proposals/${proposal}/decline`, { reason: 'x' }],
      ['persons/search', { name: 'a', statuses: ['died'], units: [unit], below: true, limit: 5 }],
      [
        'units',
        { effective: '2001-01-01', data: { code: 'Z', name: 'Z', type: 'so', level: 2, parent: unit } },
      ],
      ...['rename', 'reparent', 'reclassify', 'close'].map(
        (path) =>
          [
            `units/${unit}/${path}`,
            { effective: '2013-01-01', document: paper, data: { name: 'X', parent: unit } },
          ] as const,
      ),
      [
        `units/${unit}/corrections`,
        { target: fact, fact: { type: 'unit_closed', effective: '2013-01-01', data: {} } },
      ],
      [`units/${unit}/rescissions`, { target: fact }],
      [
        'catalogues/sex/entries',
        { code: 'y', name: 'Y', source: 's', confirmed: true, attributes: { a: 'b' } },
      ],
      ['catalogues/sex/coverage', { from: '2001-01-01', source: 's' }],
      [
        'catalogues/sex/corrections',
        { target: fact, entry: { code: 'y', name: 'Y', source: 's', confirmed: true } },
      ],
      ['catalogues/sex/ends', { target: fact, validTo: '2013-01-01', source: 's' }],
      ['catalogues/sex/rescissions', { target: fact }],
    ];
    const reads = [
      '',
      '/status',
      '/history',
      '/events',
      '/findings',
      '/forms/2c',
      '/completeness',
      '/deadlines',
      '/dues',
    ].map((view) => `persons/${person}${view}`);
    const header = fc.oneof(
      pick(['"0"', '"1"', '"2"', '*', '', 'W/"1"', '"x"', '"99999999999999999999"']),
      fc.string({ unit: 'grapheme-ascii' }),
    );
    const query = fc.oneof(
      fc.constant(''),
      pick([
        '?dryRun=true',
        '?dryRun=',
        '?asOf=2013',
        '?knownAt=0',
        '?knownAt=2013-01-01',
        '?limit=0',
        '?after=AAAA',
        '?cursor=x',
        '?token=cGVz',
        '?a=%',
        '?a[b]=1',
        '?dryRun=true&dryRun=true',
        '?status=died',
        '?status=decided&agency=x',
        '?unit=x',
        '?%ff',
      ]),
      fc
        .tuple(fc.string(), fc.string())
        .map(([a, b]) => `?${encodeURIComponent(a.toWellFormed())}=${encodeURIComponent(b.toWellFormed())}`),
    );
    const body = fc.oneof(
      {
        weight: 12,
        arbitrary: pick(examples).chain(([path, example]) =>
          nearly(example).map((b) => ['POST', path, JSON.stringify(b)] as const),
        ),
      },
      {
        weight: 2,
        arbitrary: fc
          .tuple(pick(examples), fc.string({ unit: 'binary' }))
          .map(([[path], text]) => ['POST', path, text] as const),
      },
      {
        weight: 3,
        arbitrary: pick([
          ...reads,
          'units',
          `units/${unit}`,
          `units/${unit}/findings`,
          `units/${unit}/members`,
          'catalogues',
          'catalogues/sex',
          'feed',
          'persons',
          'proposals',
          `proposals/${proposal}`,
        ]).map((path) => ['GET', path, undefined] as const),
      },
      {
        weight: 2,
        arbitrary: fc
          .tuple(pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']), fc.webPath())
          .map(([method, path]) => [method, path.slice(1), method === 'POST' ? '{}' : undefined] as const),
      },
    );
    const known = new Set(Object.keys(PROBLEMS).map((kind) => `urn:hoso:problem:${kind}`));
    const statuses = new Map<number, number>();
    // A record that has died or was withdrawn takes little more: every so often another stands in.
    let standIn = { person, fact };
    let sent = 0;
    const about = (text: string) => text.replaceAll(person, standIn.person).replaceAll(fact, standIn.fact);
    await fc.assert(
      fc.asyncProperty(
        body,
        query,
        header,
        fc.nat(3),
        async ([method, template, given], search, precondition, which) => {
          if (sent++ % 20 === 0) standIn = await hired();
          const path = about(template);
          const text = given === undefined ? undefined : about(given);
          const condition = which === 0 ? { 'if-match': safe(precondition) } : await current(path);
          const headers = {
            ...WHO,
            'content-type': 'application/json',
            'idempotency-key': `k${Math.random()}`,
            ...condition,
          };
          const answer = await service.client.send(method, `/v1/${path}${search}`, headers, text);
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
          const isNoModel = answer.status === 503 && answer.body.type === 'urn:hoso:problem:behind';
          if (answer.status >= 500 && !isNoModel) throw new Error(`${answer.status} ${answer.text}`);
          if (answer.status < 400) return;
          expect(answer.headers['content-type']).to.match(/^application\/problem\+json/);
          expect(known.has(answer.body.type), answer.text).to.equal(true);
        },
      ),
      { numRuns: RUNS },
    );
    // Worth something only if it reaches behind the first checks.
    expect(statuses.get(200) ?? 0).to.be.greaterThan(RUNS / 20);
    expect(statuses.get(422) ?? 0).to.be.greaterThan(RUNS / 10);
  });

  /** The precondition that lets a command through. */
  async function current(path: string): Promise<Record<string, string>> {
    const [kind, id] = path.split('/');
    if (id === undefined || id === 'search') return { 'if-none-match': '*' };
    if (!['persons', 'units', 'catalogues', 'proposals'].includes(kind ?? '')) return {};
    const query = kind === 'proposals' ? '' : '?asOf=2030-01-01';
    const { headers } = await service.client.get(`/v1/${kind}/${encodeURIComponent(id)}${query}`);
    const { etag } = headers;
    return typeof etag === 'string' ? { 'if-match': etag } : {};
  }

  /** HTTP's own clients refuse to send other characters in a header. */
  function safe(text: string): string {
    return text.replaceAll(/[^\x20-\x7e]/g, '').trim();
  }
});
