import type { ImageArtifact } from '../../../shared/contract/artifact.js';

/** What the platform of an environment can run. */
export type PlatformFamily = 'docker' | 'ecs' | 'other';

/** Reads the family from a solution stack name or a platform ARN. */
export function platformFamily(platform: string): PlatformFamily {
  if (/running ECS|ECS running|Multi-container Docker/i.test(platform)) return 'ecs';
  return /running Docker|Docker running/i.test(platform) ? 'docker' : 'other';
}

export interface ContainerLimits {
  readonly memoryMiB: number;
}

// Without a port in the artifact the container is taken to listen on the port that the proxy uses by default.
const DEFAULT_PORT = 8080;

/**
 * A source bundle of one file that runs an image: `Dockerrun.aws.json` of version 1, or 2 on ECS. Equal input gives
 * equal bytes, so equal images share one object and one version.
 */
export function dockerrun(
  artifact: ImageArtifact,
  family: 'docker' | 'ecs',
  limits: ContainerLimits,
): string {
  const port = artifact.port ?? DEFAULT_PORT;
  const content =
    family === 'docker'
      ? {
          AWSEBDockerrunVersion: '1',
          Image: { Name: artifact.image, Update: 'true' },
          Ports: [{ ContainerPort: port }],
        }
      : {
          AWSEBDockerrunVersion: 2,
          containerDefinitions: [
            {
              name: 'app',
              image: artifact.image,
              essential: true,
              memory: limits.memoryMiB,
              portMappings: [{ hostPort: 80, containerPort: port }],
            },
          ],
        };
  return `${JSON.stringify(content, null, 2)}\n`;
}
