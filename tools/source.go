package tools

import (
	"fmt"
	"io"
	"os"
)

// OpenSource opens a file to be read, or standard input if its name is -. The size is 0 if it is not known.
func OpenSource(path string) (f *os.File, size int64, err error) {
	if path == "-" {
		return os.Stdin, 0, nil
	}
	if f, err = os.Open(path); err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case info.IsDir():
		err = fmt.Errorf("%s is a directory", path)
	case info.Mode().IsRegular():
		size = info.Size()
	}
	if err != nil {
		_ = f.Close() // only read
		return nil, 0, err
	}
	return f, size, nil
}

// maxSkipLines are printed: if much cannot be taken, it is mostly for one reason, and the report counts it.
const maxSkipLines = 100

// FirstSkips prints what is skipped, a line each, up to a bound.
func FirstSkips(w io.Writer) func(s Skip) {
	n := 0
	return func(s Skip) {
		switch n++; {
		case n <= maxSkipLines:
			fmt.Fprintf(w, "skipped: %v\n", s)
		case n == maxSkipLines+1:
			fmt.Fprintln(w, "skipped: more, which the report counts")
		}
	}
}
