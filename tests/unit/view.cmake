# Profiles, the graph, and what is drawn of them.
spill_unit_test(profile_test profile_test.c LINK spill_report)
spill_unit_test(pprof_test pprof_test.c view_support.c LINK spill_report)
spill_unit_test(view_text_test view_text_test.c LINK spill_report)
spill_unit_test(printable_test printable_test.c LINK spill_report)
spill_unit_test(file_test file_test.c LINK spill_report)
spill_unit_test(view_memory_test view_memory_test.c view_support.c
	LINK spill_report)
target_link_options(view_memory_test PRIVATE -Wl,--wrap=malloc,--wrap=calloc
	-Wl,--wrap=realloc,--wrap=reallocarray,--wrap=strdup,--wrap=strndup)
