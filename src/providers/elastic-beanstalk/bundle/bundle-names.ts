import type { PlatformFamily } from './dockerrun.js';

const CONTAINER_FILES = ['Dockerfile', 'Dockerrun.aws.json', 'docker-compose.yml', 'docker-compose.yaml'];

/** What keeps Elastic Beanstalk from deploying a zip file with these names to such a platform; empty when nothing does. */
export function nameProblems(names: readonly string[], family: PlatformFamily): readonly string[] {
  const files = names.filter((name) => !name.endsWith('/'));
  if (files.length === 0) return ['The zip file is empty.'];
  const escaping = names.find((name) => name.startsWith('/') || name.split('/').includes('..'));
  if (escaping !== undefined) return [`The zip file contains ${escaping}, which leads out of it.`];
  const [top] = new Set(files.map((name) => (name.includes('/') ? name.split('/')[0] : '')));
  const isSingle = top !== undefined && top !== '' && files.every((name) => name.startsWith(`${top}/`));
  // META-INF alone is a jar; folders with a dot configure Elastic Beanstalk itself.
  if (isSingle && top !== 'META-INF' && top !== 'WEB-INF' && !top.startsWith('.')) {
    return [`All files lie in the folder ${top}; zip the content of the folder, not the folder.`];
  }
  return containerProblems(files, family);
}

/** Developer guide, "Docker configuration" and "ECS managed Docker configuration". */
function containerProblems(files: readonly string[], family: PlatformFamily): readonly string[] {
  if (family === 'ecs' && !files.includes('Dockerrun.aws.json')) {
    return ['The platform runs ECS and the zip file has no Dockerrun.aws.json at its top.'];
  }
  if (family === 'docker' && !CONTAINER_FILES.some((name) => files.includes(name))) {
    return [
      `The platform runs Docker and the zip file has none of ${CONTAINER_FILES.join(', ')} at its top.`,
    ];
  }
  return [];
}

/** Whether the bundle has what Elastic Beanstalk can validate before a deployment. */
export function needsProcessing(names: readonly string[]): boolean {
  return names.some((name) => name === 'env.yaml' || name.startsWith('.ebextensions/'));
}
