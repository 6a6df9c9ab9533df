import { randomUUID } from 'node:crypto';
import { Agent, request } from 'undici';

/** What a caller knows of one command it sent. */
export interface Sent {
  readonly key: string;
  /** Ids of the events that an answer named; empty while no answer came. */
  readonly events: readonly string[];
  readonly outcome: 'acknowledged' | 'unknown';
  /** How often it was sent until an answer came, or until the caller gave up. */
  readonly tries: number;
}

const HEADERS = {
  'content-type': 'application/json',
};

/** A name that stands sealed in every record sent: searching for it shows whether sealing holds. */
export const SEALED_NAME = 'Zyxwvutnguyen';

/**
 * Callers that send commands with sealed data, one after another, and keep the answers: what was acknowledged must
 * be in the log for ever. A call that ends without an answer is repeated with its key, or, one time in four, given up.
 */
export class Callers {
  readonly sent: Sent[] = [];
  private stopped = false;
  private failure: Error | null = null;
  private readonly agent = new Agent({ connections: 128, pipelining: 1 });
  private readonly loops: Promise<void>[];

  constructor(
    private readonly url: string,
    private readonly who: Readonly<Record<string, string>>,
    count: number,
  ) {
    this.loops = Array.from({ length: count }, (_, i) => this.loop(i));
  }

  get acknowledged(): number {
    return this.sent.filter((s) => s.outcome === 'acknowledged').length;
  }

  /** Resolves when there is something new to count, at the latest after a tenth of a second. */
  async progress(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (this.failure !== null) throw this.failure;
  }

  /** Ends after the calls under way are answered; a call without answer is then given up. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.loops);
    await this.agent.close();
  }

  private async loop(caller: number): Promise<void> {
    try {
      for (let n = 0; !this.stopped; n++) await this.career(caller, n);
    } catch (error) {
      this.failure = error as Error;
    }
  }

  private async career(caller: number, n: number): Promise<void> {
    const opened = await this.send(
      '/v1/persons',
      { 'if-none-match': '*' },
      {
        effective: '2012-10-03',
        data: {
          familyName: `${SEALED_NAME} ${caller}`,
          givenName: `Thử ${n}`,
          dateOfBirth: '1980-01-01',
          sex: 'female',
        },
      },
    );
    if (opened === null) return;
    let { etag } = opened;
    const facts = [
      ['recruited', '2013-01-01', {}],
      ['paid_by_amount', '2013-01-01', { amount: '5000000', per: 'month' }],
      ['left_service', '2014-01-01', { note: `${SEALED_NAME} xin thôi việc` }],
    ] as const;
    for (const [action, effective, data] of facts) {
      if (this.stopped) return;
      const body = { effective, document: { number: `${n}/QĐ`, signerName: SEALED_NAME }, data };
      const answer = await this.send(
        `/v1/persons/${opened.id}/actions/${action}`,
        { 'if-match': etag },
        body,
      );
      if (answer === null) return;
      etag = answer.etag;
    }
  }

  /** Sends one command until it is answered; null when it was given up. Throws on an answer that is no success. */
  private async send(
    path: string,
    condition: Record<string, string>,
    body: object,
  ): Promise<{ id: string; etag: string } | null> {
    const key = randomUUID();
    const givesUp = Math.random() < 0.25;
    for (let tries = 1; ; tries++) {
      const answer = await this.once(
        path,
        { ...HEADERS, ...this.who, ...condition, 'idempotency-key': key },
        JSON.stringify(body),
      );
      if (answer !== null) {
        this.sent.push({ key, events: answer.events, outcome: 'acknowledged', tries });
        return answer;
      }
      if (givesUp || this.stopped) {
        this.sent.push({ key, events: [], outcome: 'unknown', tries });
        return null;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  private async once(path: string, headers: Record<string, string>, body: string) {
    const response = await request(this.url + path, {
      method: 'POST',
      headers,
      body,
      dispatcher: this.agent,
      signal: AbortSignal.timeout(30_000),
    }).catch(() => null);
    if (response === null) return null;
    const text = await response.body.text().catch(() => null);
    if (text === null || response.statusCode >= 500) return null;
    if (response.statusCode >= 300) throw new Error(`${path}: ${response.statusCode} ${text}`);
    const answer = JSON.parse(text) as { id: string; events: { id: string }[] };
    return { id: answer.id, etag: String(response.headers['etag']), events: answer.events.map((e) => e.id) };
  }
}
