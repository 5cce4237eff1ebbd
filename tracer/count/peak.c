#include "tracer/count/peak.h"

/* Lower than any delta, and far from overflow. */
#define LOWEST (-((int64_t)1 << 62))

void peak_begin(struct peak *p, bool alone)
{
	p->delta = 0;
	p->low = alone ? LOWEST : 0;
	p->width = alone ? (uint64_t)-LOWEST : 0;
}

void peak_no_longer_alone(struct peak *p)
{
	/* no delta but this one is inside, and that one means a change of 0 */
	__atomic_store_n(&p->width, 0, __ATOMIC_RELEASE);
}

static void new_maximum(struct recording_header *header)
{
	__atomic_fetch_add(&header->peak_epoch, 1, __ATOMIC_RELEASE);
}

static void publish_alone(struct peak *p, struct recording_header *header)
{
	if (p->delta > (int64_t)header->peak_bytes) {
		__atomic_store_n(&header->peak_bytes, (uint64_t)p->delta,
			__ATOMIC_RELAXED);
		new_maximum(header);
	}
	p->low = LOWEST;
	p->width = header->peak_bytes + (uint64_t)-LOWEST;
}

void peak_publish(struct peak *p, struct recording_header *header,
	uint32_t slots, bool alone)
{
	int64_t live, limit;
	uint64_t peak;

	if (alone) {
		publish_alone(p, header);
		return;
	}
	live = (int64_t)__atomic_add_fetch(
		&header->live_bytes, (uint64_t)p->delta, __ATOMIC_RELAXED);
	p->delta = 0;
	peak = __atomic_load_n(&header->peak_bytes, __ATOMIC_RELAXED);
	while (live > (int64_t)peak)
		if (__atomic_compare_exchange_n(&header->peak_bytes, &peak,
			    (uint64_t)live, false, __ATOMIC_RELAXED,
			    __ATOMIC_RELAXED)) {
			new_maximum(header);
			break;
		}
	limit = live > 0 ? live / 1024 / (slots ? slots : 1) : 0;
	p->low = -limit;
	p->width = 2 * (uint64_t)limit;
}
