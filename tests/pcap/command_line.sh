#!/bin/sh
# usage: command_line.sh PROGRAM SOURCE_FOLDER: exit codes and messages on good, broken and foreign input, as output contract has them.
set -eu
program=$1
captures=$2/captures
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0
# A warning of GLib is a slip of ours.
export G_DEBUG=fatal-warnings

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
# One packet of one byte with link type 147 (private use).
printf '\324\303\262\241\002\000\004\000\000\000\000\000\000\000\000\000\000\000\004\000\223\000\000\000\000\000\000\000\000\000\000\000\001\000\000\000\001\000\000\000x' > "$scratch/link.pcap"
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
expect 0 '^421 ' "$program" explain 421
expect 0 '^4yz ' "$program" explain 4xx
expect 0 '^226 after RETR ' "$program" explain 226 RETR
expect 0 '^RETR ' "$program" explain 226 RETR 10060
expect 0 'cannot enter the home' "$program" explain '530 User cannot log in, home directory inaccessible.'
expect 2 'Did you mean: passive-timeout?' "$program" explain pasive-timout
expect 0 '^100 ' "$program" explain 100
expect 0 '^699 ' "$program" explain 699
expect 2 '^ftpscope explain: 99 is no' "$program" explain 99
expect 2 '700 is no' "$program" explain 700
expect 2 '999 is no reply code' "$program" explain 999
expect 2 '"foo\\033\[" is no' "$program" explain "foo$(printf '\033[')"
expect 2 '^PASV ' "$program" explain foo PASV
expect 2 'which file' "$program" read
# shellcheck disable=SC2016
expect 2 '^ftpscope: -: ' sh -c '"$1" read - <&-' sh "$program"
# shellcheck disable=SC2016
expect 2 'is a folder' sh -c '"$1" read - < /' sh "$program"
expect 2 'no-such-file' "$program" read "$scratch/no-such-file"
expect 2 'empty.pcap: offset 0' "$program" read "$scratch/empty.pcap"
expect 2 'garbage.pcap: offset 0' "$program" read "$scratch/garbage.pcap"
expect 2 'link.pcap: nothing in it can be read: 1 packet of link type 147$' "$program" read "$scratch/link.pcap"
expect 0 'not read   1 packet: link type 147$' "$program" read "$scratch/link.pcap" "$captures/passive-refused.pcap"
expect 3 'cut.pcap: offset 1994, after frame 23: the record has 6 of 16 bytes' "$program" read "$scratch/cut.pcap"
expect 3 'USER lab' "$program" read "$scratch/cut.pcap"
expect 2 '"truncated_input"' "$program" read --json "$scratch/empty.pcap" "$scratch/cut.pcap"
expect 0 'PASS <hidden>' "$program" read "$captures/vsftpd-passive.pcap"
expect 0 'PASS lab-secret' "$program" read --show-secrets "$captures/vsftpd-passive.pcap"
expect 0 'passive-refused' "$program" read --quiet "$captures/passive-refused.pcap"
expect 0 'Session 1' "$program" read --failed "$captures/passive-refused.pcap"
expect 0 'Summary' "$program" read --user '*' --path '*' "$captures/vsftpd-explicit-tls.pcap"
expect 2 '--host takes' "$program" read --host ftp.example "$captures/passive-refused.pcap"
expect 0 'Session 1' "$program" read --host 2001:DB8:0002::21 "$captures/pureftpd-epsv-ipv6.pcap"
expect 2 '"complete":false' "$program" read --json "$scratch/empty.pcap"
expect 2 '--code takes' "$program" read --code 9 "$captures/passive-refused.pcap"
expect 0 'OK' "$program" check "$captures/vsftpd-passive.pcap"
expect 1 'passive-refused' "$program" check "$scratch/folder"
expect 0 '^NOTE .*passive-refused' "$program" check --fail-on never "$scratch/folder"
expect 3 'cut.pcap' "$program" check "$scratch/cut.pcap"
expect 0 'cut.pcap' "$program" check --allow-incomplete "$scratch/cut.pcap"
expect 2 'empty.pcap' "$program" check "$scratch/empty.pcap" "$scratch/folder"
# Folders: links in circles, rotated names, captures by their first bytes; nothing to check is no success.
mkdir -p "$scratch/deep/rotated" "$scratch/none"
ln -s .. "$scratch/deep/rotated/up"
ln -s . "$scratch/deep/rotated/self"
cp "$captures/vsftpd-passive.pcap" "$scratch/deep/rotated/day.pcap3"
cp "$captures/vsftpd-passive.pcap" "$scratch/deep/upload"
echo text > "$scratch/deep/notes.txt"
expect 0 '^2 files' "$program" check "$scratch/deep"
expect 2 'none: no capture in this folder' "$program" check "$scratch/none"
: > "$scratch/deep/rotated/broken.cap.1"
expect 2 'broken.cap.1: offset 0' "$program" check "$scratch/deep"
# Nothing named is everything known.
expect 0 '^  passive-timeout ' "$program" explain
expect 0 '^  421 ' "$program" explain
expect 0 '^  PASV ' "$program" explain
expect 0 '[A-Z] XCUP XCWD ' "$program" explain
for c in read check; do
    expect 2 'nonsense' "$program" $c --nonsense "$captures/passive-refused.pcap"
    expect 2 '--color is auto, always or never' "$program" $c --color=pink "$captures/passive-refused.pcap"
    expect 2 'which' "$program" $c
