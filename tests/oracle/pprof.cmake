# Reports: the same as go tool pprof's.
add_test(NAME oracle.pprof_compare
	COMMAND python3 -B ${CMAKE_CURRENT_LIST_DIR}/pprof_compare.py
		$<TARGET_FILE:spill> ${CMAKE_CURRENT_LIST_DIR})
set_tests_properties(oracle.pprof_compare PROPERTIES
	SKIP_RETURN_CODE 77 TIMEOUT 600)
