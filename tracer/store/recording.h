/* recording.h - the file a traced process fills and every report reads.
 *
 *   chunk 0   struct recording_header | chunk table | modules | text
 *   chunk 1   stack entries or buckets, as chunk_table[1] says
 *   chunk 2   ...
 *
 * A recording is an array of chunks of RECORDING_CHUNK bytes. The chunk table
 * in chunk 0 tells for each what it holds and which part of that array it is:
 * the first stack entry of a chunk (RECORDING_STACKS, n) has the id
 * n * RECORDING_CHUNK / sizeof(struct recording_stack).
 *
 * Stack entries form a trie, the outermost frame nearest the root:
 *
 *   main  <- parse <- xmalloc        entry{parent, ip}; id = index of the entry
 *
 * A bucket holds the counters of one (thread slot, stack) pair. It is written
 * by that slot's thread alone, with release stores, allocations before frees,
 * and it never moves. A reader that loads all frees of a bucket before its
 * allocations never sees more freed than allocated.
 *
 * Every count (stack_count, bucket_count, module_count, text_size, chunk_count)
 * is stored with release order after what it covers has been written, so a
 * reader may map a recording at any time: while the process runs, when it hangs
 * and after it was killed. At most the event under way in each thread is lost.
 *
 * Integers have the byte order of the machine; sizes are bytes; times are
 * nanoseconds unless said otherwise. The format is private to one version of
 * spill until 1.0: another version says so and stops. docs/FORMAT.md has the
 * same in tables. */
#ifndef SPILL_TRACER_STORE_RECORDING_H
#define SPILL_TRACER_STORE_RECORDING_H

#include <stdint.h>

#define RECORDING_MAGIC "spillrec"
#define RECORDING_SUFFIX ".spill"

enum {
	RECORDING_VERSION = 1,
	RECORDING_CHUNK = 256 * 1024,
	/* 1 GiB at most */
	RECORDING_CHUNK_MAX = 4096,
	RECORDING_MODULE_MAX = 1024,
	/* where the parts of chunk 0 begin */
	RECORDING_TABLE_AT = 4096,
	RECORDING_MODULES_AT = 20480,
	RECORDING_TEXT_AT = RECORDING_MODULES_AT + RECORDING_MODULE_MAX * 96,
	RECORDING_TEXT_MAX = RECORDING_CHUNK - RECORDING_TEXT_AT,
};

/* What a chunk holds. Its table entry is kind << 24 | part of that array. */
enum recording_kind {
	RECORDING_EMPTY = 0,
	RECORDING_STACKS = 1,
	RECORDING_BUCKETS = 2,
};

/* Stack ids with a meaning of their own; real ones follow. */
enum recording_stack_id {
	/* no stack: the parent of an outermost frame */
	STACK_NONE = 0,
	/* allocations whose stack found no room */
	STACK_UNKNOWN = 1,
	/* stands where the outer frames of a deep stack were cut off */
	STACK_CUT = 2,
	STACK_FIRST = 3,
};

enum recording_stack_flags {
	/* found by frame pointers, in code without CFI: may be wrong */
	STACK_GUESSED = 1,
	/* of a library that is not loaded at the moment: for the process
	 * itself, which must not take it for its successor's */
	STACK_RETIRED = 1u << 31,
};

/* One frame and all that is outside it. ip is a return address; the frame that
 * a signal interrupted has its ip plus one. So ip - 1 always lies in the
 * instruction that was under way. */
struct recording_stack {
	uint32_t parent;
	uint32_t flags;
	uint64_t ip;
};

/* One thread slot's counters of one stack. alloc and free are cumulative. */
struct recording_bucket {
	uint32_t stack;
	uint32_t slot;
	uint64_t allocs;
	uint64_t alloc_bytes;
	uint64_t frees;
	uint64_t freed_bytes;
	uint64_t smallest;
	uint64_t largest;
	/* the epoch in which it was touched last, and what was live in it
	 * before: that is what it held at the peak, if the epoch is still the
	 * header's. tracer/count/peak.h has the picture */
	uint64_t peak_epoch;
	int64_t peak_objects;
	int64_t peak_bytes;
	/* freed by other slots, which count that in buckets of their own */
	uint64_t remote_frees;
	/* the most objects of this bucket that were live at once */
	uint64_t live_max;
	/* objects freed by their thread before it allocated anything else */
	uint64_t temporary;
	uint64_t reserved[3];
};

enum recording_module_flags {
	/* libspill.so itself (dlclose is called through it): frames in it are
	 * not the program's */
	MODULE_TRACER = 1,
};

