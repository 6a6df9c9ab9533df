import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { assignmentsOn } from '../access/account.js';
import { reachOf } from '../access/caller.js';
import { GROUNDS, type Verdict } from '../access/decision.js';
import type { Standings } from '../access/gate.js';
import { PASSWORD_LENGTH } from '../access/login/passwords.js';
import { purposeOf, type ToldRead } from '../access/reads/port.js';
import { INTENTS, type Intent } from '../access/rights.js';
import { TextField, UnitField, type FieldClass } from '../record/fields.js';
import type { ApiCore } from './apiCore.js';
import { CORE } from './bus.js';
import { Checker } from './checker.js';
import { ID_SCHEMA, type Request } from './commands.js';
import { isId } from './headers.js';
import { accessOf, Allow, bearerOf, forbidden } from './policy.js';
import { noSuchRecord, Problem } from './problem.js';
import { limitOf, onlyKnown, textOf } from './query.js';
import { propertiesOf, ref } from './schemas.js';

const NAME = { vi: 'Tên đăng nhập', en: 'Account name', secrecy: 'identity', max: 100, line: true } as const;
const PASSWORD = { vi: 'Mật khẩu', en: 'Password', secrecy: 'identity', max: 1000 } as const;
const OTP = {
  vi: 'Mã 6 chữ số của yếu tố thứ hai',
  en: 'Six digits of the second factor',
  secrecy: 'identity',
  max: 6,
} as const;

class SignInForm {
  @TextField(NAME)
  name!: string;

  @TextField(PASSWORD)
  password!: string;

  @TextField({ ...OTP, optional: true })
  otp?: string;

  @UnitField({ vi: 'Đơn vị thay mặt', en: 'Unit to act for', secrecy: 'open', optional: true })
  unit?: string;
}

class PasswordForm {
  @TextField(NAME)
  name!: string;

  @TextField({ vi: 'Mã dùng một lần', en: 'One-time code', secrecy: 'identity', max: 100 })
  code!: string;

  @TextField(PASSWORD)
  password!: string;
}

class LostForm {
  @TextField(NAME)
  name!: string;
}

class SecondFactorForm {
  @TextField({ vi: 'Bí mật đã nhận', en: 'The secret that was proposed', secrecy: 'identity', max: 64 })
  secret!: string;

  @TextField(OTP)
  otp!: string;
}

class TokenForm {
  @TextField({ vi: 'Loại cấp', en: 'client_credentials', secrecy: 'open', max: 40 })
  grant_type!: string;

  @TextField({ vi: 'Mã tài khoản', en: 'Account id', secrecy: 'open', max: 40 })
  client_id!: string;

  @TextField({ vi: 'Bí mật', en: 'Secret', secrecy: 'identity', max: 200 })
  client_secret!: string;
}

function formOf<T extends object>(fields: FieldClass<T>, body: unknown): T {
  const check = new Checker();
  check.fields(fields, body ?? null, '');
  check.done();
  return body as T;
}

function bodyOf(fields: FieldClass): MethodDecorator {
  return ApiBody({
    schema: { type: 'object', additionalProperties: false, properties: propertiesOf(fields) },
  });
}

/** Ways in, one's own account, and one's rights to a record. */
@ApiTags('access')
@Controller('v1')
export class Sessions {
  constructor(@Inject(CORE) private readonly core: ApiCore) {}

  @Post('sessions')
  @Allow({ kind: 'open' })
  @ApiOperation({
    operationId: 'signIn',
    summary: 'Đăng nhập / Log in: a token for the Authorization header',
  })
  @bodyOf(SignInForm)
  @ApiResponse({ status: 201, description: 'Mã phiên / the token', schema: ref('Session') })
  async signIn(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = formOf(SignInForm, request.body);
    const answer = await this.core.access.logins.signIn({ ...form, address: request.ip });
    switch (answer.kind) {
      case 'signedIn': {
        const { kind: _kind, ...session } = answer;
        await reply.status(201).send(session);
        return;
      }
      case 'refused':
        throw new Problem('login-refused');
      case 'secondFactor':
        throw new Problem('second-factor');
      case 'throttled':
        throw new Problem('throttled', [], { seconds: answer.seconds });
      case 'notAssigned':
        throw forbidden(
          'not_assigned',
          'tài khoản không được phân công cho đơn vị này',
          'the account is not assigned to this unit',
        );
      default:
        return answer satisfies never;
    }
  }

