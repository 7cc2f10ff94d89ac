import type { Baseline } from './baseline.js';
import type { Settings } from './environment.js';

/** Options of an environment that decide how it deploys. */
export type DeploymentSettings = Pick<
  Baseline,
  'policy' | 'commandTimeoutS' | 'batchSize' | 'batchType' | 'evaluationMinutes'
>;

/** Defaults are those of the API (developer guide, "General options for all environments"). */
export function deploymentSettings(settings: Settings): DeploymentSettings {
  const command = (option: string): string | undefined =>
    settings.get(`aws:elasticbeanstalk:command/${option}`);
  const evaluation = settings.get('aws:elasticbeanstalk:trafficsplitting/EvaluationTime');
  return {
    policy: policyInForce(command('DeploymentPolicy') ?? 'AllAtOnce', settings),
    commandTimeoutS: numberOr(command('Timeout'), 600),
    batchSize: numberOr(command('BatchSize'), 100),
    batchType: command('BatchSizeType') ?? 'Percentage',
    evaluationMinutes: numberOr(evaluation, 5),
  };
}

/** A single instance knows no batches: whatever else is set, it is deployed to all at once. */
function policyInForce(policy: string, settings: Settings): string {
  const isSingle = settings.get('aws:elasticbeanstalk:environment/EnvironmentType') === 'SingleInstance';
  return isSingle && policy !== 'Immutable' ? 'AllAtOnce' : policy;
}

function numberOr(text: string | undefined, otherwise: number): number {
  const value = Math.round(Number(text ?? Number.NaN));
  return Number.isFinite(value) && value > 0 ? value : otherwise;
}
