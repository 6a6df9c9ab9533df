/** The schemas that the OpenAPI document names: what answers look like. Nulls are type unions, as 3.1 has it. */
import { ESTABLISHMENT_KINDS } from '../organisation/establishment.js';
import { GROUNDS as RIGHTS_REST_ON } from '../access/decision.js';
import { INTENTS, REACHES, RIGHTS, SCOPES } from '../access/rights.js';
import { eventSchemas } from '../recording/eventSchemas.js';
import { DocumentBlock } from '../record/document.js';
import { MEDIA_TYPES } from '../attachments/mediaType.js';
import { FIELD_GROUPS } from '../fieldGroups.js';
import { RULES } from '../record/ruleBook.js';
import { schemaOf, type JsonSchema } from '../record/fields.js';
import { SPELL_KINDS } from '../record/spells.js';
import { PAST_CHANGES } from '../proposals/pastChange.js';
import { PROPOSAL_STATUSES } from '../proposals/proposal.js';
import { changesSchema, factContentSchema } from './forms.js';
import { PROBLEMS } from './problem.js';
import { DUTY_COMPONENTS } from './dutyComponents.js';
import { UNIT_LIST_COMPONENTS } from './unitListComponents.js';
import {
  cursor,
  day,
  flag,
  FRAME,
  id,
  idOrNull,
  list,
  moment,
  object,
  orNull,
  PARAMS,
  record,
  RULE,
  text,
  textOrNull,
  whole,
  wholeOrNull,
} from './shapes.js';
import { ref } from './schemas.js';
import { STATUSES } from './search.js';

const disputed = {
  ...list(id),
  description: 'Các yêu cầu kiểm tra còn mở / open disputes about it',
};

/** A value, with the fact that set it, the day since which it holds, and the disputes about it. */
const set = (
  properties: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = [],
): JsonSchema =>
  orNull(
    object(
      {
        ...properties,
        by: { ...id, description: 'Việc đã đặt giá trị / the fact that set it' },
        since: day,
        disputed,
      },
      optional,
    ),
  );

