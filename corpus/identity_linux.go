package corpus

import (
	"io/fs"
	"syscall"
)

// inode returns when the inode of a file changed, in nanoseconds since 1970,
// and its number. No program can set that time: it shows what a copied date of
// modification hides.
func inode(info fs.FileInfo) (changed int64, number int) {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return s.Ctim.Nano(), int(s.Ino & (1<<48 - 1)) // as much as a record holds
	}
	return 0, 0
}
