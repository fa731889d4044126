# shellcheck shell=bash
# To be sourced by client tests: each check prints a line of TAP (ok, not ok) and, when it fails, what it saw.

tap_count=0
tap_failed=0

pass() { tap_count=$((tap_count + 1)); echo "ok $tap_count - $1"; }

not_ok() {
  tap_count=$((tap_count + 1)) tap_failed=$((tap_failed + 1))
  echo "not ok $tap_count - $1"
  printf '%s\n' "${2:-}" | sed 's/^/#   /'
}

skip() { tap_count=$((tap_count + 1)); echo "ok $tap_count - $1 # SKIP $2"; }

# contains NAME TEXT PART...: every part occurs in the text, byte for byte.
contains() {
  local name=$1 text=$2 part
  shift 2
  for part in "$@"; do
    if ! LC_ALL=C grep --quiet --fixed-strings -- "$part" <<< "$text"; then
      not_ok "$name" "expected: $part"$'\n'"in: $text"
      return
    fi
  done
  pass "$name"
}

# succeeds NAME COMMAND...
succeeds() {
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then pass "$name"; else not_ok "$name" "$* ended with $?"$'\n'"$output"; fi
}

equals() { if [ "$2" = "$3" ]; then pass "$1"; else not_ok "$1" "expected: $3"$'\n'"found: $2"; fi; }

# To be called last: the plan, and an exit code.
done_testing() {
  echo "1..$tap_count"
  [ "$tap_failed" = 0 ]
}
