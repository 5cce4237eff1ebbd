# The matcher: examples/match against grep, python and valgrind.
function(spill_match_test name)
	add_test(NAME oracle.match_${name}
		COMMAND python3 -B ${CMAKE_CURRENT_LIST_DIR}/match_${name}.py
			${ARGN})
	set_tests_properties(oracle.match_${name} PROPERTIES
		SKIP_RETURN_CODE 77 TIMEOUT 300)
endfunction()

spill_match_test(grep $<TARGET_FILE:example_match>)
spill_match_test(brute $<TARGET_FILE:example_match>)
spill_match_test(cli $<TARGET_FILE:example_match>)
spill_match_test(valgrind $<TARGET_FILE_DIR:example_match>
	${SPILL_SANITIZE})