/* A mapped ELF file. first_stack and last_stack bound the stack ids made while
 * it was loaded: an ip belongs to the module that covers the address and the
 * id of its entry, so that the addresses of a dlclosed library keep their names
 * and its successor does not inherit them. last_stack is UINT32_MAX while
 * it is loaded. Entries whose ip lies in [start, end); ip - bias is the address
 * in the ELF file. */
struct recording_module {
	uint64_t start;
	uint64_t end;
	uint64_t bias;
	uint32_t first_stack;
	uint32_t last_stack;
	/* of the path in text, without NUL; size 0: not known */
	uint32_t path_at;
	uint32_t path_size;
	uint32_t build_id_size;
	uint8_t build_id[20];
	/* device and inode of the file when it was mapped, 0 if not known */
	uint64_t device;
	uint64_t inode;
	/* of enum recording_module_flags */
	uint32_t flags;
	uint32_t reserved[3];
};

enum recording_state {
	RECORDING_RUNNING = 0,
	/* the process went on with another recording, after exec */
	RECORDING_REPLACED = 1,
};

enum recording_features {
	/* the recording has seen the whole run, from the first call on */
	RECORDING_EXACT = 1,
};

/* Why something was not counted, or counted less precisely. */
enum recording_drop {
	/* allocations counted under STACK_UNKNOWN: no room for their stack */
	DROP_STACK,
	/* allocations not counted at all: no bucket could be had */
	DROP_BUCKET,
	/* allocations counted, whose free will not be: no live entry */
	DROP_LIVE,
	/* calls inside a hook, by a signal handler or a new_handler */
	DROP_NESTED,
	/* modules without a record: no room */
	DROP_MODULE,
	/* calls of a thread that could get no slot */
	DROP_SLOT,
	/* growths of the file that failed (disk, limits, file removed) */
	DROP_GROW,
	DROP_COUNT,
};

struct recording_header {
	char magic[8];
	uint32_t version;
	uint32_t header_size;
	uint32_t chunk_size;
	uint32_t state;
	uint32_t features;
	/* EM_X86_64 */
	uint32_t machine;
	/* as the process itself sees them */
	uint32_t pid;
	uint32_t parent;
	/* clock ticks since boot, field 22 of /proc/PID/stat: with boot_id it
	 * tells a process from another that later got its pid */
	uint64_t start_time;
	uint8_t boot_id[16];
	/* CLOCK_REALTIME at the first call */
	uint64_t wall_start;
	/* mean bytes between samples; 1: every call is counted */
	uint64_t period;
	/* in text: path of the executable, and the arguments, NUL between */
	uint32_t exe_at;
	uint32_t exe_size;
	uint32_t command_at;
	uint32_t command_size;
	/* SPILL_UNWIND and SPILL_ALLOCATOR as given, or size 0 */
	uint32_t unwind_at;
	uint32_t unwind_size;
	uint32_t allocator_at;
	uint32_t allocator_size;

	/* what follows changes while the process runs */
	uint32_t chunk_count;
	uint32_t stack_count;
	uint32_t bucket_count;
	uint32_t module_count;
	uint32_t text_size;
	uint32_t slot_count;
	/* stacks cut at the root, and captures that a frame pointer guessed */
	uint64_t cut_stacks;
	uint64_t guessed_stacks;
	/* frees of addresses that no counted call had returned */
	uint64_t foreign_frees;
	/* captures compared with the second unwinder, and those that differ
	 * (the comparing test build only) */
	uint64_t compared;
	uint64_t differing;
	uint64_t drops[DROP_COUNT];
	/* most bytes live at once, how often a new maximum was seen, and what
	 * is live as far as threads have published it (only with several) */
	uint64_t peak_bytes;
	uint64_t peak_epoch;
	uint64_t live_bytes;
	/* inode of the pid namespace, 0 if not known: each has a process 1 */
	uint64_t pid_namespace;
};

_Static_assert(sizeof(struct recording_stack) == 16, "packs a chunk");
_Static_assert(sizeof(struct recording_bucket) == 128, "two cache lines");
_Static_assert(sizeof(struct recording_module) == 96, "module table");
_Static_assert(
	sizeof(struct recording_header) <= RECORDING_TABLE_AT, "chunk 0");
_Static_assert(
	RECORDING_TABLE_AT + RECORDING_CHUNK_MAX * 4 <= RECORDING_MODULES_AT,
	"chunk 0");

#endif
