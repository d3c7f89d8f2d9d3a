package corpus

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// maxLinks is how many links may lead from one to the next, as on Linux
// (path_resolution(7)).
const maxLinks = 40

// Leaves reports whether the file at p lies outside the folder that fsys is,
// because a symbolic link on the way leads out. What it holds is nobody's to
// quote then: a folder that several people write to could show any file of the
// machine.
func Leaves(fsys fs.FS, p string) bool {
	links, ok := fsys.(fs.ReadLinkFS)
	if !ok || !fs.ValidPath(p) {
		return false // has no links
	}
	at, ahead := ".", strings.Split(p, "/")
	for followed := 0; len(ahead) > 0; {
		name := ahead[0]
		ahead = ahead[1:]
		switch name {
		case "", ".":
			continue
		case "..":
			if at == "." {
				return true
			}
			at = path.Dir(at)
			continue
		}
		next := path.Join(at, name)
		info, err := links.Lstat(next)
		if err != nil || info.Mode()&fs.ModeSymlink == 0 {
			at = next // what is not there is found out by who opens it
			continue
		}
		target, err := links.ReadLink(next)
		if followed++; err != nil || followed > maxLinks {
			return false // leads nowhere
		}
		if filepath.IsAbs(target) {
			return !below(fsys, filepath.Join(target, filepath.Join(ahead...)))
		}
		ahead = append(strings.Split(filepath.ToSlash(target), "/"), ahead...)
	}
	return false
}

// below reports whether a file of the machine lies below the root of fsys. One
// that is not there does: nothing is shown.
func below(fsys fs.FS, name string) bool {
	root, err := fs.Stat(fsys, ".")
	if err != nil {
		return false
	}
	name, err = filepath.EvalSymlinks(name)
	if err != nil {
		return true
	}
	for {
		if info, err := os.Stat(name); err == nil && os.SameFile(info, root) {
			return true
		}
		up := filepath.Dir(name)
		if up == name {
			return false
		}
		name = up
	}
}

var errLeaves = errors.New("is a link that leads out of the folder, which is not followed: put the file itself there")
