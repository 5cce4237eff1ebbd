# Reports as users run them.
add_test(NAME cli.view_test
	COMMAND python3 -B ${CMAKE_CURRENT_LIST_DIR}/view_test.py
		$<TARGET_FILE:spill> ${PROJECT_SOURCE_DIR}/tests/oracle)
set_tests_properties(cli.view_test PROPERTIES TIMEOUT 120)

# The same as go tool pprof printed once, where there is no Go to ask.
add_test(NAME cli.golden_reports
	COMMAND python3 -B ${PROJECT_SOURCE_DIR}/tests/golden/golden_test.py
		$<TARGET_FILE:spill>)
