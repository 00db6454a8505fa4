/* Sentences of real servers and the class they must get, and near misses that must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/unit/span.h"
#include <cmocka.h>

static enum fsc_text_class classify(uint16_t code, const char *text)
{
    return fsc_text_classify(code, span_copy(text, strlen(text)));
}

struct sample {
    uint16_t code;
    const char *text;
    enum fsc_text_class expected;
};

static void check(const struct sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        enum fsc_text_class found = classify(samples[i].code, samples[i].text);
        if (found != samples[i].expected)
            fail_msg("%u %s: found %s, expected %s", (unsigned)samples[i].code, samples[i].text, fsc_text_name(found),
                     fsc_text_name(samples[i].expected));
    }
}
#define CHECK(samples) check(samples, sizeof(samples) / sizeof((samples)[0]))

static void limits_and_closing(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {421, "There are too many connected users, please try later.", FSC_TEXT_TOO_MANY_USERS},
        {421, "There are too many connections from your internet address.", FSC_TEXT_IP_LIMIT},
        {421, "Too many connections (8) from this IP", FSC_TEXT_IP_LIMIT},
        {530, "Sorry, the maximum number of clients (3) from your host are already connected.", FSC_TEXT_IP_LIMIT},
        {530, "Sorry, the maximum number of allowed clients (10) are already connected.", FSC_TEXT_TOO_MANY_USERS},
        {421, "50 users (the maximum) are already logged in, sorry", FSC_TEXT_TOO_MANY_USERS},
        {120, "The user queue is full, please try again later.", FSC_TEXT_TOO_MANY_USERS},
        {421, "Max connections reached", FSC_TEXT_TOO_MANY_USERS},
        {421, "Timeout.", FSC_TEXT_IDLE_TIMEOUT},
        {421, "Idle timeout (600 seconds): closing control connection", FSC_TEXT_IDLE_TIMEOUT},
        {421, "No transfer timeout (300 seconds): closing control connection", FSC_TEXT_IDLE_TIMEOUT},
        {421, "Login time exceeded. Closing control connection.", FSC_TEXT_IDLE_TIMEOUT},
        {421, "Data timeout. Reconnect. Sorry.", FSC_TEXT_DATA_TIMEOUT},
        {421, "Passive data channel timed out.", FSC_TEXT_DATA_TIMEOUT},
        {421, "Service not available, remote server is shutting down.", FSC_TEXT_SHUTTING_DOWN},
        {421, "You are not authorized to make the connection.", FSC_TEXT_NOT_AUTHORISED},
        {550, "No connections allowed from your IP", FSC_TEXT_BANNED},
        {421, "Your IP has been banned", FSC_TEXT_BANNED},
        {421, "Too many failed login attempts", FSC_TEXT_TOO_MANY_FAILURES},
        {421, "Service not available, closing control connection.", FSC_TEXT_NONE},
    };
    CHECK(samples);
}

static void data_connection(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {425, "Use PORT or PASV first.", FSC_TEXT_USE_PORT_OR_PASV},
        {425, "No data connection", FSC_TEXT_USE_PORT_OR_PASV},
        {425, "Unable to build data connection: Connection refused", FSC_TEXT_CONNECT_REFUSED},
        {425, "Unable to build data connection: Connection timed out", FSC_TEXT_CONNECT_TIMED_OUT},
        {425, "Failed to establish connection.", FSC_TEXT_CONNECT_TIMED_OUT},
        {425, "Can't build data connection: No route to host", FSC_TEXT_NO_ROUTE},
        {425, "Can't build data connection: Network is unreachable.", FSC_TEXT_NETWORK_UNREACHABLE},
        {425, "Can't create data socket (0.0.0.0,20): Address already in use.", FSC_TEXT_ADDRESS_IN_USE},
        {425, "Unable to build data connection: Cannot assign requested address", FSC_TEXT_CANNOT_BIND},
        {425, "Security: Bad IP connecting.", FSC_TEXT_FOREIGN_ADDRESS},
        {425, "Rejected data connection from foreign address 192.0.2.9:1234.", FSC_TEXT_FOREIGN_ADDRESS},
        {425, "Possible PASV port theft, cannot open data connection.", FSC_TEXT_FOREIGN_ADDRESS},
        {500, "I won't open a connection to 10.0.0.9 (only to 198.51.100.7)", FSC_TEXT_FOREIGN_ADDRESS},
        {500, "Illegal PORT command.", FSC_TEXT_FOREIGN_ADDRESS},
        {425, "Unable to build data connection: Permission denied", FSC_TEXT_DATA_PERMISSION},
        {425, "Unable to build data connection: Operation not permitted", FSC_TEXT_TLS_SESSION_REUSE},
        {425, "Sorry, but I can't open passive connection", FSC_TEXT_PASSIVE_PORTS},
        {425, "All reserved TCP ports are busy", FSC_TEXT_PASSIVE_PORTS},
        {426, "Data connection timeout", FSC_TEXT_DATA_TIMEOUT},
        {426, "Failure writing network stream.", FSC_TEXT_CONNECTION_RESET},
        {426, "Connection reset by peer", FSC_TEXT_CONNECTION_RESET},
        {226, "ABOR command successful", FSC_TEXT_CLIENT_ABORT},
        {425, "Can't open data connection.", FSC_TEXT_NONE},
        {426, "Connection closed; transfer aborted.", FSC_TEXT_NONE},
    };
    CHECK(samples);
}

static void tls(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {522, "SSL connection failed; session reuse required: see require_ssl_reuse option in vsftpd.conf man page",
         FSC_TEXT_TLS_SESSION_REUSE},
        {425, "Unable to build data connection: TLS session of data connection not resumed.",
         FSC_TEXT_TLS_SESSION_REUSE},
        {450, "TLS session of data connection has not resumed or the session does not match the control connection",
         FSC_TEXT_TLS_SESSION_REUSE},
        {426, "Failure reading network stream.", FSC_TEXT_TLS_SHUTDOWN},
        {450, "Transfer aborted. Link to file server lost", FSC_TEXT_TLS_SHUTDOWN},
        {425, "Error while transfering data: ECONNABORTED - Connection aborted", FSC_TEXT_TLS_SHUTDOWN},
        {530, "Non-anonymous sessions must use encryption.", FSC_TEXT_TLS_REQUIRED},
        {550, "SSL/TLS required on the control channel", FSC_TEXT_TLS_REQUIRED},
        {421, "Sorry, cleartext sessions and weak ciphers are not accepted on this server.", FSC_TEXT_TLS_REQUIRED},
        {534, "Policy requires SSL.", FSC_TEXT_TLS_REQUIRED},
        {503, "Use AUTH first.", FSC_TEXT_TLS_REQUIRED},
        {521, "Secure authentication required", FSC_TEXT_TLS_REQUIRED},
        {530, "This server does not allow plain FTP. You have to use FTP over TLS.", FSC_TEXT_TLS_REQUIRED},
        {522, "Data connections must be encrypted.", FSC_TEXT_PROTECTION_REQUIRED},
        {521, "Data connection cannot be opened with this PROT setting", FSC_TEXT_PROTECTION_REQUIRED},
        {521, "PROT P required", FSC_TEXT_PROTECTION_REQUIRED},
        {534, "Local policy on server does not allow TLS secure connections.", FSC_TEXT_TLS_UNAVAILABLE},
        {421, "TLS handshake failed", FSC_TEXT_TLS_HANDSHAKE},
    };
    CHECK(samples);
}

static void tls_near_misses(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {530, "SecureTransport: login incorrect", FSC_TEXT_LOGIN_INCORRECT},
        {530, "SecureTransport", FSC_TEXT_NONE},
        {530, "Secure FTP: user crossley cannot log in", FSC_TEXT_LOGIN_INCORRECT},
        {530, "User crossley refused", FSC_TEXT_NONE},
        {550, "/pub/ssl/server.pem: No such file or directory", FSC_TEXT_NOT_FOUND},
        {550, "encrypted.zip: Permission denied", FSC_TEXT_PERMISSION},
        {226, "TLS required", FSC_TEXT_NONE},
    };
    CHECK(samples);
}

static void login(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {530, "Login incorrect.", FSC_TEXT_LOGIN_INCORRECT},
        {530, "Login authentication failed", FSC_TEXT_LOGIN_INCORRECT},
        {530, "User cannot log in.", FSC_TEXT_LOGIN_INCORRECT},
        {430, "Invalid username or password", FSC_TEXT_LOGIN_INCORRECT},
        {530, "User cannot log in, home directory inaccessible.", FSC_TEXT_HOME_DIRECTORY},
        {500, "OOPS: vsftpd: refusing to run with writable root inside chroot()", FSC_TEXT_HOME_DIRECTORY},
        {500, "OOPS: cannot change directory:/home/alice", FSC_TEXT_HOME_DIRECTORY},
        {500, "OOPS: bad bool value in config file for: listen", FSC_TEXT_SERVER_SETUP},
        {530, "Valid hostname is expected.", FSC_TEXT_HOST_EXPECTED},
        {530, "This FTP server is anonymous only.", FSC_TEXT_ANONYMOUS_ONLY},
        {530, "Anonymous access not allowed.", FSC_TEXT_ANONYMOUS_REFUSED},
        {530, "Account disabled or locked.", FSC_TEXT_ACCOUNT_LOCKED},
        {530, "Please login with USER and PASS.", FSC_TEXT_NOT_LOGGED_IN},
        {530, "Not logged in.", FSC_TEXT_NOT_LOGGED_IN},
    };
    CHECK(samples);
}

static void files(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {550, "report.csv: No such file or directory", FSC_TEXT_NOT_FOUND},
        {550, "The system cannot find the file specified.", FSC_TEXT_NOT_FOUND},
        {550, "Datei nicht gefunden", FSC_TEXT_NOT_FOUND},
        {550, "Permission denied.", FSC_TEXT_PERMISSION},
        {550, "Access is denied.", FSC_TEXT_PERMISSION},
        {550, "incoming: is a directory", FSC_TEXT_IS_DIRECTORY},
        {550, "old: Directory not empty", FSC_TEXT_NOT_EMPTY},
        {550, "new: File exists", FSC_TEXT_EXISTS},
        {521, "\"/a\" directory already exists; taking no action.", FSC_TEXT_EXISTS},
        {550, "The process cannot access the file because it is being used by another process.", FSC_TEXT_BUSY},
        {450, "a.txt: file is locked", FSC_TEXT_BUSY},
        {550, "a.txt: Read-only file system", FSC_TEXT_READ_ONLY},
        {550, "x: not a plain file.", FSC_TEXT_NOT_PLAIN_FILE},
        {553, "Prohibited file name: .htaccess", FSC_TEXT_BAD_NAME},
        {553, "Could not create file.", FSC_TEXT_PERMISSION},
        {450, "No files found", FSC_TEXT_NOTHING_MATCHES},
        {452, "Disk full", FSC_TEXT_DISK_FULL},
        {552, "Requested file action aborted. Exceeded storage allocation", FSC_TEXT_QUOTA},
        {552, "Disk quota exceeded", FSC_TEXT_QUOTA},
        {451, "a.bin: No space left on device", FSC_TEXT_DISK_FULL},
        {550, "SIZE not allowed in ASCII mode", FSC_TEXT_SIZE_IN_ASCII},
        {226, "WARNING! 12 bare linefeeds received in ASCII mode", FSC_TEXT_BARE_LINEFEEDS},
        {226, "Transfer done (but failed to open directory).", FSC_TEXT_LISTING_FAILED},
        {550, "Failed to open file.", FSC_TEXT_NONE},
    };
    CHECK(samples);
}

/* The sentences below were read in the servers' programs and sources, or in their logs; %s is filled in. */
static void vsftpd(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {530, "Permission denied.", FSC_TEXT_NOT_AUTHORISED},
        {530, "Anonymous sessions may not use encryption.", FSC_TEXT_TLS_UNAVAILABLE},
        {530, "Anonymous sessions must use encryption.", FSC_TEXT_TLS_REQUIRED},
        {501, "No support for resume of ASCII transfer.", FSC_TEXT_SIZE_IN_ASCII},
        {451, "Failure writing to local file.", FSC_TEXT_NONE},
        {530, "Can't change from guest user.", FSC_TEXT_NONE},
    };
    CHECK(samples);
}

