#include "report/symbol/demangle.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdbool.h>
#include <string.h>

#include <libiberty/demangle.h>

enum {
	/* symbols longer than this stay as they are */
	MANGLED_MAX = 16384,
	/* references within a mangled name multiply: no name is longer */
	NAME_MAX_SIZE = 65536,
};

/* Operators that hold '<', '>' or '(', longest first. */
static const char *const operators[] = {
	"<=>",
	"<<=",
	">>=",
	"->*",
	"<<",
	">>",
	"<=",
	">=",
	"->",
	"()",
	"<",
	">",
};

/* Where a demangler's pieces go, and how to leave it when they do not end: a
 * name of n bytes may ask for 2^n. The demanglers hold no memory of their own
 * while they call. */
struct sink {
	struct strbuf *name;
	size_t limit;
	jmp_buf too_long;
};

static void append(const char *text, size_t len, void *arg)
{
	struct sink *sink = arg;

	if (sink->name->len + len > sink->limit)
		longjmp(sink->too_long, 1);
	strbuf_add(sink->name, text, len);
}

typedef int demangler(
	const char *mangled, int options, demangle_callbackref append, void *);

/* Append what CALL makes of MANGLED; NAME is as before where it fails. */
static bool run(
	demangler *call, const char *mangled, int options, struct strbuf *name)
{
	const size_t before = name->len;
	struct sink sink = {.name = name, .limit = before + NAME_MAX_SIZE};

	if (!setjmp(sink.too_long) && call(mangled, options, append, &sink) &&
		name->len > before)
		return true;
	name->len = before;
	if (name->cap)
		name->buf[before] = 0;
	return false;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$';
}

/* The length of the operator name at AT ("operator->"), 0 if there is none. */
static size_t operator_length(const char *start, const char *at)
{
	size_t word = strlen("operator"), i;

	if (strncmp(at, "operator", word) != 0 ||
		(at > start && is_word(at[-1])))
		return 0;
	for (i = 0; i < sizeof(operators) / sizeof(*operators); i++)
		if (!strncmp(at + word, operators[i], strlen(operators[i])))
			return word + strlen(operators[i]);
	return 0;
}

/* Where the template arguments that begin at AT end; NULL if they do not. */
static const char *skip_arguments(const char *start, const char *at)
{
	size_t angles = 0, rounds = 0, length;

	for (; *at; at++) {
		length = operator_length(start, at);
		if (length) {
			at += length - 1;
			continue;
		}
		if (*at == '(')
			rounds++;
		else if (*at == ')' && rounds)
			rounds--;
		else if (*at == '<' && !rounds)
			angles++;
		else if (*at == '>' && !rounds && !--angles)
			return at + 1;
	}
	return NULL;
}

/* Append FULL without template arguments. Returns false for a name that is not
 * understood, which leaves NAME in an unknown state. */
static bool append_simple(struct strbuf *name, const char *full)
{
	const char *at = full, *end;
	size_t length;

	while (*at) {
		length = operator_length(full, at);
		if (!length && *at == '<') {
			end = skip_arguments(full, at);
			if (!end)
				return false;
			at = end;
			continue;
		}
		/* "operator<< <char>": the blank goes with the arguments */
		if (!length && at[0] == ' ' && at[1] == '<') {
			at++;
			continue;
		}
		strbuf_add(name, at, length ? length : 1);
		at += length ? length : 1;
	}
	return true;
}

/* Rust's generic arguments are part of how its names read. */
static bool demangle_rust(struct strbuf *name, const char *mangled)
{
	return run(rust_demangle_callback, mangled, DMGL_PARAMS, name);
}

/* Append FULL without template arguments, if it is understood and leaves
 * something. */
static bool add_simple(struct strbuf *name, const char *full)
{
	struct strbuf simple;
	bool done;

	strbuf_init(&simple);
	done = append_simple(&simple, full) && simple.len;
	if (done)
		strbuf_add(name, simple.buf, simple.len);
	strbuf_release(&simple);
	return done;
}

static bool demangle_cxx(
	struct strbuf *name, const char *mangled, enum demangle_form form)
{
	int options = form == DEMANGLE_FULL ? DMGL_PARAMS | DMGL_ANSI
					    : DMGL_NO_OPTS;
	struct strbuf full;
	bool done;

	strbuf_init(&full);
	done = run(cplus_demangle_v3_callback, mangled, options, &full);
	if (done && (form != DEMANGLE_SIMPLE || !add_simple(name, full.buf)))
		strbuf_add(name, full.buf, full.len);
	strbuf_release(&full);
	return done;
}

static bool is_number(const char *at, const char *end)
{
	if (at == end)
		return false;
	for (; at < end; at++)
		if (!isdigit((unsigned char)*at))
			return false;
	return true;
}

/* The length of NAME without ".cold", ".part.0" and the like. */
static size_t plain_length(const char *name)
{
	static const char *const marks[] = {
		".part", ".isra", ".constprop", ".lto_priv"};
	size_t len = strlen(name), i, mark;
	const char *dot;

	if (len > 5 && !strcmp(name + len - 5, ".cold"))
		len -= 5;
again:
	dot = memrchr(name, '.', len);
	if (!dot || !is_number(dot + 1, name + len))
		return len;
	for (i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		mark = strlen(marks[i]);
		if ((size_t)(dot - name) <= mark ||
			strncmp(dot - mark, marks[i], mark) != 0)
			continue;
		len = (size_t)(dot - name) - mark;
		goto again;
	}
	return len;
}

void demangle(struct strbuf *name, const char *mangled, enum demangle_form form)
{
	size_t len = strnlen(mangled, MANGLED_MAX);

	if (len < MANGLED_MAX && mangled[0] == '_') {
		if (demangle_rust(name, mangled))
			return;
		if (mangled[1] == 'Z' && demangle_cxx(name, mangled, form))
			return;
	}
	/* a name that DWARF gave: "Table<int>::add" */
	if (form == DEMANGLE_SIMPLE && strchr(mangled, '<') &&
		add_simple(name, mangled))
		return;
	strbuf_add(name, mangled, plain_length(mangled));
}
