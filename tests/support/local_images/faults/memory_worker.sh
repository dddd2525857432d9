#!/bin/sh
# Ends because its worker uses more memory than the task has.
tail -c 4000000000 /dev/zero >/dev/null
echo "worker ended with status $?"
exit 1