static void proftpd(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {451, "Sorry, the maximum number of data transfers (2) from this user are currently being used.",
         FSC_TEXT_TOO_MANY_TRANSFERS},
        {530, "Sorry, the maximum number of clients (3) for this user are already connected.", FSC_TEXT_TOO_MANY_USERS},
        {421, "Login timeout (300 seconds): closing control connection", FSC_TEXT_IDLE_TIMEOUT},
        {421, "Session Timeout (3600 seconds): closing control connection", FSC_TEXT_IDLE_TIMEOUT},
        {425, "Unable to build data connection: Internal error", FSC_TEXT_SERVER_SETUP},
        {550, "pub: Directory /secret is not accessible", FSC_TEXT_PERMISSION},
        {550, "a?: Illegal character sequence in filename", FSC_TEXT_BAD_NAME},
        {550, "x: Overwrite permission denied", FSC_TEXT_EXISTS},
        {451, "x: Append/Restart not permitted, try again", FSC_TEXT_PERMISSION},
        {530, "Access denied.", FSC_TEXT_NOT_AUTHORISED},
        {500, "FTP server shut down (going down at 10:00) -- please try again later", FSC_TEXT_SHUTTING_DOWN},
        {550, "SSL/TLS required on the data channel", FSC_TEXT_PROTECTION_REQUIRED},
        {426, "Transfer aborted. Data connection closed.", FSC_TEXT_NONE},
    };
    CHECK(samples);
}

