/* builtin.c - see builtin.h: control connections. */
#include "plugin/builtin/builtin.h"

#include <epan/column-info.h>

#include <string.h>

#include "plugin/builtin/builtin_fields.h"
#include "plugin/plugin.h"

static dissector_handle_t ftp_handle;
static protocol_t *protocol;

/* ---- what it may see ---- */

static bool is_change_of_folder(enum fsc_verb verb)
{
    return verb == FSC_VERB_CWD || verb == FSC_VERB_XCWD || verb == FSC_VERB_CDUP || verb == FSC_VERB_XCUP;
}

static bool is_transfer(enum fsc_verb verb)
{
    return fsc_verb_info(verb)->flow != FSC_FLOW_NONE;
}

static bool is_setup(enum fsc_verb verb)
{
    return (fsc_verb_info(verb)->traits & (FSC_TRAIT_PASSIVE | FSC_TRAIT_ACTIVE)) != 0;
}

/* It compares only as many letters as the word has. */
static bool is_beginning(struct fsc_span word)
{
    static const char *const words[] = {"PORT", "EPRT", "USER", "PASS"};

    for (size_t i = 0; i < array_length(words); i++)
        if (word.n > 0 && word.n < strlen(words[i]) && memcmp(word.p, words[i], word.n) == 0)
            return true;
    return false;
}

static bool has_small_letters(struct fsc_span word)
{
    for (size_t i = 0; i < word.n; i++)
        if (g_ascii_islower((gchar)word.p[i]))
            return true;
    return false;
}

/* Mostly the pipeline has taken it apart already. */
static struct fsc_command command_of(const struct builtin_unit *unit)
{
    const struct exchange *exchange = unit->first->exchange;
    struct fsc_command command = {0};

    if (exchange == NULL) {
        fsc_command_parse(unit->text, &command);
    } else {
        command.verb = exchange->verb;
        command.verb_text = exchange->verb_text;
        command.arg = exchange->argument;
    }
    return command;
}

enum { DEEPEST = 4096 };

/* It puts the folders together, and keeps the whole path with every packet: more than a path may have would take
 * memory with the square of their number. */
static bool is_too_deep(struct session *session, struct fsc_span folder)
{
    if (folder.n > 0 && folder.p[0] == '/')
        session->folder_bytes = 0;
    session->folder_bytes = (uint32_t)MIN(session->folder_bytes + folder.n + 1, UINT32_MAX);
    return session->folder_bytes > DEEPEST;
}

/* Can a 257 tell it? */
static bool is_tellable(struct fsc_span path)
{
    struct fsc_span folder = builtin_fields_folder(path);
    return folder.n > 0 && memchr(folder.p, '"', folder.n) == NULL;
}

/* It takes CWD between PASV and the transfer command for what the data connection brings. */
static bool is_skipped_folder(const struct line *line, bool waits)
{
    return waits && is_change_of_folder(line->verb) && line->exchange != NULL && is_tellable(line->path);
}

static void note_asked(struct session *session, const struct exchange *folder, uint32_t untold_in)
{
    session->folder_asked = folder;
    session->folder_asked_in = untold_in;
}

static bool asks(const struct session *session)
{
    return session->folder_asked != NULL || session->folder_asked_in != 0;
}

static void note_answered(struct session *session)
{
    session->folder_frame =
        session->folder_asked != NULL ? session->folder_asked->command_frame : session->folder_asked_in;
    note_asked(session, NULL, 0);
}

/* Is it this CWD that it would take a 250 for? */
static bool has_asked(const struct session *session, const struct exchange *exchange)
{
    return session->folder_asked != NULL ? session->folder_asked == exchange
                                         : exchange != NULL && session->folder_asked_in == exchange->command_frame;
}

static enum builtin_way way_of_command(const struct builtin_unit *unit)
{
    struct session *session = unit->session;
    struct fsc_command command = command_of(unit);

    bool waits = session->setup_waits;
    if (is_transfer(command.verb))
        session->setup_waits = false;
    else if (is_setup(command.verb))
        session->setup_waits = true;
    if (is_beginning(command.verb_text) || (unit->line_flags & FSC_LINE_TELNET) != 0 ||
        (unit->first->flags & FSC_NOTE_EXPECT_BAD) != 0)
        return BUILTIN_WAY_OURS;
    if (waits && !is_transfer(command.verb) && !is_setup(command.verb) && !is_change_of_folder(command.verb))
        return BUILTIN_WAY_OURS;
    if (is_skipped_folder(unit->first, waits))
        return BUILTIN_WAY_OURS;
    unit->first->taken_for_transfer = waits && !is_transfer(command.verb) && !is_setup(command.verb);
    note_asked(session, NULL, 0);
    if (is_change_of_folder(command.verb) && is_too_deep(session, command.arg))
        return BUILTIN_WAY_OURS;
    if (is_change_of_folder(command.verb))
        note_asked(session, unit->first->exchange, unit->first->frame);
    if (is_transfer(command.verb)) /* in any letters: what it says of the transfer, it says of this line */
        return BUILTIN_WAY_WHOLE;
    if (has_small_letters(command.verb_text) || command.verb == FSC_VERB_XCWD || command.verb == FSC_VERB_XCUP)
        return BUILTIN_WAY_OTHER_WORDS;
    return BUILTIN_WAY_WHOLE;
}

