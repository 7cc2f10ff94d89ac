import type { Problem } from '../shared/contract/problem.js';
import { EXIT, exitCodeOfRefusal } from './exit-code.js';
import { Stop } from './stop.js';

/** The answer, when it is none that stops the command. Throws a `Stop` otherwise. */
export async function proven(said: Response): Promise<Response> {
  if (said.ok || said.status === 304) return said;
  if (said.status >= 300 && said.status < 400) {
    const to = said.headers.get('location') ?? 'elsewhere';
    throw new Stop(
      EXIT.invalid,
      `BEANPOD_URL leads to ${to}: set BEANPOD_URL to the address of the API itself`,
    );
  }
  throw refusalOf(said, await problemOf(said));
}

/** A refusal in the words of the API, with every violation on a line of its own. */
export function refusalOf({ status, url }: Response, problem: Problem | undefined): Stop {
  if (!problem)
    return new Stop(
      exitCodeOfRefusal(status, ''),
      `${new URL(url).host} answered ${status} and is no Beanpod`,
    );
  const { title, detail, errors = [], requestId } = problem;
  const words = [`${title}${detail === undefined ? '' : `: ${detail}`}`];
  for (const each of errors) words.push(`  ${each.pointer} ${each.detail}`);
  if (problem.code === 'target.held')
    words.push('  To try it all the same, give a reason: deploy --retry, redeploy --reason');
  if (status >= 500) words.push(`  request ${requestId}`);
  return new Stop(exitCodeOfRefusal(status, problem.code), words.join('\n'), problem);
}

/** The problem that an answer holds; undefined when it comes from something that is not the API. */
export async function problemOf(said: Response): Promise<Problem | undefined> {
  if (said.headers.get('content-type')?.startsWith('application/problem+json') === true)
    return (await said.json()) as Problem;
  await said.body?.cancel();
  return undefined;
}
