import { describe, expect, test } from 'vitest';
import { readJolokia, requestOfPath } from '../../../../src/shared/domain/jolokia.js';

const BEAN = 'java.lang:type=Memory';

describe('what a body needs', () => {
  test.each([
    [{ type: 'read', mbean: BEAN }, 'read'],
    [{ type: 'LIST' }, 'read'],
    [[{ type: 'version' }, { type: 'search', mbean: '*:*' }], 'read'],
    [{ type: 'exec', mbean: BEAN, operation: 'gc' }, 'write'],
    [{ type: 'Write', mbean: BEAN, attribute: 'Verbose', value: true }, 'write'],
    [
      [
        { type: 'read', mbean: BEAN },
        { type: 'exec', mbean: BEAN, operation: 'gc' },
      ],
      'write',
    ],
  ])('%j is a %s', (body, need) => {
    expect(readJolokia(body)).toMatchObject({ said: 'good', need });
  });

  test.each([
    [{ type: 'notification', command: 'register' }],
    [{ mbean: BEAN }],
    [[]],
    [[[{ type: 'exec' }]]],
    ['exec'],
    [null],
    [{ type: ['read'] }],
    [{ type: 'read', mbean: BEAN, target: { url: 'service:jmx:rmi:///jndi/rmi://10.0.0.1/jmxrmi' } }],
    [Array.from({ length: 101 }, () => ({ type: 'version' }))],
  ])('%j is refused', (body) => {
    expect(readJolokia(body).said).toBe('bad');
  });

  test('types are sent on as they were judged', () => {
    expect(readJolokia({ type: 'ReAd', mbean: BEAN })).toMatchObject({ requests: [{ type: 'read' }] });
  });
});

describe('what a path stands for', () => {
  test.each([
    ['', { type: 'version' }],
    ['version', { type: 'version' }],
    [
      `read/${BEAN}/HeapMemoryUsage/used`,
      { type: 'read', mbean: BEAN, attribute: 'HeapMemoryUsage', path: 'used' },
    ],
    [`read/${BEAN}/Heap,NonHeap`, { type: 'read', mbean: BEAN, attribute: ['Heap', 'NonHeap'] }],
    ['read/app:name=a!/b/Size', { type: 'read', mbean: 'app:name=a/b', attribute: 'Size' }],
    [`exec/${BEAN}/gc`, { type: 'exec', mbean: BEAN, operation: 'gc' }],
    [`exec/${BEAN}/set/1/two`, { type: 'exec', mbean: BEAN, operation: 'set', arguments: ['1', 'two'] }],
    ['../../../secrets', { type: '..' }],
    ['e!xec/a/b', { type: 'exec', mbean: 'a', operation: 'b' }],
  ])('%s', (path, request) => {
    expect(requestOfPath(path)).toEqual(request);
  });
});
