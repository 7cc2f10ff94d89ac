import { bundleScenario } from '../bundle-scenario.js';
import type { Behaviour } from '../behaviour.js';
import type { Application, Version } from '../model.js';
import { applicationOf, arnOf, checkLength, dateOf, pageOf, required } from '../operation.js';
import type { ApiOperation, Call } from '../operation.js';
import { listParam, structParam } from '../query-xml.js';
import type { Result } from '../query-xml.js';
import { invalidCombination, invalidValue, ServiceError } from '../service-error.js';
import { isFirstTime } from '../first-time.js';
import type { Site } from '../site.js';
import { addApplication } from './applications.js';
import { setTags } from './tags.js';

/** Operations on application versions. */
export const versionOperations: Readonly<Record<string, ApiOperation>> = {
  CreateApplicationVersion: { mutates: true, handle: createVersion },
  DescribeApplicationVersions: {
    mutates: false,
    hidden: { ApplicationVersions: [] },
    handle(site, { params }) {
      const labels = listParam(params, 'VersionLabels');
      const wanted = params['ApplicationName'];
      const now = site.clock.now();
      const found = [...site.applications.values()]
        .filter((application) => wanted === undefined || application.name === wanted)
        .flatMap((application) =>
          [...application.versions.values()].map((version) => ({ application, version })),
        )
        .filter(
          ({ version }) =>
            version.visibleAt <= now && (labels.length === 0 || labels.includes(version.label)),
        )
        .sort((left, right) => right.version.createdAt - left.version.createdAt);
      const page = pageOf(found, params);
      return {
        ApplicationVersions: page.items.map(({ application, version }) =>
          describe(site, application, version),
        ),
        NextToken: page.nextToken,
      };
    },
  },
  UpdateApplicationVersion: {
    mutates: true,
    handle(site, { params }) {
      const application = applicationOf(site, params);
      const version = versionOf(site, application, required(params, 'VersionLabel'));
      const changed = { ...version, description: params['Description'], updatedAt: site.clock.now() };
      application.versions.set(version.label, changed);
      return { ApplicationVersion: describe(site, application, changed) };
    },
  },
  DeleteApplicationVersion: { mutates: true, handle: deleteVersion },
};

/** A version that may be deployed or described by now. */
export function versionOf(site: Site, application: Application, label: string): Version {
  const version = application.versions.get(label);
  if (version !== undefined && version.visibleAt <= site.clock.now()) return version;
  throw invalidValue(`No Application Version named '${label}' found.`);
}

async function createVersion(site: Site, call: Call): Promise<Result> {
  const { params } = call;
  checkLength(params, 'ApplicationName', { max: 100 });
  checkLength(params, 'VersionLabel', { max: 100 });
  checkLength(params, 'Description', { min: 0, max: 200 });
  const label = required(params, 'VersionLabel');
  if (label.includes('/')) throw invalidValue(`Version label '${label}' must not contain '/'.`);
  const bundle = bundleLocation(site, call);
  const stored = site.store.find(bundle.bucket, bundle.key);
  const inBundle = stored === undefined ? undefined : await bundleScenario(stored.body);
  const application = applicationFor(site, call);
  if (application.versions.has(label)) throw invalidValue(`Application Version ${label} already exists.`);
  const total = [...site.applications.values()].reduce((sum, one) => sum + one.versions.size, 0);
  if (total >= site.settings.versionQuota) {
    throw new ServiceError(
      'TooManyApplicationVersionsException',
      `You cannot have more than ${site.settings.versionQuota} Application Versions. Either remove some Application Versions or request a limit increase.`,
    );
  }
  const behaviour = site.scenarios.choose(
    { application: application.name, environment: '', label, inBundle },
    'look',
  );
  const now = site.clock.now();
  const version: Version = {
    label,
    description: params['Description'],
    bundle,
    createdAt: now,
    updatedAt: now,
    status: params['Process'] === 'true' ? 'PROCESSING' : 'UNPROCESSED',
    visibleAt: now + behaviour.visibleAfterMs,
    inBundle,
  };
  application.versions.set(label, version);
  setTags(site, arnOf(site, `applicationversion/${application.name}/${label}`), params, 'Tags');
  if (version.status === 'PROCESSING')
    process(site, { application, version, behaviour, requestId: call.requestId });
  if (behaviour.createAnswer !== 'sent' && isFirstTime(site, `create ${application.name} ${label}`)) {
    call.disturb(behaviour.createAnswer);
  }
  return { ApplicationVersion: describe(site, application, version) };
}

