import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  imagesOf,
  isMovable,
  parseImage,
  withDigest,
} from '../../../../src/shared/domain/image-reference.js';

const HEX = `sha256:${'0a1b'.repeat(16)}`;

describe('an image reference', () => {
  test.each([
    ['nginx', { registry: 'docker.io', name: 'library/nginx' }],
    ['nginx:1.27', { registry: 'docker.io', name: 'library/nginx', tag: '1.27' }],
    ['acme/shop', { registry: 'docker.io', name: 'acme/shop' }],
    ['docker.io/nginx', { registry: 'docker.io', name: 'library/nginx' }],
    ['docker.io/acme/shop', { registry: 'docker.io', name: 'acme/shop' }],
    ['index.docker.io/acme/shop', { registry: 'docker.io', name: 'acme/shop' }],
    ['localhost/shop:1', { registry: 'localhost', name: 'shop', tag: '1' }],
    ['localhost:5000/shop', { registry: 'localhost:5000', name: 'shop' }],
    ['r.example.com:5000/a/b/c:1', { registry: 'r.example.com:5000', name: 'a/b/c', tag: '1' }],
    [`r.example.com/a:1@${HEX}`, { registry: 'r.example.com', name: 'a', tag: '1', digest: HEX }],
    [`nginx@${HEX}`, { registry: 'docker.io', name: 'library/nginx', digest: HEX }],
  ])('%s is taken apart', (reference, parts) => {
    expect(parseImage(reference)).toEqual({ ...parts, repository: `${parts.registry}/${parts.name}` });
  });

  test('says the same in short and in full', () => {
    const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    const host = fc.oneof(
      fc.constant(''),
      fc.constant('docker.io/'),
      word.map((name) => `${name}.example.com/`),
      fc.tuple(word, fc.nat(65_535)).map(([name, port]) => `${name}:${port}/`),
    );
    const path = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join('/'));
    const tag = fc.option(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,20}$/), { nil: undefined });

    fc.assert(
      fc.property(host, path, tag, (at, named, tagged) => {
        const short = `${at}${named}${tagged === undefined ? '' : `:${tagged}`}`;
        const parts = parseImage(short);

        expect(parts.tag).toBe(tagged);
        const full = `${parts.repository}${tagged === undefined ? '' : `:${tagged}`}`;
        expect(parseImage(full)).toEqual(parts);
        expect(parseImage(withDigest(short, HEX))).toEqual({ ...parts, digest: HEX });
        expect(withDigest(withDigest(short, 'sha256:other'), HEX)).toBe(withDigest(short, HEX));
      }),
    );
  });

  test.each([
    ['a/b', true],
    ['a/b:latest', true],
    ['a/b:1', false],
    ['localhost:5000/b', true],
    [`a/b@${HEX}`, false],
    [`a/b:latest@${HEX}`, false],
  ])('%s can move: %s', (reference, moves) => {
    expect(isMovable(reference)).toBe(moves);
  });
});

test.each([
  [{ type: 'image', image: 'a' }, ['a']],
  [{ type: 'images', images: ['a', 'b'] }, ['a', 'b']],
  [{ type: 'manifests', images: ['a'] }, ['a']],
  [{ type: 'manifests' }, []],
  [{ type: 's3' }, []],
])('the images of %j are %j', (artifact, images) => {
  expect(imagesOf(artifact)).toEqual(images);
});
