import { useState } from 'react';
import type { LiveWorkload } from '../../../src/shared/contract/live-pods.js';
import { Button } from '../elements/button.jsx';
import { OperationDialog, type OperationWish } from '../operations/operation-dialog.jsx';
import { ScaleDialog } from '../operations/scale-dialog.jsx';
import type { PodRights } from './pod-rights.js';

/** Kinds whose rollout can be held, and whose number of pods can be set. */
const PAUSABLE = new Set(['Deployment']);
const SCALABLE = new Set(['Deployment', 'StatefulSet']);

interface WorkloadsProps {
  readonly workloads: readonly LiveWorkload[];
  readonly place: { readonly service: string; readonly environment: string };
  readonly rights: PodRights;
}

/** What makes the pods: how many there are to be, how many are there, and who decides. */
export function Workloads({ workloads, place, rights }: WorkloadsProps) {
  const [scaled, setScaled] = useState<LiveWorkload>();
  const [wish, setWish] = useState<OperationWish>();
  if (workloads.length === 0) return null;
  return (
    <>
      <div className="rows workloads" role="list" aria-label="Workloads">
        {workloads.map((workload) => (
          <WorkloadRow
            key={workload.uid}
            workload={workload}
            rights={rights}
            onScale={() => setScaled(workload)}
            onWish={setWish}
          />
        ))}
      </div>
      {scaled && (
        <ScaleDialog
          place={place}
          workload={nameOf(scaled)}
          desired={scaled.desired}
          onClose={() => setScaled(undefined)}
        />
      )}
      {wish && <OperationDialog place={place} wish={wish} onClose={() => setWish(undefined)} />}
    </>
  );
}

function WorkloadRow({
  workload,
  rights,
  onScale,
  onWish,
}: {
  readonly workload: LiveWorkload;
  readonly rights: PodRights;
  readonly onScale: () => void;
  readonly onWish: (wish: OperationWish) => void;
}) {
  const { kind, name, desired, ready, updated, paused, autoscaler } = workload;
  const isWhole = ready === desired && updated === desired;
  const hold = paused ? 'resume' : 'pause';
  return (
    <div className="row workload-row" role="listitem">
      <strong>{name}</strong>
      <span className="faint">{kind}</span>
      <span className={`badge tone-${paused ? 'wait' : isWhole ? 'good' : 'busy'}`}>
        {paused ? 'Paused' : isWhole ? 'Complete' : 'Rolling out'}
      </span>
      <span className="digits">
        {ready} of {desired} ready, {updated} updated
      </span>
      <span className="faint">
        {autoscaler && `${autoscaler.name} decides: ${autoscaler.min} to ${autoscaler.max}`}
      </span>
      <span className="actions">
        <Button whyNot={rights.scale ?? whyNotScaled(workload)} onClick={onScale} label={`Scale ${name}`}>
          Scale
        </Button>
        <Button
          whyNot={
            rights.restart ?? (PAUSABLE.has(kind) ? undefined : `The rollout of a ${kind} cannot be paused`)
          }
          onClick={() =>
            onWish({
              kind: hold,
              body: { workload: nameOf(workload) },
              action: paused ? `Resume ${name}` : `Pause ${name}`,
            })
          }
          label={paused ? `Resume ${name}` : `Pause ${name}`}
        >
          {paused ? 'Resume' : 'Pause'}
        </Button>
      </span>
    </div>
  );
}

function whyNotScaled({ kind, autoscaler }: LiveWorkload): string | undefined {
  if (autoscaler) return `The autoscaler ${autoscaler.name} decides; change its limits instead`;
  return SCALABLE.has(kind) ? undefined : `A ${kind} has no number of pods to set`;
}

function nameOf({ kind, name }: LiveWorkload): string {
  return `${kind}/${name}`;
}
