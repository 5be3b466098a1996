package proc

import "syscall"

// dieWithParent lets a server end with its test process even if that one panics or is killed, and so never runs its
// cleanups.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
