/* builtin_fields.c - see builtin_fields.h. */
#include "plugin/builtin/builtin_fields.h"

#include <string.h>

#include "plugin/fields.h"
#include "plugin/info.h"
#include "plugin/packets.h"
#include "plugin/plugin.h"

enum foreign {
    FOREIGN_REQUEST,
    FOREIGN_RESPONSE,
    FOREIGN_COMMAND,
    FOREIGN_ARGUMENT,
    FOREIGN_CODE,
    FOREIGN_TEXT,
    FOREIGN_CWD,
    FOREIGN_COUNT_FRAMES,
    FOREIGN_COUNT_BYTES,
    FOREIGN_COUNT_FIRST,
    FOREIGN_COUNT_LAST,
    FOREIGN_COUNT_DURATION,
    FOREIGN_COUNT_RATE,
    FOREIGN_SETUP_FRAME,
    FOREIGN_DATA_SETUP_FRAME,
    FOREIGN_DATA_METHOD,
    FOREIGN_DATA_COMMAND,
    FOREIGN_DATA_COMMAND_FRAME,
    FOREIGN_DATA_CWD,
    FOREIGN_COUNT
};

static const char *const names[FOREIGN_COUNT] = {
    [FOREIGN_REQUEST] = "ftp.request",
    [FOREIGN_RESPONSE] = "ftp.response",
    [FOREIGN_COMMAND] = "ftp.request.command",
    [FOREIGN_ARGUMENT] = "ftp.request.arg",
    [FOREIGN_CODE] = "ftp.response.code",
    [FOREIGN_TEXT] = "ftp.response.arg",
    [FOREIGN_CWD] = "ftp.current-working-directory",
    [FOREIGN_COUNT_FRAMES] = "ftp.command-response.frames",
    [FOREIGN_COUNT_BYTES] = "ftp.command-response.bytes",
    [FOREIGN_COUNT_FIRST] = "ftp.command-response.first-frame-num",
    [FOREIGN_COUNT_LAST] = "ftp.command-response.last-frame-num",
    [FOREIGN_COUNT_DURATION] = "ftp.command-response.duration",
    [FOREIGN_COUNT_RATE] = "ftp.command-response.bitrate",
    [FOREIGN_SETUP_FRAME] = "ftp.setup-frame",
    [FOREIGN_DATA_SETUP_FRAME] = "ftp-data.setup-frame",
    [FOREIGN_DATA_METHOD] = "ftp-data.setup-method",
    [FOREIGN_DATA_COMMAND] = "ftp-data.command",
    [FOREIGN_DATA_COMMAND_FRAME] = "ftp-data.command-frame",
    [FOREIGN_DATA_CWD] = "ftp-data.current-working-directory",
};

static int hf[FOREIGN_COUNT], proto_ftp = -1, proto_ftp_data = -1;
static protocol_t *protocol_ftp_data;
static int export_tap; /* 0: none */
static dissector_handle_t data_handle, text_handle;

void builtin_fields_handoff(void)
{
    for (int i = 0; i < FOREIGN_COUNT; i++)
        hf[i] = proto_registrar_get_id_byname(names[i]);
    proto_ftp = proto_get_id_by_filter_name("ftp");
    proto_ftp_data = proto_get_id_by_filter_name("ftp-data");
    protocol_ftp_data = find_protocol_by_id(proto_ftp_data);
    export_tap = find_tap_id("ftp-data_eo");
    data_handle = find_dissector("ftp-data");
    text_handle = find_dissector("data-text-lines");
}

static proto_item *add_text(proto_tree *tree, enum foreign field, tvbuff_t *tvb, int start, int length,
                            struct fsc_span text)
{
    if (hf[field] < 0 || text.n == 0)
        return NULL;
    return fields_add_text(tree, hf[field], tvb, start, length, text);
}

static void add_words(proto_tree *tree, enum foreign field, tvbuff_t *tvb, const char *words)
{
    if (hf[field] >= 0)
        proto_item_set_generated(proto_tree_add_string(tree, hf[field], tvb, 0, 0, words));
}