done
expect 2 '--session takes' "$program" read --session x "$captures/passive-refused.pcap"
expect 2 '--session takes' "$program" read --session 0 "$captures/passive-refused.pcap"
expect 2 '--session takes' "$program" read --session '' "$captures/passive-refused.pcap"
for code in '' 9 4x 7xx 55a 5500 0xx; do
    expect 2 '--code takes' "$program" read --code "$code" "$captures/passive-refused.pcap"
done
# At and above the level: vsftpd-passive has a warning (the password) and no error.
expect 0 'vsftpd-passive' "$program" check --fail-on error "$captures/vsftpd-passive.pcap"
expect 1 'vsftpd-passive' "$program" check --fail-on warning "$captures/vsftpd-passive.pcap"
expect 1 'vsftpd-passive' "$program" check --fail-on info "$captures/vsftpd-passive.pcap"
expect 1 'passive-refused' "$program" check --fail-on error "$captures/passive-refused.pcap"
expect 0 'passive-refused' "$program" check --fail-on never "$captures/passive-refused.pcap"
expect 2 '--fail-on is error, warning, info or never' "$program" check --fail-on nonsense "$captures/passive-refused.pcap"
ln -s nowhere "$scratch/deep/rotated/lost.pcap"
rm "$scratch/deep/rotated/broken.cap.1"
expect 2 'lost.pcap: ' "$program" check "$scratch/deep"
# The record of each file, and the last line over all of them.
record() { # FILE EXPECTED: the check record of a file, from its own object on
    "$program" check --json "$1" 2> /dev/null | sed -n 's/.*"check":\({.*}\)}$/\1/p' > "$scratch/out"
    [ "$(cat "$scratch/out")" = "$2" ] || { echo "FAIL: check record of $1: $(cat "$scratch/out")"; failed=1; }
}
record "$captures/vsftpd-passive.pcap" '{"result":"clean","counts":{"error":0,"warning":1,"info":0}}'
record "$captures/fxp.pcap" '{"result":"clean","counts":{"error":0,"warning":2,"info":2}}'
record "$captures/private-address.pcap" '{"result":"findings","counts":{"error":2,"warning":1,"info":0}}'
record "$scratch/empty.pcap" "{\"result\":\"error\",\"counts\":{\"error\":0,\"warning\":0,\"info\":0},\"message\":\"$scratch/empty.pcap: offset 0: the file is empty\"}"
head -c 7000 "$captures/fxp.pcap" > "$scratch/half.pcap"
expect 3 '"check":{"result":"incomplete","counts":{"error":0,"warning":0,"info":0},"message":".*/half.pcap: offset [0-9]*, after frame' "$program" check --json "$scratch/half.pcap"
expect 2 '^4 files: 1 OK, 1 FAIL, 1 PART, 1 ERR, 1 error, 3 warnings, 2 infos$' "$program" check "$captures/fxp.pcap" "$captures/passive-refused.pcap" "$scratch/half.pcap" "$scratch/empty.pcap"
expect 2 '"truncated_input":".*/half.pcap: offset .*","complete":false}}$' "$program" read --json "$scratch/half.pcap" "$scratch/empty.pcap"
# flow_id is unique in the run, whatever the file.
for words in 'read --separate' check; do
    # shellcheck disable=SC2086
    "$program" $words --json "$captures/fxp.pcap" "$captures/passive-refused.pcap" "$captures/vsftpd-passive.pcap" 2> /dev/null |
        sed -n 's/.*"event_type":"ftp_session",.*"flow_id":\([0-9]*\),.*/\1/p' | sort > "$scratch/flows"
    if [ "$(wc -l < "$scratch/flows")" != 4 ] || [ -n "$(uniq -d "$scratch/flows")" ]; then
        echo "FAIL: flow ids of $words: $(cat "$scratch/flows")"
        failed=1
    fi
