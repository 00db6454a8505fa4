/* truth.c - what a decoder should find, from what was planned. */
#include "captures/lab/generate/session.h"

#include <inttypes.h>

static const struct {
    const char *name, *status;
    unsigned reply; /* the last one; 0: that of success */
} outcomes[FAULTS] = {
    [FAULT_NONE] = {"none", "complete", 0},
    [FAULT_MISSING] = {"missing", "failed", REPLY_MISSING},
    [FAULT_DENIED] = {"denied", "failed", REPLY_DENIED},
    [FAULT_REFUSED] = {"refused", "failed", REPLY_NO_CONNECTION},
    [FAULT_TIMEOUT] = {"timeout", "failed", REPLY_NO_CONNECTION},
    [FAULT_TRUNCATED] = {"truncated", "truncated", 0},
    [FAULT_RESET] = {"reset", "aborted", REPLY_BROKEN},
    [FAULT_ABOR] = {"abor", "aborted", REPLY_BROKEN},
    [FAULT_FULL] = {"full", "aborted", REPLY_FULL},
};

unsigned transfer_code(const struct session *session)
{
    const struct transfer *transfer = &session->transfer;
    unsigned reply = outcomes[transfer->fault].reply;

    if (reply == 0)
        reply = transfer->is_listing ? REPLY_DONE_LIST : REPLY_DONE;
    return dialect_code(session->dialect, (enum reply)reply);
}

static void write_path(const struct session *session, FILE *out)
{
    char name[NAME_MAX_BYTES];

    content_name(name, session->transfer.number);
    fprintf(out, "%s%s%s", content_folder(session->folder), session->transfer.is_listing ? "" : "/",
            session->transfer.is_listing ? "" : name);
}

/* Nothing in these texts needs an escape in JSON. */
void truth_transfer(const struct session *session)
{
    const struct transfer *transfer = &session->transfer;
    const struct link *control = &session->control;
    FILE *out = session->run->truth;
    char client[ADDRESS_TEXT_MAX], server[ADDRESS_TEXT_MAX];

    if (out == NULL)
        return;
    hosts_text(&control->hosts, CLIENT, client);
    hosts_text(&control->hosts, SERVER, server);
    fprintf(out, "{\"session\":%" PRIu64 ",\"src_ip\":\"%s\",\"src_port\":%u,\"dest_ip\":\"%s\",\"dest_port\":%u,",
            session->number, client, (unsigned)control->port[CLIENT], server, (unsigned)control->port[SERVER]);
    fprintf(out, "\"user\":\"%s\",\"command\":\"%s\",\"path\":\"", content_user(session->user),
            transfer_command(session));
    write_path(session, out);
    fprintf(out, "\",\"direction\":\"%s\",\"mode\":\"%s\",\"bytes\":%" PRIu64 ",",
            transfer->upload ? "upload" : "download", transfer_active(transfer) ? "active" : "passive", transfer->sent);
    fprintf(out, "\"status\":\"%s\",\"completion_code\":%u,\"fault\":\"%s\"}\n", outcomes[transfer->fault].status,
            transfer_code(session), outcomes[transfer->fault].name);
}
