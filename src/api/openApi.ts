import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { RULES } from '../record/ruleBook.js';
import { Problem, PROBLEMS, type ProblemKind } from './problem.js';
import { RELEASE } from './release.js';
import { COMPONENTS } from './components.js';
import { ref } from './schemas.js';

interface Parameter {
  readonly name: string;
  readonly in: string;
}
interface Operation {
  parameters?: object[];
  responses: Record<string, object>;
  requestBody?: { required?: boolean };
  description?: string;
  security?: object[];
}

/** Serves the OpenAPI 3.1 document of the running routes at /openapi.json, and its page at /docs, without any network. */
export function setUpOpenApi(app: NestFastifyApplication, bodyLimit: number): void {
  // The document takes a while and 5 MB: it is made when it is first asked for.
  SwaggerModule.setup('docs', app, () => openApi(app, bodyLimit), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Hoso API',
    customfavIcon: 'data:,',
    customCss: '.swagger-ui .topbar { display: none } .swagger-ui .info { margin: 24px 0 }',
    swaggerOptions: { docExpansion: 'list', defaultModelsExpandDepth: 0, deepLinking: true },
  });
}

function openApi(app: NestFastifyApplication, bodyLimit: number): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Hoso')
    .setDescription(
      `${DESCRIPTION}- Thân yêu cầu tối đa ${bodyLimit} byte. / A request's body has at most ${bodyLimit} bytes.\n`,
    )
    .setVersion(RELEASE)
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        description: 'Mã phiên, hoặc mã của hệ thống / a session’s token, or a machine’s',
      },
      'bearer',
    )
    .addTag('access', 'Đăng nhập, tài khoản, quyền / logins, accounts, rights')
    .addTag('commands', 'Việc của một hồ sơ / personnel actions and everything else done to a record')
    .addTag('proposals', 'Đề nghị, kiểm tra, quyết định / proposals, their checks and decisions')
    .addTag('records', 'Một hồ sơ vào ngày E, theo những gì đã biết lúc K / one record on (E, K)')
    .addTag('lists', 'Danh sách, tìm kiếm / lists and search')
    .addTag('reference', 'Đơn vị, danh mục / units and lists of codes')
    .addTag('destructions', 'Hủy nội dung theo quyết định / lawful destruction of sealed values')
    .addTag('feed', 'Các thay đổi theo thứ tự / every change once, in order')
    .addTag('evidence', 'Bằng chứng của nhật ký / what proves that nothing was altered')
    .build();
  const document = SwaggerModule.createDocument(app, config);
  for (const item of Object.values(document.paths))
    for (const [method, operation] of Object.entries(item as Record<string, Operation>))
      complete(method, operation);
  document.components = { ...document.components, schemas: COMPONENTS };
  // Plain JSON: what was left undefined is not there.
  return JSON.parse(JSON.stringify(document)) as OpenAPIObject;
}

/** Adds what the way of every request brings with it: headers, and the problems that may come of it. */
function complete(method: string, operation: Operation): void {
  const parameters = (operation.parameters ??= []);
  const has = (name: string) => parameters.some((p) => (p as Parameter).name === name);
  const isCommand = has('dryRun');
  if (isCommand) parameters.push(KEY);
  parameters.push(LANGUAGE);
  if (operation.requestBody) operation.requestBody.required = true;
  const conditional = has('If-Match') || has('If-None-Match');
  const kinds: ProblemKind[] = [
    ...(operation.security === undefined
      ? (['login-refused', 'throttled'] as const)
      : (['unauthenticated', 'forbidden'] as const)),
    'not-acceptable',
    'invalid',
    ...(method === 'post' ? (['malformed', 'too-large', 'media-type'] as const) : []),
    ...(isCommand
      ? (['refused', 'key-reused', 'unavailable'] as const)
      : (['behind', 'unavailable'] as const)),
    ...(conditional ? (['precondition-required', 'stale'] as const) : []),
    ...(has('id') ? (['not-found'] as const) : []),
  ];
  for (const kind of kinds) {
    const { status, vi, en } = PROBLEMS[kind];
    const said = (operation.responses[status] as { description?: string } | undefined)?.description;
    const line = `${kind}: ${vi} / ${en}`;
    operation.responses[status] = {
      description: said === undefined ? line : `${said}; ${line}`,
      content: {
        'application/problem+json': {
          schema: ref(kind === 'stale' ? 'StaleProblem' : 'Problem'),
          example: EXAMPLES[status] ?? problemExample(kind),
        },
      },
    };
  }
  if (!isCommand) return;
  for (const status of ['200', '201']) {
    const response = operation.responses[status];
    if (response !== undefined) Object.assign(response, { headers: ANSWER_HEADERS });
  }
}