function bundleLocation(site: Site, { params }: Call): { bucket: string; key: string } {
  const { S3Bucket: bucket, S3Key: key } = structParam(params, 'SourceBundle');
  if (bucket === undefined || key === undefined) {
    // Without a source bundle the service uses its sample application.
    return { bucket: `elasticbeanstalk-samples-${site.region}`, key: 'sample-application.zip' };
  }
  const home = site.store.buckets.get(bucket);
  if (home === undefined || !home.objects.has(key)) {
    throw invalidCombination(
      `Unable to download from S3 location (Bucket: ${bucket}  Key: ${key}). Reason: Not Found`,
    );
  }
  if (home.region !== site.region) {
    throw new ServiceError(
      'S3LocationNotInServiceRegionException',
      `The specified S3 bucket ${bucket} is in region ${home.region}, not in ${site.region}.`,
    );
  }
  return { bucket, key };
}

function applicationFor(site: Site, { params }: Call): Application {
  const name = required(params, 'ApplicationName');
  const existing = site.applications.get(name);
  if (existing !== undefined) return existing;
  if (params['AutoCreateApplication'] === 'true') return addApplication(site, name);
  throw invalidValue(`No Application named '${name}' found.`);
}

function process(
  site: Site,
  order: { application: Application; version: Version; behaviour: Behaviour; requestId: string },
): void {
  const { application, version, behaviour, requestId } = order;
  if (behaviour.processing === 'stuck') return;
  const status = behaviour.processing === 'failed' ? 'FAILED' : 'PROCESSED';
  site.clock.after(8_000, () => {
    version.status = status;
    version.updatedAt = site.clock.now();
    site.events.write({
      message: `Finished processing application version ${version.label}. Status: ${status}.`,
      severity: status === 'FAILED' ? 'ERROR' : 'INFO',
      application: application.name,
      label: version.label,
      requestId,
    });
  });
}

function deleteVersion(site: Site, { params }: Call): Result {
  const application = applicationOf(site, params);
  const label = required(params, 'VersionLabel');
  const version = application.versions.get(label);
  if (version === undefined) throw invalidValue(`No Application Version named '${label}' found.`);
  const used = site.environments.find((environment) => {
    const runs = environment.label === label || environment.operation?.label === label;
    return environment.application === application.name && environment.status !== 'Terminated' && runs;
  });
  if (used !== undefined) {
    throw invalidValue(
      `Unable to delete application version '${label}' because it is currently deployed to environment ${used.name}.`,
    );
  }
  if (version.status === 'PROCESSING') {
    throw new ServiceError(
      'OperationInProgressFailure',
      `Application version '${label}' is being processed.`,
    );
  }
  application.versions.delete(label);
  if (params['DeleteSourceBundle'] === 'true') {
    site.store.buckets.get(version.bundle.bucket)?.objects.delete(version.bundle.key);
  }
  return undefined;
}

function describe(site: Site, application: Application, version: Version): Exclude<Result, undefined> {
  return {
    ApplicationVersionArn: arnOf(site, `applicationversion/${application.name}/${version.label}`),
    ApplicationName: application.name,
    Description: version.description,
    VersionLabel: version.label,
    SourceBundle: { S3Bucket: version.bundle.bucket, S3Key: version.bundle.key },
    DateCreated: dateOf(version.createdAt),
    DateUpdated: dateOf(version.updatedAt),
    Status: version.status,
  };
}
