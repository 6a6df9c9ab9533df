/** Items 15 and 27: what was studied, and how far. */
import type { PartialDate } from '../../dates.js';
import type { Fact } from '../action.js';
import type { CourseFields } from '../training.js';
import type { ItemId } from './items.js';
import {
  ACADEMIC_TITLES,
  FOREIGN_LANGUAGE,
  GENERAL_EDUCATION,
  highest,
  INFORMATICS,
  POLITICAL_THEORY,
  QUALIFICATIONS,
  STATE_MANAGEMENT,
} from './ranks.js';
import { monthOf, type Cell, type Row, type Sheet, type Source, type Table, type Value } from './sheet.js';

interface Qualification extends CourseFields {
  field: string;
  level: string;
  language: string;
  degree: string;
  degreeNumber: string;
  graduation: string;
  from: PartialDate;
  to: PartialDate;
}
interface Sending extends CourseFields {
  level: string;
  until: PartialDate;
}
interface Completion extends CourseFields {
  sending: string;
  from: PartialDate;
  graduation: string;
}
type QualificationFact = Fact<Partial<Qualification>>;

const QUALIFICATION = 'qualification_recorded';
const SOURCE: Source = { group: 'history', actions: [QUALIFICATION] };

/** Which item of the form takes which list, and how its levels are ranked. */
const SINGLE = {
  general_education: { list: 'general_education', ranks: GENERAL_EDUCATION },
  political_theory: { list: 'political_theory_level', ranks: POLITICAL_THEORY },
  state_management: { list: 'state_management_level', ranks: STATE_MANAGEMENT },
  informatics: { list: 'informatics_level', ranks: INFORMATICS },
} as const satisfies Partial<Record<ItemId, unknown>>;

/** Items 15.1, 15.3, 15.4 and 15.6: the highest level. */
export function levelOf(sheet: Sheet, id: keyof typeof SINGLE): Cell {
  const { list, ranks } = SINGLE[id];
  const best = highest(qualifications(sheet, list), (f) => f.data.level, ranks);
  return sheet.cell(id, SOURCE, best && sheet.named(best.data.level, best, list), best);
}

/** Item 15.2: the highest degree with its major, and the academic title, for which the form has no place of its own. */
export function highestQualification(sheet: Sheet): Cell {
  const best = highest(qualifications(sheet, 'qualification_level'), (f) => f.data.level, QUALIFICATIONS);
  const titles = sheet.of<{ title: string }>('academic_title_awarded');
  const title = highest(titles, (f) => f.data.title, ACADEMIC_TITLES);
  const value =
    best === undefined && title === undefined
      ? null
      : {
          level: best === undefined ? null : sheet.named(best.data.level, best, 'qualification_level'),
          major: best === undefined ? null : sheet.named(best.data.major, best, 'training_major'),
          subject: best?.data.subject ?? null,
          academicTitle: title === undefined ? null : sheet.named(title.data.title, title, 'academic_title'),
        };
  return sheet.cell('highest_qualification', SOURCE, value, best, title);
}

/** Item 15.5: each language with its highest level. */
export function foreignLanguages(sheet: Sheet): Table {
  const facts = qualifications(sheet, 'foreign_language_level');
  const keyOf = ({ data }: QualificationFact) => data.language ?? data.subject ?? '';
  const rows = [...new Set(facts.map(keyOf))].flatMap((language): Row[] => {
    const own = facts.filter((f) => keyOf(f) === language);
    const best = highest(own, (f) => f.data.level, FOREIGN_LANGUAGE);
    if (best === undefined) return [];
    const values = {
      language: sheet.named(best.data.language, best, 'foreign_language') ?? best.data.subject ?? null,
      level: sheet.named(best.data.level, best, 'foreign_language_level'),
    };
    return [sheet.row('history', values, best)];
  });
  const columns = { language: { vi: 'Ngoại ngữ', en: 'Language' }, level: { vi: 'Trình độ', en: 'Level' } };
  return sheet.table('foreign_language', SOURCE, columns, rows);
}

