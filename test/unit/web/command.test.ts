import { describe, expect, test } from 'vitest';

import { commandOf } from '../../../web/src/deploy/command.js';

const request = { service: 'shop-api', environment: 'staging', version: '2.4.0+build.7' };

describe('a deployment for the terminal', () => {
  test('is one command, with what was said along with it', () => {
    expect(commandOf(request)).toBe('beanpod deploy shop-api staging 2.4.0+build.7');
    expect(commandOf({ ...request, message: 'Faster checkout', retry: 'Once more' })).toBe(
      "beanpod deploy shop-api staging 2.4.0+build.7 --message 'Faster checkout' --retry 'Once more'",
    );
  });

  test('gives a shell nothing to read into it', () => {
    const message = `$(id) 'it' "is" \`so\``;

    expect(commandOf({ ...request, version: 'a b;c', message })).toBe(
      `beanpod deploy shop-api staging 'a b;c' --message '$(id) '\\''it'\\'' "is" \`so\`'`,
    );
  });
});
