import { randomUUID } from 'node:crypto';
import { CALLERS, ROUTES } from '../access/matrixTable.js';
import type { Answer } from '../support/api.js';
import { fitting, type Asked, type Operation } from './matrixRequests.js';
import { MatrixWorld, NAME, type Headers } from './matrixWorld.js';

/** What is told of whatever was counted, by what was found. */
class Tally {
  cells = 0;
  readonly wrong: string[] = [];
  private readonly found = new Map<string, number>();

  add(found: string | number, trouble: string | null): void {
    this.cells += 1;
    this.found.set(String(found), (this.found.get(String(found)) ?? 0) + 1);
    if (trouble !== null) this.wrong.push(trouble);
  }

  mustBeRight(): void {
    if (this.wrong.length > 0) throw new Error(`${this.wrong.length} mismatches:\n${this.wrong.join('\n')}`);
  }

  toString(): string {
    return `${this.cells} cells; ${JSON.stringify(Object.fromEntries([...this.found].sort()))}`;
  }
}

describe('The matrices of rights', function () {
  this.timeout(120_000);
  let world: MatrixWorld;
  before(async () => {
    world = await MatrixWorld.open();
  });
  after(() => world.service.stop());

  const headersOf = (caller: string): Headers => world.callers.get(caller) ?? {};

  async function operations(): Promise<Operation[]> {
    const { text } = await world.api.send('GET', '/openapi.json');
    const { paths } = JSON.parse(text) as { paths: Readonly<Record<string, Readonly<Record<string, Documented>>>> };
    return Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, op]) => operationOf(method.toUpperCase(), path, op)),
    );
  }

  /** Sends it as one of the callers; a key and a stream's end are taken care of. */
  async function send({ method }: Operation, asked: Asked, caller: string, dry: boolean): Promise<Answer> {
    const { path, body, headers } = asked;
    const all = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      'idempotency-key': randomUUID(),
      ...headersOf(caller),
      ...headers,
    };
    const query = dry ? `${path.includes('?') ? '&' : '?'}dryRun=true` : '';
    const sent = body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    return world.api.send(method, `/v1/${path}${query}`, all, sent);
  }

  it('every route × every caller is as the table says: who is let in is answered with that person’s data', async () => {
    const tally = new Tally();
    const done = new Tally();
    const all = await operations();
    const isEarly = ({ path }: Operation) => path.startsWith('proposals');
    const order = (o: Operation) => (isEarly(o) ? 0 : o.method === 'GET' ? 1 : 2);
    const isStream = ({ path }: Operation) => path === 'feed/stream';
    const rank = ({ path }: Operation) =>
      ['sessions/second-factor/confirmation', 'sessions/end'].indexOf(path);
    const routes = all
      .filter((o) => !isStream(o))
      // Lists are read before others come into them.
      .sort((a, b) => order(a) - order(b) || rank(a) - rank(b));
    let others = false;
    for (const operation of routes) {
      if (!others && !isEarly(operation)) {
        await world.addOthers();
        others = true;
      }
      await cellsOf(operation, tally);
      if (operation.hasDryRun) await carriedOut(operation, done);
    }
    tally.mustBeRight();
    done.mustBeRight();
    console.log(`      ${routes.length} routes × ${CALLERS.length} callers: ${tally}`);
    console.log(`      of these, carried out for good by one who may: ${done}`);
  });

  /** All cells of a route: without effect where it can be, so that each caller finds the same. */
  async function cellsOf(operation: Operation, tally: Tally): Promise<void> {
    const { route, path } = operation;
    const row = rowOf(route);
    if (row === undefined) {
      tally.add('no row', `${route}: no row in the table`);
      return;
    }
    // Each makes its own way in or out; anything else is asked by all at once.
    const isOwn = /^(sessions|token|me)/.test(path);
    const shared = isOwn ? null : await fitting(operation, { world, fresh: false, caller: 'h' });
    const cell = async (caller: string, expected: string) => {
      const asked = shared ?? (await fitting(operation, { world, fresh: false, caller }));
      const answer = await send(operation, asked, caller, operation.hasDryRun);
      const trouble = troubleOf(answer, expected, asked.shows);
      tally.add(answer.status, trouble === null ? null : `${route}, ${caller}: ${expected} but ${trouble}`);
    };
    const pairs = [...CALLERS].map((caller, i) => [caller, row[i] ?? ''] as const);
    if (isOwn) for (const [caller, expected] of pairs) await cell(caller, expected);
    else await Promise.all(pairs.map(([caller, expected]) => cell(caller, expected)));
  }

  /** What the cells only previewed, done once, on something of its own, by the least of those who may. */
  async function carriedOut(operation: Operation, tally: Tally): Promise<void> {
    const row = rowOf(operation.route) ?? '';
    const caller = [...'oApsch'].find((c) => row[CALLERS.indexOf(c)] === '+') ?? '';
    const asked = await fitting(operation, { world, fresh: true, caller });
    const answer = await send(operation, asked, caller, false);
    const trouble = troubleOf(answer, '+', asked.shows);
    tally.add(answer.status, trouble === null ? null : `${operation.route}, ${caller}, carried out: ${trouble}`);
  }
});

interface Documented {
  readonly parameters?: readonly { readonly name: string }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: { readonly examples?: readonly object[] } }>>;
  };
}

function operationOf(method: string, path: string, { parameters = [], requestBody }: Documented): Operation {
  return {
    route: `${method} ${path}`,
    method,
    path: path.replace('/v1/', ''),
    hasDryRun: parameters.some((p) => p.name === 'dryRun'),
    example: requestBody?.content['application/json']?.schema.examples?.[0],
  };
}

function rowOf(route: string): string | undefined {
  const name = route.replaceAll(/\{(\w+)\}/g, ':$1');
  return ROUTES.find(([pattern]) => pattern.test(name))?.[1];
}

/** What is wrong with an answer; null: it is as expected. */
function troubleOf({ status, text }: Answer, expected: string, shows: string): string | null {
  const found = `${status} ${text.slice(0, 300)}`;
  const isDone = status >= 200 && status < 300;
  switch (expected) {
    case '+':
      return isDone && text.includes(shows) ? null : `${found} without ${shows}`;
    case '~':
      return isDone && !text.includes(shows) && !isTold(text) ? null : found;
    case '*':
      return isDone || status === 429 ? null : found;
    default:
      return status === { '!': 422, '-': 403, '0': 401 }[expected] && !isTold(text) ? null : found;
  }
}

const isTold = (text: string) => text.toUpperCase().includes(NAME.toUpperCase());
