/* dialect.c - the texts of five servers, as they stand in captures, and the habits of seven clients. */
#include "captures/lab/generate/dialect.h"

#include <glib.h>

static const char *const commands[COMMANDS] = {
    [SAY_USER] = "USER %u",      [SAY_PASS] = "PASS lab-secret",
    [SAY_SYST] = "SYST",         [SAY_FEAT] = "FEAT",
    [SAY_OPTS] = "OPTS UTF8 ON", [SAY_PWD] = "PWD",
    [SAY_CWD] = "CWD %d",        [SAY_TYPE] = "TYPE %t",
    [SAY_SIZE] = "SIZE %n",      [SAY_MDTM] = "MDTM %n",
    [SAY_PASV] = "PASV",         [SAY_EPSV] = "EPSV",
    [SAY_PORT] = "PORT %h",      [SAY_EPRT] = "EPRT |%x|%a|%p|",
    [SAY_TRANSFER] = "%c",       [SAY_ABOR] = "ABOR",
    [SAY_NOOP] = "NOOP",         [SAY_QUIT] = "QUIT",
};

static const char *const vsftpd[LINES] = {
    [REPLY_GREETING] = "220 (vsFTPd 3.0.3)",
    [REPLY_USER] = "331 Please specify the password.",
    [REPLY_LOGGED_IN] = "230 Login successful.",
    [REPLY_LOGIN_WRONG] = "530 Login incorrect.",
    [REPLY_SYST] = "215 UNIX Type: L8",
    [REPLY_FEAT] = ("211-Features:\r\n EPRT\r\n EPSV\r\n MDTM\r\n PASV\r\n REST STREAM\r\n SIZE\r\n TVFS\r\n"
                    "211 End"),
    [REPLY_OPTS] = "200 Always in UTF8 mode.",
    [REPLY_PWD] = "257 \"%d\" is the current directory",
    [REPLY_CWD] = "250 Directory successfully changed.",
    [REPLY_TYPE_I] = "200 Switching to Binary mode.",
    [REPLY_TYPE_A] = "200 Switching to ASCII mode.",
    [REPLY_SIZE] = "213 %b",
    [REPLY_SIZE_MISSING] = "550 Could not get file size.",
    [REPLY_MDTM] = "213 20251120083000",
    [REPLY_PASV] = "227 Entering Passive Mode (%h).",
    [REPLY_EPSV] = "229 Entering Extended Passive Mode (|||%p|)",
    [REPLY_PORT] = "200 PORT command successful. Consider using PASV.",
    [REPLY_EPRT] = "200 EPRT command successful. Consider using EPSV.",
    [REPLY_BEGIN_DOWN] = "150 Opening BINARY mode data connection for %n (%b bytes).",
    [REPLY_BEGIN_UP] = "150 Ok to send data.",
    [REPLY_BEGIN_LIST] = "150 Here comes the directory listing.",
    [REPLY_DONE] = "226 Transfer complete.",
    [REPLY_DONE_LIST] = "226 Directory send OK.",
    [REPLY_MISSING] = "550 Failed to open file.",
    [REPLY_DENIED] = "553 Could not create file.",
    [REPLY_NO_CONNECTION] = "425 Failed to establish connection.",
    [REPLY_BROKEN] = "426 Failure writing network stream.",
    [REPLY_FULL] = "451 Failure writing to local file.",
    [REPLY_ABORTED] = "226 ABOR successful.",
    [REPLY_NOOP] = "200 NOOP ok.",
    [REPLY_QUIT] = "221 Goodbye.",
};

