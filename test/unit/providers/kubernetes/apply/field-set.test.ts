import { describe, expect, it } from 'vitest';
import {
  assign,
  pathsOf,
  textOf,
  union,
  valueOn,
} from '../../../../../src/providers/kubernetes/apply/field-set.js';

const FIELDS = {
  'f:metadata': { 'f:annotations': { '.': {}, 'f:example.com/a': {} }, 'f:finalizers': { 'v:"keep"': {} } },
  'f:spec': {
    'f:template': {
      'f:spec': { 'f:containers': { 'k:{"name":"api"}': { '.': {}, 'f:image': {}, 'f:args': {} } } },
    },
    'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { 'f:targetPort': {} } },
  },
};

const OBJECT = {
  metadata: { annotations: { 'example.com/a': '1' }, finalizers: ['keep'] },
  spec: {
    template: { spec: { containers: [{ name: 'web' }, { name: 'api', image: 'a:1', args: ['x'] }] } },
    ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }],
  },
};

describe('the fields of an entry of managedFields', () => {
  it('are found in an object, through list items by their keys and sets by their values', () => {
    const found = Object.fromEntries(pathsOf(FIELDS).map((path) => [textOf(path), valueOn(OBJECT, path)]));

    expect(found).toEqual({
      '.metadata.annotations.example.com/a': '1',
      '.metadata.finalizers[="keep"]': 'keep',
      '.spec.template.spec.containers[name="api"].image': 'a:1',
      '.spec.template.spec.containers[name="api"].args': ['x'],
      '.spec.ports[port=80,protocol="TCP"].targetPort': 8080,
    });
  });

  it('can be copied into an object that has nothing on the way', () => {
    const copy = {};

    for (const path of pathsOf(FIELDS)) assign(copy, path, valueOn(OBJECT, path));

    expect(copy).toEqual({
      ...OBJECT,
      spec: {
        ...OBJECT.spec,
        template: { spec: { containers: [{ name: 'api', image: 'a:1', args: ['x'] }] } },
      },
    });
  });

  it('can be taken out of an object, and taking out what is not there changes nothing', () => {
    const copy = structuredClone(OBJECT);

    for (const path of pathsOf(FIELDS)) assign(copy, path, undefined);
    const empty = {};
    for (const path of pathsOf(FIELDS)) assign(empty, path, undefined);

    expect(copy).toEqual({
      metadata: { annotations: {}, finalizers: [] },
      spec: {
        template: { spec: { containers: [{ name: 'web' }, { name: 'api' }] } },
        ports: [{ port: 80, protocol: 'TCP' }],
      },
    });
    expect(empty).toEqual({});
  });

  it('can be united with those of another entry', () => {
    expect(union({ 'f:a': { 'f:b': {} } }, { 'f:a': { 'f:c': {} }, 'f:d': {} })).toEqual({
      'f:a': { 'f:b': {}, 'f:c': {} },
      'f:d': {},
    });
  });
});
