/*
 * ftpscope.h - the FTP decoder: lines in, one plain value out per line.
 *
 * Sans I/O: no sockets, no clock, no allocation, no callbacks, no globals. Bytes and times come in as arguments,
 * results go out as values. Nothing the network sends can make a call fail: malformed input is described by flags. Only
 * misuse by the host asserts. A span is borrowed and lives as long as the bytes it points into; a note is a value; the
 * session is one block of memory that the caller owns and may move. Times are nanoseconds, lengths and positions are
 * bytes.
 */
#ifndef FTPSCOPE_H
#define FTPSCOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fsc_span {
    const uint8_t *p;
    size_t n;
};

enum fsc_dir { FSC_C2S, FSC_S2C };

/* ---- limits ---- */
enum {
    /* Bytes of one line, terminator included: RFC 959 sets no limit and the tokens of RFC 2228 are base64 of any
     * length; servers cut at 512 to 4096. */
    FSC_LINE_MAX = 65536,
    /* Bytes of one path: PATH_MAX of Linux. What does not fit is cut and flagged. */
    FSC_PATH_MAX = 4096,
    /* Bytes of one user name: longer than any account, host and proxy name in use ("user@realm@host"). */
    FSC_USER_MAX = 512,
    /* Commands without their final reply: the deepest pipelining seen in clients is under 20. Beyond it the oldest
     * command is given up and flagged. */
    FSC_PENDING_MAX = 64,
};

/* ---- lines: RFC 959 section 5.3, RFC 854 (NVT), RFC 2640 section 3.1 ---- */
enum fsc_line_flag {
    FSC_LINE_BARE_LF = 1u << 0,  /* ended by LF without CR */
    FSC_LINE_EXTRA_CR = 1u << 1, /* more than one CR before the LF */
    FSC_LINE_NUL = 1u << 2,      /* holds a NUL byte */
    FSC_LINE_TELNET = 1u << 3, /* holds IAC (0xFF) or begins with a lone data mark: give it to fsc_telnet_strip first */
    FSC_LINE_OVERLONG = 1u << 4,     /* cut at FSC_LINE_MAX: the next line is its continuation */
    FSC_LINE_UNTERMINATED = 1u << 5, /* the stream ended (or broke) before a line end */
};

struct fsc_line {
    struct fsc_span text; /* without terminator */
    size_t wire_len;      /* bytes of the stream this line took, terminator included */
    uint32_t flags;       /* enum fsc_line_flag */
};

/* Takes the first line of `in`. Returns the bytes consumed, 0 when the line end is not there yet (need more). With
 * `last` true what is left is a line by itself, flagged FSC_LINE_UNTERMINATED; 0 then means that `in` is empty. */
size_t fsc_line_next(struct fsc_span in, bool last, struct fsc_line *out);

/* Removes Telnet commands (RFC 854) from a line: IAC IAC becomes one 0xFF, IAC DO/DONT/WILL/WONT x and IAC SB ... IAC
 * SE vanish, other IAC commands vanish; IAC before a byte that is no Telnet command stays as it is (a Latin-1 name sent
 * by a client that knows no Telnet). A lone 0xF2 at the start (the data mark whose IAC went out of band) vanishes too.
 * Returns the text in `buf` when something was removed, else `text` itself. cap must be at least text.n. */
struct fsc_span fsc_telnet_strip(struct fsc_span text, uint8_t *buf, size_t cap);

/* Writes `text` printable: valid UTF-8 stays, control characters (C0, DEL, C1), bidirectional controls and invalid
 * bytes become \xNN, a backslash becomes "\\". Always ends with NUL, never overruns cap; returns the length written. */
size_t fsc_text_printable(struct fsc_span text, char *buf, size_t cap);

/* ---- commands ---- */
enum fsc_verb {
    FSC_VERB_NONE,    /* no command at all */
    FSC_VERB_UNKNOWN, /* a word that commands.def does not have */
#define FSC_COMMAND(verb, group, argument, data, diagram, traits, legal, practice, origin, what) FSC_VERB_##verb,
#include "commands.def"
#undef FSC_COMMAND
    FSC_VERB_COUNT
};

