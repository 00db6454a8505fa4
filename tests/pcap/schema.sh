#!/bin/sh
# usage: schema.sh PROGRAM SOURCE_FOLDER: every record of every capture, of read and of check, against the JSON Schema.
set -eu
program=$1
source=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$program" read --json "$source"/captures/*.pcap > "$scratch/read.ndjson"
"$program" check --json "$source/captures" > "$scratch/check.ndjson" || [ $? -eq 1 ]
[ -s "$scratch/read.ndjson" ] && [ -s "$scratch/check.ndjson" ]
python3 "$source/tests/ndjson_validate.py" "$scratch/read.ndjson"
python3 "$source/tests/ndjson_validate.py" "$scratch/check.ndjson"
