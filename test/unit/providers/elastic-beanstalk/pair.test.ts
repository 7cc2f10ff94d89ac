import { describe, expect, it } from 'vitest';
import {
  configurationName,
  differences,
} from '../../../../src/providers/elastic-beanstalk/blue-green/idle-configuration.js';
import { hostOf, rolesOf } from '../../../../src/providers/elastic-beanstalk/blue-green/pair.js';
import { environmentOf } from './builders.js';

const target = { application: 'shop', environment: 'shop-a', region: 'eu-central-1' };
const pair = { names: ['shop-a', 'shop-b'] as const, cname: 'shop.eu-central-1.elasticbeanstalk.com' };
const a = environmentOf({ name: 'shop-a', cname: pair.cname });
const b = environmentOf({ name: 'shop-b', id: 'e-2', cname: 'shop-b.eu-central-1.elasticbeanstalk.com' });

describe('a pair of environments', () => {
  it.each([
    ['shop', 'eu-central-1', 'shop.eu-central-1.elasticbeanstalk.com'],
    ['shop', 'cn-north-1', 'shop.cn-north-1.elasticbeanstalk.com.cn'],
    ['Shop.eba-1.us-east-1.elasticbeanstalk.com', 'us-east-1', 'shop.eba-1.us-east-1.elasticbeanstalk.com'],
  ])('has the host name of %s in %s', (cname, region, host) => {
    expect(hostOf(cname, region)).toBe(host);
  });

  it('is live where the CNAME is, and idle otherwise', () => {
    expect(rolesOf(pair, target, [a, b])).toEqual({ are: 'known', live: a, idle: b });
    expect(rolesOf(pair, target, [a, undefined])).toEqual({ are: 'known', live: a, idle: undefined });
    const swapped = [
      { ...a, cname: b.cname },
      { ...b, cname: pair.cname },
    ];
    expect(rolesOf(pair, target, swapped)).toMatchObject({
      live: { name: 'shop-b' },
      idle: { name: 'shop-a' },
    });
  });

  it.each([
    ['eb.environment-missing', [undefined, undefined], 'Neither shop-a nor shop-b'],
    ['eb.pair-unfit', [{ ...a, cname: 'x' }, b], 'Nobody of the two holds'],
    ['eb.pair-unfit', [{ ...a, tier: 'Worker', cname: undefined }, b], 'no CNAME to swap'],
    ['eb.pair-unfit', [a, { ...b, application: 'other' }], 'belongs to the application other'],
  ])('is refused with %s for a reason', (code, seen, reason) => {
    const roles = rolesOf(pair, target, seen);

    expect(roles).toMatchObject({ are: 'unfit', failure: { code } });
    expect(JSON.stringify(roles)).toContain(reason);
  });
});

describe('the configuration of the idle environment', () => {
  const live = new Map([
    ['aws:autoscaling:asg/MinSize', '2'],
    ['aws:autoscaling:launchconfiguration/SecurityGroups', 'sg-1'],
    ['aws:cloudformation:template:parameter/AppSource', 'a'],
  ]);

  it('differs in what the live one has otherwise, except for what belongs to one environment alone', () => {
    const idle = new Map([
      ['aws:autoscaling:asg/MinSize', '1'],
      ['aws:autoscaling:launchconfiguration/SecurityGroups', 'sg-2'],
      ['aws:elasticbeanstalk:application/X', 'only here'],
    ]);
    const wanted = [{ namespace: 'aws:autoscaling:asg', name: 'MaxSize', value: '4' }];

    expect(differences(live, idle, wanted)).toEqual([
      'aws:autoscaling:asg/MaxSize',
      'aws:autoscaling:asg/MinSize',
      'aws:elasticbeanstalk:application/X',
    ]);
    expect(differences(live, live, [])).toEqual([]);
  });

  it('is saved under a name of the deployment that Elastic Beanstalk accepts', () => {
    expect(configurationName('01JX')).toBe('beanpod-01JX');
    expect(configurationName('x'.repeat(200))).toHaveLength(100);
  });
});
