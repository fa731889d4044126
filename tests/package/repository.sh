#!/usr/bin/env bash
# What the repository ships beside the driver: the sample shop is what its generator writes, the scripts are clean, and the
# lock file of the embedded server names no host.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=tests/clients/tap.sh
source "$root/tests/clients/tap.sh"
# shellcheck source=scripts/server.sh
source "$root/scripts/server.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# ---- the sample shop -------------------------------------------------------------------------------------------------------

node "$root/examples/generate.js" "$work" > /dev/null
for file in "$work"/*.jsonl; do
  name=$(basename "$file")
  succeeds "examples/data/$name is what the generator writes" cmp "$file" "$root/examples/data/$name"
done
types=$(find "$root/examples/data" -name '*.jsonl' | wc -l)
documents=$(cat "$root"/examples/data/*.jsonl | wc -l)
if [ "$types" -ge 6 ] && [ "$documents" -ge 2000 ]; then
  pass "the sample shop has at least 6 types and 2,000 documents"
else
  not_ok "the sample shop has at least 6 types and 2,000 documents" "$types types, $documents documents"
fi
equals "ids are ASCII" "$(cat "$root"/examples/data/*.jsonl | LC_ALL=C grep -cvE '^\{"_id":"[a-z]+:[0-9]+"' || true)" 0

# ---- the scripts -----------------------------------------------------------------------------------------------------------

if command -v shellcheck > /dev/null; then
  cd "$root"
  succeeds "shellcheck finds nothing in the scripts" shellcheck -x scripts/{demo,test,prepare,load-sample,make-dsn,server.sh} \
    .ci/run tests/package/*.sh tests/clients/*.sh
else
  skip "shellcheck finds nothing in the scripts" "shellcheck is not installed"
fi

url_parts() { split_url "$1"; echo "$url_scheme $url_user $url_password $url_host $url_port"; }
equals "a URL with everything" "$(url_parts 'https://me%40home:p%2Fw%25@couch.example:6984/')" 'https me@home p/w% couch.example 6984'
equals "a URL with a host only" "$(url_parts 'http://couch.example')" 'http   couch.example 80'
equals "a URL with a password with a colon and an at sign" "$(url_parts 'http://a:b:c@d@h:1')" 'http a b:c@d h 1'

mkdir "$work/lib"
"$root/scripts/make-dsn" "$work/home" "$work/lib" http://reader:secret@couch.example:5984 shop first SampleSize=0
"$root/scripts/make-dsn" "$work/home" "$work/lib" https://couch.example shop second
contains "make-dsn writes what it was told" "$(cat "$work/home/odbc.ini")" '[first]' 'Server   = couch.example' 'UID      = reader' \
  'PWD      = secret' SampleSize=0 '[second]' 'SSLMode  = verify-full'
equals "make-dsn keeps passwords to their owner" "$(stat -c %a "$work/home/odbc.ini")" 600

# ---- the documentation -----------------------------------------------------------------------------------------------------

# Each deviation names the test that shows it. clang-format may break a long name: the sources are searched without breaks.
sources=$(find "$root/tests" -name '*_test.cpp' -exec cat {} + | tr '\n' ' ' | sed -E 's/" +"//g; s/TEST_CASE\( +/TEST_CASE(/g')
while read -r name; do
  if grep --quiet --fixed-strings "TEST_CASE($name" <<< "$sources"; then
    pass "docs/deviations.md: there is the test $name"
  else
    not_ok "docs/deviations.md: there is the test $name"
  fi
done < <(sed -n 's/^Test: \(".*"\)\.$/\1/p' "$root/docs/deviations.md")
equals "docs/deviations.md: each deviation has a test" "$(grep -c '^Test: ' "$root/docs/deviations.md")" "$(grep -cE '^\*\*[0-9]+\. ' "$root/docs/deviations.md")"

# ---- the embedded server -----------------------------------------------------------------------------------------------------

equals "package-lock.json names no registry" "$(grep -cE '"resolved"|://(registry|npm)' "$root/tests/support/pouchdb/package-lock.json" || true)" 0
done_testing
