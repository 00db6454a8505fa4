/* unit.c - see unit.h. */
#include "plugin/control/unit.h"

#include "plugin/plugin.h"

struct fsc_span unit_bytes(const struct view *view, int offset)
{
    size_t n = tvb_captured_length(view->tvb) - (size_t)offset;
    return (struct fsc_span){n > 0 ? tvb_get_ptr(view->tvb, offset, (int)n) : NULL, n};
}

struct line *unit_line(const struct view *view, int offset)
{
    return view->flow != NULL && view->positioned
               ? flow_line(view->flow, view->side, view->decrypted, view->pos + (uint64_t)offset)
               : NULL;
}

/* The pipeline gave up waiting for bytes that TCP brings here. */
static bool is_more_than_read(const struct line *known, const struct fsc_line *line)
{
    return known != NULL && (known->line_flags & FSC_LINE_UNTERMINATED) != 0 &&
           (line->flags & FSC_LINE_UNTERMINATED) == 0;
}

struct fsc_span unit_shown(const struct line *known, const struct fsc_line *line)
{
    static const char hidden[] = "<hidden>"; /* nobody looked for a password in it */

    if (known == NULL || ftpscope_preferences.show_secrets)
        return line->text;
    if (is_more_than_read(known, line))
        return (struct fsc_span){(const uint8_t *)hidden, sizeof(hidden) - 1};
    return known->shown != NULL ? *known->shown : line->text;
}

/* ---- where a command or a reply ends ---- */

/* Without knowing what came before: a reply goes on while its lines do not begin with its code and a blank. */
static bool closes(struct fsc_span first, struct fsc_span text)
{
    struct fsc_reply begun, reply;

    fsc_reply_parse(first, &begun);
    fsc_reply_parse(text, &reply);
    return begun.code == 0 || (reply.code == begun.code && !reply.more);
}

static bool is_last_line(const struct line *known, struct fsc_span first, struct fsc_span text)
{
    return known != NULL ? (known->flags & FSC_NOTE_LAST) != 0 || known->code == 0 : closes(first, text);
}

static bool begins_another(const struct line *known)
{
    return known != NULL && (known->flags & FSC_NOTE_FIRST) != 0;
}

struct fsc_span unit_without_telnet(const struct view *view, const struct fsc_line *line)
{
    size_t room = line->text.n + 1;
    return fsc_telnet_strip(line->text, wmem_alloc(view->pinfo->pool, room), room);
}

static void take_first(const struct view *view, const struct fsc_line *line, struct unit *unit)
{
    unit->first_text = *line;
    if ((line->flags & FSC_LINE_TELNET) != 0)
        unit->first_text.text = unit_without_telnet(view, line);
}

void unit_measure(const struct view *view, int start, struct unit *unit)
{
    struct fsc_line line;
    struct fsc_span first = {NULL, 0};
    int at = start;
    size_t used;

    *unit = (struct unit){.start = start};
    while ((used = fsc_line_next(unit_bytes(view, at), false, &line)) != 0) {
        struct line *known = unit_line(view, at);
        if (at == start) {
            unit->first = known;
            take_first(view, &line, unit);
            first = line.text;
        } else if (begins_another(known)) {
            unit->whole = true; /* the server never ended it */
            break;
        }
        unit->last = known;
        unit->lines++;
        unit->hides = unit->hides || unit_shown(known, &line).p != line.text.p;
        at += (int)used;
        if (!view->from_server || is_last_line(known, first, line.text) || at - start >= UNIT_MAX) {
            unit->whole = true;
            break;
        }
    }
    unit->length = at - start;
}

void unit_measure_rest(const struct view *view, int start, struct unit *unit)
{
    struct fsc_span rest = unit_bytes(view, start);
    struct fsc_line line;

    (void)fsc_line_next(rest, true, &line);
    *unit = (struct unit){.start = start, .length = (int)rest.n};
    take_first(view, &line, unit);
    unit->first = unit->last = unit_line(view, start);
    unit->whole = true;
}
