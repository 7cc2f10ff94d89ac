import { describe, expect, it } from 'vitest';
import type { PlatformFamily } from '../../../../src/providers/elastic-beanstalk/bundle/dockerrun.js';
import { ruleFor } from '../../../../src/providers/elastic-beanstalk/bundle/file-rules.js';

const digest = `registry.example.com/shop@sha256:${'a'.repeat(64)}`;

function check(name: string, text: string, family: PlatformFamily = 'docker') {
  return ruleFor(name)?.(text, name, family) ?? { problems: ['no rule'], warnings: [] };
}

describe('the rule for a file of a bundle', () => {
  it.each([
    ['.ebextensions/a.config', 'option_settings:\n  a:b:\n    C: d\n', 'other'],
    ['.ebextensions/a.config', '{"option_settings": []}', 'other'],
    ['Dockerrun.aws.json', JSON.stringify({ AWSEBDockerrunVersion: '1', Image: { Name: digest } }), 'docker'],
    ['Dockerrun.aws.json', '{"AWSEBDockerrunVersion": 3, "Authentication": {}}', 'docker'],
    [
      'Dockerrun.aws.json',
      JSON.stringify({ AWSEBDockerrunVersion: 2, containerDefinitions: [{ name: 'app', image: digest }] }),
      'ecs',
    ],
    ['docker-compose.yml', `services:\n  web:\n    image: ${digest}\n  db:\n    build: .\n`, 'docker'],
    ['Procfile', '# comment\nweb: node server.js\nworker: node worker.js\n', 'other'],
  ] as const)('lets a good %s pass: %s', (name, text, family) => {
    expect(check(name, text, family)).toEqual({ problems: [], warnings: [] });
  });

  it.each([
    ['.ebextensions/a.config', 'a: [1,\n', 'other', '.ebextensions/a.config:2 cannot be read'],
    ['.ebextensions/a.config', '- a\n', 'other', 'is no mapping'],
    ['Dockerrun.aws.json', '{"AWSEBDockerrunVersion": 2}', 'docker', 'wants 1 or 3'],
    ['Dockerrun.aws.json', '{"AWSEBDockerrunVersion": "1"}', 'ecs', 'wants 2'],
    ['Dockerrun.aws.json', '{}', 'docker', 'AWSEBDockerrunVersion is missing'],
    ['Dockerrun.aws.json', '{"AWSEBDockerrunVersion": 2}', 'ecs', 'no containerDefinitions'],
    [
      'Dockerrun.aws.json',
      '{"AWSEBDockerrunVersion": 2, "containerDefinitions": [{"name": "a"}]}',
      'ecs',
      'containerDefinitions/0 has no image',
    ],
    ['docker-compose.yml', 'version: "3"\n', 'docker', 'no services'],
    ['docker-compose.yml', 'services:\n  web:\n    ports: []\n', 'docker', 'web has neither image nor build'],
    ['Procfile', 'web node server.js\n', 'other', 'Procfile:1'],
    ['Procfile', '\n', 'other', 'names no process'],
  ] as const)('refuses in %s: %s', (name, text, family, problem) => {
    expect(check(name, text, family).problems.join()).toContain(problem);
  });

  it('warns of images that a rollback may find changed', () => {
    const text = 'services:\n  web:\n    image: shop:latest\n  db:\n    image: ${DB}\n';

    expect(check('docker-compose.yml', text)).toEqual({
      problems: [],
      warnings: [
        'docker-compose.yml names shop:latest, which may be another image at a rollback; name it by its digest.',
      ],
    });
  });

  it('does not expand a file without end', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      'b: &b [*a,*a,*a,*a,*a,*a,*a]',
      'c: &c [*b,*b,*b,*b,*b,*b,*b]',
    ].join('\n');
    const text = `${bomb}\nd: &d [*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d]\n`;

    expect(check('.ebextensions/a.config', text, 'other').problems).toHaveLength(1);
  });

  it('is for files at the top and in .ebextensions alone', () => {
    for (const name of ['src/Dockerrun.aws.json', '.ebextensions/sub/a.config', 'a.config', 'app.js'])
      expect(ruleFor(name)).toBeUndefined();
  });
});
