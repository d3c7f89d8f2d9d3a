package bot

// Split cuts a reply into as many as it takes for each to measure at most
// limit, as size measures it: an adapter passes the length of what it would
// send, in its platform's own unit. Nothing is lost: the texts of the parts,
// put together in order, are the texts of the reply. It cuts between blocks
// where it can, then between items, lines, sentences, words, and at last
// between characters; never inside one. A limit too small for a single
// character is exceeded rather than text dropped.
func Split(r Reply, limit int, size func(Reply) int) []Reply { panic("next commit") }
