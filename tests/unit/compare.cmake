spill_unit_test(stats_test stats_test.c LINK spill_report)
spill_unit_test(compare_test compare_test.c LINK spill_cmd)
