/** One file of a tail sample. */
export interface LogFile {
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
 * with its path. What explains a failed deployment comes first. Text without headings is one file `log`.
 */
export function logFiles(text: string): readonly LogFile[] {
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
  if (found.size === 1 && found.has('')) return [{ file: 'log', lines: found.get('') ?? [] }];
  found.delete('');
  const telling = Object.keys(MOST_LINES).filter((name) => found.has(name));
  const rest = [...found.keys()].filter((name) => !telling.includes(name));
  return [...telling, ...rest].map((name) => ({ file: name, lines: found.get(name) ?? [] }));
}

/** The files that explain a failed deployment, shortened to their last lines; the others are left out. */
export function logExcerpts(files: readonly LogFile[]): readonly LogFile[] {
  if (files.length === 1 && files[0]?.file === 'log')
    return files.map(({ file, lines }) => ({ file, lines: lines.slice(-50) }));
  return files.flatMap(({ file, lines }) => {
    const most = MOST_LINES[file];
    return most === undefined ? [] : [{ file, lines: lines.slice(-most) }];
  });
}