/* The transfer command as it was written. Mostly that is what the column says, but for what is escaped there. */
static void add_command(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, struct flow *flow,
                        const struct exchange *command)
{
    struct fsc_span verb = command->verb_text, argument = command->argument;
    const char *words = info_of_flow(pinfo, flow);

    if (hf[FOREIGN_DATA_COMMAND] < 0)
        return;
    if (strlen(words) == verb.n + (argument.n > 0 ? argument.n + 1 : 0)) {
        add_words(tree, FOREIGN_DATA_COMMAND, tvb, words);
        return;
    }
    GByteArray *line = g_byte_array_new();
    g_byte_array_append(line, verb.p, (guint)verb.n);
    g_byte_array_append(line, (const guint8 *)" ", 1);
    g_byte_array_append(line, argument.p, (guint)argument.n);
    proto_item_set_generated(
        fields_add_text(tree, hf[FOREIGN_DATA_COMMAND], tvb, 0, 0, (struct fsc_span){line->data, line->len}));
    g_byte_array_free(line, TRUE);
}

static void add_frame(proto_tree *tree, enum foreign field, tvbuff_t *tvb, uint32_t frame)
{
    if (hf[field] >= 0 && frame != 0)
        proto_item_set_generated(proto_tree_add_uint(tree, hf[field], tvb, 0, 0, frame));
}

static void add_hidden_flag(proto_tree *tree, enum foreign field, tvbuff_t *tvb, bool set)
{
    if (hf[field] >= 0)
        proto_item_set_hidden(proto_tree_add_boolean(tree, hf[field], tvb, 0, 0, set));
}

struct fsc_span builtin_fields_folder(struct fsc_span path)
{
    size_t unknown = path.n > 0 && path.p[0] == '?' ? MIN(path.n, 2) : 0; /* "?" or "?/" */
    return (struct fsc_span){path.n > 0 ? path.p + unknown : NULL, path.n - unknown};
}

static void add_directory(proto_tree *tree, enum foreign field, tvbuff_t *tvb, struct fsc_span cwd)
{
    if (hf[field] >= 0)
        proto_item_set_generated(fields_add_text(tree, hf[field], tvb, 0, 0, builtin_fields_folder(cwd)));
}

/* ---- control connections ---- */

static void add_number(proto_tree *tree, enum foreign field, tvbuff_t *tvb, uint64_t number)
{
    if (hf[field] >= 0)
        proto_item_set_generated(proto_tree_add_uint(tree, hf[field], tvb, 0, 0, (guint32)MIN(number, UINT32_MAX)));
}

/* Rounded as there: up, and where the second changes towards it. */
static int64_t milliseconds(int64_t from_ns, int64_t to_ns)
{
    static const int64_t second = 1000000000, millisecond = 1000000;
    int64_t rest = to_ns % second - from_ns % second;

    return (to_ns / second - from_ns / second) * 1000 + (rest + millisecond / 2) / millisecond;
}

/* As it counts itself: what lasted less than a millisecond has no rate. */
void builtin_fields_of_transfer(proto_tree *tree, tvbuff_t *tvb, const struct exchange *exchange)
{
    static const struct data_count none = {.frames = 0};
    const struct data_count *count = exchange->counted != NULL ? exchange->counted : &none;
    const struct exchange *setup = session_exchange(exchange->session, exchange->setup_tx);
    bool used = count->frames > 0 && setup != NULL && setup->announcement != NULL;
    uint64_t duration = (uint64_t)milliseconds(count->first_ns, count->last_ns);

    add_number(tree, FOREIGN_COUNT_FRAMES, tvb, count->frames);
    add_number(tree, FOREIGN_COUNT_BYTES, tvb, count->bytes);
    add_number(tree, FOREIGN_COUNT_FIRST, tvb, count->first);
    add_number(tree, FOREIGN_COUNT_LAST, tvb, count->last);
    if (count->frames > 1) {
        add_number(tree, FOREIGN_COUNT_DURATION, tvb, duration);
        add_number(tree, FOREIGN_COUNT_RATE, tvb, duration > 0 ? 8 * count->bytes / duration : 0);
    }
    add_number(tree, FOREIGN_SETUP_FRAME, tvb, used ? setup->announcement->frame : 0);
}

