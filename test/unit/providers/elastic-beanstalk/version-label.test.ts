import { describe, expect, it } from 'vitest';
import {
  recordedFingerprint,
  versionDescription,
} from '../../../../src/providers/elastic-beanstalk/bundle/version-description.js';
import { versionLabel } from '../../../../src/providers/elastic-beanstalk/version-label.js';

describe('a version label', () => {
  it('is the version as it is, when that fits', () => {
    expect(versionLabel('1.4.2+build_7')).toBe('1.4.2+build_7');
    expect(versionLabel('1.4.2', 'shop-api-')).toBe('shop-api-1.4.2');
  });

  it('has no slash and at most a hundred characters', () => {
    expect(versionLabel('feature/x')).toMatch(/^feature-x-[0-9a-f]{8}$/);
    expect(versionLabel('v'.repeat(300))).toHaveLength(100);
  });

  it('differs for versions that differ only where they do not fit', () => {
    expect(versionLabel('feature/x')).not.toBe(versionLabel('feature-x'));
    expect(versionLabel('feature/x')).not.toBe(versionLabel('feature:x'.replace(':', '\\')));
    expect(versionLabel(`${'v'.repeat(200)}1`)).not.toBe(versionLabel(`${'v'.repeat(200)}2`));
  });
});

describe('a version description', () => {
  it('ends with the deployment and the content', () => {
    const text = versionDescription('Faster\n checkout', 'dep-1', 'etag:abc');

    expect(text).toBe('Faster checkout [beanpod dep-1 etag:abc]');
    expect(recordedFingerprint(text)).toBe('etag:abc');
  });

  it('never exceeds two hundred characters', () => {
    const fingerprint = `sha256:${'a'.repeat(64)}`;
    const text = versionDescription('m'.repeat(500), 'dep-01JZ0000000000000000000000', fingerprint);

    expect(text).toHaveLength(200);
    expect(recordedFingerprint(text)).toBe(fingerprint);
    expect(versionDescription(undefined, 'dep-1', 'x')).toBe('[beanpod dep-1 x]');
  });

  it('of others has no content to compare', () => {
    expect(recordedFingerprint('made by hand')).toBeUndefined();
  });
});