static void pure_ftpd(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {530, "You aren't logged in", FSC_TEXT_NOT_LOGGED_IN},
        {501, "Active mode is disabled", FSC_TEXT_ACTIVE_DISABLED},
        {421, "I can't accept more than 2 connections as the same user", FSC_TEXT_TOO_MANY_USERS},
        {421, "Timeout (no new data for 900 seconds)", FSC_TEXT_DATA_TIMEOUT},
        {421, "Timeout - try typing a little faster next time", FSC_TEXT_IDLE_TIMEOUT},
        {425, "Unable to open a passive connection", FSC_TEXT_PASSIVE_PORTS},
        {425, "You cannot use PASV on IPv6 connections. Use EPSV instead.", FSC_TEXT_NONE},
        {500, "Sorry, but I won't connect to ports < 1024", FSC_TEXT_FOREIGN_ADDRESS},
        {530, "Sorry, but I can't trust you", FSC_TEXT_NOT_AUTHORISED},
        {550, "Anonymous users can not delete files", FSC_TEXT_PERMISSION},
        {530, "This is a private system - No anonymous login", FSC_TEXT_ANONYMOUS_REFUSED},
        {421, "Unable to set up a secure chroot() jail", FSC_TEXT_HOME_DIRECTORY},
        {421, "Unable to set up secure anonymous FTP", FSC_TEXT_SERVER_SETUP},
        {550, "I can only retrieve regular files", FSC_TEXT_NOT_PLAIN_FILE},
        {552, "Disk full - please upload later", FSC_TEXT_DISK_FULL},
        {552, "Quota exceeded: [a.bin] won't be saved", FSC_TEXT_QUOTA},
        {550, "Rename/move failure: File exists", FSC_TEXT_EXISTS},
        {550, "Sorry, but that file doesn't exist", FSC_TEXT_NOT_FOUND},
        {530, "Can't login as [x]: account disabled (uid < 1000)", FSC_TEXT_ACCOUNT_LOCKED},
        {554, "Restart offset 100 is too large for file size 50.", FSC_TEXT_NONE},
    };
    CHECK(samples);
}

