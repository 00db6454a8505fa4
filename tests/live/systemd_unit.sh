#!/bin/sh
# usage: systemd_unit.sh UNIT: the unit as it is installed is right, and exposes little (2.0 at most).
set -eu
unit=$1
command -v systemd-analyze >/dev/null || { echo "skipped: systemd-analyze is not here"; exit 77; }
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
failed=0

# The program need not be installed to be verified.
sed 's|^ExecStart=[^ ]*/ftpscope |ExecStart=/bin/true |' "$unit" > "$folder/ftpscope@.service"
grep -q '^ExecStart=/bin/true live -i %i --json ' "$folder/ftpscope@.service" || { echo "ExecStart has another form"; failed=1; }
said=$(systemd-analyze verify "$folder/ftpscope@eth0.service" 2>&1) || failed=1
[ -z "$said" ] || { echo "$said"; failed=1; }
systemd-analyze security --no-pager --offline=true --threshold=20 "$folder/ftpscope@.service" > "$folder/report" 2>&1 ||
    { grep -v '✓' "$folder/report"; failed=1; }
exit $failed
