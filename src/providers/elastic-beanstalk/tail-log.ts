/** The sections of one tail sample that explain a failed deployment, shortened to their last lines. */
export interface LogExcerpt {
  readonly file: string;
  readonly lines: readonly string[];
}

const MOST_LINES: Readonly<Record<string, number>> = {
  'eb-engine.log': 50,
  'eb-activity.log': 50,
  'web.stdout.log': 20,
  'web.stderr.log': 20,
};

/**
 * Splits the text of a tail sample. It holds the last hundred lines of many files, each under a heading of dashes
 * with its path. Unknown files are left out; text without headings is one excerpt.
 */
export function logExcerpts(text: string): readonly LogExcerpt[] {
  const found = new Map<string, readonly string[]>();
  let file = '';
  let lines: string[] = [];
  function keep(): void {
    const content = lines
      .map((line) => line.trimEnd())
      .filter((line) => line !== '' && !/^-{5,}$/.test(line));
    if (content.length > 0) found.set(file, content);
    lines = [];
  }
  for (const line of text.split('\n')) {
    const path = /^\s*(\/var\/log\/\S+|[\w.-]+\.log)\s*$/.exec(line)?.[1];
    if (path === undefined) {
      lines.push(line);
      continue;
    }
    keep();
    file = path.slice(path.lastIndexOf('/') + 1);
  }
  keep();
  if (found.size === 1 && found.has('')) return [{ file: 'log', lines: found.get('')?.slice(-50) ?? [] }];
  return Object.entries(MOST_LINES).flatMap(([name, most]) => {
    const content = found.get(name);
    return content === undefined ? [] : [{ file: name, lines: content.slice(-most) }];
  });
}
