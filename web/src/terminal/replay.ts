import { callText } from '../api/call.js';
import { readCast } from './cast.js';
import { openTerminal, textOf } from './open-terminal.js';
import { copyBy, part } from './part.js';
import { createPlayer, type Playing } from './player.js';
import { spellClock } from './timeline.js';

/** Seconds that an arrow key goes on or back. */
const LEAP = 5;

const params = new URLSearchParams(location.search);
const status = part('status', HTMLElement);
const play = part('play', HTMLButtonElement);
const position = part('position', HTMLInputElement);
const speed = part('speed', HTMLSelectElement);
const short = part('short', HTMLInputElement);
const copy = part('copy', HTMLButtonElement);
const terminal = openTerminal(part('terminal', HTMLElement), {
  disableStdin: true,
  cursorInactiveStyle: 'none',
});

void start();

async function start(): Promise<void> {
  const [service = '', environment = '', id = ''] = ['service', 'environment', 'recording'].map(
    (name) => params.get(name) ?? '',
  );
  part('where', HTMLElement).textContent = `${service} in ${environment}`;
  try {
    const path = ['v1/targets', service, environment, 'live/recordings', id].map(encoded).join('/');
    const cast = readCast(await (await callText(path, 'application/x-asciicast')).text());
    document.title = `${cast.title} · Recording · Beanpod`;
    part('where', HTMLElement).textContent = cast.title;
    steer(cast);
    status.textContent =
      cast.unreadable === 0
        ? 'recorded'
        : `recorded; ${cast.unreadable} ${cast.unreadable === 1 ? 'line' : 'lines'} of it cannot be read`;
  } catch (error) {
    status.textContent = error instanceof Error ? error.message : String(error);
  }
}

function steer(cast: ReturnType<typeof readCast>): void {
  const screen = {
    write: (text: string) => terminal.write(text),
    clear: () => terminal.reset(),
    resize: (columns: number, rows: number) => terminal.resize(columns, rows),
  };
  const player = createPlayer(cast, screen, draw);
  play.addEventListener('click', player.toggle);
  position.addEventListener('input', () => player.seek(Number(position.value)));
  speed.addEventListener('change', () => player.speed(Number(speed.value)));
  short.addEventListener('change', () => player.pauses(short.checked ? 'short' : 'real'));
  copy.addEventListener('click', () => void copyBy(copy, textOf(terminal)));
  document.addEventListener('keydown', (event) => {
    if (event.target instanceof HTMLElement && event.target.closest('footer')) return;
    const leap = { ArrowLeft: -LEAP, ArrowRight: LEAP }[event.key];
    if (leap !== undefined) player.seek(Number(position.value) + leap);
    else if (event.key === ' ') player.toggle();
    else return;
    event.preventDefault();
  });
  player.play();
}

function draw({ time, length, isPlaying }: Playing): void {
  play.textContent = isPlaying ? 'Pause' : 'Play';
  position.max = String(length);
  position.value = String(time);
  const text = `${spellClock(time)} / ${spellClock(length)}`;
  position.setAttribute('aria-valuetext', text);
  part('time', HTMLElement).textContent = text;
}

function encoded(piece: string, index: number): string {
  return index === 0 || index === 3 ? piece : encodeURIComponent(piece);
}