static void pyftpdlib(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {421, "Control connection timed out.", FSC_TEXT_IDLE_TIMEOUT},
        {421, "Too many connections from the same IP address.", FSC_TEXT_IP_LIMIT},
        {421, "Too many connections. Service temporarily unavailable.", FSC_TEXT_TOO_MANY_USERS},
        {425, "Too many connections. Can't open data channel.", FSC_TEXT_TOO_MANY_TRANSFERS},
        {501, "PORT not allowed after EPSV ALL.", FSC_TEXT_NONE},
        {501, "PORT against the privileged port refused.", FSC_TEXT_FOREIGN_ADDRESS},
        {501, "Rejected data connection to foreign address 10.0.0.1:20.", FSC_TEXT_FOREIGN_ADDRESS},
        {550, "Not enough privileges.", FSC_TEXT_PERMISSION},
        {550, "x is not retrievable", FSC_TEXT_NOT_PLAIN_FILE},
        {421, "Maximum login attempts. Disconnecting.", FSC_TEXT_TOO_MANY_FAILURES},
        {522, "SSL handshake failed.", FSC_TEXT_TLS_HANDSHAKE},
        {426, "Transfer aborted via ABOR.", FSC_TEXT_CLIENT_ABORT},
    };
    CHECK(samples);
}

