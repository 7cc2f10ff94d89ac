import { Terminal, type ITerminalOptions, type ITheme } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { applyTheme, readTheme, watchTheme } from '../shell/theme.js';
import './terminal.css';

const LIGHT: ITheme = { background: '#ffffff', foreground: '#17181c', cursor: '#17181c' };
const DARK: ITheme = { background: '#0c0d0f', foreground: '#ececf0', cursor: '#ececf0' };
/** In the light theme white and yellow on white would be gone; WCAG AA is 4.5. */
const CONTRAST = 4.5;

/** Draws a terminal in the theme of the page, also when that changes. What runs in it opens no links. */
export function openTerminal(element: HTMLElement, options: ITerminalOptions = {}): Terminal {
  const terminal = new Terminal({
    fontFamily: 'ui-monospace, Menlo, Consolas, monospace',
    fontSize: 13,
    screenReaderMode: true,
    scrollback: 10_000,
    minimumContrastRatio: CONTRAST,
    linkHandler: { activate: () => undefined },
    ...options,
  });
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const dress = () => {
    const theme = readTheme();
    applyTheme(theme);
    terminal.options.theme = theme === 'dark' || (theme === 'auto' && dark.matches) ? DARK : LIGHT;
  };
  dress();
  watchTheme(dress);
  dark.addEventListener('change', dress);
  terminal.open(element);
  return terminal;
}

/** Everything that the terminal holds, as plain text. */
export function textOf({ buffer: { active } }: Terminal): string {
  const lines: string[] = [];
  for (let at = 0; at < active.length; at += 1) {
    const line = active.getLine(at);
    const text = line?.translateToString(true) ?? '';
    if (line?.isWrapped === true) lines[lines.length - 1] += text;
    else lines.push(text);
  }
  return lines.join('\n').trimEnd();
}
