package random

import "time"

// reduce leaves out lines as long as what is left still fails, first in large pieces, then line by line (delta
// debugging). It stops at the time limit with what it has then.
func reduce(lines []string, fails func([]string) bool, limit time.Duration) []string {
	deadline := time.Now().Add(limit)
	for piece := (len(lines) + 1) / 2; piece >= 1; piece /= 2 {
		for at := 0; at < len(lines); {
			if time.Now().After(deadline) {
				return lines
			}
			if fewer := without(lines, at, min(at+piece, len(lines))); fails(fewer) {
				lines = fewer
			} else {
				at += piece
			}
		}
	}
	return lines
}

func without(lines []string, from, to int) []string {
	fewer := make([]string, 0, len(lines)-(to-from))
	return append(append(fewer, lines[:from]...), lines[to:]...)
}
