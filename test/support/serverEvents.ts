/** A reader of server-sent events, as far as the tests need one. */
export interface ServerEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

export class ServerEvents {
  private readonly queue: ServerEvent[] = [];
  private wake: () => void = () => undefined;
  /** Resolves when the server ends the stream. */
  readonly ended: Promise<void>;

  private constructor(
    body: ReadableStream<Uint8Array>,
    private readonly ending: AbortController,
  ) {
    this.ended = this.read(body).catch((error: unknown) => {
      if (!ending.signal.aborted) throw error;
    });
  }

  static async open(url: string, headers: Record<string, string>): Promise<ServerEvents> {
    const ending = new AbortController();
    const response = await fetch(url, { headers, signal: ending.signal });
    if (response.status !== 200 || response.body === null) throw new Error(`${url}: ${response.status}`);
    return new ServerEvents(response.body, ending);
  }

  /** The next events, so many. */
  async next(count: number): Promise<ServerEvent[]> {
    while (this.queue.length < count)
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    return this.queue.splice(0, count);
  }

  close(): void {
    this.ending.abort();
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    for await (const bytes of body) {
      text += decoder.decode(bytes, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) this.take(block);
    }
  }

  private take(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    );
    const [id, event, data] = [fields.get('id'), fields.get('event'), fields.get('data')];
    if (id === undefined || event === undefined || data === undefined) return; // a comment: the heartbeat
    this.queue.push({ id, event, data });
    this.wake();
  }
}
