/** How long each sign of trouble must last before it fails a deployment, in milliseconds of the provider's time. */
export interface Graces {
  /** The registry says that the image does not exist. */
  readonly imageNotFound: number;
  /** The registry refuses the credentials. Rights may take a moment to spread. */
  readonly imageDenied: number;
  /** Any other trouble with the registry: it may pass. */
  readonly imageUnavailable: number;
  readonly configMissing: number;
  readonly containerStart: number;
  /** No node fits, and no autoscaler has said that it adds one. */
  readonly unschedulable: number;
  /** No node fits, and an autoscaler is adding one. */
  readonly scaleUp: number;
  /** The quota is used up. A rolling update may free room itself. */
  readonly quota: number;
  /** The API server or a policy refuses the pods. */
  readonly refused: number;
  /** A Secret or ConfigMap of a volume does not exist. */
  readonly volumeMissing: number;
  /** The volume is still attached to another node. */
  readonly volumeHeld: number;
  /** Any other trouble with a volume. */
  readonly volume: number;
  /** Earliest end of waiting for readiness. */
  readonly notReadyLeast: number;
  /** Usual end of waiting for readiness; a shorter progress deadline of the Deployment goes before. */
  readonly notReady: number;
  /** A container that has run for this long without a restart no longer counts as crashing. */
  readonly calm: number;
  /** A first end by lack of memory within this time after its start is taken for a certain sign. */
  readonly outOfMemory: number;
  /** Signs on a few of many new pods, while others are ready, must last this long: a single node may be at fault. */
  readonly persistence: number;
}

/** The defaults. Kubernetes itself waits for 600 s, whatever the reason. */
export const GRACES: Graces = {
  imageNotFound: 1_000,
  imageDenied: 15_000,
  imageUnavailable: 120_000,
  configMissing: 10_000,
  containerStart: 10_000,
  unschedulable: 30_000,
  scaleUp: 300_000,
  quota: 30_000,
  refused: 5_000,
  volumeMissing: 30_000,
  volumeHeld: 360_000,
  volume: 120_000,
  notReadyLeast: 60_000,
  notReady: 180_000,
  calm: 60_000,
  outOfMemory: 60_000,
  persistence: 60_000,
};
