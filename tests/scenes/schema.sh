#!/bin/sh
# usage: schema.sh SCENES PROGRAM SOURCE_FOLDER: each scene as a capture file; every record of it against the JSON Schema.
set -eu
scenes=$1
program=$2
source=$3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$scenes" --pcap "$scratch" "$source"/tests/scenes/*.scene > /dev/null
# No two scenes may have one name: the second would overwrite the first.
twice=$(cat "$source"/tests/scenes/*.scene | grep '^== ' | sort | uniq -d)
if [ -n "$twice" ]; then
    echo "two scenes of one name: $twice"
    exit 1
fi
set -- "$scratch"/*
[ $# -eq "$(cat "$source"/tests/scenes/*.scene | grep -c '^== ')" ]
"$program" read --json "$scratch"/*.pcap > "$scratch/read.ndjson"
[ -s "$scratch/read.ndjson" ]
python3 "$source/tests/ndjson_validate.py" "$scratch/read.ndjson"
