package keep

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"rapporteur/index"
)

// What is remembered beside the index. Lost, it is no more than that there is
// nothing to go back to and that the known questions are asked anew.
const (
	wentFile  = "went.json"
	leadsFile = "leads.json"
)

// ownFolder is where the index has its files, "" for one in memory.
func ownFolder(x *index.Index) string {
	if texts := x.Options().Texts(); texts != "" {
		return filepath.Dir(texts)
	}
	return ""
}

// remembered reads what was remembered. What cannot be read counts as nothing.
func (k *Keeper) remembered() {
	for name, into := range map[string]any{wentFile: &k.went, leadsFile: &k.leads} {
		if k.own == "" {
			return
		}
		b, err := os.ReadFile(filepath.Join(k.own, name))
		if err == nil {
			err = json.Unmarshal(b, into)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			k.c.Logger.Warn("what was searched before is not known", "file", name, "err", err)
		}
	}
}

// remember writes what is to be remembered, whole or not at all.
func (k *Keeper) remember(name string, what any) error {
	if k.own == "" {
		return nil
	}
	b, err := json.Marshal(what)
	if err != nil {
		return err
	}
	path := filepath.Join(k.own, name)
	if old, err := os.ReadFile(path); err == nil && string(old) == string(b) {
		return nil // a folder that may only be read need not be written to
	}
	if err := os.WriteFile(path+".new", b, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// mostWent is how many corpora are remembered: the present one and two to go back
// to, as many as the index keeps.
const mostWent = 3

// reach returns the digests of what was searched, when the one with the digest is
// searched now. One may come again: a text that is added and removed leads to
// where it began.
func reach(went []string, digest string) []string {
	if len(went) > 0 && went[len(went)-1] == digest {
		return went
	}
	went = append(slices.Clone(went), digest)
	return went[max(0, len(went)-mostWent):]
}
