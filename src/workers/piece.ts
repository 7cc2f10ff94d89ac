import type { Step } from '../providers/contract.js';
import type { Stage, State } from '../shared/domain/state.js';

/** The piece of work that a state stands for. */
export type Piece =
  | { readonly kind: 'capture' }
  | { readonly kind: 'step'; readonly step: Step; readonly direction: 'forward' | 'back' }
  | { readonly kind: 'stage'; readonly stage: Stage };

/** The key under which intents of a piece are kept. */
export function keyOf(piece: Piece): string {
  switch (piece.kind) {
    case 'capture':
      return 'capture';
    case 'step':
      return `${piece.direction}:${piece.step.id}`;
    case 'stage':
      return `verify:${piece.stage}`;
  }
}

/** What a person calls it. */
export function titleOf(piece: Piece): string {
  switch (piece.kind) {
    case 'capture':
      return 'Record what runs now';
    case 'step':
      return piece.step.title;
    case 'stage':
      return piece.stage === 'settle' ? 'Clean up behind the new version' : `Verify ${piece.stage}`;
  }
}

/** The piece that comes next, or why the stored plan can no longer be followed. */
export function pieceOf(state: State, forward: readonly Step[], back: readonly Step[]): Piece | undefined {
  switch (state.name) {
    case 'preparing':
      return { kind: 'capture' };
    case 'deploying':
      return stepPiece(forward[state.step], 'forward');
    case 'verifying':
      return { kind: 'stage', stage: state.stage };
    case 'rolling_back':
      return stepPiece(back[state.step], 'back');
    case 'held':
    case 'queued':
    case 'succeeded':
    case 'rolled_back':
    case 'rollback_failed':
    case 'failed':
    case 'superseded':
    case 'cancelled':
    case 'expired':
      return undefined;
  }
}

function stepPiece(step: Step | undefined, direction: 'forward' | 'back'): Piece | undefined {
  return step && { kind: 'step', step, direction };
}
