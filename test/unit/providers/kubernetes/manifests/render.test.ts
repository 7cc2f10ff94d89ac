import { describe, expect, it } from 'vitest';
import { render, type Template } from '../../../../../src/providers/kubernetes/manifests/render.js';

function template(text: string, more: Partial<Template> = {}): Template {
  return { text, name: 'm', fill: 'values', parameters: {}, images: [], ...more };
}

const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  replicas: "{{replicas}}"
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      initContainers: [{name: migrate, image: 'registry.example.com:5000/shop/api:old'}]
      containers:
        - {name: api, image: 'registry.example.com:5000/shop/api', env: [{name: HOST, value: "{{service}}.example.com"}]}
        - {name: proxy, image: nginx:1.27}
`;

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('rendering a set', () => {
  it('fills parameters into values and keeps the type of a value that is nothing but a parameter', () => {
    const { set, problems } = render(template(DEPLOYMENT, { parameters: { replicas: 3, service: 'shop' } }));

    expect(problems.filter(({ level }) => level === 'error')).toEqual([]);
    expect(set[0]).toMatchObject({ spec: { replicas: 3 } });
    expect(JSON.stringify(set[0])).toContain('"shop.example.com"');
  });

  it('cannot be made to add keys by a value with line breaks', () => {
    const parameters = { replicas: 1, service: 'x"\nprivileged: true' };
    const { set } = render(template(DEPLOYMENT, { parameters }));

    expect(JSON.stringify(set[0])).not.toContain('"privileged"');
    expect(
      render(template('a: {{service}}', { parameters, fill: 'text' })).problems.map(({ said }) => said),
    ).toContain('the value of service has a line break; it could add keys in raw mode');
  });

  it('names a missing parameter and its place', () => {
    const { problems } = render(template(DEPLOYMENT, { parameters: { replicas: 1 } }));

    expect(problems).toContainEqual({
      level: 'error',
      where: 'm:2 (document 1) /spec/template/spec/containers/0/env/0/value',
      said: 'the parameter service is not given; given are: replicas',
    });
  });

  it('fills text before parsing in raw mode, without escaping for HTML', () => {
    const text = `{{#canary}}\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{name}}}\ndata: {query: "{{query}}"}\n{{/canary}}`;
    const { set } = render(
      template(text, { fill: 'text', parameters: { canary: true, name: 'c', query: 'a&b<c' } }),
    );

    expect(set[0]).toMatchObject({ metadata: { name: 'c' }, data: { query: 'a&b<c' } });
  });

  it('binds an image by its repository, port and path included, in init containers too', () => {
    const image = `registry.example.com:5000/shop/api@${DIGEST}`;
    const { set, problems } = render(
      template(DEPLOYMENT, { parameters: { replicas: 1, service: 's' }, images: [image] }),
    );

    expect(problems).toEqual([]);
    expect(set[0]).toMatchObject({
      spec: {
        template: { spec: { initContainers: [{ image }], containers: [{ image }, { image: 'nginx:1.27' }] } },
      },
    });
  });

  it.each([
    ['docker.io/library/nginx:2', 'nginx:1.27', true],
    ['index.docker.io/shop/api:2', 'shop/api', true],
    ['registry.example.com/api:2', 'registry.example.com:5000/api', false],
    ['localhost/api:2', 'api:1', false],
  ])('sees whether %s is meant by %s', (image, written, matches) => {
    const text = `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: a, image: '${written}'}]}}`;
    const { problems } = render(template(text, { images: [image] }));

    expect(problems.some(({ level }) => level === 'error')).toBe(!matches);
  });

  it('refuses an image that no container uses, and says which ones they use', () => {
    const { problems } = render(
      template(DEPLOYMENT, { parameters: { replicas: 1, service: 's' }, images: ['shop/web:1'] }),
    );

    expect(problems.map(({ said }) => said)).toContain(
      'no container uses the repository docker.io/shop/web; the manifests use: docker.io/library/nginx, registry.example.com:5000/shop/api',
    );
  });

  it('takes lists apart and leaves out what only the server writes, saying so', () => {
    const text = `
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a, uid: u, creationTimestamp: null}}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: b}, status: {}}
`;
    const { set, problems } = render(template(text));

    expect(set.map(({ metadata }) => metadata)).toEqual([{ name: 'a' }, { name: 'b' }]);
    expect(problems.map(({ said }) => said)).toEqual([
      'metadata.uid left out: only the server writes that',
      'status left out: only the server writes that',
    ]);
  });

  it.each([
    [
      'a boolean in a label',
      'metadata: {name: a, labels: {enabled: yes}}',
      'metadata.labels.enabled reads as boolean true',
    ],
    ['a number in data', 'metadata: {name: a}\ndata: {port: 8080}', 'data.port reads as number 8080'],
    ['a git sha read as a number', 'metadata: {name: a}\ndata: {sha: 1234567e8}', 'data.sha reads as number'],
    ['capitals in a name', 'metadata: {name: Api}', 'the name "Api" is none'],
    [
      'a wave that is no number',
      'metadata: {name: a, annotations: {beanpod.dev/wave: first}}',
      'the wave "first"',
    ],
    ['no name', 'metadata: {}', 'has no metadata.name'],
  ])('refuses %s', (_, body, said) => {
    const { problems } = render(template(`apiVersion: v1\nkind: ConfigMap\n${body}\n`));

    expect(problems.map((problem) => problem.said).join('\n')).toContain(said);
    expect(problems.some(({ level }) => level === 'error')).toBe(true);
  });

  it('refuses repeated variables and a selector that the template does not answer', () => {
    const text = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers: [{name: a, image: 'a:1', env: [{name: X, value: a}, {name: X, value: b}], ports: [{containerPort: 80}, {containerPort: 80, protocol: TCP}]}]
`;
    const said = render(template(text)).problems.map((problem) => problem.said);

    expect(said).toContain('environment variables of container a: X is there more than once');
    expect(said).toContain('ports of container a: 80/TCP is there more than once');
    expect(said).toContain('the selector wants app=web, which the pod template does not have');
  });

  it.each([
    'beanpod.dev/hook: pre-deploy',
    'argocd.argoproj.io/hook: PreSync',
    'helm.sh/hook: "pre-install,pre-upgrade"',
  ])('takes a Job annotated with %s out of the set as a hook', (annotation) => {
    const text = `
apiVersion: batch/v1
kind: Job
metadata: {generateName: migrate-, annotations: {${annotation}}}
spec: {template: {spec: {containers: [{name: a, image: 'a:1'}]}}}
`;
    const { set, hooks, problems } = render(template(text));

    expect(problems).toEqual([]);
    expect(set).toEqual([]);
    expect(hooks).toMatchObject([{ at: 'pre-deploy', weight: 0 }]);
  });
});
