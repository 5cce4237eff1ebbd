# Recordings, and the names of what they hold.
spill_unit_test(recording_test recording_test.c recording_maker.c
	LINK spill_report)
spill_unit_test(recording_damage_test recording_damage_test.c recording_maker.c
	LINK spill_report)
spill_unit_test(symbol_test symbol_test.c LINK spill_report)
