#include "monitor/output/metrics_http.h"

#include <errno.h>
#include <glib.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A Prometheus asks one at a time. Of more than a CROWD the one that came first is shut: clients that say nothing, or
 * say it slowly, keep nobody out. The rest of the room is for those that are on their way out. */
enum { CONNECTIONS = 32, CROWD = 16, IDLE_S = 10, CONNECTION_BYTES = 16 * 1024, BACKLOG = 16 };

struct metrics_http {
    int socket;
    struct MHD_Daemon *daemon;
    struct metrics *metrics;
    GQueue clients; /* the daemon thread's; the oldest first, without those that were shut */
};

struct client {
    int socket;
    bool shut;
    GList place; /* in metrics_http.clients */
};

/* ---- the address ---- */

/* The host (g_free) of "host:port", and where the port begins. */
static char *split(const char *address, const char **port)
{
    const char *colon = strrchr(address, ':'), *bracket = strchr(address, ']');

    if (*address == '[' && bracket != NULL && bracket[1] == ':') {
        *port = bracket + 2;
        return g_strndup(address + 1, (gsize)(bracket - address - 1));
    }
    *port = colon != NULL ? colon + 1 : address;
    gsize n = colon != NULL ? (gsize)(colon - address) : 0;
    return n == 0 ? g_strdup("127.0.0.1") : g_strndup(address, n);
}

static struct addrinfo *resolve(const char *address)
{
    const struct addrinfo hints = {
        .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    const char *port;
    char *host = split(address, &port);
    guint64 number;

    if (g_ascii_string_to_unsigned(port, 10, 0, UINT16_MAX, &number, NULL) &&
        getaddrinfo(strcmp(host, "localhost") == 0 ? "127.0.0.1" : host, port, &hints, &found) != 0)
        found = NULL;
    g_free(host);
    return found;
}

static int listen_at(const struct addrinfo *where)
{
    const int yes = 1;
    int descriptor = socket(where->ai_family, where->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, where->ai_protocol);

    if (descriptor < 0)
        return -1;
    (void)setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (bind(descriptor, where->ai_addr, where->ai_addrlen) == 0 && listen(descriptor, BACKLOG) == 0)
        return descriptor;
    int error = errno;
    close(descriptor);
    errno = error;
    return -1;
}

static const char *bind_trouble(int error)
{
    switch (error) {
    case EADDRINUSE:
        return "another program has this port; name another one";
    case EADDRNOTAVAIL:
        return "no interface here has this address";
    case EACCES:
        return "a port below 1024 takes the right CAP_NET_BIND_SERVICE; name a higher one";
    default:
        return g_strerror(error);
    }
}

struct metrics_http *metrics_http_open(const char *address, char **message)
{
    struct addrinfo *where = resolve(address);

    if (where == NULL) {
        *message = g_strdup_printf("--metrics %s: ADDR:PORT is wanted, with an address in numbers, such as "
                                   "127.0.0.1:9810 or [::1]:9810",
                                   address);
        return NULL;
    }
    int descriptor = listen_at(where), error = errno;
    freeaddrinfo(where);
    if (descriptor < 0) {
        *message = g_strdup_printf("--metrics %s: %s", address, bind_trouble(error));
        return NULL;
    }
    struct metrics_http *http = g_new0(struct metrics_http, 1);
    http->socket = descriptor;
    return http;
}

uint16_t metrics_http_port(const struct metrics_http *http)
{
    struct sockaddr_storage address;
    socklen_t length = sizeof(address);

    if (getsockname(http->socket, (struct sockaddr *)&address, &length) != 0)
        return 0;
    if (address.ss_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)&address)->sin6_port);
    return ntohs(((const struct sockaddr_in *)&address)->sin_port);
}

