import { FitAddon } from '@xterm/addon-fit';
import { openTerminal, textOf } from './open-terminal.js';
import { copyBy, part } from './part.js';
import { openShell, type ShellWire, type Where } from './shell-wire.js';

const params = new URLSearchParams(location.search);
const container = params.get('container');
const where: Where = {
  service: params.get('service') ?? '',
  environment: params.get('environment') ?? '',
  pod: params.get('pod') ?? '',
  ...(container !== null && { container }),
};

const place = part('terminal', HTMLElement);
const again = part('again', HTMLButtonElement);
const leave = part('leave', HTMLButtonElement);
const copy = part('copy', HTMLButtonElement);
const terminal = openTerminal(place, { cursorBlink: true });
const fit = new FitAddon();
let wire: ShellWire | undefined;

terminal.loadAddon(fit);
fit.fit();
terminal.onData((text) => wire?.type(text));
terminal.onResize(({ cols, rows }) => wire?.resize(cols, rows));
new ResizeObserver(() => fit.fit()).observe(place);
part('where', HTMLElement).textContent = `${where.pod} · ${where.service} in ${where.environment}`;
document.title = `${where.pod} · Shell · Beanpod`;
again.addEventListener('click', () => void connect());
leave.addEventListener('click', () => wire?.close());
copy.addEventListener('click', () => void copyBy(copy, textOf(terminal)));
void connect();

async function connect(): Promise<void> {
  again.hidden = true;
  say('connecting');
  try {
    wire = await openShell(where, { shown: (bytes) => terminal.write(bytes), ended });
    leave.hidden = false;
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
  leave.hidden = true;
  again.hidden = false;
}

function say(text: string): void {
  part('status', HTMLElement).textContent = text;
}
