/** What a reference stream says, one statement per event: a fact, a correction of one, or a rescission. */
export interface Statement {
  /** Id of the event. */
  readonly id: string;
  /** The statement that this one takes out of force. */
  readonly rescinds: string | null;
}

/**
 * The statements out of force, given all in order of recording: a later standing rescission takes out its target,
 * and walking backwards settles rescissions of rescissions. The same law as in a person's record.
 */
export function outOfForce(statements: readonly Statement[]): ReadonlySet<string> {
  const out = new Set<string>();
  for (const { id, rescinds } of statements.toReversed())
    if (rescinds !== null && !out.has(id)) out.add(rescinds);
  return out;
}

/** A rule of reference data that a command would break. Params hold ids, codes and days only. */
export interface RuleText {
  readonly vi: string;
  readonly en: string;
  /** Article or other source; `design` where no text says it. */
  readonly source: string;
}
