#!/bin/sh
# usage: command_line.sh PROGRAM SOURCE_FOLDER: exit codes and messages on good, broken and foreign input, as output contract has them.
set -eu
program=$1
captures=$2/captures
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

expect() { # CODE PATTERN COMMAND...: exit code, and a pattern in what it prints on either stream
    code=$1
    pattern=$2
    shift 2
    got=0
    "$@" > "$scratch/out" 2>&1 < /dev/null || got=$?
    if [ "$got" != "$code" ] || ! grep -q -e "$pattern" "$scratch/out"; then
        echo "FAIL: $*: exit code $got, wanted $code and \"$pattern\":"
        head -5 "$scratch/out"
        failed=1
    fi
}

: > "$scratch/empty.pcap"
head -c 700 /dev/zero | tr '\0' 'x' > "$scratch/garbage.pcap"
head -c 2000 "$captures/vsftpd-passive.pcap" > "$scratch/cut.pcap"
# A file header with link type 147 (private use).
printf '\324\303\262\241\002\000\004\000\000\000\000\000\000\000\000\000\000\000\004\000\223\000\000\000' > "$scratch/link.pcap"
mkdir "$scratch/folder"
cp "$captures/vsftpd-passive.pcap" "$captures/passive-refused.pcap" "$scratch/folder"

expect 0 'usage' "$program" --help
expect 0 '^ftpscope [0-9]' "$program" --version
expect 2 'usage' "$program"
expect 2 'no command' "$program" nonsense
for c in read check explain; do
    expect 0 '--' "$program" $c --help
    expect 0 '^ftpscope [0-9]' "$program" $c --version
done
expect 2 'which file' "$program" read
expect 2 'no-such-file' "$program" read "$scratch/no-such-file"
expect 2 'empty.pcap: offset 0' "$program" read "$scratch/empty.pcap"
expect 2 'garbage.pcap: offset 0' "$program" read "$scratch/garbage.pcap"
expect 2 'link.pcap.*link type 147' "$program" read "$scratch/link.pcap"
expect 3 'cut.pcap: offset 2000, after frame' "$program" read "$scratch/cut.pcap"
expect 3 'USER lab' "$program" read "$scratch/cut.pcap"
expect 2 '"truncated_input"' "$program" read --json "$scratch/empty.pcap" "$scratch/cut.pcap"
expect 0 'PASS <hidden>' "$program" read "$captures/vsftpd-passive.pcap"
expect 0 'PASS lab-secret' "$program" read --show-secrets "$captures/vsftpd-passive.pcap"
expect 0 'passive-refused' "$program" read --quiet "$captures/passive-refused.pcap"
expect 0 'Session 1' "$program" read --failed "$captures/passive-refused.pcap"
expect 2 '--code takes' "$program" read --code 9 "$captures/passive-refused.pcap"
expect 0 'OK' "$program" check "$captures/vsftpd-passive.pcap"
expect 1 'passive-refused' "$program" check "$scratch/folder"
expect 0 'vsftpd-passive' "$program" check --fail-on never "$scratch/folder"
expect 3 'cut.pcap' "$program" check "$scratch/cut.pcap"
expect 0 'cut.pcap' "$program" check --allow-incomplete "$scratch/cut.pcap"
expect 2 'empty.pcap' "$program" check "$scratch/empty.pcap" "$scratch/folder"
expect 0 'data connection' "$program" explain 425
expect 0 'RFC 959' "$program" explain PASV
expect 2 'nonsense' "$program" explain nonsense
if "$program" read "$captures/vsftpd-passive.pcap" | grep -q "lab-secret"; then
    echo "FAIL: the password is shown"
    failed=1
fi
"$program" read - < "$captures/vsftpd-passive.pcap" > "$scratch/stdin"
sed "s|$captures/vsftpd-passive.pcap|-|" > "$scratch/named" << END
$("$program" read "$captures/vsftpd-passive.pcap")
END
[ "$(grep -c . "$scratch/stdin")" -gt 20 ] || { echo "FAIL: standard input"; failed=1; }
exit $failed
