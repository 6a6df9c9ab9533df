import { Controller, Get, Inject, Post, type Type } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Account } from '../access/account.js';
import type { AccountAnswer } from '../access/accounts.js';
import { mayAdminister } from '../access/decide.js';
import {
  ACCOUNT_FACTS,
  AccountAssigned,
  AccountCreated,
  type AccountFact,
  type AccountFactType,
} from '../access/facts.js';
import { ACCOUNT_RULES } from '../access/ruleBook.js';
import { schemaOf } from '../record/fields.js';
import { nfc } from '../sealing/canonical.js';
import type { Json } from '../sealing/port.js';
import type { ApiCore } from './apiCore.js';
import { CORE } from './bus.js';
import { Checker } from './checker.js';
import { addRoute, DRY_RUN, frameOf, ID_SCHEMA, type Request } from './commands.js';
import { isId } from './headers.js';
import { accessOf, Allow, noRight } from './policy.js';
import { Problem } from './problem.js';
import { onlyKnown } from './query.js';
import { ref } from './schemas.js';
import { tokenOf } from './tokens.js';

/** A route for one kind of fact; what it hands out once stands beside the answer. */
interface Route {
  readonly path: string;
  readonly type: AccountFactType;
  readonly summary: string;
}

const ROUTES: readonly Route[] = [
  {
    path: 'assignments',
    type: 'account_assigned',
    summary: 'Phân công tài khoản cho một cơ quan / Assign to an agency (Đ.15.2)',
  },
  { path: 'assignment-ends', type: 'assignment_ended', summary: 'Chấm dứt phân công / End an assignment' },
  {
    path: 'consents',
    type: 'consent_given',
    summary: 'Văn bản đồng ý cho khai thác hồ sơ / Written consent to study records (Đ.7.3)',
  },
  {
    path: 'consent-withdrawals',
    type: 'consent_withdrawn',
    summary: 'Rút văn bản đồng ý / Withdraw a consent',
  },
  {
    path: 'person',
    type: 'person_linked',
    summary: 'Gắn với hồ sơ của chính người đó / Link with the person’s own record',
  },
  {
    path: 'disabling',
    type: 'account_disabled',
    summary:
      'Khóa tài khoản; mọi phiên và luồng chấm dứt ngay / Disable: every session, token and stream ends at once',
  },
  { path: 'enabling', type: 'account_enabled', summary: 'Mở lại tài khoản / Enable again' },
  {
    path: 'codes',
    type: 'code_issued',
    summary: 'Cấp mã dùng một lần để đặt mật khẩu / Issue a one-time code for a password (Đ.16.6)',
  },
  {
    path: 'second-factor',
    type: 'second_factor_required',
    summary: 'Bắt buộc yếu tố thứ hai / Require the second factor',
  },
  {
    path: 'second-factor-waiver',
    type: 'second_factor_waived',
    summary: 'Bỏ yếu tố thứ hai / Waive the second factor',
  },
  {
    path: 'secrets',
    type: 'secret_issued',
    summary: 'Cấp bí mật cho hệ thống, chỉ hiện một lần / Issue a machine’s secret, shown once',
  },
  { path: 'secret-retirements', type: 'secret_retired', summary: 'Thu hồi bí mật / Retire a secret' },
];

/** Facts whose content the service makes itself. */
const MADE_HERE: ReadonlySet<AccountFactType> = new Set(['secret_issued']);

@ApiTags('access')
@Controller('v1/accounts')
class AccountRoutes {
  constructor(@Inject(CORE) private readonly core: ApiCore) {}

  /** Makes an account and gives it its first assignment; its first password is set by its person, with a one-time code. */
  async create(request: Request, reply: FastifyReply): Promise<void> {
    const { account, assignment } = creationOf(request.body);
    const id = this.core.access.accounts.idOf(account.name);
    const facts: AccountFact[] = [
      { type: 'account_created', data: account },
      ...(assignment === undefined ? [] : [{ type: 'account_assigned' as const, data: assignment }]),
      ...(account.kind === 'person'
        ? [{ type: 'code_issued' as const, data: { purpose: 'first' as const } }]
        : []),
    ];
    const answer = await this.execute(request, 'accounts', id, facts);
    const more =
      answer.kind === 'done' && !answer.replayed && account.kind === 'person' ? await this.codeFor(id) : {};
    await this.answer(id, answer, more, reply, 201);
  }

