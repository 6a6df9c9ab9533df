import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { UPLOADED_AS } from '../../src/api/attachments.js';
import { exampleOf } from '../../src/api/examples.js';
import { factOf } from '../../src/api/forms.js';
import { RULES } from '../../src/record/ruleBook.js';
import { ACTIONS } from '../../src/record/registry.js';
import { raise, wholePerson } from '../support/wholePerson.js';
import { memoryService, WHO, type MemoryService } from '../support/api.js';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly description: string;
        readonly content?: Readonly<Record<string, { readonly schema: object; readonly example?: object }>>;
      }
    >
  >;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

describe('The OpenAPI document', () => {
  let service: MemoryService;
  let document: Document;
  let operations: readonly (readonly [string, string, Operation])[];
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  const check = (name: string, value: unknown) => {
    const holds = ajv.validate(`#/components/schemas/${name}`, value);
    expect(holds, `${name}: ${ajv.errorsText()}`).to.equal(true);
  };
  before(async () => {
    service = await memoryService();
    document = JSON.parse((await service.client.send('GET', '/openapi.json')).text) as Document;
    operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => [method.toUpperCase(), path, operation] as const),
    );
    for (const [name, schema] of Object.entries(document.components.schemas))
      ajv.addSchema(resolved(schema), `#/components/schemas/${name}`);
  });
  after(() => service.stop());

  /** The same with references that stand on their own for the validator. */
  function resolved(schema: object): object {
    return JSON.parse(JSON.stringify(schema)) as object;
  }

  it('is version 3.1 and holds every route of the running server, and no other', () => {
    expect(document.openapi).to.equal('3.1.0');
    const routes = service.routes.list().filter((route) => route.includes(' /v1/'));
    const documented = operations.map(
      ([method, path]) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
    );
    expect(documented).to.have.members(routes);
  });

  it('gives every operation a name of its own, a summary in both languages, headers and problems', () => {
    const names = operations.map(([, , o]) => o.operationId);
    expect(new Set(names).size).to.equal(names.length);
    for (const [method, path, operation] of operations) {
      expect(operation.summary, path).to.match(/.+ \/ .+/);
      const parameters = operation.parameters.map((p) => p.name);
      expect(parameters, path).to.include('Accept-Language');
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]);
      expect(
        operation.parameters.filter((p) => p.in === 'path').map((p) => p.name),
        path,
      ).to.deep.equal(inPath);
      expect(operation.responses, path).to.include.keys('401', '422', '503');
      expect(
        Object.keys(operation.responses).some((status) => status.startsWith('2')),
        path,
      ).to.equal(true);
      if (parameters.includes('dryRun')) {
        expect(parameters, path).to.include('Idempotency-Key');
        expect(operation.responses, path).to.include.keys('413', '415');
      }
      if (parameters.some((p) => p === 'If-Match' || p === 'If-None-Match'))
        expect(operation.responses, path).to.include.keys('412', '428');
      else expect(operation.responses, path).to.not.have.any.keys('412', '428');
      if (operation.operationId === 'attachment_upload')
        expect(operation.requestBody?.content, path).to.have.keys(...UPLOADED_AS);
      else if (method === 'POST' && operation.requestBody !== undefined)
        expect(operation.requestBody.content, path).to.have.keys('application/json');
    }
  });

  it('uses schemas that are valid, and examples that they hold for', () => {
    for (const [, path, { requestBody, parameters, responses }] of operations) {
      const body = requestBody?.content['application/json']?.schema as { examples?: object[] } | undefined;
      const bodies = body === undefined ? [] : [body];
      for (const schema of [...bodies, ...parameters.map((p) => p.schema)])
        expect(ajv.validateSchema(schema), `${path}: ${ajv.errorsText()}`).to.equal(true);
      for (const example of body?.examples ?? [])
        expect(ajv.validate(body as object, example), `${path}: ${ajv.errorsText()}`).to.equal(true);
      for (const response of Object.values(responses))
        for (const { schema, example } of Object.values(response.content ?? {}))
          if (example !== undefined)
            expect(ajv.validate(schema, example), `${path}: ${ajv.errorsText()}`).to.equal(true);
    }
  });

  it('shows for every action a form with captions in both languages, and an example that the form takes', () => {
    for (const action of ACTIONS) {
      const [, , operation] = operations.find(([, , o]) => o.operationId === action.type)!;
      expect(operation.summary).to.include(action.caption.vi).and.include(action.caption.en);
      expect(() => factOf(action, exampleOf(action)), action.type).to.not.throw();
      const text = JSON.stringify(operation.requestBody);
      expect(text).to.include('"title"').and.include('"description"');
    }
  });

  it('names nulls as type unions, as 3.1 has it', () => {
    const text = JSON.stringify(document);
    expect(text).to.not.include('"nullable"');
    expect(text).to.include('["string","null"]');
  });

  it('names every rule that a finding can have', () => {
    const finding = document.components.schemas['Finding'] as { properties: { rule: { enum: string[] } } };
    expect(finding.properties.rule.enum).to.have.members(Object.keys(RULES));
  });

  it('describes the answers as they are', async () => {
    const api = service.client;
    const unit = await api.openUnit('O1');
    const id = await api.open({ sex: 'female', dateOfBirth: '1980' });
    const done = await api.fact(id, 'recruited', '2013-01-01', { unit });
    check('CommandDone', done.body);
    const graded = await api.fact(id, 'appointed_to_grade', '2013-01-01', { grade: '01.003', step: 1 });
    await api.fact(id, 'appointed_to_position', '2013', { position: 'chanh_vp_ubnd_tp' });
    await api.fact(id, 'paid_by_amount', '2013-01-01', { amount: '5', per: 'year' });
    const target = graded.body.events[0]!.id;
    const content = {
      effective: '2013-02-01',
      document: { number: '1' },
      data: { grade: '01.003', step: 2 },
    };
    const preview = await api.act(id, 'corrections?dryRun=true', { target, content, reason: 'x' });
    check('CommandPreview', preview.body);
    await api.must(
      200,
      api.act(id, 'corrections', { target, content, reason: 'x', approval: { number: '2' } }),
    );
    await api.must(200, api.act(id, 'rescissions', { target, reason: 'x' }));
    const answers: readonly (readonly [string, string])[] = [
      ['Profile', `/v1/persons/${id}`],
      ['Status', `/v1/persons/${id}/status?asOf=2013-06-01`],
      ['History', `/v1/persons/${id}/history`],
      ['RawEvents', `/v1/persons/${id}/events`],
      ['Findings', `/v1/persons/${id}/findings`],
      ['Form2C', `/v1/persons/${id}/forms/2c`],
      ['Supplement', `/v1/persons/${id}/forms/supplement?from=2013-01-01&to=2013-12-31`],
      ['Completeness', `/v1/persons/${id}/completeness`],
      ['Deadlines', `/v1/persons/${id}/deadlines`],
      ['Dues', `/v1/persons/${id}/dues`],
      ['Units', '/v1/units'],
      ['Unit', `/v1/units/${unit}`],
      ['Catalogues', '/v1/catalogues'],
      ['Catalogue', '/v1/catalogues/grade_name'],
      ['FeedPage', '/v1/feed'],
    ];
    for (const [name, path] of answers) check(name, (await api.must(200, api.get(path))).body);
    const whole = await wholePerson(api, unit);
    check('ProposalPreview', (await api.post('/v1/proposals?dryRun=true', raise(whole))).body);
    const made = await api.must(201, api.post('/v1/proposals', raise(whole)));
    check('ProposalDone', made.body);
    check('ProposalHistory', (await api.get(`/v1/proposals/${made.body.id}`)).body);
    check('Problem', (await api.post('/v1/proposals', raise(id))).body);
    check('Problem', (await api.get('/v1/persons/x')).body);
    check('Problem', (await api.act(id, 'actions/died', {})).body);
    check(
      'StaleProblem',
      (await api.act(id, 'actions/died', exampleOf(ACTIONS.at(-1)!), { 'if-match': '"0"' })).body,
    );
  });

  it('has a page that needs no network: every address on it is its own', async () => {
    const page = await service.client.send('GET', '/docs', WHO);
    expect(page.status).to.equal(200);
    const addresses = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((m) => m[1]!);
    expect(addresses.length).to.be.greaterThan(2);
    for (const address of addresses.filter((a) => !a.startsWith('data:'))) {
      expect(address).to.not.match(/^(https?:)?\/\//);
      const asset = await service.client.send('GET', new URL(address, `${service.url}/docs`).pathname);
      expect(asset.status, address).to.equal(200);
    }
    expect(page.headers['content-security-policy']).to.include("default-src 'self'");
  });
});
