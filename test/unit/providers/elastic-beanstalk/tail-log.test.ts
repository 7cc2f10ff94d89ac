import { describe, expect, it } from 'vitest';
import { logExcerpts, logFiles } from '../../../../src/providers/elastic-beanstalk/tail-log.js';

const ruler = '-'.repeat(40);

function section(path: string, lines: readonly string[]): string {
  return [ruler, path, ruler, ...lines, ''].join('\n');
}

describe('a tail sample', () => {
  it('gives the last fifty lines of the engine first, then those of the application', () => {
    const engine = Array.from({ length: 80 }, (_, index) => `step ${index}`);
    const text = [
      section('/var/log/web.stdout.log', ['listening']),
      section('/var/log/nginx/access.log', ['GET /']),
      section('/var/log/eb-engine.log', engine),
    ].join('\n');

    const excerpts = logExcerpts(logFiles(text));

    expect(excerpts.map((excerpt) => excerpt.file)).toEqual(['eb-engine.log', 'web.stdout.log']);
    expect(excerpts[0]?.lines).toEqual(engine.slice(-50));
    expect(excerpts[1]?.lines).toEqual(['listening']);
  });

  it('keeps every file when nothing is cut, the most telling first', () => {
    const text = [
      section('/var/log/nginx/access.log', ['GET /']),
      section('/var/log/eb-engine.log', ['boom']),
    ].join('\n');

    expect(logFiles(text)).toEqual([
      { file: 'eb-engine.log', lines: ['boom'] },
      { file: 'access.log', lines: ['GET /'] },
    ]);
  });

  it('is one excerpt when it has no headings', () => {
    expect(logExcerpts(logFiles('boom\nbang\n'))).toEqual([{ file: 'log', lines: ['boom', 'bang'] }]);
  });

  it('may be empty', () => {
    expect(logExcerpts(logFiles(''))).toEqual([]);
  });
});
