/* spill-fetch.c - GET a profile, the body to stdout.
 *
 *   spill-fetch [-t SECONDS] [-m BYTES] URL
 *
 * SECONDS and BYTES are the most that the answer may take, 60 s (and what the
 * URL's own seconds=N asks for) and 512 MiB by default.
 *
 * The server is hostile: only http and https, also after redirects, and limits
 * on time and size. Nothing is written until all of it has come. A Go program's
 * own words about a failure are passed on. */
#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "report/base/strbuf.h"

#define CONNECT_SECONDS 10L
/* the longest wait that the URL may ask for */
#define SECONDS_MAX 3600L

struct fetch {
	const char *url;
	CURL *curl;
	long seconds;
	size_t body_max;
	struct strbuf body;
	int too_large;
	/* X-Go-Pprof: 1 was among the last response's headers */
	int go_pprof;
	char error[CURL_ERROR_SIZE];
};

static size_t take_body(char *data, size_t size, size_t count, void *user)
{
	struct fetch *fetch = user;
	size_t len = size * count;

	fetch->too_large = len > fetch->body_max - fetch->body.len;
	if (fetch->too_large)
		return 0;
	strbuf_add(&fetch->body, data, len);
	return fetch->body.error ? 0 : len;
}

static size_t take_header(char *data, size_t size, size_t count, void *user)
{
	static const char name[] = "X-Go-Pprof:";
	struct fetch *fetch = user;
	size_t len = size * count;

	if (len > 5 && !strncmp(data, "HTTP/", 5))
		fetch->go_pprof = 0;
	if (len >= sizeof(name) && !strncasecmp(data, name, sizeof(name) - 1))
		fetch->go_pprof = 1;
	return len;
}

/* How long the URL itself tells the server to take: ...?seconds=N */
static long url_seconds(const char *url)
{
	const char *at = strchr(url, '?');
	long seconds = 0;

	while (at) {
		at++;
		if (!strncmp(at, "seconds=", 8))
			seconds = strtol(at + 8, NULL, 10);
		at = strchr(at, '&');
	}
	if (seconds < 0)
		return 0;
	return seconds > SECONDS_MAX ? SECONDS_MAX : seconds;
}

/* A proxy cannot reach this machine by its own names. */
static int is_local(const char *url)
{
	static const char *const names[] = {"localhost", "127.", "[::1]", NULL};
	const char *host = strstr(url, "://");
	int i;

	for (i = 0; host && names[i]; i++)
		if (!strncasecmp(host + 3, names[i], strlen(names[i])))
			return 1;
	return 0;
}

static void set_options(struct fetch *fetch)
{
	CURL *curl = fetch->curl;
	long seconds = fetch->seconds + url_seconds(fetch->url);

	curl_easy_setopt(curl, CURLOPT_URL, fetch->url);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "spill/" SPILL_VERSION);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 5L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, seconds);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, fetch->error);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, fetch);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, fetch);
	if (is_local(fetch->url))
		curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
}

static int fail(const char *url, const char *what, const char *advice)
{
	fprintf(stderr, "spill-fetch: cannot fetch '%s': %s%s\n", url, what,
		advice);
	return 1;
}

static int fail_transfer(const struct fetch *fetch, CURLcode code)
{
	const char *what = fetch->error[0] ? fetch->error
					   : curl_easy_strerror(code);
	const char *advice = "";
	char text[64];

	if (fetch->too_large) {
		snprintf(text, sizeof(text), "it has more than %zu bytes",
			fetch->body_max);
		return fail(fetch->url, text, "");
	}
	if (code == CURLE_COULDNT_CONNECT)
		advice = "; is the program running, and the port right?";
	else if (code == CURLE_UNSUPPORTED_PROTOCOL)
		advice = "; only http and https can be read";
	else if (code == CURLE_PARTIAL_FILE)
		advice = "; it was cut short, try again";
	return fail(fetch->url, what, advice);
}

static int fail_status(struct fetch *fetch, long status)
{
	char what[512];
	const char *type = NULL;

	curl_easy_getinfo(fetch->curl, CURLINFO_CONTENT_TYPE, &type);
	if (fetch->go_pprof && type && !strncasecmp(type, "text/plain", 10))
		snprintf(what, sizeof(what), "status %ld: %.*s", status,
			(int)strcspn(fetch->body.buf, "\r\n"), fetch->body.buf);
	else
		snprintf(what, sizeof(what),
			"the server answered with status "
			"%ld",
			status);
	return fail(
		fetch->url, what, status == 404 ? "; is the path right?" : "");
}

static int write_body(const struct fetch *fetch)
{
	size_t done = 0;
	ssize_t n;

	while (done < fetch->body.len) {
		n = write(STDOUT_FILENO, fetch->body.buf + done,
			fetch->body.len - done);
		if (n < 0)
			return fail(fetch->url, strerror(errno), "");
		done += (size_t)n;
	}
	return 0;
}

static int fetch_and_write(struct fetch *fetch)
{
	CURLcode code;
	long status = 0;

	set_options(fetch);
	code = curl_easy_perform(fetch->curl);
	if (fetch->body.error)
		return fail(fetch->url, strerror(-fetch->body.error), "");
	if (code)
		return fail_transfer(fetch, code);
	curl_easy_getinfo(fetch->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status != 200)
		return fail_status(fetch, status);
	if (!fetch->body.len)
		return fail(fetch->url, "the answer is empty", "");
	return write_body(fetch);
}

static int usage(void)
{
	fprintf(stderr, "usage: spill-fetch [-t SECONDS] [-m BYTES] URL\n");
	return 2;
}

static int read_arguments(struct fetch *fetch, int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "t:m:")) != -1)
		if (option == 't')
			fetch->seconds = strtol(optarg, NULL, 10);
		else if (option == 'm')
			fetch->body_max = strtoul(optarg, NULL, 10);
		else
			return usage();
	if (argc - optind != 1 || fetch->seconds <= 0)
		return usage();
	fetch->url = argv[optind];
	return 0;
}

int main(int argc, char **argv)
{
	struct fetch fetch = {.seconds = 60, .body_max = (size_t)512 << 20};
	int rc = read_arguments(&fetch, argc, argv);

	if (rc)
		return rc;
	strbuf_init(&fetch.body);
	if (curl_global_init(CURL_GLOBAL_DEFAULT))
		return fail(fetch.url, "libcurl cannot start", "");
	fetch.curl = curl_easy_init();
	rc = fetch.curl ? fetch_and_write(&fetch)
			: fail(fetch.url, strerror(ENOMEM), "");
	curl_easy_cleanup(fetch.curl);
	curl_global_cleanup();
	strbuf_release(&fetch.body);
	return rc;
}
