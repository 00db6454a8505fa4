/* tap.c - see tap.h. */
#include "plugin/tools/tap.h"

#include <string.h>

#include "plugin/info.h"
#include "plugin/plugin.h"

static int events_tap = -1, follow_tap = -1;

/* TCP may hand a repeated segment on, if preferences say so. */
static bool is_first_time(const packet_info *pinfo, struct line *line)
{
    if (line->tapped_in == 0)
        line->tapped_in = pinfo->num;
    return line->tapped_in == pinfo->num;
}

static void tap_event(packet_info *pinfo, enum tap_kind kind, const struct line *line)
{
    struct tap_event *event = wmem_new0(pinfo->pool, struct tap_event);

    event->kind = kind;
    event->exchange = line->exchange;
    event->line = line;
    event->latency_ns = kind == TAP_REPLY && line == line->exchange->first_answer ? line->exchange->latency_ns : -1;
    tap_queue_packet(events_tap, pinfo, event);
}

/* As the wire has it, but for passwords. */
static tvbuff_t *text_of(packet_info *pinfo, const struct builtin_unit *unit)
{
    char *words = unit->from_server ? NULL : info_without_secret(pinfo, unit->text, unit->first);

    if (words == NULL)
        return tvb_new_subset_length(unit->tvb, unit->start, unit->length);
    words = wmem_strdup_printf(pinfo->pool, "%s\r\n", words);
    guint length = (guint)strlen(words);
    return tvb_new_child_real_data(unit->tvb, (const guint8 *)words, length, (gint)length);
}

static void tap_text(packet_info *pinfo, const struct builtin_unit *unit, tvbuff_t *instead)
{
    struct tap_text *text = wmem_new(pinfo->pool, struct tap_text);

    *text = (struct tap_text){instead != NULL ? instead : text_of(pinfo, unit), unit->from_server};
    tap_queue_packet(follow_tap, pinfo, text);
}

void tap_control(packet_info *pinfo, const struct builtin_unit *unit, tvbuff_t *instead)
{
    struct line *line = unit->from_server ? unit->last : unit->first;

    if (line != NULL && !is_first_time(pinfo, line))
        return;
    if (have_tap_listener(follow_tap))
        tap_text(pinfo, unit, instead);
    bool decides = !unit->from_server || (line != NULL && (line->flags & FSC_NOTE_LAST) != 0);
    if (line != NULL && line->exchange != NULL && decides && have_tap_listener(events_tap))
        tap_event(pinfo, unit->from_server ? TAP_REPLY : TAP_COMMAND, line);
}

void tap_transfers(const struct store *store, packet_info *pinfo, unsigned first)
{
    if (!have_tap_listener(events_tap))
        return;
    for (unsigned i = first; i < store_results(store); i++) {
        const struct transfer_result *result = store_result(store, i);
        struct tap_event *event = wmem_new0(pinfo->pool, struct tap_event);
        if (result->known_frame != pinfo->num)
            return;
        *event = (struct tap_event){.kind = TAP_TRANSFER, .exchange = result->exchange, .transfer = result};
        event->latency_ns = -1;
        tap_queue_packet(events_tap, pinfo, event);
    }
}

tap_packet_status tap_ignore(void *listener, packet_info *pinfo, epan_dissect_t *edt, const void *data,
                             tap_flags_t flags)
{
    (void)listener;
    (void)pinfo;
    (void)edt;
    (void)data;
    (void)flags;
    return TAP_PACKET_DONT_REDRAW;
}

void tap_register(void)
{
    events_tap = register_tap(TAP_EVENTS);
    follow_tap = register_tap(TAP_FOLLOW);
}
