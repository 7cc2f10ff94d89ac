import { describe, expect, it } from 'vitest';
import {
  createEventLog,
  firstCause,
  levelOf,
  looksTerminal,
} from '../../../../src/providers/elastic-beanstalk/platform-events.js';
import { eventAt, startAt } from './builders.js';

describe('the events of an environment', () => {
  it('come oldest first, each once, without those of others or from before', () => {
    const log = createEventLog('shop-staging', 100);
    const [a, b, c] = [eventAt(101, 'a'), eventAt(102, 'b'), eventAt(103, 'c')];
    const before = eventAt(100, 'before');
    const other = eventAt(102, 'other', { environment: 'shop-prod' });

    expect(log.add([c, a, before, other])).toEqual([a, c]);
    expect(log.add([c, b, a])).toEqual([b]);
    expect(log.all()).toEqual([a, b, c]);
  });

  it('tells two messages of one moment apart', () => {
    const log = createEventLog('shop-staging', 0);

    expect(log.add([eventAt(5, 'a'), eventAt(5, 'b'), eventAt(5, 'a')])).toHaveLength(2);
  });

  it('are read again for ninety seconds, since they may become visible late', () => {
    const log = createEventLog('shop-staging', 1_000);
    expect(log.readFromMs()).toBe(1_000);

    log.reached(500_000);
    log.reached(400_000);

    expect(log.readFromMs()).toBe(410_000);
  });

  it.each([
    ['Environment update completed successfully.', true],
    ['Update environment operation is complete, but with errors.', true],
    ['Failed to deploy application.', true],
    ['Environment update is starting.', false],
    ['Instance deployment completed successfully.', false],
  ])('%s ends an update: %s', (message, isTerminal) => {
    expect(looksTerminal(eventAt(1, message))).toBe(isTerminal);
  });

  it.each([
    ['TRACE', 'debug'],
    ['INFO', 'info'],
    ['WARN', 'warn'],
    ['ERROR', 'error'],
    ['FATAL', 'error'],
    ['NEW', 'info'],
  ])('of severity %s are lines of level %s', (severity, level) => {
    expect(levelOf(eventAt(1, 'x', { severity }))).toBe(level);
  });
});

describe('the first cause', () => {
  const command = eventAt(4, '[Instance: i-1] Command failed on instance. Output: boom', {
    severity: 'ERROR',
  });
  const error = eventAt(3, 'Instance deployment failed.', { severity: 'ERROR' });
  const health = eventAt(2, 'Environment health has transitioned from Ok to Severe.', { severity: 'ERROR' });
  const warning = eventAt(1, 'Something is odd.', { severity: 'WARN' });

  it('is the failed command, then the first error, then the health, then a warning', () => {
    expect(firstCause([startAt(0), warning, health, error, command])).toBe(command);
    expect(firstCause([startAt(0), warning, health, error])).toBe(error);
    expect(firstCause([startAt(0), warning, health])).toBe(health);
    expect(firstCause([startAt(0), warning])).toBe(warning);
    expect(firstCause([startAt(0)])).toBeUndefined();
  });
});
