import { isMovable, parseImage } from '../../../shared/domain/image-reference.js';
import type { Json } from '../json.js';
import type { KubeObject } from '../object.js';
import { containersOf, podSpecsOf } from './pod-specs.js';
import type { Problem } from './problem.js';

/**
 * Puts each image into every container that names its repository, tag and digest replaced. An image that no container
 * names is an error, as nothing would be deployed by it. Changes `objects`.
 */
export function bindImages(objects: readonly KubeObject[], images: readonly string[]): readonly Problem[] {
  const problems: Problem[] = [];
  const bound = new Map<string, string>();
  for (const image of images) {
    const { repository } = parseImage(image);
    const other = bound.get(repository);
    if (other !== undefined && other !== image) {
      problems.push(error(image, `names the same repository as ${other}; name each repository once`));
    }
    bound.set(repository, image);
  }
  const containers = objects.flatMap((object) => podSpecsOf(object as Json).flatMap(containersOf));
  const seen = new Set<string>();
  for (const container of containers) {
    const named = container['image'];
    if (typeof named !== 'string') continue;
    const { repository } = parseImage(named);
    seen.add(repository);
    const image = bound.get(repository);
    if (image !== undefined) container['image'] = image;
  }
  for (const [repository, image] of bound) {
    if (seen.has(repository)) continue;
    const there = [...seen].sort().join(', ') || 'none';
    problems.push(
      error(image, `no container uses the repository ${repository}; the manifests use: ${there}`),
    );
  }
  return [...problems, ...movable(containers)];
}

function movable(containers: readonly Json[]): readonly Problem[] {
  const names = new Set(containers.map(({ image }) => image).filter((image) => typeof image === 'string'));
  return [...names].filter(isMovable).map((image) => ({
    level: 'warning',
    where: `image ${image}`,
    said: 'can change under its name, and a rollback may then not bring the old one back; pin it by digest',
  }));
}

function error(image: string, said: string): Problem {
  return { level: 'error', where: `image ${image}`, said, about: 'image' };
}
