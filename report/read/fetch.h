/* fetch.h - profiles from a URL.
 *
 * What users type is completed as curl and browsers do:
 *
 *   :8787           http://localhost:8787/debug/pprof/heap
 *   HOST:8787       http://HOST:8787/debug/pprof/heap
 *   http://HOST/    http://HOST/debug/pprof/heap
 *   anything else with a path stays as it is
 *
 * The transfer is made by spill-fetch, which see for its limits. */
#ifndef SPILL_REPORT_READ_FETCH_H
#define SPILL_REPORT_READ_FETCH_H

#include <stdbool.h>

#include "report/base/strbuf.h"

/* Whether SOURCE, from the command line, is a URL: SCHEME://..., :PORT or
 * HOST:PORT with or without a path. Does not look whether there is a file of
 * that name: a caller does so first. */
bool fetch_is_url(const char *source);

/* Add the completed form of URL to OUT. */
void fetch_complete(const char *url, struct strbuf *out);

/* GET what URL names, completed; add its bytes to BODY. Returns 0, or -errno
 * with BODY as it was and a sentence in WHY. */
__attribute__((warn_unused_result)) int fetch_url(
	const char *url, struct strbuf *body, struct strbuf *why);

#endif