  async take({ path, type }: Route, request: Request, reply: FastifyReply): Promise<void> {
    const { id } = request.params;
    if (!isId(id)) throw noSuchAccount();
    const secret = type === 'secret_issued' ? this.core.access.logins.newSecret() : null;
    const fact =
      secret === null
        ? factOf(type, request.body)
        : { type: 'secret_issued' as const, data: { secret: secret.id } };
    await this.checkTarget(fact, request);
    const answer = await this.execute(request, path, id, [fact]);
    let more: object = {};
    // What is handed out is shown once: a retry of the same command answers without it.
    if (answer.kind === 'done' && !answer.replayed) {
      if (type === 'code_issued') more = await this.codeFor(id);
      if (secret !== null) {
        await this.core.access.logins.keepSecret(id, secret.id, secret.hash);
        more = { secret: { id: secret.id, secret: secret.secret } };
      }
    }
    // Done again, it completes what a crash cut off; it does not take away what was set since.
    if (answer.kind === 'done' && type === 'second_factor_waived' && !answer.account.secondFactor.set)
      await this.core.access.logins.dropSecondFactor(id);
    await this.answer(id, answer, more, reply, 200);
  }

  async list(request: Request, reply: FastifyReply): Promise<void> {
    onlyKnown(request.query, []);
    const context = this.contextOf(request);
    const accounts = await this.core.access.accounts.all();
    await reply.send({ accounts: accounts.filter((a) => mayAdminister(a, context)).map(accountView) });
  }

  async one(request: Request, reply: FastifyReply): Promise<void> {
    onlyKnown(request.query, []);
    const account = isId(request.params.id) ? await this.core.access.accounts.find(request.params.id) : null;
    if (account === null) throw noSuchAccount();
    if (!mayAdminister(account, this.contextOf(request))) throw noRight();
    await reply.send(accountView(account));
  }

  /** Consent to a record is given by the agency that manages it (Điều 7.3); so is the link with one's own. */
  private async checkTarget(fact: AccountFact, request: Request): Promise<void> {
    const person =
      fact.type === 'consent_given' || fact.type === 'person_linked' ? fact.data.person : undefined;
    if (person === undefined) return;
    const { gate } = this.core.access;
    const standings = isId(person) ? await gate.standing(person, false) : null;
    if (standings === null)
      throw new Problem('invalid', [
        { pointer: '/person', rule: 'record', vi: 'không có hồ sơ này', en: 'there is no such record' },
      ]);
    if (!gate.decide(accessOf(request).caller, 'command', standings.standing).allowed) throw noRight();
  }

  private async execute(
    request: Request,
    route: string,
    id: string,
    facts: readonly AccountFact[],
  ): Promise<AccountAnswer> {
    const { actor: _actor, ...frame } = frameOf(request, route);
    const { caller, units, today } = this.contextOf(request);
    return this.core.access.accounts.execute({ ...frame, caller, account: id, facts }, { units, today });
  }

  private async codeFor(account: string): Promise<object> {
    return { code: await this.core.access.logins.issueCode(account) };
  }

  private async answer(
    id: string,
    answer: AccountAnswer,
    more: object,
    reply: FastifyReply,
    created: number,
  ): Promise<void> {
    switch (answer.kind) {
      case 'done': {
        const { position, sequence, events, account, replayed } = answer;
        const token = position === null ? null : tokenOf(position);
        const told = events.map(({ id: event, type, revision }) => ({ id: event, type, revision }));
        const body = { id, revision: account.revision, sequence, token, events: told, ...more };
        await reply.status(replayed ? 200 : created).send(body);
        return;
      }
      case 'preview':
        await reply.status(200).send({ id, dryRun: true, events: answer.events });
        return;
      case 'refused':
        throw new Problem(
          'refused',
          answer.rules.map((rule) => ({ rule, ...ACCOUNT_RULES[rule] })),
        );
      case 'forbidden':
        throw noRight();
      case 'notFound':
        throw noSuchAccount();
      case 'keyReused':
        throw new Problem('key-reused');
      default:
        return answer satisfies never;
    }
  }

