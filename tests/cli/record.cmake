# record_target is also linked statically: such a program cannot be traced.
add_executable(record_target record_target.c)
add_executable(record_target_static record_target.c)
foreach(program record_target record_target_static)
	target_link_libraries(${program} PRIVATE spill_warnings)
endforeach()
target_link_options(record_target_static PRIVATE -static)
set_target_properties(record_target_static PROPERTIES
	POSITION_INDEPENDENT_CODE OFF)

add_test(NAME cli.record_counts_commands_and_their_children
	COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/record_test.py
	$<TARGET_FILE:spill> $<TARGET_FILE:record_target>
	$<TARGET_FILE:record_target_static>)

add_test(NAME cli.record_tells_what_keeps_it_from_recording
	COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/record_trouble_test.py
	$<TARGET_FILE:spill> $<TARGET_FILE:record_target>
	$<TARGET_FILE:record_target_static>)

add_executable(symbolize_addresses symbolize_addresses.c)
target_link_libraries(symbolize_addresses PRIVATE spill_report)
add_test(NAME cli.names_of_addresses_are_those_of_addr2line
	COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/symbols_test.py
	$<TARGET_FILE:symbolize_addresses>
	${CMAKE_CURRENT_SOURCE_DIR}/symbols_sample.cc)
set_tests_properties(cli.names_of_addresses_are_those_of_addr2line PROPERTIES
	SKIP_RETURN_CODE 77)