static void windows_servers(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {550, "The filename, directory name, or volume label syntax is incorrect.", FSC_TEXT_BAD_NAME},
        {550, "Cannot create a file when that file already exists.", FSC_TEXT_EXISTS},
        {550, "The directory is not empty.", FSC_TEXT_NOT_EMPTY},
        {452, "There is not enough space on the disk.", FSC_TEXT_DISK_FULL},
        {421, "Connection timed out - closing.", FSC_TEXT_IDLE_TIMEOUT},
        {421, "Maximum session time exceeded - closing", FSC_TEXT_IDLE_TIMEOUT},
        {421, "Kicked by Administrator", FSC_TEXT_KICKED},
        {421, "Server is offline.", FSC_TEXT_SHUTTING_DOWN},
        {421, "No-transfer-time exceeded. Closing control connection.", FSC_TEXT_IDLE_TIMEOUT},
        {530, "Login or password incorrect!", FSC_TEXT_LOGIN_INCORRECT},
        {553, "Filename invalid", FSC_TEXT_BAD_NAME},
        {502, "SSL/TLS authentication not allowed", FSC_TEXT_TLS_UNAVAILABLE},
        {431, "Could not initialize SSL connection", FSC_TEXT_TLS_UNAVAILABLE},
        {530, "Sorry, no ANONYMOUS access allowed.", FSC_TEXT_ANONYMOUS_REFUSED},
        {530, "The FTP Service is restricting the number of connections.", FSC_TEXT_TOO_MANY_USERS},
        {530, "Not logged in, user or password incorrect!", FSC_TEXT_LOGIN_INCORRECT},
        {421, "Service not available, remote server has closed connection", FSC_TEXT_NONE},
    };
    CHECK(samples);
}

static void older_unix_and_mainframes(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {530, "User bob access denied.", FSC_TEXT_NOT_AUTHORISED},
        {530, "Account is expired.", FSC_TEXT_ACCOUNT_LOCKED},
        {550, "x: not a plain file.", FSC_TEXT_NOT_PLAIN_FILE},
        {550, "x: Marked unretrievable", FSC_TEXT_PERMISSION},
        {553, "x: Permission denied on server. (Upload)", FSC_TEXT_PERMISSION},
        {426, "Data connection: Connection timed out.", FSC_TEXT_DATA_LOST},
        {426, "Data connection: Broken pipe.", FSC_TEXT_CONNECTION_RESET},
        {421, "Disconnecting you since you were inactive for 300 seconds.", FSC_TEXT_IDLE_TIMEOUT},
        {530, "PASS command failed - __passwd() error : EDC5111I Permission denied.", FSC_TEXT_LOGIN_INCORRECT},
        {550, "Command RETR fails: 'X' does not exist.", FSC_TEXT_NOT_FOUND},
        {530, "Log on attempt by user BOB rejected.", FSC_TEXT_LOGIN_INCORRECT},
        {550, "Specified directory does not exist or cannot be accessed.", FSC_TEXT_NOT_FOUND},
    };
    CHECK(samples);
}

static void reason_beats_file_name(void **state)
{
    (void)state;
    assert_int_equal(classify(550, "/no space/quota.txt: Permission denied"), FSC_TEXT_PERMISSION);
    assert_int_equal(classify(550, "blocked.log: is a directory"), FSC_TEXT_IS_DIRECTORY);
}

static void code_decides_which_classes_apply(void **state)
{
    (void)state;
    assert_int_equal(classify(200, "Too many users"), FSC_TEXT_NONE);
    assert_int_equal(classify(0, "Too many users"), FSC_TEXT_NONE);
    assert_int_equal(classify(65535, "Too many users"), FSC_TEXT_NONE);
}

static void empty_and_short_texts(void **state)
{
    (void)state;
    assert_int_equal(fsc_text_classify(550, (struct fsc_span){NULL, 0}), FSC_TEXT_NONE);
    assert_int_equal(classify(550, ": "), FSC_TEXT_NONE);
    assert_int_equal(classify(530, "t"), FSC_TEXT_NONE);
}

