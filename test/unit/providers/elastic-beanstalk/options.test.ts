import { describe, expect, it } from 'vitest';
import {
  changesFrom,
  missing,
  wantedOptions,
} from '../../../../src/providers/elastic-beanstalk/options/wanted.js';
import { lossOf, remaining, wayBack } from '../../../../src/providers/elastic-beanstalk/options/way-back.js';
import { withoutValues } from '../../../../src/providers/elastic-beanstalk/options/without-values.js';

const ENV = 'aws:elasticbeanstalk:application:environment';
const settings = new Map([
  [`${ENV}/LEVEL`, 'info'],
  [`${ENV}/SAME`, 'x'],
  ['aws:elasticbeanstalk:command/IgnoreHealthCheck', 'False'],
]);
const option = (name: string, value: string, namespace = ENV) => ({ namespace, name, value });

describe('wanted option settings', () => {
  it('are listed in a stable order, with the deployment policy among them', () => {
    const target = {
      application: 'shop',
      environment: 'shop-staging',
      region: 'eu-central-1',
      options: { [ENV]: { B: '2', A: '1' } },
      deploymentPolicy: 'Immutable',
    } as const;

    expect(wantedOptions(target)).toEqual([
      option('A', '1'),
      option('B', '2'),
      option('DeploymentPolicy', 'Immutable', 'aws:elasticbeanstalk:command'),
    ]);
  });

  it('that differ are changes with their value before, new ones without', () => {
    const wanted = [
      option('LEVEL', 'debug'),
      option('SAME', 'x'),
      option('NEW', '1'),
      option('IgnoreHealthCheck', 'false', 'aws:elasticbeanstalk:command'),
    ];

    expect(changesFrom(settings, wanted)).toEqual([
      { namespace: ENV, name: 'LEVEL', before: 'info' },
      { namespace: ENV, name: 'NEW' },
    ]);
  });

  it('have arrived when they read differently from before, even if masked', () => {
    const wanted = [option('LEVEL', 'debug'), option('NEW', 'secret')];
    const changes = changesFrom(settings, wanted);

    expect(missing(settings, changes, wanted)).toEqual(changes);
    const now = new Map([...settings, [`${ENV}/LEVEL`, 'debug'], [`${ENV}/NEW`, '****']] as const);
    expect(missing(now, changes, wanted)).toEqual([]);
  });
});

describe('the way back of option settings', () => {
  const changes = [
    { namespace: ENV, name: 'LEVEL', before: 'info' },
    { namespace: ENV, name: 'NEW' },
    { namespace: 'aws:rds:dbinstance', name: 'DBPassword', before: '*****' },
  ];

  it('sets what was set, removes what was not, and leaves masked values alone', () => {
    expect(wayBack(changes)).toEqual({
      set: [option('LEVEL', 'info')],
      remove: [{ namespace: ENV, name: 'NEW' }],
    });
  });

  it('is done when they are as before', () => {
    const now = new Map([...settings, [`${ENV}/LEVEL`, 'debug'], [`${ENV}/NEW`, '1']] as const);

    expect(remaining(now, changes).map((change) => change.name)).toEqual(['LEVEL', 'NEW']);
    expect(remaining(settings, changes)).toEqual([]);
  });

  it.each([
    [{ namespace: ENV, name: 'A', before: '1' }, undefined],
    [{ namespace: ENV, name: 'A' }, undefined],
    [{ namespace: 'aws:rds:dbinstance', name: 'DBAllocatedStorage', before: '5' }, 'stays done'],
    [{ namespace: 'aws:ec2:vpc', name: 'VPCId', before: 'vpc-1' }, 'between networks'],
    [
      { namespace: 'aws:elasticbeanstalk:environment', name: 'EnvironmentType', before: 'LoadBalanced' },
      'made anew',
    ],
  ])('says what it loses with %j', (change, loss) => {
    if (loss === undefined) expect(lossOf(change)).toBeUndefined();
    else expect(lossOf(change)).toContain(loss);
  });
});

describe('a message of Elastic Beanstalk', () => {
  it('is shown without the values that it quotes', () => {
    const values = [option('A', 'hunter2'), option('B', 'hunter22'), option('C', '3'), option('D', '')];

    expect(withoutValues("Invalid option value: 'hunter2' and hunter22, '3' but 30", values)).toBe(
      "Invalid option value: '…' and …, '…' but 30",
    );
  });
});
