/* leaky.c - a plugin that loses a block, for leaks.py to find: whoever finds nothing must have looked. */
#include "module.h"

static void set_up(void)
{
    (void)g_strdup("lost on purpose");
}
