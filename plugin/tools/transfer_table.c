/* transfer_table.c - one row for each transfer of the capture: tshark -z ftpscope,transfers. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugin/tools/tap.h"
#include "plugin/tools/tools.h"

enum { CELL_MAX = 32 };

static char *cell(char text[CELL_MAX], bool known, const char *format, ...) __attribute__((format(printf, 3, 4)));

static char *cell(char text[CELL_MAX], bool known, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    g_vsnprintf(text, CELL_MAX, known ? format : "-", values);
    va_end(values);
    return text;
}

static void print_path(struct fsc_span path)
{
    size_t cap = 4 * path.n + 1;
    char *text = g_malloc(cap);

    fsc_text_printable(path, text, cap);
    puts(path.n > 0 ? text : "-");
    g_free(text);
}

static void print_row(const struct transfer_result *result)
{
    const struct record_data *data = &result->record;
    char frame[CELL_MAX], bytes[CELL_MAX], duration[CELL_MAX], rate[CELL_MAX], code[CELL_MAX];
    double seconds = (double)data->duration_ns / 1e9;
    bool moved = data->amount_known && data->duration_ns > 0;

    cell(frame, data->command_frame != 0, "%" PRIu64, data->command_frame);
    cell(bytes, data->amount_known, data->tls ? "%" PRIu64 " TLS" : "%" PRIu64, data->bytes);
    cell(duration, data->duration_ns >= 0, "%.6f", seconds);
    cell(rate, moved, "%.0f", moved ? (double)data->bytes * 8 / seconds : 0.0);
    cell(code, data->completion_code != 0, "%03u", (unsigned)data->completion_code);
    printf("%7u %8s %-7s %-9s %12s %12s %12s %4s  ", result->session->number, frame,
           data->verb == FSC_VERB_NONE ? "?" : tools_verb(data->verb), fsc_status_name(data->status), bytes, duration,
           rate, code);
    print_path(data->path);
}

static int by_session(const void *a, const void *b)
{
    const struct transfer_result *x = *(const struct transfer_result *const *)a,
                                 *y = *(const struct transfer_result *const *)b;

    if (x->session != y->session)
        return x->session->number < y->session->number ? -1 : 1;
    return x->record.transfer_id < y->record.transfer_id ? -1 : x->record.transfer_id > y->record.transfer_id;
}

static void draw(void *listener)
{
    struct store *store = store_get();

    (void)listener;
    if (store == NULL)
        return;
    store_end(store);
    unsigned count = store_results(store);
    const struct transfer_result **rows = g_new(const struct transfer_result *, count);
    for (unsigned i = 0; i < count; i++)
        rows[i] = store_result(store, i);
    if (count > 0)
        qsort(rows, count, sizeof(*rows), by_session);
    printf("\n===================================================================\nFTP transfers: %u\n\n", count);
    printf("Session    Frame Command Verdict          Bytes   Duration s   Rate bit/s Code  Path\n");
    for (unsigned i = 0; i < count; i++)
        print_row(rows[i]);
    printf("===================================================================\n");
    g_free(rows);
}

static bool begin(const char *words, void *listener)
{
    static const char name[] = "ftpscope,transfers";

    if (words != NULL && strlen(words) > sizeof(name) - 1) {
        fprintf(stderr, "tshark: %s takes no filter: it has the transfers of the whole capture\n", name);
        return false;
    }
    GString *error =
        register_tap_listener(TAP_EVENTS, listener, NULL, TL_REQUIRES_NOTHING, NULL, tap_ignore, draw, NULL);

    if (error == NULL)
        return true;
    fprintf(stderr, "tshark: %s\n", error->str);
    g_string_free(error, TRUE);
    return false;
}

STAT_BEGIN(begin_table, begin)

void transfer_table_register(void)
{
    static stat_tap_ui table = {
        .group = REGISTER_STAT_GROUP_GENERIC, .title = "FTP transfers", .cli_string = "ftpscope,transfers"};

    table.tap_init_cb = begin_table;
    register_stat_tap_ui(&table, &table);
}
