#!/usr/bin/env bash
# cmake --install puts everything where Debian's drivers are, the libraries export what ODBC asks for and nothing else,
# and what README says to type exists.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=tests/clients/tap.sh
source "$root/tests/clients/tap.sh"
build=${BUILD_DIR:?the build to install from}

target=$(mktemp -d)
trap 'rm -rf "$target"' EXIT

# ---- what is installed, and where ------------------------------------------------------------------------------------------

succeeds "cmake --install into a DESTDIR" env DESTDIR="$target" cmake --install "$build" --prefix /usr
installed() { (cd "$target" && find . -name "$1" -printf '/%P\n'); }
library_folder=$(dirname "$(installed libcouchdbodbc.so)")
contains "the driver is where Debian's drivers are" "$library_folder" /usr/lib/ /odbc
equals "the setup library is beside it" "$(dirname "$(installed libcouchdbodbcS.so)")" "$library_folder"
ini=$target$(installed odbcinst.ini)
contains "odbcinst.ini is installed" "$(installed odbcinst.ini)" /usr/share/couchdb-odbc/odbcinst.ini
contains "README and LICENSE are installed" "$(find "$target" -path '*/doc/*')" README.md LICENSE
equals "nothing else is installed" "$(find "$target" -type f | wc -l)" 5

# ---- registration, as README says ------------------------------------------------------------------------------------------

export ODBCSYSINI=$target/etc
mkdir -p "$ODBCSYSINI"
succeeds "odbcinst registers the driver" odbcinst -i -d -f "$ini"
contains "odbcinst lists the driver" "$(odbcinst -q -d)" '[CouchDB]'
contains "odbcinst.ini names the driver" "$(cat "$ODBCSYSINI/odbcinst.ini")" libcouchdbodbc.so libcouchdbodbcS.so

# ---- exported symbols --------------------------------------------------------------------------------------------------------

exported() { nm --dynamic --defined-only "$1" | awk '{print $NF}' | sed 's/@.*//' | sort -u; }
driver=$(exported "$target$library_folder/libcouchdbodbc.so")
setup=$(exported "$target$library_folder/libcouchdbodbcS.so")
equals "the driver exports SQL* only" "$(grep -v '^SQL' <<< "$driver" || true)" ''
contains "the driver exports narrow and wide functions" "$driver" SQLDriverConnect SQLDriverConnectW SQLExecDirect SQLExecDirectW \
  SQLFetch SQLFetchScroll SQLGetData SQLGetDiagRec SQLGetDiagRecW SQLGetFunctions SQLGetInfo SQLGetInfoW SQLTables SQLTablesW SQLCancel
equals "the setup library exports its entry points only" "$(grep -vE '^(ConfigDSN|ConfigDSNW|ConfigDriver|ConfigDriverW|ODBCINSTGetProperties)$' <<< "$setup" || true)" ''
contains "the setup library has what unixODBC calls" "$setup" ConfigDSN ODBCINSTGetProperties
for library in libcouchdbodbc.so libcouchdbodbcS.so; do
  equals "$library needs nothing that is not there" "$(ldd -r "$target$library_folder/$library" 2>&1 | grep -E 'not found|undefined symbol' || true)" ''
done

# ---- README is true ----------------------------------------------------------------------------------------------------------

blocks=$(awk '/^```/ {inside = !inside; next} inside' "$root/README.md")
while read -r command; do
  if [ -x "$root/$command" ]; then pass "README: $command can be run"; else not_ok "README: $command can be run"; fi
done < <(grep -oE '(^|[ ./])scripts/[a-z-]+' <<< "$blocks" | grep -oE 'scripts/.*' | sort -u)
while read -r link; do
  if [ -e "$root/$link" ]; then pass "README: $link is there"; else not_ok "README: $link is there"; fi
done < <(grep -oE '\]\([^)#:]+[)#]' "$root/README.md" | sed 's/^](//; s/[)#]$//' | sort -u)
contains "README has the line that registers the driver" "$blocks" 'odbcinst -i -d -f /usr/share/couchdb-odbc/odbcinst.ini'
while read -r preset; do
  if grep --quiet "\"name\": \"$preset\"" "$root/CMakePresets.json"; then pass "README: the preset $preset is there"; else not_ok "README: the preset $preset is there"; fi
done < <(grep -oE -- '--preset [a-z-]+' <<< "$blocks" | cut -d' ' -f2 | sort -u)

done_testing
