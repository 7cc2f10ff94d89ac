import {
  AbortEnvironmentUpdateCommand,
  CreateApplicationVersionCommand,
  DeleteApplicationVersionCommand,
  RequestEnvironmentInfoCommand,
  UpdateEnvironmentCommand,
} from '@aws-sdk/client-elastic-beanstalk';
import type { ApplicationVersion, BundleLocation, LogKind } from '../environment.js';
import type { Connection } from './connection.js';
import { toVersion } from './descriptions.js';
import { createEnvironmentWrites, type EnvironmentWrites } from './environment-writes.js';

export interface NewVersion {
  readonly application: string;
  readonly label: string;
  readonly bundle: BundleLocation;
  readonly description: string;
  readonly process: boolean;
}

/** What changes something in one region. Sent exactly once; the reply may be lost after it was accepted. */
export interface Writes extends EnvironmentWrites {
  createVersion(version: NewVersion, signal: AbortSignal): Promise<ApplicationVersion>;
  /** Leaves the source bundle, which other versions may share. */
  deleteVersion(application: string, label: string, signal: AbortSignal): Promise<void>;
  /** Returns the id of the request, which the events of the update carry. */
  updateEnvironment(id: string, label: string, signal: AbortSignal): Promise<string | undefined>;
  abortUpdate(id: string, signal: AbortSignal): Promise<void>;
  /** Has the instances put their logs into S3, which takes some seconds. */
  requestLogs(id: string, kind: LogKind, signal: AbortSignal): Promise<void>;
}

export function createWrites({ write }: Pick<Connection, 'write'>): Writes {
  return {
    ...createEnvironmentWrites({ write }),
    async createVersion(version, signal) {
      const command = new CreateApplicationVersionCommand({
        ApplicationName: version.application,
        VersionLabel: version.label,
        Description: version.description,
        SourceBundle: { S3Bucket: version.bundle.bucket, S3Key: version.bundle.key },
        AutoCreateApplication: false,
        Process: version.process,
      });
      const reply = await write(command, signal);
      return toVersion(reply.ApplicationVersion ?? { VersionLabel: version.label });
    },
    async deleteVersion(application, label, signal) {
      const command = new DeleteApplicationVersionCommand({
        ApplicationName: application,
        VersionLabel: label,
        DeleteSourceBundle: false,
      });
      await write(command, signal);
    },
    async updateEnvironment(id, label, signal) {
      const command = new UpdateEnvironmentCommand({ EnvironmentId: id, VersionLabel: label });
      return (await write(command, signal)).$metadata.requestId;
    },
    async abortUpdate(id, signal) {
      await write(new AbortEnvironmentUpdateCommand({ EnvironmentId: id }), signal);
    },
    async requestLogs(id, kind, signal) {
      const command = new RequestEnvironmentInfoCommand({ EnvironmentId: id, InfoType: kind });
      await write(command, signal, 'read');
    },
  };
}
