package server

import (
	"testing"

	"github.com/cairndb/cairn/server/command"
)

// What the table lists, clients may call.
func TestEveryRowHasAHandler(t *testing.T) {
	command.Walk(func(spec *command.Spec) {
		isContainer := len(spec.Sub) > 0 && spec.Flags == 0
		if bindings[spec.ID].handle == nil && !isContainer {
			t.Errorf("%s: nobody handles it", spec.FullName())
		}
	})
}
