# allocate is also linked statically: such a program cannot be traced.
add_executable(allocate allocate.c)
add_executable(allocate_static allocate.c)
foreach(program allocate allocate_static)
	target_link_libraries(${program} PRIVATE spill_warnings)
endforeach()
target_link_options(allocate_static PRIVATE -static)
set_target_properties(allocate_static PROPERTIES
	POSITION_INDEPENDENT_CODE OFF)

add_test(NAME cli.compare_tells_commands_apart
	COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/compare_test.py
	$<TARGET_FILE:spill> $<TARGET_FILE:allocate>
	$<TARGET_FILE:allocate_static>)