static const char *const proftpd[LINES] = {
    [REPLY_GREETING] = "220 ProFTPD Server (FTP lab) [%s]",
    [REPLY_USER] = "331 Password required for %u",
    [REPLY_LOGGED_IN] = "230 User %u logged in",
    [REPLY_LOGIN_WRONG] = "530 Login incorrect.",
    [REPLY_SYST] = "215 UNIX Type: L8",
    [REPLY_FEAT] = ("211-Features:\r\n CLNT\r\n EPRT\r\n EPSV\r\n HOST\r\n LANG C.UTF-8*\r\n MDTM\r\n"
                    " MFF modify;UNIX.group;UNIX.mode;\r\n MFMT\r\n"
                    " MLST modify*;perm*;size*;type*;unique*;UNIX.group*;UNIX.mode*;UNIX.owner*;\r\n"
                    " REST STREAM\r\n SIZE\r\n TVFS\r\n UTF8\r\n211 End"),
    [REPLY_OPTS] = "200 UTF8 set to on",
    [REPLY_PWD] = "257 \"%d\" is the current directory",
    [REPLY_CWD] = "250 CWD command successful",
    [REPLY_TYPE_I] = "200 Type set to I",
    [REPLY_TYPE_A] = "200 Type set to A",
    [REPLY_SIZE] = "213 %b",
    [REPLY_SIZE_MISSING] = "550 %n: No such file or directory",
    [REPLY_MDTM] = "213 20251120083000",
    [REPLY_PASV] = "227 Entering Passive Mode (%h).",
    [REPLY_EPSV] = "229 Entering Extended Passive Mode (|||%p|)",
    [REPLY_PORT] = "200 PORT command successful",
    [REPLY_EPRT] = "200 EPRT command successful",
    [REPLY_BEGIN_DOWN] = "150 Opening BINARY mode data connection for %n (%b bytes)",
    [REPLY_BEGIN_UP] = "150 Opening BINARY mode data connection for %n",
    [REPLY_BEGIN_LIST] = "150 Opening ASCII mode data connection for file list",
    [REPLY_DONE] = "226 Transfer complete",
    [REPLY_DONE_LIST] = "226 Transfer complete",
    [REPLY_MISSING] = "550 %n: No such file or directory",
    [REPLY_DENIED] = "550 %n: Permission denied",
    [REPLY_NO_CONNECTION] = "425 Unable to build data connection: Connection timed out",
    [REPLY_BROKEN] = "426 Transfer aborted. Data connection closed",
    [REPLY_FULL] = "552 Transfer aborted. No space left on device",
    [REPLY_ABORTED] = "226 Abort successful",
    [REPLY_NOOP] = "200 NOOP command successful",
    [REPLY_QUIT] = "221 Goodbye.",
};

static const char *const pure_ftpd[LINES] = {
    [REPLY_GREETING] = ("220---------- Welcome to Pure-FTPd [privsep] [TLS] ----------\r\n"
                        "220-You are user number 7 of 50 allowed.\r\n"
                        "220-Local time is now 09:30. Server port: 21.\r\n"
                        "220-This is a private system - No anonymous login\r\n"
                        "220 You will be disconnected after 15 minutes of inactivity."),
    [REPLY_USER] = "331 User %u OK. Password required",
    [REPLY_LOGGED_IN] = "230 OK. Current restricted directory is /",
    [REPLY_LOGIN_WRONG] = "530 Login authentication failed",
    [REPLY_SYST] = "215 UNIX Type: L8",
    [REPLY_FEAT] = ("211-Extensions supported:\r\n UTF8\r\n EPRT\r\n IDLE\r\n MDTM\r\n SIZE\r\n MFMT\r\n"
                    " REST STREAM\r\n MLST type*;size*;sizd*;modify*;UNIX.mode*;UNIX.uid*;UNIX.gid*;unique*;\r\n"
                    " MLSD\r\n TVFS\r\n ESTA\r\n PASV\r\n EPSV\r\n ESTP\r\n211 End."),
    [REPLY_OPTS] = "200 OK, UTF-8 enabled",
    [REPLY_PWD] = "257 \"%d\" is your current location",
    [REPLY_CWD] = "250 OK. Current directory is %d",
    [REPLY_TYPE_I] = "200 TYPE is now 8-bit binary",
    [REPLY_TYPE_A] = "200 TYPE is now ASCII",
    [REPLY_SIZE] = "213 %b",
    [REPLY_SIZE_MISSING] = "550 Can't check for file existence",
    [REPLY_MDTM] = "213 20251120083000",
    [REPLY_PASV] = "227 Entering Passive Mode (%h)",
    [REPLY_EPSV] = "229 Extended Passive mode OK (|||%p|)",
    [REPLY_PORT] = "200 PORT command successful",
    [REPLY_EPRT] = "200 PORT command successful",
    [REPLY_BEGIN_DOWN] = "150 Accepted data connection",
    [REPLY_BEGIN_UP] = "150 Accepted data connection",
    [REPLY_BEGIN_LIST] = "150 Accepted data connection",
    [REPLY_DONE] = ("226-File successfully transferred\r\n"
                    "226 0.004 seconds (measured here), 3.25 Mbytes per second"),
    [REPLY_DONE_LIST] = "226-Options: -l \r\n226 24 matches total",
    [REPLY_MISSING] = "550 Can't open %n: No such file or directory",
    [REPLY_DENIED] = "553 Can't open that file: Permission denied",
    [REPLY_NO_CONNECTION] = "425 Could not open data connection to port %p: Connection timed out",
    [REPLY_BROKEN] = "426 Connection reset by peer",
    [REPLY_FULL] = "452 Error during write to file",
    [REPLY_ABORTED] = "226 Since you see this ABOR must've succeeded",
    [REPLY_NOOP] = "200 Zzz...",
    [REPLY_QUIT] = "221-Goodbye. You uploaded 0 and downloaded 12 kbytes.\r\n221 Logout.",
};

