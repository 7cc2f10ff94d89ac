import { describe, expect, test } from 'vitest';

import { destinationsOf, findDestinations } from '../../../web/src/shell/destinations.js';

const all = destinationsOf(
  [{ service: 'shop-api' }, { service: 'shop-web' }],
  [
    { service: 'shop-api', environment: 'staging' },
    { service: 'shop-web', environment: 'production' },
  ],
);

describe('where the palette leads', () => {
  test('is found by words in any order and in whatever case', () => {
    expect(findDestinations(all, 'STAGING deploy')).toEqual([
      { name: 'Deploy shop-api to staging', href: '/new?service=shop-api&environment=staging' },
    ]);
  });

  test('has every target, service and environment once', () => {
    const hrefs = all.map(({ href }) => href);

    expect(new Set(hrefs).size).toBe(hrefs.length);
    expect(hrefs).toEqual(
      expect.arrayContaining(['/targets/shop-web/production', '/services/shop-api', '/environments/staging']),
    );
  });

  test('begins with the screens, and nothing that does not fit is shown', () => {
    expect(findDestinations(all, '')[0]?.name).toBe('Board');
    expect(findDestinations(all, 'shop-api production')).toEqual([]);
  });
});
