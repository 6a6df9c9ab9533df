/** Columns of text, aligned; the last one is not padded. Vietnamese letters in NFC are one column each. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((r) => width(r[i] ?? ''))));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === row.length - 1 ? cell : cell + ' '.repeat((widths[i] ?? 0) - width(cell))))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function width(text: string): number {
  return [...text.normalize('NFC')].length;
}

const EVERY_MS = 2_000;

/** A line of progress: rewritten in place on a terminal, a new line every two seconds elsewhere. */
export class ProgressLine {
  private readonly start = Date.now();
  private last = 0;

  constructor(private readonly what: string) {}

  show(done: number, of: number, phase = ''): void {
    const now = Date.now();
    const tty = process.stderr.isTTY;
    if (now - this.last < (tty ? 100 : EVERY_MS) && done < of) return;
    this.last = now;
    const seconds = (now - this.start) / 1000;
    const rate = seconds > 0 ? done / seconds : 0;
    const left = rate > 0 ? Math.ceil((of - done) / rate) : null;
    const percent = of === 0 ? 100 : Math.floor((100 * done) / of);
    const text = `${this.what} ${phase} ${percent} %  ${Math.round(rate)}/s${left === null ? '' : `  ${left} s left`}`;
    process.stderr.write(tty ? `\r${text}\u001b[K` : `${text}\n`);
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  }
}
