# Reports as users run them.
add_test(NAME cli.view_test
	COMMAND python3 -B ${CMAKE_CURRENT_LIST_DIR}/view_test.py
		$<TARGET_FILE:spill> ${PROJECT_SOURCE_DIR}/tests/oracle)
set_tests_properties(cli.view_test PROPERTIES TIMEOUT 120)
