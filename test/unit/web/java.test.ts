import { describe, expect, test } from 'vitest';

import { figuresOf, spellBytes } from '../../../web/src/java/figures.js';
import { changeRequest, loggersOf, silentOf } from '../../../web/src/java/loggers.js';
import { pointsOf } from '../../../web/src/java/points.js';

const ok = (value: unknown) => ({ status: 200, value });

describe('the figures of a Java process', () => {
  test('are read from the answers of its agent', () => {
    const figures = figuresOf([
      ok({
        HeapMemoryUsage: { used: 100, committed: 200, max: 400 },
        NonHeapMemoryUsage: { used: 50, committed: 60, max: -1 },
      }),
      ok({ ThreadCount: 12, PeakThreadCount: 14, DaemonThreadCount: 8 }),
      ok({
        'java.lang:name=G1 Old Generation,type=GarbageCollector': { CollectionCount: 3, CollectionTime: 21 },
      }),
      ok({ VmName: 'OpenJDK', SpecVersion: '21', Uptime: 60_000 }),
    ]);

    expect(figures).toEqual({
      heap: { used: 100, committed: 200, max: 400 },
      nonHeap: { used: 50, committed: 60 },
      threads: { now: 12, peak: 14, daemons: 8 },
      collectors: [{ name: 'G1 Old Generation', count: 3, ms: 21 }],
      machine: { name: 'OpenJDK 21', upMs: 60_000 },
    });
  });

  test('are absent where the agent answers something else, or nothing', () => {
    const refused = { status: 404, error: 'InstanceNotFoundException' };

    expect(figuresOf([])).toEqual({ collectors: [] });
    expect(figuresOf([refused, ok('text'), ok(null), ok([1, 2])])).toEqual({ collectors: [] });
    expect(figuresOf([ok({ HeapMemoryUsage: { used: 'much' } })])).toEqual({ collectors: [] });
  });

  test('are drawn from the first look to the last, never beyond the limit', () => {
    const points = pointsOf(
      [
        { at: 0, value: 0 },
        { at: 5, value: 50 },
        { at: 10, value: 500 },
      ],
      100,
    );

    expect(points).toBe('0.0,60.0 150.0,30.0 300.0,0.0');
  });

  test.each([
    [0, '0 MB'],
    [536_870_912, '512 MB'],
    [1_610_612_736, '1.5 GB'],
  ])('have %d bytes spelled %s', (bytes, text) => {
    expect(spellBytes(bytes)).toBe(text);
  });
});

describe('the loggers of a Java process', () => {
  const log4j = 'org.apache.logging.log4j2:component=Loggers,name=com.example,type=1b2c';
  const loggers = loggersOf([ok({ [log4j]: { Name: 'com.example', Level: 'INFO' } }), ok(['ROOT'])]);

  test('are those of both libraries; Logback tells levels only to those who may write', () => {
    expect(loggers.map(({ library, name, level }) => [library, name, level])).toEqual([
      ['Log4j 2', 'com.example', 'INFO'],
      ['Logback', 'ROOT', undefined],
    ]);
    expect(silentOf(loggers).map(({ name }) => name)).toEqual(['ROOT']);
    expect(loggersOf([{ status: 404 }, { status: 404 }])).toEqual([]);
  });

  test('are set by an attribute in Log4j 2 and by an operation in Logback', () => {
    const [one, other] = loggers;
    if (!one || !other) throw new Error('There are two');

    expect(changeRequest(one, 'DEBUG')).toEqual({
      type: 'write',
      mbean: log4j,
      attribute: 'Level',
      value: 'DEBUG',
    });
    expect(changeRequest(other, 'WARN')).toMatchObject({
      type: 'exec',
      operation: 'setLoggerLevel(java.lang.String,java.lang.String)',
      arguments: ['ROOT', 'WARN'],
    });
  });
});
