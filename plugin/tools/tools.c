/* tools.c - see tools.h. */
#include "plugin/tools/tools.h"

#include "plugin/store/store.h"
#include "plugin/tools/objects.h"

const char *tools_verb(unsigned verb)
{
    return verb == FSC_VERB_NONE || verb == FSC_VERB_UNKNOWN ? "(other)" : fsc_verb_info((enum fsc_verb)verb)->name;
}

void tools_register(void)
{
    statistics_register();
    transfer_table_register();
    response_times_register();
    session_filter_register();
    objects_register();
}

void tools_handoff(void)
{
    follow_handoff();
}
