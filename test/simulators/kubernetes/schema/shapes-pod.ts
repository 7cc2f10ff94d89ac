/**
 * Pod and all that a pod template may carry.
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
 */
export const POD_SHAPES = `
Pod: apiVersion kind metadata:ObjectMeta spec:PodSpec status:PodStatus
PodTemplateSpec: metadata:ObjectMeta spec:PodSpec
PodTemplate: apiVersion kind metadata:ObjectMeta template:PodTemplateSpec
PodSpec: containers{name}:Container! initContainers{name}:Container ephemeralContainers{name}:EphemeralContainer
  volumes{name}:Volume activeDeadlineSeconds:int affinity:Affinity automountServiceAccountToken:bool
  dnsConfig:PodDNSConfig dnsPolicy enableServiceLinks:bool hostAliases{ip}:HostAlias hostIPC:bool hostNetwork:bool
  hostPID:bool hostUsers:bool hostname imagePullSecrets{name}:LocalObjectReference nodeName nodeSelector<>=
  os:PodOS overhead<>:quantity preemptionPolicy priority:int priorityClassName
  readinessGates[]:PodReadinessGate resourceClaims{name}:PodResourceClaim resources:ResourceRequirements
  restartPolicy runtimeClassName schedulerName schedulingGates{name}:PodSchedulingGate
  securityContext:PodSecurityContext serviceAccount serviceAccountName setHostnameAsFQDN:bool
  shareProcessNamespace:bool subdomain terminationGracePeriodSeconds:int tolerations[]:Toleration
  topologySpreadConstraints{topologyKey,whenUnsatisfiable}:TopologySpreadConstraint
PodOS: name!
PodReadinessGate: conditionType!
PodSchedulingGate: name!
PodResourceClaim: name! resourceClaimName resourceClaimTemplateName
HostAlias: ip! hostnames[]
PodDNSConfig: nameservers[] searches[] options[]:PodDNSConfigOption
PodDNSConfigOption: name value
Toleration: key operator value effect tolerationSeconds:int
TopologySpreadConstraint: maxSkew:int! topologyKey! whenUnsatisfiable! labelSelector:LabelSelector minDomains:int
  matchLabelKeys[] nodeAffinityPolicy nodeTaintsPolicy
PodSecurityContext: appArmorProfile:AppArmorProfile fsGroup:int fsGroupChangePolicy runAsGroup:int
  runAsNonRoot:bool runAsUser:int seLinuxOptions:SELinuxOptions seLinuxChangePolicy
  seccompProfile:SeccompProfile supplementalGroups[]:int supplementalGroupsPolicy sysctls[]:Sysctl
  windowsOptions:any
SecurityContext: allowPrivilegeEscalation:bool appArmorProfile:AppArmorProfile capabilities:Capabilities
  privileged:bool procMount readOnlyRootFilesystem:bool runAsGroup:int runAsNonRoot:bool runAsUser:int
  seLinuxOptions:SELinuxOptions seccompProfile:SeccompProfile windowsOptions:any
AppArmorProfile: type! localhostProfile
SELinuxOptions: level role type user
SeccompProfile: type! localhostProfile
Sysctl: name! value!
Capabilities: add[] drop[]

Container: name! image imagePullPolicy command[] args[] workingDir ports{containerPort,protocol}:ContainerPort
  env{name}:EnvVar envFrom[]:EnvFromSource resources:ResourceRequirements resizePolicy[]:ContainerResizePolicy
  volumeMounts{mountPath}:VolumeMount volumeDevices{devicePath}:VolumeDevice lifecycle:Lifecycle
  livenessProbe:Probe readinessProbe:Probe startupProbe:Probe restartPolicy securityContext:SecurityContext
  stdin:bool stdinOnce:bool tty:bool terminationMessagePath terminationMessagePolicy
EphemeralContainer: name! image imagePullPolicy command[] args[] workingDir
  ports{containerPort,protocol}:ContainerPort env{name}:EnvVar envFrom[]:EnvFromSource
  resources:ResourceRequirements volumeMounts{mountPath}:VolumeMount securityContext:SecurityContext
  stdin:bool stdinOnce:bool tty:bool terminationMessagePath terminationMessagePolicy targetContainerName
ContainerPort: name containerPort:int! protocol hostPort:int hostIP
EnvVar: name! value valueFrom:EnvVarSource
EnvVarSource: configMapKeyRef:KeySelector secretKeyRef:KeySelector fieldRef:FieldRef
  resourceFieldRef:ResourceFieldRef
KeySelector=: name key! optional:bool
FieldRef=: apiVersion fieldPath!
ResourceFieldRef=: containerName resource! divisor:quantity
EnvFromSource: prefix configMapRef:EnvRef secretRef:EnvRef
EnvRef: name optional:bool
ResourceRequirements: limits<>:quantity requests<>:quantity claims{name}:ResourceClaim
ResourceClaim: name! request
ContainerResizePolicy: resourceName! restartPolicy!
VolumeMount: name! mountPath! subPath subPathExpr readOnly:bool recursiveReadOnly mountPropagation
VolumeDevice: name! devicePath!
Lifecycle: postStart:LifecycleHandler preStop:LifecycleHandler stopSignal
LifecycleHandler: exec:ExecAction httpGet:HTTPGetAction tcpSocket:TCPSocketAction sleep:SleepAction
ExecAction: command[]
SleepAction: seconds:int!
HTTPGetAction: host path port:intstr! scheme httpHeaders[]:HTTPHeader
HTTPHeader: name! value!
TCPSocketAction: host port:intstr!
GRPCAction: port:int! service
Probe: exec:ExecAction httpGet:HTTPGetAction tcpSocket:TCPSocketAction grpc:GRPCAction initialDelaySeconds:int
  periodSeconds:int timeoutSeconds:int successThreshold:int failureThreshold:int
  terminationGracePeriodSeconds:int

Volume: name! configMap:ConfigMapVolume secret:SecretVolume emptyDir:EmptyDir hostPath:HostPath
  persistentVolumeClaim:ClaimVolume projected:ProjectedVolume downwardAPI:DownwardVolume csi:CSIVolume nfs:NFSVolume
  ephemeral:EphemeralVolume image:ImageVolume iscsi:any gcePersistentDisk:any awsElasticBlockStore:any
  azureDisk:any azureFile:any cephfs:any cinder:any fc:any flexVolume:any flocker:any gitRepo:any
  glusterfs:any photonPersistentDisk:any portworxVolume:any quobyte:any rbd:any scaleIO:any storageos:any
  vsphereVolume:any
KeyToPath: key! path! mode:int
ConfigMapVolume: name items[]:KeyToPath defaultMode:int optional:bool
SecretVolume: secretName items[]:KeyToPath defaultMode:int optional:bool
EmptyDir: medium sizeLimit:quantity
HostPath: path! type
ClaimVolume: claimName! readOnly:bool
ProjectedVolume: sources[]:VolumeProjection defaultMode:int
VolumeProjection: configMap:ConfigMapProjection secret:ConfigMapProjection downwardAPI:DownwardProjection
  serviceAccountToken:TokenProjection clusterTrustBundle:any
ConfigMapProjection: name items[]:KeyToPath optional:bool
DownwardProjection: items[]:DownwardFile
TokenProjection: audience expirationSeconds:int path!
DownwardVolume: items[]:DownwardFile defaultMode:int
DownwardFile: path! fieldRef:FieldRef resourceFieldRef:ResourceFieldRef mode:int
CSIVolume: driver! fsType readOnly:bool volumeAttributes<> nodePublishSecretRef:LocalObjectReference
NFSVolume: server! path! readOnly:bool
ImageVolume: reference pullPolicy
EphemeralVolume: volumeClaimTemplate:ClaimTemplate
ClaimTemplate: metadata:ObjectMeta spec:PersistentVolumeClaimSpec

Affinity: nodeAffinity:NodeAffinity podAffinity:PodAffinity podAntiAffinity:PodAffinity
NodeAffinity: requiredDuringSchedulingIgnoredDuringExecution:NodeSelector
  preferredDuringSchedulingIgnoredDuringExecution[]:PreferredSchedulingTerm
NodeSelector=: nodeSelectorTerms[]:NodeSelectorTerm!
NodeSelectorTerm=: matchExpressions[]:LabelSelectorRequirement matchFields[]:LabelSelectorRequirement
PreferredSchedulingTerm: weight:int! preference:NodeSelectorTerm!
PodAffinity: requiredDuringSchedulingIgnoredDuringExecution[]:PodAffinityTerm
  preferredDuringSchedulingIgnoredDuringExecution[]:WeightedPodAffinityTerm
PodAffinityTerm: labelSelector:LabelSelector topologyKey! namespaces[] namespaceSelector:LabelSelector
  matchLabelKeys[] mismatchLabelKeys[]
WeightedPodAffinityTerm: weight:int! podAffinityTerm:PodAffinityTerm!

PodStatus: phase reason message conditions{type}:Condition hostIP hostIPs[]:HostIP podIP podIPs{ip}:PodIP
  startTime:time qosClass nominatedNodeName containerStatuses[]:ContainerStatus observedGeneration:int
  initContainerStatuses[]:ContainerStatus ephemeralContainerStatuses[]:ContainerStatus resize
HostIP: ip
PodIP: ip!
ContainerStatus: name! image imageID containerID ready:bool started:bool restartCount:int state:ContainerState
  lastState:ContainerState allocatedResources<>:quantity resources:any volumeMounts[]:any user:any
ContainerState: waiting:Waiting running:Running terminated:Terminated
Waiting: reason message
Running: startedAt:time
Terminated: exitCode:int signal:int reason message startedAt:time finishedAt:time containerID
`;
