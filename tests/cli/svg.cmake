# The picture, as an XML parser and as a browser see it.
add_executable(svg_draw svg_draw.c)
target_link_libraries(svg_draw PRIVATE spill_report spill_flags)
add_dependencies(svg_draw spill-layout)
set_target_properties(svg_draw PROPERTIES
	RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/svg.dir)
file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/svg.dir)
file(CREATE_LINK ${PROJECT_BINARY_DIR}/libexec
	${CMAKE_CURRENT_BINARY_DIR}/svg.dir/libexec SYMBOLIC)

add_test(NAME cli.pictures_are_whole_whatever_the_names
	COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/svg_test.py
	$<TARGET_FILE:svg_draw>)
add_test(NAME cli.text_fits_its_boxes_in_a_browser
	COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/svg_browser_test.py
	$<TARGET_FILE:svg_draw>)
set_tests_properties(cli.text_fits_its_boxes_in_a_browser PROPERTIES
	SKIP_RETURN_CODE 77)
