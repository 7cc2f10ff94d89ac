import type { Turn } from '../providers/contract.js';
import type { Drive } from './run-deps.js';
import { entry } from './narrate.js';
import { keyOf, type Piece } from './piece.js';

/** What a piece of provider code is given for one call. `signal` ends with the call's own time limit too. */
export function createTurn(run: Drive, piece: Piece | undefined, signal: AbortSignal): Turn {
  const { ledger, heartbeat, deps } = run;
  const key = piece ? keyOf(piece) : 'evidence';
  const intent = ledger.progress.intents[key];
  return {
    signal,
    epoch: run.epoch,
    intent: intent?.note,
    intentAgeMs: intent ? (heartbeat.now() - intent.at) / deps.tempo : 0,
    noteOf: (plan, step) => ledger.progress.intents[`${plan}:${step}`]?.note,
    say(text, level = 'info') {
      for (const line of deps.secrets.redactor.lines(text, 'coloured'))
        ledger.say({ text: line, level, step: key });
    },
    /** A call that was given up may still be on its way here, while its piece is done again or undone. */
    async intend(note) {
      signal.throwIfAborted();
      await heartbeat.beat();
      signal.throwIfAborted();
      await keep(note);
      signal.throwIfAborted();
    },
  };

  async function keep(note: string): Promise<void> {
    const intents = { ...ledger.progress.intents, [key]: { note, at: heartbeat.now() } };
    const writes = piece?.kind === 'step' && piece.step.writes;
    if (!writes) return ledger.keep({ intents });
    const { state } = ledger;
    if (state.name === 'deploying' && !state.wrote) ledger.say(entry('deployment.written', {}, key));
    return ledger.take({ kind: 'wrote' }, { intents });
  }
}
