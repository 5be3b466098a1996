package server

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cairndb/cairn/server/config"
)

func configured(t *testing.T, args ...string) *Server {
	t.Helper()
	cfg := config.New()
	if err := cfg.Load(args, nil); err != nil {
		t.Fatal(err)
	}
	return newServer(cfg)
}

// TestUsersSurviveRewrite: CONFIG REWRITE writes the users that a restart reads.
func TestUsersSurviveRewrite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "redis.conf")
	if err := os.WriteFile(file, []byte("port 0\nuser ann on >pw +get ~a*\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := configured(t, file)
	if err := s.openUsers(); err != nil {
		t.Fatal(err)
	}
	if s.users.Login("ann", []byte("pw")) == nil || s.users.Login("ann", []byte("x")) != nil {
		t.Error("ann's password is not as the file says")
	}
	if _, err := s.users.Set("bob", strings.Fields("on nopass +@read %R~b* (+set ~c) &ch")); err != nil {
		t.Fatal(err)
	}
	s.users.Delete([]string{"ann"})
	s.usersChanged()
	if err := s.cfg.Rewrite(); err != nil {
		t.Fatal(err)
	}
	again := configured(t, file)
	if err := again.openUsers(); err != nil {
		t.Fatal(err)
	}
	if want, got := s.users.Users(), again.users.Users(); len(want) != 2 || len(got) != 2 || want[0].String() != got[0].String() ||
		want[1].String() != got[1].String() {
		t.Errorf("%v became %v", want, got)
	}
}

func TestUsersSurviveInFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "users.acl")
	if err := configured(t, "--aclfile", file).openUsers(); err == nil {
		t.Error("a file that is not there was read")
	}
	if err := os.WriteFile(file, []byte("user ann on nopass +get ~a*\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := configured(t, "--aclfile", file)
	if err := s.openUsers(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.users.Set("bob", []string{"on"}); err != nil {
		t.Fatal(err)
	}
	if err := s.saveUsers(); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(file)
	if want := "user ann on nopass ~a* resetchannels -@all +get\nuser bob on resetchannels -@all\nuser default on nopass ~* &* +@all\n"; string(text) != want {
		t.Errorf("the file is %q", text)
	}
	if err := os.WriteFile(file, []byte("user ann on\nnonsense\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.loadUsers(); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("error %v", err)
	}
	if s.users.Find("bob") == nil {
		t.Error("a file with a mistake has changed users")
	}
}
