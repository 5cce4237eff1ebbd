# Profiles from servers, good and bad ones, and from a real Go program.
add_test(NAME cli.profiles_come_from_servers_of_every_kind
	COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/fetch_test.py
	$<TARGET_FILE:spill-fetch>)

add_test(NAME cli.a_go_programs_heap_is_drawn
	COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/go_heap_test.py
	$<TARGET_FILE:spill> ${CMAKE_CURRENT_SOURCE_DIR}/go_heap/main.go)
set_tests_properties(cli.a_go_programs_heap_is_drawn PROPERTIES
	SKIP_RETURN_CODE 77)
