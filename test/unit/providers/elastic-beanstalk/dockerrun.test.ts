import { describe, expect, it } from 'vitest';
import { dockerrun, platformFamily } from '../../../../src/providers/elastic-beanstalk/bundle/dockerrun.js';
import { isMovable } from '../../../../src/shared/domain/image-reference.js';

const image = `registry.example.com:5000/shop/api@sha256:${'a'.repeat(64)}`;

describe('a bundle made from an image', () => {
  it('is Dockerrun version 1 on Docker', () => {
    expect(JSON.parse(dockerrun({ type: 'image', image, port: 3000 }, 'docker', { memoryMiB: 512 }))).toEqual(
      {
        AWSEBDockerrunVersion: '1',
        Image: { Name: image, Update: 'true' },
        Ports: [{ ContainerPort: 3000 }],
      },
    );
  });

  it('is Dockerrun version 2 on ECS', () => {
    expect(JSON.parse(dockerrun({ type: 'image', image }, 'ecs', { memoryMiB: 256 }))).toEqual({
      AWSEBDockerrunVersion: 2,
      containerDefinitions: [
        {
          name: 'app',
          image,
          essential: true,
          memory: 256,
          portMappings: [{ hostPort: 80, containerPort: 8080 }],
        },
      ],
    });
  });

  it('is the same text for the same image', () => {
    const make = (): string => dockerrun({ type: 'image', image }, 'docker', { memoryMiB: 512 });

    expect(make()).toBe(make());
  });

  it.each([
    ['64bit Amazon Linux 2023 v4.6.0 running Docker', 'docker'],
    [
      'arn:aws:elasticbeanstalk:eu-central-1::platform/Docker running on 64bit Amazon Linux 2023/4.6.0',
      'docker',
    ],
    ['64bit Amazon Linux 2023 v4.1.0 running ECS', 'ecs'],
    ['arn:aws:elasticbeanstalk:eu-central-1::platform/ECS running on 64bit Amazon Linux 2023/4.1.0', 'ecs'],
    ['64bit Amazon Linux 2018.03 v2.26.0 running Multi-container Docker 19.03', 'ecs'],
    ['64bit Amazon Linux 2023 v6.1.0 running Node.js 20', 'other'],
    ['', 'other'],
  ])('knows %s as %s', (platform, family) => {
    expect(platformFamily(platform)).toBe(family);
  });

  it.each([
    [image, false],
    ['registry.example.com:5000/shop/api', true],
    ['shop/api:latest', true],
    ['shop/api:1.4.2', false],
    [`shop/api:latest@sha256:${'b'.repeat(64)}`, false],
  ])('calls %s movable: %s', (name, movable) => {
    expect(isMovable(name)).toBe(movable);
  });
});