static const char *const pyftpdlib[LINES] = {
    [REPLY_GREETING] = "220 pyftpdlib 1.5.7 ready.",
    [REPLY_USER] = "331 Username ok, send password.",
    [REPLY_LOGGED_IN] = "230 Login successful.",
    [REPLY_LOGIN_WRONG] = "530 Authentication failed.",
    [REPLY_SYST] = "215 UNIX Type: L8",
    [REPLY_FEAT] = ("211-Features supported:\r\n EPRT\r\n EPSV\r\n MDTM\r\n MFMT\r\n"
                    " MLST type*;perm*;size*;modify*;unique*;unix.mode;unix.uid;unix.gid;\r\n REST STREAM\r\n"
                    " SIZE\r\n TVFS\r\n UTF8\r\n211 End FEAT."),
    [REPLY_OPTS] = "501 Invalid argument.",
    [REPLY_PWD] = "257 \"%d\" is the current directory.",
    [REPLY_CWD] = "250 \"%d\" is the current directory.",
    [REPLY_TYPE_I] = "200 Type set to: Binary.",
    [REPLY_TYPE_A] = "200 Type set to: ASCII.",
    [REPLY_SIZE] = "213 %b",
    [REPLY_SIZE_MISSING] = "550 %n is not retrievable.",
    [REPLY_MDTM] = "213 20251120083000",
    [REPLY_PASV] = "227 Entering passive mode (%h).",
    [REPLY_EPSV] = "229 Entering extended passive mode (|||%p|).",
    [REPLY_PORT] = "200 Active data connection established.",
    [REPLY_EPRT] = "200 Active data connection established.",
    [REPLY_BEGIN_DOWN] = "125 Data connection already open. Transfer starting.",
    [REPLY_BEGIN_UP] = "125 Data connection already open. Transfer starting.",
    [REPLY_BEGIN_LIST] = "125 Data connection already open. Transfer starting.",
    [REPLY_DONE] = "226 Transfer complete.",
    [REPLY_DONE_LIST] = "226 Transfer complete.",
    [REPLY_MISSING] = "550 No such file or directory.",
    [REPLY_DENIED] = "550 Not enough privileges.",
    [REPLY_NO_CONNECTION] = "425 Can't connect to specified address.",
    [REPLY_BROKEN] = "426 Connection reset by peer; transfer aborted.",
    [REPLY_FULL] = "426 No space left on device; transfer aborted.",
    [REPLY_ABORTED] = "225 ABOR command successful.",
    [REPLY_NOOP] = "200 I successfully did nothing'.",
    [REPLY_QUIT] = "221 Goodbye.",
};

