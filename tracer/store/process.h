/* process.h - what tells this process from all others: the pid and its
 * namespace, the time it started and the boot it runs in. All but the pid are
 * read from /proc, and are 0 where that cannot be read. */
#ifndef SPILL_TRACER_STORE_PROCESS_H
#define SPILL_TRACER_STORE_PROCESS_H

#include "tracer/store/recording.h"

/* Fill pid, pid_namespace, parent, start_time, boot_id and wall_start. Any
 * thread. */
void process_identify(struct recording_header *header);

#endif
