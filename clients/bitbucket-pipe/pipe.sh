#!/bin/sh
# The pipe: beanpod deploy --wait with the variables of the pipe. Without a token the step proves who it is: oidc of the step.
set -eu
: "${BEANPOD_URL:?is not set}"
export BEANPOD_TOKEN="${BEANPOD_TOKEN:-${BITBUCKET_STEP_OIDC_TOKEN:?is not set: give the step oidc, or set BEANPOD_TOKEN}}"
: "${SERVICE:?is not set}" "${ENVIRONMENT:?is not set}"
set -- "$SERVICE" "$ENVIRONMENT" ${VERSION:+"$VERSION"} --wait --timeout "${TIMEOUT:-1h}"
exec beanpod deploy "$@" ${IMAGE:+--image "$IMAGE"}