static const char *const iis[LINES] = {
    [REPLY_GREETING] = "220 Microsoft FTP Service",
    [REPLY_USER] = "331 Password required",
    [REPLY_LOGGED_IN] = "230 User logged in.",
    [REPLY_LOGIN_WRONG] = "530 User cannot log in.",
    [REPLY_SYST] = "215 Windows_NT",
    [REPLY_FEAT] = ("211-Extended features supported:\r\n LANG EN*\r\n UTF8\r\n AUTH TLS;TLS-C;SSL;TLS-P;\r\n"
                    " PBSZ\r\n PROT C;P;\r\n CCC\r\n HOST\r\n SIZE\r\n MDTM\r\n REST STREAM\r\n211 END"),
    [REPLY_OPTS] = "200 OPTS UTF8 command successful - UTF8 encoding now ON.",
    [REPLY_PWD] = "257 \"%d\" is current directory.",
    [REPLY_CWD] = "250 CWD command successful.",
    [REPLY_TYPE_I] = "200 Type set to I.",
    [REPLY_TYPE_A] = "200 Type set to A.",
    [REPLY_SIZE] = "213 %b",
    [REPLY_SIZE_MISSING] = "550 The system cannot find the file specified. ",
    [REPLY_MDTM] = "213 20251120083000",
    [REPLY_PASV] = "227 Entering Passive Mode (%h).",
    [REPLY_EPSV] = "229 Entering Extended Passive Mode (|||%p|)",
    [REPLY_PORT] = "200 PORT command successful.",
    [REPLY_EPRT] = "200 EPRT command successful.",
    [REPLY_BEGIN_DOWN] = "125 Data connection already open; Transfer starting.",
    [REPLY_BEGIN_UP] = "125 Data connection already open; Transfer starting.",
    [REPLY_BEGIN_LIST] = "125 Data connection already open; Transfer starting.",
    [REPLY_DONE] = "226 Transfer complete.",
    [REPLY_DONE_LIST] = "226 Transfer complete.",
    [REPLY_MISSING] = "550 The system cannot find the file specified. ",
    [REPLY_DENIED] = "550 Access is denied. ",
    [REPLY_NO_CONNECTION] = "425 Cannot open data connection.",
    [REPLY_BROKEN] = "426 Connection closed; transfer aborted.",
    [REPLY_FULL] = "552 Requested file action aborted. Exceeded storage allocation.",
    [REPLY_ABORTED] = "226 ABOR command successful.",
    [REPLY_NOOP] = "200 noop command successful.",
    [REPLY_QUIT] = "221 Goodbye.",
};

const struct dialect dialects[DIALECTS] = {
    {.line_by_line = true, .tells_size = true, .ttl = 57, .texts = vsftpd},
    {.line_by_line = true, .tells_size = true, .has_mlsd = true, .ttl = 52, .texts = proftpd},
    {.has_mlsd = true, .ttl = 60, .texts = pure_ftpd},
    {.has_mlsd = true, .ttl = 58, .texts = pyftpdlib},
    {.ttl = 119, .texts = iis},
};

#define SAYS(command) (1u << SAY_##command)

/* clang-format off */
const struct style styles[STYLES] = {
    {   /* lftp */
        .hello = SAYS(PWD) | SAYS(CWD), .setup = {SAY_PASV, SAY_EPSV}, .listing = "LIST",
        .feat_first = true, .asks_size = true, .asks_time = true, .stamps = true, .ttl = 64,
    },
    {   /* curl */
        .hello = SAYS(PWD) | SAYS(CWD), .setup = {SAY_EPSV, SAY_EPSV}, .listing = "LIST",
        .asks_size = true, .stamps = true, .ttl = 64,
    },
    {   /* tnftp */
        .hello = SAYS(SYST) | SAYS(FEAT) | SAYS(PWD) | SAYS(CWD), .setup = {SAY_EPSV, SAY_EPSV}, .listing = "LIST",
        .asks_size = true, .asks_time = true, .stamps = true, .ttl = 64,
    },
    {   /* a graphical one on Windows: asks for the file, then connects */
        .hello = SAYS(SYST) | SAYS(FEAT) | SAYS(OPTS) | SAYS(PWD) | SAYS(CWD), .setup = {SAY_PASV, SAY_EPSV},
        .listing = "MLSD", .command_first = true, .ttl = 128,
    },
    {   /* the one that comes with Windows */
        .hello = SAYS(OPTS) | SAYS(CWD), .setup = {SAY_PORT, SAY_EPRT}, .listing = "NLST", .ttl = 128,
    },
    {   /* a script */
        .hello = SAYS(CWD), .setup = {SAY_PASV, SAY_EPSV}, .listing = "NLST",
        .asks_size = true, .stamps = true, .ttl = 64,
    },
    {   /* active mode on Unix */
        .hello = SAYS(SYST) | SAYS(PWD) | SAYS(CWD), .setup = {SAY_EPRT, SAY_EPRT}, .listing = "LIST",
        .asks_size = true, .stamps = true, .ttl = 64,
    },
};
/* clang-format on */

const char *dialect_text(const struct dialect *dialect, unsigned line)
{
    return line < COMMANDS ? commands[line] : dialect->texts[line];
}

unsigned dialect_code(const struct dialect *dialect, enum reply reply)
{
    return (unsigned)g_ascii_strtoull(dialect->texts[reply], NULL, 10);
}