const PLACEMENT = set({ unit: id, until: day }, ['until']);
const STATUS = object({
  status: { type: 'string', enum: STATUSES },
  since: { ...textOrNull },
  by: idOrNull,
  disputed,
});
const POST = object(
  {
    position: text,
    unit: idOrNull,
    by: id,
    since: day,
    kind: {
      enum: ['elected', 'acting', 'in_charge'],
      type: 'string',
      description: 'Không có: bổ nhiệm / absent: appointed',
    },
    termEnds: day,
    termBy: { ...id, description: 'Việc định thời hạn, nếu khác / the fact that set the term, if another' },
    disputed,
  },
  ['kind', 'termEnds', 'termBy'],
);
const GRADE = set({ grade: text, step: whole, coefficient: text, salaryDate: day, nextStepFrom: day }, [
  'coefficient',
]);
const DISPUTES = {
  ...list(object({ dispute: id, since: day, fact: idOrNull, item: textOrNull })),
  description:
    'Các yêu cầu kiểm tra còn mở của hồ sơ; mục không được xem là null / all open disputes of the record; an item that is withheld is null',
};
const RECORDED = object({
  at: moment,
  sequence: wholeOrNull,
  revision: whole,
  account: idOrNull,
  unit: idOrNull,
});
const CONTENT = {
  effective: { ...text, description: 'YYYY-MM-DD, YYYY-MM, YYYY' },
  ordinal: whole,
  document: orNull(ref('Document')),
  data: { type: 'object' },
  erased: list(text),
};
const UNSURE = ['ordinal', 'erased'];
const GROUNDS = { reason: text, approval: orNull(ref('Document')), recorded: RECORDED };
const UNIT_ON_DAY = {
  id,
  exists: flag,
  code: text,
  name: text,
  nameEn: textOrNull,
  type: text,
  level: wholeOrNull,
  parent: idOrNull,
};
const ENTRY = object(
  {
    id,
    code: text,
    name: text,
    nameEn: text,
    source: text,
    validFrom: day,
    validTo: day,
    confirmed: flag,
    attributes: PARAMS,
  },
  ['nameEn', 'validFrom', 'validTo', 'attributes'],
);
const FINDING = {
  rule: RULE,
  kind: { type: 'string', enum: ['impossible', 'unverified', 'irregular'] },
  fact: id,
  others: list(id),
  params: PARAMS,
  vi: text,
  en: text,
  source: { ...text, description: 'Điều luật hoặc nguồn / article or other source' },
};
const CHANGE = {
  cursor: { ...text, description: 'Tiếp tục từ đây / go on from here (after, Last-Event-ID)' },
  sequence: wholeOrNull,
  event: id,
  type: text,
  scope: {
    type: 'string',
    enum: ['in', 'out', 'changed'],
    description:
      'in: hãy đọc lại; out: không còn được xem; changed: quyền của tài khoản này thay đổi / in: fetch it; out: no longer to be seen; changed: this account’s own rights changed',
  },
  kind: { type: 'string', enum: ['person', 'unit', 'catalogue', 'account'] },
  id: text,
  revision: whole,
  effective: textOrNull,
  recordedAt: moment,
};
const STAGE = {
  type: 'string',
  enum: ['full', 'second_factor'],
  description: 'second_factor: chỉ để đặt yếu tố thứ hai / good for setting up the second factor only',
};
const SECOND_FACTOR = object({ required: flag, set: flag });
const ACCOUNT = object({
  id,
  kind: { type: 'string', enum: ['person', 'machine'] },
  name: text,
  fullName: textOrNull,
  scopes: list({ type: 'string', enum: SCOPES }),
  assignments: list({ type: 'object' }),
  consents: list({ type: 'object' }),
  person: idOrNull,
  disabled: flag,
  hasPassword: flag,
  resetRequested: flag,
  secondFactor: SECOND_FACTOR,
  secrets: list(id),
  revision: whole,
});
const FAULTS = list(
  object(
    {
      pointer: { ...text, description: 'JSON pointer' },
      parameter: { ...text, description: 'Tiêu đề hoặc tham số / header or parameter' },
      rule: text,
      vi: text,
      en: text,
      source: text,
      facts: list(id),
      params: PARAMS,
      gate: { type: 'string', enum: ['R-15.5đ', 'R-18.4e', 'R-18.3c'] },
      lacks: { ...list(ref('Lack')), description: 'Hồ sơ còn thiếu / what the record lacks' },
      findings: list(ref('Finding')),
    },
    ['pointer', 'parameter', 'source', 'facts', 'params', 'gate', 'lacks', 'findings'],
  ),
);
const PROBLEM = {
  type: { type: 'string', enum: Object.keys(PROBLEMS).map((kind) => `urn:hoso:problem:${kind}`) },
  title: text,
  status: whole,
  detail: text,
  instance: { ...text, description: 'Mã của yêu cầu, cũng ở X-Request-Id / id of the request' },
  errors: FAULTS,
};
const RECEIPT = object({ id, type: text, revision: whole, sequence: wholeOrNull, recordedAt: moment });
const DESTRUCTION = {
  status: { type: 'string', enum: ['proposed', 'declined', 'approved', 'carried_out'] },
  record: id,
  groups: list({ type: 'string', enum: FIELD_GROUPS }),
  decision: ref('Document'),
  reason: text,
  proposedBy: { ...text, description: 'Tài khoản / account' },
  decidedBy: textOrNull,
  declinedFor: textOrNull,
  records: {
    ...list(object({ record: id, event: id })),
    description: 'Hồ sơ và các hồ sơ đã nhập vào đó / the record and those merged into it',
  },
};
const SPELL_FIELDS = {
  kind: { type: 'string', enum: SPELL_KINDS },
  by: { ...id, description: 'Việc bắt đầu / the fact that began it' },
  from: day,
  fromText: { ...text, description: 'Như trên giấy: 1998, 1998-03 / as the paper has it' },
  endedBy: { ...orNull(id), description: 'Việc kết thúc / the fact that ended it' },
  to: { ...orNull(day), description: 'Không kể ngày này; null: chưa kết thúc / excluded; null: open' },
  status: textOrNull,
  unit: orNull(id),
  position: textOrNull,
  grade: textOrNull,
  step: wholeOrNull,
  coefficient: textOrNull,
  amount: textOrNull,
  per: textOrNull,
};
const SPELL = object(SPELL_FIELDS);

