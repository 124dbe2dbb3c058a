package insight

import (
	"math/bits"
	"slices"

	"clientele/internal/money"
)

// drawer finds the line of one draw after another, without allocating.
type drawer struct {
	share money.Fraction
	sums  []int64 // per client
	above []int32 // per client: draws above the line so far
	tops  [slots]int64
	edge  []int32 // clients of the bucket through which the line runs
}

func newDrawer(clients int, share money.Fraction) *drawer {
	return &drawer{share: share, sums: make([]int64, clients), above: make([]int32, clients)}
}

// once does a draw, redrawing while no client is positive; −1 if none of the tries
// gave a line.
func (d *drawer) once(draw, tries int, fill func(draw, try int, sums []int64)) int64 {
	for try := range tries {
		fill(draw, try, d.sums)
		if total := d.bucketise(); total > 0 {
			return d.mark(total)
		}
	}
	return -1
}

// bucketise adds up positive clients by size, and returns their total, R of the draw.
func (d *drawer) bucketise() (total int64) {
	clear(d.tops[:])
	for _, v := range d.sums {
		if v > 0 {
			d.tops[slot(v)] += v
			total += v
		}
	}
	return total
}

// mark counts the clients above the line: all in larger buckets, and of the bucket in
// which the target is met as many as it takes, by value and then by position.
func (d *drawer) mark(total int64) int64 {
	target := target64(d.share, total)
	if target == 0 {
		return 0
	}
	at, sum := slots-1, int64(0)
	for sum+d.tops[at] < target {
		sum += d.tops[at]
		at--
	}
	d.edge = d.edge[:0]
	var n int64
	for i, v := range d.sums {
		if v <= 0 {
			continue
		}
		switch b := slot(v); {
		case b > at:
			d.above[i]++
			n++
		case b == at:
			d.edge = append(d.edge, int32(i))
		}
	}
	slices.SortFunc(d.edge, func(a, b int32) int {
		if d.sums[a] != d.sums[b] {
			if d.sums[a] > d.sums[b] {
				return -1
			}
			return 1
		}
		return int(a - b)
	})
	for _, i := range d.edge {
		if sum >= target {
			break
		}
		sum += d.sums[i]
		d.above[i]++
		n++
	}
	return n
}

// slots is the number of buckets of slot: 64 lengths with 64 steps each.
const slots = 64 * 64

// slot is a bucket of v > 0 that rises with v: its length in bits and the six bits
// after the first, so that a bucket is at most 1/64 of its values wide at any scale.
func slot(v int64) int {
	u := uint64(v) //nolint:gosec // v > 0
	n := bits.Len64(u)
	return n<<6 | int(u<<(64-n)>>57&63)
}

// target64 is ceil(total·share) for total >= 0.
func target64(share money.Fraction, total int64) int64 {
	hi, lo := bits.Mul64(uint64(share.Num), uint64(total)) //nolint:gosec // neither is negative
	q, r := bits.Div64(hi, lo, uint64(share.Den))          //nolint:gosec // hi < Den, as share <= 1
	if r > 0 {
		q++
	}
	return int64(q) //nolint:gosec // at most total
}

// mix is the finaliser of SplitMix64 (Steele, Lea, Flood 2014, variant 13 of Stafford).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// golden is 2^64/φ, the increment of SplitMix64.
const golden = 0x9e3779b97f4a7c15

// fold makes one word of a document id.
func fold(key [2]uint64) uint64 { return mix(key[0]+golden) ^ mix(mix(key[1])+golden) }

// drawSeed is the key of one try of one draw.
func drawSeed(seed uint64, draw, try int) uint64 {
	x := mix(seed + golden)
	x = mix(x + golden*uint64(draw+1)) //nolint:gosec // draws are counted from 0
	return mix(x + golden*uint64(try)) //nolint:gosec // tries are counted from 0
}

// poissonMax is the largest weight: beyond it less than 2^-64 of the probability is left.
const poissonMax = int64(len(poissonBelow))

// poissonBelow[k] is floor(2^64·P(W <= k)) for W ~ Poisson(1), P(W = k) = e^-1/k!. The
// test derives it again from the series of e.
var poissonBelow = [...]uint64{
	0x5e2d58d8b3bcdf1a, 0xbc5ab1b16779be35, 0xeb715e1dc1582dc2, 0xfb23979734a252f1,
	0xff1025f59174dc3d, 0xffd90f3ba4055e19, 0xfffa8b71fc72c913, 0xffff540c0914b3c9,
	0xffffed1f4aa8f120, 0xfffffe216e641462, 0xffffffd4d85d3183, 0xfffffffc6da262b4,
	0xffffffffba12d178, 0xfffffffffb07c64c, 0xffffffffffab8ea5, 0xfffffffffffabe22,
	0xffffffffffffb11a, 0xfffffffffffffba1, 0xffffffffffffffc5, 0xfffffffffffffffd,
	0xffffffffffffffff,
}

// poisson is the exact inverse of the distribution function at u/2^64.
func poisson(u uint64) int64 {
	k := int64(0)
	for k < poissonMax && u >= poissonBelow[k] {
		k++
	}
	return k
}
