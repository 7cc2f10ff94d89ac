import type { FailureCode } from '../../../shared/domain/failures.js';
import type { PodView } from '../watch/pod-view.js';

/** One sign that the new version may not come up. */
export interface Signal {
  readonly code: FailureCode;
  /** What was seen, with pod, container, image and the words of the platform. */
  readonly detail: string;
  /** Absent when it is about the workload as a whole. */
  readonly pod?: PodView;
  readonly container?: string;
  /** Milliseconds since it was first seen. */
  readonly ageMs: number;
  /** Milliseconds until it fails the deployment by itself; 0: it does so now; Infinity: not by time. */
  readonly leftMs: number;
  /** It says nothing against the version as long as any new pod is ready. */
  readonly onlyWhenNoneReady?: boolean;
}

/** Longest quotation of a platform's words, in characters. */
const MOST_WORDS = 400;

/** The words of the platform on one line, cut to a length that people read. */
export function words(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > MOST_WORDS ? `${line.slice(0, MOST_WORDS)}…` : line;
}
