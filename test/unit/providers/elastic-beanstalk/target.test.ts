import { describe, expect, it } from 'vitest';
import { deploymentSettings } from '../../../../src/providers/elastic-beanstalk/settings.js';
import { ElasticBeanstalkTarget } from '../../../../src/providers/elastic-beanstalk/target.js';
import { schemaOf } from '../../../../src/shared/schema/schema.js';

const schema = schemaOf(ElasticBeanstalkTarget);
const target = { application: 'shop', environment: 'shop-staging', region: 'eu-central-1' };

describe('a target of Elastic Beanstalk', () => {
  it.each([
    [{}],
    [{ bucket: 'shop-bundles', keyPrefix: 'cd/eu/', labelPrefix: 'shop-api-', process: 'always' }],
    [{ acceptHealth: ['Ok', 'Warning'], allowMutableTag: true, updateDeadlineMinutes: 30 }],
    [{ region: 'us-gov-west-1' }],
    [{ deploymentPolicy: 'Immutable', options: { 'aws:autoscaling:asg': { MinSize: '2' } } }],
    [{ blueGreen: { environment: 'shop-b', cname: 'shop.eu-central-1.elasticbeanstalk.com' } }],
  ])('may say %j', (more) => {
    expect(schema.problems({ ...target, ...more })).toEqual([]);
  });

  it.each([
    ['/environment', { environment: 'abc' }],
    ['/environment', { environment: 'shop_staging' }],
    ['/environment', { environment: '-shop' }],
    ['/application', { application: 'a/b' }],
    ['/region', { region: 'Frankfurt' }],
    ['/keyPrefix', { keyPrefix: 'cd' }],
    ['/acceptHealth/0', { acceptHealth: ['Severe'] }],
    ['/colour', { colour: 'blue' }],
    ['/deploymentPolicy', { deploymentPolicy: 'Canary' }],
    ['/options/aws:autoscaling:asg/MinSize', { options: { 'aws:autoscaling:asg': { MinSize: 2 } } }],
    ['/options/MinSize', { options: { MinSize: {} } }],
    ['/blueGreen/cname', { blueGreen: { environment: 'shop-b' } }],
    ['/blueGreen/probe/path', { blueGreen: { environment: 'shop-b', cname: 'shop', probe: { path: 'x' } } }],
  ])('is refused at %s', (pointer, more) => {
    const pointers = schema.problems({ ...target, ...more }).map((problem) => problem.pointer);

    expect(pointers).toContain(pointer);
  });

  it('has examples that are valid', () => {
    for (const [key, property] of Object.entries(ElasticBeanstalkTarget.properties)) {
      const { examples } = property as { readonly examples?: readonly unknown[] };
      expect(examples, key).toHaveLength(1);
      expect(schema.problems({ ...target, [key]: examples?.[0] }), key).toEqual([]);
    }
  });
});

describe('the settings of an environment', () => {
  it('have the defaults of the API', () => {
    expect(deploymentSettings(new Map())).toEqual({
      policy: 'AllAtOnce',
      commandTimeoutS: 600,
      batchSize: 100,
      batchType: 'Percentage',
      evaluationMinutes: 5,
    });
  });

  it('are read from their options', () => {
    const settings = new Map([
      ['aws:elasticbeanstalk:command/DeploymentPolicy', 'Rolling'],
      ['aws:elasticbeanstalk:command/Timeout', '1800'],
      ['aws:elasticbeanstalk:command/BatchSize', '2'],
      ['aws:elasticbeanstalk:command/BatchSizeType', 'Fixed'],
      ['aws:elasticbeanstalk:trafficsplitting/EvaluationTime', 'nonsense'],
    ]);

    expect(deploymentSettings(settings)).toEqual({
      policy: 'Rolling',
      commandTimeoutS: 1800,
      batchSize: 2,
      batchType: 'Fixed',
      evaluationMinutes: 5,
    });
  });

  it.each([
    ['Rolling', 'AllAtOnce'],
    ['TrafficSplitting', 'AllAtOnce'],
    ['Immutable', 'Immutable'],
  ])('of a single instance turn %s into %s', (set, inForce) => {
    const settings = new Map([
      ['aws:elasticbeanstalk:environment/EnvironmentType', 'SingleInstance'],
      ['aws:elasticbeanstalk:command/DeploymentPolicy', set],
    ]);

    expect(deploymentSettings(settings).policy).toBe(inForce);
  });
});
