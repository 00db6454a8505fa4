#!/bin/sh
# usage: vectors.sh SOURCE_FOLDER: every parser vector of vectors.txt stands, by its number, in the test that it names.
set -eu
source=$1
list=$source/tests/vectors.txt
failed=0

while read -r number file what; do
    case $number in '' | '#'*) continue ;; esac
    if ! grep -qw -- "$number" "$source/tests/$file" 2>/dev/null; then
        echo "vectors.txt: $number ($what) is not named in tests/$file"
        failed=1
    fi
done <"$list"
n=1
while [ $n -le 28 ]; do
    grep -q "^F-$n " "$list" || { echo "vectors.txt has no F-$n"; failed=1; }
    n=$((n + 1))
done
# And the other way round: a number in a test is listed.
# shellcheck disable=SC2013
for named in $(grep -rohE 'F-[0-9]+' "$source/tests/unit" "$source/tests/transcripts" --include='*.c' --include='*.t' | sort -u); do
    grep -q "^$named " "$list" || { echo "$named stands in a test and not in vectors.txt"; failed=1; }
done
exit $failed
