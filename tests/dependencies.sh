#!/bin/sh
# usage: dependencies.sh SOURCE_FOLDER CORE_LIBRARY: the rules of ARCHITECTURE.md about who may use what.
set -eu
source=$1
library=$2
failed=0

# bcmp: clang's word for a memcmp of which only equality is asked. __udivdi3 and the like: 64-bit division of 32-bit machines.
allowed='memcpy|memmove|memset|memcmp|bcmp|memchr|strlen|strcmp|strncmp|__assert_fail|__memcpy_chk|__memmove_chk|__memset_chk|__stack_chk_fail|__stack_chk_fail_local|__u?(div|mod)di3|_GLOBAL_OFFSET_TABLE_'
defined=$(nm --defined-only "$library" 2>/dev/null | awk 'NF == 3 {print $3}' | sort -u)
foreign=$(nm --undefined-only "$library" 2>/dev/null | awk '$1 == "U" {print $2}' | sort -u | grep -Ev "^($allowed)\$" || true)
for symbol in $foreign; do
    echo "$defined" | grep -qx "$symbol" || { echo "core uses $symbol"; failed=1; }
done
# refuse MESSAGE ALLOWED GREP...: nothing but ALLOWED may be found.
refuse()
{
    message=$1
    allowed=$2
    shift 2
    found=$("$@" | grep -v "$allowed" || true)
    [ -z "$found" ] || { echo "$found"; echo "$message"; failed=1; }
}

cd "$source"
includes="grep -rnE --include=*.[ch]"
# shellcheck disable=SC2086
{
    refuse "only core may include more of core" 'core/ftpscope\.h"' $includes '#include "core/' net pipeline monitor plugin
    refuse "only net may include more of net" 'net/net\.h"' $includes '#include "net/' pipeline monitor plugin
    refuse "internal.h is the pipeline's" '^$' $includes '#include "pipeline/internal' monitor plugin
    refuse "core and net know nobody above them" '^$' $includes '#include "(pipeline|monitor|plugin)/' core net
    refuse "the pipeline knows nobody above it" '^$' $includes '#include "(monitor|plugin)/' pipeline
    refuse "the plugin knows nothing of the monitor" '^$' $includes '#include "monitor/' plugin
    refuse "only monitor/input may include pcap.h" '^monitor/input/' $includes '[<"]pcap(/pcap)?\.h' core net pipeline monitor plugin
    refuse "only monitor/sandbox may include libseccomp and libcap-ng" '^monitor/sandbox/' $includes '<(seccomp|cap-ng)\.h>' core net pipeline monitor plugin
    refuse "only plugin may include epan" '^$' $includes '<(epan|wsutil|wiretap)/' core net pipeline monitor
}
exit $failed
