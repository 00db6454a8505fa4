/* builtin.c - see builtin.h: control connections. */
#include "plugin/builtin/builtin.h"

#include <epan/column-info.h>

#include <string.h>

#include "plugin/builtin/builtin_fields.h"
#include "plugin/builtin/ways.h"
#include "plugin/plugin.h"

static dissector_handle_t ftp_handle;
static protocol_t *protocol;

/* It finds out who speaks by this number, and writes a column that is ours. What it cannot read must not keep us from
 * the next line; and one layer of the packet is enough for all lines: epan stops at some hundred. */
/* NOLINTNEXTLINE(readability-function-size): epan's TRY is a macro of several loops */
static void call(packet_info *pinfo, proto_tree *tree, tvbuff_t *lines, const struct builtin_unit *unit)
{
    guint32 match = pinfo->match_uint;
    gboolean columns = col_get_writable(pinfo->cinfo, COL_INFO);
    guint layers = wmem_list_count(pinfo->layers);

    pinfo->match_uint = unit->server_port;
    col_set_writable(pinfo->cinfo, COL_INFO, FALSE);
    TRY
    {
        call_dissector_only(ftp_handle, lines, pinfo, tree, NULL);
    }
    CATCH_NONFATAL_ERRORS
    {
        show_exception(lines, pinfo, tree, EXCEPT_CODE, GET_MESSAGE);
    }
    ENDTRY;
    col_set_writable(pinfo->cinfo, COL_INFO, columns);
    pinfo->match_uint = match;
    if (unit->start > 0)
        builtin_cut_layers(pinfo, layers);
}

/* The command as it would have to be written to be understood, in a buffer of its own: nothing of it is shown. */
static void call_with_other_words(packet_info *pinfo, const struct builtin_unit *unit)
{
    struct fsc_command command;

    fsc_command_parse(unit->text, &command);
    const char *verb = command.verb == FSC_VERB_XCWD     ? "CWD"
                       : command.verb == FSC_VERB_XCUP   ? "CDUP"
                       : command.verb > FSC_VERB_UNKNOWN ? fsc_verb_info(command.verb)->name
                                                         : "";
    char *line = wmem_strdup_printf(pinfo->pool, "%s%s%.*s\r\n", verb, command.arg.n > 0 ? " " : "", (int)command.arg.n,
                                    (const char *)command.arg.p);
    guint length = (guint)strlen(line);
    call(pinfo, NULL, tvb_new_child_real_data(unit->tvb, (const guint8 *)line, length, (gint)length), unit);
}

/* What came of a CWD that it did not see. */
static void call_with_folder(packet_info *pinfo, const struct builtin_unit *unit)
{
    struct fsc_span path = builtin_fields_folder(builtin_folder_behind(unit->last));
    wmem_strbuf_t *line = wmem_strbuf_new(pinfo->pool, "257 \"");

    for (size_t i = 0; i < path.n; i++) {
        if (path.p[i] == '"') /* doubled (RFC 959, appendix II) */
            wmem_strbuf_append_c(line, '"');
        wmem_strbuf_append_c(line, (char)path.p[i]);
    }
    wmem_strbuf_append(line, "\"\r\n");
    guint length = (guint)wmem_strbuf_get_len(line);
    const guint8 *bytes = (const guint8 *)wmem_strbuf_get_str(line);
    call(pinfo, NULL, tvb_new_child_real_data(unit->tvb, bytes, length, (gint)length), unit);
}

bool builtin_is_seen(const packet_info *pinfo, const proto_tree *tree)
{
    return tree != NULL || pinfo->cinfo == NULL || pinfo->cinfo->col_first[COL_EXPERT] >= 0 ||
           tap_listeners_require_dissection();
}

static bool is_active_setup(enum fsc_verb verb)
{
    return (fsc_verb_info(verb)->traits & FSC_TRAIT_ACTIVE) != 0;
}

/* It sets up TLS and data connections, these by PORT and by the code of a reply alone: also those that the pipeline
 * forgets, or leaves to who says what a port is. What we know nothing of is left to it. */
