/** Every scripted scenario, with what an observer sees. The names are the contract of the control API and of bundles. */
export const scenarioTitles = {
  success: 'the deployment ends Ready on the new version',
  'deploy-fail':
    'the command fails on every instance; label goes back, instances keep the new bits (existing-instance policies)',
  'deploy-fail-no-magic-message': 'as deploy-fail, without the event "Failed to deploy application."',
  'deploy-fail-fast': 'as deploy-fail, Ready again within two seconds',
  'rolling-fail-batch2': 'the second batch fails: a mixed fleet',
  'immutable-fail': 'the new instances fail; with Immutable the old ones are untouched',
  'trafficsplit-fail': 'the new instances fail; with TrafficSplitting the traffic returns to the old ones',
  'partial-success': 'Elastic Beanstalk reports success while one instance stays on the old version',
  'complete-with-errors': 'ends Ready on the new label "but with errors", one instance failed',
  'command-timeout': 'ends Ready on the new label "but with command timeouts", one instance unfinished',
  'stuck-updating': 'stays Updating until it is aborted',
  'abort-refused': 'stays Updating, not abortable, and ends by itself after options.forMs',
  'red-after-ready': 'succeeds, then the application answers 5xx and health turns red',
  'red-under-traffic': 'as red-after-ready, but only once its environment took part in a swap of CNAMEs',
  'flapping-health': 'succeeds, then health swings between good and red',
  'yellow-warning': 'succeeds, then health stays Warning/Yellow',
  'grey-nodata': 'succeeds, then instances send no health data',
  'stale-answers': 'succeeds, but HTTP is still answered by the old version',
  slow: 'succeeds, options.factor times slower (default 5)',
  'foreign-update': 'somebody else aborts this deployment and deploys options.label',
  'foreign-update-after': 'succeeds, then somebody else deploys options.label',
  'managed-update-intervenes': 'succeeds, then a managed platform update makes the environment busy',
  'request-id-events-empty': 'DescribeEvents with a RequestId filter stays empty',
  'events-late': 'events become visible a minute late',
  'events-duplicated': 'every event is delivered twice',
  'events-out-of-order': 'events become visible in a random order',
  'events-flood': 'more than a thousand events, several pages',
  throttled: 'bursts of Throttling on every read while the deployment runs',
  'update-throttled': 'UpdateEnvironment is throttled before it is accepted',
  'reset-after-accept': 'UpdateEnvironment is accepted and the connection reset',
  'error-after-accept': 'UpdateEnvironment is accepted and answered with a 500',
  'version-reset-after-accept': 'CreateApplicationVersion is accepted and the connection reset',
  'version-error-after-accept': 'CreateApplicationVersion is accepted and answered with a 500',
  'version-not-visible': 'the created version becomes visible ten seconds later',
  'version-processing-failed': 'the version ends FAILED (with Process=true)',
  'version-processing-stuck': 'the version stays PROCESSING (with Process=true)',
  'rollback-fails-once': 'as deploy-fail, and the next deployment of the environment fails too',
  'rollback-fails-always': 'as deploy-fail, and so does every later deployment of the environment',
  'credentials-expire': 'after UpdateEnvironment the key that sent it is refused as expired',
  'insufficient-privileges': 'UpdateEnvironment is refused with InsufficientPrivilegesException',
  'logs-missing-instance': 'as deploy-fail; pulled logs lack one instance',
  'logs-stale': 'as deploy-fail; pulled logs are older than the request',
  'logs-url-expired': 'as deploy-fail; the log URLs have expired',
  'logs-fail': 'as deploy-fail; logs cannot be pulled',
} as const;

/** The name of a scripted scenario. */
export type ScenarioName = keyof typeof scenarioTitles;

/** Words in a version label that pick a scenario, for people who name things. */
export const labelWords: Readonly<Record<string, ScenarioName>> = {
  bad: 'deploy-fail',
  broken: 'deploy-fail',
  partial: 'partial-success',
  red: 'red-after-ready',
  sick: 'red-after-ready',
  stuck: 'stuck-updating',
  slow: 'slow',
  flaky: 'flapping-health',
  throttled: 'throttled',
  reset: 'reset-after-accept',
  foreign: 'foreign-update',
  unprocessable: 'version-processing-failed',
};

/** Whether `text` names a scenario. */
export function isScenarioName(text: string): text is ScenarioName {
  return Object.hasOwn(scenarioTitles, text);
}