done
# By name, however the folder happens to keep them; those named on the command line in their own order.
mkdir -p "$scratch/order/b"
for name in m b/z b/y z a k q c; do cp "$captures/control-refused.pcap" "$scratch/order/$name.pcap"; done
checked() { "$program" check --json --fail-on never "$@" | sed -n 's/.*"event_type":"check","file":"\([^"]*\)".*/\1/p' | sed "s|$scratch/order/||" | tr '\n' ' '; }
[ "$(checked "$scratch/order")" = 'a.pcap b/y.pcap b/z.pcap c.pcap k.pcap m.pcap q.pcap z.pcap ' ] ||
    { echo "FAIL: order of a folder: $(checked "$scratch/order")"; failed=1; }
[ "$(checked "$scratch/order/q.pcap" "$scratch/order/b" "$scratch/order/a.pcap")" = 'q.pcap b/y.pcap b/z.pcap a.pcap ' ] ||
    { echo "FAIL: order of the command line: $(checked "$scratch/order/q.pcap" "$scratch/order/b" "$scratch/order/a.pcap")"; failed=1; }
# Compressed input, whole and cut, and what is no capture.
gzip -nc "$captures/passive-refused.pcap" > "$scratch/folder/refused.pcap.gz"
expect 0 'passive-refused' "$program" read -q "$scratch/folder/refused.pcap.gz"
expect 1 '^3 files' "$program" check "$scratch/folder"
head -c 700 "$scratch/folder/refused.pcap.gz" > "$scratch/cut.pcap.gz"
expect 3 'cut.pcap.gz: offset [0-9]* of what it unpacks to, after frame [1-9][0-9]*: .*the gzip data breaks off' "$program" read "$scratch/cut.pcap.gz"
echo 'a log' | gzip -nc > "$scratch/folder/some.log.gz"
expect 1 '^3 files' "$program" check "$scratch/folder"
expect 2 'some.log.gz: offset 0: not a pcap or pcapng file inside the compression of gzip' "$program" read "$scratch/folder/some.log.gz"
printf '\3757zXZ\000\000' > "$scratch/x.pcap.xz"
expect 2 'x.pcap.xz: offset 0: .*compressed with xz (unpack it first: xz -d)' "$program" read "$scratch/x.pcap.xz"
# A stream is told while it runs.
mkfifo "$scratch/feed"
"$program" read --json - < "$scratch/feed" > "$scratch/fed" &
exec 3> "$scratch/feed"
cat "$captures/vsftpd-passive.pcap" >&3
for _ in 1 2 3 4 5 6 7 8 9 10; do
    [ -s "$scratch/fed" ] && break
    sleep 0.5
