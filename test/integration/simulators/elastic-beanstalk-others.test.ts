import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openSession } from './beanstalk-session.js';
import type { BeanstalkSession } from './beanstalk-session.js';

let session: BeanstalkSession;
beforeEach(async () => {
  session = await openSession();
});
afterEach(() => session.close());

const staging = { EnvironmentName: 'shop-staging' };

describe('somebody else', () => {
  it('aborts the deployment and deploys another version', async () => {
    await session.deploy('v2-foreign');
    await session.sim.control.advance(120_000);

    expect(await session.environment()).toMatchObject({ Status: 'Ready', VersionLabel: 'foreign-hotfix' });
    const starts = (await session.events()).filter(
      ({ Message }) => Message === 'Environment update is starting.',
    );
    expect(new Set(starts.map(({ RequestId }) => RequestId)).size).toBe(2);
  });

  it('deploys another version after the deployment succeeded', async () => {
    await session.deploy('v2-scenario-foreign-update-after');
    await session.sim.control.advance(120_000);

    expect((await session.environment()).VersionLabel).toBe('foreign-hotfix');
    expect(await session.messages()).not.toContain('Environment update is being aborted.');
  });

  it('updates on demand of the control API', async () => {
    await session.sim.control.foreignUpdate('shop-staging', 'v7');
    await session.sim.control.advance(120_000);

    expect((await session.environment()).VersionLabel).toBe('v7');
    expect(await session.sim.control.mutations()).toEqual([]);
  });

  it('keeps the environment busy with a managed update and replaces its instances', async () => {
    const label = 'v2-scenario-managed-update-intervenes';
    await session.update(label);
    await session.sim.control.advance(40_000);
    expect(await session.environment()).toMatchObject({ Status: 'Updating', VersionLabel: label });

    await session.sim.control.advance(300_000);
    expect(await session.environment()).toMatchObject({ Status: 'Ready', VersionLabel: label });
    expect((await session.environment()).SolutionStackName).toMatch(/v4\.6\.1/);
  });
});

describe('events', () => {
  it('are paged newest first, a thousand at a time, without gaps or repeats', async () => {
    await session.deploy('v2-scenario-events-flood');
    const notes = (await session.messages()).filter((message) => message.startsWith('Progress note'));

    expect(notes.length).toBe(2_300);
    expect(new Set(notes).size).toBe(2_300);
    expect(notes[0]).toBe('Progress note 1 of 2300.');
  });

  it('include the start time and exclude the end time', async () => {
    await session.deploy('v2');
    const all = (await session.events()).filter(({ RequestId }) => RequestId !== undefined);
    const [first, last] = [all[0], all.at(-1)];

    const { Events = [] } = await session.eb.describeEvents({
      ...staging,
      StartTime: first?.EventDate ?? new Date(0),
      EndTime: last?.EventDate ?? new Date(0),
    });

    expect(Events.at(-1)?.Message).toBe(first?.Message);
    expect(Events.map(({ Message }) => Message)).not.toContain(last?.Message);
  });

  it('filter by severity or worse', async () => {
    await session.deploy('v2-bad');
    const { Events = [] } = await session.eb.describeEvents({ ...staging, Severity: 'ERROR' });

    expect(new Set(Events.map(({ Severity }) => Severity))).toEqual(new Set(['ERROR']));
    expect(Events.length).toBeGreaterThan(3);
  });

  it('stay hidden from the filter by request id with request-id-events-empty', async () => {
    const label = 'v2-scenario-request-id-events-empty';
    await session.deploy(label);
    const sent = (await session.sim.control.mutations()).find(
      ({ operation }) => operation === 'UpdateEnvironment',
    );

    const { Events } = await session.eb.describeEvents({ RequestId: sent?.requestId ?? '' });

    expect(Events).toEqual([]);
    expect(await session.messages()).toContain('Environment update completed successfully.');
  });

  it('become visible a minute late with events-late', async () => {
    await session.update('v2-scenario-events-late');
    await session.sim.control.advance(50_000);
    expect(await session.messages()).not.toContain('Environment update is starting.');

    await session.sim.control.advance(60_000);
    expect(await session.messages()).toContain('Environment update completed successfully.');
  });

  it('come twice with events-duplicated', async () => {
    await session.deploy('v2-scenario-events-duplicated');
    const starts = (await session.messages()).filter((text) => text === 'Environment update is starting.');

    expect(starts.length).toBe(2);
  });

  it('overtake each other with events-out-of-order', async () => {
    await session.update('v2-scenario-events-out-of-order');
    let overtook = false;
    let known: readonly string[] = [];
    for (let second = 0; second < 70; second += 1) {
      await session.sim.control.advance(1_000);
      const now = await session.messages();
      overtook ||= known.some((text, index) => now[index] !== text);
      known = now;
    }

    expect(overtook).toBe(true);
  });
});

