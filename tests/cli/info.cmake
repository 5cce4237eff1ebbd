add_test(NAME cli.info_tells_what_was_recorded
	COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/info_test.py
	$<TARGET_FILE:spill> $<TARGET_FILE:record_target>)
