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
if grep -rnE '#include "core/' "$source/monitor" --include='*.[ch]' | grep -v 'core/ftpscope.h"'; then
    echo "monitor may include only core/ftpscope.h of core"
    failed=1
fi
if grep -rln 'pcap/pcap.h\|<pcap.h>' "$source/monitor" "$source/core" | grep -v '/monitor/input/'; then
    echo "only monitor/input may include pcap.h"
    failed=1
fi
exit $failed
