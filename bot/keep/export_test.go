package keep

// Working reports whether a reindexing or rollback is under way.
func (k *Keeper) Working() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.work != nil && !k.work.opening
}
