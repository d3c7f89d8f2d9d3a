//go:build unix

package corpus_test

import "syscall"

func mkfifo(name string) error { return syscall.Mkfifo(name, 0o600) }
