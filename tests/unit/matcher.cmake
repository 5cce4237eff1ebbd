# The matcher.
spill_unit_test(ac_random ac_random.c ac_support.c LINK spill_reports)
