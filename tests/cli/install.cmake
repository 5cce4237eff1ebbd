if(SPILL_SANITIZE)
	set(sanitize -fsanitize=${SPILL_SANITIZE})
endif()
add_test(NAME cli.an_installed_spill_works
	COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/install_test.sh
	${CMAKE_COMMAND} ${PROJECT_BINARY_DIR} $<TARGET_FILE:allocate>
	${sanitize})
