/**
 * Metadata, configuration and access kinds.
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/
 */
export const META_SHAPES = `
ObjectMeta: name generateName namespace selfLink uid resourceVersion generation:int creationTimestamp:time
  deletionTimestamp:time deletionGracePeriodSeconds:int labels<> annotations<> finalizers[set]
  ownerReferences{uid}:OwnerReference managedFields[]:any
OwnerReference=: apiVersion! kind! name! uid! controller:bool blockOwnerDeletion:bool
LabelSelector=: matchLabels<> matchExpressions[]:LabelSelectorRequirement
LabelSelectorRequirement: key! operator! values[]
LocalObjectReference=: name
ObjectReference=: apiVersion kind name namespace uid resourceVersion fieldPath
TypedLocalObjectReference=: apiGroup kind! name!
TypedObjectReference: apiGroup kind! name! namespace
Condition: type! status! observedGeneration:int lastTransitionTime:time reason message
  lastUpdateTime:time lastProbeTime:time

Namespace: apiVersion kind metadata:ObjectMeta spec:NamespaceSpec status:NamespaceStatus
NamespaceSpec: finalizers[]
NamespaceStatus: phase conditions{type}:Condition
ConfigMap: apiVersion kind metadata:ObjectMeta data<> binaryData<> immutable:bool
Secret: apiVersion kind metadata:ObjectMeta data<> stringData<> type immutable:bool
ServiceAccount: apiVersion kind metadata:ObjectMeta secrets{name}:ObjectReference
  imagePullSecrets[]:LocalObjectReference automountServiceAccountToken:bool
Event: apiVersion kind metadata:ObjectMeta! involvedObject:ObjectReference! reason message source:EventSource
  firstTimestamp:time lastTimestamp:time count:int type eventTime:time series:EventSeries action
  related:ObjectReference reportingComponent reportingInstance
EventSource: component host
EventSeries: count:int lastObservedTime:time
Lease: apiVersion kind metadata:ObjectMeta spec:LeaseSpec
LeaseSpec: holderIdentity leaseDurationSeconds:int acquireTime:time renewTime:time leaseTransitions:int
  strategy preferredHolder
Node: apiVersion kind metadata:ObjectMeta spec:NodeSpec status:NodeStatus
NodeSpec: podCIDR podCIDRs[set] providerID unschedulable:bool taints[]:Taint
Taint: key! value effect! timeAdded:time
NodeStatus~: conditions{type}:Condition capacity<>:quantity allocatable<>:quantity

PodMetrics~: apiVersion kind metadata:ObjectMeta timestamp:time window
NodeMetrics~: apiVersion kind metadata:ObjectMeta timestamp:time window

ResourceQuota: apiVersion kind metadata:ObjectMeta spec:ResourceQuotaSpec status:ResourceQuotaStatus
ResourceQuotaSpec: hard<>:quantity scopes[] scopeSelector:ScopeSelector
ScopeSelector=: matchExpressions[]:ScopeRequirement
ScopeRequirement: scopeName! operator! values[]
ResourceQuotaStatus: hard<>:quantity used<>:quantity
LimitRange: apiVersion kind metadata:ObjectMeta spec:LimitRangeSpec
LimitRangeSpec: limits[]:LimitRangeItem
LimitRangeItem: type! max<>:quantity min<>:quantity default<>:quantity defaultRequest<>:quantity
  maxLimitRequestRatio<>:quantity

Role: apiVersion kind metadata:ObjectMeta rules[]:PolicyRule
ClusterRole: apiVersion kind metadata:ObjectMeta rules[]:PolicyRule aggregationRule:AggregationRule
AggregationRule: clusterRoleSelectors[]:LabelSelector
PolicyRule: verbs[]! apiGroups[] resources[] resourceNames[] nonResourceURLs[]
RoleBinding: apiVersion kind metadata:ObjectMeta subjects[]:Subject roleRef:RoleRef!
ClusterRoleBinding: apiVersion kind metadata:ObjectMeta subjects[]:Subject roleRef:RoleRef!
Subject=: kind! name! namespace apiGroup
RoleRef=: apiGroup kind! name!
PriorityClass: apiVersion kind metadata:ObjectMeta value:int! globalDefault:bool description preemptionPolicy
StorageClass: apiVersion kind metadata:ObjectMeta provisioner! parameters<> reclaimPolicy mountOptions[]
  allowVolumeExpansion:bool volumeBindingMode allowedTopologies[]:any
`;