done
[ -s "$scratch/fed" ] || { echo "FAIL: nothing is told before the stream ends"; failed=1; }
exec 3>&-
wait
grep -q '"event_type":"stats"' "$scratch/fed" || { echo "FAIL: the end of a stream"; failed=1; }
# Pieces of one recording.
mkdir "$scratch/pieces"
half=$(($(stat -c %s "$captures/control-timeout.pcap") / 2))
cp "$captures/vsftpd-passive.pcap" "$scratch/pieces/day.pcap"
cp "$captures/passive-refused.pcap" "$scratch/pieces/day.pcap1"
gzip -nc "$captures/control-timeout.pcap" > "$scratch/pieces/day.pcap2.gz"
expect 1 'day.pcap and 2 more files  3 sessions' "$program" check "$scratch/pieces"
expect 1 '^3 files in 1 capture: 1 FAIL' "$program" check "$scratch/pieces"
expect 1 '^3 files: 1 OK, 2 FAIL' "$program" check --separate "$scratch/pieces"
expect 1 ' frame [0-9]* of day.pcap1:' "$program" check "$scratch/pieces"
expect 1 '"files":\["[^"]*day.pcap","[^"]*day.pcap1","[^"]*day.pcap2.gz"\]' "$program" check --json "$scratch/pieces"
expect 0 'Session 3 ' "$program" read "$scratch/pieces/day.pcap2.gz" "$scratch/pieces/day.pcap" "$scratch/pieces/day.pcap1"
expect 1 '^2 files in 1 capture' "$program" check --together "$captures/passive-refused.pcap" "$captures/fxp.pcap"
expect 2 'exclude each other' "$program" check --together --separate "$captures/fxp.pcap"
head -c "$half" "$captures/control-timeout.pcap" | gzip -nc > "$scratch/pieces/day.pcap2.gz"
expect 3 'day.pcap2.gz: offset' "$program" read "$scratch/pieces/day.pcap" "$scratch/pieces/day.pcap2.gz"
# What two files have counts once.
expect 0 '"stats":{"packets":23,.*"copies":23' "$program" read --json "$captures/passive-refused.pcap" "$scratch/folder/refused.pcap.gz"
# Filters.
expect 0 'sessions   0' "$program" read --filter 'udp' "$captures/passive-refused.pcap"
expect 0 'Session 1' "$program" read -f 'tcp port 21' "$captures/passive-refused.pcap"
expect 2 'filter "tcp porrt 21": ' "$program" read -f 'tcp porrt 21' "$captures/passive-refused.pcap"
expect 2 'filter "tcp porrt 21": ' "$program" check -f 'tcp porrt 21' "$captures/passive-refused.pcap"
expect 0 'filter "wlan type data" has no meaning for link type 1 .*23 packets are left out' "$program" read -f 'wlan type data' "$captures/passive-refused.pcap"
# The packets themselves.
out="$scratch/out.pcapng"
expect 0 "^ftpscope: $out: 21 packets of 1 session\$" "$program" read -w "$out" "$captures/passive-refused.pcap"
expect 0 'passive-refused' "$program" read -q "$out"
expect 0 "$out: 0 packets of 0 sessions" "$program" read --user nobody -w "$out" "$captures/passive-refused.pcap"
expect 0 '"event_type":"stats"' "$program" read --json -w "$out" "$captures/passive-refused.pcap"
# shellcheck disable=SC2016
expect 0 'Session 1' sh -c '"$1" read -w - "$2" | "$1" read -' sh "$program" "$captures/passive-refused.pcap"
cp "$captures/passive-refused.pcap" "$scratch/mine.pcap"
expect 2 '--write names an input' "$program" read -w "$scratch/folder/../mine.pcap" "$scratch/mine.pcap"
cmp "$scratch/mine.pcap" "$captures/passive-refused.pcap" || failed=1
expect 2 'no/where/out.pcapng: No such file' "$program" read -w "$scratch/no/where/out.pcapng" "$scratch/mine.pcap"
expect 2 '/dev/full: cannot be written' "$program" read -w /dev/full "$scratch/mine.pcap"
cp "$captures/passive-refused.pcap" "$scratch/precious"
expect 2 'no-such-file: No such file' "$program" read -w "$scratch/precious" "$scratch/no-such-file"
cmp "$scratch/precious" "$captures/passive-refused.pcap" || failed=1
ln -s precious "$scratch/link"
expect 0 'link: 21 packets' "$program" read -w "$scratch/link" "$captures/passive-refused.pcap"
[ -L "$scratch/link" ] || { echo "FAIL: --write replaced a link"; failed=1; }
expect 0 'Session 1' "$program" read "$scratch/precious"
# What it replaces may be private; nothing stays of a run that is ended.
chmod 600 "$scratch/precious"
expect 0 'precious: 21 packets' "$program" read -w "$scratch/precious" "$captures/passive-refused.pcap"
[ "$(stat -c %a "$scratch/precious")" = 600 ] || { echo "FAIL: --write opens a private file"; failed=1; }
# Files of one name in several folders are told apart.
mkdir "$scratch/here" "$scratch/there"
cp "$captures/passive-refused.pcap" "$scratch/here/day.pcap"
cp "$captures/passive-timeout.pcap" "$scratch/there/day.pcap"
expect 1 ' frame [0-9]* of here/day.pcap: ' "$program" check --together "$scratch/here/day.pcap" "$scratch/there/day.pcap"
expect 2 '--write reads the input twice' "$program" read -w "$out" -
expect 2 'both want standard output' "$program" read --json -w - "$scratch/mine.pcap"
expect 2 'not with --separate' "$program" read --separate -w "$out" "$scratch/mine.pcap" "$captures/fxp.pcap"
[ -z "$(find "$scratch" -name '*.tmp')" ] || { echo "FAIL: a temporary file stays"; failed=1; }
expect 0 'data connection' "$program" explain 425
expect 0 'RFC 959' "$program" explain PASV
expect 2 'nonsense' "$program" explain nonsense
if "$program" read "$captures/vsftpd-passive.pcap" | grep -q "lab-secret"; then
    echo "FAIL: the password is shown"
    failed=1
