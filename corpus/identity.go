package corpus

import (
	"io/fs"
	"time"
)

// identity is what a file system says of a file without reading it. While none
// of it has changed, nor has the file. The zero identity is that of no file.
type identity struct {
	size     int
	modified int64 // nanoseconds since 1970
	changed  int64 // the same of the inode, where the system tells it
	inode    int   // where the system tells it
}

// racy is how long before it was looked at a file must have been left alone for
// its identity to be trusted: one that is written again within the grain of the
// file system's clock looks the same. FAT has the coarsest, two seconds.
const racy = 2 * time.Second

// identify returns the identity of a file that was looked at then, zero if it
// proves nothing: of a file that was written just before, or in the future, as
// when the clock was set back, or on a file system without times.
func identify(info fs.FileInfo, then time.Time) identity {
	if info.ModTime().IsZero() || info.ModTime().UnixNano() == 0 {
		return identity{}
	}
	id := identity{size: int(info.Size()), modified: info.ModTime().UnixNano()}
	id.changed, id.inode = inode(info)
	if max(id.modified, id.changed) > then.Add(-racy).UnixNano() {
		return identity{}
	}
	return id
}