/* It takes every one for the answer of the CWD that it saw last. */
static enum builtin_way way_of_250(struct session *session, const struct line *line)
{
    if (asks(session) && has_asked(session, line->exchange)) {
        note_answered(session);
        return BUILTIN_WAY_WHOLE;
    }
    if (!is_change_of_folder(line->verb))
        return asks(session) ? BUILTIN_WAY_OURS : BUILTIN_WAY_WHOLE;
    session->folder_frame = line->exchange != NULL ? line->exchange->command_frame : 0;
    session->folder_bytes = (uint32_t)MIN(line->path.n, UINT32_MAX);
    return is_tellable(line->path) && line->path.n <= DEEPEST ? BUILTIN_WAY_FOLDER : BUILTIN_WAY_OURS;
}

/* One that comes late may be older than the last change of folder. */
static bool tells_folder(const struct session *session, const struct line *line)
{
    bool by_verb = line->verb == FSC_VERB_NONE || line->verb == FSC_VERB_PWD || line->verb == FSC_VERB_XPWD;
    return by_verb && (line->exchange == NULL || line->exchange->command_frame == 0 ||
                       line->exchange->command_frame >= session->folder_frame);
}

static enum builtin_way way_of_reply(const struct builtin_unit *unit)
{
    const struct line *last = unit->last;
    struct fsc_reply reply;

    fsc_reply_parse(unit->text, &reply);
    if ((reply.flags & FSC_REPLY_ILLEGAL) != 0 || (last->flags & FSC_NOTE_EXPECT_BAD) != 0 ||
        (unit->line_flags & FSC_LINE_TELNET) != 0)
        return BUILTIN_WAY_OURS;
    if (reply.code == 257 && !tells_folder(unit->session, last))
        return BUILTIN_WAY_OURS;
    if (reply.code == 257)
        unit->session->folder_bytes = 0;
    return reply.code == 250 ? way_of_250(unit->session, last) : BUILTIN_WAY_WHOLE;
}

/* By what came before it; what the first pass did not show has nothing before it, and of what it showed before the
 * pipeline told of it nothing was known. */
static enum builtin_way find_way(const packet_info *pinfo, const struct builtin_unit *unit)
{
    if (!PINFO_FD_VISITED(pinfo))
        return unit->from_server ? way_of_reply(unit) : way_of_command(unit);
    if (!unit->late)
        return BUILTIN_WAY_WHOLE;
    struct session begun = {.number = 0};
    struct builtin_unit first = *unit;
    first.session = &begun;
    enum builtin_way way = unit->from_server ? way_of_reply(&first) : way_of_command(&first);
    return way == BUILTIN_WAY_WHOLE ? BUILTIN_WAY_LATE : way;
}

/* The pipeline tells of it later, as it waits for bytes that are missing. */
static void note_untold(const packet_info *pinfo, const struct builtin_unit *unit)
{
    struct fsc_command command;
    struct fsc_reply reply;

    if (PINFO_FD_VISITED(pinfo) || unit->session == NULL)
        return;
    if (unit->from_server) {
        fsc_reply_parse(unit->text, &reply);
        if (reply.code == 250 && asks(unit->session))
            note_answered(unit->session);
    } else {
        fsc_command_parse(unit->text, &command);
        note_asked(unit->session, NULL, is_change_of_folder(command.verb) ? pinfo->num : 0);
    }
}

/* Decided when the line is dissected first, and the same ever after. */
static enum builtin_way way_of(const packet_info *pinfo, const struct builtin_unit *unit)
{
    if (unit->session == NULL || unit->first == NULL || unit->last == NULL) {
        note_untold(pinfo, unit);
        return BUILTIN_WAY_WHOLE;
    }
    if (unit->first->way == BUILTIN_WAY_OPEN)
        unit->first->way = (uint8_t)find_way(pinfo, unit);
    return (enum builtin_way)unit->first->way;
}

/* ---- calling it ---- */

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
    struct fsc_span path = builtin_fields_folder(unit->last->path);
    char *line = wmem_strdup_printf(pinfo->pool, "257 \"%.*s\"\r\n", (int)path.n, (const char *)path.p);
    guint length = (guint)strlen(line);

    call(pinfo, NULL, tvb_new_child_real_data(unit->tvb, (const guint8 *)line, length, (gint)length), unit);
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
    return is_active_setup(line->verb) || is_transfer(line->verb);
}

static bool is_transfer_command(const struct builtin_unit *unit)
{
    const struct exchange *exchange = !unit->from_server && unit->first != NULL ? unit->first->exchange : NULL;
    return exchange != NULL && is_transfer(exchange->verb);
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

/* It has each line with the folder as that line leaves it. */
static struct fsc_span folder_behind(const struct builtin_unit *unit, enum builtin_way way)
{
    static const struct fsc_span none = {NULL, 0};
    return way == BUILTIN_WAY_FOLDER ? unit->last->path : unit->first != NULL ? unit->first->cwd : none;
}

static void show_fields(const packet_info *pinfo, proto_tree *tree, const struct builtin_unit *unit)
{
    builtin_fields_of_line(tree, unit);
    if (PINFO_FD_VISITED(pinfo) && is_transfer_command(unit))
        builtin_fields_of_transfer(tree, unit->tvb, unit->first->exchange);
}

void builtin_show_control(packet_info *pinfo, proto_tree *tree, const struct builtin_unit *unit)
{
    enum builtin_way way = way_of(pinfo, unit);

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