function qualifications(sheet: Sheet, field: string): readonly QualificationFact[] {
  return sheet
    .of<Qualification>(QUALIFICATION)
    .filter(({ data }) => data.field === field && data.level !== undefined);
}

const COLUMNS: Table['columns'] = {
  institution: { vi: 'Tên trường', en: 'Institution' },
  major: { vi: 'Chuyên ngành đào tạo, bồi dưỡng', en: 'Major' },
  subject: { vi: 'Nội dung, chuyên ngành cụ thể', en: 'Subject, in words' },
  from: { vi: 'Từ tháng, năm', en: 'From' },
  to: { vi: 'Đến tháng, năm', en: 'To' },
  form: { vi: 'Hình thức đào tạo', en: 'Form of training' },
  degree: { vi: 'Văn bằng, chứng chỉ', en: 'Degree or certificate' },
  level: { vi: 'Trình độ', en: 'Level' },
};

interface Course {
  readonly facts: readonly Fact[];
  readonly from: PartialDate | null;
  readonly to: PartialDate | null;
  readonly values: Row['values'];
}

/** The courses of item 27; those still running on the day have no end. */
export function coursesOf(sheet: Sheet): readonly Course[] {
  const completions = sheet.of<Completion>('training_completed');
  const sent = sheet.of<Sending>('sent_to_training').map((sending): Course => {
    const end = completions.find((c) => c.data.sending === sending.id);
    const to = end?.effective ?? sheet.past(sending.data.until);
    return course(sheet, [sending, ...(end === undefined ? [] : [end])], sending.effective, to);
  });
  const ids = new Set(sheet.of('sent_to_training').map((f) => f.id));
  const alone = completions
    .filter((c) => c.data.sending === undefined || !ids.has(c.data.sending))
    .map((c) => course(sheet, [c], c.data.from ?? null, c.effective));
  const shown = sheet
    .of<Qualification>(QUALIFICATION)
    .filter(({ data }) => data.field !== 'general_education')
    .map((q) => course(sheet, [q], q.data.from ?? null, q.data.to ?? q.effective));
  const start = ({ from, to }: Course) => from ?? to ?? '';
  return [...sent, ...alone, ...shown].sort((a, b) =>
    start(a) < start(b) ? -1 : start(a) > start(b) ? 1 : 0,
  );
}

/** Item 27. General education is item 15.1 and no training. */
export function trainingHistory(sheet: Sheet): Table {
  const actions = ['sent_to_training', 'training_completed', QUALIFICATION];
  const rows = coursesOf(sheet).map(({ values, facts }) => sheet.row('history', values, ...facts));
  return sheet.table('training_history', { group: 'history', actions }, COLUMNS, rows);
}

/** What the facts of one course say together; the later one counts. */
function course(
  sheet: Sheet,
  facts: readonly Fact[],
  from: PartialDate | null,
  to: PartialDate | null,
): Course {
  const told = facts as readonly QualificationFact[];
  const code = (field: keyof Qualification, ...lists: readonly string[]): Value | null => {
    const teller = told.findLast(({ data }) => data[field] !== undefined);
    return teller === undefined ? null : sheet.named(teller.data[field], teller, ...lists);
  };
  const text = (field: keyof Qualification) =>
    told.findLast(({ data }) => data[field] !== undefined)?.data[field];
  const values = {
    institution: code('institution', 'training_institution') ?? text('institutionName') ?? null,
    major: code('major', 'training_major'),
    subject: text('subject') ?? null,
    from: from === null ? null : monthOf(from),
    to: to === null ? null : monthOf(to),
    form: code('form', 'training_form'),
    degree: code('degree', 'degree_certificate_type'),
    level: code('level', text('field') ?? 'qualification_level'),
  };
  return { facts, from, to, values };
}
