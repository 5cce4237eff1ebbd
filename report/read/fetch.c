#include "report/read/fetch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/base/helper.h"

#define HEAP_PATH "/debug/pprof/heap"

/* spill-fetch keeps to its own, better explained limits: 60 s, more where the
 * URL asks for it, and 512 MiB. These are behind them. */
static const struct helper_limits limits = {
	.seconds = 3600 + 120,
	.memory = (size_t)2 << 30,
	.output = (size_t)600 << 20,
};

/* ":8787", "host:8787", "[::1]:8787", then nothing or a path. */
static bool is_host_port(const char *source)
{
	size_t host = strcspn(source, ":/");
	size_t port;

	if (source[0] == '[')
		host = strcspn(source, "]/") + 1;
	if (host > strlen(source) || source[host] != ':')
		return false;
	port = strspn(source + host + 1, "0123456789");
	return port && port <= 5 && strchr("/?", source[host + 1 + port]);
}

bool fetch_is_url(const char *source)
{
	size_t scheme = strspn(source,
		"abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ+");

	if (scheme && !strncmp(source + scheme, "://", 3))
		return true;
	return is_host_port(source);
}

void fetch_complete(const char *url, struct strbuf *out)
{
	const char *host = strstr(url, "://");
	size_t path;

	if (host)
		host += 3;
	else {
		strbuf_addstr(out, "http://");
		if (url[0] == ':')
			strbuf_addstr(out, "localhost");
		host = url;
	}
	path = (size_t)(host - url) + strcspn(host, "/?#");
	strbuf_add(out, url, path);
	if (!url[path] || !strcmp(url + path, "/"))
		strbuf_addstr(out, HEAP_PATH);
	else
		strbuf_addstr(out, url + path);
}

static bool has_host(const char *full)
{
	return strcspn(strstr(full, "://") + 3, "/?#:") > 0;
}

int fetch_url(const char *url, struct strbuf *body, struct strbuf *why)
{
	struct strbuf full;
	int rc;

	strbuf_init(&full);
	fetch_complete(url, &full);
	rc = full.error;
	if (!rc && !has_host(full.buf)) {
		strbuf_addf(why, "no host in '%s'", url);
		rc = -EINVAL;
	}
	if (!rc) {
		const char *const argv[] = {
			"spill-fetch", "--", full.buf, NULL};

		rc = helper_run(argv, NULL, &limits, body, why);
	}
	strbuf_release(&full);
	return rc;
}