function problemExample(kind: ProblemKind): object {
  return new Problem(kind, [], kind === 'stale' ? { revision: 3, since: [] } : {}).body('vi', 'b3f1');
}

const NOTED = '7d7f0c8e-5f0c-8a55-9b7e-3d2c1b0a9f88';
const EXAMPLES: Readonly<Record<number, object>> = {
  422: new Problem('refused', [
    {
      pointer: '/data/toUnit',
      rule: 'unit_invalid',
      vi: RULES.unit_invalid.vi,
      en: RULES.unit_invalid.en,
      source: RULES.unit_invalid.source,
      facts: [NOTED],
      params: { change: '0' },
    },
  ]).body('vi', 'b3f1'),
};

const KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description:
    'Cùng khóa, cùng yêu cầu: chỉ thực hiện một lần, trả lời như lần đầu / the same key and request are carried out once and answered alike',
  schema: { type: 'string', minLength: 1, maxLength: 200, pattern: '^[\\x21-\\x7e]+$' },
  example: 'hrm-2026-000123',
};
const LANGUAGE = {
  name: 'Accept-Language',
  in: 'header',
  required: false,
  description: 'vi (mặc định / default), en',
  schema: { type: 'string', default: 'vi' },
};
const ANSWER_HEADERS = {
  ETag: { description: 'Bản mới, cho If-Match / the new revision, for If-Match', schema: { type: 'string' } },
  Location: { description: 'Địa chỉ / where it is', schema: { type: 'string' } },
};

const DESCRIPTION = `
**Hồ sơ cán bộ, công chức, viên chức** theo Quyết định 8060/QĐ-UBND. / **The personnel record** of those who serve the public.

- Đăng nhập: \`POST /v1/sessions\`; mã nhận được gửi kèm mọi yêu cầu (\`Authorization: Bearer …\`). Ai được làm gì do phân công và văn bản đồng ý hôm nay quyết định.
  / Log in with \`POST /v1/sessions\` and send its token with every request. Who may do what follows from the assignments and consents of today.
- Mỗi lệnh nêu một \`Idempotency-Key\` và bản đã đọc (\`If-Match\`; \`If-None-Match: *\` khi lập mới).
  / Every command names an \`Idempotency-Key\` and the revision that was read.
- \`?dryRun=true\` cho xem trước mọi thay đổi, không ghi gì. / shows what would change, and writes nothing.
- Mỗi câu hỏi nhận \`asOf\` (ngày E) và \`knownAt\` (K: số thứ tự, ngày, thời điểm). Cùng (E, K), cùng câu trả lời.
  / Every question takes both; the same (E, K) has the same answer for ever.
- Lỗi theo RFC 9457, nêu trường và quy tắc, cả tiếng Việt lẫn tiếng Anh. / Problems name field and rule, in both languages.
- Việc *không thể* bị từ chối; việc *trái quy định* nhưng có trên giấy được ghi, kèm phát hiện (finding).
  / What is impossible is refused; what is irregular, yet on paper, is recorded with findings.
`;
