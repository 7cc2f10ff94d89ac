#!/bin/sh
# The pipe: beanpod deploy --wait with the variables of the pipe.
set -eu
: "${BEANPOD_URL:?is not set}" "${BEANPOD_TOKEN:?is not set}"
: "${SERVICE:?is not set}" "${ENVIRONMENT:?is not set}"
set -- "$SERVICE" "$ENVIRONMENT" ${VERSION:+"$VERSION"} --wait --timeout "${TIMEOUT:-1h}"
exec beanpod deploy "$@" ${IMAGE:+--image "$IMAGE"}
