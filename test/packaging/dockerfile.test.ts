import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { copiesOf, readDockerfile } from './dockerfile.js';

const file = (path: string) => new URL(`../../${path}`, import.meta.url);
const stages = readDockerfile(readFileSync(file('Dockerfile'), 'utf8'));
const ignored = readFileSync(file('.dockerignore'), 'utf8').split('\n');
const last = stages.at(-1);

function lastOf(stage: (typeof stages)[number] | undefined, name: string) {
  return stage?.instructions.findLast((one) => one.name === name);
}

describe('the Dockerfile', () => {
  test('has stages, the last of which is the image of the service', () => {
    expect(stages.map(({ name }) => name)).toEqual(['packages', 'build', 'simulators', 'beanpod']);
  });

  test('starts from Node 24 at an exact version, or from one of its own stages', () => {
    const names = stages.map(({ name }) => name);

    const foreign = stages.map(({ from }) => from).filter((from) => !names.includes(from));

    expect(foreign.length).toBeGreaterThan(0);
    for (const image of foreign)
      expect(image).toMatch(/^node:24\.\d+\.\d+-[a-z]+-slim(@sha256:[0-9a-f]{64})?$/);
  });

  test('runs as a numbered user without rights, in every image that is run', () => {
    for (const stage of stages.filter(({ name }) => ['simulators', 'beanpod'].includes(name))) {
      expect(lastOf(stage, 'USER')?.text, stage.name).toMatch(/^[1-9]\d{3,}:[1-9]\d{3,}$/);
    }
  });

  test('hands signals to Node itself: its commands are in the exec form', () => {
    for (const name of ['ENTRYPOINT', 'CMD']) expect(lastOf(last, name)?.isExec, name).toBe(true);
    expect(lastOf(last, 'ENTRYPOINT')?.words).toEqual(['node', '--enable-source-maps', 'dist/main.js']);
    expect(lastOf(last, 'CMD')?.words).toEqual(['api']);
  });

  test('installs the locked packages, and no tools in the image that is shipped', () => {
    const installs = stages.flatMap(({ name, instructions }) =>
      instructions.filter(({ text }) => text.includes('npm ')).map(({ text }) => `${name}: ${text}`),
    );

    expect(installs.filter((line) => /npm (install|i|add) /.test(line))).toEqual([]);
    expect(installs.find((line) => line.startsWith('packages: '))).toContain('npm ci --omit=dev');
    expect(installs.filter((line) => line.startsWith('beanpod: '))).toEqual([]);
  });

  test('copies only what exists and what .dockerignore lets through', () => {
    const sources = stages.flatMap(copiesOf).flatMap((copy) => (copy.from === undefined ? copy.sources : []));

    expect(sources.length).toBeGreaterThan(5);
    for (const source of sources) {
      expect(existsSync(file(source)), source).toBe(true);
      expect(ignored, source).toContain(`!${source.replace(/^\.\//, '')}`);
    }
  });

  test('copies from stages that come before', () => {
    for (const [index, stage] of stages.entries()) {
      const before = stages.slice(0, index).map(({ name }) => name);
      const named = copiesOf(stage).flatMap(({ from }) => (from === undefined ? [] : [from]));
      expect(before, stage.name).toEqual(expect.arrayContaining(named));
    }
  });

  test('bakes in no secret', () => {
    const settings = stages.flatMap(({ instructions }) =>
      instructions.filter(({ name }) => ['ENV', 'ARG'].includes(name)).map(({ text }) => text),
    );

    expect(settings.filter((text) => /token|secret|password|key/i.test(text))).toEqual([]);
    expect(ignored[0]).toBe('*');
  });
});

describe('the reader', () => {
  test('sees arguments, continued lines, comments and both forms of a command', () => {
    const [stage] = readDockerfile(
      'ARG A=img:1\nFROM ${A} AS x\n# USER root\nRUN a \\\n  && b\nCMD ["c", "d"]\nCMD e f',
    );

    expect(stage).toMatchObject({ name: 'x', from: 'img:1' });
    expect(stage?.instructions.map(({ name, isExec }) => `${name} ${isExec}`)).toEqual([
      'RUN false',
      'CMD true',
      'CMD false',
    ]);
    expect(stage?.instructions[0]?.text).toMatch(/a\s+&& b/);
  });
});