describe('versions', () => {
  const source = { S3Bucket: 'elasticbeanstalk-us-east-1-123456789012', S3Key: 'shop/v1.zip' };

  async function create(label: string): Promise<string | undefined> {
    await session.eb.createApplicationVersion({
      ApplicationName: 'shop',
      VersionLabel: label,
      SourceBundle: source,
      Process: true,
    });
    await session.sim.control.advance(60_000);
    const { ApplicationVersions } = await session.eb.describeApplicationVersions({ VersionLabels: [label] });
    return ApplicationVersions?.[0]?.Status;
  }

  it('end FAILED with version-processing-failed and cannot be deployed', async () => {
    expect(await create('v2-unprocessable')).toBe('FAILED');
    await expect(session.update('v2-unprocessable')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('stay PROCESSING with version-processing-stuck', async () => {
    expect(await create('v2-scenario-version-processing-stuck')).toBe('PROCESSING');
  });

  it('become visible ten seconds later with version-not-visible', async () => {
    const label = 'v2-scenario-version-not-visible';
    await expect(session.update(label)).rejects.toMatchObject({
      message: `No Application Version named '${label}' found.`,
    });

    await session.sim.control.advance(10_000);
    expect((await session.deploy(label)).VersionLabel).toBe(label);
  });
});

describe('pulled logs', () => {
  async function pull(label: string): Promise<readonly { id: string; at: number; url: string }[]> {
    await session.deploy(label);
    await session.eb.requestEnvironmentInfo({ ...staging, InfoType: 'tail' });
    await session.sim.control.advance(20_000);
    const { EnvironmentInfo = [] } = await session.eb.retrieveEnvironmentInfo({
      ...staging,
      InfoType: 'tail',
    });
    return EnvironmentInfo.map((info) => {
      return {
        id: info.Ec2InstanceId ?? '',
        at: info.SampleTimestamp?.getTime() ?? 0,
        url: info.Message ?? '',
      };
    });
  }

  it('tell the command that failed, and go away after fifteen minutes', async () => {
    const [first] = await pull('v2-bad');
    const url = first?.url ?? '';
    const text = await (await fetch(url)).text();

    expect(text).toContain('/var/log/eb-engine.log');
    expect(text).toContain('[ERROR] An error occurred during execution of command [app-deploy]');
    expect(text).toContain('relation "orders" does not exist');
    await session.sim.control.advance(900_000);
    expect((await fetch(url)).status).toBe(404);
  });

  it('lack an instance with logs-missing-instance', async () => {
    expect((await pull('v2-scenario-logs-missing-instance')).length).toBe(2);
  });

  it('are older than the request with logs-stale', async () => {
    const logs = await pull('v2-scenario-logs-stale');
    const requested = (await session.sim.control.calls()).find(
      ({ operation }) => operation === 'RequestEnvironmentInfo',
    );

    expect(logs.every(({ at }) => at < Date.parse(requested?.at ?? ''))).toBe(true);
    expect(logs.length).toBe(3);
  });

  it('have URLs that expired with logs-url-expired', async () => {
    const [first] = await pull('v2-scenario-logs-url-expired');
    const answer = await fetch(first?.url ?? '');

    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('Request has expired');
  });

  it('cannot be pulled with logs-fail', async () => {
    expect(await pull('v2-scenario-logs-fail')).toEqual([]);
    expect(await session.messages()).toContain('Failed to pull logs for environment instances.');
  });

  it('come as a zip for a bundle', async () => {
    await session.eb.requestEnvironmentInfo({ ...staging, InfoType: 'bundle' });
    await session.sim.control.advance(20_000);
    await expect
      .poll(async () => {
        const { EnvironmentInfo } = await session.eb.retrieveEnvironmentInfo({
          ...staging,
          InfoType: 'bundle',
        });
        return EnvironmentInfo?.length;
      })
      .toBe(3);
    const { EnvironmentInfo } = await session.eb.retrieveEnvironmentInfo({ ...staging, InfoType: 'bundle' });

    const zip = Buffer.from(await (await fetch(EnvironmentInfo?.[0]?.Message ?? '')).arrayBuffer());
    expect(zip.subarray(0, 2).toString()).toBe('PK');
  });
});
