package ingest

import (
	"context"

	"rapporteur/corpus"
)

// Remove takes a text out of the folder. Its versions are kept, the last one
// too, and no feed brings it back. It returns the hash of what was removed.
func (f *Folder) Remove(ctx context.Context, id string) (hash string, err error) {
	err = f.change(ctx, func() error {
		path := f.pathOf(id)
		if path == "" {
			return noSuchText(id)
		}
		b, err := f.current(path)
		if err != nil {
			return err
		}
		hash = hashOf(b)
		if err := f.keep(b); err != nil {
			return err
		}
		events := f.edited(path, hash)
		address := ""
		if t, _, _, bad := corpus.Head(path, string(b)); bad == nil {
			address = t.URL // of a text made by hand, too
		}
		return f.commit(journal{
			Ops:    []op{{Path: path, From: hash}},
			Events: append(events, event{What: Removed, Path: path, Source: address}),
		})
	})
	if err != nil {
		return "", err
	}
	return hash, nil
}

// edited returns the event that says a text has been edited by hand, if it has.
func (f *Folder) edited(path, hash string) []event {
	if p := f.history.texts[idOf(path)]; p != nil && p.stored == hash {
		return nil
	}
	return []event{{What: Edited, Path: path, Hash: hash}}
}

// Restore puts a version of a text back into the folder, be the text there or
// removed. It returns the path of the text.
func (f *Folder) Restore(ctx context.Context, id, hash string) (path string, err error) {
	err = f.change(ctx, func() error {
		p := f.history.texts[id]
		if p == nil {
			return noSuchText(id)
		}
		// A text may have had another ending at the time.
		for _, e := range p.events {
			if e.Hash == hash {
				path = e.Path
			}
		}
		if path == "" {
			return refuse(shown(id), NoSuchVersion, nil, "has no version %s: see the list of its versions", shown(hash))
		}
		if _, err := f.version(hash); err != nil {
			return err
		}
		j := journal{Events: []event{{What: Restored, Path: path, Hash: hash}}}
		if at := f.pathOf(id); at != "" {
			b, err := f.current(at)
			if err != nil {
				return err
			}
			if hashOf(b) == hash && at == path {
				return nil
			}
			if err := f.keep(b); err != nil {
				return err
			}
			j.Events = append(f.edited(at, hashOf(b)), j.Events...)
			if at == path {
				j.Ops = []op{{Path: path, From: hashOf(b), To: hash}}
				return f.commit(j)
			}
			j.Ops = []op{{Path: at, From: hashOf(b)}}
		}
		j.Ops = append(j.Ops, op{Path: path, To: hash})
		return f.commit(j)
	})
	if err != nil {
		return "", err
	}
	return path, nil
}
