#include "cmd/cmd.h"

int cmd_info(int argc, char **argv)
{
	(void)argc;
	return usage_error(argv[0], "not built yet");
}
