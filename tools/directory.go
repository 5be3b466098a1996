package tools

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// tablesDir is in each data directory.
const tablesDir = "tables"

// NeedData returns an error if there is no data directory at dir. Opening would make one.
func NeedData(dir string) error {
	_, err := os.Stat(filepath.Join(dir, tablesDir))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s holds no data of Cairn", dir)
	}
	return err
}
