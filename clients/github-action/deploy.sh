#!/usr/bin/env bash
# The script of the action: beanpod-deploy.sh with what GitHub offers around it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Each asking gets a fresh token of the run, since these end after minutes.
# https://docs.github.com/actions/reference/security/oidc
identity() {
  printf 'header = "Authorization: bearer %s"\n' "$ACTIONS_ID_TOKEN_REQUEST_TOKEN" |
    curl -sS --fail -K - -m 20 --retry 3 "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=${BEANPOD_AUDIENCE:-$BEANPOD_URL}" |
    sed 's/.*"value" *: *"\([^"]*\)".*/\1/'
}
if [ "${1:-}" = identity ]; then
  identity
  exit
fi
if [ -z "$BEANPOD_TOKEN" ]; then
  if [ -z "${ACTIONS_ID_TOKEN_REQUEST_URL:-}" ]; then
    echo "::error title=Beanpod::No token: set the input token, or give the job the permission id-token write"
    exit 7
  fi
  export BEANPOD_TOKEN_COMMAND="'$here/deploy.sh' identity"
fi

# A run that failed may be run again by a person, and deploys again then; a step that is tried again does not.
export BEANPOD_KEY="github-$GITHUB_REPOSITORY-$GITHUB_RUN_ID-$GITHUB_RUN_ATTEMPT-$SERVICE-$ENVIRONMENT-$VERSION"
remarks=$(mktemp)
trap 'rm -f "$remarks"' EXIT
echo "::group::Deploying $SERVICE $VERSION to $ENVIRONMENT"
# Log lines come from elsewhere and may look like commands to the runner.
word=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
echo "::stop-commands::$word"
code=0
# shellcheck disable=SC2086
"$here/../sh/beanpod-deploy.sh" "$SERVICE" "$ENVIRONMENT" "$VERSION" ${ARTIFACT:+"$ARTIFACT"} 2>"$remarks" || code=$?
cat "$remarks"
echo "::$word::"
echo "::endgroup::"

url=$(sed -n 's/^beanpod: \(http[^ ]*\)$/\1/p' "$remarks" | head -n 1)
printf 'url=%s\nid=%s\n' "$url" "${url##*/}" >>"$GITHUB_OUTPUT"
reason=$(sed -n 's/^beanpod: //p' "$remarks" | tail -n 1 | sed 's/%/%25/g')
if [ "$code" != 0 ]; then echo "::error title=$SERVICE $VERSION on $ENVIRONMENT, code $code::$reason"; fi
result=$([ "$code" = 0 ] && echo succeeded || echo "failed with code $code")
printf '\n**%s** %s on %s: %s. [Deployment](%s)\n' "$SERVICE" "$VERSION" "$ENVIRONMENT" "$result" "$url" >>"$GITHUB_STEP_SUMMARY"
exit "$code"
