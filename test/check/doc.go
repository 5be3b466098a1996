// Package check damages data directories in every kind of file and place, and has cairn check find and repair it: then
// a check finds nothing, a server starts, and every key that the repair does not name as lost has its exact value.
//
// Randomised; CAIRN_CHECK_ROUNDS sets how often each kind of damage is done (1), CAIRN_CHECK_SEED where (1).
package check
