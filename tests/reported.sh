#!/bin/sh
# usage: reported.sh SOURCE_FOLDER: the findings that rules make are those of FSC_FINDING in findings.def, the others are planned.
set -eu
core=$1/core
made=$(grep -oh 'FSC_FINDING_[A-Z_]*' "$core"/rules_*.c | sort -u)
reported=$(sed -n 's/^FSC_FINDING(\([A-Z_]*\),.*/FSC_FINDING_\1/p' "$core/findings.def" | sort -u)
if [ "$made" != "$reported" ]; then
    echo "rules make:"
    echo "$made"
    echo "findings.def says:"
    echo "$reported"
    exit 1
fi
