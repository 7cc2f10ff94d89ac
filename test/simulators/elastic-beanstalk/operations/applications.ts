import type { Application } from '../model.js';
import { applicationOf, arnOf, checkLength, dateOf, required } from '../operation.js';
import type { ApiOperation } from '../operation.js';
import { listParam } from '../query-xml.js';
import type { Result } from '../query-xml.js';
import { invalidValue } from '../service-error.js';
import { ownBucket } from '../site.js';
import type { Site } from '../site.js';

/** Operations on applications and on the account's storage. */
export const applicationOperations: Readonly<Record<string, ApiOperation>> = {
  CreateStorageLocation: {
    mutates: false,
    handle(site) {
      site.store.ensureBucket(ownBucket(site));
      return { S3Bucket: ownBucket(site) };
    },
  },
  CreateApplication: {
    mutates: true,
    handle(site, { params }) {
      checkLength(params, 'ApplicationName', { max: 100 });
      checkLength(params, 'Description', { min: 0, max: 200 });
      const name = required(params, 'ApplicationName');
      if (site.applications.has(name)) throw invalidValue(`Application ${name} already exists.`);
      return { Application: describe(site, addApplication(site, name, params['Description'])) };
    },
  },
  DescribeApplications: {
    mutates: false,
    hidden: { Applications: [] },
    handle(site, { params }) {
      const names = listParam(params, 'ApplicationNames');
      const found = [...site.applications.values()].filter((application) => {
        return names.length === 0 || names.includes(application.name);
      });
      return { Applications: found.map((application) => describe(site, application)) };
    },
  },
  UpdateApplication: {
    mutates: true,
    handle(site, { params }) {
      const application = applicationOf(site, params);
      application.description = params['Description'] ?? application.description;
      application.updatedAt = site.clock.now();
      return { Application: describe(site, application) };
    },
  },
  DeleteApplication: {
    mutates: true,
    handle(site, { params }) {
      const name = required(params, 'ApplicationName');
      const inUse = site.environments.some((one) => one.application === name && one.status !== 'Terminated');
      if (inUse) {
        throw invalidValue(
          `Unable to delete application ${name} because it has running environments. Terminate them first.`,
        );
      }
      site.applications.delete(name);
      return undefined;
    },
  },
  DescribeAccountAttributes: {
    mutates: false,
    handle: (site) => ({
      ResourceQuotas: {
        ApplicationQuota: { Maximum: 75 },
        ApplicationVersionQuota: { Maximum: site.settings.versionQuota },
        EnvironmentQuota: { Maximum: 200 },
        ConfigurationTemplateQuota: { Maximum: 2_000 },
        CustomPlatformQuota: { Maximum: 50 },
      },
    }),
  },
};

/** Adds an empty application. */
export function addApplication(site: Site, name: string, description?: string): Application {
  const now = site.clock.now();
  const application: Application = {
    name,
    description,
    createdAt: now,
    updatedAt: now,
    versions: new Map(),
    templates: new Map(),
  };
  site.applications.set(name, application);
  return application;
}

function describe(site: Site, application: Application): Exclude<Result, undefined> {
  const labels = [...application.versions.values()].map((version) => version.label);
  return {
    ApplicationArn: arnOf(site, `application/${application.name}`),
    ApplicationName: application.name,
    Description: application.description,
    DateCreated: dateOf(application.createdAt),
    DateUpdated: dateOf(application.updatedAt),
    Versions: labels.reverse(),
    ConfigurationTemplates: [...application.templates.keys()],
  };
}
