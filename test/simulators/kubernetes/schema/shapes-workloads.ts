/**
 * Workload controllers, scaling and disruption.
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/
 */
export const WORKLOAD_SHAPES = `
Deployment: apiVersion kind metadata:ObjectMeta spec:DeploymentSpec status:DeploymentStatus
DeploymentSpec: replicas:int selector:LabelSelector! template:PodTemplateSpec! strategy:DeploymentStrategy
  minReadySeconds:int revisionHistoryLimit:int paused:bool progressDeadlineSeconds:int
DeploymentStrategy: type rollingUpdate:RollingUpdateDeployment
RollingUpdateDeployment: maxSurge:intstr maxUnavailable:intstr
DeploymentStatus: observedGeneration:int replicas:int updatedReplicas:int readyReplicas:int
  availableReplicas:int unavailableReplicas:int terminatingReplicas:int conditions{type}:Condition
  collisionCount:int
ReplicaSet: apiVersion kind metadata:ObjectMeta spec:ReplicaSetSpec status:ReplicaSetStatus
ReplicaSetSpec: replicas:int minReadySeconds:int selector:LabelSelector! template:PodTemplateSpec
ReplicaSetStatus: replicas:int fullyLabeledReplicas:int readyReplicas:int availableReplicas:int
  terminatingReplicas:int observedGeneration:int conditions{type}:Condition
StatefulSet: apiVersion kind metadata:ObjectMeta spec:StatefulSetSpec status:StatefulSetStatus
StatefulSetSpec: replicas:int selector:LabelSelector! template:PodTemplateSpec!
  volumeClaimTemplates[]:PersistentVolumeClaim serviceName podManagementPolicy
  updateStrategy:StatefulSetUpdateStrategy revisionHistoryLimit:int minReadySeconds:int
  persistentVolumeClaimRetentionPolicy:ClaimRetention ordinals:Ordinals
StatefulSetUpdateStrategy: type rollingUpdate:RollingUpdateStatefulSet
RollingUpdateStatefulSet: partition:int maxUnavailable:intstr
ClaimRetention: whenDeleted whenScaled
Ordinals: start:int
StatefulSetStatus: observedGeneration:int replicas:int readyReplicas:int currentReplicas:int updatedReplicas:int
  currentRevision updateRevision collisionCount:int conditions{type}:Condition availableReplicas:int
DaemonSet: apiVersion kind metadata:ObjectMeta spec:DaemonSetSpec status:DaemonSetStatus
DaemonSetSpec: selector:LabelSelector! template:PodTemplateSpec! updateStrategy:DaemonSetUpdateStrategy
  minReadySeconds:int revisionHistoryLimit:int
DaemonSetUpdateStrategy: type rollingUpdate:RollingUpdateDeployment
DaemonSetStatus: currentNumberScheduled:int numberMisscheduled:int desiredNumberScheduled:int numberReady:int
  observedGeneration:int updatedNumberScheduled:int numberAvailable:int numberUnavailable:int
  collisionCount:int conditions{type}:Condition
ControllerRevision: apiVersion kind metadata:ObjectMeta data:any revision:int!
Job: apiVersion kind metadata:ObjectMeta spec:JobSpec status:JobStatus
JobSpec: parallelism:int completions:int activeDeadlineSeconds:int podFailurePolicy:any successPolicy:any
  backoffLimit:int backoffLimitPerIndex:int maxFailedIndexes:int selector:LabelSelector manualSelector:bool
  template:PodTemplateSpec! ttlSecondsAfterFinished:int completionMode suspend:bool podReplacementPolicy
  managedBy
JobStatus: conditions[]:Condition startTime:time completionTime:time active:int succeeded:int failed:int
  terminating:int ready:int completedIndexes failedIndexes uncountedTerminatedPods:UncountedPods
UncountedPods: succeeded[set] failed[set]
CronJob: apiVersion kind metadata:ObjectMeta spec:CronJobSpec status:CronJobStatus
CronJobSpec: schedule! timeZone startingDeadlineSeconds:int concurrencyPolicy suspend:bool
  jobTemplate:JobTemplateSpec! successfulJobsHistoryLimit:int failedJobsHistoryLimit:int
JobTemplateSpec: metadata:ObjectMeta spec:JobSpec
CronJobStatus: active[]:ObjectReference lastScheduleTime:time lastSuccessfulTime:time
Scale: apiVersion kind metadata:ObjectMeta spec:ScaleSpec status:ScaleStatus
ScaleSpec: replicas:int
ScaleStatus: replicas:int! selector
HorizontalPodAutoscaler: apiVersion kind metadata:ObjectMeta spec:HPASpec status:HPAStatus
HPASpec: scaleTargetRef:CrossVersionObjectReference! minReplicas:int maxReplicas:int! metrics[]:MetricSpec
  behavior:HPABehavior
CrossVersionObjectReference: apiVersion kind! name!
HPABehavior: scaleUp:HPAScalingRules scaleDown:HPAScalingRules
HPAScalingRules: stabilizationWindowSeconds:int selectPolicy policies[]:HPAScalingPolicy tolerance:quantity
HPAScalingPolicy: type! value:int! periodSeconds:int!
MetricSpec: type! resource:ResourceMetric containerResource:ContainerResourceMetric pods:PodsMetric
  object:ObjectMetric external:PodsMetric
ResourceMetric: name! target:MetricTarget!
ContainerResourceMetric: name! container! target:MetricTarget!
PodsMetric: metric:MetricIdentifier! target:MetricTarget!
ObjectMetric: describedObject:CrossVersionObjectReference! metric:MetricIdentifier! target:MetricTarget!
MetricIdentifier: name! selector:LabelSelector
MetricTarget: type! averageUtilization:int averageValue:quantity value:quantity
HPAStatus: observedGeneration:int lastScaleTime:time currentReplicas:int desiredReplicas:int
  currentMetrics[]:any conditions{type}:Condition
PodDisruptionBudget: apiVersion kind metadata:ObjectMeta spec:PDBSpec status:PDBStatus
PDBSpec: minAvailable:intstr maxUnavailable:intstr selector:LabelSelector unhealthyPodEvictionPolicy
PDBStatus: observedGeneration:int disruptedPods<>:time disruptionsAllowed:int currentHealthy:int
  desiredHealthy:int expectedPods:int conditions{type}:Condition
`;
