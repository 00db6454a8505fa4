#!/bin/sh
# usage: names.sh PLUGIN: no function of the plugin has the name of one that epan offers. The plugin would call its own
# instead, as it did with conversation_new: no compiler sees it, and a rare capture crashes.
set -eu
plugin=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
nm --defined-only "$plugin" | awk '$2 ~ /^[TtDdBb]$/ { sub(/\..*/, "", $3); print $3 }' | sort -u > "$folder/ours"
ldd "$plugin" | awk '/libwireshark|libwsutil|libwiretap/ { print $3 }' | while read -r library; do
    nm -D --defined-only "$library"
done | awk '$2 ~ /^[TWVDB]$/ { sub(/@.*/, "", $3); print $3 }' | sort -u > "$folder/theirs"
if [ ! -s "$folder/ours" ] || [ ! -s "$folder/theirs" ]; then
    echo "no names were read"
    exit 1
fi
both=$(comm -12 "$folder/ours" "$folder/theirs" | grep -vxE '_init|_fini' || true)
[ -z "$both" ] || { printf 'names of epan, too:\n%s\n' "$both"; exit 1; }
