import { hashOf, type LineRange } from './line-link.js';

/** The whole address of lines on this screen: a bare `#…` would be taken for one of the base address. */
export function addressOfLines(range: LineRange): string {
  return `${location.pathname}${location.search}${hashOf(range)}`;
}