enum fsc_group { FSC_GROUP_ACCESS, FSC_GROUP_PARAMETER, FSC_GROUP_SERVICE, FSC_GROUP_FOREIGN };
enum fsc_argument { FSC_ARG_NONE, FSC_ARG_TEXT, FSC_ARG_PATH, FSC_ARG_NUMBER, FSC_ARG_ADDRESS, FSC_ARG_SECRET };
enum fsc_flow { FSC_FLOW_NONE, FSC_FLOW_DOWN, FSC_FLOW_UP }; /* which way file bytes go; down is server to client */

/* The reply diagrams of RFC 959 section 6. */
enum fsc_diagram {
    FSC_DIAGRAM_SIMPLE,   /* first diagram: no preliminary reply */
    FSC_DIAGRAM_TRANSFER, /* second diagram: 1yz may come first */
    FSC_DIAGRAM_LOGIN,    /* USER, PASS, ACCT: 3yz asks for more */
    FSC_DIAGRAM_SEQUENCE, /* RNFR, REST, RANG: 3yz is the success */
    FSC_DIAGRAM_SECURITY, /* AUTH, ADAT: 3yz continues the exchange (RFC 2228) */
    FSC_DIAGRAM_COUNT
};

enum fsc_trait {
    FSC_TRAIT_PASSIVE = 1u << 0,   /* makes a passive expectation */
    FSC_TRAIT_ACTIVE = 1u << 1,    /* makes an active expectation */
    FSC_TRAIT_INTERRUPT = 1u << 2, /* may come and be answered while a transfer runs */
    FSC_TRAIT_HISTORIC = 1u << 3,
    FSC_TRAIT_DANGEROUS = 1u << 4, /* worth a look in a security review */
    FSC_TRAIT_LISTING = 1u << 5,   /* LIST, NLST, MLSD: the data is a directory, not a file */
};

struct fsc_verb_info {
    const char *name;
    enum fsc_group group;
    enum fsc_argument argument;
    enum fsc_flow flow;
    enum fsc_diagram diagram;
    uint32_t traits;
    const char *legal; /* codes the defining texts allow, those of every command first: "421 500 ... 125 150 226 ..." */
    const char *practice; /* further codes real servers send, same form */
    const char *origin;   /* "RFC 959" ... */
    const char *what;     /* one sentence */
};

const struct fsc_verb_info *fsc_verb_info(enum fsc_verb verb); /* never NULL */
enum fsc_verb fsc_verb_find(struct fsc_span word);             /* any case */

enum fsc_command_flag {
    FSC_COMMAND_LEADING_SPACE = 1u << 0,
    FSC_COMMAND_EXTRA_SPACE = 1u << 1, /* several blanks before a non-path argument (dropped) */
    FSC_COMMAND_SECRET = 1u << 2,      /* the argument must not be shown */
    FSC_COMMAND_EMPTY = 1u << 3,
    FSC_COMMAND_FOREIGN = 1u << 4, /* begins like HTTP, SSH, TLS, SMTP ... */
};

struct fsc_command {
    enum fsc_verb verb;
    struct fsc_span verb_text, arg;
    uint32_t flags; /* enum fsc_command_flag */
};

/* Lexical and pure; `text` is a line without terminator and without Telnet. For paths, secrets and user names exactly
 * one blank separates verb and argument (RFC 2640 section 3.1), for others all blanks do. */
void fsc_command_parse(struct fsc_span text, struct fsc_command *out);

/* ---- replies ---- */
enum fsc_reply_flag {
    FSC_REPLY_NO_CODE = 1u << 0,  /* does not begin with three digits: text of a multi-line reply, or no FTP */
    FSC_REPLY_ILLEGAL = 1u << 1,  /* three digits outside 100..699, or more than three digits */
    FSC_REPLY_NO_SPACE = 1u << 2, /* text follows the code directly, as in "230_no_space" */
    FSC_REPLY_COLON = 1u << 3,    /* z/OS style "550 : text" or "550-: text" */
};

struct fsc_reply {
    uint16_t code; /* 0 with FSC_REPLY_NO_CODE or FSC_REPLY_ILLEGAL */
    bool more;     /* "ddd-": opens or continues a multi-line reply */
    struct fsc_span code_text, text;
    uint32_t flags; /* enum fsc_reply_flag */
};

void fsc_reply_parse(struct fsc_span text, struct fsc_reply *out);

/* What the texts of a whole reply tell beyond the code; texts.def lists the words. FSC_TEXT_NONE when nothing matched.
 */
