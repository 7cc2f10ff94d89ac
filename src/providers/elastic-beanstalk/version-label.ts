import { createHash } from 'node:crypto';

const LONGEST = 100;

/**
 * The version label of a version: 1 to 100 characters without `/` (EB API reference). Versions that had to be
 * changed to fit get part of their hash, so that unlike versions never share a label.
 */
export function versionLabel(version: string, prefix = ''): string {
  const plain = `${prefix}${version}`;
  const fitting = plain.replaceAll(/[^A-Za-z0-9._+:@ -]/g, '-').trim();
  if (fitting === plain && plain.length <= LONGEST) return plain;
  const mark = createHash('sha256').update(plain).digest('hex').slice(0, 8);
  return `${fitting.slice(0, LONGEST - mark.length - 1)}-${mark}`;
}
