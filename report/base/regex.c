#include "report/base/regex.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "report/base/array.h"
#include "report/base/utf8.h"

enum {
	STEPS_MAX = 1000000,
	HEAP_MAX_KIB = 64 * 1024,
};

enum answer {
	ANSWER_UNKNOWN,
	ANSWER_NO,
	ANSWER_YES,
};

struct regex {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
	/* an enum answer for each string number */
	unsigned char *answers;
	size_t answer_cap;
};

void regex_free(struct regex *regex)
{
	if (!regex)
		return;
	pcre2_code_free(regex->code);
	pcre2_match_data_free(regex->data);
	pcre2_match_context_free(regex->limits);
	free(regex->answers);
	free(regex);
}

static void explain(int code, const char *pattern, struct strbuf *why)
{
	char text[256];

	pcre2_get_error_message(code, (unsigned char *)text, sizeof(text));
	strbuf_addf(why, "'%s' is no regular expression: %s", pattern, text);
}

static int compile(struct regex *regex, const char *pattern, struct strbuf *why)
{
	int code;
	size_t at;

	regex->code = pcre2_compile((const unsigned char *)pattern,
		PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_DOLLAR_ENDONLY, &code,
		&at, NULL);
	if (!regex->code) {
		explain(code, pattern, why);
		return code == PCRE2_ERROR_HEAP_FAILED ? -ENOMEM : -EINVAL;
	}
	/* only faster: where it fails matching goes the slow way */
	pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE);
	regex->data = pcre2_match_data_create_from_pattern(regex->code, NULL);
	regex->limits = pcre2_match_context_create(NULL);
	if (!regex->data || !regex->limits)
		return -ENOMEM;
	pcre2_set_match_limit(regex->limits, STEPS_MAX);
	pcre2_set_heap_limit(regex->limits, HEAP_MAX_KIB);
	return 0;
}

struct regex *regex_new(const char *pattern, struct strbuf *why)
{
	struct regex *regex = calloc(1, sizeof(*regex));
	int error;

	if (!regex)
		return NULL;
	error = compile(regex, pattern, why);
	if (!error)
		return regex;
	regex_free(regex);
	errno = -error;
	return NULL;
}

static int match(struct regex *regex, const char *text, size_t len)
{
	return pcre2_match(regex->code, (const unsigned char *)text, len, 0, 0,
		regex->data, regex->limits);
}

static int match_repaired(struct regex *regex, const char *text, size_t len)
{
	struct strbuf repaired;
	int found;

	strbuf_init(&repaired);
	utf8_repair(&repaired, text, len);
	found = match(regex, repaired.buf, repaired.len);
	strbuf_release(&repaired);
	return found;
}

bool regex_match(struct regex *regex, const char *text, size_t len)
{
	int found = match(regex, text, len);

	if (found <= PCRE2_ERROR_UTF8_ERR1 && found >= PCRE2_ERROR_UTF8_ERR21)
		found = match_repaired(regex, text, len);
	return found >= 0;
}

bool regex_match_id(
	struct regex *regex, uint32_t id, const char *text, size_t len)
{
	unsigned char *answer;

	if (array_grow(&regex->answers, &regex->answer_cap, (size_t)id + 1, 1,
		    UINT32_MAX))
		return regex_match(regex, text, len);
	answer = &regex->answers[id];
	if (*answer == ANSWER_UNKNOWN)
		*answer = regex_match(regex, text, len) ? ANSWER_YES
							: ANSWER_NO;
	return *answer == ANSWER_YES;
}
