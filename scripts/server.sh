# shellcheck shell=bash
# shellcheck disable=SC2034,SC2153  # variables for whoever sources this; coproc sets SERVER_PID
# To be sourced: the embedded server, and the parts of a server's URL.

server_program=$(cd "$(dirname "${BASH_SOURCE[0]}")/../tests/support/pouchdb" && pwd)/server.js

# Starts PouchDB Server in memory on a free loopback port and sets server_url. It ends with the shell that started it,
# however that ends, because its standard input then closes.
start_server() {
  coproc SERVER { exec node "$server_program"; }
  server_pid=$SERVER_PID
  read -r -t 60 server_url <&"${SERVER[0]}" || { echo "the embedded server did not start" >&2; return 1; }
}

stop_server() {
  [ -n "${server_pid:-}" ] || return 0
  kill "$server_pid" 2>/dev/null || true
  wait "$server_pid" 2>/dev/null || true
  server_pid=
}

percent_decoded() {
  local text=${1//\\/\\\\}
  printf '%b' "${text//%/\\x}"
}

# split_url URL: sets url_scheme, url_user, url_password, url_host and url_port.
split_url() {
  local rest=${1#*://} authority login=
  url_scheme=${1%%://*}
  authority=${rest%%/*}
  if [[ $authority == *@* ]]; then
    login=${authority%@*}
    authority=${authority##*@}
  fi
  url_user=$(percent_decoded "${login%%:*}")
  url_password=
  if [[ $login == *:* ]]; then url_password=$(percent_decoded "${login#*:}"); fi
  if [[ $authority =~ ^(.*):([0-9]+)$ ]]; then
    url_host=${BASH_REMATCH[1]} url_port=${BASH_REMATCH[2]}
  else
    url_host=$authority url_port=$([ "$url_scheme" = https ] && echo 443 || echo 80)
  fi
}
