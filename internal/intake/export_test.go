package intake

// SetBlocks sets the bytes that are read at a time and the number of parsers, so that
// tests can cut records everywhere.
func (f *File) SetBlocks(size, workers int) { f.blockSize, f.workers = size, workers }

// Serially makes Load read record by record, as it does for shapes in which a
// record depends on the one above.
func (f *File) Serially(ok bool) { f.oneByOne = ok }
