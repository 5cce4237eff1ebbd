# Running helpers, URLs and the picture. A program finds its helpers in libexec
# beside itself: one test gets helpers that misbehave, one the real ones.
spill_unit_test(helper helper.c LINK spill_report)
set_target_properties(helper PROPERTIES
	RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/helper.dir)
file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/helper.dir)
file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR}/helpers
	${CMAKE_CURRENT_BINARY_DIR}/helper.dir/libexec SYMBOLIC)

spill_unit_test(fetch_url fetch_url.c LINK spill_report)

spill_unit_test(svg_rewrite svg_rewrite.c LINK spill_report)

spill_unit_test(svg svg.c LINK spill_report)
add_dependencies(svg spill-layout)
set_target_properties(svg PROPERTIES
	RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/svg.dir)
file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/svg.dir)
file(CREATE_LINK ${PROJECT_BINARY_DIR}/libexec
	${CMAKE_CURRENT_BINARY_DIR}/svg.dir/libexec SYMBOLIC)
