import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { openShell, type ShellWire, type Where } from './shell-wire.js';
import './terminal.css';

const params = new URLSearchParams(location.search);
const where: Where = {
  service: params.get('service') ?? '',
  environment: params.get('environment') ?? '',
  pod: params.get('pod') ?? '',
};

const terminal = new Terminal({
  fontFamily: 'ui-monospace, Menlo, Consolas, monospace',
  fontSize: 13,
  cursorBlink: true,
  screenReaderMode: true,
  theme: { background: '#0c0d0f', foreground: '#ececf0' },
});
const fit = new FitAddon();
let wire: ShellWire | undefined;

terminal.loadAddon(fit);
terminal.open(part('terminal'));
fit.fit();
terminal.onData((text) => wire?.type(text));
terminal.onResize(({ cols, rows }) => wire?.resize(cols, rows));
new ResizeObserver(() => fit.fit()).observe(part('terminal'));
part('where').textContent = `${where.pod} · ${where.service} in ${where.environment}`;
document.title = `${where.pod} · Shell · Beanpod`;
part('again').addEventListener('click', () => void connect());
void connect();

async function connect(): Promise<void> {
  part('again').hidden = true;
  say('connecting');
  try {
    wire = await openShell(where, { shown: (bytes) => terminal.write(bytes), ended });
    say('connected · what it shows is recorded');
    wire.resize(terminal.cols, terminal.rows);
    terminal.focus();
  } catch (error) {
    ended(error instanceof Error ? error.message : String(error));
  }
}

function ended(why: string): void {
  wire = undefined;
  say(why);
  part('again').hidden = false;
}

function say(text: string): void {
  part('status').textContent = text;
}

function part(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The document has no ${id}`);
  return found;
}
