/**
 * Deploys a version and waits: beanpodDeploy(service: 'shop', environment: 'staging', version: env.TAG_NAME).
 *
 * url            address of the API; env.BEANPOD_URL when left out
 * credentialsId  secret text with the access token; 'beanpod' when left out
 * artifact       map, such as [type: 'image', image: '…@sha256:…']; not needed for a version that is registered
 * timeout        seconds; 3600 when left out
 *
 * A shell step does the waiting, so that the build goes on after a restart of Jenkins.
 */
void call(Map args) {
  String version = args.version ?: env.TAG_NAME ?: env.GIT_COMMIT
  List settings = [
    "BEANPOD_URL=${args.url ?: env.BEANPOD_URL}",
    "BEANPOD_TIMEOUT=${args.timeout ?: 3600}",
    "BEANPOD_KEY=${env.BUILD_TAG}-${args.service}-${args.environment}-${version}",
    "BEANPOD_SERVICE=${args.service}",
    "BEANPOD_ENVIRONMENT=${args.environment}",
    "BEANPOD_VERSION=${version}",
    "BEANPOD_ARTIFACT=${args.artifact ? groovy.json.JsonOutput.toJson(args.artifact) : ''}",
  ]
  writeFile file: '.beanpod-deploy.sh', text: libraryResource('beanpod/beanpod-deploy.sh')
  int code = 0
  withCredentials([string(credentialsId: args.credentialsId ?: 'beanpod', variable: 'BEANPOD_TOKEN')]) {
    withEnv(settings) {
      code = sh(returnStatus: true, label: "Deploy ${args.service} to ${args.environment}", script: '''
        set -- "$BEANPOD_SERVICE" "$BEANPOD_ENVIRONMENT" "$BEANPOD_VERSION"
        exec sh .beanpod-deploy.sh "$@" ${BEANPOD_ARTIFACT:+"$BEANPOD_ARTIFACT"}
      ''')
    }
  }
  if (code == 3) error "${version} was bad and has been rolled back; the log above says why"
  if (code != 0) error "${version} was not deployed, exit code ${code}; the log above says why"
}
