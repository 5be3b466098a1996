package script

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAgainstRedis runs the scripts of testdata, which are separated by lines
// of dashes, under both protocols.
func TestAgainstRedis(t *testing.T) {
	files, err := filepath.Glob("testdata/*.lua")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	p := newPair(t)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			p.t, p.redis.t, p.back.t = t, t, t
			for _, proto := range []int{2, 3} {
				p.useProto(proto)
				for _, script := range cases(string(text)) {
					// Redis keeps settings of cjson, and goes on with its random numbers.
					if file == "testdata/libs.lua" {
						p.redis.do("SCRIPT", "FLUSH")
					}
					p.compare(script, []string{"k1", "k2"}, []string{"a1", "12"})
				}
			}
		})
	}
}

// cases are the scripts of a file. A file of one-liners has one in each line;
// in others a line of dashes ends a script.
func cases(text string) []string {
	var list []string
	if strings.HasPrefix(text, "-- lines\n") {
		for _, line := range strings.Split(text, "\n")[1:] {
			if line != "" && !strings.HasPrefix(line, "--") {
				list = append(list, line)
			}
		}
		return list
	}
	for _, s := range strings.Split(text, "\n----\n") {
		if strings.TrimSpace(s) != "" {
			list = append(list, s)
		}
	}
	return list
}