  @Post('sessions/password')
  @Allow({ kind: 'open' })
  @ApiOperation({
    operationId: 'setPassword',
    summary: 'Đặt mật khẩu bằng mã dùng một lần / Set one’s password with a one-time code (Đ.16.6)',
  })
  @bodyOf(PasswordForm)
  @ApiResponse({ status: 204, description: 'Đã đặt; mọi phiên cũ chấm dứt / set; older sessions are over' })
  async setPassword(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = formOf(PasswordForm, request.body);
    const asked = { ...form, address: request.ip, correlation: request.id };
    const answer = await this.core.access.logins.setPassword(asked);
    if (answer.kind === 'throttled') throw new Problem('throttled', [], { seconds: answer.seconds });
    if (answer.kind === 'refused') throw new Problem('login-refused');
    if (answer.kind === 'weak') throw weak(answer.fault);
    await reply.status(204).send();
  }

  @Post('sessions/lost')
  @Allow({ kind: 'open' })
  @ApiOperation({
    operationId: 'lostPassword',
    summary: 'Báo mất mật khẩu / Say that a password is lost; an administrator then issues a code (Đ.16.6)',
  })
  @bodyOf(LostForm)
  @ApiResponse({
    status: 202,
    description: 'Đã ghi nhận, dù có tài khoản hay không / noted, whether or not there is such an account',
  })
  async lost(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { name } = formOf(LostForm, request.body);
    const seconds = await this.core.access.logins.requestReset(name, request.ip, request.id);
    if (seconds > 0) throw new Problem('throttled', [], { seconds });
    await reply.status(202).send({ noted: true });
  }

  @Post('sessions/end')
  @Allow({ kind: 'self', early: true })
  @ApiOperation({ operationId: 'signOut', summary: 'Đăng xuất / Log out' })
  @ApiResponse({ status: 204, description: 'Phiên đã chấm dứt / the session is over' })
  async signOut(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.core.access.logins.signOut(bearerOf(request) ?? '');
    await reply.status(204).send();
  }

  @Post('sessions/second-factor')
  @Allow({ kind: 'self', early: true })
  @ApiOperation({
    operationId: 'proposeSecondFactor',
    summary: 'Nhận bí mật cho yếu tố thứ hai (TOTP) / A secret for the second factor',
  })
  @ApiResponse({
    status: 200,
    description: 'Chưa có hiệu lực / not in force yet',
    schema: ref('SecondFactor'),
  })
  async propose(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { account } = accessOf(request);
    // Setting a new one over one in force would let a stolen session take the account over.
    if (account.kind !== 'person' || account.secondFactor.set) throw alreadySet();
    await reply.status(200).send(this.core.access.logins.proposeSecondFactor(account));
  }

  @Post('sessions/second-factor/confirmation')
  @Allow({ kind: 'self', early: true })
  @ApiOperation({
    operationId: 'confirmSecondFactor',
    summary: 'Xác nhận yếu tố thứ hai / Put the second factor in force',
  })
  @bodyOf(SecondFactorForm)
  @ApiResponse({ status: 204, description: 'Có hiệu lực / in force' })
  async confirm(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { account } = accessOf(request);
    if (account.kind !== 'person' || account.secondFactor.set) throw alreadySet();
    const { secret, otp } = formOf(SecondFactorForm, request.body);
    const { logins } = this.core.access;
    if (!(await logins.confirmSecondFactor(account, secret, otp, request.id)))
      throw new Problem('login-refused');
    await reply.status(204).send();
  }

  @Post('token')
  @Allow({ kind: 'open' })
  @ApiOperation({
    operationId: 'token',
    summary: 'Mã ngắn hạn cho hệ thống / A short-lived token for a machine (client credentials)',
  })
  @bodyOf(TokenForm)
  @ApiResponse({ status: 200, description: 'Mã / the token', schema: ref('Token') })
  async token(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { grant_type: grant, client_id: client, client_secret: secret } = formOf(TokenForm, request.body);
    if (grant !== 'client_credentials' || !isId(client)) throw new Problem('login-refused');
    const issued = await this.core.access.logins.tokenFor(client, secret, request.ip);
    if (issued === null) throw new Problem('login-refused');
    if ('seconds' in issued) throw new Problem('throttled', [], { seconds: issued.seconds });
    const expires = Math.round((Date.parse(issued.until) - Date.now()) / 1000);
    await reply.status(200).send({ access_token: issued.token, token_type: 'Bearer', expires_in: expires });
  }

