#!/usr/bin/env bash
# docs/guide.md in C++: the program of examples/ does what it says.
set -euo pipefail
# shellcheck source=tests/clients/tap.sh
source "$(dirname "${BASH_SOURCE[0]}")/tap.sh"

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
program=$(mktemp)
trap 'rm -f "$program"' EXIT
g++ -std=c++17 -Wall -Wextra "$root/examples/guide.cpp" -lodbc -o "$program"
contains "the guide in C++" "$("$program" "DSN=shop" 2>&1 || echo "(it ended with $?)")" 'all of the guide works'
done_testing
