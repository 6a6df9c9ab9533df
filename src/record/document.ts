import { CodeField, DayField, fieldsOf, Sha256Field, TextField, UnitField } from './fields.js';

/** The deciding document of a fact (domain-rules §2.1). Number and dates are open; names and free text are sealed. */
export class DocumentBlock {
  @CodeField('document_type', { vi: 'Loại văn bản', en: 'Document type', secrecy: 'open', optional: true })
  type?: string;

  @TextField({ vi: 'Số văn bản', en: 'Document number', secrecy: 'open', optional: true, max: 100 })
  number?: string;

  @DayField({ vi: 'Ngày ký', en: 'Signed on', secrecy: 'open', optional: true })
  signedDate?: string;

  @DayField({
    vi: 'Ngày có hiệu lực của văn bản (khi khác ngày hiệu lực của việc)',
    en: 'Day on which the document takes effect, where it is not the fact’s own',
    secrecy: 'open',
    optional: true,
  })
  effectiveDate?: string;

  @UnitField({
    vi: 'Đơn vị ban hành',
    en: 'Issuing unit, when it is one of ours',
    secrecy: 'open',
    optional: true,
  })
  issuingUnit?: string;

  @TextField({ vi: 'Cơ quan ban hành', en: 'Issuing agency', secrecy: 'history', optional: true })
  issuingAgency?: string;

  @TextField({ vi: 'Người ký', en: 'Signer', secrecy: 'history', optional: true, max: 200 })
  signerName?: string;

  @TextField({
    vi: 'Chức vụ người ký',
    en: 'Signer’s position',
    secrecy: 'history',
    optional: true,
    max: 200,
  })
  signerPosition?: string;

  @TextField({ vi: 'Trích yếu', en: 'Summary', secrecy: 'history', optional: true, max: 2000 })
  summary?: string;

  @CodeField('confidentiality', { vi: 'Độ mật', en: 'Confidentiality', secrecy: 'history', optional: true })
  confidentiality?: string;

  @Sha256Field({
    vi: 'Bản quét lưu trong hệ thống (mã băm của tệp đã mã hóa, như khi tải lên trả về)',
    en: 'Scan kept by the system: SHA-256 of its stored bytes, as its upload answers',
    secrecy: 'open',
    optional: true,
  })
  attachment?: string;

  @Sha256Field({
    vi: 'Mã băm SHA-256 của bản quét',
    en: 'SHA-256 of the scan itself',
    secrecy: 'history',
    optional: true,
  })
  attachmentHash?: string;
}

/** What of a document is open: its type, number, dates, issuing unit, and which stored scan. */
export function openPartOf(document: Readonly<DocumentBlock>): DocumentBlock {
  const open = new Set(fieldsOf(DocumentBlock).flatMap((f) => (f.secrecy === 'open' ? [f.name] : [])));
  return Object.fromEntries(Object.entries(document).filter(([name]) => open.has(name)));
}
