import { stripVTControlCharacters, styleText } from 'node:util';
import type { WriteStream } from 'node:tty';
import type { Env } from './settings.js';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Where a command writes. Answers go to standard output; remarks about the command itself to standard error. */
export interface Screen {
  /** Whether a person looks at it, and it may be drawn over. */
  readonly live: boolean;
  print(text: string): void;
  remark(text: string): void;
  /** Shows lines below all that is printed, in place of the ones shown before; none takes them away. Live screens only. */
  pin(lines: readonly string[]): void;
  styled(text: string, ...styles: readonly Style[]): string;
  /** What a program has said: harmless, in its own colours where the screen has any. */
  said(text: string): string;
}

/** What `tty.WriteStream` and a pipe have in common. */
type Output = Pick<WriteStream, 'write'> &
  Partial<Pick<WriteStream, 'isTTY' | 'columns' | 'rows' | 'hasColors'>>;

/** The screen of a process. Colours obey NO_COLOR and FORCE_COLOR, as Node reads them. */
export function createScreen(out: Output, remarks: Output, env: Env): Screen {
  const live = out.isTTY === true && env['CI'] === undefined && env['TERM'] !== 'dumb';
  const colours = out.isTTY === true && (out.hasColors?.(16, { ...env }) ?? false);
  let pinned: readonly string[] = [];

  function erase(): string {
    return pinned.length === 0 ? '' : `\u001B[${pinned.length}A\u001B[0J`;
  }

  function draw(lines: readonly string[]): string {
    const width = (out.columns || 80) - 1;
    return lines.map((line) => `${cut(line, width)}\n`).join('');
  }

  return {
    live,
    print(text) {
      out.write(`${erase()}${text}\n${draw(pinned)}`);
    },
    remark(text) {
      const shown = pinned;
      if (shown.length > 0) out.write(erase());
      remarks.write(`${text}\n`);
      if (shown.length > 0) out.write(draw(shown));
    },
    pin(lines) {
      if (!live) return;
      const before = erase();
      // The cursor cannot go up beyond the top of the screen.
      pinned = lines.slice(0, Math.max((out.rows || 24) - 2, 1));
      out.write(before + draw(pinned));
    },
    styled: (text, ...styles) => (colours ? styleText([...styles], text) : text),
    said: (text) => (colours ? inItsColours(text) : harmless(text)),
  };
}

// oxlint-disable-next-line no-control-regex
const COLOURS = /(\u001B\[[\d;:]{0,40}m)/;

function inItsColours(text: string): string {
  const [first = '', ...rest] = text.split(COLOURS);
  if (rest.length === 0) return harmless(first);
  return `${harmless(first)}${rest.map((part, at) => (at % 2 === 0 ? part : harmless(part))).join('')}\u001B[0m`;
}

/** Text that a terminal shows as it is: whatever it came through, it moves no cursor and changes no title. */
export function harmless(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return stripVTControlCharacters(text).replace(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, '\uFFFD');
}

/** Longer lines would wrap and spoil the count of lines to draw over. Styled lines are cut by what is seen of them. */
function cut(line: string, width: number): string {
  if (stripVTControlCharacters(line).length <= width) return line;
  return `${stripVTControlCharacters(line).slice(0, Math.max(width - 1, 0))}…`;
}
