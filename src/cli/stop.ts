import type { Problem } from '../shared/contract/problem.js';
import type { ExitCode } from './exit-code.js';

/** A command cannot go on: the process ends with this code after these words, which say what happened and what to do. */
export class Stop extends Error {
  override name = 'Stop';
  readonly code: ExitCode;
  /** What the API said, where it said so. */
  readonly problem: Problem | undefined;

  constructor(code: ExitCode, words: string, problem?: Problem) {
    super(words);
    this.code = code;
    this.problem = problem;
  }
}
