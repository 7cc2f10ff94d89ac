#!/bin/sh
# Deploys and waits, with curl alone: beanpod-deploy.sh SERVICE ENVIRONMENT VERSION [ARTIFACT-AS-JSON]
# Reads BEANPOD_URL and BEANPOD_TOKEN (or BEANPOD_TOKEN_COMMAND, which prints one); BEANPOD_KEY, the same for each try
# of one CI step; BEANPOD_TIMEOUT in seconds. Ends with the exit codes of docs/cli.md.
set -eu
: "${BEANPOD_URL:?is not set}"
case ${1:?service}${2:?environment}${3:?version} in *[!A-Za-z0-9._-]*) echo "beanpod: not a name: $*" >&2; exit 2 ;; esac
run=${BUILD_TAG:-${GITHUB_RUN_ID:-${CI_PIPELINE_ID:-${BITBUCKET_BUILD_NUMBER:-$$-$(date +%s)}}}}
key=${BEANPOD_KEY:-$run-$1-$2-$3}
give_up=$(($(date +%s) + ${BEANPOD_TIMEOUT:-3600}))
dir=$(mktemp -d) && trap 'rm -rf "$dir"' EXIT && trap 'exit 130' INT TERM

end() { echo "beanpod: $2" >&2; exit "$1"; }
value() { tr -d '\r' <"$dir/head" | awk -v name="$1:" 'tolower($1) == name { print $2 }'; }
ask() { # An answer to keep: its status in $status, head and body in files. Everything else is asked again.
  while :; do # The token goes by standard input: everybody sees the arguments of a process.
    token=${BEANPOD_TOKEN:-$(eval "${BEANPOD_TOKEN_COMMAND:?and BEANPOD_TOKEN are not set}")}
    status=$(printf 'header = "Authorization: Bearer %s"\n' "$token" |
      curl -sS -K - -m 60 -D "$dir/head" -o "$dir/body" -w '%{http_code}' "$@") || status=000
    case $status in 000 | 408 | 429 | 5??) ;; *) return 0 ;; esac
    [ "$(date +%s)" -lt "$give_up" ] || end 124 "the time is up, last answer $status; whatever was accepted goes on"
    sleep 2
  done
}

ask "$BEANPOD_URL/v1/deployments" -H 'Content-Type: application/json' -H "Idempotency-Key: $key" \
  -d "{\"service\":\"$1\",\"environment\":\"$2\",\"version\":\"$3\"${4:+,\"artifact\":$4}}"
case $status in 202) ;; 401 | 403) end 7 "$(cat "$dir/body")" ;; 409) end 5 "$(cat "$dir/body")" ;; *) end 2 "$(cat "$dir/body")" ;; esac
at=$BEANPOD_URL$(value location) && next=0 && echo "beanpod: $at" >&2
until [ "$(value x-log-complete)" = true ]; do
  [ "$next" = 0 ] || sleep 2
  ask "$at/logs?after=$next&limit=1000" -H 'Accept: text/plain'
  [ "$status" = 200 ] || end 7 "$(cat "$dir/body")"
  cat "$dir/body" && next=$(value x-log-next)
done
ask "$at/outcome"
[ "$status" = 424 ] && echo "beanpod: $(sed 's/","requestId".*//; s/.*"detail":"//; s/\\"/"/g' "$dir/body")" >&2
case $status$(cat "$dir/body") in 200*) exit 0 ;; *'"state":"rolled_back"'*) exit 3 ;; *'"state":"cancelled"'* | *'"state":"superseded"'*) exit 6 ;; *'"wrote":true'*) exit 4 ;; *) exit 1 ;; esac