  private contextOf(request: Request) {
    const { gate } = this.core.access;
    return { caller: accessOf(request).caller, units: gate.units, today: gate.today };
  }
}

function creationOf(body: unknown): { account: AccountCreated; assignment?: AccountAssigned } {
  const check = new Checker();
  if (!check.object(body, '', ['account', 'assignment'], ['account'])) return check.fail();
  check.fields(AccountCreated, body['account'], '/account');
  if (body['assignment'] !== undefined) check.fields(AccountAssigned, body['assignment'], '/assignment');
  check.done();
  return nfc(body as Json) as unknown as { account: AccountCreated; assignment?: AccountAssigned };
}

function factOf(type: AccountFactType, body: unknown): AccountFact {
  const check = new Checker();
  check.fields(ACCOUNT_FACTS[type], body ?? {}, '');
  check.done();
  return { type, data: nfc((body ?? {}) as Json) } as unknown as AccountFact;
}

function accountView({ sessionsFrom: _from, ...account }: Account): object {
  return account;
}

function noSuchAccount(): Problem {
  return new Problem('not-found', [
    { rule: 'account', vi: 'không có tài khoản này', en: 'there is no such account' },
  ]);
}

const DONE = ApiResponse({
  status: 200,
  description: 'Đã thực hiện, hoặc xem trước / done, or previewed',
  schema: ref('AccountDone'),
});

/** The controller, with a route for everything that can happen to an account. */
export function accountsController(): Type {
  const add = (
    name: string,
    handler: (controller: AccountRoutes, request: Request, reply: FastifyReply) => Promise<void>,
    decorators: readonly MethodDecorator[],
  ) => {
    addRoute(
      AccountRoutes,
      name,
      function (this: AccountRoutes, request, reply) {
        return handler(this, request, reply);
      },
      [Allow({ kind: 'accounts' }), ...decorators],
    );
  };
  add('account_created', (it, request, reply) => it.create(request, reply), [
    Post(),
    ApiOperation({ operationId: 'account_created', summary: 'Lập tài khoản / Make an account (Đ.5.1, 5.3)' }),
    ApiBody({
      schema: {
        type: 'object',
        required: ['account'],
        additionalProperties: false,
        properties: { account: schemaOf(AccountCreated), assignment: schemaOf(AccountAssigned) },
      },
    }),
    DRY_RUN,
    DONE,
    ApiResponse({
      status: 201,
      description: 'Đã lập, với mã dùng một lần / made, with a one-time code',
      schema: ref('AccountDone'),
    }),
  ]);
  for (const route of ROUTES)
    add(route.type, (it, request, reply) => it.take(route, request, reply), [
      Post(`:id/${route.path}`),
      ApiOperation({ operationId: route.type, summary: route.summary }),
      ApiParam({ name: 'id', schema: ID_SCHEMA }),
      ApiBody({
        schema: MADE_HERE.has(route.type)
          ? { type: 'object', additionalProperties: false }
          : schemaOf(ACCOUNT_FACTS[route.type]),
      }),
      DRY_RUN,
      DONE,
    ]);
  add('accounts', (it, request, reply) => it.list(request, reply), [
    Get(),
    ApiOperation({
      operationId: 'accounts',
      summary: 'Các tài khoản tôi quản trị / The accounts that I administer',
    }),
    ApiResponse({ status: 200, description: 'Các tài khoản / the accounts', schema: ref('Accounts') }),
  ]);
  add('account', (it, request, reply) => it.one(request, reply), [
    Get(':id'),
    ApiOperation({ operationId: 'account', summary: 'Một tài khoản / An account' }),
    ApiParam({ name: 'id', schema: ID_SCHEMA }),
    ApiResponse({ status: 200, description: 'Tài khoản / the account', schema: ref('Account') }),
  ]);
  return AccountRoutes;
}
