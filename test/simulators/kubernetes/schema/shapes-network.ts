/**
 * Services, ingress, network policies, storage and custom resource definitions.
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/service-resources/
 */
export const NETWORK_SHAPES = `
Service: apiVersion kind metadata:ObjectMeta spec:ServiceSpec status:ServiceStatus
ServiceSpec: type selector<>= ports{port,protocol}:ServicePort clusterIP clusterIPs[] externalIPs[] externalName
  externalTrafficPolicy internalTrafficPolicy healthCheckNodePort:int ipFamilies[] ipFamilyPolicy
  loadBalancerClass loadBalancerIP loadBalancerSourceRanges[] allocateLoadBalancerNodePorts:bool
  publishNotReadyAddresses:bool sessionAffinity sessionAffinityConfig:SessionAffinityConfig trafficDistribution
ServicePort: name port:int! protocol appProtocol targetPort:intstr nodePort:int
SessionAffinityConfig: clientIP:ClientIPConfig
ClientIPConfig: timeoutSeconds:int
ServiceStatus: loadBalancer:LoadBalancerStatus conditions{type}:Condition
LoadBalancerStatus: ingress[]:LoadBalancerIngress
LoadBalancerIngress: ip hostname ipMode ports[]:any
Endpoints: apiVersion kind metadata:ObjectMeta subsets[]:EndpointSubset
EndpointSubset: addresses[]:EndpointAddress notReadyAddresses[]:EndpointAddress ports[]:EndpointPort
EndpointAddress=: ip! hostname nodeName targetRef:ObjectReference
EndpointPort=: name port:int protocol appProtocol
EndpointSlice: apiVersion kind metadata:ObjectMeta addressType! endpoints[]:Endpoint! ports[]:EndpointPort
Endpoint: addresses[set]! conditions:EndpointConditions hostname nodeName zone targetRef:ObjectReference
  hints:any deprecatedTopology<>
EndpointConditions: ready:bool serving:bool terminating:bool
Ingress: apiVersion kind metadata:ObjectMeta spec:IngressSpec status:IngressStatus
IngressSpec: ingressClassName defaultBackend:IngressBackend tls[]:IngressTLS rules[]:IngressRule
IngressTLS: hosts[] secretName
IngressRule: host http:HTTPIngressRule
HTTPIngressRule: paths[]:HTTPIngressPath!
HTTPIngressPath: path pathType! backend:IngressBackend!
IngressBackend: service:IngressServiceBackend resource:TypedLocalObjectReference
IngressServiceBackend: name! port:ServiceBackendPort
ServiceBackendPort=: name number:int
IngressStatus: loadBalancer:LoadBalancerStatus
IngressClass: apiVersion kind metadata:ObjectMeta spec:IngressClassSpec
IngressClassSpec: controller parameters:any
NetworkPolicy: apiVersion kind metadata:ObjectMeta spec:NetworkPolicySpec
NetworkPolicySpec: podSelector:LabelSelector policyTypes[] ingress[]:NetworkPolicyIngress
  egress[]:NetworkPolicyEgress
NetworkPolicyIngress: from[]:NetworkPolicyPeer ports[]:NetworkPolicyPort
NetworkPolicyEgress: to[]:NetworkPolicyPeer ports[]:NetworkPolicyPort
NetworkPolicyPeer: podSelector:LabelSelector namespaceSelector:LabelSelector ipBlock:IPBlock
IPBlock: cidr! except[]
NetworkPolicyPort: port:intstr endPort:int protocol

PersistentVolumeClaim: apiVersion kind metadata:ObjectMeta spec:PersistentVolumeClaimSpec
  status:PersistentVolumeClaimStatus
PersistentVolumeClaimSpec: accessModes[] selector:LabelSelector resources:VolumeResourceRequirements volumeName
  storageClassName volumeMode dataSource:TypedLocalObjectReference dataSourceRef:TypedObjectReference
  volumeAttributesClassName
VolumeResourceRequirements: limits<>:quantity requests<>:quantity
PersistentVolumeClaimStatus: phase accessModes[] capacity<>:quantity conditions{type}:Condition
  allocatedResources<>:quantity allocatedResourceStatuses<>
PersistentVolume: apiVersion kind metadata:ObjectMeta spec:PersistentVolumeSpec status:PersistentVolumeStatus
PersistentVolumeSpec~: capacity<>:quantity accessModes[] claimRef:ObjectReference persistentVolumeReclaimPolicy
  storageClassName volumeMode mountOptions[] nodeAffinity:any hostPath:HostPath csi:any nfs:NFSVolume local:any
PersistentVolumeStatus: phase reason message lastPhaseTransitionTime:time

CustomResourceDefinition: apiVersion kind metadata:ObjectMeta spec:CRDSpec! status:CRDStatus
CRDSpec: group! names:CRDNames! scope! versions[]:CRDVersion! conversion:any preserveUnknownFields:bool
CRDNames: plural! singular shortNames[] kind! listKind categories[]
CRDVersion: name! served:bool! storage:bool! deprecated:bool deprecationWarning schema:CRDValidation
  subresources:CRDSubresources additionalPrinterColumns[]:CRDColumn selectableFields[]:any
CRDValidation: openAPIV3Schema:any
CRDSubresources: status:any scale:CRDScale
CRDScale: specReplicasPath! statusReplicasPath! labelSelectorPath
CRDColumn: name! type! jsonPath! description format priority:int
CRDStatus: conditions{type}:Condition acceptedNames:CRDNames storedVersions[]
`;
