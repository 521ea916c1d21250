# SPDX-License-Identifier: GPL-3.0-or-later
#
# What the tests share. They run without a booted systemd, too: then the socket is handed over by
# systemd-socket-activate, to the user that the unit names.
set -eu
work=$(mktemp -d)
pids=
ended() {
  code=$?
  trap - EXIT
  for pid in $pids; do kill "$pid" 2>/dev/null || :; done
  if [ "$code" != 0 ]; then cat "$work"/*.log 2>/dev/null || :; fi
  rm -rf "$work"
  exit "$code"
}
trap ended EXIT

say() { echo "== $*"; }
fail() { echo "FAIL: $*" >&2; exit 1; }

wait_for() {
  tries=0
  until "$@" >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || fail "waited 30 s for: $*"
    sleep 0.1
  done
}

# Octavo on its usual socket, started by systemd where it runs.
start_octavo() {
  if [ -d /run/systemd/system ]; then
    systemctl start octavo.socket
  else
    install -d -o _octavo -g _octavo /run/octavo /var/cache/octavo /var/lib/octavo
    rm -f /run/octavo/octavo.sock
    systemd-socket-activate -l /run/octavo/octavo.sock \
      setpriv --reuid=_octavo --regid=_octavo --init-groups sh -c 'LISTEN_PID=$$ exec octavo serve' \
      >"$work/octavo.log" 2>&1 &
    pids="$pids $!"
    wait_for test -S /run/octavo/octavo.sock
    chgrp www-data /run/octavo/octavo.sock
    chmod 660 /run/octavo/octavo.sock
  fi
}

# The first page, and an image of the guide, on a port of this machine.
look_at() {
  wait_for curl -sf -o "$work/page" "$1/"
  grep -q '</html>' "$work/page" || fail "$1/ is not a page"
  grep -qi 'octavo' "$work/page" || fail "$1/ is not the guide"
  curl -sf -o "$work/picture" "$1/content/images/harbour.jpg" || fail 'no images'
  cmp "$work/picture" /usr/share/octavo/content/images/harbour.jpg
  sheet=$(grep -o '/static/octavo[^"]*css' "$work/page" | head -n 1)
  curl -sf -o "$work/sheet" "$1$sheet" || fail "no style sheet $sheet"
  curl -sf -o "$work/feed" "$1/feed.xml" && grep -q '<feed' "$work/feed" || fail 'no feed'
  [ "$(curl -s -o "$work/none" -w '%{http_code}' "$1/no-such-page/")" = 404 ] || fail 'no 404'
}