const PREVIEW = object({
  newFindings: list(ref('Finding')),
  endedFindings: list(ref('Finding')),
  newIntervals: list(SPELL),
  endedIntervals: list(SPELL),
});
const PROPOSAL_STATUS = { type: 'string', enum: [...PROPOSAL_STATUSES] };
const CHANGE_KIND = { type: 'string', enum: [...PAST_CHANGES] };
const PROPOSAL = {
  id,
  status: PROPOSAL_STATUS,
  person: id,
  agency: idOrNull,
  action: text,
  caption: orNull(object({ vi: text, en: text })),
  ...CONTENT,
  change: {
    ...orNull(
      object(
        { kind: CHANGE_KIND, target: id, mergedInto: id, reason: text, approval: orNull(ref('Document')) },
        ['target', 'mergedInto'],
      ),
    ),
    description: 'Đề nghị thay đổi điều đã ghi / change of what is recorded; null: a new fact',
  },
  judgedAt: {
    ...object({ sequence: whole }),
    description: 'Được xét theo những gì đã biết đến đây / judged as known at this sequence',
  },
  place: {
    ...orNull(object({ agency: id, year: whole })),
    description: 'Chỉ tiêu nâng bậc trước thời hạn / place among the early raises of an agency and year',
  },
  reason: { ...textOrNull, description: 'Lý do không chấp nhận / why it was declined' },
  event: { ...idOrNull, description: 'Việc đã ghi / the event that it became' },
  rules: {
    ...list(object({ rule: text, vi: text, en: text, source: text })),
    description: 'Quy tắc khiến hồ sơ từ chối / rules by which the record refused it',
  },
};

