import { STATUS_CODES } from 'node:http';

/** One thing that is wrong, in both languages. */
export interface Fault {
  /** JSON pointer into the request's body; empty for the whole. */
  readonly pointer?: string;
  /** Name of the header or query parameter at fault. */
  readonly parameter?: string;
  /** Stable code of the rule. */
  readonly rule: string;
  readonly vi: string;
  readonly en: string;
  /** Legal source of a rule of law. */
  readonly source?: string;
  /** Facts in conflict, by event id. */
  readonly facts?: readonly string[];
  readonly params?: Readonly<Record<string, string>>;
  /** The gate that stands against a proposal: R-15.5đ, R-18.4e, R-18.3c. */
  readonly gate?: string;
  /** What the record lacks of being complete. */
  readonly lacks?: readonly object[];
  /** The irregularities that a proposal may not have. */
  readonly findings?: readonly object[];
}

/** What a problem type always says. */
interface ProblemType {
  readonly status: number;
  readonly vi: string;
  readonly en: string;
}

/** Every kind of problem the API answers with, by the last part of its type URI. */
export const PROBLEMS = {
  malformed: { status: 400, vi: 'Yêu cầu không đọc được', en: 'The request cannot be read' },
  invalid: { status: 422, vi: 'Dữ liệu không đúng biểu mẫu', en: 'The data do not fit the form' },
  refused: { status: 422, vi: 'Việc bị từ chối theo quy tắc', en: 'A rule refuses the command' },
  'key-reused': {
    status: 422,
    vi: 'Idempotency-Key đã dùng cho một yêu cầu khác',
    en: 'The Idempotency-Key was used for another request',
  },
  unauthenticated: {
    status: 401,
    vi: 'Cần đăng nhập: thiếu mã phiên, hoặc phiên đã hết hiệu lực',
    en: 'A login is needed: the token is missing, or no longer good',
  },
  'login-refused': {
    status: 401,
    vi: 'Tên, mật khẩu hoặc mã không đúng',
    en: 'Name, password or code is wrong',
  },
  'second-factor': {
    status: 401,
    vi: 'Cần yếu tố xác thực thứ hai',
    en: 'The second factor is needed',
  },
  forbidden: { status: 403, vi: 'Không có quyền', en: 'No right to it' },
  'not-found': { status: 404, vi: 'Không tìm thấy', en: 'Not found' },
  erased: {
    status: 410,
    vi: 'Nội dung đã bị hủy theo quyết định',
    en: 'The content was lawfully destroyed',
  },
  'method-not-allowed': {
    status: 405,
    vi: 'Phương thức không được hỗ trợ',
    en: 'The method is not allowed here',
  },
  'not-acceptable': {
    status: 406,
    vi: 'Câu trả lời chỉ có dạng application/json',
    en: 'Answers come as application/json only',
  },
  stale: {
    status: 412,
    vi: 'Dữ liệu đã thay đổi từ khi được đọc',
    en: 'It has changed since it was read',
  },
  'too-large': { status: 413, vi: 'Yêu cầu quá lớn', en: 'The request is too large' },
  'media-type': {
    status: 415,
    vi: 'Chỉ nhận application/json (bản quét: PDF, JPEG, PNG)',
    en: 'Only application/json is taken (scans: PDF, JPEG, PNG)',
  },
  'precondition-required': {
    status: 428,
    vi: 'Thiếu If-Match (hoặc If-None-Match: * khi lập mới)',
    en: 'If-Match (or If-None-Match: * to open something new) is required',
  },
  throttled: {
    status: 429,
    vi: 'Quá nhiều lần; hãy chờ rồi thử lại',
    en: 'Too often; wait, then try again',
  },
  unavailable: {
    status: 503,
    vi: 'Dịch vụ tạm thời không phục vụ được; hãy gửi lại với cùng Idempotency-Key',
    en: 'The service cannot answer now; send again with the same Idempotency-Key',
  },
  behind: {
    status: 503,
    vi: 'Mô hình đọc chưa theo kịp; hãy thử lại sau giây lát',
    en: 'The read model has not caught up yet; try again in a moment',
  },
  'evidence-broken': {
    status: 503,
    vi: 'Nhật ký không khớp với những gì đã ký xác nhận; hãy báo người quản trị (hoso verify)',
    en: 'The log does not fit what was signed; tell the operator (hoso verify)',
  },
  'attachment-broken': {
    status: 503,
    vi: 'Bản quét thiếu hoặc không còn như khi được lưu; hãy báo người quản trị (hoso verify)',
    en: 'The scan is missing, or not what was stored; tell the operator (hoso verify)',
  },
  internal: { status: 500, vi: 'Lỗi nội bộ', en: 'Internal error' },
} as const satisfies Record<string, ProblemType>;

export type ProblemKind = keyof typeof PROBLEMS;

/** RFC 9457 problem details, as an error to throw. Becomes application/problem+json. */
export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    readonly kind: ProblemKind,
    readonly faults: readonly Fault[] = [],
    /** Members of this problem type's own, for instance what happened in between. */
    readonly more: Readonly<Record<string, unknown>> = {},
  ) {
    super(PROBLEMS[kind].en);
  }

  get status(): number {
    return PROBLEMS[this.kind].status;
  }

  /** The JSON body, worded in the reader's language; every fault carries both. */
  body(language: Language, instance: string): object {
    const { status, vi, en } = PROBLEMS[this.kind];
    const [first] = this.faults;
    return {
      type: `urn:hoso:problem:${this.kind}`,
      title: language === 'vi' ? vi : en,
      status,
      ...(first === undefined ? {} : { detail: first[language] }),
      instance: `urn:hoso:request:${instance}`,
      errors: this.faults,
      ...this.more,
    };
  }
}

/** The record asked for is not there; at a K before its opening it is not there yet. */
export function noSuchRecord(): Problem {
  return new Problem('not-found', [
    { rule: 'record', vi: 'không có hồ sơ này', en: 'there is no such record' },
  ]);
}

export function noSuchProposal(): Problem {
  return new Problem('not-found', [
    { rule: 'proposal', vi: 'không có đề nghị này', en: 'there is no such proposal' },
  ]);
}

export function noSuchUnit(): Problem {
  return new Problem('not-found', [{ rule: 'unit', vi: 'không có đơn vị này', en: 'there is no such unit' }]);
}

export function noSuchList(): Problem {
  return new Problem('not-found', [
    { rule: 'list', vi: 'không có danh mục này', en: 'there is no such list' },
  ]);
}

export type Language = 'vi' | 'en';

/** Vietnamese unless the reader prefers English. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const q = parameters.map((p) => /^\s*q=([\d.]+)$/.exec(p)?.[1]).find((v) => v !== undefined);
      return { tag: tag.split('-')[0], weight: q === undefined ? 1 : Number(q) };
    })
    .filter(({ tag }) => tag === 'vi' || tag === 'en')
    .sort((a, b) => b.weight - a.weight);
  return wanted[0]?.tag === 'en' ? 'en' : 'vi';
}

/** The problem for a bare HTTP status. */
export function problemOfStatus(status: number): Problem {
  const kind = (Object.keys(PROBLEMS) as ProblemKind[]).find((k) => PROBLEMS[k].status === status);
  if (kind !== undefined) return new Problem(kind);
  const text = STATUS_CODES[status] ?? 'Bad Request';
  return new Problem(status >= 500 ? 'internal' : 'malformed', [
    { rule: `http_${status}`, vi: text, en: text },
  ]);
}
