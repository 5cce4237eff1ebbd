# The matcher.
spill_unit_test(ac_scan ac_scan.c ac_support.c
	LINK spill_reports Threads::Threads)
spill_unit_test(ac_random ac_random.c ac_support.c LINK spill_reports)
spill_unit_test(ac_memory ac_memory.c ac_support.c LINK spill_reports)
target_link_options(ac_memory PRIVATE -Wl,--wrap=malloc,--wrap=calloc
	-Wl,--wrap=reallocarray,--wrap=free)
