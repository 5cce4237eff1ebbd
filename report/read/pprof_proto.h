/* pprof_proto.h - the wire format of google/pprof's profile.proto. */
#ifndef SPILL_REPORT_READ_PPROF_PROTO_H
#define SPILL_REPORT_READ_PPROF_PROTO_H

#include <stddef.h>

#include "report/base/strbuf.h"
#include "report/graph/profile.h"

/* Fill the empty P from the SIZE bytes at DATA (not compressed), which may be
 * anything. Equal samples become one, samples of zeros are left out, and so is
 * what no sample refers to (but the first mapping stays).
 * Returns 0, -EINVAL with a reason in WHY ("sample 3 has 2 values for 4
 * types"), or -ENOMEM. */
__attribute__((warn_unused_result)) int pprof_decode(
	struct profile *p, const void *data, size_t size, struct strbuf *why);

/* Append P to OUT, not compressed. Returns 0 or -ENOMEM. */
__attribute__((warn_unused_result)) int pprof_encode(
	const struct profile *p, struct strbuf *out);

#endif
