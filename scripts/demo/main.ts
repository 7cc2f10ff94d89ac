import { fileURLToPath } from 'node:url';

import type { Client } from './client.js';
import { sayTitle, styled } from './screen.js';
import { setStage, type Stage } from './stage.js';
import { elasticBeanstalkStory } from './stories/elastic-beanstalk.js';
import { kubernetesStory } from './stories/kubernetes.js';
import { tell, type Scene, type Story, type Told } from './story.js';

/** One entry for each provider. */
const stories: readonly Story[] = [elasticBeanstalkStory, kubernetesStory];

const root = fileURLToPath(new URL('../..', import.meta.url));

class Interrupted extends Error {}

const interrupted = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => reject(new Interrupted(signal)));
});
interrupted.catch(() => undefined);

process.exitCode = await runDemo();
// Open sockets must not keep a demo alive that has ended; the leash ends what a failed start left.
process.exit();

/** The exit code: 0 when every deployment ended as it must, 1 when not, 130 when it was interrupted on the way. */
async function runDemo(): Promise<number> {
  let stage: Stage | undefined;
  try {
    sayTitle('Starting simulated clouds, the API, a worker and a gateway');
    stage = await Promise.race([setStage(root, process.env['REDIS_URL'] ?? '', stories), interrupted]);
    const ends = [stage.broken, interrupted];
    const told = await Promise.race([tellAll(stage), ...ends]);
    const isOnce = process.argv.includes('--once');
    sayWhereToLook(stage, told, isOnce);
    process.stdout.write(`${JSON.stringify({ deployments: told })}\n`);
    if (isOnce) return 0;
    return await Promise.race(ends).catch((error: unknown) => {
      if (error instanceof Interrupted) return 0;
      throw error;
    });
  } catch (error) {
    if (error instanceof Interrupted) return 130;
    process.stderr.write(`\n${styled('The demo failed.', 'bold', 'red')} ${wordsOf(error)}\n`);
    if (stage) process.stderr.write(`The logs of its processes are in ${stage.logs}\n`);
    return 1;
  } finally {
    await stage?.close();
  }
}

async function tellAll(stage: Stage): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (const scene of stage.scenes) told.push(...(await tell(scene, stage.client)));
  return told;
}

function sayWhereToLook({ client, logs, scenes }: Stage, told: readonly Told[], isOnce: boolean): void {
  const lines = [`Logs of the processes: ${logs}`];
  if (!isOnce) lines.push(...invitation(client, scenes, told.at(-1)), 'Ctrl-C ends everything.', '');
  sayTitle('As it must be: the good versions run, the bad ones were rolled back.');
  process.stdout.write(`${lines.join('\n')}\n`);
}

function invitation({ url, token }: Client, scenes: readonly Scene[], last: Told | undefined): string[] {
  return [
    `Web page: ${url}   API: ${url}/docs`,
    `Token: ${token}`,
    '',
    'Deploy by hand:',
    ...scenes.map(({ story: { service, environment, good } }) => {
      const body = JSON.stringify({ service, environment, ...good });
      return `  curl -i ${url}/v1/deployments -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' -d '${body}'`;
    }),
    'Read the log of the last deployment:',
    `  curl ${url}/v1/deployments/${last?.id ?? '<id>'}/logs -H 'Authorization: Bearer ${token}' -H 'Accept: text/plain'`,
    'Look at pods, their logs, a Java process and a shell:',
    ...scenes
      .filter(({ story: { live } }) => live?.exec)
      .map(({ story: { service, environment } }) => `  ${url}/targets/${service}/${environment}?view=now`),
    'Look into the simulated clouds:',
    ...scenes.flatMap(({ cloud }) => (cloud.commands ?? []).map((command) => `  ${command}`)),
    '',
  ];
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
