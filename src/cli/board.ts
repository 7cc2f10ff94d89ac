import type { DeploymentView } from '../shared/contract/deployment-view.js';
import type { Screen } from './screen.js';
import { showProgress } from './show.js';

/** Milliseconds between two drawings, for the clock. */
const TICK_MS = 1_000;

/** The steps of a deployment, drawn at the foot of a live screen. `read` is asked for news after `refresh`, one call at a time. */
export function createBoard(screen: Screen, first: DeploymentView, read: () => Promise<DeploymentView>) {
  let view = first;
  let reading = false;
  let stale = false;
  let closed = false;
  const timer = setInterval(draw, TICK_MS);
  draw();

  function draw(): void {
    if (!closed) screen.pin(showProgress(view, Date.now(), screen));
  }

  async function catchUp(): Promise<void> {
    reading = true;
    while (stale && !closed) {
      stale = false;
      // The journal is the truth and is followed elsewhere: news that cannot be had now come with the next line.
      view = await read().catch(() => view);
      draw();
    }
    reading = false;
  }

  return {
    refresh(): void {
      stale = true;
      if (!reading) void catchUp();
    },
    close(): void {
      closed = true;
      clearInterval(timer);
      screen.pin([]);
    },
  };
}