static void only_the_first_512_bytes_count(void **state)
{
    (void)state;
    char text[600];
    memset(text, 'x', sizeof text);
    const char reason[] = " permission denied";
    memcpy(text + 512, reason, sizeof reason - 1);
    assert_int_equal(fsc_text_classify(550, (struct fsc_span){(const uint8_t *)text, sizeof text}), FSC_TEXT_NONE);
    memcpy(text + 512 - (sizeof reason - 1), reason, sizeof reason - 1);
    assert_int_equal(fsc_text_classify(550, (struct fsc_span){(const uint8_t *)text, sizeof text}),
                     FSC_TEXT_PERMISSION);
}

#define FSC_CODES(...)                                                                                                 \
    (const uint16_t[])                                                                                                 \
    {                                                                                                                  \
        __VA_ARGS__, 0                                                                                                 \
    }
#define FSC_WORDS(...)                                                                                                 \
    (const char *const[])                                                                                              \
    {                                                                                                                  \
        __VA_ARGS__, NULL                                                                                              \
    }

static const char *const *const words[] = {
#define FSC_TEXT(name, codes, words, meaning, advice) words,
#include "core/texts.def"
#undef FSC_TEXT
};

static const uint16_t *const codes[] = {
#define FSC_TEXT(name, codes, words, meaning, advice) codes,
#include "core/texts.def"
#undef FSC_TEXT
};

static bool is_mark(char c)
{
    return c == '&' || c == '<' || c == '>' || c == '\0';
}

/* An empty word would match everything, an upper-case one nothing; the first two letters are looked up together. */
static void assert_entry(const char *entry)
{
    const char *first = entry[0] == '<' ? entry + 1 : entry;

    assert_false(is_mark(first[0]) || is_mark(first[1]));
    for (const char *p = entry; *p != '\0'; p++) {
        assert_false(*p >= 'A' && *p <= 'Z');
        assert_false(*p == '|');
        assert_true(*p != '<' || p == entry || p[-1] == '&');
        assert_true(*p != '>' || is_mark(p[1]));
        assert_true(*p != '&' || !(is_mark(p[1]) && p[1] != '<'));
    }
}

static void words_are_lower_case_and_not_empty(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        for (const char *const *entry = words[i]; *entry != NULL; entry++)
            assert_entry(*entry);
}

static void codes_are_reply_codes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        for (const uint16_t *code = codes[i]; *code != 0; code++)
            assert_true(*code >= 100 && *code <= 659 && (code == codes[i] || code[-1] < *code));
}

/* A whole word may be the last one: what stands behind the text is not part of it. */
static void a_word_may_end_the_text(void **state)
{
    static const char text[] = "Transfer stopped: aborted";

    (void)state;
    assert_int_equal(fsc_text_classify(426, span_copy(text, sizeof text - 1 - 2)), FSC_TEXT_CLIENT_ABORT);
    assert_int_equal(fsc_text_classify(426, (struct fsc_span){(const uint8_t *)text, sizeof text - 1 - 2}),
                     FSC_TEXT_CLIENT_ABORT);
    assert_int_not_equal(fsc_text_classify(426, span_copy(text, sizeof text - 1)), FSC_TEXT_CLIENT_ABORT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_may_end_the_text),
        cmocka_unit_test(limits_and_closing),
        cmocka_unit_test(data_connection),
        cmocka_unit_test(tls),
        cmocka_unit_test(tls_near_misses),
        cmocka_unit_test(login),
        cmocka_unit_test(files),
        cmocka_unit_test(vsftpd),
        cmocka_unit_test(proftpd),
        cmocka_unit_test(pure_ftpd),
        cmocka_unit_test(pyftpdlib),
        cmocka_unit_test(windows_servers),
        cmocka_unit_test(older_unix_and_mainframes),
        cmocka_unit_test(reason_beats_file_name),
        cmocka_unit_test(code_decides_which_classes_apply),
        cmocka_unit_test(empty_and_short_texts),
        cmocka_unit_test(only_the_first_512_bytes_count),
        cmocka_unit_test(words_are_lower_case_and_not_empty),
        cmocka_unit_test(codes_are_reply_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
