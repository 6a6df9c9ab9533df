import { dayInVietnam, daysBetween } from '../dates.js';
import { DisputeMarks } from '../record/disputes.js';
import { findAction } from '../record/registry.js';
import { RULES } from '../record/ruleBook.js';
import type { FactLine, Finding, Timeline } from '../record/timeline.js';
import { columns } from './output.js';

/** A person's history as an inspector reads it on a terminal: decided, in force, recorded; corrections paired, in words. */
export function historyText(record: Timeline): string {
  const head = ['HIỆU LỰC', 'GHI NHẬN', 'TRỄ', 'VIỆC'];
  const disputes = new DisputeMarks(record);
  const rows = record.lines.flatMap((line) => lineRows(line, record.findings, disputes));
  const gone = record.rescinded.flatMap((line) => lineRows(line, [], disputes));
  const parts = [columns([head, ...rows])];
  if (gone.length > 0) parts.push('', 'ĐÃ HỦY BỎ / RESCINDED', columns(gone));
  if (record.withdrawal !== null)
    parts.push(
      '',
      `HỒ SƠ ĐÃ BỊ LOẠI BỎ / WITHDRAWN ${day(record.withdrawal.event.recordedAt)}: ${record.withdrawal.reason}`,
    );
  return parts.join('\n');
}

function lineRows(line: FactLine, findings: readonly Finding[], disputes: DisputeMarks): string[][] {
  const { fact, event, corrections, rescissions, original } = line;
  const rows: string[][] = [
    [
      fact.effective,
      day(event.recordedAt),
      delay(fact.range.last, event.recordedAt),
      what(fact.action, fact.document?.number, fact.data),
    ],
  ];
  if (corrections.length > 0)
    rows.push([
      '',
      '',
      '',
      `  ghi lần đầu / as first recorded: ${original.effective} ${said(original.data)}`,
    ]);
  for (const c of corrections) {
    const state = c.standing ? 'đính chính / corrected' : 'đính chính đã hủy / correction rescinded';
    rows.push([
      '',
      day(c.event.recordedAt),
      '',
      `  ${state}: ${c.content.effective} ${said(c.content.data)} (${c.reason})`,
    ]);
  }
  for (const r of rescissions) {
    const state = r.standing ? 'hủy bỏ / rescinded' : 'hủy bỏ đã hủy / rescission rescinded';
    rows.push(['', day(r.event.recordedAt), '', `  ${state} (${r.reason})`]);
  }
  if (disputes.of(event.id).length > 0)
    rows.push(['', '', '', '  ? đang có yêu cầu kiểm tra, đính chính / in dispute']);
  for (const f of findings.filter((x) => x.fact === event.id)) {
    const { vi, en } = RULES[f.rule];
    rows.push(['', '', '', `  ${f.settled === null ? '!' : '(đã xử lý)'} ${vi} / ${en} [${f.rule}]`]);
  }
  return rows;
}

function what(action: string, number: string | undefined, data: object): string {
  const caption = findAction(action)?.caption;
  const paper = number === undefined ? '' : ` — ${number}`;
  return `${caption?.vi ?? action} / ${caption?.en ?? action}${paper} ${said(data)}`.trimEnd();
}

function said(data: object): string {
  return Object.entries(data)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
}

function day(instant: string): string {
  return dayInVietnam(instant);
}

function delay(effective: string, recordedAt: string): string {
  return String(daysBetween(effective, dayInVietnam(recordedAt)));
}