void builtin_fields_of_folder(proto_tree *tree, const struct builtin_unit *unit, struct fsc_span folder)
{
    add_directory(tree, FOREIGN_CWD, unit->tvb, folder);
}

/* As it reads an argument. */
static struct fsc_span without_leading_blanks(struct fsc_span text)
{
    if (BUILTIN_KEEPS_BLANKS)
        return text;
    while (text.n > 0 && text.p[0] == ' ') {
        text.p++;
        text.n--;
    }
    return text;
}

void builtin_fields_of_line(proto_tree *tree, const struct builtin_unit *unit)
{
    proto_item *item = proto_tree_add_item(tree, proto_ftp, unit->tvb, unit->start, unit->length, ENC_NA);
    proto_tree *branch = proto_item_add_subtree(item, fields_tree());
    struct fsc_command command;
    struct fsc_reply reply;

    add_hidden_flag(branch, FOREIGN_REQUEST, unit->tvb, !unit->from_server);
    add_hidden_flag(branch, FOREIGN_RESPONSE, unit->tvb, unit->from_server);
    if (unit->from_server) {
        fsc_reply_parse(unit->text, &reply);
        if (reply.code != 0 && hf[FOREIGN_CODE] >= 0)
            proto_tree_add_uint(branch, hf[FOREIGN_CODE], unit->tvb, unit->start, 3, reply.code);
        add_text(branch, FOREIGN_TEXT, unit->tvb, unit->start, unit->length, reply.code != 0 ? reply.text : unit->text);
    } else {
        fsc_command_parse(unit->text, &command);
        command.arg = without_leading_blanks(command.arg);
        add_text(branch, FOREIGN_COMMAND, unit->tvb, unit->start, (int)command.verb_text.n, command.verb_text);
        add_text(branch, FOREIGN_ARGUMENT, unit->tvb, unit->start, unit->length, command.arg);
    }
}

void builtin_fields_of_more_lines(proto_tree *tree, const struct builtin_unit *unit)
{
    struct fsc_span all = {tvb_get_ptr(unit->tvb, unit->start, unit->length), (size_t)unit->length};
    struct fsc_line line;
    struct fsc_reply reply;
    size_t used, at = fsc_line_next(all, true, &line);

    for (; at < all.n; at += used) {
        used = fsc_line_next((struct fsc_span){all.p + at, all.n - at}, true, &line);
        fsc_reply_parse(line.text, &reply);
        struct fsc_span text = reply.code != 0 ? reply.text : line.text;
        proto_item *item = add_text(tree, FOREIGN_TEXT, unit->tvb, unit->start + (int)at, (int)used, text);
        if (item != NULL)
            proto_item_set_hidden(item);
    }
}

/* ---- data connections ---- */

/* EPSV has another name there. */
static const char *method_name(enum fsc_form form)
{
    return form == FSC_FORM_EPSV ? "EPASV" : fsc_form_name(form);
}

static bool looks_like_text(tvbuff_t *tvb)
{
    enum { LOOKED_AT = 20 };
    guint n = MIN(tvb_captured_length(tvb), LOOKED_AT);
    const guint8 *bytes = tvb_get_ptr(tvb, 0, (gint)n);

    for (guint i = 0; i < n; i++)
        if (!g_ascii_isprint((gchar)bytes[i]) && bytes[i] != '\r' && bytes[i] != '\n')
            return false;
    return true;
}

