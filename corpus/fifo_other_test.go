//go:build !unix

package corpus_test

import "errors"

func mkfifo(string) error { return errors.ErrUnsupported }