static bool tells_of_other_packets(const struct builtin_unit *unit)
{
    const struct line *line = unit->from_server ? unit->last : unit->first;

    if (line == NULL || line->verb == FSC_VERB_AUTH)
        return true;
    if (unit->from_server)
        return (line->code >= 227 && line->code <= 229) || line->code == 234;
    return is_active_setup(line->verb) || builtin_is_transfer(line->verb);
}

static bool is_transfer_command(const struct builtin_unit *unit)
{
    const struct exchange *exchange = !unit->from_server && unit->first != NULL ? unit->first->exchange : NULL;
    return exchange != NULL && builtin_is_transfer(exchange->verb);
}

static bool is_alone(const struct builtin_unit *unit)
{
    return unit->start == 0 && unit->length == (int)tvb_captured_length(unit->tvb);
}

/* In later passes it says of each command of a frame what became of the last transfer that the frame asked for; of
 * commands behind PASV what the transfer became that came later; and that there were no data where it did not await the
 * connection (EPRT, behind NAT, from another port). */
static bool would_miscount(const packet_info *pinfo, const struct builtin_unit *unit)
{
    if (!PINFO_FD_VISITED(pinfo) || unit->from_server || unit->first == NULL)
        return false;
    return is_transfer_command(unit) || unit->first->taken_for_transfer ||
           (!is_alone(unit) && !is_active_setup(unit->first->verb));
}

/* It has each line with the folder as that line leaves it. The line is one that the pipeline has told. */
static struct fsc_span folder_behind(const struct builtin_unit *unit, enum builtin_way way)
{
    return way == BUILTIN_WAY_FOLDER ? builtin_folder_behind(unit->last) : unit->first->cwd;
}

static void show_fields(const packet_info *pinfo, proto_tree *tree, const struct builtin_unit *unit)
{
    builtin_fields_of_line(tree, unit);
    if (PINFO_FD_VISITED(pinfo) && is_transfer_command(unit))
        builtin_fields_of_transfer(tree, unit->tvb, unit->first->exchange);
}

void builtin_show_control(packet_info *pinfo, proto_tree *tree, const struct builtin_unit *unit)
{
    enum builtin_way way = builtin_way_of(pinfo, unit);

    if (!proto_is_protocol_enabled(protocol) || (!builtin_is_seen(pinfo, tree) && !tells_of_other_packets(unit)))
        return;
    bool whole = way == BUILTIN_WAY_WHOLE || way == BUILTIN_WAY_LATE;
    bool ours = way != BUILTIN_WAY_WHOLE || would_miscount(pinfo, unit);

    if (whole)
        call(pinfo, ours ? NULL : tree, tvb_new_subset_length(unit->tvb, unit->start, unit->length), unit);
    else if (way == BUILTIN_WAY_OTHER_WORDS)
        call_with_other_words(pinfo, unit);
    else if (way == BUILTIN_WAY_FOLDER)
        call_with_folder(pinfo, unit);
    if (tree == NULL)
        return;
    if (ours)
        show_fields(pinfo, tree, unit);
    if (ours && unit->first != NULL)
        builtin_fields_of_folder(tree, unit, folder_behind(unit, way));
    if (unit->from_server)
        builtin_fields_of_more_lines(tree, unit);
}

/* Port 21 is ours; with our protocol disabled it is as it was. */
static epan_bool dissect_instead(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    enum { PORT_FTP = 21 };

    if (ftpscope_enabled() || (pinfo->srcport != PORT_FTP && pinfo->destport != PORT_FTP))
        return FALSE;
    guint layers = wmem_list_count(pinfo->layers); /* FTP's is there already */

    pinfo->match_uint = PORT_FTP;
    bool taken = call_dissector_only(ftp_handle, tvb, pinfo, tree, data) > 0;
    builtin_cut_layers(pinfo, layers);
    return taken;
}

void builtin_handoff(void)
{
    ftp_handle = find_dissector("ftp");
    protocol = find_protocol_by_id(proto_get_id_by_filter_name("ftp"));
    if (ftp_handle != NULL)
        heur_dissector_add("tcp", dissect_instead, "FTP without ftpscope", "ftpscope_disabled",
                           proto_get_id_by_filter_name("ftp"), HEURISTIC_ENABLE);
    builtin_fields_handoff();
}
