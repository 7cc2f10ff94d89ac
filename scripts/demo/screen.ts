const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

export type Style = keyof typeof codes;

const isColourful = process.stdout.isTTY && !process.env['NO_COLOR'];
const startedAt = performance.now();

/** Text in a style, on terminals only. */
export function styled(text: string, ...styles: readonly Style[]): string {
  if (!isColourful) return text;
  return `${styles.map((style) => `\u001B[${codes[style]}m`).join('')}${text}\u001B[0m`;
}

/** One line, with the seconds since the demo began. */
export function say(text: string, ...styles: readonly Style[]): void {
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1).padStart(6);
  process.stdout.write(`${styled(`${seconds} s`, 'dim')}  ${styled(text, ...styles)}\n`);
}

/** The title of a new part of the story. */
export function sayTitle(text: string): void {
  process.stdout.write(`\n${styled(text, 'bold')}\n`);
}
