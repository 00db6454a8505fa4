/* display.c - the screens come with monitor/tui. */
#include "monitor/live/display.h"
struct display *display_open(const struct live_settings *s, struct keeper *k, char **m)
{
    (void)s;
    (void)k;
    *m = g_strdup("no screen yet: --plain");
    return NULL;
}
void display_start(struct display *d, struct tee *t)
{
    (void)d;
    (void)t;
}
struct model *display_model(const struct display *d)
{
    (void)d;
    return NULL;
}
int display_done(const struct display *d)
{
    (void)d;
    return -1;
}
void display_suspend(struct display *d)
{
    (void)d;
}
void display_resume(struct display *d)
{
    (void)d;
}
void display_resized(struct display *d)
{
    (void)d;
}
void display_restore(void)
{
}
void display_close(struct display **d)
{
    *d = NULL;
}
