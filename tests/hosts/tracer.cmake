# Hosts: programs that do what programs do, under the tracer.
enable_language(CXX)

# gcc takes what a failed realloc leaves for freed
function(spill_host name)
	add_executable(host_${name} ${ARGN})
	target_compile_options(host_${name} PRIVATE -Wall -Wextra -Werror -O2
		-fno-builtin-malloc -fno-inline-functions-called-once
		$<$<COMPILE_LANGUAGE:C>:-Wno-use-after-free>
		$<$<COMPILE_LANGUAGE:CXX>:-std=c++17 -fsized-deallocation>)
	target_compile_definitions(host_${name} PRIVATE _GNU_SOURCE)
	target_link_libraries(host_${name} PRIVATE Threads::Threads)
	set_target_properties(host_${name} PROPERTIES OUTPUT_NAME ${name}
		RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/hosts)
endfunction()

function(spill_host_library name source)
	add_library(host_${name} MODULE ${source})
	target_compile_options(host_${name} PRIVATE -Wall -Wextra -Werror -O2
		-fno-builtin)
	target_compile_definitions(host_${name} PRIVATE _GNU_SOURCE ${ARGN})
	set_target_properties(host_${name} PROPERTIES OUTPUT_NAME ${name}
		PREFIX "" LIBRARY_OUTPUT_DIRECTORY
		${CMAKE_CURRENT_BINARY_DIR}/hosts)
endfunction()

foreach(name api threads processes plugin_host reuse signals coroutines limits
		busy tiny ends strange)
	spill_host(${name} ${name}.c)
endforeach()
foreach(name new thread_local)
	spill_host(${name} ${name}.cc)
endforeach()
spill_host_library(plugin plugin.cc)
spill_host_library(ring ring.c)
spill_host_library(reuse_first reuse_library.c REUSE=reuse_first)
spill_host_library(reuse_second reuse_library.c REUSE=reuse_second)

# PROGRAM under the tracer; see run.py for the rows.
function(spill_host_test name file)
	add_test(NAME hosts.${name} COMMAND python3 -B
		${CMAKE_CURRENT_LIST_DIR}/${file} $<TARGET_FILE:spill_tracer>
		$<TARGET_FILE_DIR:host_api> $<TARGET_FILE:spill> ${ARGN})
	set_tests_properties(hosts.${name} PROPERTIES SKIP_RETURN_CODE 77
		TIMEOUT 200 LABELS "hosts;slow" ENVIRONMENT
		PYTHONPATH=${PROJECT_SOURCE_DIR}/tests:${PROJECT_SOURCE_DIR}/tests/cli)
endfunction()

spill_host_test(preloaded_hosts_count_as_they_say run.py preload)
spill_host_test(recorded_hosts_count_as_they_say run.py record)
spill_host_test(killed_limited_and_odd_hosts_are_counted special.py)