char *metrics_http_words(const struct metrics_http *http)
{
    struct sockaddr_storage address = {0};
    socklen_t length = sizeof(address);
    char host[64] = "";

    (void)getsockname(http->socket, (struct sockaddr *)&address, &length);
    (void)getnameinfo((struct sockaddr *)&address, length, host, sizeof(host), NULL, 0, NI_NUMERICHOST);
    bool v6 = address.ss_family == AF_INET6;
    return g_strdup_printf("metrics are at http://%s%s%s:%u/metrics", v6 ? "[" : "", host, v6 ? "]" : "",
                           (unsigned)metrics_http_port(http));
}

/* ---- requests ---- */

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status, const char *type, void *body,
                              size_t length, enum MHD_ResponseMemoryMode memory)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(length, body, memory);

    if (response == NULL)
        return MHD_NO;
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result answer_words(struct MHD_Connection *connection, unsigned status, char *words)
{
    return answer(connection, status, "text/plain; charset=utf-8", words, strlen(words), MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result answer_metrics(struct MHD_Connection *connection, struct metrics *metrics)
{
    struct buf text = {0};

    metrics_write(metrics, &text);
    enum MHD_Result result = answer(connection, MHD_HTTP_OK, "text/plain; version=0.0.4; charset=utf-8", text.data,
                                    text.len, MHD_RESPMEM_MUST_COPY);
    buf_free(&text);
    return result;
}

static enum MHD_Result on_request(void *state, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *upload, size_t *upload_size, void **request)
{
    static char nothing[] = "Only /metrics is here.\n", hint[] = "ftpscope: the metrics are at /metrics\n",
                method_words[] = "Only GET is answered.\n";
    const struct metrics_http *http = state;

    (void)version;
    (void)upload;
    *upload_size = 0;
    if (*request == NULL) { /* the head alone: it is asked again */
        *request = hint;
        return MHD_YES;
    }
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        return answer_words(connection, MHD_HTTP_METHOD_NOT_ALLOWED, method_words);
    if (strcmp(url, "/metrics") == 0)
        return answer_metrics(connection, http->metrics);
    return strcmp(url, "/") == 0 ? answer_words(connection, MHD_HTTP_OK, hint)
                                 : answer_words(connection, MHD_HTTP_NOT_FOUND, nothing);
}

static struct client *client_come(struct metrics_http *http, struct MHD_Connection *connection)
{
    struct client *client = g_new0(struct client, 1);

    client->socket = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    client->place.data = client;
    g_queue_push_tail_link(&http->clients, &client->place);
    return client;
}

static void shut_the_oldest(struct metrics_http *http)
{
    struct client *oldest = g_queue_pop_head_link(&http->clients)->data;

    oldest->shut = true;
    (void)shutdown(oldest->socket, SHUT_RDWR);
}

static void on_connection(void *state, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct metrics_http *http = state;
    struct client *client = *context;

    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        *context = client_come(http, connection);
        if (http->clients.length > CROWD)
            shut_the_oldest(http);
        return;
    }
    if (!client->shut)
        g_queue_unlink(&http->clients, &client->place);
    g_free(client);
    *context = NULL;
}

bool metrics_http_start(struct metrics_http *http, struct metrics *metrics, char **message)
{
    sigset_t all, before;

    http->metrics = metrics;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* the thread gets none: they belong to the main loop */
    http->daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, on_request, http, MHD_OPTION_LISTEN_SOCKET,
                         http->socket, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
                         MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                         (size_t)CONNECTION_BYTES, MHD_OPTION_NOTIFY_CONNECTION, on_connection, http, MHD_OPTION_END);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (http->daemon == NULL)
        *message = g_strdup_printf("--metrics: the HTTP server cannot be started: %s", g_strerror(errno));
    return http->daemon != NULL;
}

void metrics_http_close(struct metrics_http **http)
{
    if (*http == NULL)
        return;
    if ((*http)->daemon != NULL)
        MHD_stop_daemon((*http)->daemon); /* closes the socket */
    else
        close((*http)->socket);
    g_free(*http);
    *http = NULL;
}
