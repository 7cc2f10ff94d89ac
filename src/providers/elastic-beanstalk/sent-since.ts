import type { Turn } from '../contract.js';
import { readSendNote } from './intent-note.js';

/**
 * Date of the newest event before the version was sent forward, or else before the options were: start events that
 * are younger can be ours. `undefined` when nothing was ever about to be sent.
 */
export function sentSince(turn: Turn): number | undefined {
  return versionSentSince(turn) ?? readSendNote(turn.noteOf('forward', 'ensure-options'))?.anchorMs;
}

/** The same for the version alone. */
export function versionSentSince(turn: Turn): number | undefined {
  return readSendNote(turn.noteOf('forward', 'ensure-update'))?.anchorMs;
}

/** The same for the version of a rollback. */
export function rollbackSentSince(turn: Turn): number | undefined {
  return readSendNote(turn.noteOf('back', 'ensure-rollback'))?.anchorMs;
}
