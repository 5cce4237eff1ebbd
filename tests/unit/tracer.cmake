# The core of the tracer. Those labelled tsan run under the thread sanitizer
# too.
function(spill_tracer_unit_test name)
	spill_unit_test(tracer_${name} tracer_${name}.c tracer_support.c
		tracer_child.c
		${ARGN} LINK spill_tracer_core Threads::Threads)
	set_tests_properties(unit.tracer_${name} PROPERTIES TIMEOUT 120)
endfunction()

foreach(name depot bucket live slot peak)
	spill_tracer_unit_test(${name})
	set_tests_properties(unit.tracer_${name} PROPERTIES LABELS tsan)
endforeach()
foreach(name store modules memory expression)
	spill_tracer_unit_test(${name})
endforeach()
enable_language(ASM)
spill_tracer_unit_test(cfi tracer_cfi_rows.S)
spill_tracer_unit_test(hostile tracer_cfi_rows.S)