fi
# On a terminal there is colour, unless it is not wanted.
in_pty='import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))'
escape=$(printf '\033')
colored() { # WANTED ENVIRONMENT... --: is there colour?
    wanted=$1
    shift
    env -u NO_COLOR TERM=xterm "$@" python3 -c "$in_pty" "$program" read "$captures/passive-refused.pcap" > "$scratch/out" < /dev/null
    got=no
    if grep -q "$escape" "$scratch/out"; then got=yes; fi
    [ "$got" = "$wanted" ] || { echo "FAIL: on a terminal with $*: colour $got, wanted $wanted"; failed=1; }
}
if python3 -c "import pty; pty.openpty()" 2> /dev/null; then
    colored yes A=1
    colored no NO_COLOR=1
    colored yes NO_COLOR=
    colored no TERM=dumb
else
    echo "no pseudo-terminal here: colour on a terminal is not tested"
fi
# Standard input gives the same records as the file, but for its name.
"$program" read --json - < "$captures/vsftpd-passive.pcap" > "$scratch/stdin"
"$program" read --json "$captures/vsftpd-passive.pcap" | sed "s|$captures/vsftpd-passive.pcap|-|" > "$scratch/named"
cmp -s "$scratch/stdin" "$scratch/named" || { echo "FAIL: standard input differs from the file"; failed=1; }
# A selection reads twice, which a pipe cannot give; the summary says how much was selected; --color needs no word.
mkfifo "$scratch/pipe"
expect 2 'reads the input twice' "$program" read --failed "$scratch/pipe"
expect 0 'sessions   1 of 2, the others were not selected' "$program" read --session 2 "$captures/fxp.pcap"
expect 0 'sessions   0 of 2' "$program" read --user nobody "$captures/fxp.pcap"
expect 0 "Session 1" "$program" read --path "*/rep[o]rt.*" "$captures/passive-timeout.pcap"
expect 0 "$(printf '\033')" "$program" read --color "$captures/passive-refused.pcap"
expect 0 '(1 not complete)' env COLUMNS=200 "$program" check --fail-on never "$captures/passive-timeout.pcap"
expect 0 '^Summary' "$program" read --port 2121 "$captures/passive-refused.pcap"
expect 0 '^  sessions   0' "$program" read --port 2121 "$captures/passive-refused.pcap"
for port in 0 70000 abc 21x -1 ''; do
    expect 2 '--port takes' "$program" read --port "$port" "$captures/passive-refused.pcap"
