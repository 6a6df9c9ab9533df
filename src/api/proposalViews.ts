/** How answers about proposals look. */
import { findAction } from '../record/registry.js';
import { RULES, type RuleCode } from '../record/ruleBook.js';
import {
  PROPOSAL_RULES,
  type Proposal,
  type ProposalRule,
  type ProposalRuleCode,
} from '../proposals/proposal.js';
import type { ProposalRefusal } from '../proposals/gates.js';
import type { LoadedProposal, ProposalAnswer } from '../proposals/proposalDesk.js';
import { parseMetadata } from '../recording/metadata.js';
import { contentView, findingView, previewChangesView } from './answers.js';
import { noSuchProposal, Problem, type Fault } from './problem.js';
import { tokenOf } from './tokens.js';

/** A rule of proposing, or of the record. */
function wordsOf(rule: ProposalRuleCode | RuleCode): ProposalRule {
  return rule in PROPOSAL_RULES ? PROPOSAL_RULES[rule as ProposalRuleCode] : RULES[rule as RuleCode];
}

function ruleView(rule: string): object {
  const { vi, en, source } = wordsOf(rule as RuleCode);
  return { rule, vi, en, source };
}

export function proposalView(id: string, proposal: Proposal): object {
  const { status, record, agency, content, change, judgedAt, place, reason, event, rules } = proposal;
  return {
    id,
    status,
    person: record,
    agency,
    action: content.action,
    caption: findAction(content.action)?.caption ?? null,
    ...contentView(content),
    change: change === null ? null : { ...change, approval: change.approval ?? null },
    judgedAt: { sequence: judgedAt },
    place,
    reason,
    event,
    rules: rules.map(ruleView),
  };
}

/** A proposal with every step of it: who took it, when, and as known at which sequence it was judged. */
export function proposalHistoryView(id: string, { stored, events, proposal }: LoadedProposal): object {
  if (proposal === null) throw noSuchProposal();
  return {
    revision: stored.length - 1,
    ...proposalView(id, proposal),
    steps: events.map(({ id: event, sequence, recordedAt, body }, i) => {
      const { account, unit } = parseMetadata(stored[i]?.meta ?? '{}').actor;
      const judgedAt = 'judgedAt' in body ? { sequence: body.judgedAt } : null;
      return { event, type: body.kind, at: recordedAt, sequence, account, unit, judgedAt };
    }),
  };
}

/** The answer to a command on a proposal; throws the Problem that any other outcome than done or previewed is. */
export function proposalAnswerView(answer: ProposalAnswer, isNew: boolean): object {
  switch (answer.kind) {
    case 'done': {
      const { id, revision, sequence, position, events, proposal } = answer;
      return {
        revision,
        sequence,
        token: position === null ? null : tokenOf(position),
        events,
        proposal: proposalView(id, proposal),
        id,
      };
    }
    case 'preview': {
      const { id, proposal, events, record } = answer;
      return {
        id,
        dryRun: true,
        events,
        proposal: proposalView(id, proposal),
        findings: record?.findings.map(findingView) ?? [],
        changes: record === null ? null : previewChangesView(record.changes),
      };
    }
    case 'refused':
      throw new Problem('refused', answer.refusals.map(refusalFault), {
        judgedAt: { sequence: answer.judgedAt },
      });
    case 'stale':
      throw new Problem('stale', [], { revision: answer.actual, since: answer.since });
    case 'keyReused':
      throw new Problem('key-reused');
    case 'notFound':
      if (!isNew) throw noSuchProposal();
      throw new Problem('refused', [
        { pointer: '/person', rule: 'record', vi: 'không có hồ sơ này', en: 'there is no such record' },
      ]);
    default:
      return answer satisfies never;
  }
}

function refusalFault({ rule, field, lacks, findings, facts, params }: ProposalRefusal): Fault {
  const { vi, en, source, gate } = wordsOf(rule);
  const at = field === undefined || field.startsWith('document.') ? field : `data.${field}`;
  return {
    ...(at === undefined ? {} : { pointer: `/${at.replaceAll('.', '/')}` }),
    rule,
    vi,
    en,
    source,
    ...(gate === undefined ? {} : { gate }),
    facts,
    params,
    ...(lacks.length === 0 ? {} : { lacks }),
    ...(findings.length === 0 ? {} : { findings: findings.map(findingView) }),
  };
}
