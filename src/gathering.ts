/** A question that waits, with everybody who asks it. */
interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly askers: {
    readonly resolve: (answer: Answer) => void;
    readonly reject: (error: unknown) => void;
  }[];
}

export interface GatheringOptions<Question, Answer> {
  /** Answers many questions in one round trip, in their order. */
  readonly ask: (questions: readonly Question[]) => Promise<readonly Answer[]>;
  /** What makes two questions the same: they are asked once. */
  readonly keyOf: (question: Question) => string;
  /** Round trips under way at once. */
  readonly lanes: number;
  /** Most questions of one. */
  readonly most?: number;
}

/**
 * Gathers questions: those that come while others are being asked go together in the next round trip, the counterpart
 * of group commit. A question never joins a round trip that has begun, so that its answer holds all that was committed
 * before it was asked. Where a round trip fails its questions are asked one by one, so that none fails for another.
 */
export class Gathering<Question, Answer> {
  private readonly waiting = new Map<string, Waiting<Question, Answer>>();
  private busy = 0;
  private scheduled = false;

  constructor(private readonly options: GatheringOptions<Question, Answer>) {}

  answer(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const key = this.options.keyOf(question);
      const same = this.waiting.get(key);
      if (same === undefined) this.waiting.set(key, { question, askers: [{ resolve, reject }] });
      else same.askers.push({ resolve, reject });
      this.schedule();
    });
  }

  /** At the end of this turn of the event loop, when all who were woken together have asked. */
  private schedule(): void {
    if (this.scheduled || this.busy >= this.options.lanes) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.flush();
    });
  }

  private flush(): void {
    const { lanes, most = 64 } = this.options;
    while (this.busy < lanes && this.waiting.size > 0) {
      const batch = [...this.waiting].slice(0, most);
      for (const [key] of batch) this.waiting.delete(key);
      this.busy += 1;
      void this.send(batch.map(([, one]) => one)).finally(() => {
        this.busy -= 1;
        if (this.waiting.size > 0) this.schedule();
      });
    }
  }

  private async send(batch: readonly Waiting<Question, Answer>[]): Promise<void> {
    try {
      const answers = await this.options.ask(batch.map(({ question }) => question));
      batch.forEach(({ askers }, i) => {
        for (const { resolve } of askers) resolve(answers[i] as Answer);
      });
    } catch (error) {
      if (batch.length > 1) await Promise.all(batch.map((one) => this.send([one])));
      else for (const { reject } of batch[0]?.askers ?? []) reject(error);
    }
  }
}
