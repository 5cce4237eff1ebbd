# The tracer against valgrind, libunwind and known call chains.
enable_language(CXX)

set(TRACER_TESTS ${CMAKE_CURRENT_SOURCE_DIR}/..)

# spill_tracer_test(NAME FILE ARGUMENTS...): a python script of this folder.
function(spill_tracer_test name file)
	add_test(NAME oracle.${name} COMMAND python3 -B
		${CMAKE_CURRENT_LIST_DIR}/${file} ${ARGN})
	set_tests_properties(oracle.${name} PROPERTIES SKIP_RETURN_CODE 77
		TIMEOUT 300 LABELS oracle
		ENVIRONMENT PYTHONPATH=${TRACER_TESTS})
endfunction()

# The odd program, for each way that compilers make frames.
set(ODD_PROGRAMS)
function(spill_odd_program name)
	set(dir ${CMAKE_CURRENT_LIST_DIR}/odd)
	add_library(${name}_library SHARED ${dir}/library.c)
	target_compile_options(${name}_library PRIVATE ${ARGN} -g)
	# it calls touch, which is the program's
	target_link_options(${name}_library PRIVATE -Wl,-z,lazy
		-Wl,--unresolved-symbols=ignore-all)
	add_executable(${name} ${dir}/main.c ${dir}/jumps.c ${dir}/frames.c
		${dir}/signals.c ${dir}/calls.c ${dir}/by_hand.S
		${dir}/exceptions.cc)
	target_compile_definitions(${name} PRIVATE _GNU_SOURCE)
	target_compile_options(${name} PRIVATE
		$<$<NOT:$<COMPILE_LANGUAGE:ASM>>:-Wall -Wextra -Werror -g>
		$<$<NOT:$<COMPILE_LANGUAGE:ASM>>:${ARGN}>)
	target_link_options(${name} PRIVATE -Wl,-z,lazy -rdynamic)
	target_link_libraries(${name} PRIVATE ${name}_library
		Threads::Threads)
	set(ODD_PROGRAMS ${ODD_PROGRAMS} $<TARGET_FILE:${name}> PARENT_SCOPE)
endfunction()

enable_language(ASM)
spill_odd_program(odd_O0 -O0)
spill_odd_program(odd_O2 -O2)
spill_odd_program(odd_O3_fp -O3 -fno-omit-frame-pointer)
spill_odd_program(odd_O3_nofp -O3 -fomit-frame-pointer)

spill_tracer_test(each_capture_equals_libunwinds unwinder.py
	$<TARGET_FILE:spill_tracer_compare> $<TARGET_FILE_DIR:example_match>
	${ODD_PROGRAMS})
spill_tracer_test(stacks_equal_known_call_chains chains.py
	$<TARGET_FILE:spill_tracer>)
spill_tracer_test(deep_stacks_are_cut_and_marked deep.py
	$<TARGET_FILE:spill_tracer> ${ODD_PROGRAMS})
spill_tracer_test(totals_equal_valgrinds totals.py
	$<TARGET_FILE:spill_tracer> $<TARGET_FILE_DIR:example_match>)