static void add_data_fields(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, struct flow *flow)
{
    const struct exchange *command = session_exchange(flow->session, flow->tx);
    const struct exchange *setup = session_exchange(flow->session, flow->setup_tx);

    if (setup != NULL && setup->announcement != NULL)
        add_frame(tree, FOREIGN_DATA_SETUP_FRAME, tvb, setup->announcement->frame);
    if (flow->form != FSC_FORM_NONE)
        add_words(tree, FOREIGN_DATA_METHOD, tvb, method_name(flow->form));
    if (command != NULL) {
        add_command(pinfo, tree, tvb, flow, command);
        add_frame(tree, FOREIGN_DATA_COMMAND_FRAME, tvb, command->command_frame);
    }
    if (command != NULL || setup != NULL)
        add_directory(tree, FOREIGN_DATA_CWD, tvb, command != NULL ? command->cwd : setup->cwd);
}

void builtin_show_data(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, struct flow *flow)
{
    if (tree != NULL && flow != NULL && flow->session != NULL && proto_is_protocol_enabled(protocol_ftp_data))
        add_data_fields(pinfo, tree, tvb, flow);
}

void builtin_cut_layers(packet_info *pinfo, guint count)
{
    while (wmem_list_count(pinfo->layers) > count)
        wmem_list_remove_frame(pinfo->layers, wmem_list_tail(pinfo->layers));
}

static bool is_text(proto_tree *tree, tvbuff_t *tvb)
{
    return tree != NULL && text_handle != NULL && looks_like_text(tvb);
}

/* First pass. */
static void count(packet_info *pinfo, tvbuff_t *tvb, struct flow *flow)
{
    struct exchange *exchange = flow->session != NULL ? session_exchange(flow->session, flow->tx) : NULL;
    int64_t now = packets_time(pinfo);

    if (flow->counted == NULL) {
        flow->counted = wmem_new(wmem_file_scope(), struct data_count);
        *flow->counted = (struct data_count){.first = pinfo->num, .first_ns = now};
    }
    flow->counted->frames++;
    flow->counted->last = pinfo->num;
    flow->counted->last_ns = now;
    flow->counted->bytes += tvb_reported_length(tvb);
    if (exchange != NULL)
        exchange->counted = flow->counted;
}

/* It takes what is encrypted for the file. In the first pass it learns which command has data. */
static bool would_export_tls(const packet_info *pinfo, const struct flow *flow)
{
    return flow != NULL && flow->tls_data &&
           (PINFO_FD_VISITED(pinfo) || (export_tap != 0 && have_tap_listener(export_tap)));
}

/* What it makes of a data packet depends on what it took for the command: it only counts, and feeds its own taps. */
void builtin_count_data(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, struct flow *flow)
{
    gboolean columns = col_get_writable(pinfo->cinfo, COL_INFO);
    guint length = tvb_reported_length(tvb), layers = wmem_list_count(pinfo->layers);

    if (data_handle == NULL || !builtin_is_seen(pinfo, tree))
        return;
    if (!PINFO_FD_VISITED(pinfo) && flow != NULL && !packets_is_quoted())
        count(pinfo, tvb, flow);
    col_set_writable(pinfo->cinfo, COL_INFO, FALSE);
    if (!would_export_tls(pinfo, flow))
        call_dissector_only(data_handle, tvb, pinfo, NULL, NULL);
    col_set_writable(pinfo->cinfo, COL_INFO, columns);
    if (tree != NULL && proto_is_protocol_enabled(protocol_ftp_data))
        proto_tree_add_protocol_format(tree, proto_ftp_data, tvb, 0, -1, "FTP Data (%u bytes data)", length);
    if (is_text(tree, tvb)) /* it has called the one for text too, and showed nothing */
        builtin_cut_layers(pinfo, layers + 1);
}

void builtin_show_text(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb)
{
    gboolean columns = col_get_writable(pinfo->cinfo, COL_INFO);

    if (!is_text(tree, tvb))
        return;
    col_set_writable(pinfo->cinfo, COL_INFO, FALSE);
    call_dissector_only(text_handle, tvb, pinfo, tree, NULL);
    col_set_writable(pinfo->cinfo, COL_INFO, columns);
}
