spill_unit_test(stats_test stats_test.c LINK spill_report)