done
# Local time, also west of Greenwich, half hours and in winter; the zone is given in words that need no tables.
expect 0 '2026-11-21 10:01:07\.861 -0500, 6\.002 s' env TZ='EST5EDT,M3.2.0,M11.1.0' "$program" read "$captures/private-address.pcap"
expect 0 '2026-11-21 11:31:07\.861 -0330' env TZ='NST3:30' "$program" read "$captures/private-address.pcap"
expect 0 '2026-11-21 20:46:07\.861 +0545' env TZ='NPT-5:45' "$program" read "$captures/private-address.pcap"
expect 0 '2026-11-22 05:01:07\.861 +1400' env TZ='LINT-14' "$program" read "$captures/private-address.pcap"
expect 0 '2026-11-21 15:01:07\.861 UTC' env TZ='EST5' "$program" read --utc "$captures/private-address.pcap"
if [ -w /dev/full ]; then
    got=0
    "$program" read "$captures/passive-refused.pcap" > /dev/full 2> "$scratch/out" || got=$?
    if [ "$got" != 2 ] || ! grep -q 'cannot write' "$scratch/out"; then
        echo "FAIL: a full disk"
        failed=1
    fi
fi
# One stats record ends a run, over all its inputs.
for c in read check; do
    "$program" $c --json "$captures/vsftpd-passive.pcap" "$captures/empty-file.pcap" > "$scratch/two"
    count=$(grep -c '"event_type":"stats"' "$scratch/two")
    if [ "$count" != 1 ] || ! tail -1 "$scratch/two" | grep -q '"sessions":2'; then
        echo "FAIL: $c: stats of two files"
        failed=1
    fi
done
# A selection of everything leaves nothing out.
for name in fxp passive-refused truncated-download; do
    "$program" read --json "$captures/$name.pcap" > "$scratch/all"
    "$program" read --json --session 1,2 "$captures/$name.pcap" > "$scratch/selected"
    cmp -s "$scratch/all" "$scratch/selected" || { echo "FAIL: a selection of all sessions of $name differs"; failed=1; }
    "$program" read --utc "$captures/$name.pcap" > "$scratch/all"
    "$program" read --utc --user lab "$captures/$name.pcap" > "$scratch/selected"
    cmp -s "$scratch/all" "$scratch/selected" || { echo "FAIL: a selection of the only user of $name differs"; failed=1; }
done
# A path is matched whole: the absolute one, and the name as it was sent.
for wanted in '/shrinks.bin' 'shrinks.bin' '/s*' 's*.bin'; do
    expect 0 '^Session 1' "$program" read --path "$wanted" "$captures/truncated-download.pcap"
done
expect 0 'sessions   0 of 1' "$program" read --path 'shrinks' "$captures/truncated-download.pcap"
for wanted in '--session 1' '--user lab' '--host 203.0.113.21' '--path */report.bin' '--code 4xx'; do
    set -f
    # shellcheck disable=SC2086
    "$program" read $wanted "$captures/passive-timeout.pcap" | grep -q '^Session 1' || { echo "FAIL: $wanted shows nothing"; failed=1; }
    set +f
done
for other in '--session 2' '--user nobody' '--host 192.0.2.1' '--path */other' '--code 666'; do
    set -f
    # shellcheck disable=SC2086
    if "$program" read $other "$captures/passive-timeout.pcap" | grep -q '^Session'; then
        echo "FAIL: $other shows a session"
        failed=1
    fi
    set +f
done
exit $failed
