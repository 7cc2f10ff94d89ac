/** Lets the AWS SDK of this process, with throw-away credentials, talk to a simulator and to nothing else. */
export function pointSdkTo(url: string): void {
  Object.assign(process.env, awsEnvironment(url));
}

/** The same for a process that is started. */
export function awsEnvironment(url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ENDPOINT_URL_S3: url,
    AWS_ENDPOINT_URL_ELASTIC_BEANSTALK: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIASIMULATOR0000000',
    AWS_SECRET_ACCESS_KEY: 'simulated',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}