  @Get('me')
  @Allow({ kind: 'self', early: true })
  @ApiOperation({
    operationId: 'me',
    summary: 'Tài khoản của tôi và quyền hôm nay / My account and its rights today',
  })
  @ApiResponse({ status: 200, description: 'Tài khoản / the account', schema: ref('Me') })
  async me(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    onlyKnown(request.query as Record<string, unknown>, []);
    const { account, caller } = accessOf(request);
    const { gate, logins } = this.core.access;
    await reply.send({
      account: account.id,
      name: account.name,
      fullName: account.fullName,
      unit: caller.unit,
      right: caller.right,
      reach: reachOf(caller, gate.units, gate.today),
      person: caller.person,
      scopes: caller.scopes,
      assignments: assignmentsOn(account, logins.today),
      consents: caller.consents,
      secondFactor: account.secondFactor,
    });
  }

  @Get('persons/:id/access/explain')
  @Allow({ kind: 'explain' })
  @ApiOperation({
    operationId: 'explainAccess',
    summary: 'Vì sao tôi được hay không được / Why I may or may not do what with this record',
  })
  @ApiParam({ name: 'id', schema: ID_SCHEMA })
  @ApiResponse({ status: 200, description: 'Từng việc / for each thing', schema: ref('Explanation') })
  async explain(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    onlyKnown(request.query, []);
    const { id } = request.params;
    const { gate } = this.core.access;
    const standings = isId(id) ? await gate.standing(id, true) : null;
    if (standings === null) throw noSuchRecord();
    const { caller } = accessOf(request);
    await reply.send({
      id: standings.record,
      today: gate.today,
      intents: (Object.keys(INTENTS) as Intent[]).map((intent) => ({
        intent,
        ...INTENTS[intent],
        ...verdictView(gate.decide(caller, intent, standings.standing)),
      })),
    });
  }

  @Get('persons/:id/reads')
  @Allow({ kind: 'record', intent: 'history', grounds: ['city', 'keeper', 'self'] })
  @ApiOperation({
    operationId: 'reads',
    summary: 'Ai đã xem hồ sơ này / Who has read this file',
    description:
      'Cả những lần người vận hành xem trực tiếp qua dòng lệnh, kèm mục đích; và những lần xem các hồ sơ đã nhập vào hồ sơ này. / Direct access on the command line is among it, with its purpose; so are reads of records that were merged into this one.',
  })
  @ApiParam({ name: 'id', schema: ID_SCHEMA })
  @ApiQuery({
    name: 'before',
    required: false,
    description: 'tiếp theo / number of the last line of the page before',
    schema: { type: 'integer' },
  })
  @ApiQuery({
    name: 'limit',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
  })
  @ApiResponse({
    status: 200,
    description: 'Các lần xem, mới nhất trước / the reads, the latest first',
    schema: ref('Reads'),
  })
  async reads(@Req() request: Request, @Res() reply: FastifyReply): Promise<void> {
    onlyKnown(request.query, ['before', 'limit']);
    const before = textOf(request.query, 'before');
    const limit = limitOf(request.query, 50, 200);
    const { reads } = this.core.access;
    await reads.flush();
    const { record: id, chain, mergedFrom } = accessOf(request).standings as Standings;
    const records = [...new Set([id, ...chain, ...mergedFrom])];
    const lines = await reads.ofPerson(
      records,
      limit,
      before === undefined ? undefined : Number(before) || 0,
    );
    await reply.send({
      id,
      reads: lines.map(toldView),
      next: lines.length === limit ? (lines.at(-1)?.id ?? null) : null,
    });
  }
}

/** Without what the audit keeps for itself: the sealed filter, and the login. */
function toldView(told: ToldRead): object {
  const { filter: _filter, client: _client, ...line } = told;
  return { ...line, purpose: purposeOf(told) };
}

function verdictView(verdict: Verdict): object {
  if (!verdict.allowed) return { allowed: false, refused: verdict.refused };
  const { ground, groups, days, consents } = verdict;
  return { allowed: true, ground, because: GROUNDS[ground], groups, days, consents };
}

function weak(fault: 'password_length' | 'password_common'): Problem {
  const { least, most } = PASSWORD_LENGTH;
  const texts = {
    password_length: {
      vi: `phải có từ ${least} đến ${most} ký tự`,
      en: `must have ${least} to ${most} characters`,
    },
    password_common: {
      vi: 'quá phổ biến hoặc chứa tên đăng nhập',
      en: 'is too common, or holds the account’s name',
    },
  };
  return new Problem('invalid', [{ pointer: '/password', rule: fault, ...texts[fault] }]);
}

function alreadySet(): Problem {
  return forbidden(
    'second_factor_state',
    'yếu tố thứ hai đã có; quản trị viên bỏ trước khi đặt lại',
    'a second factor is set; an administrator waives it before another is',
  );
}
