import { ZipFile } from 'yazl';
import { describe, expect, it } from 'vitest';
import { intoBase, type Made } from '../../../../src/providers/elastic-beanstalk/bundle/image-bundle.js';
import { openZipBytes } from '../../../../src/providers/elastic-beanstalk/bundle/zip.js';

const image = `registry.example.com/shop/api@sha256:${'a'.repeat(64)}`;
const wish = {
  artifact: { type: 'image', image, port: 3000 },
  family: 'docker',
  limits: { memoryMiB: 512 },
} as const;

async function zipOf(files: Readonly<Record<string, string>>, mode = 0o100_755): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), name, { mode });
  zip.end();
  const pieces: Buffer[] = [];
  for await (const piece of zip.outputStream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

async function filesOf(made: Made): Promise<Record<string, string>> {
  if (made.is !== 'made') throw new Error(made.why);
  const zip = await openZipBytes(made.bytes);
  if (zip.is !== 'listed') throw new Error(zip.is);
  const found: Record<string, string> = {};
  for (const { name } of zip.entries) found[name] = (await zip.content(name, 1e6)).toString('utf8');
  return found;
}

describe('a bundle made of an image and a base', () => {
  it('keeps the configuration of the platform and gets a Dockerrun.aws.json', async () => {
    const base = await zipOf({ '.ebextensions/a.config': 'a: b', '.platform/hooks/predeploy/x.sh': 'true' });

    const files = await filesOf(await intoBase(base, wish));

    expect(Object.keys(files)).toEqual([
      '.ebextensions/a.config',
      '.platform/hooks/predeploy/x.sh',
      'Dockerrun.aws.json',
    ]);
    expect(files['.ebextensions/a.config']).toBe('a: b');
    expect(JSON.parse(files['Dockerrun.aws.json'] ?? '')).toMatchObject({
      AWSEBDockerrunVersion: '1',
      Image: { Name: image },
      Ports: [{ ContainerPort: 3000 }],
    });
  });

  it('names the image wherever the base asks for it', async () => {
    const base = await zipOf({
      'docker-compose.yml':
        'services:\n  web:\n    image: ${BEANPOD_IMAGE}\n  job:\n    image: ${BEANPOD_IMAGE}\n',
      'readme.md': '${BEANPOD_IMAGE}',
    });

    const files = await filesOf(await intoBase(base, wish));

    expect(files['docker-compose.yml']).toBe(
      `services:\n  web:\n    image: ${image}\n  job:\n    image: ${image}\n`,
    );
    expect(files['readme.md']).toBe('${BEANPOD_IMAGE}');
    expect(files['Dockerrun.aws.json']).toBeUndefined();
  });

  it('is the same bytes for the same input, however the base was packed', async () => {
    const one = await zipOf({ b: '1', a: '2' });
    const other = await zipOf({ a: '2', b: '1' });

    const [first, second] = [await intoBase(one, wish), await intoBase(other, wish)];

    expect(first).toEqual(second);
  });

  it('keeps hooks executable', async () => {
    const made = await intoBase(await zipOf({ '.platform/hooks/predeploy/x.sh': 'true' }), wish);
    const zip = await openZipBytes(made.is === 'made' ? made.bytes : Buffer.alloc(0));

    const modes = zip.is === 'listed' ? zip.entries.map(({ name, mode }) => [name, (mode ?? 0) & 0o777]) : [];
    expect(modes).toEqual([
      ['.platform/hooks/predeploy/x.sh', 0o755],
      ['Dockerrun.aws.json', 0o644],
    ]);
  });

  it('is refused when the base describes containers without the mark', async () => {
    const made = await intoBase(await zipOf({ 'docker-compose.yml': 'services: {}' }), wish);

    expect(made).toMatchObject({ is: 'unfit' });
    expect(made.is === 'unfit' && made.why).toContain('does not name ${BEANPOD_IMAGE}');
  });

  it('is refused when the base leads out of itself', async () => {
    const harmless = await zipOf({ 'ab/evil': 'x' });
    const base = Buffer.from(harmless.toString('latin1').replaceAll('ab/evil', '../evil'), 'latin1');

    const made = await intoBase(base, wish);

    expect(made).toMatchObject({ is: 'unfit', why: 'it is no zip file (invalid relative path: ../evil)' });
  });

  it('is refused when the base is no zip file', async () => {
    expect((await intoBase(Buffer.from('no zip file at all, by no means'), wish)).is).toBe('unfit');
  });
});
