package source

import (
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"clientele/internal/fault"
)

// windowMax is the largest look-back a zstd file may ask for (zstd --long=27).
const windowMax = 128 << 20

// Bytes streams the unpacked bytes. Concatenated gzip members and zstd frames are
// one stream. Input that unpacks to more than the limits allow ends with an error.
func (s *Source) Bytes() (io.ReadCloser, error) {
	if s.Compression == Plain {
		return io.NopCloser(s.Stored()), nil
	}
	g := &guard{src: s}
	switch s.Compression {
	case Gzip:
		z, err := gzip.NewReader(s.Stored())
		if err != nil {
			return nil, g.damaged(err)
		}
		g.r, g.close = z, func() {} // its Close only repeats the error of Read
	case Zstd:
		z, err := zstd.NewReader(s.Stored(), zstd.WithDecoderMaxWindow(windowMax), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, g.damaged(err)
		}
		g.r, g.close = z, z.Close
	case Plain:
	}
	return g, nil
}

// guard stops bombs and explains damage. The ratio is taken against the whole stored
// size: decoders read ahead, so how much of it was used is not known.
type guard struct {
	src   *Source
	r     io.Reader
	close func()
	n     int64
}

func (g *guard) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
	g.n += int64(n)
	if l := g.src.limits; g.n > l.UnpackedMax {
		return 0, g.src.fail(fault.Input, "it unpacks to more than "+mebibytes(l.UnpackedMax), "split it", nil)
	} else if g.n > l.RatioFloor && g.n/l.RatioMax > g.src.Size {
		return 0, g.src.fail(fault.Input,
			fmt.Sprintf("it unpacks to more than %d times its size, which no list does", l.RatioMax),
			"unpack it yourself and look at it first", nil)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return n, g.damaged(err)
	}
	return n, err
}

// Close ends the decoder; it cannot fail.
func (g *guard) Close() error {
	g.close()
	return nil
}

func (g *guard) damaged(err error) error {
	if _, known := errors.AsType[*fault.Error](err); known {
		return err
	}
	if errors.Is(err, zstd.ErrWindowSizeExceeded) || errors.Is(err, zstd.ErrDecoderSizeExceeded) {
		return g.src.fail(fault.Input, "this zstd file needs more memory than is allowed to unpack", "pack it again without --long or --ultra", err)
	}
	return g.src.fail(fault.Input, "the "+g.src.Compression.String()+" data is damaged or cut off", "copy or download the file again", err)
}

// mebibytes writes a limit for people.
func mebibytes(n int64) string {
	switch {
	case n >= 1<<30 && n%(1<<30) == 0:
		return fmt.Sprintf("%d GiB", n>>30)
	case n >= 1<<20:
		return fmt.Sprintf("%d MiB", n>>20)
	default:
		return fmt.Sprintf("%d bytes", n)
	}
}