export const COMPONENTS: Readonly<Record<string, JsonSchema>> = {
  Problem: object(
    {
      ...PROBLEM,
      judgedAt: {
        ...object({ sequence: whole }),
        description: 'Đề nghị được xét theo những gì đã biết đến đây / a proposal was judged as known here',
      },
    },
    ['detail', 'judgedAt'],
  ),
  Lack: object({
    code: { ...text, description: 'item_…: một mục của mẫu 2C / an item of form 2C' },
    number: { ...textOrNull, description: 'Số của mục / number of the item' },
    vi: text,
    en: text,
    facts: list(id),
    rule: textOrNull,
  }),
  StaleProblem: object(
    {
      ...PROBLEM,
      revision: whole,
      since: { ...list(RECEIPT), description: 'Những gì đã xảy ra từ đó / what happened in between' },
    },
    ['detail'],
  ),
  Document: schemaOf(DocumentBlock),
  FactContent: factContentSchema(),
  Changes: changesSchema(),
  EventReceipt: RECEIPT,
  Finding: object({ ...FINDING, field: text, settled: orNull(object({ event: id, reason: text })) }, [
    'field',
  ]),
  EvidenceKeys: object({ origin: text, keys: list(text) }),
  ProofFile: object({
    format: { const: 'hoso-proof-1' },
    keys: list(text),
    checkpoint: { ...text, description: 'C2SP tlog-checkpoint' },
    stream: { ...textOrNull, description: 'Toàn bộ luồng này / the whole of this stream; null' },
    events: list(
      object({
        sequence: whole,
        stream: text,
        revision: whole,
        id,
        type: text,
        version: whole,
        recordedAt: moment,
        data: { ...text, description: 'Từng byte như đã lưu / byte for byte as stored' },
        meta: text,
        inclusion: { ...list(text), description: 'RFC 9162 §2.1.3, base64' },
      }),
    ),
  }),
  ConsistencyFile: object({
    format: { const: 'hoso-consistency-1' },
    keys: list(text),
    earlier: text,
    later: text,
    proof: { ...list(text), description: 'RFC 9162 §2.1.4, base64' },
  }),
  CommandDone: object({
    id: text,
    revision: whole,
    sequence: wholeOrNull,
    token: { ...textOrNull, description: 'Cho tham số token của lần đọc sau / for reading this write' },
    events: list(ref('EventReceipt')),
    findings: list(ref('Finding')),
  }),
  CommandPreview: object(
    {
      id: text,
      dryRun: { const: true },
      events: list(object({ id, type: text })),
      findings: list(ref('Finding')),
      changes: PREVIEW,
    },
    ['changes'],
  ),
  BatchDone: object({
    results: {
      ...list({
        oneOf: [ref('CommandDone'), ref('CommandPreview'), ref('PersonStale'), ref('PersonRefused')],
      }),
      description: 'Theo thứ tự đã gửi / in the order sent',
    },
    done: { ...whole, description: 'Số người đã xong / persons done' },
  }),
  PersonStale: object({
    id: text,
    stale: flag,
    revision: wholeOrNull,
    since: { ...list(RECEIPT), description: 'Người khác vừa ghi / another writer came first' },
  }),
  PersonRefused: object({
    id: text,
    refused: { const: true },
    errors: {
      ...FAULTS,
      description: 'Vì sao người này chưa được ghi / why nothing was written for this person',
    },
  }),
  ProposalDone: object({
    id,
    revision: whole,
    sequence: wholeOrNull,
    token: { ...textOrNull, description: 'Cho tham số token của lần đọc sau / for reading this write' },
    events: list(ref('EventReceipt')),
    proposal: object(PROPOSAL, UNSURE),
  }),
  ProposalPreview: object({
    id,
    dryRun: { const: true },
    events: list(object({ id, type: text })),
    proposal: object(PROPOSAL, UNSURE),
    findings: list(ref('Finding')),
    changes: { ...orNull(PREVIEW), description: 'Nếu được ghi vào hồ sơ / once recorded' },
  }),
  ProposalHistory: object(
    {
      revision: whole,
      ...PROPOSAL,
      steps: list(
        object({
          event: id,
          type: text,
          at: moment,
          sequence: wholeOrNull,
          account: id,
          unit: id,
          judgedAt: orNull(object({ sequence: whole })),
        }),
      ),
    },
    UNSURE,
  ),
  ProposalPage: object({
    proposals: list(
      object({
        id,
        person: id,
        action: text,
        effective: text,
        change: orNull(CHANGE_KIND),
        agency: idOrNull,
        status: PROPOSAL_STATUS,
        revision: whole,
        madeAt: moment,
        changedAt: moment,
        event: idOrNull,
        rules: list(text),
      }),
    ),
    next: cursor,
  }),
  Profile: record({
    identity: set({ familyName: text, givenName: text, otherName: text, dateOfBirth: text, sex: text }, [
      'otherName',
      'dateOfBirth',
      'sex',
    ]),
    status: STATUS,
    hire: set({ category: text, agency: id }, ['category', 'agency']),
    unit: PLACEMENT,
    posts: list(POST),
    openPostsAfterLeaving: list(POST),
    grade: GRADE,
    pay: set({ amount: text, per: { type: 'string', enum: ['month', 'year'] } }),
    lastUnit: PLACEMENT,
    lastGrade: GRADE,
    erased: list(text),
    disputes: DISPUTES,
    uncertain: {
      ...list(id),
      description: 'Việc có ngày không đủ, có thể chưa đến / facts whose partial date may not have come yet',
    },
    openFindings: {
      ...wholeOrNull,
      description: 'null: có nhóm trường không được xem / some groups are withheld',
    },
  }),
  Status: record({
    status: STATUS,
    unit: PLACEMENT,
    lastUnit: PLACEMENT,
    disputes: DISPUTES,
    uncertain: list(id),
  }),
  History: record({
    facts: {
      ...list(ref('FactLine')),
      description: 'Việc còn hiệu lực, theo ngày / standing facts, in effective order',
    },
    intervals: {
      ...list(object({ ...SPELL_FIELDS, disputed })),
      description:
        'Các khoảng thời gian suy ra từ các việc ấy / intervals derived from these facts, in the order in which they began',
    },
    rescinded: list(ref('FactLine')),
    disputes: DISPUTES,
    record: {
      ...list(object({ id, kind: text, ...GROUNDS, reason: textOrNull })),
      description:
        'Loại bỏ, khôi phục, xử lý phát hiện, lưu giữ, hủy nội dung / withdrawn, restored, findings settled, legal holds, content destroyed',
    },
  }),
  FactLine: object(
    {
      id,
      action: text,
      caption: orNull(object({ vi: text, en: text })),
      source: textOrNull,
      standing: flag,
      ...CONTENT,
      range: object({ first: day, last: day }),
      recorded: RECORDED,
      delayDays: {
        ...whole,
        description: 'Số ngày từ khi có hiệu lực đến khi ghi / days from effective to recorded',
      },
      origin: orNull({ type: 'object' }),
      original: {
        ...orNull(object(CONTENT, UNSURE)),
        description: 'Điều ghi lúc đầu, khi đã đính chính / what it said first, when corrected',
      },
      corrections: list(object({ id, standing: flag, ...CONTENT, ...GROUNDS }, UNSURE)),
      rescissions: list(object({ id, target: id, standing: flag, ...GROUNDS })),
      findings: list(ref('Finding')),
      disputed,
    },
    UNSURE,
  ),
  RawEvents: record({
    events: list(
      object({
        id,
        type: { type: 'string', enum: [...new Set(eventSchemas().map((s) => s.type))] },
        version: whole,
        stream: text,
        revision: whole,
        sequence: wholeOrNull,
        recordedAt: moment,
        meta: { type: 'object' },
        stored: object({ open: { type: 'object' }, sealed: { type: 'object' } }),
        body: { type: 'object' },
      }),
    ),
  }),
  Findings: record({ findings: list(ref('Finding')) }),
  PersonPage: object({
    asOf: day,
    persons: list(
      object({
        person: id,
        familyName: textOrNull,
        givenName: textOrNull,
        status: { type: 'string', enum: STATUSES },
        unit: idOrNull,
        recordUnit: idOrNull,
        grade: textOrNull,
        positions: list(text),
        disputed: {
          ...list({ type: 'string', enum: ['grade', 'hire', 'identity', 'pay', 'posts', 'status', 'unit'] }),
          description: 'Điều đang có yêu cầu kiểm tra / what of it is in dispute',
        },
      }),
    ),
    next: cursor,
  }),
  UnitFindings: object({
    asOf: day,
    unit: id,
    findings: list(
      object({
        person: id,
        ...FINDING,
        rule: { type: 'string', enum: [...Object.keys(RULES), 'quota_exhausted'] },
        field: textOrNull,
        effective: day,
        unit: idOrNull,
        recordUnit: idOrNull,
        settled: flag,
        settledBy: idOrNull,
      }),
    ),
    next: cursor,
  }),
  UnitMembers: object({
    asOf: day,
    unit: id,
    knownAt: orNull(object({ sequence: whole })),
    members: list(object({ person: id, fact: id, from: text, to: textOrNull, uncertain: flag, disputed })),
    next: cursor,
  }),
  Checkpoints: object({ events: text, reads: text }),
  StoredAttachment: object({
    attachment: { ...text, description: 'SHA-256 của tệp đã mã hóa / of the stored bytes' },
    attachmentHash: { ...text, description: 'SHA-256 của bản quét / of the scan' },
    type: { type: 'string', enum: MEDIA_TYPES },
    size: whole,
    groups: list({ type: 'string', enum: FIELD_GROUPS }),
  }),
  Destruction: object({ id, revision: whole, ...DESTRUCTION }),
  DestructionDone: object({
    id,
    revision: whole,
    sequence: wholeOrNull,
    token: textOrNull,
    events: list(ref('EventReceipt')),
    destruction: object(DESTRUCTION),
    todo: {
      ...list(text),
      description: 'Lệnh mà người vận hành còn phải chạy / commands that the operator has yet to run',
    },
  }),
  DestructionPreview: object({
    id,
    dryRun: { const: true },
    destruction: object(DESTRUCTION),
    keys: { ...whole, description: 'Số khóa sẽ bị hủy / keys that would be destroyed' },
  }),
  Units: object({ ...FRAME, units: list(object(UNIT_ON_DAY)) }),
  Unit: object({ ...FRAME, revision: whole, ...UNIT_ON_DAY, agency: idOrNull }),
  Catalogues: object({ ...FRAME, lists: list(object({ list: text, entries: whole })) }),
  Catalogue: object({ ...FRAME, list: text, revision: whole, entries: list(ENTRY) }),
  Establishment: object({
    asOf: day,
    knownAt: orNull(object({ sequence: whole })),
    unit: id,
    year: whole,
    units: { ...list(id), description: 'Các đơn vị được tính / units that are counted' },
    kinds: list(
      object({
        kind: { type: 'string', enum: ESTABLISHMENT_KINDS },
        quota: { ...wholeOrNull, description: 'Số được giao; null: chưa giao / decided; null: nothing is' },
        decidedBy: orNull(object({ fact: id, effective: day, document: orNull({ type: 'object' }) })),
        filled: whole,
        disputed: {
          ...whole,
          description:
            'Trong đó đang có yêu cầu kiểm tra, đính chính: không tính khi xét đề nghị / of these in dispute now: no proposal is refused for them',
        },
        vacant: wholeOrNull,
        over: wholeOrNull,
        findings: list(
          object({ rule: text, vi: text, en: text, source: text, person: id, fact: id, since: day }),
        ),
      }),
    ),
    unclassified: {
      ...whole,
      description: 'Số người chưa rõ đối tượng / persons whose category is not known',
    },
  }),
  FeedChange: object(CHANGE, ['sequence', 'event', 'type', 'revision', 'effective', 'recordedAt']),
  Session: object({ token: text, until: moment, stage: STAGE, account: id, unit: idOrNull }),
  SecondFactor: object({ secret: text, uri: { ...text, description: 'otpauth://' } }),
  Token: object({ access_token: text, token_type: text, expires_in: whole }),
  Me: object({
    account: id,
    name: text,
    fullName: textOrNull,
    unit: id,
    right: { type: ['string', 'null'], enum: [...RIGHTS, null] },
    reach: { type: 'string', enum: REACHES },
    person: idOrNull,
    scopes: orNull(list({ type: 'string', enum: SCOPES })),
    assignments: list({ type: 'object' }),
    consents: list({ type: 'object' }),
    secondFactor: SECOND_FACTOR,
  }),
  Explanation: object({
    id,
    today: day,
    intents: list(
      object(
        {
          intent: { type: 'string', enum: Object.keys(INTENTS) },
          vi: text,
          en: text,
          allowed: flag,
          ground: { type: 'string', enum: Object.keys(RIGHTS_REST_ON) },
          because: object({ vi: text, en: text }),
          groups: list({ type: 'string', enum: FIELD_GROUPS }),
          days: orNull(list(object({ from: day, to: textOrNull }))),
          consents: list(text),
          refused: list(object({ ground: text, why: text })),
        },
        ['ground', 'because', 'groups', 'days', 'consents', 'refused'],
      ),
    ),
  }),
  Reads: object({
    id,
    reads: list(
      object({
        id: whole,
        at: moment,
        request: text,
        account: id,
        unit: id,
        route: text,
        person: idOrNull,
        ground: textOrNull,
        purpose: {
          ...textOrNull,
          description:
            'Mục đích truy cập trực tiếp qua dòng lệnh / what direct access on the command line was for',
        },
        consents: list(text),
        groups: list(text),
        asOf: textOrNull,
        knownAt: wholeOrNull,
        count: wholeOrNull,
        status: whole,
      }),
    ),
    next: wholeOrNull,
  }),
  AccountDone: object(
    {
      id,
      dryRun: flag,
      revision: whole,
      sequence: wholeOrNull,
      token: textOrNull,
      events: list({ type: 'object' }),
      code: object({ code: text, until: moment }),
      secret: object({ id, secret: text }),
    },
    ['dryRun', 'revision', 'sequence', 'token', 'code', 'secret'],
  ),
  Account: ACCOUNT,
  Accounts: object({ accounts: list(ref('Account')) }),
  FeedPage: object({ changes: list(ref('FeedChange')), next: text, more: flag }),
  ...DUTY_COMPONENTS,
  ...UNIT_LIST_COMPONENTS,
};