enum fsc_text_class {
    FSC_TEXT_NONE,
#define FSC_TEXT(name, codes, words, meaning, advice) FSC_TEXT_##name,
#include "texts.def"
#undef FSC_TEXT
    FSC_TEXT_COUNT
};

/* The class of one reply line (given its code), the most telling one when several match. */
enum fsc_text_class fsc_text_classify(uint16_t code, struct fsc_span text);
const char *fsc_text_name(enum fsc_text_class text); /* "TOO_MANY_USERS"; "" for FSC_TEXT_NONE */

/* ---- facts inside replies and arguments ---- */
enum fsc_addr_kind { FSC_ADDR_NONE, FSC_ADDR_V4, FSC_ADDR_V6 };
struct fsc_addr {
    enum fsc_addr_kind kind;
    uint8_t bytes[16]; /* network order; IPv4 in the first four, the rest zero */
};
struct fsc_endpoint {
    struct fsc_addr addr;
    uint16_t port;
};

enum fsc_form {
    FSC_FORM_NONE,
    FSC_FORM_PORT,
    FSC_FORM_EPRT,
    FSC_FORM_LPRT,
    FSC_FORM_PASV,
    FSC_FORM_EPSV,
    FSC_FORM_LPSV,
    FSC_FORM_DEFAULT
};
const char *fsc_form_name(enum fsc_form form);
bool fsc_form_is_passive(enum fsc_form form); /* the server listens */

/* PORT/EPRT/LPRT: `text` is the argument; PASV/EPSV/LPSV: the text of the 227/229/228. RFC 959, RFC 1123 4.1.2.6, RFC
 * 2428, RFC 1639. False when no valid endpoint is there (*out is zero then). A 229 without address leaves
 * out->addr.kind FSC_ADDR_NONE. */
bool fsc_endpoint_parse(enum fsc_form form, struct fsc_span text, struct fsc_endpoint *out, struct fsc_span *where);

bool fsc_addr_equal(const struct fsc_addr *a,
                    const struct fsc_addr *b);   /* an IPv4-mapped IPv6 address equals its IPv4 one */
bool fsc_addr_private(const struct fsc_addr *a); /* RFC 1918, 6598, loopback, link-local, unique local, unspecified */
size_t fsc_addr_text(const struct fsc_addr *a, char *buf, size_t cap);         /* RFC 5952 */
size_t fsc_endpoint_text(const struct fsc_endpoint *e, char *buf, size_t cap); /* "192.0.2.1:21", "[2001:db8::1]:21" */

/* The path of a 257 (first quoted string, "" is one quote; without quotes "PWD = /x"). Returns its length, 0 when none
 * or when the closing quote is missing; what does not fit cap is cut. */
size_t fsc_quoted_path(struct fsc_span text, uint8_t *buf, size_t cap);

/* The name that the server chose for STOU: "FILE: name" (RFC 1123 4.1.2.9), or "(unique file name:name)" as servers of
 * the BSD family say at the end. */
bool fsc_unique_name(struct fsc_span text, struct fsc_span *name);

/* Joins and normalises lexically ("//", ".", ".."). An unknown start directory is "?" (or empty) and gives "?/name";
 * ".." above it stays. A path with a drive letter or a leading "~" is absolute. buf overlaps neither cwd nor arg.
 * Returns the length, at most cap; *cut is set when the result did not fit. */
size_t fsc_path_join(struct fsc_span cwd, struct fsc_span arg, uint8_t *buf, size_t cap, bool *cut);

enum fsc_size_from { FSC_SIZE_NONE, FSC_SIZE_SIZE, FSC_SIZE_150, FSC_SIZE_MLSD, FSC_SIZE_ALLO, FSC_SIZE_226 };
const char *fsc_size_from_name(enum fsc_size_from from);
bool fsc_size_reply(struct fsc_span text, uint64_t *bytes);      /* 213 to SIZE */
bool fsc_size_in_facts(struct fsc_span text, uint64_t *bytes);   /* a line of MLST or MLSD (RFC 3659 7.5.7) */
bool fsc_size_in_opening(struct fsc_span text, uint64_t *bytes); /* "... (123 bytes)" of a 125 or 150: the last one */
bool fsc_size_in_closing(struct fsc_span text, uint64_t *bytes); /* "... 14,207,859 bytes transferred" of a 226 */
bool fsc_number(struct fsc_span text, uint64_t *value);          /* decimal digits only */

