// Package tools tests the offline verbs of cairn as a user runs them: files of redis-server go in, files for
// redis-server come out, and DEBUG DIGEST must be the same number all the way.
package tools
