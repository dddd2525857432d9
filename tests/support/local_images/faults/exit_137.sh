#!/bin/sh
# Ends with the status of a killed process.
sleep 1
exit 137