/* Base64 as RFC 2228 sends it: true when `text` is well formed. */
bool fsc_base64_valid(struct fsc_span text);

/* One TLS record header (RFC 8446 section 5.1). Returns 5 plus the length of the fragment, 0 when `in` is too short to
 * tell (under 5 bytes that fit so far), and FSC_TLS_NOT when the bytes are no TLS record. `type` may be NULL. */
#define FSC_TLS_NOT SIZE_MAX
size_t fsc_tls_record(struct fsc_span in, uint8_t *type);

/* Each builds on the one before. */
#include "session.h"

#include "transfer.h"

#include "diagnose.h"

/* ---- knowledge ---- */
enum fsc_origin {
    FSC_ORIGIN_RFC959,
    FSC_ORIGIN_RFC1123,
    FSC_ORIGIN_RFC1639,
    FSC_ORIGIN_RFC2228,
    FSC_ORIGIN_RFC2389,
    FSC_ORIGIN_RFC2428,
    FSC_ORIGIN_RFC2640,
    FSC_ORIGIN_RFC3659,
    FSC_ORIGIN_RFC4217,
    FSC_ORIGIN_RFC7151,
    FSC_ORIGIN_DRAFT,
    FSC_ORIGIN_HISTORIC,
    FSC_ORIGIN_VENDOR,
    FSC_ORIGIN_CONVENTION,
    FSC_ORIGIN_WINSOCK,
    FSC_ORIGIN_COUNT
};
const char *fsc_origin_name(enum fsc_origin origin);

enum fsc_document { FSC_DOC_EFT, FSC_DOC_WIKIPEDIA, FSC_DOC_ANNOTATED, FSC_DOC_RFC959, FSC_DOC_CUTEFTP, FSC_DOC_COUNT };
const char *fsc_document_name(enum fsc_document document); /* "CuteFTP help" ... */

enum fsc_retry { FSC_RETRY_NONE, FSC_RETRY_YES, FSC_RETRY_NO, FSC_RETRY_DEPENDS };

struct fsc_code_info {
    uint16_t code;
    const char *title, *meaning, *advice; /* advice may be "" */
    enum fsc_origin origin;
    uint8_t documents; /* bit per enum fsc_document */
    enum fsc_retry retry;
};

/* The general entry of a code; NULL when replies.def does not have it. Winsock numbers are in it too (10054 ...). */
const struct fsc_code_info *fsc_code_info(uint16_t code);
size_t fsc_code_count(void);
const struct fsc_code_info *fsc_code_at(size_t i); /* in ascending order */

struct fsc_explanation {
    const char *title, *meaning, *advice; /* never NULL; advice may be "" */
};

/* What `code` means as an answer to `verb` (FSC_VERB_NONE: greeting or unsolicited) with this text class: the most
 * special row wins: text class, then (code, verb), then code, then the digits (RFC 959 section 4.2.1). */
struct fsc_explanation fsc_explain(uint16_t code, enum fsc_verb verb, enum fsc_text_class text);

/* The differences by command of one code: row i, false when there are no more. */
bool fsc_code_override(uint16_t code, size_t i, enum fsc_verb *verb, struct fsc_explanation *out);

/* What lists on the web say about a code (or, under a heading such as "200 Series", about a first digit). */
struct fsc_document_note {
    uint16_t code;       /* of a heading: the digit */
    uint8_t documents;   /* bit per enum fsc_document: those that say this; each says one thing about a code */
    const char *says;    /* in our words */
    const char *advises; /* what they tell the reader to do, "" nothing */
    const char *right;   /* where they are wrong or incomplete: what holds; "" when they are right */
    const char *fits;    /* the cases, see documents.def: use fsc_document_fits */
};
size_t fsc_document_note_count(void);
const struct fsc_document_note *fsc_document_note_at(size_t i); /* ascending by code */
size_t fsc_document_heading_count(void);
const struct fsc_document_note *fsc_document_heading_at(size_t i); /* ascending by digit */

/* Whether their advice (where they give none: their statement) is right for this finding, `text` being the class of the
 * reply. */
bool fsc_document_fits(const struct fsc_document_note *note, enum fsc_finding_id finding, enum fsc_text_class text);

const char *fsc_digit_first(uint16_t code);  /* what the first digit says */
const char *fsc_digit_second(uint16_t code); /* what the second digit says */

#endif
